"""Forms for what a call asks, one for each kind of row; they read and write the rows of the stored JSON."""

import dataclasses
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.file_kinds import KINDS
from common.texts import clean_text
from subsidies.call_problems import LARGEST_MB, LARGEST_PANEL, LONGEST_CODE, MOST_CORRECTIONS, STABLE_ID
from subsidies.call_shape import LONGEST_NAME, PARAGRAPH
from subsidies.content import BY_FIRM, BY_RECOMMENDER, CHECKED_KINDS, FIELD_TYPES, OPTIONAL, CallContent
from subsidies.enums import ExpertKind, HitKind, VisitTime
from subsidies.prefill import SOURCES, source_label

EXTRA_ROWS = 3
stable_id = RegexValidator(
    rf"\A(?:{STABLE_ID.pattern})\Z", gettext_lazy("An id is a letter and then letters, figures or underscores.")
)

TYPE_LABELS = {
    "text": gettext_lazy("Text of one line"),
    "long_text": gettext_lazy("Text of several lines"),
    "yes_no": gettext_lazy("Yes or no"),
    "integer": gettext_lazy("Whole number"),
    "decimal": pgettext_lazy("type of a field", "Number"),
    "money": gettext_lazy("Money (typed in 10,000 yuan)"),
    "date": gettext_lazy("Date"),
    "year": gettext_lazy("Year"),
    "choice": gettext_lazy("Choice from a list"),
    "trl": gettext_lazy("Readiness level"),
    "email": gettext_lazy("E-mail address"),
    "phone": gettext_lazy("Phone"),
    "credit_code": gettext_lazy("Unified social credit code"),
    "table": gettext_lazy("Table"),
}
MUST_LABELS = [
    (BY_FIRM, gettext_lazy("Required")),
    (OPTIONAL, gettext_lazy("Optional")),
    (BY_RECOMMENDER, gettext_lazy("Sent by the recommending unit")),
]
UNIT_LABELS = [("working_day", gettext_lazy("Working days")), ("calendar_day", gettext_lazy("Calendar days"))]
ID = gettext_lazy("Id")
ID_HELP = gettext_lazy("Answers, files and corrections refer to it: once published it stays.")


def identity(label: Any = ID, longest: int = LONGEST_NAME) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, validators=[stable_id], help_text=ID_HELP)


def line(label: Any, *, required: bool = False, longest: int = 500) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=longest,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
    )


def paragraph(label: Any, *, required: bool = False) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
    return forms.CharField(label=label, required=required, max_length=PARAGRAPH, widget=widget)


CHINESE, ENGLISH = gettext_lazy("Text (Chinese)"), gettext_lazy("Text (English)")
NAME_ZH, NAME_EN = gettext_lazy("Name (Chinese)"), gettext_lazy("Name (English)")
HELP_ZH, HELP_EN = gettext_lazy("Help (Chinese)"), gettext_lazy("Help (English)")


class RowForm(forms.Form):
    """One row. `origin` is the id it had when the page was opened: what the form does not show is kept by it."""

    use_required_attribute = False
    error_css_class = "errors"
    origin = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            if isinstance(value, str):
                cleaned[name] = clean_text(value, multiline=True)
        return cleaned

    def row(self) -> dict[str, Any]:
        """As it is stored; empty texts are left out."""
        shown = (name for name in self.fields if name not in ("origin", "ORDER", "DELETE"))
        return {name: value for name in shown if (value := self.cleaned_data.get(name)) not in ("", None)}


class CriterionForm(RowForm):
    id = identity()
    text_zh = paragraph(CHINESE, required=True)
    text_en = paragraph(ENGLISH)
    basis_zh = paragraph(gettext_lazy("Legal basis (Chinese)"))
    basis_en = paragraph(gettext_lazy("Legal basis (English)"))
    is_draft = forms.BooleanField(
        label=gettext_lazy("Draft, to be confirmed by the bureau"), required=False, initial=True
    )


class MaterialForm(RowForm):
    code = identity(gettext_lazy("Code"), LONGEST_CODE)
    name_zh = line(NAME_ZH, required=True)
    name_en = line(NAME_EN)
    help_zh = paragraph(HELP_ZH)
    help_en = paragraph(HELP_EN)
    must = forms.ChoiceField(label=pgettext_lazy("heading", "Required"), choices=MUST_LABELS, initial=BY_FIRM)
    formats = forms.MultipleChoiceField(
        label=gettext_lazy("Formats"),
        choices=[(code, kind.title) for code, kind in KINDS.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=["pdf"],
    )
    largest_mb = forms.IntegerField(
        label=gettext_lazy("Largest file (MB)"), min_value=1, max_value=LARGEST_MB, initial=20
    )
    most_files = forms.IntegerField(label=gettext_lazy("Most files"), min_value=1, max_value=100, initial=10)
    most_pages = forms.IntegerField(
        label=gettext_lazy("Most pages of a file"),
        min_value=0,
        max_value=2000,
        initial=0,
        help_text=gettext_lazy("0 means no limit."),
    )
    is_confidential = forms.BooleanField(label=gettext_lazy("Kept confidential"), required=False)


class SectionForm(RowForm):
    id = identity()
    title_zh = line(gettext_lazy("Title (Chinese)"), required=True)
    title_en = line(gettext_lazy("Title (English)"))
    help_zh = paragraph(HELP_ZH)
    help_en = paragraph(HELP_EN)


class ColumnForm(RowForm):
    id = identity()
    type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        choices=[(name, TYPE_LABELS[name]) for name in FIELD_TYPES if name != "table"],
        initial="text",
    )
    label_zh = line(gettext_lazy("Label (Chinese)"), required=True)
    label_en = line(gettext_lazy("Label (English)"))
    help_zh = line(HELP_ZH)
    help_en = line(HELP_EN)
    is_required = forms.BooleanField(label=pgettext_lazy("of a field", "Required"), required=False)
    unit = forms.CharField(
        label=pgettext_lazy("of a number", "Unit"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Such as t, m², %."),
    )
    minimum = forms.CharField(label=gettext_lazy("Smallest value"), required=False, max_length=LONGEST_NAME)
    maximum = forms.CharField(
        label=gettext_lazy("Largest value"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("Numbers in figures, money in yuan, dates as 2026-03-09."),
    )
    longest = forms.IntegerField(
        label=gettext_lazy("Most characters"),
        min_value=0,
        max_value=20_000,
        initial=0,
        help_text=gettext_lazy("0 means the usual limit."),
    )
    checks = forms.ChoiceField(
        label=gettext_lazy("Compared with other applications as"),
        required=False,
        choices=[("", "—"), *((name, HitKind(name).label) for name in CHECKED_KINDS)],
    )


def prefill_choices() -> list[tuple[str, str]]:
    return [("", "—"), *((source, source_label(source)) for source in SOURCES)]


class FieldForm(ColumnForm):
    type = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=[(name, TYPE_LABELS[name]) for name in FIELD_TYPES], initial="text"
    )
    most_rows = forms.IntegerField(label=gettext_lazy("Most rows of a table"), min_value=1, max_value=200, initial=50)
    prefill = forms.ChoiceField(label=gettext_lazy("Filled in from"), required=False, choices=prefill_choices)
    is_held = forms.BooleanField(
        label=gettext_lazy("Follows the record and is not typed"),
        required=False,
        help_text=gettext_lazy("For what says who applies: it stays what it is filled in from until it is signed."),
    )


class OptionForm(RowForm):
    value = identity(gettext_lazy("Value"))
    label_zh = line(gettext_lazy("Label (Chinese)"), required=True)
    label_en = line(gettext_lazy("Label (English)"))


class CheckItemForm(RowForm):
    id = identity()
    text_zh = paragraph(CHINESE, required=True)
    text_en = paragraph(ENGLISH)
    looks_at = forms.MultipleChoiceField(
        label=gettext_lazy("Looks at"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=gettext_lazy("Fields and materials; hold Ctrl to choose several."),
    )


class ScoreItemForm(RowForm):
    id = identity()
    name_zh = line(NAME_ZH, required=True)
    name_en = line(NAME_EN)
    most = forms.IntegerField(label=gettext_lazy("Most points"), min_value=1, max_value=1000)


class BandForm(RowForm):
    at_least = forms.DecimalField(label=gettext_lazy("From points"), min_value=0, max_value=1000, decimal_places=2)
    text_zh = line(CHINESE, required=True)
    text_en = line(ENGLISH)

    def row(self) -> dict[str, Any]:
        return super().row() | {"at_least": f"{self.cleaned_data['at_least']:f}"}


ROW_FORMS: dict[str, type[RowForm]] = {
    "criteria": CriterionForm,
    "materials": MaterialForm,
    "sections": SectionForm,
    "fields": FieldForm,
    "columns": ColumnForm,
    "options": OptionForm,
    "check_items": CheckItemForm,
    "score_items": ScoreItemForm,
    "bands": BandForm,
}


class RowFormSet(forms.BaseFormSet):
    """Rows in their order, with a position to reorder by and a tick to delete; three empty ones for more."""

    id_name = "id"
    fixed_ids: frozenset[str] = frozenset()  # published before: they stay
    looks_at: tuple[tuple[str, str], ...] = ()

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Position")
        form.fields["DELETE"].label = _("Delete this row")
        if "looks_at" in form.fields:
            form.fields["looks_at"].choices = self.looks_at
        origin = str(form.initial.get("origin", ""))
        if origin and origin in self.fixed_ids:
            form.fields[self.id_name].widget.attrs["readonly"] = True

    def clean(self) -> None:
        if any(self.errors):
            return
        kept = self.kept()
        ids = [str(form.row().get(self.id_name)) for form in kept]
        for form, name in zip(kept, ids, strict=True):
            if (origin := form.cleaned_data["origin"]) in self.fixed_ids and origin != name:
                form.add_error(self.id_name, _("This id is published: answers refer to it, so it stays “%s”.") % origin)
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValidationError(_("The id “%s” is given twice.") % twice[0], code="twice")

    def kept(self) -> list[Any]:
        """The forms that make rows, in their order."""
        return list(self.ordered_forms)

    def merged(self, stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows as they are now to be: what a form does not show stays, and so do rows that the page never saw."""
        before = {str(row.get(self.id_name)): row for row in reversed(stored)}
        seen = {form.cleaned_data.get("origin", "") for form in self.forms if hasattr(form, "cleaned_data")}
        shown = set(self.form.base_fields) - {"origin"}
        made = [_merged(before.get(form.cleaned_data["origin"], {}), form.row(), shown) for form in self.kept()]
        return made + [row for row in stored if str(row.get(self.id_name)) not in seen]


def _merged(before: dict[str, Any], now: dict[str, Any], shown: set[str]) -> dict[str, Any]:
    return now | {name: value for name, value in before.items() if name not in shown}


def formset_for(name: str) -> type[RowFormSet]:
    made: Any = forms.formset_factory(
        ROW_FORMS[name], formset=RowFormSet, extra=EXTRA_ROWS, can_order=True, can_delete=True, max_num=200
    )
    return made


class DraftPartForm(forms.Form):
    is_draft_part = forms.BooleanField(
        label=gettext_lazy("The whole part is a draft, to be confirmed by the bureau"), required=False
    )


class PeriodForm(forms.Form):
    length = forms.IntegerField(
        label=gettext_lazy("Length"),
        required=False,
        min_value=1,
        max_value=400,
        help_text=gettext_lazy(
            "Left empty, the usual number of working days holds: five, and fifteen for the answer to an objection."
        ),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNIT_LABELS)
    counts_first_day = forms.BooleanField(label=gettext_lazy("The first day counts"), required=False)


class CorrectionsForm(forms.Form):
    most_corrections = forms.IntegerField(
        label=gettext_lazy("Corrections are asked for at most"), min_value=0, max_value=MOST_CORRECTIONS
    )


class PanelForm(forms.Form):
    """The expert panel and the site visit; what it must satisfy is said by call_problems."""

    size = forms.IntegerField(
        label=gettext_lazy("Members"), min_value=1, max_value=LARGEST_PANEL, help_text=gettext_lazy("An odd number.")
    )
    reserves = forms.IntegerField(label=gettext_lazy("Reserves"), min_value=0, max_value=LARGEST_PANEL)
    most_open = forms.IntegerField(
        label=gettext_lazy("Most open reviews of one expert"),
        min_value=0,
        max_value=50,
        help_text=gettext_lazy("0 leaves it to the limit of each expert."),
    )
    is_trimmed = forms.BooleanField(
        label=gettext_lazy("Drop the highest and the lowest total where there are five or more"), required=False
    )
    least_total = forms.DecimalField(
        label=gettext_lazy("Least total to be supported"), min_value=0, max_digits=6, decimal_places=2
    )
    widest_spread = forms.DecimalField(
        label=gettext_lazy("Widest spread between two totals"),
        min_value=0,
        max_digits=6,
        decimal_places=2,
        help_text=gettext_lazy("Above it the chair of the panel says why. 0 means no limit."),
    )
    visit = forms.ChoiceField(label=gettext_lazy("Site visit"), choices=VisitTime.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in ExpertKind:
            label = gettext_lazy("%(kind)s, at least") % {"kind": kind.label}
            self.fields[kind.value] = forms.IntegerField(label=label, min_value=0, max_value=LARGEST_PANEL)
        self.order_fields(["size", *ExpertKind.values])

    @staticmethod
    def initial_of(content: CallContent) -> dict[str, Any]:
        told = {field.name: getattr(content.panel, field.name) for field in dataclasses.fields(content.panel)}
        return told | {kind: content.panel.least.get(kind, 0) for kind in ExpertKind.values} | {"visit": content.visit}

    def told(self) -> dict[str, Any]:
        """The parts of the content as they are stored."""
        given = dict(self.cleaned_data)
        least = {kind: given.pop(kind) for kind in ExpertKind.values}
        visit = given.pop("visit")
        points = {name: format(given[name], "f") for name in ("least_total", "widest_spread")}
        return {"panel": {**given, **points, "least": least}, "visit": visit}


class PledgeForm(forms.Form):
    pledge_zh = paragraph(CHINESE, required=True)
    pledge_en = paragraph(ENGLISH)
