"""The collective decision: a meeting with its members, its agenda, and a decision on each application; appeals."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import Journalled, StoredFile
from common.money import YuanField
from subsidies.enums import AppealState, DeferralReason, MeetingKind, Verdict
from subsidies.models.application import Application
from subsidies.models.call import Call


class Meeting(Journalled):
    """集体审议. Decisions are staged during it and released together, by another person, under its minutes."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="meetings", verbose_name=_("call"))
    kind = models.CharField(_("kind"), max_length=12, choices=MeetingKind)
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    # That of the call's own year, or of a later one where what was deferred is decided with what was carried over.
    budget = models.ForeignKey(
        "subsidies.Budget", models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("budget")
    )
    minutes_number = models.CharField(_("number of the minutes"), max_length=60, blank=True)
    minutes = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("minutes")
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("prepared by"), editable=False
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("released by"),
        editable=False,
    )
    released_at = models.DateTimeField(_("released at"), null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-held_on", "-id"]
        permissions = [
            ("propose_to_meeting", _("Can put applications before the meeting")),
            ("stage_decision", _("Can record what the meeting decides")),
            ("release_decisions", _("Can release the decisions of a meeting")),
        ]
        constraints = [
            models.CheckConstraint(
                name="meeting_four_eyes",
                condition=Q(released_by=None, released_at=None)
                | Q(released_by__isnull=False, released_at__isnull=False)
                & ~Q(minutes_number="")
                & ~Q(released_by=F("prepared_by")),
                violation_error_message=_(
                    "Another person than the one who prepared the meeting releases its decisions, under the number of "
                    "its minutes."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.held_on} {self.get_kind_display()}"


class MeetingMember(Journalled):
    """Who sat in the meeting, by name; `user` where the person has an account, so that interests are known."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="members", verbose_name=_("meeting"))
    name = models.CharField(_("name"), max_length=80)
    post = models.CharField(_("post"), max_length=80, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    is_chair = models.BooleanField(_("in the chair"), default=False)

    class Meta:
        verbose_name = _("member of a meeting")
        verbose_name_plural = _("members of a meeting")
        ordering = ["meeting_id", "-is_chair", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(is_chair=True),
                name="meetingmember_one_chair",
                violation_error_message=_("A meeting has one chair."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Decision(Journalled):
    """An application on the agenda of a meeting and what is decided on it: staged first, in force once released."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions", verbose_name=_("meeting"))
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="decisions", verbose_name=_("application")
    )
    position = models.PositiveSmallIntegerField(_("place on the agenda"))
    total = models.DecimalField(_("total of the experts"), max_digits=7, decimal_places=2, null=True)
    put_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("put on the agenda by")
    )
    verdict = models.CharField(_("decision"), max_length=8, choices=Verdict, blank=True)
    amount_yuan = YuanField(_("amount (yuan)"), null=True, blank=True)
    deferral = models.CharField(_("why it is deferred"), max_length=8, choices=DeferralReason, blank=True)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    appeal_route = models.TextField(_("route of appeal"), max_length=1000, blank=True)
    appeal_until = models.DateField(_("appeal until"), null=True, blank=True)
    staged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    staged_at = models.DateTimeField(_("recorded at"), null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("released by")
    )
    released_at = models.DateTimeField(_("released at"), null=True)
    removed_at = models.DateTimeField(_("taken off the agenda at"), null=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["meeting_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(released_at=None, removed_at=None),
                name="decision_one_open",
                violation_error_message=_("The application is on the agenda of a meeting already."),
            ),
            models.CheckConstraint(
                name="decision_staged_is_whole",
                condition=Q(verdict="", staged_by=None, staged_at=None, amount_yuan=None)
                | Q(staged_by__isnull=False, staged_at__isnull=False)
                & (
                    Q(verdict=Verdict.APPROVE, amount_yuan__gt=0, deferral="")
                    | Q(verdict=Verdict.REJECT, amount_yuan=None, deferral="") & ~Q(reason="") & ~Q(appeal_route="")
                    | Q(verdict=Verdict.DEFER, amount_yuan=None) & ~Q(reason="") & ~Q(deferral="")
                ),
                violation_error_message=_(
                    "An approval has its amount, a refusal its reason and the route of appeal, a deferral its reason."
                ),
            ),
            models.CheckConstraint(
                name="decision_four_eyes",
                condition=Q(released_by=None, released_at=None)
                | Q(released_by__isnull=False, released_at__isnull=False, removed_at=None)
                & ~Q(verdict="")
                & ~Q(released_by=F("staged_by"))
                & ~Q(released_by=F("put_by")),
                violation_error_message=_("Another person than the one who recorded the decision releases it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.verdict}"


class Recusal(Journalled):
    """A member who left the room for one application, and why."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="recusals", verbose_name=_("decision"))
    member = models.ForeignKey(MeetingMember, models.PROTECT, related_name="recusals", verbose_name=_("member"))
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        ordering = ["decision_id", "id"]
        constraints = [models.UniqueConstraint(fields=["decision", "member"], name="recusal_once")]

    def __str__(self) -> str:
        return f"{self.member}"


class Appeal(Journalled):
    """The applicant's objection to a refusal or a deferral; answered by somebody who took no part in it."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="appeal", verbose_name=_("decision"))
    text = models.TextField(_("grounds"), max_length=4000)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    due_on = models.DateField(_("to be answered by"))
    state = models.CharField(_("state"), max_length=10, choices=AppealState, default=AppealState.OPEN)
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["-id"]
        permissions = [("answer_appeal", _("Can answer appeals"))]
        constraints = [
            models.CheckConstraint(
                name="appeal_answered_is_whole",
                condition=Q(state=AppealState.OPEN, answered_by=None, answered_at=None)
                | ~Q(state=AppealState.OPEN)
                & Q(answered_by__isnull=False, answered_at__isnull=False)
                & ~Q(answer="")
                & ~Q(answered_by=F("made_by")),
                violation_error_message=_("An answer has its text, its time and its author."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.state}"
