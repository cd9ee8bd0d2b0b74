"""Entries in words for the pages that show a history; callers choose which fields their readers may see."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.journal_values import EMPTY, HIDDEN
from common.models.journal import JournalEntry
from common.templatetags.chenzhou import number, shanghai_date, shanghai_moment
from common.texts import listed

Names = dict[models.Field, dict[Any, str]]

# What the apps add to as they are loaded: what an action is called, and how the values of a field are said.
ACTIONS: dict[str, Any] = {
    "create": gettext_lazy("Created"),
    "update": gettext_lazy("Changed"),
    "delete": gettext_lazy("Deleted"),
    "seen": gettext_lazy("Personal data looked at"),
    "retention": gettext_lazy("Removed after its time"),
    "export": gettext_lazy("Exported"),
    "virus_found": gettext_lazy("Virus found"),
    "try_again": gettext_lazy("Message sent again"),
    "load_demo": gettext_lazy("Demo records loaded"),
    "clear_demo": gettext_lazy("Demo records cleared"),
}
SPOKEN: dict[str, Callable[[Any], str]] = {}  # by "app.model.field"

WAYS_IN = {
    "page": gettext_lazy("Public site"),
    "admin": gettext_lazy("Working desk"),
    "api": gettext_lazy("Interface for programs"),
    "command:load_chenzhou": gettext_lazy("System import: public sources"),
    "command:load_demo": gettext_lazy("System import: demo records"),
    "command:create_demo_accounts": gettext_lazy("System: demo accounts"),
}
COMMAND = "command:"
PARTS_OF_A_SPECIFICATION = ("name", "value", "unit")


class Change(NamedTuple):
    field: str
    label: str
    before: str
    after: str

    @property
    def sentence(self) -> str:
        names = {"field": self.label, "before": self.before, "after": self.after}
        if HIDDEN in (self.before, self.after):
            return _("%(field)s changed") % names
        if not self.before:
            return _("%(field)s: %(after)s") % names
        if not self.after:
            return _("%(field)s removed, was %(before)s") % names
        return _("%(field)s changed from %(before)s to %(after)s") % names


def describe(
    entry: JournalEntry, model: type[models.Model] | None, fields: Collection[str] | None = None
) -> list[Change]:
    """The entry's changes in the reader's language, only of `fields` if given. One query per foreign key changed."""
    return describe_all([entry], model, fields)[0]


def describe_all(
    entries: Sequence[JournalEntry], model: type[models.Model] | None, fields: Collection[str] | None = None
) -> list[list[Change]]:
    """The same for a whole page of entries, with one query per foreign key, not per entry."""
    shown = [_shown(entry, fields) for entry in entries]
    names = _related_names(shown, model)
    return [[_change(model, name, pair, names) for name, pair in changes.items()] for changes in shown]


def model_of(entry: JournalEntry) -> type[models.Model] | None:
    """None when the model has gone since."""
    try:
        return apps.get_model(entry.object_type)
    except LookupError:
        return None


def action_name(action: str) -> str:
    """In words where some app has given them, else as it is."""
    return str(ACTIONS.get(action, action))


def type_name(entry: JournalEntry) -> str:
    model = model_of(entry)
    return capfirst(str(model._meta.verbose_name)) if model else entry.object_type


def doer(entry: JournalEntry) -> str:
    """Whoever did it: a person, or the command with its name, or the way in."""
    if entry.actor:
        return str(entry.actor)
    command = entry.source.removeprefix(COMMAND)
    if command == entry.source:
        return str(WAYS_IN.get(entry.source, entry.source))
    return f"{WAYS_IN.get(entry.source, _('System command'))} ({command})"


def reason_given(entry: JournalEntry) -> str:
    """A person's reason; a command says the same of thousands of rows, so only the entry's own page has it."""
    return "" if entry.source.startswith(COMMAND) else entry.reason


def _shown(entry: JournalEntry, fields: Collection[str] | None) -> dict[str, list[Any]]:
    return {name: pair for name, pair in entry.changes.items() if fields is None or name in fields}


def _change(model: type[models.Model] | None, name: str, pair: list[Any], names: Names) -> Change:
    field = _field(model, name)
    if field is None:
        return Change(name, name, *map(plain_words, pair))
    before, after = (_words(field, value, names) for value in pair)
    return Change(name, capfirst(str(field.verbose_name)), before, after)


def _field(model: type[models.Model] | None, name: str) -> models.Field | None:
    """None for what is no column of the model, or no longer one."""
    if model is None:
        return None
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) else None


def _words(field: models.Field, value: Any, names: Names) -> str:
    if value in EMPTY or value == HIDDEN:
        return HIDDEN if value == HIDDEN else ""
    if say := _spoken(field):
        return say(value)
    if field.is_relation:
        known = names.get(field, {})
        return listed(known.get(_key(field, key), str(key)) for key in _as_list(value))
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    return _typed(field, value)


def _spoken(field: models.Field) -> Callable[[Any], str] | None:
    return SPOKEN.get(f"{field.model._meta.label_lower}.{field.name}")


def _typed(field: models.Field, value: Any) -> str:
    if isinstance(field, models.DateTimeField):
        return shanghai_moment(datetime.fromisoformat(value))
    if isinstance(field, models.DateField):
        return shanghai_date(date.fromisoformat(value))
    if isinstance(field, models.DecimalField):
        return number(value)
    return plain_words(value)


def plain_words(value: Any) -> str:
    """A value that no field explains; "" for one that is not there."""
    if value in EMPTY:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return listed(map(plain_words, value))
    if isinstance(value, dict):
        return _row(value)
    return str(value)


def _row(value: Mapping[str, Any]) -> str:
    """A specification as people say it, “volume 500 L”; any other row with its keys."""
    if set(value) <= set(PARTS_OF_A_SPECIFICATION):
        return " ".join(str(value[part]) for part in PARTS_OF_A_SPECIFICATION if value.get(part))
    return listed(_("%(field)s: %(after)s") % {"field": key, "after": plain_words(item)} for key, item in value.items())


def _related_names(shown: list[dict[str, list[Any]]], model: type[models.Model] | None) -> Names:
    wanted: dict[models.Field, set[Any]] = {}
    for name, pair in (item for changes in shown for item in changes.items()):
        field = _field(model, name)
        if field is not None and field.is_relation and not _spoken(field):
            keys = {_key(field, key) for value in pair for key in _as_list(value)}
            wanted.setdefault(field, set()).update(keys - {None, HIDDEN})
    return {field: _names_of(field, keys) for field, keys in wanted.items() if keys}


def _names_of(field: models.Field, keys: set[Any]) -> dict[Any, str]:
    return {row.pk: str(row) for row in _target(field)._base_manager.filter(pk__in=keys)}


def _key(field: models.Field, key: Any) -> Any:
    return key if key in (None, HIDDEN) else _target(field)._meta.pk.to_python(key)


def _target(field: models.Field) -> type[models.Model]:
    return cast(type[models.Model], field.related_model)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
