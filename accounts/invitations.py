from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from django.http import HttpRequest

from accounts.models import User


def confirm_address(user: User) -> None:
    """Count the address as confirmed: it was given by the administration, and only its owner gets the link."""
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def invite(user: User, request: HttpRequest) -> None:
    """Mail a link to choose a password; call it after the commit."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    with context.request_context(request):
        adapter = get_adapter()
        url = adapter.get_reset_password_from_key_url(key)
        adapter.send_mail("account/email/invitation", user.email, {"user": user, "invitation_url": url})
