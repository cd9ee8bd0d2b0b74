"""Which members of a meeting cannot decide on which application: bound to a body concerned, or had a part in it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.models import Membership, User
from subsidies.models import Application, Decision, MeetingMember
from subsidies.named import people_named_in
from subsidies.once import plain_name
from subsidies.ties import Ties, read_ties


class Interest(NamedTuple):
    member: MeetingMember
    reason: str


class About(NamedTuple):
    """What ties people to one application; the names are plain ones."""

    ties: Ties
    of_bodies: frozenset[str]  # names of the people of the bodies
    took_part: frozenset[str]
    named: frozenset[str]


def interests_in(decisions: Iterable[Decision]) -> dict[int, list[Interest]]:
    """By the key of the decision, for one meeting. Constant queries."""
    rows = list(decisions)
    found: dict[int, list[Interest]] = {row.pk: [] for row in rows}
    if not rows:
        return found
    members = list(MeetingMember.objects.filter(meeting=rows[0].meeting_id))
    bodies = _bodies_of({member.user_id for member in members if member.user_id})
    about = _about([row.application_id for row in rows])
    for row in rows:
        for member in members:
            known = about[row.application_id]
            if member.user_id:
                reason = _reason(member.user_id, bodies[member.user_id], known)
            else:
                reason = _reason_by_name(plain_name(member.name), known)
            if reason:
                found[row.pk].append(Interest(member, reason))
    return found


def _reason(user: int, bodies: set[int], about: About) -> str:
    """Whoever checked it for the bureau stays impartial. See also permissions.is_impartial()."""
    if not about.ties.bodies.isdisjoint(bodies):
        return _("Belongs to an organisation concerned")
    return _("Took part in the application") if user in about.ties.people else ""


def _reason_by_name(name: str, about: About) -> str:
    """Without an account nothing else is known: a namesake counts as the person until an account says otherwise."""
    if name in about.of_bodies:
        return _("Has the name of somebody of an organisation concerned; give the account if this is another person")
    if name in about.took_part:
        return _(
            "Has the name of somebody who took part in the application; give the account if this is another person"
        )
    if name in about.named:
        return _("Has the name of somebody named in the application; give the account if this is another person")
    return ""


def _bodies_of(people: set[int]) -> dict[int, set[int]]:
    bodies: dict[int, set[int]] = defaultdict(set)
    for user, body in Membership.objects.filter(user__in=people, is_active=True).values_list("user", "organisation"):
        bodies[user].add(body)
    return bodies


# ---------------------------------------------------------------- the applications
def _about(keys: list[int]) -> dict[int, About]:
    applications = Application.objects.filter(pk__in=keys).defer("touched").prefetch_related("call_version")
    ties = read_ties(keys)
    of_bodies = _names_by_body(frozenset().union(*(each.bodies for each in ties.values())))
    names = _names_of(frozenset().union(*(each.people for each in ties.values())))
    return {
        row.pk: About(
            ties[row.pk],
            frozenset(name for body in ties[row.pk].bodies for name in of_bodies[body]),
            frozenset(names[person] for person in ties[row.pk].people),
            people_named_in(row),
        )
        for row in applications
    }


def _names_by_body(bodies: frozenset[int]) -> dict[int, set[str]]:
    names: dict[int, set[str]] = defaultdict(set)
    rows = Membership.objects.filter(organisation__in=bodies, is_active=True)
    for body, name in rows.values_list("organisation", "user__name"):
        names[body].add(plain_name(name))
    return names


def _names_of(people: frozenset[int]) -> dict[int, str]:
    rows = User.objects.filter(pk__in=people).values_list("pk", "name")
    return {key: plain_name(name) for key, name in rows}
