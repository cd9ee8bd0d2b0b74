"""A notice as text message, by whatever class the setting SMS_ADAPTER names; without one nobody gets any."""

import sys
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string

from common.models import Delivery
from common.notice_words import words_of
from common.sending import Refused, link_of

__all__ = ["ConsoleSms", "Refused", "SmsAdapter", "TextMessage", "is_available", "send"]


class TextMessage(NamedTuple):
    """`reference` is the same at every try; providers that keep templates need `kind` and `facts`, others `text`."""

    phone: str
    text: str
    kind: str
    facts: Mapping[str, Any]
    language: str
    reference: str


class SmsAdapter(Protocol):
    def send(self, message: TextMessage) -> None:
        """Hand the message over; Refused where another try is of no use, any other exception for “later”."""


class ConsoleSms:
    """For development: prints the message instead of sending it."""

    def send(self, message: TextMessage) -> None:
        sys.stdout.write(f"SMS {message.reference}\nTo: {message.phone}\n{message.text}\n")


def is_available() -> bool:
    return bool(settings.SMS_ADAPTER)


def send(delivery: Delivery) -> None:
    if not is_available():
        raise Refused("SMS_ADAPTER is not set")
    adapter: SmsAdapter = import_string(settings.SMS_ADAPTER)()
    adapter.send(message_of(delivery))


def message_of(delivery: Delivery) -> TextMessage:
    notice = delivery.notice
    if notice is None:
        raise Refused("a letter goes by e-mail alone")
    person = notice.recipient
    with translation.override(person.language):
        text = " ".join(filter(None, [words_of(notice).subject, link_of(notice)]))
    return TextMessage(person.phone, text, notice.kind, notice.facts, person.language, str(delivery.public_id))
