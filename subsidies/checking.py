"""The form check: a clerk goes through the published table, a section head who is another person confirms."""

from collections.abc import Mapping
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common import journal
from common.texts import clean_text
from subsidies import cross_checks, permissions
from subsidies.enums import Action, Judgement, Outcome
from subsidies.models import Application, CheckResult, FormCheck
from subsidies.notices import tell_of_disagreement, tell_of_proposal
from subsidies.workflow import LONGEST_REASON, MoveRefused, given, locked, move, refuse_unless_in

CONFIRMED_AS = {Outcome.PASS: Action.PASS_CHECK, Outcome.FAIL: Action.FAIL_CHECK}


class Finding(NamedTuple):
    outcome: str
    note: str = ""


# ---------------------------------------------------------------- the clerk
@transaction.atomic
def begin(application: Application, *, by: User) -> FormCheck:
    """The check of the latest submission. Taken over from another clerk it begins anew, so that one person answers.

    The cross-checks run again: two applications accepted at once have not seen each other.
    """
    current = _for_clerk(application, by)
    check = check_of_round(current)
    if check is not None and check.checked_by_id == by.pk:
        return check
    cross_checks.run(current)
    with journal.acting(by=by, action="begin_check"):
        if check is None:
            created: FormCheck = FormCheck.objects.create(application=current, round=round_now(current), checked_by=by)
            return created
        for result in check.results.all():
            result.delete()
        check.checked_by, check.proposal, check.note, check.proposed_at = by, "", "", None
        check.save()
    return check


@transaction.atomic
def record(application: Application, *, by: User, findings: Mapping[str, Finding]) -> FormCheck:
    """Results by the ids of the check items; a proposal that waits is taken back."""
    current = _for_clerk(application, by)
    check = own_check(current, by)
    known = {item.id for item in current.call_version.parsed.check_items}
    if not set(findings) <= known:
        raise MoveRefused(_("The check table of this call has no such item."))
    stored = {result.item: result for result in check.results.all()}
    _refuse_unfounded(findings)
    with journal.acting(by=by, action="check"):
        for item, finding in findings.items():
            _keep_result(stored.get(item) or CheckResult(check_of=check, item=item), finding)
        if check.proposal:
            check.proposal, check.note, check.proposed_at = "", "", None
            check.save()
    return check


@transaction.atomic
def propose(application: Application, *, by: User, outcome: str, note: str = "") -> FormCheck:
    """Pass or fail; what is to be corrected is asked for by subsidies.correcting."""
    current = _for_clerk(application, by)
    check = own_check(current, by)
    if outcome not in CONFIRMED_AS:
        raise MoveRefused(_("Propose to pass or to fail."))
    refuse_unless_complete(current, check)
    if outcome == Outcome.PASS:
        _refuse_pass(current, check)
        told = clean_text(note, multiline=True).strip()[:LONGEST_REASON]
    else:
        _refuse_fail(current, check)
        told = given(note)
    check.proposal, check.note, check.proposed_at = outcome, told, timezone.now()
    with journal.acting(by=by, action="propose"):
        check.save()
    tell_of_proposal(check)
    return check


# ---------------------------------------------------------------- the section head
@transaction.atomic
def confirm(application: Application, *, by: User) -> Application:
    """What the clerk proposed becomes the outcome; the hits are looked at once more, for a waiver may have ended."""
    current, check = _proposed(application, by)
    outcome = Outcome(check.proposal)
    if outcome == Outcome.PASS:
        _refuse_pass(current, check)
    check.confirmed_by, check.confirmed_at = by, timezone.now()
    check.validate_constraints()
    with journal.acting(by=by, action="confirm"):
        check.save()
    return move(current, CONFIRMED_AS[outcome], by=by, reason=check.note)


@transaction.atomic
def disagree(application: Application, *, by: User, reason: str) -> FormCheck:
    """The proposal goes back to the clerk, with the reason in the journal and before the clerk's eyes."""
    _current, check = _proposed(application, by)
    check.proposal, check.proposed_at, check.note = "", None, given(reason)
    with journal.acting(by=by, action="disagree", reason=check.note):
        check.save()
    tell_of_disagreement(check, by)
    return check


# ---------------------------------------------------------------- asked by page and verbs
def round_now(application: Application) -> int:
    """That of the latest submission; one query."""
    latest = application.submissions.order_by("-round").values_list("round", flat=True).first()
    return latest or 0


def check_of_round(application: Application) -> FormCheck | None:
    rows = application.checks.filter(round=round_now(application)).select_related("checked_by")
    found: FormCheck | None = rows.first()
    return found


def own_check(application: Application, by: User) -> FormCheck:
    check = check_of_round(application)
    if check is None or check.checked_by_id != by.pk:
        raise MoveRefused(_("Begin the check first: one person answers for it."))
    return check


def refuse_unless_complete(application: Application, check: FormCheck) -> None:
    known = [item.id for item in application.call_version.parsed.check_items]
    done = set(check.results.values_list("item", flat=True))
    left = sum(item not in done for item in known)
    if left:
        raise MoveRefused(
            ngettext("%(count)d item is not checked yet.", "%(count)d items are not checked yet.", left)
            % {"count": left}
        )


def _for_clerk(application: Application, by: User) -> Application:
    current = locked(application)
    if not permissions.is_checker(by, current):
        raise PermissionDenied
    refuse_unless_in(current, Action.PASS_CHECK)
    return current


def _proposed(application: Application, by: User) -> tuple[Application, FormCheck]:
    current = locked(application)
    if not permissions.is_confirmer(by, current):
        raise PermissionDenied
    refuse_unless_in(current, Action.PASS_CHECK)
    check = check_of_round(current)
    if check is None or not check.proposal:
        raise MoveRefused(_("Nothing is proposed yet: a clerk checks first."))
    if check.checked_by_id == by.pk:
        raise MoveRefused(_("You checked this application yourself: another person confirms."))
    return current, check


def _refuse_unfounded(findings: Mapping[str, Finding]) -> None:
    """Every item that does not meet its requirement says why; params["item"] names each that does not."""
    message = _("%(item)s: say in the note why the item does not meet its requirement.")
    silent = [
        item
        for item, finding in findings.items()
        if finding.outcome in (Outcome.CORRECT, Outcome.FAIL) and not clean_text(finding.note, multiline=True).strip()
    ]
    if silent:
        raise MoveRefused([MoveRefused(message, code="note", params={"item": item}) for item in silent])


def _keep_result(result: CheckResult, finding: Finding) -> None:
    if finding.outcome not in Outcome.values:
        raise MoveRefused(_("Choose a result for each item."))
    result.outcome = finding.outcome
    result.note = clean_text(finding.note, multiline=True).strip()
    if result.outcome != Outcome.PASS or result.note:
        result.note = given(result.note)
    result.save()


def _refuse_pass(application: Application, check: FormCheck) -> None:
    if check.results.exclude(outcome=Outcome.PASS).exists():
        raise MoveRefused(_("Not every item meets its requirement: ask for correction, or propose to fail."))
    open_hits = len(cross_checks.blocking(application))
    if open_hits:
        raise MoveRefused(
            ngettext(
                "%(count)d hit of the cross-checks stands in the way: judge it, or have it waived.",
                "%(count)d hits of the cross-checks stand in the way: judge them, or have them waived.",
                open_hits,
            )
            % {"count": open_hits},
            code="hits",
        )


def _refuse_fail(application: Application, check: FormCheck) -> None:
    has_failed = check.results.filter(outcome=Outcome.FAIL).exists()
    has_obstacle = any(hit.judgement == Judgement.CONFIRMED for hit in cross_checks.blocking(application))
    if not (has_failed or has_obstacle):
        raise MoveRefused(_("Nothing fails yet: name the item that fails, or judge a hit as an obstacle."))


def findings_of(check: FormCheck | None) -> dict[str, CheckResult]:
    """Results by item; one query."""
    return {} if check is None else {result.item: result for result in check.results.all()}
