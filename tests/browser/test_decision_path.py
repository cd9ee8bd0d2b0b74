"""From checked files to released decisions: experts, visits, a meeting and its budget, each person in a browser."""

from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from subsidies.enums import AssignmentState, ExpertKind, State, Verdict
from subsidies.models import Application, Assignment, Budget, Call, Decision, Draw, Meeting, SiteVisit
from tests.browser.walkers import Walker
from tests.factories_accounts import user_of_kind
from tests.factories_decision import ExpertFactory, budget_for
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory, SchemeFactory, firm, person_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# One technical expert: whoever declines, any reserve keeps the panel as it must be.
PANEL = {"size": 3, "reserves": 1, "least": {"technical": 1}, "least_total": "60", "widest_spread": "30"}
NAMES = ("含氟新材料中试", "固态电池中试", "稀贵金属回收中试")
OTHER_KINDS, LEADER = (ExpertKind.FINANCE, ExpertKind.INDUSTRY), PersonKind.BUREAU_LEADER
POINTS = {NAMES[0]: "86", NAMES[1]: "78", NAMES[2]: "64"}


@pytest.fixture
def applications() -> list[Application]:
    """Three firms whose files have passed the form check; the way there is test_whole_path's."""
    scheme = SchemeFactory(name_zh="重大中试项目产业化奖补（示例）")
    content = {**SMALL_CONTENT, "panel": PANEL, "visit": "after_panel"}
    call = CallFactory(scheme=scheme, slug="example", name_zh="2026 年产业化奖补申报（示例）", content=content)
    budget_for(call, Decimal("4000000.00"))  # for two awards
    return [
        ApplicationFactory(
            call=call,
            state=State.CHECKED,
            project_name=name,
            organisation=firm(name_zh=f"示例{number}号有限公司"),
        )
        for number, name in zip("甲乙丙", NAMES, strict=True)
    ]


def test_three_applications_are_drawn_reviewed_visited_and_decided_within_the_budget(arrive, applications):  # type: ignore[no-untyped-def]
    clerks = [user_of_kind(PersonKind.BUREAU_CLERK) for _each in range(2)]
    officers = [arrive(person) for person in clerks]
    clerk, head, chief = officers[0], arrive(user_of_kind(PersonKind.SECTION_HEAD)), arrive(user_of_kind(LEADER))
    experts = {
        expert.user: arrive(expert.user)
        for expert in [ExpertFactory() for _each in range(4)] + [ExpertFactory(kind=kind) for kind in OTHER_KINDS]
    }

    _draw(clerk, head, applications[0].call)
    assert Assignment.objects.filter(state=AssignmentState.INVITED).count() == 9
    _decline(experts)
    for seat in Assignment.objects.filter(state=AssignmentState.INVITED).select_related("expert__user", "application"):
        _review(experts[seat.expert.user], seat)
    assert _states() == dict.fromkeys(NAMES, State.REVIEWED)

    for application in applications:
        _visit(officers, clerks, application)
    assert set(SiteVisit.objects.values_list("state", flat=True)) == {"concluded"}

    _meet(clerk, head, chief, applications[0].call)
    assert _states() == {
        NAMES[0]: State.PUBLICITY_READY,
        NAMES[1]: State.PUBLICITY_READY,
        NAMES[2]: State.DEFERRED,
    }

    finance = arrive(user_of_kind(PersonKind.FINANCE))
    finance.opens(f"/admin/subsidies/budget/{Budget.objects.get().pk}/change/")
    finance.looks("budget")
    readers = [
        arrive(person_of(application.organisation, MembershipRole.ADMINISTRATOR)) for application in applications
    ]
    for reader, application in zip(readers, applications, strict=True):
        reader.opens(f"/applications/{application.public_id}/")
        reader.looks("decision")
        words = reader.tab.locator("main").inner_text()
        assert [expert for expert in experts if expert.name in words] == []
    walkers = [*officers, head, chief, finance, *readers, *experts.values()]
    assert [problem for walker in walkers for problem in walker.problems] == []


def _states() -> dict[str, str]:
    return dict(Application.objects.values_list("project_name", "state"))


def _draw(clerk: Walker, head: Walker, call: Call) -> None:
    """One person draws, another confirms."""
    clerk.opens(f"/admin/subsidies/draw/new/{call.pk}/")
    clerk.looks("draw-preview")
    _send(clerk, "form:has([name=application])")
    head.opens(f"/admin/subsidies/draw/{Draw.objects.get().pk}/change/")
    head.looks("draw")
    _send(head, "form:has([name=deed][value=confirm])")


def _decline(experts: dict[User, Walker]) -> None:
    """One of those invited; a reserve is asked in the same moment."""
    seat = Assignment.objects.filter(state=AssignmentState.INVITED).select_related("expert__user")[0]
    expert = experts[seat.expert.user]
    expert.opens(f"/reviews/{seat.pk}/")
    expert.looks("invitation")
    expert.tab.locator("[name=reason][value=time]").check()
    _send(expert, "form[action$='/decline/']")
    assert Assignment.objects.filter(state=AssignmentState.INVITED).count() == 9


def _review(expert: Walker, seat: Assignment) -> None:
    expert.opens(f"/reviews/{seat.pk}/")
    expert.tab.locator("[name=is_impartial]").check()
    _send(expert, "form[action$='/accept/']")
    expert.opens(f"/reviews/{seat.pk}/file/")
    expert.looks("review-file")
    expert.opens(f"/reviews/{seat.pk}/sheet/")
    expert.tab.locator("[name=points-S1]").fill(POINTS[seat.application.project_name])
    expert.tab.locator("[name=opinion]").fill("过程可信，达到要求。")
    expert.looks("sheet")
    expert.tab.locator("button[name=sign]").click()
    expert.tab.wait_for_load_state("networkidle")


def _visit(officers: list[Walker], people: list[User], application: Application) -> None:
    """Planned at the desk, written on a phone, signed by both."""
    clerk = officers[0]
    clerk.opens(f"/admin/subsidies/application/{application.pk}/change/")
    form = clerk.tab.locator('form:has(input[name="do"][value="plan_visit"])')
    if not form.is_visible():
        clerk.tab.locator("#plan_visit summary").click()
    form.locator('[name$="visited_on"]').fill(timezone.localdate().isoformat())
    form.locator('[name$="place"]').fill("临武县产业园")
    for person in people:
        form.locator(f'[name$="officers"][value="{person.pk}"]').check()
    form.locator("input[type=submit]").click()
    clerk.tab.wait_for_load_state("networkidle")
    place = f"/visits/{SiteVisit.objects.get(application=application).key}/"
    clerk.opens(place)
    clerk.tab.locator("[name=findings]").fill("生产线运行正常，与申报一致。")
    clerk.tab.locator("[name=is_as_applied]").first.select_option(index=1)
    clerk.looks("visit")
    clerk.tab.locator("#visit button[type=submit]").click()
    clerk.tab.wait_for_load_state("networkidle")
    for officer in officers:
        officer.opens(place)
        _send(officer, "form[action$='/sign/']")


def _meet(clerk: Walker, head: Walker, chief: Walker, call: Call) -> None:
    """Put on the agenda by the head, recorded by the clerk, released by the leader."""
    clerk.opens("/admin/subsidies/meeting/add/")
    clerk.tab.locator("[name=call]").select_option(str(call.pk))
    clerk.tab.locator("[name=held_on]").fill(timezone.localdate().isoformat())
    clerk.tab.locator("[name=members-0-name]").fill("王局长")
    clerk.tab.locator("[name=members-0-is_chair]").check()
    clerk.tab.locator("[name=members-1-name]").fill("李副局长")
    _send(clerk, "form:has([name=members-0-name])")
    meeting = f"/admin/subsidies/meeting/{Meeting.objects.get().pk}/change/"
    head.opens(meeting)
    for box in head.tab.locator("[name$=applications]").all():
        box.check()
    _send(head, 'form:has(input[name="do"][value="propose"])')
    for decision in Decision.objects.order_by("position"):
        clerk.opens(meeting)
        _record(clerk, decision)
    clerk.opens(meeting)
    clerk.looks("meeting")
    chief.opens(meeting)
    chief.does("release", minutes_number="郴科党纪〔2026〕12号")
    chief.looks("released")


def _record(clerk: Walker, decision: Decision) -> None:
    """The first two are approved, for which the money reaches; the third waits for another budget."""
    if decision.position < 3:
        clerk.does(f"stage-{decision.pk}", verdict=Verdict.APPROVE)
    else:
        given = {"verdict": Verdict.DEFER, "deferral": "budget", "appeal_route": "机关纪委"}
        clerk.does(f"stage-{decision.pk}", reason="本年度预算不足，顺延至下一年度。", **given)


def _send(walker: Walker, form: str) -> None:
    walker.tab.locator(form).first.locator("[type=submit]").last.click()
    walker.tab.wait_for_load_state("networkidle")
    expect(walker.tab.locator(".errorlist, .errornote")).to_have_count(0)
