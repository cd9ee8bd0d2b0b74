"""What the device of a person keeps for use without a network goes with the sign-out."""

from django.http import HttpRequest

KEPT = "kept_on_device"


def remember_kept(request: HttpRequest) -> None:
    """In the session: its sign-out leads to the page that makes the device forget."""
    if KEPT not in request.session:
        request.session[KEPT] = True


def has_kept(request: HttpRequest) -> bool:
    return bool(request.session.get(KEPT))
