"""Money is Decimal yuan with two places; 万元 appears only where people type or read it."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

CENT = Decimal("0.01")
YUAN_PER_WAN = 10_000
LARGEST_YUAN = Decimal("9999999999999999.99")
TYPED_AMOUNT = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<places>[0-9]+))?")
DIGITS = "零壹贰叁肆伍陆柒捌玖"

not_negative = MinValueValidator(Decimal(0), message=_("The amount cannot be negative."))


class YuanField(models.DecimalField):
    """An amount in yuan: 18 digits, two of them after the point. `validators=[not_negative]` keeps it >= 0."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)


def round_yuan(amount: Decimal) -> Decimal:
    """Half-up to two places, the way the bureau rounds; for computed amounts only."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def to_yuan(text: str | int | Decimal) -> Decimal:
    """Read a typed amount such as "1,260.50"; ValidationError rather than rounding what someone typed."""
    return _amount(text, places=2)


def wan_to_yuan(text: str | int | Decimal) -> Decimal:
    """Read an amount typed in 万元 and return yuan; six places after the point are whole 分."""
    return _in_range(_amount(text, places=6) * YUAN_PER_WAN)


def _amount(text: str | int | Decimal, *, places: int) -> Decimal:
    plain = unicodedata.normalize("NFKC", format(text, "f") if isinstance(text, Decimal) else str(text)).strip()
    match = TYPED_AMOUNT.fullmatch(plain)
    if match is None:
        raise ValidationError(_("Enter an amount in figures, such as 1,260.50."), code="invalid")
    if len((match["places"] or "").rstrip("0")) > places:
        message = _("Enter at most %(places)d digits after the decimal point.")
        raise ValidationError(message, code="places", params={"places": places})
    amount = Decimal(plain.replace(",", ""))
    return _in_range(amount) if places == 2 else amount


def _in_range(amount: Decimal) -> Decimal:
    if abs(amount) > LARGEST_YUAN:
        raise ValidationError(_("The amount is too large."), code="range")
    return round_yuan(amount)


def capital(yuan: Decimal) -> str:
    """RMB in capital form, as cheques and grant documents write it: 贰佰万元整.

    《正确填写票据和结算凭证的基本规定》: 零 stands for zeros inside the figure and before 分 when there is no 角;
    where the rule leaves 零 optional (zero 元 before 角) it is left out.
    """
    cents = int(round_yuan(abs(yuan)) * 100)
    whole, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    sign = "负" if yuan < 0 and cents else ""
    if not cents:
        return "零元整"
    text = f"{_capital_integer(whole)}元" if whole else ""
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif fen and whole:
        text += "零"
    return f"{sign}{text}{DIGITS[fen]}分" if fen else f"{sign}{text}整"


def _capital_integer(number: int) -> str:
    for size, unit in ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾")):
        if number >= size:
            head, rest = divmod(number, size)
            zero = "零" if rest and rest < size // 10 else ""
            return _capital_integer(head) + unit + (zero + _capital_integer(rest) if rest else "")
    return DIGITS[number]
