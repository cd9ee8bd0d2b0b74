"""Schemes, calls and applications that satisfy every constraint and trigger, and hold nothing more."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import factory
from django.db import connection
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.enums import MembershipRole, OrganisationKind, PersonKind
from accounts.models import Organisation, User
from common.models import Division
from subsidies.enums import SchemeKind, State, VersionState
from subsidies.models import Application, ApplicationStep, Call, CallVersion, Policy, Scheme
from subsidies.workflow import MOVES, OF_THE_CLOCK, pairs_of_states
from tests.factories import DivisionFactory
from tests.factories_accounts import MembershipFactory, OrganisationFactory, UserFactory, somebody, user_of_kind
from tests.factories_decision import prepare
from tests.factories_follow_up import prepare as prepare_follow_up
from tests.factories_steps import prepare as prepare_step

# Small, with one of everything: a money field, a readiness pair, a table, an optional and a conditional material.
SMALL_CONTENT: dict[str, Any] = json.loads(
    (Path(__file__).parent / "subsidies" / "small_content.json").read_text("utf-8")
)
# Answers and nothing missing but the file of A01.
SMALL_ANSWERS: dict[str, Any] = {
    "contact_name": "李工",
    "own_pilot": True,
    "investment_yuan": "9000000.00",
    "trl_before": 4,
    "trl_after": 7,
    "line_in_city": True,
}


class PolicyFactory(DjangoModelFactory):
    class Meta:
        model = Policy

    slug = factory.Sequence(lambda n: f"policy-{n}")
    name_zh = factory.Sequence(lambda n: f"政策{n}")


class SchemeFactory(DjangoModelFactory):
    """The award: a flat sum of 2,000,000.00 yuan, once per project."""

    class Meta:
        model = Scheme

    policy = factory.SubFactory(PolicyFactory)
    slug = factory.Sequence(lambda n: f"scheme-{n}")
    name_zh = factory.Sequence(lambda n: f"奖补{n}")
    name_en = factory.Sequence(lambda n: f"Award {n}")
    kind = SchemeKind.FLAT
    amount_yuan = Decimal("2000000.00")
    is_once_per_project = True


class CallFactory(DjangoModelFactory):
    """Published, open since yesterday for ten days more, with one published version of SMALL_CONTENT."""

    class Meta:
        model = Call
        skip_postgeneration_save = True

    scheme = factory.SubFactory(SchemeFactory)
    slug = factory.Sequence(lambda n: f"call-{n}")
    year = 2026
    name_zh = factory.Sequence(lambda n: f"申报批次{n}")
    name_en = factory.Sequence(lambda n: f"Call {n}")
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    closes_at = factory.LazyAttribute(lambda row: row.opens_at and row.opens_at + timedelta(days=11))
    recommend_closes_at = factory.LazyAttribute(lambda row: row.closes_at and row.closes_at + timedelta(days=5))
    amount_yuan = factory.LazyAttribute(lambda row: row.scheme.amount_yuan)
    published_at = factory.LazyFunction(timezone.now)
    published_by = factory.LazyAttribute(lambda row: row.published_at and somebody())

    @factory.post_generation
    def content(self, create: bool, given: dict[str, Any] | None, **kwargs: Any) -> None:
        CallVersion.objects.create(
            call=self,
            number=1,
            content=SMALL_CONTENT if given is None else given,
            state=VersionState.PUBLISHED,
            published_at=timezone.now(),
            published_by=self.published_by or somebody(),
        )


def firm(**fields: Any) -> Organisation:
    """A verified firm of Linwu with a recommending unit."""
    linwu = DivisionFactory()
    unit = OrganisationFactory(kind=OrganisationKind.GOVERNMENT, registered_division=linwu)
    given = {"registered_division": linwu, "recommender": unit, "verified_at": timezone.now()}
    return OrganisationFactory(**{**given, **fields})


def person_of(organisation: Organisation, role: str = MembershipRole.ADMINISTRATOR) -> User:
    """A person of the firm, or with role OFFICER or LEADER of an office, who then has the officers' rights."""
    is_office = role in (MembershipRole.OFFICER, MembershipRole.LEADER)
    user = _officer() if is_office else UserFactory()
    MembershipFactory(user=user, organisation=organisation, role=role)
    return User.objects.get(pk=user.pk)


def _officer() -> User:
    user = user_of_kind(PersonKind.COUNTY_OFFICER, division=_elsewhere().code)
    assert isinstance(user, User)
    return user


def _elsewhere() -> Division:
    return DivisionFactory(code="431028", name_zh="安仁县", name_en="Anren County")


class ApplicationFactory(DjangoModelFactory):
    """With SMALL_ANSWERS; in any `state`, reached through the database along the legal moves, by whoever started it."""

    class Meta:
        model = Application
        skip_postgeneration_save = True

    call = factory.SubFactory(CallFactory)
    call_version = factory.LazyAttribute(lambda row: row.call.current_version())
    organisation = factory.LazyFunction(firm)
    recommender = factory.LazyAttribute(lambda row: row.organisation.recommender)
    project_name = factory.Sequence(lambda n: f"含氟新材料中试{n}")
    data = factory.LazyFunction(lambda: dict(SMALL_ANSWERS))
    started_by = factory.LazyAttribute(lambda row: person_of(row.organisation, MembershipRole.PROJECT_LEAD))

    @classmethod
    def _create(cls, model_class: type[Application], *args: Any, **fields: Any) -> Application:
        state = fields.pop("state", State.DRAFT)
        application = super()._create(model_class, *args, **fields)
        if state not in (State.DRAFT, State.UNIT_REVIEW):
            _sign(application, moment := _in_time(application.call))
        for before, step in pairwise(_way_to(state)):
            prepare_step(application, before, step)
            prepare(application, before, step)
            prepare_follow_up(application, before, step)
            put(application, state=step, **({"state_since": moment} if step == State.RECOMMENDATION else {}))
        application.refresh_from_db()
        return application


def _in_time(call: Call) -> datetime:
    """Now, or the last moment of a call that is closed."""
    return min(timezone.now(), call.closes_at - timedelta(microseconds=1))


def _sign(application: Application, moment: datetime) -> None:
    signatory = person_of(application.organisation)
    facts = {
        "number": application.number or f"ZSBZ-2026-431025-{application.pk:04d}",
        "first_submitted_at": moment,
        "submitted_by_id": signatory.pk,
        "once_key": application.once_key or f"test:{application.pk}",
    }
    put(application, **facts)


def put(application: Application, **values: Any) -> None:
    """Behind the journal's back, as a sample of the past."""
    columns = ", ".join(f"{name} = %s" for name in values)
    if "state" in values:  # every move makes a new version, and leaves a step
        columns += ", version = version + 1"
        record(application, values["state"])
    kept = [as_kept(value) for value in values.values()]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE subsidies_application SET {columns} WHERE id = %s", [*kept, application.pk])


def as_kept(value: Any) -> Any:
    """A time in the one form that the database compares."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def record(application: Application, state: str) -> None:
    """The step that the next statement may make."""
    facts = Application.objects.values_list("state", "version", "started_by")
    before, version, starter = facts.get(pk=application.pk)
    if before == state:
        return
    action = next(name for name, move in MOVES.items() if before in move.sources and move.target == state)
    ApplicationStep.objects.create(
        application=application,
        action=action,
        from_state=before,
        to_state=state,
        version=version + 1,
        by_id=None if action in OF_THE_CLOCK else starter,
    )


@cache
def _way_to(state: str) -> list[str]:
    """The shortest legal way from a draft."""
    ways: list[list[str]] = [[State.DRAFT.value]]
    while ways:
        way = ways.pop(0)
        if way[-1] == state:
            return way
        ways += [[*way, after] for after in _after(way[-1]) if after not in way]
    raise ValueError(state)


def _after(state: str) -> Iterable[str]:
    return (after for before, after in pairs_of_states() if before == state)
