"""What is filled in about an award document, an account and a payment."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from common.calendar import shanghai_today
from common.money import to_yuan
from subsidies.awarding.documents import LONGEST_TEXT, LONGEST_TITLE
from subsidies.awarding.payments import LONGEST_VOUCHER
from subsidies.enums import DocumentState, Payer
from subsidies.models import Application, AwardDocument, Call
from subsidies.workflow import LONGEST_REASON


def _area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "cols": 60})


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def usual_title(call: Call) -> str:
    """A proposal, to be changed at will; the document is a Chinese one."""
    with override("zh-hans"):
        return (_("Award of the funds of: %(call)s") % {"call": call.name_zh})[:LONGEST_TITLE]


class DocumentForm(forms.Form):
    """`candidates` can be listed; the ones of `initial` are."""

    number = forms.CharField(
        label=gettext_lazy("document number"),
        max_length=60,
        help_text=gettext_lazy("Complete the number, such as 郴科发〔2026〕12号."),
    )
    title = forms.CharField(label=gettext_lazy("title"), max_length=LONGEST_TITLE)
    text = forms.CharField(label=gettext_lazy("text"), max_length=LONGEST_TEXT, required=False, widget=_area(6))
    applications = forms.TypedMultipleChoiceField(
        label=gettext_lazy("applications, in the order of their numbers"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, candidates: Iterable[Application], **kwargs: Any) -> None:
        self.candidates = {row.pk: row for row in candidates}
        super().__init__(*args, **kwargs)
        choices = [
            (row.pk, f"{row.number} · {row.project_name} · {row.organisation}") for row in self.candidates.values()
        ]
        self.fields["applications"].choices = choices  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        chosen = set(self.cleaned_data["applications"])
        return {**self.cleaned_data, "applications": [row for key, row in self.candidates.items() if key in chosen]}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=LONGEST_REASON, widget=_area())


class ShortReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=500, widget=_area())


class LetPassForm(forms.Form):
    key = forms.ChoiceField(label=gettext_lazy("entry of the integrity list"))
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=LONGEST_REASON, widget=_area())
    ends_on = _day(gettext_lazy("waiver ends on"))

    def __init__(self, *args: Any, entries: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = list(entries)  # type: ignore[attr-defined]


class ConfirmAccountForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("number of the account"),
        max_length=60,
        help_text=gettext_lazy("Type it from the receipt or letter of the firm: both have to agree."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class YuanInput(forms.CharField):
    """An amount in yuan, to the cent; empty is nothing."""

    def clean(self, value: Any) -> Decimal:
        text = super().clean(value)
        return to_yuan(text) if text else Decimal("0.00")


class SharesForm(forms.Form):
    """The award in shares; the city's is the whole until something else is typed."""

    city = YuanInput(label=gettext_lazy("share of the city (yuan)"), required=False, max_length=30)
    county = YuanInput(label=gettext_lazy("share of the county (yuan)"), required=False, max_length=30)

    def __init__(self, *args: Any, left: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["city"].initial = left
        self.fields["county"].initial = Decimal("0.00")

    def shares(self) -> dict[str, Decimal]:
        return {Payer.CITY.value: self.cleaned_data["city"], Payer.COUNTY.value: self.cleaned_data["county"]}


class ExecuteForm(forms.Form):
    paid_on = _day(gettext_lazy("paid on"))
    voucher_number = forms.CharField(label=gettext_lazy("number of the voucher"), max_length=LONGEST_VOUCHER)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paid_on"].initial = shanghai_today()


class ReturnForm(forms.Form):
    returned_on = _day(gettext_lazy("returned on"))
    reason = forms.CharField(label=gettext_lazy("reason the bank gives"), max_length=500, widget=_area())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["returned_on"].initial = shanghai_today()


class ScanForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("signed copy (PDF, JPG or PNG)"))
    document = forms.ModelChoiceField(
        AwardDocument.objects.none(),
        label=gettext_lazy("award document"),
        required=False,
        help_text=gettext_lazy("Left empty, the square on the copy says which. Choose where it cannot be read."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issued = AwardDocument.objects.filter(state=DocumentState.ISSUED)
        self.fields["document"].queryset = issued.defer("text", "listed")  # type: ignore[attr-defined]


class SheetForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Excel workbook (.xlsx)"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(".xlsx"):
            raise ValidationError(_("Send an Excel workbook (.xlsx)."))
        return file
