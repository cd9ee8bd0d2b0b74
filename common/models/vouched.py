from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from common.journal_values import field_value
from common.models.journalled import Journalled, journal_fields


class Vouching(NamedTuple):
    """Fields that together vouch for the content of others: where it was published, who checked it and when."""

    words: tuple[str, ...]
    content: tuple[str, ...]


class Vouched(Journalled):
    """A source or a verification vouches for the values that stood there. A save that changes these takes it away,
    unless it says it anew: by another value, or by say_anew() where it reads as before. The journal keeps what was."""

    lost: tuple[str, ...] = ()  # what saves of this object have taken away
    _meant: frozenset[str] = frozenset()
    _said: frozenset[str] = frozenset()

    class Meta:
        abstract = True

    @classmethod
    def vouchings(cls) -> tuple[Vouching, ...]:
        raise NotImplementedError

    def say_anew(self, *names: str) -> None:
        """The next save means these of the new values, though they may read as they did."""
        self._meant = frozenset(names)

    def lost_by(self, changed: Collection[str], said: Collection[str] = ()) -> list[str]:
        """The fields that would no longer vouch if these fields changed and those were said anew."""
        return [
            name
            for words, content in self.vouchings()
            if set(content) & set(changed) and not set(words) & {*changed, *said}
            for name in words
            if getattr(self, name) is not None
        ]

    def content_changed(self, *names: str) -> None:
        """For what is in no column, such as a list of other rows: what vouched for it goes, unless the last save of
        this object said it anew."""
        lost = self.lost_by(names, self._said)
        if lost:
            self._take_away(lost)
            self.save(update_fields=lost)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = self._with_what_vouches(kwargs["update_fields"])
        super().save(*args, **kwargs)

    def before_saving(self, is_stored: bool) -> None:
        self._clean_texts()
        words = {name for vouching in self.vouchings() for name in vouching.words}
        is_new, changed = self._state.adding, self._changed() if is_stored else set()
        if not is_stored and not is_new:  # taken away since it was read: whatever it says, it says of something new
            changed = {field.name for field in journal_fields(type(self))} - words
        self._take_away(self.lost_by(changed, self._meant))
        self._said = self._meant | (words if is_new else words & changed)
        self._meant = frozenset()

    def _changed(self) -> set[str]:
        return {
            field.name
            for field in journal_fields(type(self))
            if field.name in self._before and self._differs(field, field.value_from_object(self))
        }

    def _differs(self, field: Any, value: Any) -> bool:
        is_computed = hasattr(value, "resolve_expression")
        return is_computed or field_value(field, value) != self._before[field.name]

    def _take_away(self, names: Iterable[str]) -> None:
        for name in names:
            setattr(self, name, None)
            self.lost = (*self.lost, name)

    def _with_what_vouches(self, names: Iterable[str]) -> set[str]:
        chosen = set(names)
        touched = [vouching.words for vouching in self.vouchings() if chosen & set(vouching.content)]
        return chosen.union(*touched)
