"""From the call in the desk to the passed check: the firms, the county, the clerk and the head."""

from datetime import timedelta

from django.utils import timezone

from accounts.enums import MembershipRole
from subsidies.enums import Outcome, State
from subsidies.models import Application, Call
from tests.browser.town import Town
from tests.browser.walkers import Walker
from tests.factories_subsidies import SMALL_CONTENT, CallFactory, SchemeFactory, person_of
from tests.subsidies.signing import put_file

# One technical expert: whoever declines, any reserve keeps the panel as it must be.
PANEL = {"size": 3, "reserves": 1, "least": {"technical": 1}, "least_total": "60", "widest_spread": "30"}
CONTENT = {**SMALL_CONTENT, "panel": PANEL, "visit": "after_panel"}
NAMES = ("含氟新材料中试", "固态电池中试", "稀贵金属回收中试")


def opens_the_call(town: Town) -> Call:
    """Copied by the clerk from the call of the year before, published by the head."""
    scheme = SchemeFactory(name_zh="重大中试项目产业化奖补（示例）", name_en="Industrialisation award (example)")
    before = CallFactory(
        scheme=scheme,
        slug="example-2024",
        year=2024,
        name_zh="2024 年产业化奖补申报（示例）",
        name_en="Example call 2024",
        number_prefix="",
        content=CONTENT,
        opens_at=timezone.now() - timedelta(days=360),
        closes_at=timezone.now() - timedelta(days=330),
        recommend_closes_at=timezone.now() - timedelta(days=320),
    )
    clerk = town.clerk
    clerk.opens(f"/admin/subsidies/call/{before.pk}/copy/")
    clerk.tab.locator("[name=year]").fill("2025")
    clerk.sends("form:has([name=year])")
    call: Call = Call.objects.get(year=2025)
    dates = {"opens_at": "2025-09-01", "closes_at": "2025-09-05", "recommend_closes_at": "2025-09-12"}
    for name, day in dates.items():
        clerk.tab.locator(f"[name={name}_0]").fill(day)
        clerk.tab.locator(f"[name={name}_1]").fill("08:30:00")
    clerk.sends("#call_form")
    town.head.opens(f"/admin/subsidies/call/{call.pk}/publish/")
    town.head.sends("#act_form")
    town.anybody.opens(call.get_absolute_url())
    town.anybody.looks("call")
    return call


def applies_by_hand(town: Town, call: Call) -> Application:
    """The lead begins, a member writes with the lead, the administrator signs for the firm."""
    own = town.firms[0]
    lead = town.comes(person_of(own, MembershipRole.PROJECT_LEAD))
    member = town.comes(person_of(own, MembershipRole.MEMBER))
    lead.opens(f"/applications/start/{call.slug}/")
    lead.tab.locator("[name=project_name]").fill(NAMES[0])
    lead.tab.locator("form.measure button[type=submit]").click()
    lead.tab.wait_for_url("**/applications/*-*/**")
    application: Application = Application.objects.get()
    place = f"/applications/{application.public_id}"
    lead.opens(f"{place}/sections/unit/")
    lead.fills("contact_name", "李工")
    lead.fills("contact_phone", "0735-2368000")
    lead.goes_on()
    member.opens(f"{place}/sections/pilot/")
    member.chooses_yes("own_pilot")
    member.fills("investment_yuan", "900")
    member.tab.locator("#field-trl_before").select_option("4")
    member.tab.locator("#field-trl_after").select_option("7")
    member.looks("section")
    member.goes_on()
    member.opens(f"{place}/")
    member.tab.locator("#file-A01").set_input_files(town.paper("营业执照.pdf"))
    member.tab.locator("#material-A01 .file-name").wait_for()
    lead.opens(f"{place}/")
    lead.looks("workspace")
    lead.leaves_by(f'form[action$="{place}/hand-over/"] button')
    signs(town, application)
    return application


def applies_prepared(town: Town, call: Call, number: int) -> Application:
    """Written already: the administrator signs and hands in."""
    own = town.firms[number]
    made: Application = Application.objects.create(
        call=call,
        call_version=call.current_version(),
        organisation=own,
        recommender=own.recommender,
        project_name=NAMES[number],
        data=dict(Application.objects.get(project_name=NAMES[0]).data),
        started_by=person_of(own, MembershipRole.PROJECT_LEAD),
    )
    put_file(made, "A01", f"%PDF-1.4 {number}".encode())
    signs(town, made)
    return made


def signs(town: Town, application: Application) -> None:
    administrator, place = town.administrator_of(application), f"/applications/{application.public_id}"
    administrator.opens(f"{place}/sign/")
    administrator.tab.locator("#id_pledge").check()
    administrator.looks("sign")
    administrator.tab.locator("form:has(#id_pledge) button[type=submit]").click()
    administrator.tab.wait_for_url("**/receipts/**")
    administrator.looks("receipt")


def anybody_checks_the_receipt(town: Town, application: Application) -> None:
    application.refresh_from_db()
    assert (application.state, application.number) == (State.RECOMMENDATION, "ZSBZ-2025-431025-0001")
    town.anybody.opens(f"/receipts/{application.submissions.get().receipt_code}/")
    town.anybody.looks("receipt-check")
    assert application.number in town.anybody.tab.content()
    town.anybody.opens(f"/applications/{application.public_id}/")
    assert "/accounts/login/" in town.anybody.tab.url


def is_recommended(town: Town, application: Application) -> None:
    """An officer prepares, a leader decides."""
    case = case_of(application)
    town.officer.opens(case)
    letter = town.paper(f"推荐函{application.pk}.pdf")
    town.officer.does("prepare", opinion="recommend", text="情况属实，同意推荐。", letter=letter)
    town.leader.opens("/admin/subsidies/application/")
    town.leader.looks("queue")
    town.leader.opens(case)
    town.leader.does("recommend")


def is_checked(town: Town, application: Application) -> None:
    town.clerk.opens(case_of(application))
    town.clerk.does("accept")
    town.clerk.does("begin")
    passes(town, application)


def is_corrected_and_checked(town: Town, application: Application) -> None:
    """One answer is asked for, and nothing else is open meanwhile."""
    clerk, lead = town.clerk, next(walker for walker, who in town.people.items() if who == application.started_by)
    clerk.opens(case_of(application))
    clerk.does("accept")
    clerk.does("begin")
    clerk.does("check", **{"outcome-C1": Outcome.PASS, "outcome-C2": Outcome.CORRECT, "note-C2": "与附件不符"})
    clerk.looks("case")
    clerk.does("ask", **{"reason-investment_yuan": "与合同合计不一致，请核对"})
    application.refresh_from_db()
    assert application.state == State.CORRECTION
    lead.opens(f"/applications/{application.public_id}/")
    lead.looks("correction")
    lead.opens(f"/applications/{application.public_id}/sections/pilot/")
    assert _open_fields(lead) == ["answer-investment_yuan"]
    lead.fills("investment_yuan", "880.5")
    lead.goes_on()
    signs(town, application)
    clerk.opens(case_of(application))
    clerk.does("begin")
    passes(town, application)


def passes(town: Town, application: Application) -> None:
    """Proposed by the clerk, confirmed by another person."""
    town.clerk.does("check", **{"outcome-C1": Outcome.PASS, "outcome-C2": Outcome.PASS})
    town.clerk.does("propose", outcome=Outcome.PASS)
    town.head.opens(case_of(application))
    town.head.looks("confirm")
    town.head.does("confirm")


def _open_fields(lead: Walker) -> list[str]:
    names: list[str] = lead.tab.locator("[name^=answer-]").evaluate_all("inputs => inputs.map(each => each.name)")
    return names


def case_of(application: Application) -> str:
    return f"/admin/subsidies/application/{application.pk}/change/"
