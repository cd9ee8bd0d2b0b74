"""Who is told what at every move of an application; the table is told_at(), and docs/architecture.md shows it.

The doer is not told of the own act. People of the firm read softer words than staff, and no name of an official.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.holders import holders
from accounts.invitation_mail import compose, still_open
from accounts.models import User
from common import letters
from common.letters import Letter
from common.notices import Fact, Kind, post, tell
from subsidies import audiences
from subsidies.enums import BEING_DECIDED, WITH_BUREAU, Action, AppealState, State
from subsidies.models import (
    Appeal,
    Application,
    ApplicationStep,
    Assignment,
    Comment,
    Correction,
    Draw,
    FormCheck,
    GuestInvitation,
    Meeting,
    Recommendation,
    SiteVisit,
)
from subsidies.notice_kinds import applying, awarding, checking, deciding, publicity, recommending, reviewing
from subsidies.releasing import releasers_of

Facts = dict[str, Fact]


def _guest_letter(key: int, to: str, token: str) -> EmailMessage:
    rows = GuestInvitation.objects.select_related("application__organisation", "application__call", "invited_by")
    invitation = still_open(rows.filter(pk=key).first(), token)
    words, page = "subsidies/email/guest_invitation", "subsidies:guest_invitation"
    return compose(to, words, page, token, invitation=invitation, application=invitation.application)


GUEST_LETTER = letters.register(Letter("guest_invitation", _("Invitation to help with an application"), _guest_letter))


class Message(NamedTuple):
    kind: Kind
    audience: audiences.Audience
    is_for_desk: bool = False
    is_last_word: bool = False  # they do not see the application any more


# ---------------------------------------------------------------- the table
TO_UNIT = Message(recommending.OUTCOME_FOR_UNIT, audiences.unit, is_for_desk=True)
TOLD: dict[str, tuple[Message, ...]] = {
    Action.HAND_OVER: (Message(applying.SIGNATURE_WANTED, audiences.signatories),),
    Action.TAKE_BACK: (Message(applying.GIVEN_BACK, audiences.writers),),
    Action.SUBMIT: (
        Message(applying.SUBMITTED, audiences.firm),
        Message(recommending.RECOMMENDATION_WANTED, audiences.officers, is_for_desk=True),
    ),
    Action.RETURN: (Message(applying.RETURNED, audiences.writers),),
    Action.REDIRECT: (
        Message(recommending.REDIRECTED, audiences.firm),
        Message(recommending.REDIRECTED_HERE, audiences.officers, is_for_desk=True),
        Message(recommending.REDIRECTED_AWAY, audiences.unit_before, is_last_word=True),
    ),
    Action.RECOMMEND: (
        Message(recommending.RECOMMENDED, audiences.firm),
        Message(checking.ACCEPTANCE_WANTED, audiences.clerks, is_for_desk=True),
    ),
    Action.DECLINE: (Message(recommending.NOT_RECOMMENDED, audiences.firm),),
    Action.ACCEPT: (
        Message(checking.ACCEPTED, audiences.firm),
        Message(checking.CHECK_WANTED, audiences.clerks, is_for_desk=True),
    ),
    Action.REFUSE: (Message(checking.NOT_ACCEPTED, audiences.firm), TO_UNIT),
    Action.ASK_CORRECTION: (Message(checking.CORRECTION_WANTED, audiences.writers),),
    Action.RESUBMIT: (
        Message(checking.CORRECTED, audiences.firm),
        Message(checking.CHECK_AGAIN, audiences.checkers, is_for_desk=True),
    ),
    Action.PASS_CHECK: (Message(checking.PASSED, audiences.firm), TO_UNIT),
    Action.FAIL_CHECK: (Message(checking.CHECK_FAILED, audiences.firm), TO_UNIT),
    Action.LAPSE: (
        Message(checking.LAPSED, audiences.firm),
        Message(checking.ENDED_IN_BUREAU, audiences.checkers, is_for_desk=True),
        TO_UNIT,
    ),
    Action.BEGIN_REVIEW: (Message(reviewing.UNDER_REVIEW, audiences.firm),),
    Action.FINISH_REVIEW: (Message(reviewing.REVIEW_FINISHED, audiences.proposers, is_for_desk=True),),
    Action.PROPOSE: (),  # the firm is told of the decision; the meeting has its agenda
    Action.TAKE_OFF: (),
    Action.APPROVE: (
        Message(deciding.PROPOSED_FOR_SUPPORT, audiences.firm),
        Message(publicity.NOTICE_WANTED, audiences.notice_editors, is_for_desk=True),
        TO_UNIT,
    ),
    Action.DEFER: (Message(deciding.DEFERRED, audiences.firm),),
    Action.REJECT: (Message(deciding.NOT_APPROVED, audiences.firm), TO_UNIT),
    Action.REOPEN: (Message(deciding.TAKEN_UP_AGAIN, audiences.firm),),
    Action.PUBLISH: (Message(publicity.IN_PUBLIC_NOTICE, audiences.firm),),
    Action.TAKE_DOWN: (Message(publicity.OUT_OF_PUBLIC_NOTICE, audiences.firm),),
    Action.CLEAR: (
        Message(publicity.PUBLIC_NOTICE_OVER, audiences.firm),
        Message(awarding.AWARD_DOCUMENT_WANTED, audiences.award_preparers, is_for_desk=True),
    ),
    Action.RECONSIDER: (
        Message(publicity.DECIDED_ANEW, audiences.firm),
        Message(reviewing.REVIEW_FINISHED, audiences.proposers, is_for_desk=True),
    ),
    Action.ANNUL: (Message(publicity.ANNULLED, audiences.firm), TO_UNIT),
    Action.AWARD: (Message(awarding.AWARDED, audiences.firm), TO_UNIT),
    Action.REVOKE: (Message(awarding.REVOKED, audiences.firm), TO_UNIT),
    Action.CONFIRM_ACCOUNT: (
        Message(awarding.ACCOUNT_CONFIRMED, audiences.firm),
        Message(awarding.PAYMENT_WANTED, audiences.payment_preparers, is_for_desk=True),
    ),
    Action.SETTLE: (Message(awarding.PAID, audiences.firm), TO_UNIT),
    Action.RETURN_PAYMENT: (Message(awarding.PAYMENT_RETURNED, audiences.firm),),
    Action.CLOSE: (Message(awarding.CLOSED, audiences.firm),),
    Action.RECOVER: (Message(awarding.RECOVERY_DECIDED, audiences.firm), TO_UNIT),
    Action.REPAY: (Message(awarding.RECOVERED, audiences.firm),),
    Action.WITHDRAW: (Message(applying.WITHDRAWN, audiences.writers),),
}
# Whoever had it on the desk when it was withdrawn.
WITHDRAWN_FROM: dict[str, audiences.Audience] = {
    State.RECOMMENDATION: audiences.unit,
    **dict.fromkeys((*WITH_BUREAU, State.CORRECTION, *BEING_DECIDED), audiences.checkers),
}


def told_at(step: ApplicationStep) -> tuple[Message, ...]:
    messages = TOLD[step.action]
    if step.action == Action.WITHDRAW and step.from_state in WITHDRAWN_FROM:
        return (*messages, Message(applying.WITHDRAWN, WITHDRAWN_FROM[step.from_state], is_for_desk=True))
    return messages


# ---------------------------------------------------------------- telling
def tell_of_move(step: ApplicationStep) -> None:
    """Called where the step is recorded, and nowhere else."""
    application = step.application
    facts = facts_of(application) | {"reason": step.reason, "by": str(step.by or ""), "moved_at": step.at}
    if step.action in MORE_FACTS:
        facts |= MORE_FACTS[step.action](application)
    for message in told_at(step):
        people = message.audience(application)
        if message.kind is not applying.SUBMITTED:  # the signatory gets the receipt as well
            people = others(people, step.by)
        address = "" if message.is_last_word else address_of(application, is_for_desk=message.is_for_desk)
        tell(people, message.kind, facts, address)


def tell_of_prepared_opinion(prepared: Recommendation) -> None:
    """Once, however often the opinion is changed before it is decided on."""
    application = prepared.application
    people = audiences.leaders(application)
    tell_others(application, recommending.DECISION_WANTED, people, prepared.prepared_by, once=f"opinion:{prepared.pk}")


def tell_of_proposal(check: FormCheck) -> None:
    application = check.application
    tell_others(application, checking.CONFIRMATION_WANTED, audiences.confirmers(application), check.checked_by)


def tell_of_disagreement(check: FormCheck, by: User) -> None:
    tell_others(check.application, checking.LOOK_AGAIN, [check.checked_by], by, reason=check.note)


def tell_of_later_correction(application: Application, asked: Correction) -> None:
    """To whoever was told the day before; once for each pair of days."""
    facts = facts_of(application) | {"due_on": asked.due_on, "grace_until": asked.grace_until}
    once = f"{checking.CORRECTION_LATER.name}:{asked.pk}:{asked.due_on}:{asked.grace_until}"
    tell(audiences.writers(application), checking.CORRECTION_LATER, facts, address_of(application), once)


def tell_of_spread(chair: Assignment, spread: Decimal) -> None:
    facts = facts_of(chair.application) | {"spread": spread}
    tell([chair.expert.user], reviewing.SPREAD_WANTS_NOTE, facts, reverse("subsidies:score_sheet", args=[chair.pk]))


def tell_of_recorded_meeting(meeting: Meeting, by: User) -> None:
    """Once, when something is recorded on every application of the agenda."""
    call = meeting.call
    facts: Facts = {"call_zh": call.name_zh, "call_en": call.name_en, "by": str(by), "held_on": meeting.held_on}
    address = reverse("admin:subsidies_meeting_change", args=[meeting.pk])
    tell(releasers_of(meeting), deciding.RELEASE_WANTED, facts, address, once=f"release:{meeting.pk}")


def tell_of_appeal(application: Application, appeal: Appeal) -> None:
    facts = facts_of(application) | {"due_on": appeal.due_on}
    address = reverse("admin:subsidies_appeal_change", args=[appeal.pk])
    tell(audiences.appeal_answerers(application), deciding.APPEAL_WANTS_ANSWER, facts, address)


def tell_of_answer(application: Application, appeal: Appeal) -> None:
    """Where the answer moves nothing; the move of a reopened application tells of it itself."""
    kind = deciding.TAKEN_UP_AGAIN if appeal.state == AppealState.UPHELD else deciding.APPEAL_DISMISSED
    facts = facts_of(application) | {"reason": appeal.answer}
    tell(audiences.firm(application), kind, facts, address_of(application))


def tell_of_visit(visit: SiteVisit, officers: Iterable[User], by: User) -> None:
    facts: Facts = {"visited_on": visit.visited_on, "place": visit.place, "by": str(by)}
    address = reverse("subsidies:visit_detail", args=[visit.key])
    tell(others(officers, by), reviewing.VISIT_PLANNED, facts_of(visit.application) | facts, address)


def tell_of_comment(comment: Comment) -> None:
    """Without its words: they stay on the page, which asks who reads it."""
    application = comment.application
    people = others(audiences.writers(application), comment.by)
    tell(people, applying.COMMENTED, facts_of(application) | {"by": str(comment.by)}, address_of(application))


def tell_of_draw(draw: Draw, count: int) -> None:
    """To those who may confirm it, another person than the one who drew."""
    facts: Facts = {
        "by": str(draw.drawn_by),
        "count": count,
        "call_zh": draw.call.name_zh,
        "call_en": draw.call.name_en,
    }
    people = others(holders("subsidies.confirm_draw"), draw.drawn_by)
    tell(people, reviewing.DRAW_WANTS_CONFIRMATION, facts, reverse("admin:subsidies_draw_change", args=[draw.pk]))


def tell_of_discarded_draw(draw: Draw) -> None:
    """To those who could have confirmed it, to the one who drew, and to the discipline office."""
    assert draw.discarded_by is not None, "told of once it is discarded"
    facts: Facts = {
        "by": str(draw.discarded_by),
        "drawn_by": str(draw.drawn_by),
        "reason": draw.discard_reason,
        "call_zh": draw.call.name_zh,
        "call_en": draw.call.name_en,
    }
    told = [*holders("subsidies.confirm_draw"), *holders("subsidies.judge_alert"), draw.drawn_by]
    address = reverse("admin:subsidies_draw_change", args=[draw.pk])
    people = {person.pk: person for person in told}
    tell(others(people.values(), draw.discarded_by), reviewing.DRAW_DISCARDED, facts, address)


def tell_of_invitation(seat: Assignment) -> None:
    """To the expert: what it is about and by when, so that impartiality can be judged."""
    facts = facts_of(seat.application) | {"due_on": seat.due_on}
    tell([seat.expert.user], reviewing.REVIEW_WANTED, facts, reverse("subsidies:review_seat", args=[seat.pk]))


def tell_of_released_seat(seat: Assignment) -> None:
    tell([seat.expert.user], reviewing.SEAT_RELEASED, facts_of(seat.application))


def tell_of_dropped_revision(seat: Assignment) -> None:
    address = reverse("subsidies:score_sheet", args=[seat.pk])
    tell([seat.expert.user], reviewing.REVISION_DROPPED, facts_of(seat.application), address)


def tell_of_short_panel(application: Application) -> None:
    people = audiences.drawers(application)
    tell(people, reviewing.PANEL_SHORT, facts_of(application), address_of(application, is_for_desk=True))


def tell_others(
    application: Application, kind: Kind, people: Iterable[User], by: User, *, reason: str = "", once: str = ""
) -> None:
    facts = facts_of(application) | {"by": str(by), "reason": reason}
    tell(others(people, by), kind, facts, address_of(application, is_for_desk=True), once)


def others(people: Iterable[User], by: User | None) -> list[User]:
    return [person for person in people if by is None or person.pk != by.pk]


# ---------------------------------------------------------------- facts
def facts_of(application: Application) -> Facts:
    call, applicant, unit = application.call, application.organisation, application.recommender
    return {
        "project": application.project_name,
        "firm_zh": applicant.name_zh,
        "firm_en": applicant.name_en,
        "unit_zh": unit.name_zh if unit else "",
        "unit_en": unit.name_en if unit else "",
        "call_zh": call.name_zh,
        "call_en": call.name_en,
        "closes_at": call.closes_at,
        "recommend_closes_at": call.recommend_closes_at,
    }


def _correction(application: Application) -> Facts:
    asked = application.corrections.order_by("-round").first()
    assert asked is not None, "a correction is written before its move"
    return {"due_on": asked.due_on, "count": asked.items.count()}


def _redirection(application: Application) -> Facts:
    made = application.redirections.select_related("from_unit").order_by("-pk").first()
    assert made is not None, "a redirect is written before its move"
    return {"unit_before_zh": made.from_unit.name_zh, "unit_before_en": made.from_unit.name_en}


def _appeal(application: Application) -> Facts:
    return {"appeal": application.appeal_route}


def _decision(application: Application) -> Facts:
    decided = application.decisions.exclude(released_at=None).order_by("-pk").first()
    assert decided is not None, "a decision is released before its move"
    return {"appeal": decided.appeal_route, "appeal_until": decided.appeal_until}


MORE_FACTS: dict[str, Callable[[Application], Facts]] = {
    Action.ASK_CORRECTION: _correction,
    Action.REDIRECT: _redirection,
    Action.DECLINE: _appeal,
    Action.DEFER: _decision,
    Action.REJECT: _decision,
}


def address_of(application: Application, *, is_for_desk: bool = False) -> str:
    if is_for_desk:
        return reverse("admin:subsidies_application_change", args=[application.pk])
    return application.get_absolute_url()


# ---------------------------------------------------------------- consultants
def tell_of_guest_invitation(invitation: GuestInvitation, number: UUID, people: Iterable[User]) -> None:
    """By mail to the address, with the link; in the inbox of whoever has proved that it is theirs."""
    post(GUEST_LETTER, invitation.email, invitation.pk, number)
    application = invitation.application
    facts = facts_of(application) | {"person": str(invitation.invited_by), "expires_at": invitation.expires_at}
    tell(people, applying.GUEST_INVITED, facts, reverse("accounts:me"))
