"""A notice as e-mail, in text and HTML and in the reader's language; or a letter, as it composes itself."""

from smtplib import SMTPException, SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from common.letters import composed, is_sealed
from common.models import Delivery, Notice
from common.notice_words import kind_of, words_of
from common.sending import Refused, link_of

PREFERENCES = "accounts:preferences"
FIRST_FINAL_CODE = 500  # SMTP: from here on another try is of no use


def send(delivery: Delivery) -> None:
    """Refused for an address that its server does not take."""
    message = message_of(delivery.notice) if delivery.notice else composed(delivery)
    message.extra_headers |= {"Message-ID": message_id(delivery), "Auto-Submitted": "auto-generated"}
    try:
        message.send()
    except SMTPException as error:
        if is_sealed(delivery):
            raise SealedMailFailed(type(error).__name__) from None
        _refuse_for_good(error)
        raise


class SealedMailFailed(Exception):
    """In place of an error that may quote the address."""


def _refuse_for_good(error: SMTPException) -> None:
    if isinstance(error, SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        if code >= FIRST_FINAL_CODE:
            raise Refused(f"{code} {words.decode(errors='replace')}") from error


def message_of(notice: Notice) -> EmailMultiAlternatives:
    with translation.override(notice.recipient.language):
        words = words_of(notice)
        preferences = settings.SITE_URL + reverse(PREFERENCES)
        context = {
            "words": words,
            "link": link_of(notice),
            "preferences": preferences,
            "is_duty": kind_of(notice).is_duty,
        }
        text, html = (render_to_string(f"notices/email.{form}", context) for form in ("txt", "html"))
    headers = {} if context["is_duty"] else {"List-Unsubscribe": f"<{preferences}>"}
    message = EmailMultiAlternatives(words.subject, text.strip() + "\n", to=[notice.recipient.email], headers=headers)
    message.attach_alternative(html, "text/html")
    return message


def message_id(delivery: Delivery) -> str:
    """The same at every try, so that mail programs fold what comes twice."""
    return f"<{delivery.public_id}@{urlsplit(settings.SITE_URL).hostname}>"
