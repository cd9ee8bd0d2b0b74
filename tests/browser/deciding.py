"""From checked files to released decisions: experts, visits, a meeting and its budget."""

from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from subsidies.enums import AssignmentState, Verdict
from subsidies.models import Application, Assignment, Call, Decision, Draw, Meeting, SiteVisit
from tests.browser.applying import NAMES, case_of
from tests.browser.town import Town
from tests.browser.walkers import Walker

POINTS = {NAMES[0]: "86", NAMES[1]: "78", NAMES[2]: "64"}
SEATS = 9


def draws(town: Town, call: Call) -> None:
    """One person draws, another confirms."""
    town.clerk.opens(f"/admin/subsidies/draw/new/{call.pk}/")
    town.clerk.looks("draw-preview")
    town.clerk.sends("form:has([name=application])")
    town.head.opens(f"/admin/subsidies/draw/{Draw.objects.get().pk}/change/")
    town.head.looks("draw")
    town.head.sends("form:has([name=deed][value=confirm])")
    assert invited().count() == SEATS


def declines(experts: dict[User, Walker]) -> None:
    """One of those invited; a reserve is asked in the same moment."""
    seat = invited()[0]
    expert = experts[seat.expert.user]
    expert.opens(f"/reviews/{seat.pk}/")
    expert.looks("invitation")
    expert.tab.locator("[name=reason][value=time]").check()
    expert.sends("form[action$='/decline/']")
    assert invited().count() == SEATS


def invited():  # type: ignore[no-untyped-def]
    rows = Assignment.objects.filter(state=AssignmentState.INVITED).order_by("pk")
    return rows.select_related("expert__user", "application")


def reviews(expert: Walker, seat: Assignment) -> None:
    expert.opens(f"/reviews/{seat.pk}/")
    expert.tab.locator("[name=is_impartial]").check()
    expert.sends("form[action$='/accept/']")
    expert.opens(f"/reviews/{seat.pk}/file/")
    expert.looks("review-file")
    expert.opens(f"/reviews/{seat.pk}/sheet/")
    expert.tab.locator("[name=points-S1]").fill(POINTS[seat.application.project_name])
    expert.tab.locator("[name=opinion]").fill("过程可信，达到要求。")
    expert.looks("sheet")
    expert.leaves_by("button[name=sign]")


def visits(town: Town, application: Application) -> None:
    """Planned at the desk, written on a phone, signed by both officers."""
    clerk, officers = town.clerk, (town.clerk, town.second_clerk)
    clerk.opens(case_of(application))
    form = clerk.tab.locator('form:has(input[name="do"][value="plan_visit"])')
    if not form.is_visible():
        clerk.tab.locator("#plan_visit summary").click()
    form.locator('[name$="visited_on"]').fill(timezone.localdate().isoformat())
    form.locator('[name$="place"]').fill("临武县产业园")
    for officer in officers:
        form.locator(f'[name$="officers"][value="{town.people[officer].pk}"]').check()
    with clerk.tab.expect_navigation():
        form.locator("input[type=submit]").click()
    place = f"/visits/{SiteVisit.objects.get(application=application).key}/"
    clerk.opens(place)
    clerk.tab.locator("[name=findings]").fill("生产线运行正常，与申报一致。")
    clerk.tab.locator("[name=is_as_applied]").first.select_option(index=1)
    clerk.looks("visit")
    clerk.tab.locator("#visit button[type=submit]").click()
    expect(clerk.tab.locator("#save-line")).to_have_text("已保存到市科技局。")
    for officer in officers:
        officer.opens(place)
        officer.sends("form[action$='/sign/']")


def meets(town: Town, call: Call) -> None:
    """Put on the agenda by the head, recorded by the clerk, released by the leader."""
    clerk, head, chief = town.clerk, town.head, town.chief
    clerk.opens("/admin/subsidies/meeting/add/")
    clerk.tab.locator("[name=call]").select_option(str(call.pk))
    clerk.tab.locator("[name=held_on]").fill(timezone.localdate().isoformat())
    clerk.tab.locator("[name=members-0-name]").fill("王局长")
    clerk.tab.locator("[name=members-0-is_chair]").check()
    clerk.tab.locator("[name=members-1-name]").fill("李副局长")
    clerk.sends("form:has([name=members-0-name])")
    meeting = f"/admin/subsidies/meeting/{Meeting.objects.get().pk}/change/"
    head.opens(meeting)
    for box in head.tab.locator("[name$=applications]").all():
        box.check()
    head.sends('form:has(input[name="do"][value="propose"])')
    for decision in Decision.objects.order_by("position"):
        clerk.opens(meeting)
        _record(clerk, decision)
    clerk.opens(meeting)
    clerk.looks("meeting")
    chief.opens(meeting)
    chief.does("release", minutes_number="郴科党纪〔2025〕12号")
    chief.looks("released")


def _record(clerk: Walker, decision: Decision) -> None:
    """The first two are approved, for which the money reaches; the third waits for another budget."""
    if decision.position < 3:
        clerk.does(f"stage-{decision.pk}", verdict=Verdict.APPROVE)
    else:
        given = {"verdict": Verdict.DEFER, "deferral": "budget", "appeal_route": "机关纪委"}
        clerk.does(f"stage-{decision.pk}", reason="本年度预算不足，顺延至下一年度。", **given)


def firms_read_the_decision(town: Town, applications: list[Application], experts: dict[User, Walker]) -> None:
    for application in applications:
        reader = town.administrator_of(application)
        reader.opens(f"/applications/{application.public_id}/")
        reader.looks("decision")
        words = reader.tab.locator("main").inner_text()
        assert [expert for expert in experts if expert.name in words] == []
