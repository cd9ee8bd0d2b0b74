"""Who is awaited to release what a meeting has recorded: of many cases for one person, of one meeting for all people.

See also deciding.release(), which refuses everybody else with the reason.
"""

from django.db.models import Q, QuerySet

from accounts.holders import holders
from accounts.models import User
from subsidies.models import Application, Decision, Meeting
from subsidies.ties import impartial


def ready_for(user: User) -> QuerySet[Decision]:
    """On agendas recorded whole, in nothing of which the person had a hand or has an interest. No query by itself."""
    open_now: QuerySet[Decision] = Decision.objects.filter(released_at=None, removed_at=None)
    had_a_hand = Q(put_by=user) | Q(staged_by=user) | Q(meeting__prepared_by=user)
    bound = ~Q(application__in=Application.objects.filter(impartial(user)).values("pk"))
    in_the_way = open_now.filter(Q(verdict="") | had_a_hand | bound)
    return open_now.exclude(meeting__in=in_the_way.values("meeting"))


def releasers_of(meeting: Meeting) -> list[User]:
    """The leaders are few: each is asked."""
    leaders = holders("subsidies.release_decisions")
    return [person for person in leaders if ready_for(person).filter(meeting=meeting).exists()]
