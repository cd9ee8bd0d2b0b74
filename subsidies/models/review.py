"""Draws, panels and what experts say: a draw is a record that anyone can run again, a signed sheet never changes."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import Journalled
from common.models.journal import AppendOnly
from subsidies.enums import AssignmentState, DeclineReason, ExpertKind, Seat, SheetState
from subsidies.models.application import Application
from subsidies.models.call import Call
from subsidies.models.experts import Expert


class Draw(Journalled):
    """One draw of panels for applications of a call: `inputs` were frozen before `seed` was made.

    `result` follows from both by docs/draw.md; tools/verify_draw.py runs it again.
    """

    journal_ignored = ("inputs", "result")

    public_id = models.UUIDField(_("public number"), default=uuid.uuid4, unique=True, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="draws", verbose_name=_("call"))
    inputs = models.JSONField(_("inputs"))
    inputs_digest = models.CharField(_("SHA-256 of the inputs"), max_length=64)
    exclusions = models.JSONField(_("exclusions"), default=list)  # rows {application, expert, reasons}
    seed = models.CharField(_("seed"), max_length=64)
    result = models.JSONField(_("result"))
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drawn by"))
    drawn_at = models.DateTimeField(_("drawn at"), auto_now_add=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("discarded by")
    )
    discarded_at = models.DateTimeField(_("discarded at"), null=True)
    discard_reason = models.CharField(_("reason for discarding it"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("draw of experts")
        verbose_name_plural = _("draws of experts")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="draw_four_eyes",
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, discarded_at=None)
                & ~Q(confirmed_by=F("drawn_by")),
                violation_error_message=_("Another person than the one who drew confirms the draw."),
            ),
            models.CheckConstraint(
                name="draw_discarded_with_reason",
                condition=Q(discarded_by=None, discarded_at=None, discard_reason="")
                | Q(discarded_by__isnull=False, discarded_at__isnull=False) & ~Q(discard_reason=""),
                violation_error_message=_("A draw is discarded with a reason; it stays on record."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("subsidies:draw_detail", args=[self.public_id])


class Assignment(Journalled):
    """An expert's seat on the panel of one application. Made by a confirmed draw alone; see subsidies.drawing."""

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="assignments", verbose_name=_("application")
    )
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="assignments", verbose_name=_("expert"))
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="assignments", verbose_name=_("draw"))
    kind = models.CharField(_("kind"), max_length=10, choices=ExpertKind)  # of the expert at the draw
    seat = models.CharField(_("seat"), max_length=8, choices=Seat)
    position = models.PositiveSmallIntegerField(_("position"))  # among the members, or among the reserves
    is_chair = models.BooleanField(_("chair"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=AssignmentState)
    state_since = models.DateTimeField(_("in this state since"))
    due_on = models.DateField(_("to be signed by"), null=True)
    declared_at = models.DateTimeField(_("declared to be impartial at"), null=True)
    decline_reason = models.CharField(_("reason for declining"), max_length=10, choices=DeclineReason, blank=True)
    decline_note = models.CharField(_("note"), max_length=500, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name=_("takes the seat of")
    )

    class Meta:
        verbose_name = _("seat on a panel")
        verbose_name_plural = _("seats on panels")
        ordering = ["application_id", "seat", "position"]
        permissions = [("review_assigned", _("Can review the applications they are drawn for"))]
        constraints = [
            models.UniqueConstraint(fields=["application", "expert"], name="assignment_once"),
            models.UniqueConstraint(fields=["application"], condition=Q(is_chair=True), name="assignment_one_chair"),
            models.CheckConstraint(
                name="assignment_accepted_impartially",
                condition=~Q(state=AssignmentState.ACCEPTED) | Q(declared_at__isnull=False, due_on__isnull=False),
                violation_error_message=_("Whoever accepts declares to be impartial."),
            ),
            models.CheckConstraint(
                name="assignment_declined_with_reason",
                condition=~Q(state=AssignmentState.DECLINED) | ~Q(decline_reason=""),
                violation_error_message=_("Choose the reason for declining."),
            ),
        ]
        indexes = [models.Index(fields=["expert", "state"], name="assignment_expert")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.expert_id}"


class ScoreSheet(Journalled):
    """Points by the ids of the call's score items. Signed it never changes; a revision is a sheet of its own."""

    # What is written before the signature is the expert's own affair; the digest is in the journal with the signature.
    journal_ignored = ("scores", "comment")

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="sheets", verbose_name=_("seat"))
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    state = models.CharField(_("state"), max_length=8, choices=SheetState, default=SheetState.DRAFT)
    scores = models.JSONField(_("scores"), default=dict)  # id → {"points": "21.00", "comment": ""}
    comment = models.TextField(_("overall opinion"), max_length=4000, blank=True)
    revision_reason = models.CharField(_("reason for the revision"), max_length=500, blank=True)
    total = models.DecimalField(_("total"), max_digits=7, decimal_places=2, null=True)
    signed_at = models.DateTimeField(_("signed at"), null=True)
    digest = models.CharField(_("SHA-256 of the sheet"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("begun at"), auto_now_add=True)

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        ordering = ["assignment_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "number"], name="scoresheet_number_once"),
            models.UniqueConstraint(fields=["assignment"], condition=Q(state="draft"), name="scoresheet_one_draft"),
            models.CheckConstraint(
                name="scoresheet_signed_is_whole",
                condition=Q(state=SheetState.DRAFT, signed_at=None)
                | Q(state=SheetState.SIGNED, signed_at__isnull=False, total__isnull=False) & ~Q(digest=""),
            ),
            models.CheckConstraint(
                name="scoresheet_revision_has_reason",
                condition=Q(number=1) | ~Q(revision_reason=""),
                violation_error_message=_("Say why the sheet is revised."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.number}"


class ChairNote(AppendOnly):
    """What the chair says to scores that lie further apart than the call allows; the latest stands."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="chair_notes")
    spread = models.DecimalField(_("spread"), max_digits=7, decimal_places=2)
    text = models.TextField(_("note"), max_length=2000)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("note of the chair")
        verbose_name_plural = _("notes of the chair")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:40]
