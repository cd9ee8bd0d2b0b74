"""Who may make which move, by hand and beside the table of the code: what a walk holds its steps against."""

from collections.abc import Iterator

from accounts.enums import MembershipRole
from accounts.models import User
from subsidies.models import Application, ApplicationStep
from subsidies.ties import read_ties

BY_NOBODY = {"finish_review", "lapse", "clear"}
BY_THE_FIRM = {
    "submit": {MembershipRole.ADMINISTRATOR},
    "resubmit": {MembershipRole.ADMINISTRATOR},
    "withdraw": {MembershipRole.ADMINISTRATOR, MembershipRole.PROJECT_LEAD},
}
BY_THE_UNIT = {
    "return": {MembershipRole.OFFICER, MembershipRole.LEADER},
    "recommend": {MembershipRole.LEADER},
    "decline": {MembershipRole.LEADER},
}
BY_THE_BUREAU = {
    "redirect": "redirect_application",
    "accept": "check_application",
    "ask_correction": "check_application",
    "refuse": "confirm_check",
    "pass_check": "confirm_check",
    "fail_check": "confirm_check",
    "begin_review": "confirm_draw",
    "propose": "propose_to_meeting",
    "take_off": "propose_to_meeting",
    "approve": "release_decisions",
    "defer": "release_decisions",
    "reject": "release_decisions",
    "reopen": "answer_appeal",
    "publish": "publish_notice",
    "take_down": "answer_objection",
    "reconsider": "answer_objection",
    "annul": "answer_objection",
    "award": "issue_award",
    "revoke": "issue_award",
    "confirm_account": "confirm_account",
    "settle": "execute_payment",
    "return_payment": "execute_payment",
    "close": "close_case",
    "recover": "decide_recovery",
    "repay": "register_repayment",
}


def last_step() -> int:
    return ApplicationStep.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def without_right(since: int) -> Iterator[str]:
    """Sentences on the steps after this one whose actor may not make them now: ask it at once after each."""
    for step in ApplicationStep.objects.filter(pk__gt=since).select_related("application"):
        by = step.by_id and User.objects.get(pk=step.by_id)
        if not _may(step.action, by, step.application):
            yield f"{by or 'nobody'} made “{step.action}” on {step.application_id} without the right to"


def _may(action: str, by: User | None, application: Application) -> bool:
    if by is None or action in BY_NOBODY:
        return by is None and action in BY_NOBODY
    if action in BY_THE_FIRM:
        return by.roles.get(application.organisation_id) in BY_THE_FIRM[action]
    if action in BY_THE_UNIT:
        return by.roles.get(application.recommender_id) in BY_THE_UNIT[action]
    ties = read_ties([application.pk])[application.pk]
    is_tied = by.pk in ties.people or not ties.bodies.isdisjoint(by.roles)
    return by.has_perm(f"subsidies.{BY_THE_BUREAU[action]}") and not is_tied
