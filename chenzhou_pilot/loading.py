"""Loads published facts without undoing what people have changed since, and tells every difference."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.journal_values import field_value
from common.journal_words import Change, describe
from common.models import JournalEntry, Journalled, Vouched
from common.texts import listed

Row = TypeVar("Row", bound=Journalled)
Values = Mapping[str, Any]
Differences = dict[str, list[Any]]  # by field, what the facts say and what stands there, as the journal has it
NOTHING: Values = MappingProxyType({})


@dataclass
class Report:
    """What a load did, as lines to print."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unchanged: int = 0

    def lines(self) -> list[str]:
        told = (
            (pgettext("by a load", "created"), self.created),
            (pgettext("by a load", "updated"), self.updated),
            (pgettext("by a load", "kept"), self.kept),
        )
        counts = {
            "created": len(self.created),
            "updated": len(self.updated),
            "unchanged": self.unchanged,
            "kept": len(self.kept),
        }
        summary = _(
            "%(created)d created, %(updated)d updated, %(unchanged)d unchanged; differences kept as they are: %(kept)d"
        )
        return [*(f"{what}  {line}" for what, lines in told for line in lines), summary % counts]


class FactLoader:
    """Writes rows under one journal source and tells its own changes from everybody else's by that source.

    A fact is known again by the values its row was created with, as the journal holds them: people may have changed
    any of them since, and what they have deleted is not created twice.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.report = Report()
        self._made: dict[type[Journalled], list[JournalEntry]] = {}

    def put(
        self,
        model: type[Row],
        lookup: Values,
        values: Values,
        *,
        once: Values = NOTHING,
        create: Callable[[dict[str, Any]], Row | None] | None = None,
    ) -> Row | None:
        """Create the row with `values` and `once`, or bring `values` up to date where nobody else has touched them.

        `values` may hold lists of rows for many-to-many fields. What differs from `once` is told and never written.
        None when people have deleted the row, or something in `lookup` that it belonged to.
        """
        if None in lookup.values():
            return None
        row = self._find(model, lookup)
        if row is not None:
            self._bring_up_to_date(row, {**lookup, **values}, lookup)
            self._tell(row, self._differing(row, once), lookup, _("%(what)s: %(field)s is %(now)s, loaded as %(fact)s"))
            return row
        entry = self._making_of(model, lookup)
        if entry and not self._took_away(entry):
            self.tell(_("%(what)s: deleted since") % {"what": _called(model, entry.object_label, lookup)})
            return None
        return self._create(model, lookup, {**lookup, **values, **once}, create)

    def tell_others(self, rows: Iterable[Journalled], known: Iterable[Model | None], of: Model) -> None:
        """The facts give a list: tell what else stands in it by now."""
        keys = {row.pk for row in known if row is not None}
        for row in rows:
            if row.pk not in keys:
                what = _called(type(row), str(row), {"of": of})
                self.tell(_("%(what)s: not in the facts, added since") % {"what": what})

    def tell(self, line: str) -> None:
        """Of a difference that stays."""
        self.report.kept.append(line)

    def _create(
        self,
        model: type[Row],
        lookup: Values,
        values: dict[str, Any],
        create: Callable[[dict[str, Any]], Row | None] | None,
    ) -> Row | None:
        lists = {name: rows for name, rows in values.items() if model._meta.get_field(name).many_to_many}
        columns = {name: value for name, value in values.items() if name not in lists}
        row = create(columns) if create else model._default_manager.create(**columns)
        if row is not None:
            _set_lists(row, lists)
            self.report.created.append(_called(model, str(row), lookup))
        return row

    def _find(self, model: type[Row], lookup: Values) -> Row | None:
        rows = model._default_manager
        entry = self._making_of(model, lookup)
        return (rows.filter(pk=entry.object_id).first() if entry else None) or rows.filter(**lookup).first()

    def _making_of(self, model: type[Journalled], lookup: Values) -> JournalEntry | None:
        """The entry of the latest row this loader made of the fact, whether or not the row still exists."""
        if model not in self._made:
            entries = JournalEntry.objects.filter(object_type=model._meta.label_lower, source=self.source)
            self._made[model] = list(entries.exclude(action="delete"))  # the latest first
        wanted = {model._meta.get_field(name): value for name, value in lookup.items()}
        for entry in self._made[model]:
            if all(_given_in(entry, each) == _plain(each, value) for each, value in wanted.items()):
                return entry
        return None

    def _took_away(self, making: JournalEntry) -> bool:
        """A load itself takes away the source of a figure that it brings up to date, and then gives the new one."""
        same = JournalEntry.objects.filter(object_type=making.object_type, object_id=making.object_id)
        return same.filter(action="delete", source=self.source).exists()

    def _bring_up_to_date(self, row: Journalled, values: dict[str, Any], lookup: Values) -> None:
        differing = self._differing(row, values)
        theirs = self._changed_by_people(row, differing)
        kept = {name: pair for name, pair in differing.items() if name in theirs}
        self._tell(row, kept, lookup, _("%(what)s: %(field)s is %(now)s, the facts say %(fact)s"))
        ours = {name: pair for name, pair in differing.items() if name not in theirs}
        if not ours:
            self.report.unchanged += 1
            return
        if isinstance(row, Vouched):
            row.say_anew(*(name for name in values if name not in theirs))
        _write(row, {name: values[name] for name in ours})
        fields = listed(change.label for change in _in_words(row, ours))
        self.report.updated.append(
            _("%(what)s: %(fields)s") % {"what": _called(type(row), str(row), lookup), "fields": fields}
        )

    def _differing(self, row: Journalled, values: Values) -> Differences:
        pairs = {name: [_fact(row, name, value), _held(row, name)] for name, value in values.items()}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    def _tell(self, row: Journalled, differing: Differences, lookup: Values, sentence: str) -> None:
        what = _called(type(row), str(row), lookup)
        for change in _in_words(row, differing):
            words = {"field": change.label, "now": _quoted(change.after), "fact": _quoted(change.before)}
            self.tell(sentence % {"what": what, **words})

    def _changed_by_people(self, row: Journalled, names: Iterable[str]) -> set[str]:
        entries = JournalEntry.objects.filter(object_type=row._meta.label_lower, object_id=str(row.pk))
        changes = entries.exclude(source=self.source).values_list("changes", flat=True) if names else []
        return {name for each in changes for name in each}


def _given_in(entry: JournalEntry, field: Any) -> Any:
    """What the entry says its row was made with."""
    if field.primary_key:
        return entry.object_id
    before, after = entry.changes.get(field.name, [None, None])
    return after if before is None else None


def _plain(field: Any, value: Any) -> Any:
    return field_value(field, getattr(value, "pk", value))


def _fact(row: Journalled, name: str, value: Any) -> Any:
    field = row._meta.get_field(name)
    return sorted(each.pk for each in value) if field.many_to_many else _plain(field, value)


def _held(row: Journalled, name: str) -> Any:
    field: Any = row._meta.get_field(name)
    if field.many_to_many:
        return sorted(getattr(row, name).values_list("pk", flat=True))
    return field_value(field, field.value_from_object(row))


def _write(row: Journalled, values: Values) -> None:
    lists = {name: rows for name, rows in values.items() if row._meta.get_field(name).many_to_many}
    columns = {name: value for name, value in values.items() if name not in lists}
    for name, value in columns.items():
        setattr(row, name, value)
    if columns:
        row.save()
    _set_lists(row, lists)


def _set_lists(row: Journalled, lists: Values) -> None:
    for name, rows in lists.items():
        getattr(row, name).set(rows)


def _in_words(row: Journalled, differing: Differences) -> list[Change]:
    return describe(JournalEntry(changes=differing), type(row)) if differing else []


def _quoted(text: str) -> str:
    return f"“{text}”" if text else pgettext("of a field", "empty")


def _called(model: type[Model], label: str, lookup: Values) -> str:
    """Kind and name, a part with what it belongs to."""
    names = [*(str(value) for value in lookup.values() if isinstance(value, Model)), label]
    kind = capfirst(str(model._meta.verbose_name))
    return _("%(kind)s “%(name)s”") % {"kind": kind, "name": " / ".join(dict.fromkeys(names))}
