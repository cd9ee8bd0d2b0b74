"""What else waits for a person about applications, beside the lists of desk_cases."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from chenzhou_pilot.desk_tasks import COUNTED_UP_TO, SHOWN, Line, Task
from subsidies.enums import Judgement, State
from subsidies.hit_words import told
from subsidies.models import Application, CrossCheckHit


def application_tasks(user: User) -> list[Task]:
    if not user.has_perm("subsidies.view_application"):
        return []
    return hits_to_judge(user, Application.objects.for_staff(user))


def hits_to_judge(user: User, seen: QuerySet) -> list[Task]:
    if not user.has_perm("subsidies.judge_hit"):
        return []
    being_checked = seen.filter(state=State.FORM_CHECK)
    rows = CrossCheckHit.objects.filter(judgement=Judgement.OPEN, application__in=being_checked.values("pk"))
    found = rows.select_related("application").defer("application__data", "application__touched").order_by("pk")[:SHOWN]
    lines = [Line(str(hit.application), f"{_case(hit.application)}#hit-{hit.pk}", told(hit).sentence) for hit in found]
    href = f"{reverse('admin:subsidies_crosscheckhit_changelist')}?judgement__exact={Judgement.OPEN}"
    return [Task(_("Hits to judge"), rows[: COUNTED_UP_TO + 1].count(), lines, href)]


def _case(application: Application) -> str:
    return reverse("admin:subsidies_application_change", args=[application.pk])
