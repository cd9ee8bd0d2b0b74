"""Text that the database holds encrypted: names of objectors, numbers of accounts.

One interface to the cipher, so that another one (SM4, GB/T 39786-2021) can take its place. FIELD_KEYS holds the keys,
the newest first; a value sealed under an older one is still read, and sealed anew when it is saved. See also
common.resealing.
"""

import base64
import hashlib
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


def seal(text: str) -> str:
    return _cipher(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode() if text else ""


def unseal(token: str) -> str:
    """ValueError where none of the keys fits."""
    try:
        return _cipher(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode() if token else ""
    except InvalidToken as error:
        raise ValueError("No key in FIELD_KEYS fits what is stored here.") from error


def opens_under(token: str) -> int | None:
    """The place in FIELD_KEYS of the key it was sealed under, from 0 on; None where none fits."""
    for place, key in enumerate(settings.FIELD_KEYS):
        try:
            _cipher((key,)).decrypt(token.encode())
        except InvalidToken:
            continue
        return place
    return None


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    """A key may be any text; the cipher's own 256 bits are its SHA-256."""
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys])


class SealedField(models.TextField):
    """Plain text in Python, ciphertext in the database. Nothing can be searched or ordered by it.

    A model that has one names it in `journal_hidden`.
    """

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return value if value is None else unseal(value)

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return prepared if prepared is None else seal(prepared)
