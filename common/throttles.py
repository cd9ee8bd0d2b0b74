"""The limit of requests to the API. Counted in fixed windows: a request costs one or two looks into the cache,
however many came before it."""

import math
import time
from functools import lru_cache

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class RequestRate(BaseThrottle):
    """By account where a token is given, else by address; the rates "user" and "anon" of DEFAULT_THROTTLE_RATES."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        scope = "user" if request.user.is_authenticated else "anon"
        who = request.user.pk if request.user.is_authenticated else self.get_ident(request)
        limit, seconds = _rate(api_settings.DEFAULT_THROTTLE_RATES[scope])
        now = time.time()
        window = int(now // seconds)
        self.seconds_left = (window + 1) * seconds - now
        return _counted(f"rate:{scope}:{who}:{window}", seconds) <= limit

    def wait(self) -> float:
        return max(1, math.ceil(self.seconds_left))


def is_within(rate: str, scope: str, who: str) -> bool:
    """Count this request of `who` and say whether it is within the rate, such as "60/min"."""
    limit, seconds = _rate(rate)
    return _counted(f"rate:{scope}:{who}:{int(time.time() // seconds)}", seconds) <= limit


@lru_cache
def _rate(text: str) -> tuple[int, int]:
    number, period = text.split("/")
    return int(number), SECONDS[period[0]]


def _counted(key: str, seconds: int) -> int:
    try:
        return cache.incr(key)
    except ValueError:
        return 1 if cache.add(key, 1, seconds) else cache.incr(key)
