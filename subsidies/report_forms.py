"""The yearly report as a form: money typed in 万元, everything may stay empty until it is sent."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.organisation_forms import WanField
from subsidies.follow_up.recovering import LONGEST_STATEMENT
from subsidies.follow_up.reports import FIELDS
from subsidies.follow_up.site_checks import LONGEST_COMMENT
from subsidies.models import FollowUpReport

ANSWERS = {"yes": True, "no": False}


class StatementForm(forms.Form):
    text = forms.CharField(
        label=_("What speaks against it"), max_length=LONGEST_STATEMENT, widget=forms.Textarea(attrs={"rows": 8})
    )


class CheckCommentForm(forms.Form):
    text = forms.CharField(
        label=_("Your comment on the findings"), max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 8})
    )


class RemedyForm(forms.Form):
    text = forms.CharField(
        label=_("What you have done to put it right"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class ReportForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    in_city = forms.ChoiceField(
        label=_("Is it still produced in the city?"),
        choices=[("", _("Not settled yet")), ("yes", _("Yes")), ("no", _("No"))],
        required=False,
    )
    in_city_note = forms.CharField(
        label=_("Where and how it is produced"),
        max_length=500,
        required=False,
        help_text=_("Needed where it is no longer produced in the city."),
    )
    sales_yuan = WanField(label=_("Sales of the year, in 10,000 yuan"), max_length=30, required=False)
    tax_yuan = WanField(label=_("Tax of the year, in 10,000 yuan"), max_length=30, required=False)
    jobs = forms.IntegerField(label=_("Jobs at the end of the year"), min_value=0, max_value=10**6, required=False)
    text = forms.CharField(
        label=_("What has become of the project"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, report: FollowUpReport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answer = {True: "yes", False: "no", None: ""}[report.in_city]
        self.initial = {name: getattr(report, name) for name in (*FIELDS, "version")} | {"in_city": answer}

    def values(self) -> dict[str, Any]:
        told = {name: self.cleaned_data[name] for name in FIELDS}
        return told | {"in_city": ANSWERS.get(told["in_city"])}

    def refuse(self, refusal: ValidationError) -> None:
        """Beside the fields, where it names them."""
        named = refusal.message_dict if hasattr(refusal, "error_dict") else {}
        for name, sentences in named.items():
            self.add_error(name if name in self.fields else None, ValidationError(sentences))
        if not named:
            self.add_error(None, ValidationError(refusal.messages))
