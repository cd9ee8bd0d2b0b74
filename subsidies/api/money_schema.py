"""What is sent and answered about accounts and payments. A number of an account is sent, and never answered."""

from rest_framework import serializers

from common.api_schema import Described
from common.api_schema import text as text_or_null
from common.private_api import Sent
from subsidies.enums import AccountState, Payer, PaymentState


class AccountSent(Sent):
    holder = serializers.CharField(max_length=160, help_text="Has to be the name of the firm.")
    bank = serializers.CharField(max_length=160, help_text="Bank and branch.")
    number = serializers.CharField(max_length=60, help_text="8 to 32 digits; spaces do not matter.")


class AccountDescribed(Described):
    holder = serializers.CharField()
    bank = serializers.CharField()
    last_digits = serializers.CharField(help_text="The last four; nothing more of the number is ever told.")
    state = serializers.ChoiceField(AccountState.choices)
    reason = text_or_null(help_text="Why it was sent back.")
    entered_at = serializers.DateTimeField()


class AccountsDescribed(Described):
    confirmed = AccountDescribed(allow_null=True)
    latest = AccountDescribed(allow_null=True, help_text="The one given last, confirmed or not.")


class AwardGivenDescribed(Described):
    document_number = serializers.CharField()
    amount_yuan = serializers.CharField()
    awarded_on = serializers.DateField()
    revoked_on = serializers.DateField(allow_null=True)
    check_url = serializers.URLField(help_text="Where anybody who holds the document can verify it.")


class PaymentDescribed(Described):
    id = serializers.IntegerField()
    payer = serializers.ChoiceField(Payer.choices)
    amount_yuan = serializers.CharField()
    last_digits = text_or_null(help_text="Of the account it goes to; null for a consultant.")
    state = serializers.ChoiceField(PaymentState.choices)
    paid_on = serializers.DateField(allow_null=True)
    returned_on = serializers.DateField(allow_null=True)
    reason = text_or_null(help_text="Why the bank returned it.")


class MoneyDescribed(Described):
    award = AwardGivenDescribed()
    payments = PaymentDescribed(many=True, help_text="Approved, paid or returned ones.")


class PaymentRow(PaymentDescribed):
    application = serializers.CharField(help_text="Number of the application.")
    firm = serializers.CharField()
    document_number = serializers.CharField()
    voucher_number = text_or_null()


class PaymentPage(Described):
    results = PaymentRow(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
