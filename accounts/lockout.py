"""What axes asks of us: after five wrong passwords an account is closed to that network address for 15 minutes."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import password_reset
from axes.models import AccessAttempt
from django.conf import settings
from django.core.cache import cache
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models.people import User, normalise_email


def typed_account(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """The account someone tries to open, as typed: whether it exists makes no difference."""
    given = credentials or {}
    typed = given.get("email") or given.get("username") or given.get("login") or request.POST.get("login", "")
    return normalise_email(typed)


def lock_seconds() -> int:
    return round(settings.AXES_COOLOFF_TIME * 3600)


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: Mapping[str, Any] | None
) -> HttpResponse:
    page = render(request, "account/locked.html", status=429)
    page.headers["Retry-After"] = str(lock_seconds())
    return page


@receiver(password_reset)
def lift_lock(user: User, **kwargs: Any) -> None:
    """From every network address: a password set by the mailed link proves the mailbox.

    Of further addresses only the confirmed ones: anybody may add one that is not theirs.
    """
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    attempts = AccessAttempt.objects.filter(username__in={user.email, *map(normalise_email, confirmed)})
    cache.delete_many([_told_key(*pair) for pair in attempts.values_list("username", "ip_address")])
    attempts.delete()


def is_first_told(account: str, address: str) -> bool:
    """Whether this lock is told of now; axes tells of each attempt during it."""
    return cache.add(_told_key(account, address), 1, lock_seconds())


def _told_key(account: str, address: str) -> str:
    digest = blake2b(f"{account}\n{address}".encode(), digest_size=16)
    return f"lock-told:{digest.hexdigest()}"
