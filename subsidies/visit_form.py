"""The record of a visit as a form; a telephone sends the same fields as a page without scripts does."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from subsidies.models import SiteVisit
from subsidies.visiting import LONGEST, Written

YES, NO = "yes", "no"
ANSWERS = {YES: True, NO: False}
BEFORE_SIGNING = _("Needed before it is signed.")


class VisitForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    visited_on = forms.DateField(
        label=_("Day of the visit"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    place = forms.CharField(label=pgettext_lazy("of a visit", "Place"), max_length=LONGEST["place"])
    met = forms.CharField(label=_("Met on the spot"), max_length=LONGEST["met"], required=False)
    findings = forms.CharField(
        label=_("Findings"),
        max_length=LONGEST["findings"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=BEFORE_SIGNING,
    )
    is_as_applied = forms.ChoiceField(
        label=_("The facts are as applied for"),
        choices=[("", _("Not settled yet")), (YES, _("Yes")), (NO, _("No"))],
        required=False,
        help_text=BEFORE_SIGNING,
    )

    def written(self) -> Written:
        given = {name: self.cleaned_data[name] for name in ("visited_on", "place", "met", "findings")}
        return Written(**given, is_as_applied=ANSWERS.get(self.cleaned_data["is_as_applied"]))


def values_of(visit: SiteVisit) -> dict[str, Any]:
    """As the form and the telephone read them."""
    answer = {True: YES, False: NO, None: ""}[visit.is_as_applied]
    same = {name: getattr(visit, name) for name in ("version", "place", "met", "findings")}
    return same | {"visited_on": visit.visited_on.isoformat(), "is_as_applied": answer}
