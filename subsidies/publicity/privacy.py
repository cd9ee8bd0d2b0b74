"""What must not leave the house in a public notice: one look over its words before it is published.

Phones, numbers of persons and accounts, e-mail addresses, scores, and the names of people who write for the firms or
sit on the panels. An office telephone may stand among the contacts.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.models.names import field_label
from subsidies.models import Application, Assignment, NoticeEntry, PublicNotice

GAP = r"[\s\-._·、—]{0,2}"
MOBILE = re.compile(rf"(?<!\d)1[3-9]\d{GAP}\d{{4}}{GAP}\d{{4}}(?!\d)")
OFFICE_PHONE = re.compile(r"(?<!\d)(?:0\d{2,3}[\s\-)]{0,2}\d{7,8}|[48]00-\d{3,4}-\d{3,4})(?!\d)")
PERSON_NUMBER = re.compile(
    r"(?<![0-9A-Z])\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9X](?!\w)", re.I
)
ACCOUNT = re.compile(r"(?<![0-9A-Za-z-])\d(?:\s?\d){11,22}(?![0-9A-Za-z-])")
EMAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")
SCORE = re.compile(
    r"(?:得分|评分|总分|平均分|分数|\bscored?\b|\bpoints?\b)[^\d\n]{0,8}\d+(?:\.\d+)?|\d+(?:\.\d+)?\s?(?:分(?![钟之公支院厂店局行类析散子布期批册部])|points?\b)",
    re.I,
)
EXPERT_CODE = re.compile(r"ZJ-[A-Z]\d{5}")
CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
SHORTEST_NAME = 2
NAMES_IN_FORMS = ("contact_name", "leader_name")

Words = Promise | str
KINDS: tuple[tuple[Words, re.Pattern[str]], ...] = (
    (gettext_lazy("a mobile phone number"), MOBILE),
    (gettext_lazy("a telephone number"), OFFICE_PHONE),
    (gettext_lazy("an identity number"), PERSON_NUMBER),
    (gettext_lazy("a number of an account"), ACCOUNT),
    (gettext_lazy("an e-mail address"), EMAIL),
    (gettext_lazy("a score"), SCORE),
    (gettext_lazy("the code of an expert"), EXPERT_CODE),
)


class Find(NamedTuple):
    """Where it stands, what it is and how it reads."""

    place: str
    kind: str
    text: str

    def __str__(self) -> str:
        return _("%(place)s: %(kind)s, “%(text)s”. Take it out.") % self._asdict()


class Passage(NamedTuple):
    place: str
    text: str
    is_contact: bool = False


def finds_in(notice: PublicNotice, entries: Iterable[NoticeEntry]) -> list[Find]:
    """Everything that keeps the notice from being published; four queries for all its entries."""
    rows = list(entries)
    names = _names_around([entry.application for entry in rows])
    return [find for passage in _passages(notice, rows) for find in _look_over(passage, names)]


def _passages(notice: PublicNotice, entries: list[NoticeEntry]) -> Iterator[Passage]:
    for name in ("title_zh", "title_en", "text_zh", "text_en", "business_contact", "discipline_contact"):
        yield Passage(field_label(PublicNotice, name), getattr(notice, name), name.endswith("_contact"))
    for entry in entries:
        place = _("Entry %(position)d, name of the project") % {"position": entry.position}
        yield Passage(place, entry.application.project_name)


def _look_over(passage: Passage, names: Mapping[str, Words]) -> Iterator[Find]:
    plain = unicodedata.normalize("NFKC", passage.text)
    plain = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
    seen: set[str] = set()
    for kind, pattern in KINDS:
        if passage.is_contact and pattern is OFFICE_PHONE:
            continue
        for text in _matches(pattern, plain):
            if not any(text in earlier for earlier in seen):
                seen.add(text)
                yield Find(passage.place, str(kind), text)
    for name, kind in names.items():
        if name in plain:
            yield Find(passage.place, str(kind), name)


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """As it is written, and with figures in Chinese where a mobile phone is meant."""
    yield from (found[0] for found in pattern.finditer(text))
    if pattern in (MOBILE, PERSON_NUMBER):
        told = text.translate(CHINESE_DIGITS)
        for found in pattern.finditer(told):
            if text[found.start() : found.end()] != found[0]:
                yield text[found.start() : found.end()]


# ---------------------------------------------------------------- the people around an application
def _names_around(applications: list[Application]) -> dict[str, Words]:
    """Names, each with what the person is."""
    of_firm, expert = gettext_lazy("the name of a person of the applicant"), gettext_lazy("the name of an expert")
    keys = [application.pk for application in applications]
    firms = [application.organisation_id for application in applications]
    members = User.objects.filter(memberships__organisation__in=firms).values_list("name", flat=True)
    panel = Assignment.objects.filter(application__in=keys).values_list("expert__user__name", flat=True)
    names: dict[str, Words] = dict.fromkeys(_long_enough(members), of_firm)
    for application in applications:
        names |= dict.fromkeys(_long_enough(_named_in(application)), of_firm)
    return names | dict.fromkeys(_long_enough(panel), expert)


def _named_in(application: Application) -> Iterator[str]:
    """The representative of the firm, and whoever is named in the form beside a telephone or an e-mail address."""
    yield application.organisation.legal_representative
    content = application.call_version.parsed
    beside = {f"{field.id.rpartition('_')[0]}_name" for field in content.fields() if field.type in ("phone", "email")}
    for name in {*beside, *NAMES_IN_FORMS}:
        yield str(application.data.get(name) or "")


def _long_enough(names: Iterable[str | None]) -> Iterator[str]:
    for name in names:
        plain = unicodedata.normalize("NFKC", name or "").strip()
        if len(plain) >= SHORTEST_NAME:
            yield plain
