"""Rules for single values that several tables share."""

import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from common.calendar import shanghai_today

FIRST_DAY = datetime.date(1949, 10, 1)
not_before_1949 = MinValueValidator(FIRST_DAY, _("The day lies before 1 October 1949."))


def not_in_the_future(day: datetime.date) -> None:
    if day > shanghai_today():
        raise ValidationError(_("The day lies in the future."), code="future")
