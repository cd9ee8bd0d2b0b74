"""The public code of a base: CZZS-2024-0001-1, whose last digit checks the digits before it (ISO 7064 mod 11,10)."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.iso7064 import mod_11_10

from common.numbering import next_value
from common.public_codes import written_code

PREFIX = "CZZS"
DEMO_PREFIX = "DEMO"
PATTERN = re.compile(r"(CZZS|DEMO)-([0-9]{4})-([0-9]{4,7})-([0-9])")


def compose(prefix: str, year: int, serial: int) -> str:
    digits = f"{year}{serial:04d}"
    return f"{prefix}-{year}-{serial:04d}-{mod_11_10.calc_check_digit(digits)}"


def next_code(year: int) -> str:
    """Take the next code of `year` in the caller's transaction; a code is never used twice."""
    return compose(PREFIX, year, next_value(f"base-code-{year}"))


def validate_code(code: str) -> None:
    found = PATTERN.fullmatch(code)
    if not found:
        raise ValidationError(_("A base code looks like CZZS-2024-0001-1."), code="form")
    if not mod_11_10.is_valid(found[2] + found[3] + found[4]):
        raise ValidationError(
            _("The last digit of this base code does not fit: look for a typing error."), code="check"
        )


def refuse_code_as_slug(slug: str) -> None:
    """An address that looks like a code could be taken for another base."""
    if written_code(slug):
        raise ValidationError(_("An address cannot look like the code of a base."), code="code")
