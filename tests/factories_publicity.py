"""Published notices and objections that satisfy every constraint and trigger, and hold nothing more."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from common.calendar import SHANGHAI, shanghai_today
from common.journal_values import canonical
from subsidies.enums import Consequence, NoticeState, ObjectionKind, ObjectionState
from subsidies.models import Application, NoticeEntry, NoticeWriter, Objection, PublicNotice
from subsidies.publicity.codes import code_of, digest_of
from tests.factories_accounts import somebody
from tests.triggers import lifted

PERIOD = {"length": 5, "unit": "working_day", "counts_first_day": True, "is_provisional": False}


@contextmanager
def at_any_time() -> Iterator[None]:
    """Let a notice be published under another day: what only the owner of the database can do."""
    with lifted("subsidies_publicnotice_clock"):
        yield


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


def drafted(*applications: Application, **fields: Any) -> PublicNotice:
    """A draft with these on its list."""
    given = {
        "call": applications[0].call,
        "slug": uuid4().hex,
        "title_zh": "拟奖补项目公示",
        "title_en": "Projects proposed for support",
        "business_contact": "成果科 0735-2222222",
        "discipline_contact": "机关纪委 0735-3333333",
        "edited_by": somebody(),
    }
    notice = PublicNotice.objects.create(**{**given, **fields})
    NoticeWriter.objects.create(notice=notice, user=notice.edited_by)
    for position, application in enumerate(applications, 1):
        amount = application.decisions.exclude(released_at=None).latest("pk").amount_yuan
        NoticeEntry.objects.create(notice=notice, application=application, position=position, amount_yuan=amount)
    return notice


def listed(
    *applications: Application, starts_on: date | None = None, ends_on: date | None = None, slug: str = ""
) -> PublicNotice:
    """Published, running since yesterday for five days more; the applications themselves are not moved."""
    starts_on = starts_on or shanghai_today() - timedelta(days=1)
    notice = drafted(*applications)
    notice.state = NoticeState.REVIEW
    notice.save()
    entries = list(notice.entries.select_related("application__organisation"))
    rows = [
        {
            "position": entry.position,
            "number": entry.application.number,
            "firm_zh": entry.application.organisation.name_zh,
            "firm_en": "",
            "project": entry.application.project_name,
            "base_zh": "",
            "base_en": "",
            "place_zh": "临武县",
            "place_en": "Linwu County",
            "amount_yuan": f"{entry.amount_yuan:.2f}",
        }
        for entry in entries
    ]
    notice.state, notice.slug, notice.period = NoticeState.PUBLISHED, slug or f"notice-{notice.pk}", PERIOD
    notice.starts_on, notice.ends_on = starts_on, ends_on or starts_on + timedelta(days=6)
    notice.published_at, notice.published_by = noon(starts_on), somebody()
    notice.listed = {"form": 1, "notice": notice.slug, "entries": rows}
    notice.digest = hashlib.sha256(canonical(notice.listed)).hexdigest()
    with at_any_time():
        notice.save()
    return notice


def over(*applications: Application) -> PublicNotice:
    """Published, and its last day was the day before yesterday."""
    today = shanghai_today()
    return listed(*applications, starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=2))


def objected(entry: NoticeEntry, **fields: Any) -> Objection:
    """By a person, received on the first day of the notice, and open."""
    key = uuid4()
    given = {
        "kind": ObjectionKind.PERSON,
        "name": "王某某",
        "contact": "13800001234",
        "text": "该项目中试线未建成",
        "received_at": noon(entry.notice.starts_on),
        "due_on": shanghai_today() + timedelta(days=15),
    }
    given |= {"key": key, "code_digest": digest_of(code_of(key))}
    return Objection.objects.create(notice=entry.notice, entry=entry, **{**given, **fields})


def upheld(application: Application, consequence: str = Consequence.ANNUL) -> Objection:
    """Against its entry in a notice, which is made where there is none."""
    entry = application.notice_entries.select_related("notice").last() or listed(application).entries.get()
    objection = objected(entry)
    objection.state, objection.consequence, objection.answer = ObjectionState.UPHELD, consequence, "经核实属实"
    objection.answered_by, objection.answered_at = somebody(), timezone.now()
    objection.save(update_fields=["state", "consequence", "answer", "answered_by", "answered_at"])
    return objection


def replaced(application: Application) -> None:
    """Its notice has been replaced because of another entry; made up of this one alone."""
    notice = application.notice_entries.select_related("notice").last().notice
    upheld(application, Consequence.RECONSIDER)
    notice.refresh_from_db()
    notice.state, notice.replaced_reason = NoticeState.REPLACED, "名单有变"
    notice.save()
