"""What a firm reports every year about what it was awarded for, with the files that show it."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.calendar import shanghai_today
from common.models import Journalled, JournalledQuerySet, StoredFile
from common.money import YuanField, not_negative
from subsidies.enums import ReportState
from subsidies.models.application import Application

WITH_FIRM = (ReportState.DRAFT, ReportState.RETURNED)
SETTLED = (ReportState.ACCEPTED, ReportState.WAIVED)


class FollowUpReportQuerySet(JournalledQuerySet):
    def overdue(self) -> "FollowUpReportQuerySet":
        """Still with the firm after their last day. See also FollowUpReport.is_overdue."""
        return self.filter(state__in=WITH_FIRM, due_on__lt=shanghai_today())

    def accepted(self) -> "FollowUpReportQuerySet":
        return self.filter(state=ReportState.ACCEPTED)


class FollowUpReport(Journalled):
    """年度报告: one for each year after the payment, due on the day that the scheme sets."""

    # Every keystroke is saved: what is written before it is sent is the firm's own affair.
    journal_ignored = ("saved_at",)

    application = models.ForeignKey(Application, models.PROTECT, related_name="reports", verbose_name=_("application"))
    year = models.PositiveSmallIntegerField(_("year"))
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.DRAFT, editable=False)
    in_city = models.BooleanField(_("production is still in the city"), null=True, blank=True)
    in_city_note = models.CharField(_("where and how it is produced"), max_length=500, blank=True)
    sales_yuan = YuanField(_("sales (yuan)"), null=True, blank=True, validators=[not_negative])
    tax_yuan = YuanField(_("tax (yuan)"), null=True, blank=True, validators=[not_negative])
    jobs = models.PositiveIntegerField(_("jobs"), null=True, blank=True)
    text = models.TextField(_("what has become of the project"), max_length=4000, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    saved_at = models.DateTimeField(_("saved at"), auto_now=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=pgettext_lazy("report", "sent by"),
    )
    submitted_at = models.DateTimeField(pgettext_lazy("report", "sent at"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    reason = models.CharField(_("reason"), max_length=1000, blank=True, editable=False)

    objects = FollowUpReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("yearly report")
        verbose_name_plural = _("yearly reports")
        ordering = ["application_id", "year"]
        permissions = [("judge_report", _("Can accept and return yearly reports"))]
        indexes = [models.Index(fields=["state", "due_on"], name="followupreport_due")]
        constraints = [
            models.UniqueConstraint(fields=["application", "year"], name="followupreport_once_a_year"),
            models.CheckConstraint(
                name="followupreport_sent_is_whole",
                condition=~Q(state__in=(ReportState.SUBMITTED, ReportState.ACCEPTED))
                | Q(
                    in_city__isnull=False,
                    sales_yuan__isnull=False,
                    tax_yuan__isnull=False,
                    jobs__isnull=False,
                    submitted_by__isnull=False,
                    submitted_at__isnull=False,
                )
                & ~Q(text="")
                & (Q(in_city=True) | ~Q(in_city_note="")),
                violation_error_message=_("A report that is sent is complete."),
            ),
            models.CheckConstraint(
                name="followupreport_amounts_not_negative",
                condition=(Q(sales_yuan=None) | Q(sales_yuan__gte=0)) & (Q(tax_yuan=None) | Q(tax_yuan__gte=0)),
            ),
            models.CheckConstraint(
                name="followupreport_decided_is_whole",
                condition=Q(state__in=(ReportState.DRAFT, ReportState.SUBMITTED))
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                & (Q(state=ReportState.ACCEPTED) | ~Q(reason="")),
                violation_error_message=_("Give the reason; it is kept with the record."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.year}"

    @property
    def is_with_firm(self) -> bool:
        return self.state in WITH_FIRM

    @property
    def is_overdue(self) -> bool:
        """See also FollowUpReportQuerySet.overdue()."""
        return self.is_with_firm and self.due_on < shanghai_today()

    @property
    def opens_on(self) -> date:
        """Reports are sent once their year is over."""
        return date(self.year + 1, 1, 1)


class FollowUpFile(Journalled):
    """Evidence of a report."""

    report = models.ForeignKey(FollowUpReport, models.PROTECT, related_name="files", verbose_name=_("yearly report"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    added_at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("file of a yearly report")
        verbose_name_plural = _("files of yearly reports")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["report", "file"], name="followupfile_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.file_id}"
