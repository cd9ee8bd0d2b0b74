"""The integrity list, the bureau's own affair: who stands on it, why, until when, and what is asked about an entry."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import credit_code
from accounts.models import Organisation
from common.document_numbers import clean_document_number
from common.models import Journalled, JournalledQuerySet
from subsidies.enums import IntegrityCategory, PleaKind, PleaState
from subsidies.models.application import Application


class IntegrityEntryQuerySet(JournalledQuerySet):
    def in_force_on(self, day: date) -> "IntegrityEntryQuerySet":
        """Neither over nor repaired nor lifted on that day. See also IntegrityEntry.is_in_force_on()."""
        return (
            self.filter(listed_on__lte=day)
            .exclude(ends_on__lt=day)
            .exclude(repaired_on__lte=day)
            .exclude(lifted_on__lte=day)
        )


class IntegrityEntry(Journalled):
    """An organisation on the list: basis, from when, until when. Names may collide, so a person judges."""

    name = models.CharField(_("name"), max_length=160)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="integrity_entries",
        verbose_name=_("organisation"),
    )
    category = models.CharField(
        _("category"), max_length=12, choices=IntegrityCategory, default=IntegrityCategory.OTHER
    )
    basis = models.CharField(_("basis"), max_length=300)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    source = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="integrity_entries",
        verbose_name=_("from the case"),
    )
    listed_on = models.DateField(pgettext_lazy("integrity list", "listed on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    repaired_on = models.DateField(_("repaired on"), null=True, blank=True, editable=False)
    lifted_on = models.DateField(_("lifted on"), null=True, blank=True, editable=False)

    objects = IntegrityEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the integrity list")
        verbose_name_plural = _("integrity list")
        ordering = ["-listed_on", "id"]
        permissions = [("confirm_integrity", _("Can confirm answers about entries of the integrity list"))]
        indexes = [models.Index(fields=["credit_code"], name="integrityentry_credit_code")]
        constraints = [
            models.CheckConstraint(
                name="integrityentry_ends_after_listing",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("listed_on")),
                violation_error_message=_("An entry ends after it begins."),
            ),
            models.CheckConstraint(
                name="integrityentry_has_basis",
                condition=~Q(basis=""),
                violation_error_message=_("Give the basis of the entry."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.credit_code = credit_code.normalise(self.credit_code)
        self.document_number = clean_document_number(self.document_number)

    def is_in_force_on(self, day: date) -> bool:
        """See also IntegrityEntryQuerySet.in_force_on()."""
        is_begun = self.listed_on <= day and (self.ends_on is None or day <= self.ends_on)
        return is_begun and all(end is None or day < end for end in (self.repaired_on, self.lifted_on))


class IntegrityPlea(Journalled):
    """An appeal or a repair: asked for, answered by one person of the bureau, confirmed by another."""

    entry = models.ForeignKey(
        IntegrityEntry, models.PROTECT, related_name="pleas", verbose_name=_("entry of the integrity list")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=PleaKind)
    text = models.TextField(_("grounds"), max_length=4000)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=PleaState, default=PleaState.OPEN, editable=False)
    is_upheld = models.BooleanField(_("upheld"), null=True, editable=False)
    answer = models.TextField(_("answer"), max_length=1000, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)

    class Meta:
        verbose_name = _("plea about the integrity list")
        verbose_name_plural = _("pleas about the integrity list")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state__in=(PleaState.OPEN, PleaState.ANSWERED)),
                name="integrityplea_one_open",
                violation_error_message=_("Something is being handled about this entry already."),
            ),
            models.CheckConstraint(
                name="integrityplea_is_whole",
                condition=Q(
                    state=PleaState.OPEN, is_upheld=None, answered_by=None, confirmed_by=None, confirmed_at=None
                )
                | Q(answered_by__isnull=False, answered_at__isnull=False)
                & ~Q(answer="")
                & (
                    Q(state=PleaState.ANSWERED, is_upheld__isnull=False, confirmed_by=None, confirmed_at=None)
                    | Q(state=PleaState.UPHELD, is_upheld=True, confirmed_by__isnull=False, confirmed_at__isnull=False)
                    | Q(state=PleaState.DISMISSED, is_upheld=False, confirmed_by__isnull=False)
                    & Q(confirmed_at__isnull=False)
                ),
                violation_error_message=_("An answer is written by one person and confirmed by another."),
            ),
            models.CheckConstraint(
                name="integrityplea_four_eyes",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("answered_by")) & ~Q(confirmed_by=F("made_by")),
                violation_error_message=_("Another person than the one who wrote the answer confirms it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.kind}"
