"""Public notice (公示) of approved applications, and the objections to it."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.encryption import SealedField
from common.models import Journalled, JournalledQuerySet, StoredFile
from common.money import YuanField
from subsidies.enums import Consequence, NoticeState, ObjectionKind, ObjectionState
from subsidies.models.application import Application
from subsidies.models.call import Call


class PublicNoticeQuerySet(JournalledQuerySet):
    def on_public_site(self) -> "PublicNoticeQuerySet":
        """Whatever was published stays at its address, replaced and concluded ones too."""
        return self.exclude(state__in=(NoticeState.DRAFT, NoticeState.REVIEW))

    def written_by(self, user: Any) -> "PublicNoticeQuerySet":
        """Those with words of this person in them."""
        return self.filter(writers__user=user)


class PublicNotice(Journalled):
    """A list of approved applications before the public. Frozen with its SHA-256 once it is published.

    The period counts as the call sets it; domain.md §3.2: five working days, the first one counts, is the norm.
    """

    journal_version = "registry"

    call = models.ForeignKey(Call, models.PROTECT, related_name="notices", verbose_name=_("call"))
    slug = models.SlugField(_("address on the site"), max_length=80, unique=True)
    title_zh = models.CharField(_("Chinese title"), max_length=200)
    title_en = models.CharField(_("English title"), max_length=300, blank=True)
    text_zh = models.TextField(_("text (Chinese)"), max_length=4000, blank=True)
    text_en = models.TextField(_("text (English)"), max_length=6000, blank=True)
    business_contact = models.CharField(_("contact for the matter"), max_length=200)
    discipline_contact = models.CharField(_("contact of the discipline office"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=NoticeState, default=NoticeState.DRAFT, editable=False)
    starts_on = models.DateField(_("first day"), null=True, editable=False)
    ends_on = models.DateField(_("last day"), null=True, editable=False)
    period = models.JSONField(_("period"), default=dict, editable=False)  # length, unit, counts_first_day
    listed = models.JSONField(_("list"), default=dict, editable=False)
    digest = models.CharField(_("SHA-256 of the list"), max_length=64, blank=True, editable=False)
    final = models.JSONField(_("final list"), default=dict, editable=False)
    final_digest = models.CharField(_("SHA-256 of the final list"), max_length=64, blank=True, editable=False)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, editable=False, related_name="replaced_by", verbose_name=_("replaces")
    )
    replaced_reason = models.CharField(_("why it was replaced"), max_length=1000, blank=True, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("edited by")
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("published by"),
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    concluded_at = models.DateTimeField(_("concluded at"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = PublicNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        ordering = ["-id"]
        permissions = [
            ("edit_notice", _("Can write public notices")),
            ("publish_notice", _("Can publish public notices")),
        ]
        constraints = [
            models.CheckConstraint(
                name="publicnotice_published_is_whole",
                condition=Q(
                    state__in=(NoticeState.DRAFT, NoticeState.REVIEW),
                    published_by=None,
                    published_at=None,
                    starts_on=None,
                    ends_on=None,
                    digest="",
                )
                | Q(
                    state__in=(NoticeState.PUBLISHED, NoticeState.CONCLUDED, NoticeState.REPLACED),
                    published_by__isnull=False,
                    published_at__isnull=False,
                    starts_on__isnull=False,
                    ends_on__gte=F("starts_on"),
                )
                & ~Q(digest=""),
                violation_error_message=_("A published notice has its days, its list and who published it."),
            ),
            models.CheckConstraint(
                name="publicnotice_four_eyes",
                condition=Q(published_by=None) | ~Q(published_by=F("edited_by")),
                violation_error_message=_("Another person than the one who wrote the notice publishes it."),
            ),
            models.CheckConstraint(
                name="publicnotice_concluded_has_final_list",
                condition=~Q(state=NoticeState.CONCLUDED) | Q(concluded_at__isnull=False) & ~Q(final_digest=""),
            ),
            models.CheckConstraint(
                name="publicnotice_two_contacts",
                condition=~Q(business_contact="") & ~Q(discipline_contact=""),
                violation_error_message=_("A notice names two contacts: for the matter, and of the discipline office."),
            ),
        ]

    def __str__(self) -> str:
        return self.title_zh

    def get_absolute_url(self) -> str:
        return reverse("subsidies:public_notice", args=[self.slug])


class NoticeWriter(models.Model):
    """Whose words are in a notice: all who wrote or sent it, and those of the notice that it replaces.

    Follows from the journal of the notice; kept as rows so that the database can ask.
    """

    notice = models.ForeignKey(PublicNotice, models.CASCADE, related_name="writers", verbose_name=_("public notice"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by"))

    class Meta:
        verbose_name = _("writer of a public notice")
        verbose_name_plural = _("writers of a public notice")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["notice", "user"], name="noticewriter_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.user_id}"


class NoticeEntry(Journalled):
    """An application in a notice; `removed_at` where an objection took it off."""

    journal_version = "registry"

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="entries", verbose_name=_("public notice"))
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="notice_entries", verbose_name=_("application")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    amount_yuan = YuanField(_("amount (yuan)"))
    cleared_at = models.DateTimeField(_("cleared at"), null=True, editable=False)
    removed_at = models.DateTimeField(_("taken off at"), null=True, editable=False)

    class Meta:
        verbose_name = _("entry of a public notice")
        verbose_name_plural = _("entries of a public notice")
        ordering = ["notice_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "application"], name="noticeentry_once"),
            models.CheckConstraint(name="noticeentry_amount_positive", condition=Q(amount_yuan__gt=0)),
            models.CheckConstraint(
                name="noticeentry_cleared_or_removed", condition=Q(cleared_at=None) | Q(removed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.application_id}"


class Objection(Journalled):
    """What somebody says against an entry. Who it was is sealed, and shown to nobody but those who handle it.

    The code that the objector gets follows from `key` and the secret key of the site, and stands nowhere; see
    subsidies.publicity.codes.
    """

    journal_hidden = ("name", "contact", "email", "text", "key", "code_digest")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code_digest = models.CharField(max_length=64, unique=True, editable=False)
    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections", verbose_name=_("public notice"))
    entry = models.ForeignKey(NoticeEntry, models.PROTECT, related_name="objections", verbose_name=_("entry"))
    kind = models.CharField(_("kind"), max_length=8, choices=ObjectionKind)
    name = SealedField(_("name of the objector"), blank=True)
    contact = SealedField(_("contact of the objector"), blank=True)
    email = SealedField(_("e-mail of the objector"), blank=True)
    text = SealedField(_("grounds"))
    received_at = models.DateTimeField(_("received at"), default=timezone.now, editable=False)
    due_on = models.DateField(_("to be answered by"), null=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=ObjectionState, default=ObjectionState.OPEN, editable=False
    )
    consequence = models.CharField(_("what follows"), max_length=10, choices=Consequence, blank=True, editable=False)
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("public notice", "objection")
        verbose_name_plural = pgettext_lazy("public notice", "objections")
        ordering = ["-id"]
        permissions = [("answer_objection", _("Can answer objections to public notices"))]
        constraints = [
            models.CheckConstraint(
                name="objection_lead_is_kept",
                condition=Q(kind=ObjectionKind.LEAD, state=ObjectionState.KEPT)
                | ~Q(kind=ObjectionKind.LEAD) & ~Q(state=ObjectionState.KEPT),
            ),
            models.CheckConstraint(
                name="objection_answered_is_whole",
                condition=Q(
                    state__in=(ObjectionState.OPEN, ObjectionState.KEPT),
                    answered_by=None,
                    answered_at=None,
                )
                | Q(
                    state__in=(ObjectionState.UPHELD, ObjectionState.DISMISSED),
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                )
                & ~Q(answer=""),
                violation_error_message=_("An answer has its text, its time and its author."),
            ),
            models.CheckConstraint(
                name="objection_upheld_has_consequence",
                condition=Q(state=ObjectionState.UPHELD) & ~Q(consequence="")
                | ~Q(state=ObjectionState.UPHELD) & Q(consequence=""),
                violation_error_message=_("Say what becomes of the application: decided anew, or no support."),
            ),
            models.CheckConstraint(
                name="objection_has_term",
                condition=Q(kind=ObjectionKind.LEAD, due_on=None)
                | ~Q(kind=ObjectionKind.LEAD) & Q(due_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class ObjectionFile(Journalled):
    """Evidence, or the stamped letter of a unit."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="files", verbose_name=_("objection"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="objection_file", verbose_name=_("file"))
    is_letter = models.BooleanField(_("stamped letter"), default=False)

    class Meta:
        verbose_name = _("evidence of an objection")
        verbose_name_plural = _("evidence of objections")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.objection_id} {self.file_id}"
