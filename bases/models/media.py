from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from bases.enums import MediaKind
from bases.models.base import Base
from bases.models.equipment import PilotLine
from common.models import Source, Vouched, Vouching


class BaseMedia(Vouched):
    """A published picture, film or paper about a base or one of its lines, by its address. See also BasePicture."""

    journal_version = "registry"

    base = models.ForeignKey(Base, models.CASCADE, verbose_name=_("pilot base"), related_name="media")
    line = models.ForeignKey(
        PilotLine, models.SET_NULL, verbose_name=_("pilot line"), null=True, blank=True, related_name="media"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=MediaKind)
    title = models.CharField(_("caption"), max_length=160)
    url = models.CharField(_("web address"), max_length=500, validators=[URLValidator(schemes=["http", "https"])])
    published_on = models.DateField(_("published on"), null=True, blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, verbose_name=_("source"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("picture, film or paper")
        verbose_name_plural = _("pictures, films and papers")
        ordering = ["base_id", "id"]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def vouchings(cls) -> tuple[Vouching, ...]:
        return (Vouching(("source",), ("base", "kind", "title", "url", "published_on")),)
