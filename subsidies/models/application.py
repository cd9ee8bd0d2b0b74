import re
import unicodedata
import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from common.models import Journalled, JournalledQuerySet
from common.models.journal import AppendOnly
from common.public_codes import BETWEEN, LONGEST_TYPED
from common.search import matching
from projects.models import Project
from subsidies.enums import BUREAU_SEES, UNDER_WAY, WITH_RECOMMENDER, WRITING, Action, State
from subsidies.models.call import Call, CallVersion
from subsidies.models.guests import ApplicationGuest

if TYPE_CHECKING:
    from accounts.models import User
    from subsidies.ties import Ties


KEYS = ("id", "public_id", "number")
PART_OF_NUMBER = re.compile(r"[A-Za-z0-9-]{2,40}", re.ASCII)
# A whole number, however it is typed: letters, year, division, serial.
TYPED_NUMBER = re.compile(
    BETWEEN.join([r"([A-Z][A-Z0-9]{0,11}?)", r"(20[0-9]{2})", r"(43[0-9]{4})", r"([0-9]{4,7})"]), re.IGNORECASE
)


def written_number(typed: str) -> str:
    """`zsbz20264310250007` as ZSBZ-2026-431025-0007; anything else as it was typed."""
    plain = unicodedata.normalize("NFKC", typed)
    found = TYPED_NUMBER.fullmatch(plain) if len(plain) <= LONGEST_TYPED else None
    return "-".join(found.groups()).upper() if found else plain


class ApplicationQuerySet(JournalledQuerySet):
    def visible_to(self, user: "User") -> "ApplicationQuerySet":
        """Rows `user` may read: the own firm's, those one is a guest of, the own unit's queue, the bureau's.

        A firm's drafts are its own affair; a recommending unit sees what has reached it, the bureau what was
        recommended.
        """
        if not getattr(user, "is_authenticated", False):
            return self.none()
        helped = ApplicationGuest.objects.in_force().filter(user=user).values("application")
        own = Q(organisation__in=user.firms()) | Q(pk__in=helped)
        own |= Q(recommender__in=user.offices(), first_submitted_at__isnull=False) & ~Q(state__in=WRITING)
        if user.has_perm("subsidies.view_application") and user.acts_for_whole_city():
            own |= Q(first_submitted_at__isnull=False, state__in=BUREAU_SEES)
        return self.filter(own)

    def of_firms(self, user: "User") -> "ApplicationQuerySet":
        """Those the person writes or reads for a firm, or as a guest."""
        return self.filter(organisation__in=user.firms()) | self.helped_by(user)

    def helped_by(self, user: "User") -> "ApplicationQuerySet":
        """Those of other firms that a consultant is let in to now."""
        return self.filter(pk__in=ApplicationGuest.objects.in_force().filter(user=user).values("application"))

    def for_staff(self, user: "User") -> "ApplicationQuerySet":
        """What stands in the desk: the own unit's queue, the bureau's."""
        if not user.has_perm("subsidies.view_application"):
            return self.none()
        seen = Q(recommender__in=user.offices(), first_submitted_at__isnull=False) & ~Q(state__in=WRITING)
        if user.acts_for_whole_city():
            seen |= Q(first_submitted_at__isnull=False, state__in=BUREAU_SEES)
        return self.filter(seen)

    def at_units(self, user: "User") -> "ApplicationQuerySet":
        """What waits at the recommending units, for the bureau: where and how long, and never the answers or files."""
        if not (user.has_perm("subsidies.view_application") and user.acts_for_whole_city()):
            return self.none()
        return self.filter(first_submitted_at__isnull=False, state__in=WITH_RECOMMENDER)

    def found_by(self, query: str) -> "ApplicationQuerySet":
        """By names and their sound, base, signed answers, or the number's beginning or end; all for a blank query."""
        wanted = written_number(query.strip())
        if not wanted:
            return self
        every = self.model._base_manager.order_by()
        found = Q(pk__in=matching(every, wanted).values("pk"))
        if PART_OF_NUMBER.fullmatch(wanted):
            part = wanted.upper()
            by_number = every.filter(Q(number__startswith=part) | Q(number__endswith=part))
            found |= Q(pk__in=by_number.values("pk"))
        return self.filter(found)


class Application(Journalled):
    """One application of one firm under one call. `data` holds the answers by field id; see subsidies.drafting."""

    # Every keystroke is saved: what was written before the signature is the firm's own affair, and each submission
    # keeps a snapshot of its own.
    # The due day follows from the steps and the calendar.
    journal_ignored = ("data", "touched", "version", "saved_at", "due_on")

    public_id = models.UUIDField(_("public number"), default=uuid.uuid4, unique=True, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, verbose_name=_("call"), related_name="applications")
    call_version = models.ForeignKey(
        CallVersion, models.PROTECT, verbose_name=_("version of the call"), related_name="applications"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("applicant"), related_name="applications"
    )
    project = models.ForeignKey(
        Project, models.PROTECT, verbose_name=_("project"), null=True, blank=True, related_name="applications"
    )
    project_name = models.CharField(_("name of the project"), max_length=160)
    recommender = models.ForeignKey(
        Organisation,
        models.PROTECT,
        verbose_name=_("recommending unit"),
        null=True,
        blank=True,
        related_name="applications_to_recommend",
    )

    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT, editable=False)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now, editable=False)
    state_reason = models.CharField(_("reason"), max_length=1000, blank=True, editable=False)
    due_on = models.DateField(_("due on"), null=True, editable=False)  # of the stage; see clocks.due_day()
    data = models.JSONField(_("answers"), default=dict, blank=True)
    touched = models.JSONField(default=dict, blank=True, editable=False)  # field id → version that changed it last
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    saved_at = models.DateTimeField(_("saved at"), auto_now=True)

    number = models.CharField(_("number"), max_length=40, null=True, unique=True, editable=False)  # noqa: DJ001
    once_key = models.CharField(_("once only under"), max_length=200, blank=True, editable=False)
    first_submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("signed by"),
        null=True,
        editable=False,
        related_name="+",
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("started by"), editable=False, related_name="+"
    )
    started_from = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("started from"), null=True, editable=False, related_name="+"
    )
    sheets_needed = models.PositiveSmallIntegerField(_("score sheets needed"), default=0, editable=False)
    score = models.DecimalField(_("total of the experts"), max_digits=7, decimal_places=2, null=True, editable=False)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ApplicationQuerySet.as_manager()
    known_ties: "Ties | None" = None  # see subsidies.ties

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-id"]
        permissions = [
            ("recommend_application", _("Can prepare and decide recommendations of the own unit")),
            ("redirect_application", _("Can redirect applications to another recommending unit")),
            ("check_application", _("Can accept applications and check them for the bureau")),
            ("confirm_check", _("Can confirm a form check")),
            ("judge_hit", _("Can judge the hits of cross-checks")),
            ("approve_waiver", _("Can approve a waiver")),
            ("invite_applicant", _("Can invite firms to apply")),
        ]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="application_organisation"),
            models.Index(fields=["state", "state_since"], name="application_state"),
            models.Index(fields=["state", "due_on"], name="application_state_due"),
            models.Index(fields=["due_on"], condition=Q(due_on__isnull=False), name="application_due"),
            models.Index(fields=["recommender", "state"], name="application_recommender"),
            models.Index(fields=["once_key"], name="application_once_key"),
        ]
        constraints = [
            models.CheckConstraint(
                name="application_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("The application is in no known state."),
            ),
            models.CheckConstraint(
                name="application_submitted_is_complete",
                condition=~Q(state__in=UNDER_WAY)
                | Q(
                    number__isnull=False,
                    first_submitted_at__isnull=False,
                    submitted_by__isnull=False,
                    recommender__isnull=False,
                )
                & ~Q(once_key=""),
                violation_error_message=_(
                    "A submitted application has its number, its time, its signature and its recommending unit."
                ),
            ),
            # 一次性: the same thing is under way once only, however often it is applied for.
            models.UniqueConstraint(
                fields=["once_key"],
                condition=Q(state__in=UNDER_WAY) & ~Q(once_key=""),
                name="application_under_way_once",
                violation_error_message=_(
                    "Another application for the same project is under way: the support is given once."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.project_name

    @property
    def unit(self) -> Organisation | None:
        """The recommending unit: that of the firm while it writes, which the bureau may change; then as signed."""
        if self.state in WRITING:
            return self.organisation.recommender or self.recommender
        return self.recommender

    def get_absolute_url(self) -> str:
        return reverse("subsidies:application_detail", args=[self.public_id])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Leaves out the keys, which stay as they are: an UPDATE that names one locks the row like FOR UPDATE.

        Whoever refers to the application from another transaction would wait then, and two such for each other.
        """
        if not self._state.adding and kwargs.get("update_fields") is None:
            left_out = {*KEYS, *self.get_deferred_fields()}
            kwargs["update_fields"] = [
                field.name for field in self._meta.concrete_fields if not {field.name, field.attname} & left_out
            ]
        super().save(*args, **kwargs)

    @property
    def appeal_route(self) -> str:
        """Where the firm can object to not being recommended; empty in every other state. One query in this one."""
        declined = self.recommendations.order_by("-pk").first() if self.state == State.NOT_RECOMMENDED else None
        return declined.appeal_route if declined else ""


class ApplicationAtUnit(Application):
    """As the bureau sees one that waits at its recommending unit; see ApplicationQuerySet.at_units()."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("application at a recommending unit")
        verbose_name_plural = _("applications at recommending units")


class ApplicationStep(AppendOnly):
    """One move of an application; clocks and timelines are read from these.

    Written before the move itself: the database lets no application into another state without it.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="steps")
    action = models.CharField(_("move"), max_length=20, choices=Action)
    from_state = models.CharField(_("from"), max_length=20, choices=State)
    to_state = models.CharField(_("to"), max_length=20, choices=State)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(null=True, editable=False)  # that the move makes; null before November 2026

    class Meta:
        verbose_name = _("move of an application")
        verbose_name_plural = _("moves of an application")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "version"],
                condition=Q(version__isnull=False),
                name="applicationstep_once_a_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.action}"


class Submission(AppendOnly):
    """What was signed: answers, hashes of the files and version of the form, frozen; one row a signature."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="submissions")
    round = models.PositiveSmallIntegerField(_("round"))  # 0 for the first signature, one more for each after it
    snapshot = models.JSONField(_("snapshot"))
    digest = models.CharField(_("SHA-256 of the snapshot"), max_length=64)
    receipt_code = models.CharField(_("receipt code"), max_length=32, unique=True)
    idempotency_key = models.CharField(_("key of the request"), max_length=255, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "round"], name="submission_once_a_round"),
            models.UniqueConstraint(
                fields=["signed_by", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="submission_once_a_key",
            ),
        ]

    def __str__(self) -> str:
        return self.receipt_code

    def get_absolute_url(self) -> str:
        """Of the receipt."""
        return reverse("subsidies:receipt_detail", args=[self.application.public_id, self.round])
