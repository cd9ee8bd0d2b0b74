"""The daily look for odd patterns, and what a person makes of each."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from subsidies.enums import AlertJudgement
from subsidies.models import Alert
from subsidies.watching.devices import shared_devices
from subsidies.watching.nights import night_work
from subsidies.watching.scores import leaning_experts
from subsidies.workflow import MoveRefused, given

LOOKS = (  # each with how far it looks back
    (shared_devices, timedelta(days=90)),
    (leaning_experts, timedelta(days=730)),
    (night_work, timedelta(days=7)),
)


@transaction.atomic
def look() -> int:
    """How many were found that nobody knew; safe to run twice."""
    known = set(Alert.objects.values_list("kind", "key"))
    now, count = timezone.now(), 0
    for find, back in LOOKS:
        for found in find(now - back):
            if (found.kind.value, found.key) not in known:
                known.add((found.kind.value, found.key))
                Alert.objects.create(kind=found.kind, key=found.key, facts=found.facts)
                count += 1
    return count


@transaction.atomic
def judge(alert: Alert, *, by: User, judgement: str, reason: str) -> Alert:
    """Once, with a reason. It changes no case: what follows from it is for people."""
    if not by.has_perm("subsidies.judge_alert"):
        raise PermissionDenied
    current: Alert = Alert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
    if current.judgement != AlertJudgement.OPEN:
        raise MoveRefused(_("This alert has been judged already."), code="state")
    if judgement not in (AlertJudgement.HARMLESS, AlertJudgement.FOLLOWED):
        raise MoveRefused(_("Choose what you make of it."))
    current.judgement, current.reason = judgement, given(reason)
    current.judged_by, current.judged_at = by, timezone.now()
    with journal.acting(by=by, action="judge_alert", reason=current.reason):
        current.save()
    return current
