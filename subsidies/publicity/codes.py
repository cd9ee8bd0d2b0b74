"""The code under which an objector sees where the objection stands. It follows from the row and the secret key of the
site, so that mails can name it; the row keeps its digest alone.
"""

from hashlib import sha256
from uuid import UUID

from django.utils.crypto import salted_hmac

from subsidies.models import Objection
from subsidies.submitting import CODE_ALPHABET, CODE_LENGTH


def code_of(key: UUID) -> str:
    digest = salted_hmac("subsidies.publicity.codes", str(key), algorithm="sha256").digest()
    number = int.from_bytes(digest, "big")
    letters = []
    for _place in range(CODE_LENGTH):
        number, rest = divmod(number, len(CODE_ALPHABET))
        letters.append(CODE_ALPHABET[rest])
    return "".join(letters)


def digest_of(code: str) -> str:
    return sha256(code.encode()).hexdigest()


def found_by(code: str) -> Objection | None:
    """However it was typed: in small letters, in groups."""
    typed = "".join(code.split()).replace("-", "").upper()
    rows = Objection.objects.filter(code_digest=digest_of(typed))
    found: Objection | None = rows.select_related("notice", "entry__application__organisation").first()
    return found
