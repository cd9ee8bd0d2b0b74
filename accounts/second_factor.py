from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

PERMISSION_OF_REVIEWERS = "subsidies.review_assigned"
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]

# What someone may reach to set up or give the second factor, or to leave.
WAY_TO_SECOND_FACTOR = {
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}


def next_step(request: HttpRequest) -> str | None:
    """The name of the page where staff and experts go on to a second factor; None when nothing is missing.

    Where the second factor is required one query for staff, and those of the rights for others; else none.
    """
    user = request.user
    if not (settings.STAFF_SECOND_FACTOR_REQUIRED and user.is_authenticated and is_needed_by(user)):
        return None
    kinds = set(Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).values_list("type", flat=True))
    if not kinds:
        return "mfa_index"
    if any(record["method"] == "mfa" for record in get_authentication_records(request, user)):
        return None
    return "mfa_reauthenticate" if Authenticator.Type.TOTP in kinds else "mfa_reauthenticate_webauthn"


def is_needed_by(user: Any) -> bool:
    return user.is_staff or user.has_perm(PERMISSION_OF_REVIEWERS)
