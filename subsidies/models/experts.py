"""The register of experts: what they know, where they work and worked, whom they are bound to, when they are away."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from bases.models import Industry
from common.models import Journalled
from subsidies.enums import ExpertKind, ExpertState, InterestKind
from subsidies.models.application import Application

MOST_AVOIDED = 3  # names an applicant may give, by application


class Expert(Journalled):
    """A person who reviews. `code` stands for the person in published draws; contacts are those of the account."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="expert", verbose_name=_("account")
    )
    code = models.CharField(_("code"), max_length=16, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=ExpertKind)
    fields = models.ManyToManyField(Industry, verbose_name=_("fields"), related_name="experts", blank=True)
    title = models.CharField(_("professional title"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ExpertState, default=ExpertState.ACTIVE)
    integrity_note = models.CharField(
        _("entry on integrity"),
        max_length=500,
        blank=True,
        help_text=_("With a note an expert cannot be drawn: basis and date of the finding."),
    )
    most_open = models.PositiveSmallIntegerField(
        _("most open reviews"), default=8, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        ordering = ["code"]
        permissions = [
            ("draw_experts", _("Can draw panels of experts")),
            ("confirm_draw", _("Can confirm a draw of experts")),
        ]

    def __str__(self) -> str:
        return f"{self.user}"

    def journal_label(self) -> str:
        return self.code


class ExpertEmployment(Journalled):
    """A legal person the expert works or worked for. 近三年内同一法人: kept away for three years after the end."""

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="employments", verbose_name=_("expert"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    name = models.CharField(_("name of the employer"), max_length=160)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("employment of an expert")
        verbose_name_plural = _("employments of an expert")
        ordering = ["expert_id", "-since", "id"]
        constraints = [
            models.CheckConstraint(
                name="expertemployment_ends_after_it_begins",
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("An employment ends after it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        if self.organisation is not None:
            self.name = self.organisation.name_zh
        super().save(*args, **kwargs)


class ExpertInterest(Journalled):
    """What an expert declared, or the bureau learned: a bond to an organisation besides employment."""

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="interests", verbose_name=_("expert"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    kind = models.CharField(_("kind"), max_length=14, choices=InterestKind)
    note = models.CharField(_("note"), max_length=500, blank=True)
    declared_at = models.DateTimeField(_("declared at"), auto_now_add=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("interest of an expert")
        verbose_name_plural = _("interests of an expert")
        ordering = ["expert_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["expert", "organisation", "kind"],
                condition=Q(ended_on=None),
                name="expertinterest_once",
                violation_error_message=_("This interest is declared already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.get_kind_display()}"


class ExpertAbsence(Journalled):
    """Days on which the expert does not review."""

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="absences", verbose_name=_("expert"))
    begins_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("absence of an expert")
        verbose_name_plural = _("absences of an expert")
        ordering = ["expert_id", "begins_on"]
        constraints = [
            models.CheckConstraint(
                name="expertabsence_ends_after_it_begins",
                condition=Q(ends_on__gte=F("begins_on")),
                violation_error_message=_("An absence ends after it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.begins_on}–{self.ends_on}"


class AvoidedExpert(Journalled):
    """A name the applicant asks to keep away, with the reason: three at most, until the draw."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="avoided_experts", verbose_name=_("application")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=80)
    employer = models.CharField(_("employer"), max_length=160, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_at = models.DateTimeField(_("named at"), auto_now_add=True)

    class Meta:
        verbose_name = _("expert to be avoided")
        verbose_name_plural = _("experts to be avoided")
        ordering = ["application_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["application", "position"], name="avoidedexpert_position_once"),
            models.CheckConstraint(
                name="avoidedexpert_three_at_most",
                condition=Q(position__gte=1, position__lte=MOST_AVOIDED),
                violation_error_message=_("Name three experts at most."),
            ),
            models.CheckConstraint(
                name="avoidedexpert_with_reason",
                condition=~Q(reason="") & ~Q(name=""),
                violation_error_message=_("Give the name and the reason."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
