from django.db import models
from django.utils.translation import gettext_lazy as _

from common.document_numbers import clean_document_number
from common.models.journalled import Journalled


class CalendarDay(Journalled):
    """One day on which staff set right what the built-in calendar of working days says."""

    journal_version = "calendar"

    on = models.DateField(_("day"), primary_key=True)
    is_working = models.BooleanField(_("working day"))
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["-on"]

    def __str__(self) -> str:
        return self.on.isoformat()

    def clean(self) -> None:
        self.document_number = clean_document_number(self.document_number)
