"""Telling people. Kinds stand in `<app>/notices.py`, which every process imports at its start."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import translate_url
from django.utils import timezone
from django.utils.functional import Promise

from common import journal, sms
from common.delivery import send_due
from common.letters import Letter
from common.models import Channel, Delivery, DeliveryState, Notice
from common.notice_words import Kind, Shown, Told, address_of, duties, kind_of, register, words_of
from common.tasks import deliver
from common.texts import clean_text

__all__ = [
    "Fact",
    "Kind",
    "Told",
    "address_of",
    "duties",
    "kind_of",
    "post",
    "register",
    "tell",
    "try_again",
    "words_of",
]

LONGEST_ONCE = 160
LONGEST_IN_PROCESS_S = 10.0
Fact = str | int | Decimal | date | datetime | None


class Person(Protocol):
    """What a notice needs to know of a user."""

    pk: Any
    is_active: bool
    phone: str
    wants_email: bool
    wants_sms: bool


@transaction.atomic
def tell(people: Iterable[Person], kind: Kind, facts: Mapping[str, Fact], address: str = "", once: str = "") -> int:
    """Write a notice for each of `people`, in the caller's transaction; sending begins after its commit.

    `address` is a path of this site, as reverse() gives it. With `once`, nobody is told twice under the same words.
    Returns how many are told. Two queries, three with `once`. ValueError for a fact that the words need and do not
    get.
    """
    stored = _needed(kind, {name: _storable(name, value) for name, value in facts.items()})
    told = {person.pk: person for person in people if person.is_active}
    common = {"kind": kind.name, "facts": stored, "address": _plain_address(address), "once": once[:LONGEST_ONCE]}
    made = _written([Notice(recipient_id=key, **common) for key in sorted(told)])
    deliveries = [
        Delivery(notice=notice, channel=channel)
        for notice in made
        for channel in _channels(told[notice.recipient_id], kind)
    ]
    if deliveries:
        Delivery.objects.bulk_create(deliveries)
        numbers = [delivery.pk for delivery in deliveries]
        transaction.on_commit(lambda: _start_sending(numbers), robust=True)
    return len(made)


def _written(rows: list[Notice]) -> list[Notice]:
    if not rows or not rows[0].once:
        return Notice.objects.bulk_create(rows)
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return list(Notice.objects.filter(public_id__in=[row.public_id for row in rows]))


def _channels(person: Person, kind: Kind) -> list[Channel]:
    if kind.is_for_inbox_alone:
        return []
    chosen = [Channel.EMAIL] if kind.is_duty or person.wants_email else []
    return [*chosen, Channel.SMS] if person.wants_sms and person.phone and sms.is_available() else chosen


@transaction.atomic
def post(letter: Letter, to: str, about: int, number: UUID) -> Delivery:
    """Put a letter to this address into the outbox; letters.token_of(number) is the token of its link."""
    delivery: Delivery = Delivery.objects.create(
        public_id=number, channel=Channel.EMAIL, letter=letter.name, to=to, about=about
    )
    transaction.on_commit(lambda: _start_sending([delivery.pk]), robust=True)
    return delivery


@transaction.atomic
def try_again(deliveries: QuerySet[Delivery]) -> int:
    """Put what was given up back into the outbox, as if new; returns how many."""
    given_up = deliveries.filter(state=DeliveryState.FAILED).select_for_update(of=("self",))
    numbers = []
    for row in given_up:
        row.state, row.attempts, row.next_try_at = DeliveryState.WAITING, 0, timezone.now()
        row.save(update_fields=["state", "attempts", "next_try_at"])
        journal.record("try_again", row, {"state": [DeliveryState.FAILED.value, DeliveryState.WAITING.value]})
        numbers.append(row.pk)
    if numbers:
        transaction.on_commit(lambda: _start_sending(numbers), robust=True)
    return len(numbers)


def _start_sending(deliveries: list[int]) -> None:
    """The rows are the truth, the queue is a hint: what it loses is found by the sweeper.

    Without a broker there is no sweeper: this process sends whatever is due, for a few seconds.
    """
    if settings.CELERY_TASK_ALWAYS_EAGER:
        send_due(longest_s=LONGEST_IN_PROCESS_S)
    else:
        deliver.apply_async([deliveries], retry=False)


def _storable(name: str, value: Fact) -> str | int:
    if isinstance(value, Promise):
        raise TypeError(f"The fact {name} is a translation: it would be told in the writer's language.")
    if value is None:
        return ""
    if isinstance(value, int):
        return value
    return value.isoformat() if isinstance(value, date) else clean_text(str(value), multiline=True)


def _needed(kind: Kind, facts: dict[str, str | int]) -> dict[str, str | int]:
    """The facts that the words name, and no other: who is told must not be given more by the copy of the own data."""
    asked = Asked(facts)
    for words in (kind.subject, kind.text):
        try:
            words % asked
        except KeyError as error:
            raise ValueError(f"The words of {kind.name} need the fact {error}.") from error
    return {name: value for name, value in facts.items() if asked.names & {name, name[: -len("_zh")]}}


class Asked(Shown):
    """Remembers what the words ask for."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__(facts, is_lenient=False)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.names.add(name)
        return super().__getitem__(name)


def _plain_address(address: str) -> str:
    """The path in the default language, which has no prefix."""
    if address and (not address.startswith("/") or address.startswith(("//", "/\\"))):
        raise ValueError(f"{address} is no path of this site.")
    return translate_url(address, settings.LANGUAGE_CODE) if address else ""
