"""Who may be entered without a password, and from where: demo accounts, outside production, from this machine."""

from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.demo import DEMO_PEOPLE
from accounts.models import User

# Whoever is behind a proxy is not known to sit at this machine, though the proxy does.
OF_A_PROXY = (
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)


def is_offered(request: HttpRequest) -> bool:
    if settings.PRODUCTION or any(header in request.META for header in OF_A_PROXY):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # a socket file, which only a proxy speaks to
        return False


def demo_accounts() -> QuerySet[User]:
    """Those that create_demo_accounts has given a password: load_demo alone makes people who cannot sign in."""
    emails = [person.email for person in DEMO_PEOPLE]
    rows = User.objects.filter(email__in=emails, is_active=True)
    return rows.exclude(Q(password="") | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX))
