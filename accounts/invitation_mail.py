"""Letters with a link to people who may have no account, see common.letters."""

from collections.abc import Iterator
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from accounts.adapter import site_url
from accounts.models import User
from accounts.models.joining import digest_of
from common.sending import Refused


class Invites(Protocol):
    digest: str

    @property
    def is_open(self) -> bool: ...


Asking = TypeVar("Asking", bound=Invites)


def still_open(invitation: Asking | None, token: str) -> Asking:
    """Refused for one that is used, revoked or over, and for one whose link was made under another key."""
    if invitation is None or not invitation.is_open:
        raise Refused("the invitation is no longer open")
    if invitation.digest != digest_of(token):
        raise Refused("the secret key of the site has changed since: invite anew")
    return invitation


def compose(email: str, words: str, page: str, token: str, **context: Any) -> EmailMessage:
    """`words` names the two templates, `page` the URL that takes the token."""
    texts = list(_texts(email, words, page, token, context))
    subject = " / ".join(subject for subject, _body in texts)
    return EmailMessage(subject, "\n\n".join(body for _subject, body in texts), to=[email])


def _texts(email: str, words: str, page: str, token: str, context: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Subject and body in the language of the account, in both for an address without one."""
    account = User.objects.filter(email=email).first()
    for language in [account.language] if account else dict(settings.LANGUAGES):
        with translation.override(language):
            filled = {**context, "url": site_url(page, token=token), "site_url": settings.SITE_URL}
            subject = render_to_string(f"{words}_subject.txt", filled)
            yield " ".join(subject.split()), render_to_string(f"{words}_message.txt", filled).strip()
