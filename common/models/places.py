from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models.journalled import Journalled
from common.models.names import BilingualName


class ParkLevel(models.TextChoices):
    NATIONAL = "national", _("National")
    PROVINCIAL = "provincial", _("Provincial")


class Division(BilingualName, Journalled):
    """A county, district or county-level city, by its six digits of GB/T 2260."""

    journal_version, journal_names = "registry", True

    code = models.CharField(
        _("division code"),
        max_length=6,
        primary_key=True,
        validators=[RegexValidator(r"\A[0-9]{6}\Z", _("Enter the six digits of the division code."))],
    )
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    position = models.PositiveSmallIntegerField(_("place in lists"), default=0)
    map_column = models.PositiveSmallIntegerField(_("column on the map"), default=0)
    map_row = models.PositiveSmallIntegerField(_("row on the map"), default=0)

    class Meta:
        verbose_name = _("county or district")
        verbose_name_plural = _("counties and districts")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                name="division_code_six_digits",
                condition=Q(code__regex=r"^[0-9]{6}$"),
                violation_error_message=_("Enter the six digits of the division code."),
            )
        ]


class Park(BilingualName, Journalled):
    journal_version, journal_names = "registry", True

    code = models.SlugField(_("park code"), max_length=60, primary_key=True)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    level = models.CharField(_("level"), max_length=20, choices=ParkLevel, blank=True)
    map_column = models.PositiveSmallIntegerField(_("column on the map"), default=0)
    map_row = models.PositiveSmallIntegerField(_("row on the map"), default=0)
    divisions = models.ManyToManyField(
        Division, verbose_name=_("counties it lies in"), blank=True, related_name="parks"
    )

    class Meta:
        verbose_name = _("park")
        verbose_name_plural = _("parks")
        ordering = ["code"]
