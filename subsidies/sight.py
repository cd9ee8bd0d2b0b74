"""What of the bureau's deliberation a person may read: draws, visits, meetings and decisions as querysets.

Nobody reads how the bureau comes to its decision on a case they have an interest in. Where several cases go together,
as in a draw or a meeting, they read of the others, and of their own only that they are kept away from it. For one row
permissions.sees_deliberation() says the same.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from accounts.models import User
from subsidies.models import Application, Decision, Draw, Meeting, SiteVisit
from subsidies.ties import tied


def kept_from(user: User) -> QuerySet[Application]:
    """The cases that the person has an interest in."""
    rows: QuerySet[Application] = Application.objects.filter(tied(user, user.roles))
    return rows.order_by()


def _may(user: User, model: str) -> bool:
    return user.has_perm(f"subsidies.view_{model}") and user.acts_for_whole_city()


# ---------------------------------------------------------------- visits
def visits_for(user: User) -> QuerySet[SiteVisit]:
    """Those of the applications on the person's desk; a county's officers see none."""
    rows: QuerySet[SiteVisit] = SiteVisit.objects.select_related(
        "application__organisation", "application__call_version"
    )
    if not _may(user, "sitevisit"):
        return rows.none()
    seen = Application.objects.for_staff(user).exclude(tied(user, user.roles))
    return rows.filter(application__in=seen.values("pk"))


# ---------------------------------------------------------------- draws
def draws_for(user: User) -> QuerySet[Draw]:
    """Those with a case in them that the person is not kept away from. Two queries before its own."""
    return _draws(user, but=[draw.pk for draw, away in _near(user) if away == numbers_of(draw)])


def whole_draws_for(user: User) -> QuerySet[Draw]:
    """Those with no case in them that the person is kept away from: inputs and journal cannot be shown in part."""
    return _draws(user, but=[draw.pk for draw, _away in _near(user)])


def kept_away_in(draw: Draw, user: User) -> set[str]:
    """The numbers of the cases in it that the person is kept away from; one query."""
    return {str(row) for row in kept_from(user).filter(call=draw.call_id, number__in=numbers_of(draw)).only("number")}


def numbers_of(draw: Draw) -> set[str]:
    return {panel["application"] for panel in draw.result["panels"]}


def _draws(user: User, but: list[int]) -> QuerySet[Draw]:
    rows: QuerySet[Draw] = Draw.objects.exclude(pk__in=but) if _may(user, "draw") else Draw.objects.none()
    return rows


def _near(user: User) -> list[tuple[Draw, set[str]]]:
    """The draws with cases in them that the person is kept away from, and the numbers of those."""
    own = {str(row) for row in kept_from(user).exclude(number=None).only("number")}
    named = Q(pk__in=[])
    for number in own:
        named |= Q(drawn__contains=f'"{number}"')
    if not own:
        return []
    rows = Draw.objects.annotate(drawn=Cast("result", TextField())).filter(named).only("result")
    return [(draw, numbers_of(draw) & own) for draw in rows]


# ---------------------------------------------------------------- meetings
def meetings_for(user: User) -> QuerySet[Meeting]:
    """Those with a case on the agenda that the person is not kept away from, or with none at all."""
    rows: QuerySet[Meeting] = Meeting.objects.all()
    if not _may(user, "meeting"):
        return rows.none()
    agenda = Decision.objects.filter(meeting=OuterRef("pk"), removed_at=None)
    own = Exists(agenda.filter(application__in=kept_from(user).values("pk")))
    others = Exists(agenda.exclude(application__in=kept_from(user).values("pk")))
    return rows.exclude(own & ~others)


def agenda_for(user: User, meeting: Meeting) -> QuerySet[Decision]:
    """What stands on its agenda, in its order, but for what the person is kept away from."""
    rows: QuerySet[Decision] = meeting.decisions.filter(removed_at=None)
    return rows.exclude(application__in=kept_from(user).values("pk")).order_by("position")


def on_agenda_kept_from(user: User, meeting: Meeting) -> QuerySet[Decision]:
    rows: QuerySet[Decision] = meeting.decisions.filter(removed_at=None, application__in=kept_from(user).values("pk"))
    return rows.select_related("application").order_by("application__number")
