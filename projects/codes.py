"""The public code of a project: CZXM-2024-0001-1, built like a base's code."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.iso7064 import mod_11_10

from bases.codes import compose
from common.numbering import next_value

PREFIX = "CZXM"
DEMO_PREFIX = "DEMOXM"
PATTERN = re.compile(r"(CZXM|DEMOXM)-([0-9]{4})-([0-9]{4,7})-([0-9])")


def next_code(year: int) -> str:
    return compose(PREFIX, year, next_value(f"project-code-{year}"))


def validate_code(code: str) -> None:
    found = PATTERN.fullmatch(code)
    if not found:
        raise ValidationError(_("A project code looks like CZXM-2024-0001-1."), code="form")
    if not mod_11_10.is_valid(found[2] + found[3] + found[4]):
        raise ValidationError(
            _("The last digit of this project code does not fit: look for a typing error."), code="check"
        )
