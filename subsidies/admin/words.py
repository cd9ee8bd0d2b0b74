"""How the journal speaks of calls and applications; a name that another app uses too keeps that app's words."""

import hashlib
import json
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.journal_words import ACTIONS, SPOKEN, WAYS_IN
from subsidies.enums import Action

DEEDS = {
    "prepare": _("Opinion prepared"),
    "decide": _("Recommendation decided"),
    "set_aside": _("Opinion of the unit before set aside"),
    "begin_check": _("Form check begun"),
    "check": _("Result of the check recorded"),
    "propose": _("Outcome proposed"),
    "confirm": _("Check confirmed"),
    "disagree": _("Given back to the clerk"),
    "cross_check": _("Cross-checks run"),
    "judge": _("Hit judged"),
    "recompute": _("Due day computed anew"),
    "write_sheet": _("Score sheet begun"),
    "sign_sheet": _("Score sheet signed"),
    "revise_sheet": _("Revision of a score sheet begun"),
    "chair_note": _("Note of the chair"),
    "plan_visit": _("Site visit planned"),
    "write_visit": _("Record of the visit written"),
    "sign_visit": _("Record of the visit signed"),
    "conclude_visit": _("Site visit concluded"),
    "add_photo": _("Photograph added"),
    "add_document": _("Document added to a record"),
    "replace_officer": _("Officer of a visit replaced"),
    "propose_round": _("Round of site checks proposed"),
    "confirm_round": _("Round of site checks confirmed"),
    "withdraw_round": _("Round of site checks withdrawn"),
    "comment_check": _("Comment on a site check"),
    "settle_check": _("Site check decided"),
    "remedy_check": _("Reported as put right"),
    "draw_panels": _("Panels drawn"),
    "confirm_draw": _("Draw confirmed"),
    "discard_draw": _("Draw discarded"),
    "record_namesake": _("Namesake recorded"),
    "confirm_namesake": _("Namesake confirmed"),
    "end_namesake": _("Record of a namesake withdrawn"),
    "give_seat": _("Seat given on a panel"),
    "call_reserve": _("Reserve called"),
    "accept_seat": _("Seat accepted"),
    "decline_seat": _("Seat declined"),
    "release_reserve": _("Reserve no longer needed"),
    "release_seat": _("Seat taken away"),
    "pass_chair": _("Chair passed on"),
    "add_absence": _("Absence entered"),
    "remove_absence": _("Absence taken out"),
    "declare_interest": _("Interest declared"),
    "avoid_experts": _("Experts to be avoided named"),
    "enter_earlier_award": _("Earlier award entered"),
    "confirm_earlier_award": _("Earlier award confirmed"),
    "refuse_earlier_award": _("Earlier award refused"),
    "propose_revocation": _("Revocation proposed"),
    "revoke_earlier_award": _("Earlier award revoked"),
    "prepare_meeting": _("Meeting prepared"),
    "change_meeting": _("Meeting changed"),
    "recuse": _("Member stayed out"),
    "stage": _("Decision recorded"),
    "release_decisions": _("Decision released"),
    "appeal": _("Appeal made"),
    "answer_appeal": _("Appeal answered"),
    "draft_notice": _("Public notice drafted"),
    "change_notice": _("Public notice changed"),
    "send_notice": _("Public notice sent to be published"),
    "return_notice": _("Public notice given back"),
    "drop_notice": _("Draft of a public notice dropped"),
    "publish_notice": _("Public notice published"),
    "replace_notice": _("Public notice replaced"),
    "conclude_notice": _("Public notice concluded"),
    "take_off_notice": _("Taken off the public notice"),
    "answer_objection": _("Objection answered"),
    "see_objector": _("Looked at who objected"),
    "see_evidence": _("Opened the evidence of an objection"),
    "propose_budget": _("Change of the budget proposed"),
    "confirm_budget": _("Change of the budget confirmed"),
    "decline_budget": _("Change of the budget turned down"),
    "attach": _("File put in"),
    "remove_file": _("File taken out"),
    "publish": pgettext_lazy("deed", "Published"),
    "import": _("Imported"),
    "invite": _("Invited to apply"),
    "remind": _("Applicant reminded"),
    "ask_to_sign": _("Administrators asked to sign the correction"),
    "send_letter": _("Letter sent"),
    "rename": _("Project renamed"),
    "start_again": _("Started again from an earlier application"),
    "enter_in_ledger": _("Entered in the ledger"),
    "let_pass": _("Entry of the integrity list let pass"),
    "prepare_award": _("Award document prepared"),
    "countersign_award": _("Award document countersigned"),
    "send_back_award": _("Award document given back"),
    "drop_award": _("Award document dropped"),
    "issue_award": _("Award document issued"),
    "signed_copy": _("Signed copy filed"),
    "enter_account": _("Account given"),
    "refuse_account": _("Account given back"),
    "prepare_payment": _("Payment prepared"),
    "write_report": _("Yearly report written"),
    "submit_report": _("Yearly report sent"),
    "attach_to_report": _("File added to a yearly report"),
    "remove_from_report": _("File taken out of a yearly report"),
    "propose_recovery": _("Recovery proposed"),
    "state_recovery": _("Statement on a recovery made"),
    "decide_recovery": _("Recovery decided on"),
    "register_repayment": _("Repayment registered"),
    "enforce_recovery": _("Recovery enforced"),
    "settle_recovery": _("Recovery settled"),
    "list_integrity": _("Put on the integrity list"),
    "plead": _("Appeal or repair of an entry asked for"),
    "answer_plea": _("Answer on an entry written"),
    "confirm_plea": _("Answer on an entry confirmed"),
    "seal": _("Case sealed"),
    "archive": _("Archive package taken"),
    "judge_alert": _("Alert judged"),
}


def _content_words(content: Any) -> str:
    """How much a call asks, and a check sum that differs when anything in it does; the whole would fill pages."""
    counts: dict[str, Any] = {part: len(content.get(part, ())) for part in ("criteria", "materials", "sections")}
    written = json.dumps(content, sort_keys=True, ensure_ascii=False)
    counts["sum"] = hashlib.sha256(written.encode()).hexdigest()[:8]
    return (
        gettext("%(criteria)d conditions, %(materials)d materials, %(sections)d sections (check sum %(sum)s)") % counts
    )


def teach_journal() -> None:
    for name, words in ({action.value: action.label for action in Action} | DEEDS).items():
        ACTIONS.setdefault(name, words)
    WAYS_IN.setdefault("clock", _("The clock"))
    SPOKEN["subsidies.callversion.content"] = _content_words
