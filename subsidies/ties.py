"""Who is tied to an application, and so takes no step on it: the bodies it is about, the people who had a part in it.

Of one row for one person as a predicate, of many rows for one person as a condition (untied()), of one row for many
people in subsidies.audiences.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import Model, Q, Value

from accounts.models import User
from projects.models import Project
from subsidies.models import Application, ApplicationGuest, Assignment, BaseAnswer, Recommendation

WROTE, RECOMMENDED, SCORED = "wrote", "recommended", "scored"
HANDS: tuple[tuple[type[Model], str, str], ...] = (
    (ApplicationGuest, "user", WROTE),  # whose access has ended all the same
    (Recommendation, "prepared_by", RECOMMENDED),
    (Recommendation, "decided_by", RECOMMENDED),
    (Assignment, "expert__user", SCORED),
)
# Applicant, partners of the project, host and operator of its base or of one that the answers name; see also CONCERNED
# of the triggers, and untied().
BODIES = (
    "organisation",
    "project__partners__organisation",
    "project__base__host",
    "project__base__operator",
    "base_answer__bases__host",
    "base_answer__bases__operator",
)


class Ties(NamedTuple):
    bodies: frozenset[int]
    wrote: frozenset[int]  # started, signed or advised
    recommended: frozenset[int]
    scored: frozenset[int]  # whoever was drawn, whether they sat or not

    @property
    def people(self) -> frozenset[int]:
        return self.wrote | self.recommended | self.scored


def ties_of(application: Application) -> Ties:
    """Read once for this object, in two queries; verbs ask it of a freshly locked row."""
    if application.known_ties is None:
        know_ties([application])
    return application.known_ties or NONE


def know_ties(applications: Iterable[Application]) -> None:
    """Reads those of all of them at once."""
    rows = list(applications)
    found = read_ties(row.pk for row in rows)
    for row in rows:
        row.known_ties = found[row.pk]


def read_ties(keys: Iterable[int]) -> dict[int, Ties]:
    """By the key of the application, as the database has it now. Two queries, however many there are."""
    wanted = list(keys)
    bodies: dict[int, set[int]] = defaultdict(set)
    hands: dict[tuple[int, str], set[int]] = defaultdict(set)
    about = Application.objects.filter(pk__in=wanted).order_by()
    for key, started_by, submitted_by, *concerned in about.values_list("pk", "started_by", "submitted_by", *BODIES):
        hands[key, WROTE].update(filter(None, (started_by, submitted_by)))
        bodies[key].update(filter(None, concerned))
    for key, user, part in _hands(wanted):
        if user:
            hands[key, part].add(user)
    return {
        key: Ties(frozenset(bodies[key]), *(frozenset(hands[key, part]) for part in (WROTE, RECOMMENDED, SCORED)))
        for key in wanted
    }


# ---------------------------------------------------------------- the same as conditions over many applications
def impartial(user: User) -> Q:
    """See also permissions.is_impartial()."""
    recommended = Recommendation.objects.filter(Q(prepared_by=user) | Q(decided_by=user)).values("application")
    scored = Assignment.objects.filter(expert__user=user).values("application")
    return untied(user, user.roles) & ~Q(pk__in=recommended) & ~Q(pk__in=scored)


def untied(user: User, bodies: Collection[int]) -> Q:
    return ~tied(user, bodies)


def tied(user: User, bodies: Collection[int]) -> Q:
    """See also permissions.has_interest()."""
    keys = list(bodies)
    about = Q(partners__organisation__in=keys) | Q(base__host__in=keys) | Q(base__operator__in=keys)
    named = BaseAnswer.objects.filter(Q(bases__host__in=keys) | Q(bases__operator__in=keys)).values("application")
    advised = ApplicationGuest.objects.filter(user=user).values("application")
    own = Q(organisation__in=user.roles) | Q(submitted_by=user) | Q(started_by=user) | Q(pk__in=advised)
    return own | Q(project__in=Project.objects.filter(about).values("pk")) | Q(pk__in=named)


def _hands(keys: list[int]) -> Iterable[tuple[int, int | None, str]]:
    rows = [
        model._default_manager.filter(application__in=keys).order_by().values_list("application", who, Value(part))
        for model, who, part in HANDS
    ]
    return rows[0].union(*rows[1:])


NONE = Ties(*(frozenset[int]() for _each in Ties._fields))
