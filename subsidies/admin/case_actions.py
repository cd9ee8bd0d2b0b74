"""What a person can do on the page of an application: each offered when the table of moves and the case allow it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.file_checks import FileRules
from common.files import received
from subsidies import accepting, checking, correcting, cross_checks, permissions, recommending, visit_times, visiting
from subsidies.admin import case_forms as forms
from subsidies.admin.case import Case
from subsidies.attachments import rules_of
from subsidies.content import BY_RECOMMENDER
from subsidies.enums import Action, Opinion, Outcome, State
from subsidies.models import SiteVisit

USUAL_LETTER = FileRules(("pdf",), 20 << 20, 0)


class Doing(NamedTuple):
    """`template` draws the fields, `about` says what it means, `submit` stands on the button."""

    title: Promise
    form: type[forms.CaseForm]
    is_offered: Callable[[Case], bool]
    perform: Callable[[Case, Any], object]
    done: Promise
    about: Promise | str = ""
    template: str = "admin/includes/desk_fields.html"


# ---------------------------------------------------------------- the recommending unit
def _prepare(case: Case, form: Any) -> object:
    given = {name: form.cleaned_data[name] for name in ("opinion", "text", "appeal_route")}
    file = form.cleaned_data["letter"]
    if not file:
        return recommending.prepare(case.application, by=case.user, **given)
    with received(file, file.name, case.user, _letter_rules(case)) as letter:
        return recommending.prepare(case.application, by=case.user, letter=letter, **given)


def _letter_rules(case: Case) -> FileRules:
    material = next((each for each in case.content.materials if each.must == BY_RECOMMENDER), None)
    return rules_of(material) if material else USUAL_LETTER


def _can_decide(opinion: str, action: Action) -> Callable[[Case], bool]:
    def is_offered(case: Case) -> bool:
        prepared = case.prepared
        is_ready = prepared is not None and prepared.opinion == opinion and prepared.prepared_by_id != case.user.pk
        return is_ready and action in case.actions

    return is_offered


# ---------------------------------------------------------------- the bureau
def _is_checking(case: Case) -> bool:
    return case.is_checker and case.is_own_check


def _has_proposal(case: Case) -> bool:
    check = case.check
    is_ready = check is not None and check.proposal in (Outcome.PASS, Outcome.FAIL)
    return is_ready and not case.is_own_check and Action.PASS_CHECK in case.actions


def _can_judge(case: Case) -> bool:
    is_time = case.application.state in cross_checks.BEING_CHECKED and bool(case.hits)
    return is_time and permissions.can_judge(case.user, case.application)


def _can_waive(case: Case) -> bool:
    is_time = case.application.state in cross_checks.BEING_CHECKED and bool(case.hits)
    return is_time and permissions.can_waive(case.user, case.application)


# ---------------------------------------------------------------- the site visit
def _planned_visit(case: Case) -> SiteVisit | None:
    """One that was planned here: what was drawn by lot is not called off."""
    is_drawn = {check.visit_id for check in case.follow_up.checks} if case.follow_up else set()
    rows = (visit for visit in case.visits if visit.state == visit_times.PLANNED and visit.pk not in is_drawn)
    return next(rows, None)


def _can_plan(case: Case) -> bool:
    is_time = visit_times.is_time(case.application) and permissions.can_visit(case.user, case.application)
    return is_time and _planned_visit(case) is None


def _can_call_off(case: Case) -> bool:
    visit = _planned_visit(case)
    return visit is not None and not visit.findings and permissions.can_visit(case.user, case.application)


def _call_off(case: Case, form: Any) -> None:
    if (visit := _planned_visit(case)) is not None:
        visiting.call_off(visit, by=case.user, reason=form.cleaned_data["reason"])


# In the order of the page: what decides on another's work comes before doing it anew.
DOINGS: dict[str, Doing] = {
    "recommend": Doing(
        _("Recommend"),
        forms.PlainForm,
        _can_decide(Opinion.RECOMMEND, Action.RECOMMEND),
        lambda case, form: recommending.recommend(case.application, by=case.user),
        _("Recommended: the application is with the bureau now."),
        _("As prepared below, with the letter. It cannot be taken back."),
    ),
    "decline": Doing(
        _("Decline to recommend"),
        forms.PlainForm,
        _can_decide(Opinion.DECLINE, Action.DECLINE),
        lambda case, form: recommending.decline(case.application, by=case.user),
        _("Declined: the applicant is told the reason and the route of appeal."),
        _("As prepared below; the applicant reads the reason and the route of appeal. It ends the application."),
    ),
    "prepare": Doing(
        _("Prepare the opinion"),
        forms.PrepareForm,
        lambda case: (
            case.application.state == State.RECOMMENDATION and permissions.is_recommender(case.user, case.application)
        ),
        _prepare,
        _("The opinion is kept; a leader of the unit decides on it."),
        _("The unit answers for the truth, completeness and lawfulness of what it recommends."),
    ),
    "return": Doing(
        _("Return to the applicant"),
        forms.ReturnForm,
        lambda case: Action.RETURN in case.actions,
        lambda case, form: recommending.return_to_applicant(
            case.application, by=case.user, reason=form.cleaned_data["reason"]
        ),
        _("Returned: the applicant can mend it and submit again while the call is open."),
    ),
    "accept": Doing(
        _("Accept"),
        forms.PlainForm,
        lambda case: Action.ACCEPT in case.actions,
        lambda case, form: accepting.accept(case.application, by=case.user),
        _("Accepted. The cross-checks have run; the form check can begin."),
        _("The time for the form check begins tomorrow, and the cross-checks run at once."),
    ),
    "refuse": Doing(
        _("Refuse acceptance"),
        forms.RefuseForm,
        lambda case: Action.REFUSE in case.actions,
        lambda case, form: accepting.refuse(case.application, by=case.user, **form.cleaned_data),
        _("Refused: the applicant is told the reason."),
        _("It ends the application; the applicant reads why."),
    ),
    "confirm": Doing(
        _("Confirm the proposal"),
        forms.PlainForm,
        _has_proposal,
        lambda case, form: checking.confirm(case.application, by=case.user),
        _("Confirmed."),
    ),
    "disagree": Doing(
        _("Give the check back to the clerk"),
        forms.DisagreeForm,
        _has_proposal,
        lambda case, form: checking.disagree(case.application, by=case.user, reason=form.cleaned_data["reason"]),
        _("Given back to the clerk with your reason."),
    ),
    "begin": Doing(
        _("Begin the form check"),
        forms.PlainForm,
        lambda case: case.is_checker and not case.is_own_check,
        lambda case, form: checking.begin(case.application, by=case.user),
        _("The form check is yours: go through the table."),
        _("One person answers for a check. Taken over from somebody else, it begins anew."),
    ),
    "check": Doing(
        _("Keep the results"),
        forms.CheckForm,
        _is_checking,
        lambda case, form: checking.record(case.application, by=case.user, findings=form.findings()),
        _("The results are kept."),
        _("Whatever does not meet its requirement needs a note."),
        "admin/subsidies/includes/check_fields.html",
    ),
    "ask": Doing(
        _("Ask for correction"),
        forms.CorrectionForm,
        _is_checking,
        lambda case, form: correcting.ask(
            case.application, by=case.user, items=form.items(), note=form.cleaned_data["note"]
        ),
        _("The applicant is told the whole list at once; the time for the form check stops meanwhile."),
        _(
            "A reason written beside a field or material opens it, and nothing else opens. Name everything at once. "
            "The notes of the check stand ready beside all that their items look at: empty those that need not change."
        ),
        "admin/subsidies/includes/correction_fields.html",
    ),
    "propose": Doing(
        _("Propose the outcome"),
        forms.ProposeForm,
        _is_checking,
        lambda case, form: checking.propose(case.application, by=case.user, **form.cleaned_data),
        _("Proposed: a section head who is another person confirms."),
    ),
    "plan_visit": Doing(
        _("Plan a site visit"),
        forms.PlanVisitForm,
        _can_plan,
        lambda case, form: visiting.plan(case.application, by=case.user, **form.cleaned_data),
        _("Planned; the officers are told. The record is written on its own page."),
    ),
    "call_off_visit": Doing(
        _("Call the visit off"),
        forms.CallOffForm,
        _can_call_off,
        _call_off,
        _("The visit is called off."),
    ),
    "judge": Doing(
        _("Judge a hit"),
        forms.JudgeForm,
        _can_judge,
        lambda case, form: cross_checks.judge(
            form.hit,
            by=case.user,
            judgement=form.cleaned_data["judgement"],
            reason=form.cleaned_data["reason"],
        ),
        _("The judgement is kept."),
    ),
    "waive": Doing(
        _("Approve a waiver"),
        forms.WaiveForm,
        _can_waive,
        lambda case, form: cross_checks.waive(
            form.hit,
            by=case.user,
            reason=form.cleaned_data["reason"],
            ends_on=form.cleaned_data["ends_on"],
        ),
        _("The waiver is kept; it stands until the day it ends."),
    ),
}
ABOUT_HITS = ("judge", "waive")
