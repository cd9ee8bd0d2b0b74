from itertools import count
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import BilingualName, Journalled, JournalledQuerySet
from common.money import YuanField
from subsidies.content import CallContent, empty_content
from subsidies.enums import VersionState
from subsidies.models.policy import Scheme

if TYPE_CHECKING:
    from datetime import datetime


USUAL_PREFIX = "ZSBZ"  # 中试补助


class CallQuerySet(JournalledQuerySet):
    def published(self) -> "CallQuerySet":
        return self.filter(published_at__isnull=False)

    def open_at(self, moment: "datetime") -> "CallQuerySet":
        """Half-open: an application at `closes_at` is late."""
        return self.published().filter(opens_at__lte=moment, closes_at__gt=moment)


class Call(BilingualName, Journalled):
    """An invitation to apply under a scheme, from one moment to another. What it asks stands in its versions."""

    journal_version = "registry"

    scheme = models.ForeignKey(Scheme, models.PROTECT, verbose_name=_("scheme"), related_name="calls")
    slug = models.SlugField(_("address on the site"), max_length=80, unique=True)
    year = models.PositiveSmallIntegerField(_("year"))
    name_zh = models.CharField(_("Chinese name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=240, blank=True)
    notice_zh = models.TextField(_("notice (Chinese)"), blank=True)
    notice_en = models.TextField(_("notice (English)"), blank=True)

    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    recommend_closes_at = models.DateTimeField(_("recommendations close at"), null=True, blank=True)
    budget_yuan = YuanField(_("budget (yuan)"), null=True, blank=True)
    quota_per_recommender = models.PositiveIntegerField(
        _("most recommendations per unit"), null=True, blank=True, help_text=_("Empty means no limit.")
    )
    # Two calls of a year count apart, so their numbers need different letters; see subsidies.numbering.
    number_prefix = models.CharField(
        _("letters of its numbers"),
        max_length=12,
        blank=True,
        validators=[RegexValidator(r"\A[A-Z][A-Z0-9]*\Z", _("Use capital letters and digits, a letter first."))],
        help_text=_("As in ZSBZ-2026-431025-0007. Left empty, the next free ones of the year are taken."),
    )
    business_hotline = models.CharField(_("hotline for questions on the policy"), max_length=120, blank=True)
    system_hotline = models.CharField(_("hotline for questions on the system"), max_length=120, blank=True)

    # Money is the scheme's at the moment of publishing; later changes of the scheme leave the call alone.
    amount_yuan = YuanField(_("amount (yuan)"), null=True, blank=True, editable=False)
    rate_percent = models.DecimalField(
        _("rate (%)"), max_digits=5, decimal_places=2, null=True, blank=True, editable=False
    )
    cap_yuan = YuanField(_("at most (yuan)"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("published by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("copied from"), null=True, blank=True, editable=False, related_name="+"
    )

    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-year", "slug"]
        permissions = [("publish_call", _("Can publish a call and new versions of what it asks"))]
        constraints = [
            models.CheckConstraint(
                name="call_closes_after_it_opens",
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("A call closes after it opens."),
            ),
            models.CheckConstraint(
                name="call_recommenders_close_last",
                condition=Q(recommend_closes_at=None)
                | Q(closes_at__isnull=False, recommend_closes_at__gte=F("closes_at")),
                violation_error_message=_("Recommending units need at least until the call closes."),
            ),
            models.CheckConstraint(
                name="call_published_is_complete",
                condition=Q(published_at=None)
                | Q(
                    published_by__isnull=False,
                    opens_at__isnull=False,
                    closes_at__isnull=False,
                    recommend_closes_at__isnull=False,
                )
                & (
                    Q(amount_yuan__isnull=False, amount_yuan__gt=0, rate_percent=None)
                    | Q(amount_yuan=None, rate_percent__isnull=False, rate_percent__gt=0, cap_yuan__isnull=False)
                ),
                violation_error_message=_(
                    "A published call has its dates and its money: set the amount of the scheme first."
                ),
            ),
            models.UniqueConstraint(
                fields=["year", "number_prefix"],
                condition=~Q(number_prefix=""),
                name="call_numbers_apart",
                violation_error_message=_("Another call of the year numbers its applications by these letters."),
            ),
            models.CheckConstraint(
                name="call_budget_not_negative",
                condition=Q(budget_yuan=None) | Q(budget_yuan__gte=0),
                violation_error_message=_("A figure cannot be below zero."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("subsidies:call_detail", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.number_prefix = self.number_prefix or self._free_prefix()
        super().save(*args, **kwargs)

    def _free_prefix(self) -> str:
        taken = set(Call.objects.filter(year=self.year).exclude(pk=self.pk).values_list("number_prefix", flat=True))
        every = (USUAL_PREFIX if n == 1 else f"{USUAL_PREFIX}{n}" for n in count(1))
        return next(prefix for prefix in every if prefix not in taken)

    def is_open_at(self, moment: "datetime") -> bool:
        """See also CallQuerySet.open_at()."""
        if self.published_at is None or self.opens_at is None or self.closes_at is None:
            return False
        return self.opens_at <= moment < self.closes_at

    def current_version(self) -> "CallVersion | None":
        """The published version a new application begins with."""
        return self.versions.filter(state=VersionState.PUBLISHED).order_by("-number").first()

    def draft_version(self) -> "CallVersion | None":
        return self.versions.filter(state=VersionState.DRAFT).first()


class CallVersion(Journalled):
    """What a call asks: conditions, materials, form, check table, score sheet, periods. Published, it never changes."""

    journal_version = "registry"

    call = models.ForeignKey(Call, models.CASCADE, verbose_name=_("call"), related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    content = models.JSONField(_("content"), default=empty_content)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("version of a call")
        verbose_name_plural = _("versions of a call")
        ordering = ["call_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="callversion_number_once"),
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(state="draft"),
                name="callversion_one_draft",
                violation_error_message=_("This call has a draft already: publish or change that one."),
            ),
            models.CheckConstraint(
                name="callversion_published_has_time",
                condition=Q(state="draft", published_at=None)
                | Q(state="published", published_at__isnull=False, published_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id}-{self.number}"

    @property
    def parsed(self) -> CallContent:
        """The content as typed objects; subsidies.call_problems says what keeps it from being published."""
        return CallContent.from_json(self.content)


class CallQuestion(Journalled):
    """A question asked about a call, and the bureau's answer, for all to read."""

    journal_version = "registry"

    call = models.ForeignKey(Call, models.CASCADE, verbose_name=_("call"), related_name="questions")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    question_zh = models.CharField(_("question (Chinese)"), max_length=300)
    question_en = models.CharField(_("question (English)"), max_length=400, blank=True)
    answer_zh = models.TextField(_("answer (Chinese)"))
    answer_en = models.TextField(_("answer (English)"), blank=True)

    class Meta:
        verbose_name = _("question and answer")
        verbose_name_plural = _("questions and answers")
        ordering = ["call_id", "position", "id"]

    def __str__(self) -> str:
        return self.question_zh
