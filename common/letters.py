"""Mails with a link of their own to addresses that may have no account: no inbox could hold what they say.

They wait in the outbox like notices. A link's token is made of the delivery's public number and the secret key of the
site: no table holds it, and every try sends the same.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.mail import EmailMessage
from django.utils.crypto import salted_hmac

from common.models import Delivery
from common.sending import Refused


@dataclass(frozen=True, slots=True)
class Letter:
    """`compose` takes the key of what the letter is about, the address and the token; Refused when it is no more.

    Where `is_sealed`, the outbox holds SEALED_ADDRESS alone: `compose` knows the address, and no error may tell it.
    """

    name: str
    title: Any
    compose: Callable[[int, str, str], EmailMessage]
    is_sealed: bool = False


SEALED_ADDRESS = "sealed@example.invalid"
LETTERS: dict[str, Letter] = {}


def register(letter: Letter) -> Letter:
    if LETTERS.setdefault(letter.name, letter) is not letter:
        raise ValueError(f"Two letters are named {letter.name}.")
    return letter


def token_of(number: UUID) -> str:
    """Of the link in the delivery with this public number."""
    digest = salted_hmac("common.letters", str(number), algorithm="sha256").digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def is_sealed(delivery: Delivery) -> bool:
    letter = LETTERS.get(delivery.letter)
    return letter is not None and letter.is_sealed


def composed(delivery: Delivery) -> EmailMessage:
    letter = LETTERS.get(delivery.letter)
    if letter is None or delivery.about is None:
        raise Refused("no such letter is known any more")
    return letter.compose(delivery.about, delivery.to, token_of(delivery.public_id))
