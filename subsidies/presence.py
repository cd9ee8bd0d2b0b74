"""Who else has an application open: kept in the cache for half a minute, and lost without harm."""

from typing import NamedTuple

from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from subsidies.models import Application

LIFE_S = 30
MOST = 20


class Here(NamedTuple):
    name: str
    section: str


def meet(application: Application, user: User, section: str) -> list[Here]:
    """Say that `user` is there, and hear who else was within the last half minute."""
    key, now = f"here:{application.pk}", timezone.now().timestamp()
    kept = cache.get(key) or {}
    recent = {person: place for person, place in kept.items() if now - place[0] < LIFE_S and person != user.pk}
    recent = dict(sorted(recent.items(), key=lambda each: each[1][0])[-MOST:])
    cache.set(key, {**recent, user.pk: (now, str(user), section)}, LIFE_S)
    return [Here(name, where) for _at, name, where in recent.values()]
