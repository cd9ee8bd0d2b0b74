"""What a person fills in on the page of an application; each form hands cleaned values to one verb."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.models import User
from subsidies.checking import Finding
from subsidies.correcting import Asked, places_by_section, places_of
from subsidies.editable import may_open
from subsidies.enums import Judgement, Opinion, Outcome, RefusalReason
from subsidies.models import CrossCheckHit
from subsidies.visiting import LONGEST, possible_officers
from subsidies.workflow import LONGEST_REASON

CHOOSE = ("", gettext_lazy("Choose"))


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "cols": 60})


def reason_field(label: Any, *, is_required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST_REASON, required=is_required, widget=_area())


class Place(NamedTuple):
    """A field or material that an item of the table looks at; `id` names its anchor on the page."""

    id: str
    name: str


class CaseForm(forms.Form):
    """`case` is what the page shows; the prefix keeps the ids of several forms on one page apart."""

    def __init__(self, case: Any, *args: Any, **kwargs: Any) -> None:
        self.case = case
        super().__init__(*args, **kwargs)

    def refuse(self, refusal: ValidationError) -> None:
        """Show what the verb has refused."""
        self.add_error(None, ValidationError(refusal.messages))


class PlainForm(CaseForm):
    """A move that needs nothing but the will."""


class PrepareForm(CaseForm):
    opinion = forms.ChoiceField(label=gettext_lazy("opinion"), choices=[CHOOSE, *Opinion.choices])
    text = forms.CharField(label=gettext_lazy("reasons"), max_length=2000, widget=_area())
    letter = forms.FileField(
        label=gettext_lazy("letter of recommendation"),
        required=False,
        help_text=gettext_lazy("PDF with the seal of the unit; one that is here already stays until another is sent."),
    )
    appeal_route = forms.CharField(
        label=gettext_lazy("route of appeal"),
        max_length=LONGEST_REASON,
        required=False,
        widget=_area(2),
        help_text=gettext_lazy("Needed for an opinion against: where the applicant can object, and by when."),
    )

    def __init__(self, case: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        if case.prepared:
            self.initial = {name: getattr(case.prepared, name) for name in ("opinion", "text", "appeal_route")}


class ReturnForm(CaseForm):
    reason = reason_field(gettext_lazy("What is to be mended; the applicant reads it"))


class RefuseForm(CaseForm):
    code = forms.ChoiceField(label=gettext_lazy("reason"), choices=[CHOOSE, *RefusalReason.choices])
    text = forms.CharField(
        label=gettext_lazy("particulars; the applicant reads them"), max_length=LONGEST_REASON - 60, widget=_area()
    )


class CheckForm(CaseForm):
    """One line for each item of the published table; lines left open are left as they are.

    After a correction what was met, and has not changed since, stands ready as met: the clerk keeps it or not.
    """

    def __init__(self, case: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        for item in case.content.check_items:
            found = case.findings.get(item.id)
            self.fields[f"outcome-{item.id}"] = forms.ChoiceField(
                label=_("Result: %(item)s") % {"item": item.id},
                choices=[("", "—"), *Outcome.choices],
                required=False,
                initial=found.outcome if found else Outcome.PASS if item.id in case.met_before else "",
            )
            self.fields[f"note-{item.id}"] = forms.CharField(
                label=pgettext("form check", "Note: %(item)s") % {"item": item.id},
                max_length=LONGEST_REASON,
                required=False,
                initial=found.note if found else "",
            )

    def lines(self) -> Iterator[tuple[Any, list[Place], Any, Any, bool]]:
        for item in self.case.content.check_items:
            places = [Place(place, self.case.place(place)) for place in item.looks_at]
            is_ready = item.id in self.case.met_before and item.id not in self.case.findings
            yield item, places, self[f"outcome-{item.id}"], self[f"note-{item.id}"], is_ready

    def refuse(self, refusal: ValidationError) -> None:
        """Beside the item, where it is about one."""
        for error in refusal.error_list:
            item = (error.params or {}).get("item")
            self.add_error(f"note-{item}" if item else None, ValidationError(error.messages))

    def findings(self) -> dict[str, Finding]:
        given = self.cleaned_data
        return {
            item.id: Finding(given[f"outcome-{item.id}"], given[f"note-{item.id}"])
            for item in self.case.content.check_items
            if given[f"outcome-{item.id}"]
        }


class ProposeForm(CaseForm):
    outcome = forms.ChoiceField(
        label=pgettext_lazy("form check", "outcome"),
        choices=[CHOOSE, (Outcome.PASS, Outcome.PASS.label), (Outcome.FAIL, Outcome.FAIL.label)],
    )
    note = reason_field(gettext_lazy("reasons; needed to fail, the applicant reads them"), is_required=False)

    def __init__(self, case: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        self.initial["outcome"] = case.outcome_of_results


class CorrectionForm(CaseForm):
    """A line for each field and material: a reason written beside it opens it."""

    note = forms.CharField(label=gettext_lazy("note on the whole"), max_length=2000, required=False, widget=_area(2))

    def __init__(self, case: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        suggested, names = case.suggested_corrections, places_of(case.content)
        for place, name in names.items():
            self.fields[f"reason-{place}"] = forms.CharField(
                label=name,
                max_length=LONGEST_REASON,
                required=False,
                initial=suggested.get(place, ""),
                help_text=_also_opens([names[each] for each in may_open(case.content, place)]),
            )

    def groups(self) -> Iterator[tuple[str, list[Any]]]:
        """What has a reason already, then the rest of each section, then of the materials."""
        filled = [place for place in places_of(self.case.content) if self[f"reason-{place}"].value()]
        if filled:
            yield _("With a reason already"), self._lines(filled)
        for title, places in places_by_section(self.case.content):
            if rest := [place for place in places if place not in filled]:
                yield title, self._lines(rest)

    def _lines(self, places: Iterable[str]) -> list[Any]:
        return [self[f"reason-{place}"] for place in places]

    def items(self) -> list[Asked]:
        reasons = ((place, self.cleaned_data[f"reason-{place}"]) for place in places_of(self.case.content))
        return [Asked(place, reason) for place, reason in reasons if reason]


def _also_opens(names: list[str]) -> str:
    if not names:
        return ""
    return _("Also opens, where the new answer makes it due: %(names)s") % {"names": _(", ").join(names)}


class DisagreeForm(CaseForm):
    reason = reason_field(gettext_lazy("What the clerk should look at again"))


class HitForm(CaseForm):
    """About one hit of the application."""

    def __init__(self, case: Any, *args: Any, hit: CrossCheckHit, **kwargs: Any) -> None:
        self.hit = hit
        super().__init__(case, *args, **kwargs)


class JudgeForm(HitForm):
    judgement = forms.ChoiceField(
        label=gettext_lazy("judgement"),
        choices=[
            CHOOSE,
            (Judgement.HARMLESS, Judgement.HARMLESS.label),
            (Judgement.CONFIRMED, Judgement.CONFIRMED.label),
        ],
    )
    reason = reason_field(gettext_lazy("reason"))


class WaiveForm(HitForm):
    reason = reason_field(gettext_lazy("reason"))
    ends_on = forms.DateField(
        label=gettext_lazy("waiver ends on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class PlanVisitForm(CaseForm):
    visited_on = forms.DateField(
        label=gettext_lazy("day of the visit"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    place = forms.CharField(label=pgettext_lazy("of a visit", "place"), max_length=LONGEST["place"])
    officers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("officers"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Two at least; each of them signs the record."),
    )

    def __init__(self, case: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        field = self.fields["officers"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = possible_officers(case.application)


class CallOffForm(CaseForm):
    reason = reason_field(gettext_lazy("Why the visit does not take place"))
