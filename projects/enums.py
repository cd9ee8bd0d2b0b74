from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Stage(TextChoices):
    LABORATORY = "laboratory", _("Laboratory")
    PILOT = "pilot", _("Pilot")
    PASSED = "passed", _("Passed the pilot")
    READY = "ready_for_industrialisation", _("Ready for industrialisation")
    SMALL_SCALE = "small_scale_production", _("Small-scale production")
    INDUSTRIALISED = "industrialised", _("Industrialised")
    STOPPED = "stopped", _("Stopped")


# The line from laboratory to industry, in order; "stopped" breaks it and is no stop of it.
LINE = (Stage.LABORATORY, Stage.PILOT, Stage.PASSED, Stage.READY, Stage.SMALL_SCALE, Stage.INDUSTRIALISED)
PASSED_OR_LATER = LINE[LINE.index(Stage.PASSED) :]


class Precision(TextChoices):
    """How exactly a date is known; the rest of the stored date carries no meaning."""

    DAY = "day", _("Day")
    MONTH = "month", _("Month")
    YEAR = "year", _("Year")
    BY_MONTH = "by_month", _("Not later than this month")


class PartnerRole(TextChoices):
    LEAD = "lead", _("Lead")
    PARTNER = "partner", _("Partner")


class OutcomeKind(TextChoices):
    AWARD = "award", _("Award")
    PRODUCT = "product", _("Product")
    PROCESS = "process", _("Process")
    PATENT = "patent", _("Patent")
    INDUSTRY = "industry", _("Industrialisation")


class Withholdable(TextChoices):
    """The fields of a project that its owner may keep confidential, one by one."""

    SUMMARY = "summary", _("Summary")
    ORGANISATIONS = "organisations", _("Organisations")
    READINESS = "readiness", _("Readiness levels")
    OUTCOMES = "outcomes", _("Outcomes")
    INVESTMENT = "investment", _("Pilot investment")
    KEYWORDS = "keywords", _("Keywords")
