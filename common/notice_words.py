"""What a notice says: a kind holds the words, the notice its facts, and each reader gets both in the own language.

Facts are plain values; their names say how they are shown: `due_on` as a day, `closes_at` as a moment, `amount_yuan`
as money, and the pair `call_zh` and `call_en` as `call`, in the reader's language. Words of a kind may change, the
facts they need may not: notices that are written keep theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.conf import settings
from django.urls import translate_url
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.models import Notice
from common.models.names import in_reader_language
from common.templatetags.chenzhou import shanghai_date, shanghai_moment, wan_yuan
from common.texts import clean_text

LONGEST_SUBJECT = 150
UNKNOWN = "—"


@dataclass(frozen=True, slots=True)
class Kind:
    """`subject` and `text` are lazy gettext with named placeholders, such as %(project)s.

    A duty is something the person has to do, or a decision with consequences: it comes by e-mail in any case.
    One for the inbox alone tells what a letter says on the other channels.
    """

    name: str
    subject: Any
    text: Any
    is_duty: bool = False
    is_for_inbox_alone: bool = False
    about: Any = ""  # needed where the subject counts

    @property
    def title(self) -> str:
        """What notices of this kind are about, for lists that do not show the facts."""
        return str(self.about or " ".join((self.subject % Gaps()).split()))


class Gaps(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"


class Words(NamedTuple):
    subject: str
    text: str


KINDS: dict[str, Kind] = {}
RETIRED = Kind("retired", _("Notice"), _("The words of this notice are no longer kept."))


def register(kind: Kind) -> Kind:
    if KINDS.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"Two kinds of notices are named {kind.name}.")
    return kind


def kind_of(notice: Notice) -> Kind:
    return KINDS.get(notice.kind, RETIRED)


def duties() -> list[str]:
    return [kind.name for kind in KINDS.values() if kind.is_duty]


def words_of(notice: Notice) -> Words:
    """In the active language; what somebody typed stays text, without line breaks in the subject."""
    kind, shown = kind_of(notice), Shown(notice.facts)
    subject = " ".join(clean_text(kind.subject % shown).split())
    return Words(subject[:LONGEST_SUBJECT], clean_text(kind.text % shown, multiline=True).strip())


def address_of(notice: Notice) -> str:
    """The path for readers of the active language; "" where there is none."""
    language = get_language() or settings.LANGUAGE_CODE
    with translation.override(settings.LANGUAGE_CODE):
        return translate_url(notice.address, language) if notice.address else ""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as its reader sees it, on the page and by the API."""

    public_id: UUID
    kind: str
    subject: str
    text: str
    is_duty: bool
    address: str
    created_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, notice: Notice) -> Self:
        about = (notice.kind, *words_of(notice), kind_of(notice).is_duty, address_of(notice))
        return cls(notice.public_id, *about, notice.created_at, notice.read_at)


class Shown(dict[str, Any]):
    """Facts as their names say they are shown; an empty one, or one that an old notice lacks, is a dash."""

    def __init__(self, facts: Mapping[str, Any], *, is_lenient: bool = True) -> None:
        super().__init__({name: _as_shown(name, value) for name, value in facts.items()})
        self.is_lenient = is_lenient
        for name in [name for name in facts if name.endswith("_zh")]:
            short = name.removesuffix("_zh")
            self.setdefault(short, in_reader_language(facts[name], facts.get(f"{short}_en", "")) or UNKNOWN)

    def __missing__(self, name: str) -> str:
        if self.is_lenient:
            return UNKNOWN
        raise KeyError(name)


def _as_shown(name: str, value: Any) -> Any:
    if value == "":
        return UNKNOWN
    if not isinstance(value, str):
        return value
    if name.endswith("_on"):
        return shanghai_date(date.fromisoformat(value))
    if name.endswith("_at"):
        return shanghai_moment(datetime.fromisoformat(value))
    return wan_yuan(Decimal(value)) if name.endswith("_yuan") else value
