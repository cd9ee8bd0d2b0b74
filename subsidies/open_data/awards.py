"""What the public may know of an award: its thread to project and base, its place, and what became of the money."""

from typing import Any

from django.db.models import BooleanField, Case, F, Max, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from bases.enums import ON_PUBLIC_SITE
from bases.models import Base
from projects.models import Project
from subsidies.enums import PaymentState, RecoveryState, Standing
from subsidies.models import Award, Payment, Repayment
from subsidies.models.award import AwardQuerySet

HAS_PUBLIC_PROJECT = Q(project__is_public=True)
HAS_PUBLIC_BASE = HAS_PUBLIC_PROJECT & Q(project__base__state__in=ON_PUBLIC_SITE)
IS_DEMO = Q(organisation__is_demo=True) | Q(application__is_demo=True)


def public_awards() -> AwardQuerySet:
    return with_money(with_place(Award.objects.on_public_site()))


# ---------------------------------------------------------------- the thread
def project_of(award: Any) -> Project | None:
    """As far as the public may know of it; the name of the project stands in the document either way."""
    return award.project if award.project and award.project.is_public else None


def base_of(award: Any) -> Base | None:
    project = project_of(award)
    return project.base if project and project.base and project.base.state in ON_PUBLIC_SITE else None


def of_base(base: Base) -> AwardQuerySet:
    return Award.objects.on_public_site().filter(HAS_PUBLIC_PROJECT, project__base=base)


def of_project(project: Project) -> AwardQuerySet:
    return Award.objects.on_public_site().filter(project=project)


# ---------------------------------------------------------------- the place
def with_place(awards: AwardQuerySet) -> AwardQuerySet:
    """Where the base stands, else the project, else where the firm is registered; industry as the project has it.

    Nothing is taken from a project or a base that is not public.
    """
    firm = F("organisation__registered_division_id")
    own = When(HAS_PUBLIC_PROJECT & Q(project__base=None), then=Coalesce(F("project__division_id"), firm))
    return awards.annotate(
        division_code=Case(When(HAS_PUBLIC_BASE, then=F("project__base__division_id")), own, default=firm),
        park_code=Case(When(HAS_PUBLIC_BASE, then=F("project__base__park_id")), default=F("organisation__park_id")),
        industry_key=Case(When(HAS_PUBLIC_PROJECT, then=F("project__industry_id"))),
        is_demo=Case(When(IS_DEMO, then=True), default=False, output_field=BooleanField()),
    )


# ---------------------------------------------------------------- the money
def with_money(awards: AwardQuerySet) -> AwardQuerySet:
    """What was paid until now and when last, what has come back, and the standing that follows.

    A recovery shows once it is settled: until then it can still be contested.
    """
    paid = Payment.objects.filter(award=OuterRef("pk"), state=PaymentState.PAID).order_by().values("award")
    back = Repayment.objects.filter(
        recovery__application=OuterRef("application_id"), recovery__state=RecoveryState.SETTLED
    )
    back = back.order_by().values("recovery__application")
    annotated = awards.annotate(
        paid_yuan=Subquery(paid.annotate(total=Sum("amount_yuan")).values("total")),
        paid_on=Subquery(paid.annotate(last=Max("paid_on")).values("last")),
        recovered_yuan=Subquery(back.annotate(total=Sum(F("amount_yuan") - F("interest_yuan"))).values("total")),
    )
    return annotated.annotate(standing=standing())


def standing() -> Case:
    return Case(
        When(revoked_on__isnull=False, then=Value(Standing.REVOKED.value)),
        When(recovered_yuan__isnull=False, then=Value(Standing.RECOVERED.value)),
        When(paid_yuan__gte=F("amount_yuan"), then=Value(Standing.PAID.value)),
        When(paid_yuan__isnull=False, then=Value(Standing.PART_PAID.value)),
        default=Value(Standing.AWARDED.value),
    )
