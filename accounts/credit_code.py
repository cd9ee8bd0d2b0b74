"""The unified social credit code of GB 32100-2015.

Characters 3-8 name the authority of first registration and stay after a move: they never tell where an
organisation is now, so nothing here returns a division.
"""

import unicodedata
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z


class Fault(StrEnum):
    LENGTH = "credit_code_length"
    LETTER = "credit_code_letter"
    CHECK_DIGIT = "credit_code_check_digit"


def normalise(text: str) -> str:
    """Return `text` without outer spaces, in half-width capitals."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def check_digit(code: str) -> str:
    """Return the check digit for the first 17 characters of a normalised `code`."""
    # Only the arithmetic of python-stdnum (residue 0 gives "0"): its validate() refuses registrars A, N and Y.
    return uscc.calc_check_digit(code[: LENGTH - 1])


def validate(code: str) -> None:
    """Raise ValidationError, with a Fault as its code, unless the normalised `code` is right."""
    validate_form(code)
    if code[-1] != (expected := check_digit(code)):
        raise ValidationError(
            _("The credit code ends in %(last)s, but the rest calls for %(expected)s: compare it with the licence."),
            code=Fault.CHECK_DIGIT,
            params={"last": code[-1], "expected": expected},
        )


def validate_form(code: str) -> None:
    """Raise ValidationError for what no real code has: another length, another character."""
    if len(code) != LENGTH:
        raise ValidationError(
            _("A credit code has 18 characters, this one has %(count)d."),
            code=Fault.LENGTH,
            params={"count": len(code)},
        )
    if strangers := sorted(set(code) - set(ALPHABET)):
        raise ValidationError(
            _("A credit code never holds %(characters)s: it uses digits and capitals without I, O, S, V, Z."),
            code=Fault.LETTER,
            params={"characters": " ".join(strangers)},
        )
