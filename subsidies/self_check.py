"""The form of the public self-check, and how its answers travel into a draft without being kept here."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _

from common.language_marks import MarkedSelect
from subsidies.answers import clean_answer
from subsidies.content import CallContent, FormField
from subsidies.drafting import fitting
from subsidies.eligibility import asked_fields
from subsidies.models import Call

SALT = "subsidies.self_check"
KEPT_FOR_S = 3600
COOKIE = "self_check"
NUMERIC = {"integer": "numeric", "decimal": "decimal", "money": "decimal", "year": "numeric"}


class AnswerField(forms.Field):
    """One field of a call's form, read as everywhere else; nothing is required here."""

    def __init__(self, field: FormField) -> None:
        self.field = field
        super().__init__(label=field.label, help_text=field.help, required=False, widget=_widget(field))

    @property
    def is_choice(self) -> bool:
        return self.field.type in ("yes_no", "choice", "trl")

    @property
    def unit(self) -> str:
        return _("10,000 yuan") if self.field.type == "money" else self.field.unit

    def clean(self, value: Any) -> Any:
        return clean_answer(self.field, value or None)


class SelfCheckForm(forms.Form):
    use_required_attribute = False
    prefix = "a"

    def __init__(self, content: CallContent, data: Any = None) -> None:
        super().__init__(data)
        for field in asked_fields(content):
            if field.type != "table":
                self.fields[field.id] = AnswerField(field)

    def answers(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


def sealed(call: Call, answers: dict[str, Any]) -> str:
    """For a hidden field or the visitor's own cookie: signed, so that it comes back as it was given."""
    return signing.dumps({"call": call.pk, "answers": answers}, salt=SALT, compress=True)


def opened(call: Call, content: CallContent, seal: str) -> dict[str, Any]:
    """The answers in it; none for what is not ours, too old or of another call."""
    try:
        told = signing.loads(seal, salt=SALT, max_age=KEPT_FOR_S)
    except signing.BadSignature:
        return {}
    return fitting(content, told["answers"]) if told["call"] == call.pk else {}


def _widget(field: FormField) -> forms.Widget:
    if field.type in ("yes_no", "choice", "trl"):
        return (
            forms.RadioSelect(choices=list(_choices(field)))
            if field.type == "yes_no"
            else MarkedSelect(choices=list(_choices(field)))
        )
    if field.type == "date":
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    attributes = {"autocomplete": "off"}
    if field.type in NUMERIC:
        attributes["inputmode"] = NUMERIC[field.type]
    return forms.TextInput(attrs=attributes)


def _choices(field: FormField) -> Iterable[tuple[str, str]]:
    if field.type == "yes_no":
        return (("yes", _("Yes")), ("no", _("No")), ("", _("Do not know yet")))
    if field.type == "trl":
        return (("", _("Do not know yet")), *((str(level), str(level)) for level in range(1, 10)))
    return (("", _("Do not know yet")), *((each.value, each.words("label")) for each in field.options))
