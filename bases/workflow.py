"""The life of a base record: one table of moves, one verb per move. The table alone decides the buttons.

The steps follow the registries of MIIT, Guangdong and Mianyang: review, site check, public notice, entry and exit.
"""

import datetime
from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bases import permissions
from bases.enums import Action, ChangeState, State
from bases.models import Base, BaseChange
from bases.models.change import REVIEWED_FIELDS
from common import journal
from common.calendar import PeriodEnd, add_working_days, shanghai_today
from common.templatetags.chenzhou import shanghai_date
from common.texts import clean_text

LONGEST_RECTIFICATION = datetime.timedelta(days=731)
NOTICE_WORKING_DAYS = 5  # the norm of the notices compared for this portal; the first day counts


class MoveRefused(ValidationError):
    """The base cannot make this move now; the messages are meant for the user."""


def _missing(base: Base) -> list[str]:
    return base.missing_for_submission()


def _notice_without_calendar(base: Base) -> list[str]:
    last = _notice_from(shanghai_today())
    if not last.is_provisional:
        return []
    words = _("Enter the working calendar of %(year)s first, with its document number: the notice ends in that year.")
    return [words % {"year": last.on.year}]


def _notice_running(base: Base) -> list[str]:
    if base.publicity_until is None or base.publicity_until < shanghai_today():
        return []
    words = _("The public notice runs until %(day)s; the base can be entered from the day after.")
    return [words % {"day": shanghai_date(base.publicity_until)}]


def _not_ready_to_list(base: Base) -> list[str]:
    return [*_notice_running(base), *_missing(base)]


class Move(NamedTuple):
    sources: tuple[State, ...]
    target: State
    allows: Callable[[User, Base], bool]
    rights: tuple[str, ...] = ("bases.decide_base",)  # one of them is needed at the least; `allows` decides
    obstacles: Callable[[Base], list[str]] = lambda base: []  # what stands in the way, in sentences


EDIT, RECOMMEND, REVIEW = "bases.change_base", "bases.recommend_base", "bases.review_base"
MOVES = {
    Action.SUBMIT: Move((State.DRAFT,), State.COUNTY_REVIEW, permissions.can_edit, (EDIT,), _missing),
    Action.RECOMMEND: Move((State.COUNTY_REVIEW,), State.BUREAU_REVIEW, permissions.can_recommend, (RECOMMEND,)),
    Action.SEND_BACK: Move(
        (State.COUNTY_REVIEW, State.BUREAU_REVIEW, State.SITE_CHECK, State.PUBLICITY),
        State.DRAFT,
        permissions.can_send_back,
        (RECOMMEND, REVIEW),
    ),
    Action.VISIT: Move((State.BUREAU_REVIEW,), State.SITE_CHECK, permissions.can_review, (REVIEW,)),
    Action.PUBLICISE: Move(
        (State.BUREAU_REVIEW, State.SITE_CHECK),
        State.PUBLICITY,
        permissions.can_decide,
        obstacles=_notice_without_calendar,
    ),
    Action.ENLIST: Move((State.PUBLICITY,), State.LISTED, permissions.can_decide, obstacles=_not_ready_to_list),
    Action.PROPOSE_CHANGE: Move((State.LISTED,), State.CHANGE_PENDING, permissions.can_edit, (EDIT,)),
    Action.APPROVE_CHANGE: Move((State.CHANGE_PENDING,), State.LISTED, permissions.can_decide),
    Action.DECLINE_CHANGE: Move((State.CHANGE_PENDING,), State.LISTED, permissions.can_decide),
    Action.WARN: Move((State.LISTED,), State.WARNED, permissions.can_decide),
    Action.CLEAR_WARNING: Move((State.WARNED,), State.LISTED, permissions.can_decide),
    Action.SUSPEND: Move((State.LISTED, State.WARNED), State.SUSPENDED, permissions.can_decide),
    Action.RESUME: Move((State.SUSPENDED,), State.LISTED, permissions.can_decide),
    Action.REMOVE: Move((State.LISTED, State.WARNED, State.SUSPENDED), State.REMOVED, permissions.can_decide),
    Action.MERGE: Move(
        (State.LISTED, State.WARNED, State.SUSPENDED, State.REMOVED), State.MERGED, permissions.can_decide
    ),
}


def available_actions(base: Base, user: User) -> list[Action]:
    return [action for action, move in MOVES.items() if base.state in move.sources and move.allows(user, base)]


def submit(base: Base, *, by: User) -> Base:
    return _move(base, Action.SUBMIT, by=by, submitted_by=by, state_reason="")


def recommend(base: Base, *, by: User) -> Base:
    return _move(base, Action.RECOMMEND, by=by)


def send_back(base: Base, *, by: User, reason: str) -> Base:
    reason = _given(reason)
    return _move(base, Action.SEND_BACK, by=by, reason=reason, state_reason=reason)


def visit(base: Base, *, by: User) -> Base:
    return _move(base, Action.VISIT, by=by)


def publicise(base: Base, *, by: User) -> Base:
    """Start the public notice today; its end counts working days, the first day included."""
    first = shanghai_today()
    return _move(base, Action.PUBLICISE, by=by, publicity_from=first, publicity_until=_notice_from(first).on)


def enlist(base: Base, *, by: User) -> Base:
    """Enter a base in the registry, on the day after its notice at the earliest."""
    return _move(base, Action.ENLIST, by=by, listed_on=shanghai_today())


def warn(base: Base, *, by: User, reason: str, rectify_until: datetime.date) -> Base:
    if rectify_until <= shanghai_today():
        raise MoveRefused(_("The rectification must end after today."))
    if rectify_until > shanghai_today() + LONGEST_RECTIFICATION:
        raise MoveRefused(_("The rectification must end within two years."))
    reason = _given(reason)
    return _move(base, Action.WARN, by=by, reason=reason, state_reason=reason, rectify_until=rectify_until)


def clear_warning(base: Base, *, by: User) -> Base:
    return _move(base, Action.CLEAR_WARNING, by=by, state_reason="", rectify_until=None)


def suspend(base: Base, *, by: User, reason: str) -> Base:
    reason = _given(reason)
    return _move(base, Action.SUSPEND, by=by, reason=reason, state_reason=reason, rectify_until=None)


def resume(base: Base, *, by: User) -> Base:
    return _move(base, Action.RESUME, by=by, state_reason="")


def remove(base: Base, *, by: User, reason: str) -> Base:
    """Take a base out of the registry; it stays visible as left, and its code is never used again."""
    reason, today = _given(reason), shanghai_today()
    return _move(base, Action.REMOVE, by=by, reason=reason, state_reason=reason, left_on=today, rectify_until=None)


@transaction.atomic
def merge(base: Base, *, by: User, into: Base, reason: str) -> Base:
    """Merge `base` into another one; its code and address lead there from now on."""
    reason = _given(reason)
    locked = Base.objects.select_for_update(of=("self",)).filter(pk__in=(base.pk, into.pk)).order_by("pk")
    heir = {row.pk: row for row in locked}[into.pk]
    if heir.pk == base.pk or not heir.is_in_registry:
        raise MoveRefused(_("Choose another base that is in the registry."))
    return _move(base, Action.MERGE, by=by, reason=reason, state_reason=reason, merged_into=heir, rectify_until=None)


@transaction.atomic
def propose_change(base: Base, *, by: User, values: dict[str, Any], reason: str) -> BaseChange:
    """Ask for new values of reviewed fields; keys of related rows are given as their primary key."""
    unknown = set(values) - set(REVIEWED_FIELDS)
    if unknown or not values:
        raise MoveRefused(_("Propose a change to the name, kind, place, host or address."))
    reason = _given(reason)
    moved = _move(base, Action.PROPOSE_CHANGE, by=by, reason=reason)
    with journal.acting(by=by, reason=reason):
        return BaseChange.objects.create(base=moved, values=values, reason=reason, proposed_by=by)


@transaction.atomic
def approve_change(change: BaseChange, *, by: User) -> Base:
    change = _settle(change, ChangeState.APPROVED, by=by)
    values = {_column(name): value for name, value in change.values.items()}
    return _move(change.base, Action.APPROVE_CHANGE, by=by, reason=change.reason, **values)


@transaction.atomic
def decline_change(change: BaseChange, *, by: User, reason: str) -> Base:
    change = _settle(change, ChangeState.DECLINED, by=by)
    return _move(change.base, Action.DECLINE_CHANGE, by=by, reason=_given(reason))


def _column(name: str) -> str:
    return str(getattr(Base._meta.get_field(name), "attname", name))


def _settle(change: BaseChange, state: ChangeState, *, by: User) -> BaseChange:
    current = BaseChange.objects.select_for_update().get(pk=change.pk)
    if not permissions.can_decide_change(by, current):
        raise PermissionDenied
    if current.state != ChangeState.PENDING:
        raise MoveRefused(_("This change has been decided already."), code="state")
    current.state, current.decided_by, current.decided_at = state, by, timezone.now()
    with journal.acting(by=by, action=f"change_{state}"):
        current.save()
    return current


def _notice_from(first: datetime.date) -> PeriodEnd:
    return add_working_days(first, NOTICE_WORKING_DAYS, count_first_day=True)


def _given(reason: str) -> str:
    told = clean_text(reason, multiline=True).strip()
    if not told:
        raise MoveRefused(_("Give the reason; it is kept with the record."))
    return told


@transaction.atomic
def _move(
    base: Base,
    action: Action,
    *,
    by: User,
    reason: str = "",
    **facts: Any,
) -> Base:
    """Make one move on a freshly locked row, write the journal, and return that row."""
    move = MOVES[action]
    current = Base.objects.select_for_update(of=("self",)).get(pk=base.pk)
    if not move.allows(by, current):
        raise PermissionDenied
    if current.state not in move.sources:
        raise MoveRefused(
            _("The base is now “%(state)s”: “%(action)s” is not possible.")
            % {"state": current.get_state_display(), "action": action.label},
            code="state",
        )
    if obstacles := move.obstacles(current):
        raise MoveRefused(obstacles, code="state")
    current.state = move.target
    for name, value in facts.items():
        setattr(current, name, value)
    current.version += 1
    _validate(current, set(facts))
    with journal.acting(by=by, action=action.value, reason=reason):
        current.save()
    return current


def _validate(base: Base, given: set[str]) -> None:
    """Values that were right when proposed may be wrong by now."""
    untouched = {field.name for field in Base._meta.fields if not {field.name, field.attname} & given}
    try:
        base.clean_fields(exclude=untouched)
        base.validate_constraints()
    except ValidationError as error:
        raise MoveRefused(error.messages, code="values") from error
