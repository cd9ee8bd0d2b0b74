from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.device import has_kept
from accounts.models.people import normalise_email
from accounts.requests import signed_in
from common.components import IS_EXPERT


class AccountAdapter(DefaultAccountAdapter):
    """allauth's decisions, made for this site."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Passwords are counted by axes per account and address; allauth's count would lock an account everywhere."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Everybody comes to where their work waits; who acts for nobody yet joins an organisation.

        A page that was asked for goes first.
        """
        if request.user.is_staff:
            return reverse("admin:index")
        if request.session.get(IS_EXPERT):
            return reverse("subsidies:review_list")
        return reverse("subsidies:application_list" if signed_in(request).firms() else "accounts:me")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Asked before the session ends."""
        if has_kept(request):
            return reverse("accounts:signed_out")
        url: str = super().get_logout_redirect_url(request)
        return url

    def clean_email(self, email: str) -> str:
        return normalise_email(email)

    def is_safe_url(self, url: str | None) -> bool:
        """Only this very host: ALLOWED_HOSTS may name others."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def get_reset_password_from_key_url(self, key: str) -> str:
        uidb36, _, token = key.partition("-")
        return site_url("account_reset_password_from_key", uidb36=uidb36, key=token)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return site_url("account_confirm_email", key=emailconfirmation.key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Our mail templates use `site_url`: allauth's own site addresses come from the Host header."""
        super().send_mail(template_prefix, email, {"site_url": settings.SITE_URL, **context})


def site_url(name: str, **arguments: str) -> str:
    """An address for mails, made from SITE_URL and never from the Host header."""
    return settings.SITE_URL + reverse(name, kwargs=arguments)
