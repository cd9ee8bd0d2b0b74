"""A rule as rows of tests in groups, and back: "A or B" without writing JSON.

Two levels suffice for the rules that offices write: all groups, any test in each; or any group, all tests in it.
A rule that was imported and is deeper than that is shown in words and kept until somebody replaces it.
"""

from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subsidies.answers import clean_answer, typed
from subsidies.content import CallContent, FormField
from subsidies.rule_problems import JOINS, SUITS, rule_problems
from subsidies.rule_words import TEST_NAMES

ALL, ANY = "all", "any"
INNER = {ALL: ANY, ANY: ALL}
SEPARATORS = str.maketrans("，、;；\n", ",,,,,")
Test = dict[str, Any]


class Grouped(NamedTuple):
    join: str
    tests: list[tuple[int, Test]]


# ---------------------------------------------------------------- between rules and rows
def grouped(rule: Any) -> Grouped | None:
    """None for a rule that two levels cannot hold."""
    if rule is None:
        return Grouped(ALL, [])
    join = next((name for name in (ALL, ANY) if name in rule), "")
    if not join:
        return Grouped(ALL, [(1, dict(rule))]) if "is" in rule else None
    tests = []
    for number, part in enumerate(rule[join], 1):
        inner = part.get(INNER[join], [part])
        if any(name in each for each in inner for name in JOINS):
            return None
        tests += [(number, dict(each)) for each in inner]
    return Grouped(join, tests)


def joined(join: str, tests: list[tuple[int, Test]]) -> dict[str, Any] | None:
    """The plainest rule that says the same; None without tests."""
    groups = [[test for _number, test in rows] for _key, rows in groupby(sorted(tests, key=_group), key=_group)]
    parts = [group[0] if len(group) == 1 else {INNER[join]: group} for group in groups]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {join: parts}


def _group(numbered: tuple[int, Test]) -> int:
    return numbered[0]


# ---------------------------------------------------------------- forms
class JoinForm(forms.Form):
    join = forms.ChoiceField(
        label=gettext_lazy("How the groups go together"),
        choices=[
            (ALL, gettext_lazy("Every group must be met; within a group one test is enough")),
            (ANY, gettext_lazy("One group is enough; within a group every test must be met")),
        ],
    )


class TestForm(forms.Form):
    __test__ = False  # no test of pytest's

    use_required_attribute = False

    group = forms.IntegerField(label=gettext_lazy("Group"), min_value=1, max_value=40, initial=1)
    field = forms.ChoiceField(label=gettext_lazy("Answer to"))
    whole = forms.ChoiceField(
        label=gettext_lazy("as a share of"),
        required=False,
        help_text=gettext_lazy("Only for a share: both numbers are asked for and kept."),
    )
    test = forms.ChoiceField(
        label=gettext_lazy("Test"), choices=[(name, TEST_NAMES[name]) for name in SUITS], initial="yes"
    )
    value = forms.CharField(
        label=gettext_lazy("Value"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Money in 10,000 yuan, a share as 60%, months in figures; several values with commas."),
    )
    other = forms.ChoiceField(
        label=gettext_lazy("or the answer to"),
        required=False,
        help_text=gettext_lazy("To compare with another answer, or for the day that months are counted from."),
    )

    def __init__(self, content: CallContent, *args: Any, **kwargs: Any) -> None:
        self.content = content
        super().__init__(*args, **kwargs)
        chosen = [(each.id, f"{each.id} · {each.label}") for each in content.fields()]
        for name in ("field", "whole", "other"):
            self.fields[name].choices = [("", "—"), *chosen]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            cleaned["rule"] = self._rule(cleaned)
            fields = {field.id: field for field in self.content.fields()}
            if problems := rule_problems(cleaned["rule"], fields):
                raise ValidationError(problems)
        return cleaned

    def _rule(self, told: dict[str, Any]) -> Test:
        is_share = bool(told["whole"])
        asked = {"share_of": [told["field"], told["whole"]]} if is_share else {"field": told["field"]}
        rule: Test = {**asked, "is": told["test"]}
        if told["other"]:
            rule["of"] = told["other"]
        if told["value"].strip():
            field = self.content.field(told["field"])
            try:
                rule["value"] = _stored(told["test"], told["value"].strip(), field, is_share=is_share)
            except ValidationError as error:
                raise ValidationError({"value": error.messages}) from error
        return rule


class TestFormSet(forms.BaseFormSet):
    __test__ = False

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Delete this test")

    def numbered(self) -> list[tuple[int, Test]]:
        gone, stored = self.deleted_forms, self.initial_form_count()
        kept = [form for place, form in enumerate(self.forms) if place < stored or form.has_changed()]
        return [(form.cleaned_data["group"], form.cleaned_data["rule"]) for form in kept if form not in gone]


TestRows: Any = forms.formset_factory(TestForm, formset=TestFormSet, extra=3, can_delete=True, max_num=40)


def initial_of(numbered: tuple[int, Test], content: CallContent) -> dict[str, Any]:
    """A test as the form shows it."""
    group, test = numbered
    asked = test.get("share_of") or [test["field"], ""]
    field = None if "share_of" in test else content.field(asked[0])
    return {
        "group": group,
        "field": asked[0],
        "whole": asked[1],
        "test": test["is"],
        "value": _typed(test, field),
        "other": test.get("of", ""),
    }


def _typed(test: Test, field: FormField | None) -> str:
    value = test.get("value")
    if value in (None, ""):
        return ""
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if field is not None and field.type == "money":
        return str(typed(field, value))
    return str(value)


def _stored(test: str, text: str, field: FormField | None, *, is_share: bool) -> Any:
    kind = SUITS[test][1]
    if kind == "list":
        return [each.strip() for each in text.translate(SEPARATORS).split(",") if each.strip()]
    if kind in ("months", "") or field is None:
        return text
    return _share(text) if is_share else str(clean_answer(field, text))


def _share(text: str) -> str:
    try:
        number = Decimal(text.rstrip("%％").strip())
    except InvalidOperation as error:
        raise ValidationError(_("Enter a share such as 60%.")) from error
    return f"{number / 100 if text[-1] in '%％' else number:f}"
