"""Rounds of site checks (双随机): proposed by one person, confirmed by another, and only then drawn by lot.

Awards and officers are both drawn. Nobody sees a sample before it stands, so none can be thrown away for another one.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.holders import holders
from accounts.models import User
from common import journal
from common.calendar import shanghai_today
from common.journal_values import canonical
from subsidies import permissions, visiting
from subsidies.drawing import SEED_BYTES
from subsidies.enums import CHECK_CLOSED, CheckExclusion, State
from subsidies.follow_up import told_of_checks
from subsidies.models import Application, Award, CheckRound, SiteCheck
from subsidies.open_data.awards import IS_DEMO
from subsidies.sample_procedure import OFFICERS_EACH, VERSION, run
from subsidies.ties import know_ties
from subsidies.workflow import MoveRefused, given

OVER = (State.RECOVERED, State.ANNULLED)
LONGEST_PLACE = visiting.LONGEST["place"]


class Pool(NamedTuple):
    """What can be drawn: applications with the codes of their officers, and who the codes are."""

    applications: list[Application]  # by their numbers
    candidates: dict[int, list[str]]
    officers: list[User]
    exclusions: list[dict[str, Any]]

    def inputs(self, key: str, size: int) -> dict[str, Any]:
        """Numbers and codes alone; see docs/draw.md."""
        awards = [{"number": row.number, "officers": self.candidates[row.pk]} for row in self.applications]
        facts = {"version": VERSION, "round": key, "size": size, "officers_each": OFFICERS_EACH}
        return {**facts, "awards": awards}


# ---------------------------------------------------------------- the pool
def pool_of(awarded_from: int, awarded_until: int, *, is_demo: bool = False) -> Pool:
    """Awards of those years against all who run visits; no query for each award."""
    awards = Award.objects.on_public_site().filter(awarded_on__year__range=(awarded_from, awarded_until))
    awards = awards.filter(IS_DEMO) if is_demo else awards.real()
    rows = list(awards.select_related("application").order_by("application__number", "pk"))
    officers = list(holders("subsidies.run_visits").order_by("pk"))
    know_ties(row.application for row in rows if row.application)
    being_checked = set(SiteCheck.objects.exclude(state__in=CHECK_CLOSED).values_list("application", flat=True))
    pool = Pool([], {}, officers, [])
    for award in rows:
        reason = _kept_out(award, being_checked)
        codes = [] if reason or award.application is None else _codes_for(award.application, officers)
        if award.application is None or len(codes) < OFFICERS_EACH:
            pool.exclusions.append({"award": award.pk, "reason": str(reason or CheckExclusion.OFFICERS)})
        else:
            pool.applications.append(award.application)
            pool.candidates[award.application.pk] = codes
    return pool


def _kept_out(award: Award, being_checked: set[int]) -> CheckExclusion | None:
    if award.application is None:
        return CheckExclusion.NO_CASE
    if award.revoked_on:
        return CheckExclusion.REVOKED
    if award.application.state in OVER:
        return CheckExclusion.OVER
    return CheckExclusion.OPEN if award.application.pk in being_checked else None


def _codes_for(application: Application, officers: list[User]) -> list[str]:
    return [code_of(place) for place, person in enumerate(officers) if permissions.can_visit(person, application)]


def code_of(place: int) -> str:
    """By the place among the officers of the round, from 1 on."""
    return f"P{place + 1:02d}"


def people_of(row: CheckRound) -> dict[str, User]:
    """Behind the codes of the inputs. One query."""
    known = User.objects.in_bulk(row.officers)
    return {code_of(place): known[key] for place, key in enumerate(row.officers) if key in known}


def file_of(row: CheckRound) -> dict[str, Any]:
    """All that anyone needs to run a drawn round again; see docs/draw.md and tools/verify_sample.py."""
    return {
        "procedure": VERSION,
        "round": str(row.public_id),
        "proposed_at": row.proposed_at.isoformat(),
        "inputs": row.inputs,
        "inputs_sha256": row.inputs_digest,
        "seed": row.seed,
        "result": row.result,
    }


# ---------------------------------------------------------------- proposing
@transaction.atomic
def propose(
    *, by: User, year: int, awarded_from: int, awarded_until: int, size: int, due_on: date, is_demo: bool = False
) -> CheckRound:
    """Freezes what will be drawn from. PermissionDenied, MoveRefused, ValidationError."""
    if not by.has_perm("subsidies.propose_checks"):
        raise PermissionDenied
    if due_on <= shanghai_today():
        raise MoveRefused(_("Give the officers time: a day after today."), code="term")
    pool = pool_of(awarded_from, awarded_until, is_demo=is_demo)
    if not 1 <= size <= len(pool.applications):
        message = _("As many checks as there are awards that can be drawn, at most: %(number)d.")
        raise MoveRefused(message % {"number": len(pool.applications)}, code="size")
    _refuse_tied(by, pool.applications)
    row = CheckRound(
        year=year, awarded_from=awarded_from, awarded_until=awarded_until, size=size, due_on=due_on, is_demo=is_demo
    )
    row.inputs, row.exclusions = pool.inputs(str(row.public_id), size), pool.exclusions
    row.inputs_digest = hashlib.sha256(canonical(row.inputs)).hexdigest()
    row.officers, row.proposed_by = [person.pk for person in pool.officers], by
    row.validate_constraints()
    with journal.acting(by=by, action="propose_round"):
        row.save()
    told_of_checks.of_proposed_round(row, by)
    return row


def _refuse_tied(by: User, applications: Iterable[Application]) -> None:
    """Nobody decides on whether a firm of their own is checked."""
    if not all(permissions.is_impartial(by, application) for application in applications):
        raise PermissionDenied


# ---------------------------------------------------------------- confirming
@transaction.atomic
def confirm(row: CheckRound, *, by: User) -> CheckRound:
    """Makes the seed and draws; every officer drawn has the record before them. PermissionDenied, MoveRefused."""
    current = _open(row)
    if not by.has_perm("subsidies.confirm_checks"):
        raise PermissionDenied
    if current.proposed_by_id == by.pk:
        raise MoveRefused(_("You proposed this round yourself: another person confirms it."), code="interest")
    pool = pool_of(current.awarded_from, current.awarded_until, is_demo=current.is_demo)
    _refuse_tied(by, pool.applications)
    _refuse_changed(current, pool)
    current.seed = secrets.token_hex(SEED_BYTES)
    current.result = run(current.inputs, current.seed)
    current.confirmed_by, current.confirmed_at = by, timezone.now()
    current.validate_constraints()
    with journal.acting(by=by, action="confirm_round"):
        current.save()
    _hand_out(current, pool, by)
    return current


def _refuse_changed(row: CheckRound, pool: Pool) -> None:
    """What was frozen must be possible still; awards and officers that came since wait for the next round."""
    by_code = {code_of(place): person.pk for place, person in enumerate(pool.officers)}
    able = {
        str(application.number): {by_code[code] for code in pool.candidates[application.pk]}
        for application in pool.applications
    }
    keys = {code_of(place): key for place, key in enumerate(row.officers)}
    for award in row.inputs["awards"]:
        if not {keys[code] for code in award["officers"]} <= able.get(award["number"], set()):
            message = _("%(award)s or its officers have changed since: withdraw the round and propose it anew.")
            raise MoveRefused(message % {"award": award["number"]}, code="changed")


def _hand_out(row: CheckRound, pool: Pool, by: User) -> None:
    by_number = {str(application.number): application for application in pool.applications}
    people = people_of(row)
    for drawn in row.result["checks"]:
        application, officers = by_number[drawn["application"]], [people[code] for code in drawn["officers"]]
        place = application.organisation.name_zh[:LONGEST_PLACE]
        visit = visiting.put_down(application, by=by, visited_on=row.due_on, place=place, officers=officers)
        with journal.acting(by=by, action="confirm_round"):
            check = SiteCheck.objects.create(round=row, application=application, visit=visit)
        told_of_checks.of_drawn_check(check, officers)


@transaction.atomic
def withdraw(row: CheckRound, *, by: User, reason: str) -> CheckRound:
    """Before anything is drawn; it stays on record with the reason."""
    current = _open(row)
    if not (by.has_perm("subsidies.propose_checks") or by.has_perm("subsidies.confirm_checks")):
        raise PermissionDenied
    _refuse_tied(by, _cases_of(current))
    current.withdraw_reason = given(reason)
    current.withdrawn_by, current.withdrawn_at = by, timezone.now()
    with journal.acting(by=by, action="withdraw_round", reason=current.withdraw_reason):
        current.save()
    return current


def _cases_of(row: CheckRound) -> list[Application]:
    """What it can fall on, with what ties people to it. Three queries."""
    rows = list(Application.objects.filter(number__in=[award["number"] for award in row.inputs["awards"]]))
    know_ties(rows)
    return rows


def _open(row: CheckRound) -> CheckRound:
    current: CheckRound = CheckRound.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if not current.is_open:
        raise MoveRefused(_("This round is settled already."), code="state")
    return current
