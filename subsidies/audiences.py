"""Whose affair an application is, and whose turn: the people notices and reminders go to.

The same rights as in subsidies.permissions, asked for all people at once.
"""

from collections.abc import Callable, Iterable

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from accounts.enums import FIRM_ROLES, WRITING_ROLES, MembershipRole
from accounts.holders import holders
from accounts.models import Membership, User
from subsidies.enums import (
    SITTING,
    AccountState,
    AppealState,
    NoticeState,
    ObjectionState,
    Outcome,
    PaymentState,
    SheetState,
    State,
)
from subsidies.models import (
    Appeal,
    Application,
    AwardDocument,
    Decision,
    Draw,
    FormCheck,
    NoticeEntry,
    Objection,
    PayeeAccount,
    Payment,
    PublicNotice,
    Recommendation,
)
from subsidies.releasing import releasers_of
from subsidies.ties import read_ties
from subsidies.visit_times import PLANNED, visit_needed

Audience = Callable[[Application], Iterable[User]]


# ---------------------------------------------------------------- the applicant's
def firm(application: Application) -> QuerySet[User]:
    """Who writes for the firm. Readers read when they like; consultants are told what they are needed for."""
    return _members(application.organisation_id, *WRITING_ROLES)


def signatories(application: Application) -> QuerySet[User]:
    return _members(application.organisation_id, MembershipRole.ADMINISTRATOR)


def writers(application: Application) -> list[User]:
    """Whose turn a draft or a correction is: the firm's writers, and the consultants let in to this application."""
    guests = User.objects.filter(is_active=True, pk__in=application.guests.in_force().values("user"))
    return list({person.pk: person for person in [*firm(application), *guests]}.values())


# ---------------------------------------------------------------- the recommending unit's
def unit(application: Application) -> QuerySet[User]:
    return _unit(application, MembershipRole.OFFICER, MembershipRole.LEADER)


def officers(application: Application) -> list[User]:
    """Who prepares the opinion; the leaders where the unit has no officer."""
    return list(_unit(application, MembershipRole.OFFICER)) or list(_unit(application, MembershipRole.LEADER))


def unit_before(application: Application) -> QuerySet[User]:
    """Of the unit that it was taken from last."""
    redirection = application.redirections.order_by("-pk").first()
    assert redirection is not None, "a redirect is written before its move"
    return people_at(redirection.from_unit_id, application)


def people_at(unit_id: int, application: Application) -> QuerySet[User]:
    """Who could prepare or decide there, were it to wait at that unit."""
    return _of_unit(unit_id, application, MembershipRole.OFFICER, MembershipRole.LEADER)


def leaders(application: Application) -> QuerySet[User]:
    """Who decides on the prepared opinion: another person than the one who prepared it."""
    prepared = Recommendation.objects.open().filter(application=application)
    return _unit(application, MembershipRole.LEADER).exclude(pk__in=prepared.values("prepared_by"))


# ---------------------------------------------------------------- the bureau's
def clerks(application: Application) -> list[User]:
    """Who accepts and checks: those who do not themselves confirm, where there are any."""
    able = impartial(holders("subsidies.check_application"), application)
    return list(able.exclude(pk__in=holders("subsidies.confirm_check").values("pk"))) or list(able)


def checkers(application: Application) -> list[User]:
    """The clerk who has begun the check, be it of an earlier submission, else all."""
    check = application.checks.order_by("-round").select_related("checked_by").first()
    able = clerks(application)
    return [person for person in able if check and person.pk == check.checked_by_id] or able


def confirmers(application: Application) -> QuerySet[User]:
    """Who confirms the check: another person than the one who made it."""
    able = impartial(holders("subsidies.confirm_check"), application)
    return able.exclude(pk__in=_to_be_confirmed(application).values("checked_by"))


def proposers(application: Application) -> QuerySet[User]:
    """Who may put it before the meeting."""
    return impartial(holders("subsidies.propose_to_meeting"), application)


def visitors(application: Application) -> QuerySet[User]:
    """Who may visit the site; of a visit that is planned, its officers who have not signed."""
    able = impartial(holders("subsidies.run_visits"), application)
    planned = application.visits.filter(state=PLANNED).first()
    if planned is None:
        return able
    return able.filter(pk__in=planned.officers.filter(signed_at=None).values("user"))


def drawers(application: Application) -> list[User]:
    """Who draws the panel: those who do not themselves confirm, where there are any."""
    able = impartial(holders("subsidies.draw_experts"), application)
    return list(able.exclude(pk__in=holders("subsidies.confirm_draw").values("pk"))) or list(able)


def draw_confirmers(application: Application) -> QuerySet[User]:
    """Who confirms a draw: another person than the one who drew."""
    able = impartial(holders("subsidies.confirm_draw"), application)
    return able.exclude(pk__in=_drawn(application).values("drawn_by"))


def stagers(application: Application) -> list[User]:
    """Who records what the meeting decides: those who do not themselves propose, where there are any."""
    able = impartial(holders("subsidies.stage_decision"), application)
    return list(able.exclude(pk__in=holders("subsidies.propose_to_meeting").values("pk"))) or list(able)


def appeal_answerers(application: Application) -> QuerySet[User]:
    """Who answers an open appeal: somebody who took no part in the decision."""
    able = impartial(holders("subsidies.answer_appeal"), application)
    decided = Decision.objects.filter(application=application, appeal__state=AppealState.OPEN)
    for name in ("put_by", "staged_by", "released_by", "meeting__prepared_by"):
        able = able.exclude(pk__in=decided.exclude(**{name: None}).values(name))
    return able


def notice_editors(application: Application) -> list[User]:
    """Who writes public notices: those who do not themselves publish, where there are any."""
    able = impartial(holders("subsidies.edit_notice"), application)
    return list(able.exclude(pk__in=holders("subsidies.publish_notice").values("pk"))) or list(able)


def editors_of(notice: PublicNotice) -> QuerySet[User]:
    """Who may write on this notice: nobody whom a case of it binds."""
    return impartial_to_all(holders("subsidies.edit_notice"), notice.entries.values_list("application", flat=True))


def notice_publishers(application: Application) -> QuerySet[User]:
    """Who publishes the notice it waits in: nobody who wrote on it."""
    waiting = NoticeEntry.objects.filter(application=application, notice__state=NoticeState.REVIEW)
    entry = waiting.select_related("notice").first()
    return publishers_of(entry.notice) if entry else User.objects.none()


def publishers_of(notice: PublicNotice) -> QuerySet[User]:
    """Nobody who wrote on it, or whom a case of it binds."""
    cases = notice.entries.values_list("application", flat=True)
    able = impartial_to_all(holders("subsidies.publish_notice"), cases)
    return able.exclude(pk__in=notice.writers.values("user"))


def objection_answerers(application: Application) -> QuerySet[User]:
    """Who answers an open objection: somebody who took no part in the decision, nor in the notice."""
    able = impartial(holders("subsidies.answer_objection"), application)
    decided = Decision.objects.filter(application=application).exclude(released_at=None)
    for name in ("put_by", "staged_by", "released_by", "meeting__prepared_by"):
        able = able.exclude(pk__in=decided.exclude(**{name: None}).values(name))
    named = Objection.objects.filter(entry__application=application, state=ObjectionState.OPEN)
    for name in ("notice__writers__user", "notice__published_by"):
        able = able.exclude(pk__in=named.exclude(**{name: None}).values(name))
    return able


def award_preparers(application: Application) -> QuerySet[User]:
    """Who prepares the award document."""
    return impartial(holders("subsidies.prepare_award"), application)


def signers_of(document: AwardDocument) -> QuerySet[User]:
    """Who signs it next: finance, then a leader; another person than those before, whom no case of it binds."""
    is_signed = document.countersigned_by_id is not None
    able = holders("subsidies.issue_award" if is_signed else "subsidies.countersign_award")
    able = impartial_to_all(able, document.entries.values_list("application", flat=True))
    return able.exclude(pk__in=[document.prepared_by_id, document.countersigned_by_id])


def account_confirmers(application: Application) -> QuerySet[User]:
    """Who confirms the account that the firm has given."""
    return impartial(holders("subsidies.confirm_account"), application)


def payment_preparers(application: Application) -> QuerySet[User]:
    """Who prepares the payments; another person approves them."""
    return impartial(holders("subsidies.prepare_payment"), application)


def payment_approvers(application: Application) -> list[User]:
    """Who approves a prepared payment: another person than the one who prepared it."""
    prepared = _payments(application, PaymentState.PREPARED).values("prepared_by")
    return _awaited(application, "approve_payment", prepared)


def payment_executors(application: Application) -> list[User]:
    """Who executes an approved payment: another person than the one who approved it."""
    approved = _payments(application, PaymentState.APPROVED).values("approved_by")
    return _awaited(application, "execute_payment", approved)


def _awaited(application: Application, right: str, before: QuerySet) -> list[User]:
    """Nobody where there is nothing to do."""
    if not before.exists():
        return []
    return list(impartial(holders(f"subsidies.{right}"), application).exclude(pk__in=before))


def _payments(application: Application, state: str) -> QuerySet[Payment]:
    return Payment.objects.filter(award__application=application, state=state)


def draws_of(application: Application) -> QuerySet[Draw]:
    """Those that have this application in them, by its number in quotes."""
    rows: QuerySet[Draw] = Draw.objects.filter(call=application.call_id)
    return rows.annotate(drawn=Cast("result", TextField())).filter(drawn__contains=f'"{application.number}"')


def _drawn(application: Application) -> QuerySet[Draw]:
    """Those of them that wait for their confirmation."""
    return draws_of(application).filter(confirmed_at=None, discarded_at=None)


def _on_agenda(application: Application) -> QuerySet[Decision]:
    return Decision.objects.filter(application=application, released_at=None, removed_at=None)


def has_open_appeal(application: Application) -> bool:
    return Appeal.objects.filter(decision__application=application, state=AppealState.OPEN).exists()


def _to_be_confirmed(application: Application) -> QuerySet[FormCheck]:
    proposed = FormCheck.objects.filter(application=application, confirmed_by=None)
    return proposed.filter(proposal__in=(Outcome.PASS, Outcome.FAIL))


# ---------------------------------------------------------------- the experts
def reviewers(application: Application) -> QuerySet[User]:
    """Who still owes a score sheet, or an answer to the invitation."""
    seats = application.assignments.filter(state__in=SITTING)
    unsigned = seats.exclude(sheets__state=SheetState.SIGNED)
    return User.objects.filter(is_active=True, pk__in=unsigned.values("expert__user"))


# ---------------------------------------------------------------- whose turn it is
def whose_turn(application: Application) -> Iterable[User]:
    """See also subsidies.turns, which asks the same for many applications."""
    return TURNS[application.state](application) if application.state in TURNS else []


def _in_recommendation(application: Application) -> Iterable[User]:
    is_prepared = application.recommendations.open().exclude(opinion="").exists()
    return leaders(application) if is_prepared else officers(application)


def _in_form_check(application: Application) -> Iterable[User]:
    return confirmers(application) if _to_be_confirmed(application).exists() else checkers(application)


def _in_checked(application: Application) -> Iterable[User]:
    if visit_needed(application):
        return visitors(application)
    return draw_confirmers(application) if _drawn(application).exists() else drawers(application)


def _in_meeting(application: Application) -> Iterable[User]:
    decision = _on_agenda(application).select_related("meeting").first()
    return releasers_of(decision.meeting) if decision and decision.verdict else stagers(application)


def _in_reviewed(application: Application) -> Iterable[User]:
    return visitors(application) if visit_needed(application) else proposers(application)


def _in_deferred(application: Application) -> Iterable[User]:
    return appeal_answerers(application) if has_open_appeal(application) else _in_reviewed(application)


def _in_not_approved(application: Application) -> Iterable[User]:
    return appeal_answerers(application) if has_open_appeal(application) else []


def _in_cleared(application: Application) -> Iterable[User]:
    entry = application.award_entries.filter(dropped_at=None).select_related("document").first()
    return signers_of(entry.document) if entry else award_preparers(application)


def _in_awarded(application: Application) -> Iterable[User]:
    return account_confirmers(application) if _has_entered(application) else signatories(application)


def _in_paying(application: Application) -> Iterable[User]:
    """Whoever is awaited by a payment; who prepares them where there is none."""
    if _has_entered(application):
        return account_confirmers(application)
    awaited = [*payment_approvers(application), *payment_executors(application)]
    return list({person.pk: person for person in awaited}.values()) or payment_preparers(application)


def _has_entered(application: Application) -> bool:
    return PayeeAccount.objects.filter(application=application, state=AccountState.ENTERED).exists()


def _in_publicity_ready(application: Application) -> Iterable[User]:
    if has_open_objection(application):
        return objection_answerers(application)
    in_review = NoticeEntry.objects.filter(application=application, notice__state=NoticeState.REVIEW)
    return notice_publishers(application) if in_review.exists() else notice_editors(application)


def _in_publicity(application: Application) -> Iterable[User]:
    return objection_answerers(application) if has_open_objection(application) else []


def has_open_objection(application: Application) -> bool:
    return Objection.objects.filter(entry__application=application, state=ObjectionState.OPEN).exists()


TURNS: dict[str, Audience] = {
    State.DRAFT: writers,
    State.UNIT_REVIEW: signatories,
    State.RECOMMENDATION: _in_recommendation,
    State.ACCEPTANCE: clerks,
    State.FORM_CHECK: _in_form_check,
    State.CORRECTION: writers,
    State.CHECKED: _in_checked,
    State.REVIEW: reviewers,
    State.REVIEWED: _in_reviewed,
    State.MEETING: _in_meeting,
    State.DEFERRED: _in_deferred,
    State.NOT_APPROVED: _in_not_approved,
    State.CLEARED: _in_cleared,
    State.AWARDED: _in_awarded,
    State.PAYING: _in_paying,
    State.PUBLICITY_READY: _in_publicity_ready,
    State.PUBLICITY: _in_publicity,
}


def _members(organisation: int | None, *roles: str) -> QuerySet[User]:
    return User.objects.filter(
        is_active=True,
        memberships__organisation=organisation,
        memberships__is_active=True,
        memberships__role__in=roles,
    )


def _unit(application: Application, *roles: str) -> QuerySet[User]:
    return _of_unit(application.recommender_id, application, *roles)


def _of_unit(unit_id: int | None, application: Application, *roles: str) -> QuerySet[User]:
    """See also permissions.is_recommender()."""
    ties = read_ties([application.pk])[application.pk]
    able = _members(unit_id, *roles).exclude(pk__in=ties.wrote)
    able = able.filter(pk__in=holders("subsidies.recommend_application").values("pk"))
    bound = Q(organisation=application.organisation_id) | Q(organisation__in=ties.bodies, role__in=FIRM_ROLES)
    return able.exclude(pk__in=Membership.objects.filter(bound, is_active=True).values("user"))


def impartial(people: QuerySet[User], application: Application) -> QuerySet[User]:
    """Those of them who may take a step for the bureau; two queries. See also permissions.is_impartial()."""
    return impartial_to_all(people, [application.pk])


def impartial_to_all(people: QuerySet[User], applications: Iterable[int]) -> QuerySet[User]:
    """Those who may take a step on what holds all of these, by their keys; two queries."""
    ties = read_ties(applications).values()
    bodies = {body for each in ties for body in each.bodies}
    tied = {person for each in ties for person in each.people}
    bound = Membership.objects.filter(organisation__in=bodies, is_active=True)
    return people.exclude(pk__in=tied).exclude(pk__in=bound.values("user"))
