"""Who may do what with an application: predicates over a user and one row.

No query beyond the user's own posts, and the two of subsidies.ties for whoever acts for unit or bureau.
"""

from collections.abc import Collection

from accounts.enums import WRITING_ROLES, MembershipRole
from accounts.models import User
from subsidies.enums import AssignmentState, State
from subsidies.models import Application, Assignment, Call, Draw
from subsidies.ties import ties_of


def is_writer(user: User, application: Application) -> bool:
    """May fill in: administrator, project lead and member of the firm, and who is let in to this application."""
    return is_writer_of_firm(user, application) or is_guest(user, application)


def is_writer_of_firm(user: User, application: Application) -> bool:
    """May hand over for signature: administrator, project lead and member of the firm; never a guest."""
    return user.roles.get(application.organisation_id) in WRITING_ROLES


def is_guest(user: User, application: Application) -> bool:
    """One query, for those alone who are not of the firm."""
    if application.organisation_id in user.firms():
        return False
    return application.guests.in_force().filter(user=user).exists()


def is_lead(user: User, application: Application) -> bool:
    """May give back, start, withdraw: an administrator or project lead of the firm."""
    leading = (MembershipRole.ADMINISTRATOR, MembershipRole.PROJECT_LEAD)
    return user.roles.get(application.organisation_id) in leading


def is_signatory(user: User, application: Application) -> bool:
    """May sign and submit for the unit: its administrator."""
    return user.roles.get(application.organisation_id) == MembershipRole.ADMINISTRATOR


def can_ask_to_sign(user: User, application: Application) -> bool:
    """May tell the administrators that a correction waits for their signature: a lead who cannot sign it."""
    return is_lead(user, application) and not is_signatory(user, application)


def can_start(user: User, organisation_id: int) -> bool:
    return user.roles.get(organisation_id) in (MembershipRole.ADMINISTRATOR, MembershipRole.PROJECT_LEAD)


def startable(user: User) -> list[int]:
    """Keys of the firms that the person may start an application for."""
    return [key for key in user.firms() if can_start(user, key)]


def can_write(user: User, application: Application) -> bool:
    """The fields that may change are the whole form in a draft, the listed ones during a correction."""
    return application.state in (State.DRAFT, State.CORRECTION) and is_writer(user, application)


def can_open_confidential(user: User, application: Application) -> bool:
    """For who writes the application and who decides on it; others see the names of confidential files alone."""
    return is_writer(user, application) or any(
        may(user, application) for may in (is_recommender, is_checker, is_confirmer)
    )


def is_recommender(user: User, application: Application) -> bool:
    """An officer or leader of the recommending unit; never of a file of one's own firm.

    That the unit itself carries the base or is a partner is no bond: no other unit could recommend.
    """
    if not user.has_perm("subsidies.recommend_application") or application.recommender_id not in user.offices():
        return False
    return not _is_tied(user, application, user.firms())


def is_recommending_leader(user: User, application: Application) -> bool:
    is_leader = user.roles.get(application.recommender_id or 0) == MembershipRole.LEADER
    return is_leader and is_recommender(user, application)


def can_redirect(user: User, application: Application) -> bool:
    """From one recommending unit to another; nobody who works in the unit that it is taken from."""
    may = user.has_perm("subsidies.redirect_application") and application.recommender_id not in user.offices()
    return may and is_impartial(user, application)


def is_checker(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.check_application") and is_impartial(user, application)


def is_confirmer(user: User, application: Application) -> bool:
    """That it is another person than the clerk is for the verb and the database to hold."""
    return user.has_perm("subsidies.confirm_check") and is_impartial(user, application)


def can_judge(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.judge_hit") and is_impartial(user, application)


def can_waive(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.approve_waiver") and is_impartial(user, application)


def can_draw(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.draw_experts") and is_impartial(user, application)


def can_discard(user: User, draw: Draw) -> bool:
    """Never the one who drew, so that nobody draws until the outcome pleases; the verb asks of each application."""
    may = user.has_perm("subsidies.draw_experts") or user.has_perm("subsidies.confirm_draw")
    return may and draw.drawn_by_id != user.pk


def can_run_review(user: User, application: Application) -> bool:
    """Confirms a draw, and with it begins the review; that another person drew is for the verb and the database."""
    return user.has_perm("subsidies.confirm_draw") and is_impartial(user, application)


def is_reviewer(user: User, assignment: Assignment) -> bool:
    """The expert of the seat, who has accepted it, and whom nothing binds to the firm. One query for the expert."""
    is_own = assignment.expert.user_id == user.pk and assignment.state == AssignmentState.ACCEPTED
    is_free = is_own and not is_of_applicant(user, assignment.application)
    return is_free and user.has_perm("subsidies.review_assigned")


def can_review(user: User, assignment: Assignment) -> bool:
    """Opens the file, writes and signs the sheet: while the review lasts, and not a day longer."""
    return assignment.application.state == State.REVIEW and is_reviewer(user, assignment)


def sees_deliberation(user: User, application: Application) -> bool:
    """Draws, experts, sheets, visits, agendas and the bureau's own reasons; each has a right of its own besides."""
    return user.acts_for_whole_city() and not has_interest(user, application)


def can_see_sheets(user: User, application: Application) -> bool:
    """With the names of the experts: the bureau's own affair."""
    return user.has_perm("subsidies.view_scoresheet") and sees_deliberation(user, application)


def can_visit(user: User, application: Application) -> bool:
    """May plan a visit and be one of its officers."""
    may = user.has_perm("subsidies.run_visits") and user.acts_for_whole_city()
    return may and is_impartial(user, application)


def can_see_visits(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.view_sitevisit") and sees_deliberation(user, application)


def can_propose(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.propose_to_meeting") and is_impartial(user, application)


def can_stage(user: User, application: Application) -> bool:
    """Records what the meeting decides, and who stays out of it."""
    return user.has_perm("subsidies.stage_decision") and is_impartial(user, application)


def can_release(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.release_decisions") and is_impartial(user, application)


def can_answer_appeal(user: User, application: Application) -> bool:
    """That it is somebody who took no part in the decision is for the verb."""
    return user.has_perm("subsidies.answer_appeal") and is_impartial(user, application)


def can_publish_notice(user: User, application: Application) -> bool:
    """That it is another person than the editor is for the verb and the database to hold."""
    return user.has_perm("subsidies.publish_notice") and is_impartial(user, application)


def can_answer_objection(user: User, application: Application) -> bool:
    """That it is somebody who took no part in the decision is for the verb and the database."""
    return user.has_perm("subsidies.answer_objection") and is_impartial(user, application)


def can_issue_award(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.issue_award") and is_impartial(user, application)


def can_enter_account(user: User, application: Application) -> bool:
    """For the firm: its administrator. The state is for the verb."""
    return is_signatory(user, application)


def can_see_account(user: User, application: Application) -> bool:
    """By its last digits: the firm's own people, and no consultant."""
    return application.organisation_id in user.firms()


def can_confirm_account(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.confirm_account") and is_impartial(user, application)


def can_prepare_payment(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.prepare_payment") and is_impartial(user, application)


def can_approve_payment(user: User, application: Application) -> bool:
    """That it is another person than the one who prepared it is for the verb and the database to hold."""
    return user.has_perm("subsidies.approve_payment") and is_impartial(user, application)


def can_execute_payment(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.execute_payment") and is_impartial(user, application)


def can_close(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.close_case") and is_impartial(user, application)


def can_decide_recovery(user: User, application: Application) -> bool:
    """That another person proposed it is for the verb and the database."""
    return user.has_perm("subsidies.decide_recovery") and is_impartial(user, application)


def can_register_repayment(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.register_repayment") and is_impartial(user, application)


def can_write_letter(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.add_letter") and is_impartial(user, application)


# ---------------------------------------------------------------- who takes no step
def is_impartial(user: User, application: Application) -> bool:
    """For the bureau: without an interest, and with no part in what the unit recommended or the experts scored."""
    if has_interest(user, application):
        return False
    ties = ties_of(application)
    return user.pk not in ties.recommended | ties.scored


def has_interest(user: User, application: Application) -> bool:
    """Nobody decides on what they wrote, signed or advised on, or on what is about a body they belong to."""
    return _is_tied(user, application, user.roles)


def is_of_applicant(user: User, application: Application) -> bool:
    """Belongs to the firm, or signed or started it; no query."""
    return application.organisation_id in user.roles or user.pk in (
        application.submitted_by_id,
        application.started_by_id,
    )


def _is_tied(user: User, application: Application, bodies: Collection[int]) -> bool:
    if is_of_applicant(user, application):
        return True
    ties = ties_of(application)
    return user.pk in ties.wrote or not ties.bodies.isdisjoint(bodies)


def nobody(user: User, application: Application) -> bool:
    """For moves that the clock makes."""
    return False


def can_publish(user: User, call: Call) -> bool:
    return user.has_perm("subsidies.publish_call")


def can_draft(user: User) -> bool:
    """May write calls and drafts of what they ask; publishing is another right."""
    return user.has_perms(["subsidies.add_call", "subsidies.change_callversion"])


def can_invite(user: User) -> bool:
    return user.has_perm("subsidies.invite_applicant")
