"""What is known of experts and applications when conflicts are looked for: a fixed number of queries for any number."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, Model, OuterRef, Prefetch, Q, QuerySet

from accounts.models import Membership, Organisation
from common.calendar import one_calendar, shanghai_today
from subsidies.clocks import period_end
from subsidies.enums import SITTING, AssignmentState, SheetState, State
from subsidies.models import (
    Application,
    ApplicationGuest,
    Assignment,
    CrossCheckHit,
    Expert,
    ExpertInterest,
    FormCheck,
    Namesake,
    Recommendation,
    ScoreSheet,
    Submission,
)
from subsidies.named import people_named_in
from subsidies.named_bases import bases_of
from subsidies.once import plain_name

YEARS_AFTER_LEAVING = 3  # 近三年内同一法人; see also three_years_ago of the triggers
# Seats that still ask for a signed sheet, as seen from an expert.
OPEN_REVIEW = Q(
    assignments__state__in=SITTING,
    assignments__application__state=State.REVIEW,
) & Q(~Exists(ScoreSheet.objects.filter(assignment=OuterRef("assignments"), state=SheetState.SIGNED)))
HANDS: tuple[tuple[type[Model], str], ...] = (
    (Application, "started_by"),
    (Application, "submitted_by"),
    (Submission, "signed_by"),
    (ApplicationGuest, "user"),
    (Recommendation, "prepared_by"),
    (Recommendation, "decided_by"),
    (FormCheck, "checked_by"),
    (FormCheck, "confirmed_by"),
    (CrossCheckHit, "judged_by"),
)


class Bodies(NamedTuple):
    """Organisations by their keys and by their plain names: a register may know an employer by name alone."""

    keys: frozenset[int]
    names: frozenset[str]


class Avoided(NamedTuple):
    name: str
    employer: str


@dataclass(frozen=True, slots=True)
class ExpertFacts:
    expert: Expert
    name: str
    works_for: Bodies  # now or within three years, and where the account is a member
    bound_to: frozenset[int]
    absences: tuple[tuple[date, date], ...]
    open_by_call: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    application: Application
    applicant: Bodies
    partners: Bodies
    host: Bodies  # who carries and who runs the base, of the project or of the answers
    named: frozenset[str]  # people and holders of rights whom the answers name, but for the applicant
    first_day: date
    last_day: date  # of a review that begins on the first day
    hands: frozenset[int]  # people who had a part in it
    avoided: tuple[Avoided, ...]
    declined_by: frozenset[int]
    namesakes: dict[int, str]  # experts who are another person than the one who is named, and how that is known

    @property
    def concerned(self) -> frozenset[int]:
        """See also CONCERNED in the migration that holds the panels."""
        return self.applicant.keys | self.partners.keys | self.host.keys


@dataclass(frozen=True, slots=True)
class Facts:
    experts: dict[int, ExpertFacts]
    applications: dict[int, ApplicationFacts]


def facts_of(experts: Iterable[int], applications: Iterable[int]) -> Facts:
    """Always as the database has it now; the keys of both are given. Some twenty queries, however many there are."""
    today = shanghai_today()
    expert_keys, application_keys = set(experts), set(applications)
    open_reviews = _open_reviews(expert_keys)
    return Facts(
        {row.pk: _of_expert(row, today, open_reviews[row.pk]) for row in _experts(expert_keys, today)},
        dict(_of_applications(application_keys, today)),
    )


# ---------------------------------------------------------------- experts
def _experts(keys: set[int], today: date) -> QuerySet[Expert]:
    in_force = Membership.objects.filter(is_active=True)
    rows: QuerySet[Expert] = Expert.objects.filter(pk__in=keys).select_related("user")
    return rows.prefetch_related(
        "fields",
        "employments__organisation",
        Prefetch("interests", ExpertInterest.objects.order_by("pk")),
        "absences",
        Prefetch("user__memberships", in_force.select_related("organisation")),
    )


def _of_expert(expert: Expert, today: date, open_by_call: Counter[int]) -> ExpertFacts:
    since = years_before(today, YEARS_AFTER_LEAVING)
    recent = [row for row in expert.employments.all() if row.until is None or row.until >= since]
    bodies = [row.organisation for row in recent] + [row.organisation for row in expert.user.memberships.all()]
    known = bodies_of(bodies)
    return ExpertFacts(
        expert,
        plain_name(expert.user.name),
        Bodies(known.keys, known.names | {plain_name(row.name) for row in recent}),
        frozenset(
            row.organisation_id for row in expert.interests.all() if row.ended_on is None or row.ended_on > today
        ),
        tuple((row.begins_on, row.ends_on) for row in expert.absences.all()),
        open_by_call,
    )


def years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year - years, day=28)


def bodies_of(organisations: Iterable[Organisation | None]) -> Bodies:
    known = [each for each in organisations if each is not None]
    names = (name for each in known for name in (each.name_zh, each.name_en))
    return Bodies(frozenset(each.pk for each in known), frozenset(plain_name(name) for name in names if name))


def _open_reviews(keys: set[int]) -> defaultdict[int, Counter[int]]:
    counts: defaultdict[int, Counter[int]] = defaultdict(Counter)
    rows = Expert.objects.filter(OPEN_REVIEW, pk__in=keys).order_by()
    for expert, call in rows.values_list("pk", "assignments__application__call_id"):
        counts[expert][call] += 1
    return counts


# ---------------------------------------------------------------- applications
def _of_applications(keys: set[int], today: date) -> Iterator[tuple[int, ApplicationFacts]]:
    rows = Application.objects.filter(pk__in=keys).defer("touched").select_related("organisation")
    rows = rows.prefetch_related(
        "call_version",
        "project__partners__organisation",
        "project__industry",
        "project__base__host",
        "project__base__operator",
        "base_answer__bases__host",
        "base_answer__bases__operator",
        "avoided_experts",
        Prefetch("namesakes", Namesake.objects.filter(ended_at=None, confirmed_at__isnull=False)),
    )
    hands, declined = _by_application(_hands(keys)), _by_application(_declined(keys))
    with one_calendar():
        for row in rows:
            yield row.pk, _of_application(row, today, hands[row.pk], declined[row.pk])


def _of_application(row: Application, today: date, hands: set[int], declined: set[int]) -> ApplicationFacts:
    applicant = bodies_of([row.organisation])
    return ApplicationFacts(
        row,
        applicant,
        bodies_of(_partners(row)),
        bodies_of(body for base in bases_of(row) for body in (base.host, base.operator)),
        people_named_in(row) - applicant.names,
        today,
        period_end(row.call_version.parsed.period("review"), today).on,
        frozenset(hands),
        tuple(Avoided(plain_name(each.name), plain_name(each.employer)) for each in row.avoided_experts.all()),
        frozenset(declined),
        {each.expert_id: each.basis for each in row.namesakes.all()},
    )


def _partners(row: Application) -> list[Organisation]:
    parts = row.project.partners.all() if row.project else []
    return [part.organisation for part in parts if part.organisation_id != row.organisation_id]


def _hands(keys: set[int]) -> Iterable[tuple[int, int | None]]:
    rows = [
        model._default_manager.filter(**{"pk__in" if model is Application else "application__in": keys})
        .order_by()
        .values_list("pk" if model is Application else "application_id", who)
        for model, who in HANDS
    ]
    return rows[0].union(*rows[1:])


def _declined(keys: set[int]) -> Iterable[tuple[int, int]]:
    rows = Assignment.objects.filter(application__in=keys, state=AssignmentState.DECLINED).order_by()
    return rows.values_list("application_id", "expert_id")


def _by_application(pairs: Iterable[tuple[int, int | None]]) -> defaultdict[int, set[int]]:
    grouped: defaultdict[int, set[int]] = defaultdict(set)
    for application, key in pairs:
        if key is not None:
            grouped[application].add(key)
    return grouped
