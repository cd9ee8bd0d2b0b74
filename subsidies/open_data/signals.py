"""Keeps what the public reads of awards in step: the words they are found by, and the version of the kept pages."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from accounts.models import Organisation
from bases.models import Base
from common import versions
from projects.models import Project
from subsidies.enums import DocumentState, PaymentState, RecoveryState
from subsidies.models import Award, AwardDocument, Payment, Recovery, Scheme
from subsidies.open_data.search import index_award, index_awards

# States that a public page shows. Whatever comes before leaves the pages, and so their ETag, as they are.
PUBLIC_STATES: dict[type, tuple[str, ...]] = {
    AwardDocument: (DocumentState.ISSUED,),
    Payment: (PaymentState.PAID, PaymentState.RETURNED),
    Recovery: (RecoveryState.SETTLED,),
}


@receiver(post_save, sender=Award)
def show_award(instance: Award, **kwargs: Any) -> None:
    index_award(instance)
    versions.bump("registry")


@receiver(post_save, sender=AwardDocument)
@receiver(post_save, sender=Payment)
@receiver(post_save, sender=Recovery)
def show_money(sender: type, instance: Any, **kwargs: Any) -> None:
    if instance.state in PUBLIC_STATES[sender]:
        versions.bump("registry")


@receiver(post_save, sender=Organisation)
def index_awards_of_firm(instance: Organisation, **kwargs: Any) -> None:
    if instance.changes_now("name_zh", "name_en"):
        index_awards(Award.objects.filter(organisation=instance))


@receiver(post_save, sender=Scheme)
def index_awards_of_scheme(instance: Scheme, **kwargs: Any) -> None:
    if instance.changes_now("name_zh", "name_en"):
        index_awards(Award.objects.filter(scheme=instance))


@receiver(post_save, sender=Project)
def index_awards_of_project(instance: Project, **kwargs: Any) -> None:
    if instance.changes_now("name_zh", "name_en", "base", "is_public"):
        index_awards(Award.objects.filter(project=instance))


@receiver(post_save, sender=Base)
def index_awards_of_base(instance: Base, **kwargs: Any) -> None:
    if instance.changes_now("name_zh", "name_en", "code", "state"):
        index_awards(Award.objects.filter(project__base=instance))
