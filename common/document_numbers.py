"""Numbers of official documents, brought to the one form in which they are stored and compared.

党政机关公文格式 GB/T 9704-2012, 7.2.5: 机关代字〔YYYY〕N号, hexagonal brackets, no leading zero, no 第.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

BRACKETS = str.maketrans("[(【〖", "〔" * 4) | str.maketrans("])】〗", "〕" * 4)
DASHES = str.maketrans("—–‒―−‐‑", "-" * 7)
DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fa5]{2,12}〔(?:19|20)[0-9]{2}〕[1-9][0-9]{0,4}号")
REGISTRATION_NUMBER = re.compile(r"[A-Z]{4}-(?:19|20)[0-9]{2}-[0-9]{5}")


def normalise_document_number(text: str) -> str:
    """`郴科发[2024]12号` becomes `郴科发〔2024〕12号`; ValidationError for anything else."""
    number = _plain(text).translate(BRACKETS)
    if not DOCUMENT_NUMBER.fullmatch(number):
        message = _("Enter a document number such as 郴科发〔2024〕12号: issuer, year in brackets, number, 号.")
        raise ValidationError(message, code="invalid")
    return number


def normalise_registration_number(text: str) -> str:
    """The unified registration number of a normative document, `HNPR—2023—04007`, with plain hyphens."""
    number = re.sub("-+", "-", _plain(text).translate(DASHES).upper())
    if not REGISTRATION_NUMBER.fullmatch(number):
        message = _("Enter a unified registration number such as HNPR-2023-04007: four letters, year, five digits.")
        raise ValidationError(message, code="invalid")
    return number


def validate_document_number(value: str) -> None:
    """For model fields, which hold the stored form alone."""
    if normalise_document_number(value) != value:
        raise ValidationError(_("Write the document number with the brackets 〔 〕 and without spaces."), code="form")


def validate_registration_number(value: str) -> None:
    if normalise_registration_number(value) != value:
        raise ValidationError(_("Write the registration number in capitals with plain hyphens."), code="form")


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
