"""Correction: everything that is to be mended is told once, with a day by which; the bureau's clock stops meanwhile."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.calendar import shanghai_day, shanghai_today
from common.texts import clean_text, language_of_record
from subsidies import checking
from subsidies.clocks import period_end
from subsidies.content import BY_RECOMMENDER, CallContent
from subsidies.enums import Action, Outcome, State
from subsidies.models import Application, Correction, CorrectionItem
from subsidies.notices import tell_of_later_correction
from subsidies.workflow import MoveRefused, given, locked, move, refuse_unless_possible

LONGEST_NOTE = 2000


class Asked(NamedTuple):
    """One field or material to be mended, by its id or code, and why."""

    place: str
    reason: str


class Due(NamedTuple):
    on: date
    grace_until: date
    is_provisional: bool


# ---------------------------------------------------------------- asking
@transaction.atomic
def ask(application: Application, *, by: User, items: Iterable[Asked], note: str = "") -> Correction:
    """One list of everything, after the whole table has been checked; at most as often as the call allows."""
    current = locked(application)
    refuse_unless_possible(current, Action.ASK_CORRECTION, by)
    check = checking.own_check(current, by)
    checking.refuse_unless_complete(current, check)
    content = current.call_version.parsed
    wanted = _cleaned(content, items)
    earlier = current.corrections.count()
    if earlier >= content.most_corrections:
        raise MoveRefused(
            _("This call allows %(most)d corrections, and they are used up: pass or fail the check.")
            % {"most": content.most_corrections},
            code="rounds",
        )
    told = clean_text(note, multiline=True).strip()[:LONGEST_NOTE]
    due = due_from(content, shanghai_today())
    with journal.acting(by=by, action=Action.ASK_CORRECTION):
        check.proposal, check.proposed_at, check.note = Outcome.CORRECT, timezone.now(), told
        check.save()
        correction: Correction = Correction.objects.create(
            application=current,
            round=earlier + 1,
            asked_by=by,
            due_on=due.on,
            is_due_provisional=due.is_provisional,
            grace_until=due.grace_until,
            note=told,
        )
        for item in wanted:
            item.correction = correction
            item.save()
    move(current, Action.ASK_CORRECTION, by=by, reason=told[:1000])
    return correction


def due_from(content: CallContent, asked_on: date) -> Due:
    """The last day, and the one after which the application is closed; both by the periods of the call."""
    end = period_end(content.period("correction"), asked_on)
    grace = period_end(content.period("correction_grace"), end.on)
    return Due(end.on, grace.on, end.is_provisional or grace.is_provisional)


def places_of(content: CallContent) -> dict[str, str]:
    """What may be reopened: names by field id and material code. The letter is the recommending unit's."""
    fields = {field.id: field.label for field in content.fields()}
    return fields | {each.code: f"{each.code} {each.name}" for each in content.materials if each.must != BY_RECOMMENDER}


def places_by_section(content: CallContent) -> list[tuple[str, list[str]]]:
    """The same under the titles of the sections, the materials at the end."""
    materials = [each.code for each in content.materials if each.must != BY_RECOMMENDER]
    sections = [(section.title, [field.id for field in section.fields]) for section in content.sections]
    return [*sections, (_("Materials"), materials)]


def _cleaned(content: CallContent, items: Iterable[Asked]) -> list[CorrectionItem]:
    materials = {each.code for each in content.materials}
    known = places_of(content)
    wanted: dict[str, CorrectionItem] = {}
    for place, reason in items:
        if place not in known or place in wanted:
            raise MoveRefused(_("The form has no such place, or it is named twice: %(place)s.") % {"place": place[:60]})
        kind = "material" if place in materials else "field"
        wanted[place] = CorrectionItem(**{kind: place}, reason=given(reason))
    if not wanted:
        raise MoveRefused(_("Name at least one field or material, and say what is wrong with it."))
    return list(wanted.values())


# ---------------------------------------------------------------- answering
def open_correction(application: Application) -> Correction | None:
    found: Correction | None = application.corrections.filter(answered_at=None, lapsed_at=None).first()
    return found


def answered(application: Application, *, by: User, at: datetime) -> Correction:
    """Close the open correction; part of resubmitting, on its locked row.

    MoveRefused with code "late" when the grace is over, though the application has not been closed yet.
    """
    correction = open_correction(application)
    if correction is None or is_over(correction, shanghai_day(at)):
        raise MoveRefused(
            _("The time for the correction is over; ask the bureau by the hotline of the call."), code="late"
        )
    correction.answered_at = at
    with journal.acting(by=by, action=Action.RESUBMIT):
        correction.save(update_fields=["answered_at"])
    return correction


def is_over(correction: Correction, today: date) -> bool:
    """A provisional day closes nothing: it is computed again when the calendar is published."""
    return today > correction.grace_until and not correction.is_due_provisional


# ---------------------------------------------------------------- lapsing
def lapse_overdue() -> int:
    """Close what has not been corrected by the end of the grace, each in a transaction of its own; how many."""
    recompute_provisional()
    overdue = Correction.objects.filter(
        answered_at=None, lapsed_at=None, is_due_provisional=False, grace_until__lt=shanghai_today()
    )
    waiting = Application.objects.filter(corrections__in=overdue, state=State.CORRECTION)  # none that was withdrawn
    return sum(_lapse(application) for application in waiting)


@transaction.atomic
def _lapse(application: Application) -> bool:
    current = locked(application)
    correction = open_correction(current)
    if current.state != State.CORRECTION or correction is None or not is_over(correction, shanghai_today()):
        return False
    with language_of_record():
        reason = _("Not corrected by %(day)s.") % {"day": correction.grace_until.isoformat()}
    with journal.acting(source="clock", action=Action.LAPSE, reason=reason):
        correction.lapsed_at = timezone.now()
        correction.save()
        move(current, Action.LAPSE, by=None, reason=reason)
    return True


def recompute_provisional() -> int:
    """Days that ran into an unpublished calendar, by the calendar as it is now; how many have changed. Idempotent.

    A day that the firm was told never moves earlier, since it may have planned by it. No law says so of this day: it
    is our own decision, for the protection of reliance (信赖保护). What moves later is told. The database holds it too.
    """
    provisional = Correction.objects.filter(is_due_provisional=True, answered_at=None, lapsed_at=None)
    waiting = Application.objects.filter(corrections__in=provisional).order_by("pk")
    return sum(_recompute(application) for application in waiting)


@transaction.atomic
def _recompute(application: Application) -> bool:
    current = locked(application)
    correction = open_correction(current)
    if correction is None or not correction.is_due_provisional:
        return False
    told = Due(correction.due_on, correction.grace_until, correction.is_due_provisional)
    due = _not_before(told, current.call_version.parsed, shanghai_day(correction.asked_at))
    if due == told:
        return False
    correction.due_on, correction.grace_until, correction.is_due_provisional = due
    with journal.acting(source="clock", action="recompute"):
        correction.save(update_fields=["due_on", "grace_until", "is_due_provisional"])
    if current.state == State.CORRECTION:  # and not withdrawn meanwhile
        current.due_on = due.on
        current.save(update_fields=["due_on"])
        if (due.on, due.grace_until) != (told.on, told.grace_until):
            tell_of_later_correction(current, correction)
    return True


def _not_before(told: Due, content: CallContent, asked_on: date) -> Due:
    """The later of what was told and what the calendar says now; the grace follows the last day."""
    end = period_end(content.period("correction"), asked_on)
    on = max(told.on, end.on)
    grace = period_end(content.period("correction_grace"), on)
    return Due(on, max(told.grace_until, grace.on), end.is_provisional or grace.is_provisional)
