"""What waits for the person who opens the desk, in a number of queries that does not grow with the registry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User, VerificationRequest, VerificationState
from bases.completeness import missing_count, some_figure_missing
from bases.enums import Action, ChangeState, State
from bases.models import Base, BaseChange
from bases.models.provenance import FIGURES
from bases.models.queries import BaseQuerySet
from bases.workflow import MOVES
from common.calendar import shanghai_today, working_days_between
from common.models import Delivery, DeliveryState, JournalPending
from common.templatetags.chenzhou import shanghai_date
from subsidies.enums import AlertJudgement, EarlierState, PleaState
from subsidies.follow_up import integrity
from subsidies.models import Alert, EarlierAward

SHOWN = 8
COUNTED_UP_TO = 1_000
VERIFY_EVERY = timedelta(days=365)
SEALED_WITHIN = timedelta(hours=1)
SENT_WITHIN = timedelta(minutes=15)
SHOWN_FOR = timedelta(days=30)  # how long a message that was given up stays on the start page
REAL_FIRST = "is_demo"  # demonstration records wait behind real ones
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
        own = own.order_by(REAL_FIRST, "code")
        for build in TASKS:
            tasks += build(user, own)
    tasks += licence_task(user) + alert_task(user) + plea_task(user) + earlier_award_task(user)
    return tasks + journal_task(user) + outbox_task(user)


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
    found = list(rows.select_related("base").order_by("base__is_demo", "proposed_at")[:SHOWN])
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

    ordered = rows.order_by(REAL_FIRST, "publicity_until", "code")
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

    ordered = rows.order_by(REAL_FIRST, "rectify_until", "code")
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


def licence_task(user: User) -> list[Task]:
    """Requests for verification; those of one's own organisations are for somebody else."""
    if not user.has_perm("accounts.verify_organisation"):
        return []
    rows = VerificationRequest.objects.filter(state=VerificationState.WAITING).exclude(organisation__in=user.roles)
    rows = rows.exclude(asked_by=user).order_by("asked_at")
    lines = [
        Line(
            row.name_zh,
            reverse("admin:accounts_verificationrequest_change", args=[row.pk]),
            shanghai_date(row.asked_at),
        )
        for row in rows[:SHOWN]
    ]
    href = f"{reverse('admin:accounts_verificationrequest_changelist')}?state__exact={VerificationState.WAITING}"
    return [Task(_("Licences to compare"), _counted(rows, lines), lines, href)]


def alert_task(user: User) -> list[Task]:
    """Odd patterns that nobody has judged yet."""
    if not user.has_perm("subsidies.judge_alert"):
        return []
    rows = Alert.objects.filter(judgement=AlertJudgement.OPEN).order_by("pk")
    lines = [
        Line(
            str(row.get_kind_display()),
            reverse("admin:subsidies_alert_change", args=[row.pk]),
            shanghai_date(row.found_at),
        )
        for row in rows[:SHOWN]
    ]
    href = f"{reverse('admin:subsidies_alert_changelist')}?judgement__exact={AlertJudgement.OPEN}"
    return [Task(_("Odd patterns to be judged"), _counted(rows, lines), lines, href)]


def plea_task(user: User) -> list[Task]:
    """What firms ask about the integrity list: to be answered, or to be confirmed by another person."""
    if not any(map(user.has_perm, ("subsidies.change_integrityentry", "subsidies.confirm_integrity"))):
        return []
    rows = integrity.open_pleas_for(user).select_related("entry").order_by("pk")
    lines = [
        Line(
            f"{row.entry} · {row.get_kind_display()}",
            reverse("admin:subsidies_integrityentry_change", args=[row.entry_id]),
            _("to be confirmed") if row.state == PleaState.ANSWERED else shanghai_date(row.made_at),
        )
        for row in rows[:SHOWN]
    ]
    href = f"{reverse('admin:subsidies_integrityentry_changelist')}?pleas=mine"
    return [Task(_("Pleas about the integrity list"), _counted(rows, lines), lines, href)]


def earlier_award_task(user: User) -> list[Task]:
    """Entered by somebody else: until another person has answered, no approval of the same is released."""
    if not user.has_perm("subsidies.confirm_earlieraward"):
        return []
    rows = EarlierAward.objects.filter(state=EarlierState.ENTERED).exclude(entered_by=user).order_by("pk")
    lines = [Line(str(row), row.get_absolute_url(), shanghai_date(row.entered_at)) for row in rows[:SHOWN]]
    if not lines:
        return []
    href = f"{reverse('admin:subsidies_earlieraward_changelist')}?state__exact={EarlierState.ENTERED}"
    return [Task(_("Earlier awards to be confirmed"), rows[: COUNTED_UP_TO + 1].count(), lines, href)]


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


def outbox_task(user: User) -> list[Task]:
    """Messages that were given up lately, and whether any wait for longer than the sweeper lets them."""
    if not user.has_perm("common.view_delivery"):
        return []
    now = timezone.now()
    late = Delivery.objects.filter(state=DeliveryState.WAITING, next_try_at__lt=now - SENT_WITHIN)
    given_up = Delivery.objects.filter(state=DeliveryState.FAILED, created_at__gt=now - SHOWN_FOR)
    waiting, failed = (rows[: COUNTED_UP_TO + 1].count() for rows in (late, given_up))
    if not waiting + failed:
        return []
    lines = [_line_of(row) for row in given_up.select_related("notice__recipient").order_by("-pk")[:SHOWN]]
    if waiting:
        words = ngettext("%(count)d message waits to be sent.", "%(count)d messages wait to be sent.", waiting)
        note = _("The job that sends every minute does not run. Tell whoever runs the server.")
        lines.insert(0, Line(words % {"count": waiting}, "", note, is_urgent=True))
    href = f"{reverse('admin:common_delivery_changelist')}?state__exact={DeliveryState.FAILED}"
    return [Task(_("Messages that did not get through"), waiting + failed, lines, href)]


def _line_of(delivery: Delivery) -> Line:
    href = reverse("admin:common_delivery_change", args=[delivery.pk])
    return Line(f"{delivery.receiver} · {delivery.get_channel_display()}", href, delivery.last_error[:60])


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
    return Task(title, _counted(rows.order_by(), lines), lines, f"{reverse('admin:bases_base_changelist')}?{query}")


def _counted(rows: QuerySet, lines: Sequence[Line]) -> int:
    """As many as there are, up to one more than COUNTED_UP_TO; a query only where more may be there than are shown."""
    return len(lines) if len(lines) < SHOWN else rows[: COUNTED_UP_TO + 1].count()


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
