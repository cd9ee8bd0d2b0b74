"""Signing for the unit: submit() and resubmit(), each one transaction, each safe to repeat under its key."""

import re
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.journal_values import field_value
from subsidies import cross_checks
from subsidies.clocks import due_day
from subsidies.correcting import answered
from subsidies.enums import UNDER_WAY, Action, State
from subsidies.held import hold
from subsidies.missing import Missing, missing_of
from subsidies.models import Application, Submission
from subsidies.notices import tell_of_move
from subsidies.numbering import moment_of_transaction, submit_row
from subsidies.once import once_key
from subsidies.snapshots import digest_of, snapshot_of
from subsidies.workflow import MOVES, MoveRefused, move, record_step, refuse_unless_possible

KEY = re.compile(r"[!-~]{1,255}")
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is read as something else
CODE_LENGTH = 20  # 99 bits
SIGNED_FIELDS = (
    "state",
    "state_since",
    "state_reason",
    "recommender",
    "submitted_by",
    "once_key",
    "first_submitted_at",
)
READ_TOGETHER = ("call__scheme", "organisation")  # planning a join of all it touches costs more than it saves
LOCK_NOT_AVAILABLE = "55P03"


class Incomplete(MoveRefused):
    """Something is missing; `missing` says what and where."""

    def __init__(self, missing: list[Missing]) -> None:
        super().__init__([MoveRefused(each.text, code=each.code) for each in missing])
        self.code = "incomplete"
        self.missing = missing


def submit(application: Application, by: User, key: str = "", *, pledge: bool = True, wait: bool = False) -> Submission:
    """Sign and submit; the submission's application has its number.

    `key` names the request: repeated for the same application it returns the submission that it made, used for
    another it is refused with code "key_reused". While another request holds the application, the code is
    "in_progress", or with `wait`, as pages do, this one waits its turn. Other codes: "pledge", "key", "state",
    "late", "once"; Incomplete for what is missing. PermissionDenied for whoever may not sign.
    """
    _refuse_without(pledge, key, application, Action.SUBMIT, by)
    return _once(_submit, application, Action.SUBMIT, by, key, wait)


def resubmit(
    application: Application, by: User, key: str = "", *, pledge: bool = True, wait: bool = False
) -> Submission:
    """Sign what was corrected; keys and refusals as with submit()."""
    _refuse_without(pledge, key, application, Action.RESUBMIT, by)
    return _once(_resubmit, application, Action.RESUBMIT, by, key, wait)


def _once(
    make: Callable[[Application, User, str], Submission],
    application: Application,
    action: Action,
    by: User,
    key: str,
    wait: bool,
) -> Submission:
    """A repetition needs no lock; one that comes while the first is under way finds what it made after the lock."""
    if done := _done_before(application, action, by, key):
        return done
    try:
        with transaction.atomic():
            current = _locked(application, wait)
            is_new = current.state in MOVES[action].sources
            return (None if is_new else _done_before(current, action, by, key)) or make(current, by, key)
    except IntegrityError as error:
        _explain(error)


def _submit(application: Application, by: User, key: str) -> Submission:
    refuse_unless_possible(application, Action.SUBMIT, by)
    moment, before = moment_of_transaction(), _recorded(application)
    if not application.call.is_open_at(moment):
        _refuse_late()
    application.recommender = application.unit
    hold(application)
    _refuse_incomplete(application)
    application.once_key = once_key(
        application.call.scheme, application.organisation, application.project, application.project_name
    )
    _refuse_second(application)
    submission = _sign(application, by, key, moment)
    application.state, application.state_since, application.submitted_by = State.RECOMMENDATION, moment, by
    application.state_reason, application.version = "", application.version + 1
    application.first_submitted_at = application.first_submitted_at or moment
    with journal.acting(by=by):
        journal.record(Action.SUBMIT.value, application, _changes(before, _recorded(application)))
        step = record_step(application, Action.SUBMIT, before["state"], by=by)
        tell_of_move(step)
    application.due_on = due_day(application.call_version.parsed, [step])
    number = submit_row(application, by=by.pk, moment=moment)
    if number is None:
        _refuse_late()
    application.number = number
    return submission


def _resubmit(application: Application, by: User, key: str) -> Submission:
    refuse_unless_possible(application, Action.RESUBMIT, by)
    moment = moment_of_transaction()
    hold(application)
    _refuse_incomplete(application)
    answered(application, by=by, at=moment)
    submission = _sign(application, by, key, moment)
    submission.application = move(application, Action.RESUBMIT, by=by, submitted_by=by, state_since=moment)
    cross_checks.run(submission.application)
    return submission


def _sign(application: Application, by: User, key: str, moment: datetime) -> Submission:
    snapshot = snapshot_of(application)
    return Submission.objects.create(
        application=application,
        round=application.submissions.count() if application.number else 0,
        snapshot=snapshot,
        digest=digest_of(snapshot),
        receipt_code="".join(secrets.choice(CODE_ALPHABET) for _place in range(CODE_LENGTH)),
        idempotency_key=key,
        signed_by=by,
        at=moment,
    )


def _recorded(application: Application) -> dict[str, Any]:
    """What signing changes, but for the number: it comes after the entry, and stands on the row and the receipt."""
    fields = (field for field in Application._meta.concrete_fields if field.name in SIGNED_FIELDS)
    return {field.name: field_value(field, field.value_from_object(application)) for field in fields}


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: [before[name], after[name]] for name in SIGNED_FIELDS if before[name] != after[name]}


# ---------------------------------------------------------------- whose turn it is
def _refuse_without(pledge: bool, key: str, application: Application, action: Action, by: User) -> None:
    if not MOVES[action].allows(by, application):
        raise PermissionDenied
    if not pledge:
        raise MoveRefused(_("Confirm the pledge: without it nothing can be submitted."), code="pledge")
    if key and not KEY.fullmatch(key):
        raise MoveRefused(_("A key has 1 to 255 visible ASCII characters."), code="key")


def _locked(application: Application, wait: bool) -> Application:
    """The row as it is now. Without `wait`, MoveRefused with code "in_progress" while another holds it."""
    rows = Application.objects.select_related(*READ_TOGETHER).select_for_update(
        of=("self",), no_key=True, nowait=not wait
    )
    try:
        return rows.get(pk=application.pk)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
            raise
        message = _("The application is being submitted or changed at this moment; look again in a few seconds.")
        raise MoveRefused(message, code="in_progress") from error


def _done_before(application: Application, action: Action, by: User, key: str) -> Submission | None:
    """What this key has made; MoveRefused when the request behind it was another one. One query, none without key."""
    if not key:
        return None
    made = Submission.objects.select_related("application").filter(signed_by=by, idempotency_key=key).first()
    if made and (made.application_id != application.pk or made.application.state in MOVES[action].sources):
        _refuse_key()
    return made


# ---------------------------------------------------------------- refusals
def _refuse_late() -> NoReturn:
    raise MoveRefused(_("The call is not open now: nothing can be submitted."), code="late")


def _refuse_key() -> NoReturn:
    message = _("This key was used for another submission; send a new one.")
    raise MoveRefused(message, code="key_reused")


def _refuse_incomplete(application: Application) -> None:
    """Whether the call is open is for the clock of the database to say."""
    if missing := [each for each in missing_of(application) if each.code != "closed"]:
        raise Incomplete(missing)


def _refuse_second(application: Application) -> None:
    """Names the other application to its own firm alone. See also the constraint application_under_way_once."""
    others = Application.objects.filter(once_key=application.once_key, state__in=UNDER_WAY).exclude(pk=application.pk)
    found = others.order_by().values_list("organisation_id", "number")[:1]
    if not found:
        return
    organisation, number = found[0]
    if organisation == application.organisation_id:
        message = _(
            "Your application %(number)s for the same project is under way: the support is given once. "
            "Withdraw that one first, or go on with it."
        )
        raise MoveRefused(message % {"number": number}, code="once")
    message = _("Another application for the same project is under way: the support is given once. Ask the bureau.")
    raise MoveRefused(message, code="once")


def _explain(error: IntegrityError) -> NoReturn:
    """Two at the same moment: what the checks could not see yet, the constraints did."""
    words = str(error)
    if "once_key" in words or "application_under_way_once" in words:
        message = _("Another application for the same project is under way: the support is given once. Ask the bureau.")
        raise MoveRefused(message, code="once") from error
    if "idempotency_key" in words or "submission_once_a_key" in words:
        _refuse_key()
    raise error
