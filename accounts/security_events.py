"""Who came in, who tried to, and what changed about how somebody proves who they are: entries of the journal."""

from collections.abc import Mapping
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set, user_logged_in
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.lockout import is_first_told, typed_account
from accounts.models import User
from common import journal
from common.journal_words import ACTIONS

ACTIONS.update(
    {
        "sign_in": _("Signed in"),
        "sign_in_failed": _("Failed sign-in"),
        "sign_out": _("Signed out"),
        "locked_out": _("Sign-in locked"),
        "password_changed": _("Password changed"),
        "second_factor_added": _("Second factor added"),
        "second_factor_removed": _("Second factor removed"),
        "close_account": _("Account closed"),
        "copy_of_own_data": _("Copy of own data given"),
    }
)


@receiver(user_logged_in)
def signed_in(user: User, **kwargs: Any) -> None:
    _record("sign_in", user)


@receiver(user_logged_out)
def signed_out(user: User | None, **kwargs: Any) -> None:
    """Also where the session had ended before; then nobody signs out."""
    if user is not None:
        _record("sign_out", user)


@receiver(user_login_failed)
def sign_in_failed(credentials: Mapping[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Not during a lock, or an attacker could write the journal full."""
    if request is not None and not getattr(request, "axes_locked_out", False):
        _record_about("sign_in_failed", typed_account(request, credentials))


@receiver(user_locked_out)
def locked_out(username: str, ip_address: str, **kwargs: Any) -> None:
    if is_first_told(username, ip_address):
        _record_about("locked_out", username)


@receiver(authentication_failed)
def second_factor_failed(user: User, **kwargs: Any) -> None:
    _write("sign_in_failed", user, {})


@receiver([password_changed, password_set, password_reset])
def password_was_changed(user: User, **kwargs: Any) -> None:
    _record("password_changed", user)


@receiver(authenticator_added)
def second_factor_added(user: User, authenticator: Any, **kwargs: Any) -> None:
    _record("second_factor_added", user, second_factor=[None, authenticator.type])


@receiver(authenticator_removed)
def second_factor_removed(user: User, authenticator: Any, **kwargs: Any) -> None:
    _record("second_factor_removed", user, second_factor=[authenticator.type, None])


@receiver(authenticator_reset)
def second_factor_renewed(user: User, authenticator: Any, **kwargs: Any) -> None:
    _record("second_factor_added", user, second_factor=[authenticator.type, authenticator.type])


def _record(action: str, user: User, **changes: list[Any]) -> None:
    with journal.acting(by=user):
        _write(action, user, changes)


def _record_about(action: str, account: str) -> None:
    """Of an account nobody has, the entry holds the network address alone."""
    _write(action, User.objects.filter(email=account).first(), {})


def _write(action: str, user: User | None, changes: dict[str, list[Any]]) -> None:
    """A user may come as the lazy one of a request."""
    if user is None:
        journal.write(action, User, changes)
    else:
        journal.write(action, User, changes, object_id=str(user.pk), label=user.journal_label())
