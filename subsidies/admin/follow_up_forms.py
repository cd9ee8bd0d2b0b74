"""What is filled in on the page of a case after the money: recovery, repayments, closing, the integrity list."""

import re
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.organisation_forms import WanField
from common.calendar import shanghai_today
from common.money import wan_to_yuan
from subsidies import begun_numbers
from subsidies.admin.case_forms import CHOOSE, CaseForm, reason_field
from subsidies.enums import CheckState, IntegrityCategory
from subsidies.follow_up.recovering import Instalment, hearing_ends
from subsidies.follow_up.site_checks import OUTCOMES
from subsidies.models import FollowUpReport
from subsidies.visiting import possible_officers

LINE = re.compile(r"(\d{4}-\d{2}-\d{2})[\s,，:：]+(\S+)")


def day_field(label: Any, *, is_required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=is_required, help_text=help_text)


class ProposeRecoveryForm(CaseForm):
    amount_yuan = WanField(label=gettext_lazy("amount in 10,000 yuan"), max_length=30)
    basis = forms.CharField(label=gettext_lazy("basis"), max_length=300)
    reason = reason_field(gettext_lazy("reason; the firm reads it"))
    heard_until = day_field(
        gettext_lazy("the firm may answer until"),
        help_text=gettext_lazy("Five working days unless the bureau sets another term; to be confirmed by the bureau."),
    )
    due_on = day_field(gettext_lazy("to be paid back by"))
    interest_percent = forms.DecimalField(
        label=gettext_lazy("interest a year (%)"),
        required=False,
        min_value=0,
        max_digits=5,
        decimal_places=2,
        help_text=gettext_lazy(
            "Simple, for each day since the payment, a year of 365 days; empty for none. To be confirmed by the bureau."
        ),
    )
    plan = forms.CharField(
        label=gettext_lazy("instalments"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 40}),
        help_text=gettext_lazy("A line for each: day and amount in 10,000 yuan, such as 2027-06-30 50."),
    )

    def __init__(self, case: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        self.initial = {"heard_until": hearing_ends()}
        if (check := case.follow_up.grave_check) is not None:
            self.initial["reason"] = check.reason

    def clean_plan(self) -> list[Instalment]:
        return [_instalment(line) for line in self.cleaned_data["plan"].splitlines() if line.strip()]

    def facts(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        plan = told.pop("plan")
        return {**told, "instalments": plan, "interest_percent": told["interest_percent"] or None}


def _instalment(line: str) -> Instalment:
    found = LINE.fullmatch(line.strip())
    try:
        return Instalment(date.fromisoformat(found[1]), wan_to_yuan(found[2])) if found else _unread(line)
    except ValueError:
        return _unread(line)


def _unread(line: str) -> Instalment:
    raise ValidationError(_("“%(line)s” is no day with an amount, such as 2027-06-30 50."), params={"line": line})


class DecideRecoveryForm(CaseForm):
    document_number = forms.CharField(
        label=gettext_lazy("number of the decision"),
        max_length=60,
        help_text=gettext_lazy("Complete the number, such as 郴科发〔2026〕12号."),
    )
    answer = reason_field(gettext_lazy("answer to the statement; the firm reads it"), is_required=False)

    def __init__(self, case: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        self.initial = {"document_number": partial(begun_numbers.of_recovery, case.application)}


class DropRecoveryForm(CaseForm):
    reason = reason_field(gettext_lazy("why nothing is recovered; the firm reads it"))


class RepaymentForm(CaseForm):
    amount_yuan = WanField(label=gettext_lazy("amount in 10,000 yuan"), max_length=30)
    interest_yuan = WanField(label=gettext_lazy("of it interest, in 10,000 yuan"), max_length=30, required=False)
    received_on = day_field(gettext_lazy("received on"))
    voucher_number = forms.CharField(label=gettext_lazy("number of the voucher"), max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = shanghai_today()

    def facts(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        return {name: value for name, value in told.items() if value not in (None, "")}


class EnforceForm(CaseForm):
    note = reason_field(gettext_lazy("by whom it is enforced, and how far it has come"))


class ListForm(CaseForm):
    category = forms.ChoiceField(label=gettext_lazy("category"), choices=[CHOOSE, *IntegrityCategory.choices])
    basis = forms.CharField(label=gettext_lazy("basis"), max_length=300)
    document_number = forms.CharField(label=gettext_lazy("document number"), max_length=60, required=False)
    ends_on = day_field(gettext_lazy("ends on"), is_required=False)

    def __init__(self, case: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        if (check := case.follow_up.grave_check) is not None:
            self.initial = {"basis": check.reason[:300]}


class ReplaceOfficerForm(CaseForm):
    leaving = forms.ModelChoiceField(label=gettext_lazy("who does not go"), queryset=User.objects.none())
    officer = forms.ModelChoiceField(label=gettext_lazy("who goes instead"), queryset=User.objects.none())
    reason = reason_field(gettext_lazy("why"))

    def __init__(self, case: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        crew = case.follow_up.check_being_made.visit.officers.values("user")
        self.fields["leaving"].queryset = User.objects.filter(pk__in=crew)  # type: ignore[attr-defined]
        self.fields["officer"].queryset = possible_officers(case.application).exclude(pk__in=crew)  # type: ignore[attr-defined]


class SettleCheckForm(CaseForm):
    outcome = forms.ChoiceField(label=gettext_lazy("what follows"))
    reason = reason_field(gettext_lazy("reasons; the firm reads them"))
    demand = reason_field(
        gettext_lazy("what is to be put right, where that follows; the firm reads it"), is_required=False
    )
    remedy_by = day_field(gettext_lazy("to be put right by"), is_required=False)

    def __init__(self, case: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        outcomes = OUTCOMES[case.follow_up.check_to_settle.state]
        self.fields["outcome"].choices = [CHOOSE, *((each.value, each.label) for each in outcomes)]  # type: ignore[attr-defined]
        if CheckState.RECTIFY not in outcomes:
            del self.fields["demand"], self.fields["remedy_by"]


class YearForm(CaseForm):
    """About the report of a year; `rows` names those that can be chosen."""

    rows = "waiting"
    year = forms.TypedChoiceField(label=gettext_lazy("report on"), coerce=int)

    def __init__(self, case: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        years = [row.year for row in getattr(case.follow_up, self.rows)]
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]

    def report(self) -> FollowUpReport:
        rows: list[FollowUpReport] = getattr(self.case.follow_up, self.rows)
        return next(row for row in rows if row.year == self.cleaned_data["year"])


class SendBackForm(YearForm):
    reason = reason_field(gettext_lazy("what is to be mended; the firm reads it"))


class WaiveReportForm(YearForm):
    rows = "owed_reports"
    reason = reason_field(gettext_lazy("why it is no longer asked for; the firm reads it"))
