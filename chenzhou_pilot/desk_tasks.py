"""What waits for the person who opens the desk, in a number of queries that does not grow with the registry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from bases.completeness import missing_count, some_figure_missing
from bases.enums import Action, ChangeState, State
from bases.models import Base, BaseChange
from bases.models.provenance import FIGURES
from bases.models.queries import BaseQuerySet
from bases.workflow import MOVES
from common.calendar import shanghai_today, working_days_between
from common.models import JournalPending
from common.templatetags.chenzhou import shanghai_date

SHOWN = 8
COUNTED_UP_TO = 1_000
VERIFY_EVERY = timedelta(days=365)
SEALED_WITHIN = timedelta(hours=1)
NEXT_MOVES = {
    State.COUNTY_REVIEW: Action.RECOMMEND,
    State.BUREAU_REVIEW: Action.VISIT,
    State.SITE_CHECK: Action.PUBLICISE,
}
FOR_OTHERS_THAN_THE_SUBMITTER = (Action.RECOMMEND, Action.PUBLICISE)


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    href: str
    note: str = ""
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    title: str
    count: int
    lines: Sequence[Line]
    href: str = ""

    @property
    def count_text(self) -> str:
        return f"{COUNTED_UP_TO}+" if self.count > COUNTED_UP_TO else str(self.count)


def tasks_for(user: User) -> list[Task]:
    tasks: list[Task] = []
    if user.has_perm("bases.view_base"):
        own = Base.objects.for_staff(user).only("pk", "code", "name_zh", "name_en", "state", "state_reason")
        for build in TASKS:
            tasks += build(user, own)
    return tasks + journal_task(user)


def waiting_for_me(user: User, bases: BaseQuerySet) -> list[Task]:
    tasks = []
    for state, action in NEXT_MOVES.items():
        if any(map(user.has_perm, MOVES[action].rights)):
            rows = bases.filter(state=state)
            rows = rows.exclude(submitted_by=user) if action in FOR_OTHERS_THAN_THE_SUBMITTER else rows
            tasks.append(_task(str(state.label), rows, f"state__exact={state}", lambda base: ""))
    return tasks


def sent_back(user: User, bases: BaseQuerySet) -> list[Task]:
    if not user.has_perm("bases.change_base"):
        return []
    rows = bases.filter(state=State.DRAFT).exclude(state_reason="")
    return [_task(_("Sent back, to be completed"), rows, "state__exact=draft", lambda base: base.state_reason)]


def changes(user: User, bases: BaseQuerySet) -> list[Task]:
    if not user.has_perm("bases.decide_base"):
        return []
    rows = BaseChange.objects.filter(state=ChangeState.PENDING, base__in=bases.values("pk"))
    rows = rows.exclude(Q(proposed_by=user) | Q(base__submitted_by=user))
    found = list(rows.select_related("base").order_by("proposed_at")[:SHOWN])
    lines = [Line(str(row.base), _change_url("basechange", row.pk), shanghai_date(row.proposed_at)) for row in found]
    href = f"{reverse('admin:bases_basechange_changelist')}?state__exact={ChangeState.PENDING}"
    return [Task(_("Changes to decide"), rows[: COUNTED_UP_TO + 1].count(), lines, href)]


def notices(user: User, bases: BaseQuerySet) -> list[Task]:
    rows = bases.filter(state=State.PUBLICITY).only("pk", "code", "name_zh", "name_en", "publicity_until")
    today = shanghai_today()
    left: dict[date | None, str] = {}

    def note(base: Base) -> str:
        end = base.publicity_until
        if end not in left:
            left[end] = _notice_words(today, end)
        return left[end]

    ordered = rows.order_by("publicity_until", "code")
    return [
        _task(
            _("Public notices"),
            ordered,
            f"state__exact={State.PUBLICITY}",
            note,
            lambda base: _is_before(base.publicity_until, today),
        )
    ]


def _notice_words(today: date, end: date | None) -> str:
    if end is None or end < today:
        return _("ended, can be entered in the registry")
    days = working_days_between(today, end).days
    return ngettext("%(days)d working day left, until %(end)s", "%(days)d working days left, until %(end)s", days) % {
        "days": days,
        "end": shanghai_date(end),
    }


def _is_before(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day < other


def rectifications(user: User, bases: BaseQuerySet) -> list[Task]:
    rows = bases.filter(state=State.WARNED).only("pk", "code", "name_zh", "name_en", "rectify_until")
    today = shanghai_today()

    def note(base: Base) -> str:
        return _("until %(day)s") % {"day": shanghai_date(base.rectify_until)}

    def is_due(base: Base) -> bool:
        return not _is_before(today, base.rectify_until)

    ordered = rows.order_by("rectify_until", "code")
    return [_task(_("Rectifications"), ordered, f"state__exact={State.WARNED}", note, is_due)]


def to_verify(user: User, bases: BaseQuerySet) -> list[Task]:
    rows = bases.in_registry().only("pk", "code", "name_zh", "name_en", "verified_on")
    old = rows.filter(Q(verified_on=None) | Q(verified_on__lt=shanghai_today() - VERIFY_EVERY))

    def note(base: Base) -> str:
        return shanghai_date(base.verified_on) or _("never verified")

    return [_task(_("Not verified for a year"), old, "verified=old", note)]


def incomplete(user: User, bases: BaseQuerySet) -> list[Task]:
    rows = bases.in_registry().filter(some_figure_missing()).only("pk", "code", "name_zh", "name_en", *FIGURES)

    def note(base: Base) -> str:
        counts = {"count": missing_count(base), "all": len(FIGURES)}
        return _("%(count)d of %(all)d figures not yet published") % counts

    return [_task(_("Figures not yet published"), rows, "figures=missing", note)]


def journal_task(user: User) -> list[Task]:
    """For those who keep the system running: entries that wait for their seal too long."""
    if not (user.has_perm("common.view_journalentry") or user.has_perm("accounts.assign_roles")):
        return []
    overdue = JournalPending.objects.filter(entry__happened_at__lt=timezone.now() - SEALED_WITHIN)
    count = overdue[: COUNTED_UP_TO + 1].count()
    if not count:
        return []
    note = _("The job that seals the journal every minute does not run. Tell whoever runs the server.")
    return [Task(_("Journal entries without a seal"), count, [Line(note, "", is_urgent=True)])]


def _task(
    title: str,
    rows: BaseQuerySet,
    query: str,
    note: Callable[[Base], str],
    is_urgent: Callable[[Base], bool] = lambda base: False,
) -> Task:
    """Two queries."""
    found = rows[:SHOWN]
    lines = [Line(f"{base.code} {base}", _change_url("base", base.pk), note(base), is_urgent(base)) for base in found]
    count = rows.order_by()[: COUNTED_UP_TO + 1].count() if len(lines) == SHOWN else len(lines)
    return Task(title, count, lines, f"{reverse('admin:bases_base_changelist')}?{query}")


def _change_url(model: str, key: int) -> str:
    return reverse(f"admin:bases_{model}_change", args=[key])


TASKS: tuple[Callable[[User, BaseQuerySet], list[Task]], ...] = (
    waiting_for_me,
    sent_back,
    changes,
    notices,
    rectifications,
    to_verify,
    incomplete,
)
