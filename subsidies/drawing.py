"""Draws of panels: one person draws, another confirms; what was drawn stays on record even when it is discarded."""

import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common import journal
from common.journal_values import canonical
from subsidies import permissions
from subsidies.conflict_facts import ApplicationFacts, ExpertFacts, facts_of
from subsidies.conflicts import LASTING, RULES, Reasons, capacity
from subsidies.draw_inputs import Pool, Wanted, exclusions_of, inputs_of, pool_for
from subsidies.draw_procedure import Missing, run
from subsidies.enums import Action, AssignmentState, ExclusionReason, ExpertKind, Seat, State
from subsidies.models import Application, Assignment, Call, Draw, Expert
from subsidies.namesakes import refuse_interested
from subsidies.notices import tell_of_discarded_draw, tell_of_draw, tell_of_invitation
from subsidies.seats import fill_chair, sheet_due_on, vacated
from subsidies.ties import know_ties
from subsidies.visit_times import visits_needed
from subsidies.workflow import MoveRefused, given, move, refuse_unless_in

SEED_BYTES = 32
# What keeps a drawn member away at the confirmation; whether the load still allows it is counted apart.
AT_CONFIRMATION: Reasons = (*LASTING, ExclusionReason.ABSENT, ExclusionReason.DECLINED)


# ---------------------------------------------------------------- drawing
@transaction.atomic
def draw(call: Call, applications: Iterable[Application], *, by: User) -> Draw:
    """Whole panels for checked applications of the call. MoveRefused says what stands in the way, all at once."""
    rows = _locked([row.pk for row in applications])
    if not rows:
        raise MoveRefused(_("Choose the applications to draw panels for."))
    know_ties(rows)
    for row in rows:
        if not permissions.can_draw(by, row):
            raise PermissionDenied
    held, unvisited = numbers_in_open_draws(call), visits_needed(rows)
    if refused := [words for row in rows if (words := obstacle_of(row, call.pk, held, unvisited))]:
        raise MoveRefused(refused)
    return draw_seats(call, [Wanted.whole(row) for row in rows], by=by)


def draw_seats(call: Call, wanted: list[Wanted], *, by: User) -> Draw:
    """Freeze the inputs, only then make the seed, then let the procedure run; the rows are locked by the caller."""
    refuse_interested([each.application for each in wanted], by)
    pool = pool_for(wanted)
    inputs = inputs_of(pool)
    digest = hashlib.sha256(canonical(inputs)).hexdigest()
    seed = secrets.token_hex(SEED_BYTES)
    drawn = run(inputs, seed)
    if drawn.missing:
        raise MoveRefused([too_few(each) for each in drawn.missing])
    made = Draw(call=call, inputs=inputs, inputs_digest=digest, seed=seed, result={"panels": drawn.panels})
    made.exclusions, made.drawn_by = exclusions_of(pool), by
    with journal.acting(by=by, action="draw_panels"):
        made.save()
    tell_of_draw(made, len(wanted))
    return made


def preview(applications: Iterable[Application]) -> Pool:
    """Who could be drawn and who not, as a draw made now would see it."""
    rows = Application.objects.filter(pk__in=[row.pk for row in applications]).select_related("call_version")
    return pool_for([Wanted.whole(row) for row in rows])


def too_few(missing: Missing) -> str:
    facts = {"application": missing.application, "count": missing.experts}
    if not missing.kind:
        words = ngettext(
            "%(application)s: %(count)d expert too few can be drawn.",
            "%(application)s: %(count)d experts too few can be drawn.",
            missing.experts,
        )
        return words % facts
    words = ngettext(
        "%(application)s: %(count)d expert too few can be drawn of the kind “%(kind)s”.",
        "%(application)s: %(count)d experts too few can be drawn of the kind “%(kind)s”.",
        missing.experts,
    )
    return words % {**facts, "kind": ExpertKind(missing.kind).label}


def numbers_in_open_draws(call: Call) -> set[str]:
    """Of the applications of the call that are in a draw which waits for its confirmation; one query."""
    rows = Draw.objects.filter(call=call, confirmed_at=None, discarded_at=None)
    return {number for row in rows for number in numbers_of(row)}


def numbers_of(of: Draw) -> list[str]:
    return [row["number"] for row in of.inputs["applications"]]


def obstacle_of(row: Application, call: int, held: set[str], unvisited: set[int]) -> str:
    """Why no panel can be drawn for it under the call with that key now; "" where nothing stands in the way."""
    name = {"application": row.number or row.project_name, "state": row.get_state_display()}
    if row.call_id != call:
        return _("%(application)s belongs to another call.") % name
    if row.state != State.CHECKED:
        return _("%(application)s is now “%(state)s”: panels are drawn after the form check is passed.") % name
    if row.number in held:
        return _("%(application)s is in a draw that waits for its confirmation.") % name
    if row.pk in unvisited:
        return _("%(application)s: this call wants the site visit first, and none is concluded.") % name
    return ""


def _locked(keys: list[int]) -> list[Application]:
    rows = Application.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys)
    return list(rows.select_related("call_version", "call").order_by("pk"))


# ---------------------------------------------------------------- confirming
@transaction.atomic
def confirm(of: Draw, *, by: User) -> Draw:
    """Another person lets the draw come true: reviews begin, members are invited, reserves wait.

    An application withdrawn meanwhile gets no panel. Where a drawn expert can no longer sit the whole draw is refused,
    since one seat changed by hand would make it another one.
    """
    current = _open(of)
    if current.drawn_by_id == by.pk:
        raise MoveRefused(_("You made this draw yourself: another person confirms it."))
    panels = {row["application"]: row for row in current.result["panels"]}
    keys = Application.objects.filter(number__in=panels).values_list("pk", flat=True)
    rows = [row for row in _locked(list(keys)) if row.state != State.WITHDRAWN]
    if not rows:
        raise MoveRefused(_("Every application of this draw has been withdrawn: discard the draw."))
    know_ties(rows)
    for row in rows:
        if not permissions.can_run_review(by, row):
            raise PermissionDenied
    experts = _locked_experts(current)
    if by.pk in {expert.user_id for expert in experts.values()}:
        raise MoveRefused(_("You are among the experts of this draw: another person confirms it."))
    _refuse_changed(rows, panels, experts)
    with journal.acting(by=by, action="confirm_draw"):
        current.confirmed_by, current.confirmed_at = by, timezone.now()
        current.validate_constraints()
        current.save()
    for row in rows:
        _begin(row, current, panels[str(row.number)], experts, by)
    return current


def _begin(row: Application, of: Draw, panel: dict[str, Any], experts: dict[str, Expert], by: User) -> None:
    if row.state == State.CHECKED:
        row = move(row, Action.BEGIN_REVIEW, by=by, sheets_needed=len(panel["members"]))
    else:
        refuse_unless_in(row, Action.FINISH_REVIEW)
    emptied = list(vacated(row))
    with journal.acting(by=by, action="give_seat"):
        for place, code in enumerate(panel["members"]):
            left = emptied[place] if place < len(emptied) else None
            given_seat = _seat(row, of, experts[code], Seat.MEMBER, left.position if left else place + 1)
            given_seat.state, given_seat.replaces, given_seat.due_on = AssignmentState.INVITED, left, sheet_due_on(row)
            given_seat.save()
            tell_of_invitation(given_seat)
        for place, code in enumerate(panel["reserves"]):
            _seat(row, of, experts[code], Seat.RESERVE, place + 1).save()
        fill_chair(row)


def _seat(row: Application, of: Draw, expert: Expert, seat: Seat, position: int) -> Assignment:
    return Assignment(
        application=row,
        expert=expert,
        draw=of,
        kind=expert.kind,
        seat=seat,
        position=position,
        state=AssignmentState.WAITING,
        state_since=timezone.now(),
    )


def _locked_experts(of: Draw) -> dict[str, Expert]:
    codes = [code for row in of.result["panels"] for code in (*row["members"], *row["reserves"])]
    rows = Expert.objects.select_for_update(of=("self",)).filter(code__in=codes).select_related("user").order_by("pk")
    return {row.code: row for row in rows}


def _refuse_changed(rows: list[Application], panels: dict[str, Any], experts: dict[str, Expert]) -> None:
    """Conflicts are looked at once more, as the database has them now."""
    facts = facts_of([expert.pk for expert in experts.values()], [row.pk for row in rows])
    people = {code: facts.experts[expert.pk] for code, expert in experts.items()}
    refused = []
    for row in rows:
        about, panel = facts.applications[row.pk], panels[str(row.number)]
        for code in panel["members"]:
            refused += _no_longer(people[code], about, AT_CONFIRMATION)
        for code in panel["reserves"]:
            refused += _no_longer(people[code], about, LASTING)
    about = facts.applications[rows[0].pk]
    drawn = [code for row in rows for code in panels[str(row.number)]["members"]]
    refused += [
        _("%(expert)s: %(reason)s.") % {"expert": code, "reason": ExclusionReason.LOAD.label}
        for code in sorted(set(drawn))
        if drawn.count(code) > capacity(people[code], about)
    ]
    if refused:
        raise MoveRefused([*refused, _("Discard the draw and draw again.")])


def _no_longer(person: ExpertFacts, about: ApplicationFacts, asked: Reasons) -> list[str]:
    return [
        _("%(expert)s can no longer sit on %(application)s: %(reason)s.")
        % {"expert": person.expert.code, "application": about.application.number, "reason": reason.label}
        for reason in asked
        if RULES[reason](person, about)
    ]


# ---------------------------------------------------------------- discarding
@transaction.atomic
def discard(of: Draw, *, by: User, reason: str) -> Draw:
    """By another person than the one who drew, with the reason; inputs, seed and result stay on record."""
    current = _open(of)
    if current.drawn_by_id == by.pk:
        raise MoveRefused(_("You made this draw yourself: another person discards it."))
    if not permissions.can_discard(by, current):
        raise PermissionDenied
    rows = list(Application.objects.filter(call=current.call_id, number__in=numbers_of(current)))
    know_ties(rows)
    if not all(permissions.is_impartial(by, row) for row in rows):
        raise PermissionDenied
    current.discard_reason = given(reason)
    current.discarded_by, current.discarded_at = by, timezone.now()
    with journal.acting(by=by, action="discard_draw", reason=current.discard_reason):
        current.save()
    tell_of_discarded_draw(current)
    return current


def _open(of: Draw) -> Draw:
    current: Draw = Draw.objects.select_for_update(of=("self",)).get(pk=of.pk)
    if current.confirmed_at or current.discarded_at:
        raise MoveRefused(_("This draw is settled already."), code="state")
    return current
