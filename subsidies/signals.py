"""What follows from elsewhere: due days from the calendar, the words a case is found by, who signs in as an expert."""

from typing import Any

from django.contrib.auth import user_logged_in
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from accounts.models import Organisation, User
from bases.models import Base
from common.components import IS_EXPERT
from common.models import CalendarDay
from projects.models import Project
from subsidies import clocks, correcting, named_bases
from subsidies.case_search import index_case, index_cases
from subsidies.enums import State
from subsidies.follow_up import reports
from subsidies.models import Application, Expert, Submission


@receiver([post_save, post_delete], sender=CalendarDay)
def recompute_due_days(instance: CalendarDay, **kwargs: Any) -> None:
    correcting.recompute_provisional()
    clocks.recompute_due_days(instance.on)


@receiver(post_save, sender=Submission)
def index_signed_case(instance: Submission, **kwargs: Any) -> None:
    index_case(instance.application, instance.snapshot["data"])


@receiver(post_save, sender=Application)
def lay_out_reports(instance: Application, raw: bool = False, **kwargs: Any) -> None:
    """Whoever records a case as paid: the years that are to be reported follow."""
    if not raw and instance.state == State.PAID and instance.changes_now("state"):
        reports.lay_out(instance)


@receiver(post_save, sender=Application)
def read_named_bases(instance: Application, raw: bool = False, update_fields: Any = None, **kwargs: Any) -> None:
    if not raw and (update_fields is None or "data" in update_fields) and "data" not in instance.get_deferred_fields():
        named_bases.read_answers(instance)


@receiver(post_save, sender=Base)
def read_names_of_base(instance: Base, created: bool, **kwargs: Any) -> None:
    if created or instance.changes_now(*named_bases.NAMES):
        named_bases.read_names(instance)


@receiver(post_save, sender=Organisation)
def index_cases_of_firm(instance: Organisation, **kwargs: Any) -> None:
    if instance.changes_now("name_zh", "name_en", "credit_code"):
        index_cases(Application.objects.filter(organisation=instance))


@receiver(post_save, sender=Project)
def index_cases_of_project(instance: Project, **kwargs: Any) -> None:
    if instance.changes_now("name_zh", "name_en", "base"):
        index_cases(Application.objects.filter(project=instance))


@receiver(post_save, sender=Base)
def index_cases_of_base(instance: Base, **kwargs: Any) -> None:
    if instance.changes_now("name_zh", "name_en", "code"):
        index_cases(Application.objects.filter(project__base=instance))


@receiver(user_logged_in)
def know_experts(request: Any, user: User, **kwargs: Any) -> None:
    """For the link in the head of every page, which must not cost every page a query."""
    if Expert.objects.filter(user=user).exists():
        request.session[IS_EXPERT] = True
