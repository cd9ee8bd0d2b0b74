"""Everything that has happened to a case, in plain words and one list by time: one query for each kind of record.

What a person may not see on its own is left out here too: a recommending unit reads the way without the bureau's own
reasons, and the corrections; the bureau's own affair is for those who may view its records, and how it came to its
decision for nobody with an interest in the case.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from common.templatetags.chenzhou import shanghai_date, yuan
from subsidies import permissions
from subsidies.audiences import draws_of
from subsidies.enums import Action, AssignmentState, Judgement, RecoveryState, SheetState
from subsidies.hit_words import told
from subsidies.models import Appeal, Application, ApplicationStep, Draw, Redirection, ScoreSheet
from subsidies.words import reason_for_unit


class Happening(NamedTuple):
    at: datetime
    words: str
    by: str = ""
    detail: str = ""


Reader = Callable[[Application], Iterator[Happening]]
DELIBERATION = ("view_draw", "view_assignment", "view_scoresheet", "view_sitevisit", "view_sitecheck", "view_decision")
TOLD_BY_CORRECTIONS = (Action.ASK_CORRECTION, Action.LAPSE)


def timeline_of(application: Application, user: User) -> list[Happening]:
    """Newest first; at most one query for each of the kinds that the person may view."""
    is_told_all = permissions.sees_deliberation(user, application)
    found = [*_steps(application, is_told_all), *_corrections(application)]
    for right, reader in READERS:
        if _sees(user, right) and (is_told_all or right not in DELIBERATION):
            found += reader(application)
    return sorted(found, key=lambda happening: happening.at, reverse=True)


def steps_of(application: Application) -> list[Happening]:
    """The moves alone, newest first."""
    return [*_steps(application, is_told_all=True)][::-1]


def _sees(user: User, right: str) -> bool:
    """The bureau's own records: not a county's, though its officers may view some of their own kind."""
    return user.acts_for_whole_city() and user.has_perm(f"subsidies.{right}")


# ---------------------------------------------------------------- the kinds
def _steps(application: Application, is_told_all: bool) -> Iterator[Happening]:
    made = application.redirections.select_related("from_unit", "to_unit")
    redirections: dict[int | None, Redirection] = {row.version: row for row in made}
    for step in application.steps.select_related("by"):
        if step.action not in TOLD_BY_CORRECTIONS:
            reason = step.reason if is_told_all else reason_for_unit(step)
            yield Happening(step.at, _step_words(step, redirections.get(step.version)), _name(step.by), reason)


def _step_words(step: ApplicationStep, redirection: Redirection | None) -> str:
    if redirection:
        units = {"before": redirection.from_unit, "unit": redirection.to_unit}
        return _("Redirected from %(before)s to %(unit)s") % units
    told_as = {"move": step.get_action_display(), "state": step.get_to_state_display()}
    return _("%(move)s: now “%(state)s”") % told_as


def _corrections(application: Application) -> Iterator[Happening]:
    rows = application.corrections.select_related("asked_by").annotate(places=Count("items"))
    for row in rows:
        words = ngettext(
            "Correction %(round)d asked for: %(count)d place, until %(day)s",
            "Correction %(round)d asked for: %(count)d places, until %(day)s",
            row.places,
        )
        facts = {"round": row.round, "count": row.places, "day": shanghai_date(row.due_on)}
        yield Happening(row.asked_at, words % facts, _name(row.asked_by), row.note)
        if row.lapsed_at:
            yield Happening(row.lapsed_at, _("Correction %(round)d not made in time") % {"round": row.round})


def _checks(application: Application) -> Iterator[Happening]:
    for check in application.checks.select_related("checked_by", "confirmed_by"):
        yield Happening(check.created_at, _("Form check begun"), _name(check.checked_by))
        if check.proposed_at:
            words = _("Outcome of the form check proposed: %(outcome)s")
            yield Happening(
                check.proposed_at,
                words % {"outcome": check.get_proposal_display()},
                _name(check.checked_by),
                check.note,
            )
        if check.confirmed_at:
            yield Happening(check.confirmed_at, _("Form check confirmed"), _name(check.confirmed_by))


def _hits(application: Application) -> Iterator[Happening]:
    for hit in application.hits.exclude(judgement=Judgement.OPEN).select_related("judged_by"):
        assert hit.judged_at is not None, "the database holds it"
        words = _("Hit judged, %(kind)s: %(judgement)s")
        facts = {"kind": hit.get_kind_display(), "judgement": hit.get_judgement_display()}
        yield Happening(hit.judged_at, words % facts, _name(hit.judged_by), f"{told(hit).sentence} {hit.reason}")


def _draws(application: Application) -> Iterator[Happening]:
    seated, drawn = application.assignments.values("draw"), draws_of(application).values("pk")
    rows = Draw.objects.filter(Q(pk__in=seated) | Q(pk__in=drawn)).defer("inputs", "result", "exclusions")
    for draw in rows.select_related("drawn_by", "confirmed_by", "discarded_by"):
        yield Happening(draw.drawn_at, _("Panel drawn"), _name(draw.drawn_by))
        if draw.confirmed_at:
            yield Happening(draw.confirmed_at, _("Draw of the panel confirmed"), _name(draw.confirmed_by))
        if draw.discarded_at:
            yield Happening(
                draw.discarded_at, _("Draw of the panel discarded"), _name(draw.discarded_by), draw.discard_reason
            )


def _seats(application: Application) -> Iterator[Happening]:
    answered = application.assignments.filter(state__in=(AssignmentState.ACCEPTED, AssignmentState.DECLINED))
    for seat in answered.select_related("expert__user"):
        if seat.state == AssignmentState.DECLINED:
            words = _("Expert declined: %(reason)s") % {"reason": seat.get_decline_reason_display()}
            yield Happening(seat.state_since, words, _name(seat.expert.user), seat.decline_note)
        elif seat.declared_at:
            yield Happening(
                seat.declared_at, _("Expert accepted and declared to be impartial"), _name(seat.expert.user)
            )


def _sheets(application: Application) -> Iterator[Happening]:
    rows = ScoreSheet.objects.filter(assignment__application=application, state=SheetState.SIGNED)
    for sheet in rows.select_related("assignment__expert__user").defer("scores"):
        words = _("Score sheet signed: %(total)s") if sheet.number == 1 else _("Score sheet revised: %(total)s")
        person = _name(sheet.assignment.expert.user)
        yield Happening(sheet.signed_at, words % {"total": sheet.total}, person, sheet.revision_reason)


def _visits(application: Application) -> Iterator[Happening]:
    for visit in application.visits.filter(site_check=None).select_related("planned_by"):
        day = {"day": shanghai_date(visit.visited_on)}
        yield Happening(
            visit.created_at, _("Site visit planned for %(day)s") % day, _name(visit.planned_by), visit.place
        )
        if visit.concluded_at:
            is_as_applied = visit.is_as_applied
            words = _("Site visit concluded: as applied for") if is_as_applied else _("Site visit concluded: differs")
            yield Happening(visit.concluded_at, words, "", visit.findings)


def _site_checks(application: Application) -> Iterator[Happening]:
    rows = application.site_checks.select_related("visit", "round", "commented_by", "remedied_by", "decided_by")
    for check in rows:
        year = {"year": check.round.year}
        yield Happening(check.visit.created_at, _("Drawn for a site check (%(year)d)") % year)
        if check.visit.concluded_at:
            yield Happening(check.visit.concluded_at, _("Site check recorded"), "", check.visit.findings)
        if check.commented_at:
            yield Happening(check.commented_at, _("Comment on a site check"), _name(check.commented_by), check.comment)
        if check.remedied_at:
            yield Happening(check.remedied_at, _("Reported as put right"), _name(check.remedied_by), check.remedy)
        if check.decided_at:
            words = _("Site check decided: %(state)s") % {"state": check.get_state_display()}
            yield Happening(check.decided_at, words, _name(check.decided_by), check.reason)


def _decisions(application: Application) -> Iterator[Happening]:
    rows = application.decisions.select_related("meeting", "staged_by", "released_by")
    for row in rows:
        words = {"verdict": row.get_verdict_display(), "meeting": row.meeting}
        if row.staged_at:
            told_as = _("Decision of the meeting recorded: %(verdict)s (%(meeting)s)") % words
            yield Happening(row.staged_at, told_as, _name(row.staged_by), row.reason)
        if row.released_at:
            told_as = _("Decision of the meeting released: %(verdict)s (%(meeting)s)") % words
            yield Happening(row.released_at, told_as, _name(row.released_by))
        if row.removed_at:
            yield Happening(row.removed_at, _("Taken off the agenda (%(meeting)s)") % words)


def _appeals(application: Application) -> Iterator[Happening]:
    rows = Appeal.objects.filter(decision__application=application).select_related("made_by", "answered_by")
    for row in rows:
        words = _("Appeal made, to be answered by %(day)s") % {"day": shanghai_date(row.due_on)}
        yield Happening(row.made_at, words, _name(row.made_by), row.text)
        if row.answered_at:
            words = _("Appeal answered: %(state)s") % {"state": row.get_state_display()}
            yield Happening(row.answered_at, words, _name(row.answered_by), row.answer)


def _money(application: Application) -> Iterator[Happening]:
    for entry in application.budget_entries.select_related("by"):
        words = pgettext("entry of the ledger", "%(kind)s: %(amount)s")
        facts = {"kind": entry.get_kind_display(), "amount": yuan(entry.amount_yuan)}
        yield Happening(entry.at, words % facts, _name(entry.by), entry.note)


def _letters(application: Application) -> Iterator[Happening]:
    for letter in application.letters.select_related("sent_by"):
        words = _("Letter sent: %(subject)s") % {"subject": letter.subject}
        yield Happening(letter.sent_at, words, _name(letter.sent_by), letter.body)


def _reports(application: Application) -> Iterator[Happening]:
    for row in application.reports.select_related("submitted_by", "decided_by"):
        year = {"year": row.year}
        if row.submitted_at:
            yield Happening(row.submitted_at, _("Report on %(year)d sent") % year, _name(row.submitted_by))
        if row.decided_at:
            words = _("Report on %(year)d: %(state)s") % {**year, "state": row.get_state_display()}
            yield Happening(row.decided_at, words, _name(row.decided_by), row.reason)


def _recoveries(application: Application) -> Iterator[Happening]:
    people = ("proposed_by", "stated_by", "decided_by")
    for row in application.recoveries.select_related(*people).prefetch_related("repayments__registered_by"):
        words = _("Recovery of %(amount)s proposed") % {"amount": yuan(row.amount_yuan)}
        yield Happening(row.proposed_at, words, _name(row.proposed_by), row.reason)
        if row.stated_at:
            yield Happening(row.stated_at, _("Statement of the firm"), _name(row.stated_by), row.statement)
        if row.decided_at:
            is_dropped = row.state == RecoveryState.DROPPED
            words = _("Recovery dropped") if is_dropped else _("Recovery decided")
            yield Happening(row.decided_at, words, _name(row.decided_by), row.answer)
        for back in row.repayments.all():
            words = _("Repayment of %(amount)s registered") % {"amount": yuan(back.amount_yuan)}
            yield Happening(back.registered_at, words, _name(back.registered_by), back.voucher_number)


def _name(person: User | None) -> str:
    return str(person) if person else ""


# With the right to view the records.
READERS: tuple[tuple[str, Reader], ...] = (
    ("view_formcheck", _checks),
    ("view_crosscheckhit", _hits),
    ("view_draw", _draws),
    ("view_assignment", _seats),
    ("view_scoresheet", _sheets),
    ("view_sitevisit", _visits),
    ("view_sitecheck", _site_checks),
    ("view_decision", _decisions),
    ("view_appeal", _appeals),
    ("view_budgetentry", _money),
    ("view_letter", _letters),
    ("view_followupreport", _reports),
    ("view_recovery", _recoveries),
)
