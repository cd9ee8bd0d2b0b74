from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bases.models.base import Base
from bases.models.equipment import PilotLine
from common.models import Journalled, JournalledQuerySet, Source, StoredFile
from common.models.names import in_reader_language


class BasePictureQuerySet(JournalledQuerySet):
    def drawn_as(self, number: str) -> "BasePictureQuerySet":
        """The picture one of whose two sizes has this public number."""
        return self.filter(Q(large__public_id=number) | Q(small__public_id=number))


class BasePicture(Journalled):
    """A picture of a base or of one of its lines, drawn anew in two sizes; what was sent is not kept."""

    journal_version = "registry"
    journal_ignored = ("small", "small_width", "small_height", "large_width", "large_height")

    base = models.ForeignKey(Base, models.CASCADE, verbose_name=_("pilot base"), related_name="pictures")
    line = models.ForeignKey(
        PilotLine, models.SET_NULL, verbose_name=_("pilot line"), null=True, blank=True, related_name="pictures"
    )
    alt_zh = models.CharField(
        _("what it shows (Chinese)"), max_length=160, help_text=_("Read out to those who cannot see the picture.")
    )
    alt_en = models.CharField(_("what it shows (English)"), max_length=240)
    credit = models.CharField(_("photographer or owner"), max_length=120)
    source = models.ForeignKey(Source, models.PROTECT, verbose_name=_("source"), related_name="+")
    taken_on = models.DateField(_("taken on"), null=True, blank=True)

    large = models.OneToOneField(
        StoredFile, models.PROTECT, verbose_name=_("picture"), related_name="+", editable=False
    )
    small = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", editable=False)
    large_width = models.PositiveIntegerField(editable=False)
    large_height = models.PositiveIntegerField(editable=False)
    small_width = models.PositiveIntegerField(editable=False)
    small_height = models.PositiveIntegerField(editable=False)

    objects = BasePictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture of a base")
        verbose_name_plural = _("pictures of a base")
        ordering = ["base_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="base_picture_has_sizes",
                condition=Q(large_width__gte=F("small_width"), small_width__gt=0, small_height__gt=0),
            ),
            models.CheckConstraint(
                name="base_picture_is_described",
                condition=~Q(alt_zh="") & ~Q(alt_en="") & ~Q(credit=""),
                violation_error_message=_("Say in both languages what the picture shows, and whose it is."),
            ),
        ]

    def __str__(self) -> str:
        return self.alt

    @property
    def alt(self) -> str:
        return in_reader_language(self.alt_zh, self.alt_en)
