"""Numbers of official documents, brought to the one form in which they are stored and compared.

党政机关公文格式 GB/T 9704-2012, 7.2.5: 机关代字〔YYYY〕N号, hexagonal brackets, no leading zero, no 第.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

BRACKETS = str.maketrans("[(【〖", "〔" * 4) | str.maketrans("])】〗", "〕" * 4)
DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fa5]{2,12}〔(?:19|20)[0-9]{2}〕[1-9][0-9]{0,4}号")


def normalise_document_number(text: str) -> str:
    """`郴科发[2024]12号` becomes `郴科发〔2024〕12号`; ValidationError for anything else."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    number = plain.translate(BRACKETS)
    if not DOCUMENT_NUMBER.fullmatch(number):
        message = _("Enter a document number such as 郴科发〔2024〕12号: issuer, year in brackets, number, 号.")
        raise ValidationError(message, code="invalid")
    return number


def year_of(number: str) -> int:
    """Of a number in its stored form."""
    return int(number.partition("〔")[2][:4])


def begun_like(number: str, year: int) -> str:
    """Issuer and year of the next one after `number` in its stored form; the year alone where there is none."""
    return f"{number.partition('〔')[0]}〔{year}〕"


def clean_document_number(text: str) -> str:
    """For the clean() of a model with a field `document_number`, which holds the stored form or nothing."""
    if not text.strip():
        return ""
    try:
        return normalise_document_number(text)
    except ValidationError as error:
        raise ValidationError({"document_number": error}) from error
