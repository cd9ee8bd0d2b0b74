"""The timeline of a case and its versions beside each other."""

from typing import NamedTuple

import pytest
from django.utils import timezone

from accounts.enums import PersonKind
from subsidies import accepting, checking, cross_checks, drawing, letters
from subsidies.enums import AppealState, HitKind, Judgement, State, Verdict
from subsidies.models import Appeal, Application, CrossCheckHit, SiteVisit, Submission
from subsidies.snapshots import digest_of, snapshot_of
from subsidies.timeline import READERS, timeline_of
from tests.bases.admin_pages import client_of
from tests.factories_accounts import UserFactory, user_of_kind
from tests.factories_decision import answered, approved, decided, reviewed
from tests.factories_steps import checked as form_checked
from tests.factories_steps import drawn
from tests.factories_subsidies import ApplicationFactory, put
from tests.subsidies.desk import ask_for_correction, checked, clerk, in_check, section_head, unit_of
from tests.subsidies.panels import TECHNICAL, call_with, experts
from tests.subsidies.panels import checked as ready_to_draw
from tests.worlds import parts

pytestmark = pytest.mark.django_db


def address(application, name):
    return f"/admin/subsidies/application/{application.pk}/{name}/"


def words(application, user):
    return [happening.words for happening in timeline_of(application, user)]


class World(NamedTuple):
    whole: Application
    thrice: Application


def make_world() -> World:
    return World(case_of_every_kind(), signed_thrice())


whole, thrice = parts(World)


def case_of_every_kind():
    """A case with something of every kind."""
    by = clerk()
    application = accepting.accept(ApplicationFactory(state=State.ACCEPTANCE), by=by)
    hit = CrossCheckHit.objects.create(application=application, kind=HitKind.INVOICE, key="1", facts={"here": "1"})
    cross_checks.judge(hit, by=by, judgement=Judgement.HARMLESS, reason="同一发票两处填写")
    checked(application, by)
    checking.propose(application, by=by, outcome="pass")
    put(application, state=State.CORRECTION)
    application.corrections.create(round=1, asked_by=by, due_on="2026-12-01", grace_until="2026-12-03")
    put(application, state=State.FORM_CHECK)
    form_checked(application)
    put(application, state=State.CHECKED)
    drawn(application)
    put(application, state=State.REVIEW)
    reviewed(application, "80.00", "90.00")
    now = timezone.now()
    visit = {"visited_on": "2026-12-02", "place": "郴州", "planned_by": by, "key": "0" * 32}
    visited = SiteVisit.objects.create(application=application, findings="相符", is_as_applied=True, **visit)
    for _officer in range(2):
        visited.officers.create(user=UserFactory(), signed_at=now)
    visited.state, visited.concluded_at = "concluded", now
    visited.save()
    put(application, state=State.REVIEWED)
    put(application, state=State.MEETING)
    decision = decided(application, Verdict.REJECT, reason="不符合条件", appeal_route="十日内")
    put(application, state=State.NOT_APPROVED)
    made = {"text": "请复核", "made_by": application.started_by, "due_on": "2026-12-20"}
    answered(Appeal.objects.create(decision=decision, **made), AppealState.UPHELD, by)
    put(application, state=State.REVIEWED)
    put(application, state=State.MEETING)
    approved(application)
    letters.send(application, by=by, subject="进展告知", body="正在办理")
    application.refresh_from_db()
    return application


def test_one_list_by_time_tells_everything_in_plain_words(whole, in_english):
    found = timeline_of(whole, section_head())

    assert [each.at for each in found] == sorted((each.at for each in found), reverse=True)
    assert {each.words for each in found} >= {
        "Accept: now “Form check”",
        "Form check begun",
        "Outcome of the form check proposed: Meets the requirement",
        "Hit judged, Same invoice: No obstacle",
        "Correction 1 asked for: 0 places, until 1 December 2026",
        "Panel drawn",
        "Draw of the panel confirmed",
        "Expert accepted and declared to be impartial",
        "Score sheet signed: 80.00",
        "Score sheet signed: 90.00",
        "Site visit planned for 2 December 2026",
        "Site visit concluded: as applied for",
        "Appeal made, to be answered by 20 December 2026",
        "Appeal answered: Upheld",
        "Letter sent: 进展告知",
    }
    assert sum("Decision of the meeting released: Decide against" in each.words for each in found) == 1
    assert sum("Reserved at the decision" in each.words for each in found) == 1


def test_a_draw_that_was_discarded_stays_in_the_timeline_with_its_reason(in_english):
    (application,) = ready_to_draw(call_with({"size": 1}))
    experts(TECHNICAL)
    by, head = clerk(), section_head()
    drawing.discard(drawing.draw(application.call, [application], by=by), by=head, reason="回避名单有误")

    told = [(each.words, each.by, each.detail) for each in timeline_of(application, section_head())]

    assert told[:2] == [("Draw of the panel discarded", str(head), "回避名单有误"), ("Panel drawn", str(by), "")]


def test_each_kind_is_one_query_however_many_rows(whole, django_assert_num_queries):
    head = section_head()
    timeline_of(whole, head)

    with django_assert_num_queries(3 + len(READERS)):  # and the way, its redirects and the corrections
        timeline_of(whole, head)


def test_a_unit_reads_the_way_and_the_corrections_alone(whole, in_english):
    assert words(whole, unit_of(whole).officer) == [
        "Put before the meeting: now “Before the collective meeting”",
        "Reopen after an appeal: now “Reviewed by experts”",
        "Decide against: now “Not approved”",
        "Put before the meeting: now “Before the collective meeting”",
        "Close the expert review: now “Reviewed by experts”",
        "Begin the expert review: now “Expert review”",
        "Pass the form check: now “Passed the form check”",
        "Resubmit: now “Form check”",
        "Correction 1 asked for: 0 places, until 1 December 2026",
        "Accept: now “Form check”",
        "Recommend: now “Waiting for acceptance”",
        "Sign and submit: now “Waiting for the recommendation”",
    ]


def test_a_unit_reads_its_own_reasons_and_the_applicants_and_never_the_bureaus():
    application = in_check()
    by = clerk()
    application.steps.create(action="pass_check", from_state="form_check", to_state="checked", by=by, reason="内部意见")
    application.steps.create(action="reject", from_state="meeting", to_state="not_approved", by=by, reason="投入不足")
    application.steps.create(
        action="recommend", from_state="recommendation", to_state="acceptance", by=by, reason="同意推荐"
    )
    told = {"投入不足", "同意推荐"}
    officer = unit_of(application).officer

    assert {each.detail for each in timeline_of(application, officer)} - {""} == told
    page = client_of(officer).get(f"/admin/subsidies/application/{application.pk}/change/").content.decode()
    assert told <= {each for each in ("内部意见", *told) if each in page}
    assert "内部意见" not in page
    assert {each.detail for each in timeline_of(application, by)} >= {"内部意见", *told}


def test_who_has_an_interest_reads_nothing_of_the_deliberation(whole, in_english):
    head = section_head()
    put(whole, started_by_id=head.pk)
    whole.refresh_from_db()

    assert not [
        each
        for each in words(whole, head)
        if each.startswith(("Panel", "Draw", "Expert accepted", "Score sheet", "Site visit", "Decision of"))
    ]


def test_finance_reads_decisions_and_money_and_neither_experts_nor_letters(whole, in_english):
    found = words(whole, user_of_kind(PersonKind.FINANCE))

    assert any("Reserved at the decision" in each for each in found)
    assert any("Decision of the meeting released" in each for each in found)
    assert not any(each.startswith(("Expert", "Score sheet", "Letter")) for each in found)


def test_the_page_shows_the_timeline_to_who_sees_the_case_and_to_nobody_else(whole):
    assert "进展告知" in client_of(clerk()).get(address(whole, "timeline")).content.decode()
    assert client_of(unit_of(in_check()).officer).get(address(whole, "timeline")).status_code == 404
    assert client_of(user_of_kind(PersonKind.EXPERT)).get(address(whole, "timeline")).status_code in (302, 403)


# ---------------------------------------------------------------- versions
def sign(application, time, **data):
    application.data = {**application.data, **data}
    snapshot = snapshot_of(application)
    return Submission.objects.create(
        application=application,
        round=time,
        snapshot=snapshot,
        digest=digest_of(snapshot),
        receipt_code=f"CODE{application.pk}{time}",
        signed_by=application.started_by,
    )


def signed_thrice():
    application = in_check()
    sign(application, 0, contact_name="李工")
    sign(application, 1, contact_name="王工")
    sign(application, 2, contact_name="王工", trl_after=8)
    return application


def compared(application, query=""):
    context = client_of(clerk()).get(address(application, "versions") + query).context
    return [(line.place, line.before, line.after) for line in context["lines"]]


def test_any_two_signatures_are_compared_the_last_two_at_first(thrice):
    assert compared(thrice) == [("trl_after", "7 级", "8 级")]
    assert compared(thrice, "?before=0&after=1") == [("contact_name", "李工", "王工")]
    assert compared(thrice, "?before=0&after=2") == [("contact_name", "李工", "王工"), ("trl_after", "7 级", "8 级")]
    assert compared(thrice, "?before=2&after=0") == [("contact_name", "王工", "李工"), ("trl_after", "8 级", "7 级")]
    assert compared(thrice, "?before=1&after=1") == []


@pytest.mark.parametrize("query", ["?before=9&after=1", "?before=x", "?after=-1", "?before=&after="])
def test_a_signature_that_does_not_exist_is_told(thrice, query):
    answer = client_of(clerk()).get(address(thrice, "versions") + query)

    assert answer.status_code == 200
    assert answer.context["lines"] == []


def test_a_case_signed_once_has_nothing_to_compare():
    application = in_check()
    sign(application, 0)

    assert compared(application) == []


def test_a_correction_shows_how_many_places_it_asked_for(in_english):
    application = in_check()
    ask_for_correction(application, materials=["A01"])

    assert sum("Correction 1 asked for: 1 place, until" in each for each in words(application, clerk())) == 1
