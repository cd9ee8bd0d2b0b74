"""The way of an application: three people of a firm, two of a county, two of the bureau, each in a browser."""

from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import expect

from accounts.enums import MembershipRole, OrganisationKind, PersonKind
from common.models import Notice
from subsidies.enums import Outcome, State
from subsidies.models import Application, Call
from tests.factories import DivisionFactory
from tests.factories_accounts import OrganisationFactory, user_of_kind
from tests.factories_subsidies import CallFactory, SchemeFactory, firm, person_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pdf(tmp_path: Path):  # type: ignore[no-untyped-def]
    def written(name: str) -> str:
        document = pikepdf.new()
        document.add_blank_page()
        document.save(tmp_path / name)
        return str(tmp_path / name)

    return written


@pytest.fixture
def call() -> Call:
    scheme = SchemeFactory(name_zh="重大中试项目产业化奖补（示例）", name_en="Industrialisation award (example)")
    call: Call = CallFactory(
        scheme=scheme, slug="example", name_zh="2026 年产业化奖补申报（示例）", name_en="Example call"
    )
    return call


@pytest.fixture
def unit():  # type: ignore[no-untyped-def]
    return OrganisationFactory(
        kind=OrganisationKind.GOVERNMENT, registered_division=DivisionFactory(), name_zh="示例县科技局"
    )


def test_a_firm_applies_is_recommended_checked_corrected_and_passes(arrive, call, unit, pdf):  # type: ignore[no-untyped-def]
    own = firm(name_zh="示例新材料有限公司", name_en="Example Materials", recommender=unit)
    administrator, lead, member = (
        arrive(person_of(own, role))
        for role in (MembershipRole.ADMINISTRATOR, MembershipRole.PROJECT_LEAD, MembershipRole.MEMBER)
    )
    officer, leader = (arrive(person_of(unit, role)) for role in (MembershipRole.OFFICER, MembershipRole.LEADER))
    clerk, head = (arrive(user_of_kind(kind)) for kind in (PersonKind.BUREAU_CLERK, PersonKind.SECTION_HEAD))
    anybody = arrive()

    anybody.opens("/calls/example/")
    anybody.looks("call")

    # The lead begins; three people write.
    lead.opens("/applications/start/example/")
    lead.tab.locator("[name=project_name]").fill("含氟新材料中试")
    lead.tab.locator("form.measure button[type=submit]").click()
    lead.tab.wait_for_url("**/applications/*-*/**")
    application = Application.objects.get()
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
    member.tab.locator("#file-A01").set_input_files(pdf("营业执照.pdf"))
    expect(member.tab.locator("#material-A01 .file-name")).to_have_count(1)
    lead.opens(f"{place}/")
    lead.looks("workspace")
    lead.tab.locator(f'form[action$="{place}/hand-over/"] button').click()
    lead.tab.wait_for_load_state("networkidle")

    # The administrator signs for the unit.
    administrator.opens(f"{place}/sign/")
    administrator.tab.locator("#id_pledge").check()
    administrator.looks("sign")
    administrator.tab.locator("form:has(#id_pledge) button[type=submit]").click()
    administrator.tab.wait_for_url("**/receipts/**")
    administrator.looks("receipt")
    application.refresh_from_db()
    assert (application.state, application.number) == (State.RECOMMENDATION, "ZSBZ-2026-431025-0001")
    anybody.opens(f"/receipts/{application.submissions.get().receipt_code}/")
    anybody.looks("receipt-check")
    assert application.number in anybody.tab.content()
    anybody.opens(f"{place}/")
    assert "/accounts/login/" in anybody.tab.url

    # The county: an officer prepares, a leader decides.
    case = f"/admin/subsidies/application/{application.pk}/change/"
    officer.opens(case)
    officer.does("prepare", opinion="recommend", text="情况属实，同意推荐。", letter=pdf("推荐函.pdf"))
    leader.opens("/admin/subsidies/application/")
    leader.looks("queue")
    leader.opens(case)
    leader.does("recommend")

    # The bureau: accepted, checked, sent back for one answer.
    clerk.opens(case)
    clerk.does("accept")
    clerk.does("begin")
    clerk.does("check", **{"outcome-C1": Outcome.PASS, "outcome-C2": Outcome.CORRECT, "note-C2": "与附件不符"})
    clerk.looks("case")
    clerk.does("ask", **{"reason-investment_yuan": "与合同合计不一致，请核对"})
    application.refresh_from_db()
    assert application.state == State.CORRECTION

    # The firm mends what was asked for, and nothing else is open.
    lead.opens(f"{place}/")
    lead.looks("correction")
    lead.opens(f"{place}/sections/pilot/")
    open_for_writing = lead.tab.locator("[name^=answer-]").evaluate_all("inputs => inputs.map(each => each.name)")
    assert open_for_writing == ["answer-investment_yuan"]
    lead.fills("investment_yuan", "880.5")
    lead.goes_on()
    administrator.opens(f"{place}/sign/")
    administrator.tab.locator("#id_pledge").check()
    administrator.tab.locator("form:has(#id_pledge) button[type=submit]").click()
    administrator.tab.wait_for_url("**/receipts/1/**")

    # Checked once more, and confirmed by another person.
    clerk.opens(case)
    clerk.does("begin")
    clerk.does("check", **{"outcome-C1": Outcome.PASS, "outcome-C2": Outcome.PASS})
    clerk.does("propose", outcome=Outcome.PASS)
    head.opens(case)
    head.looks("confirm")
    head.does("confirm")
    application.refresh_from_db()
    assert (application.state, application.data["investment_yuan"]) == (State.CHECKED, "8805000.00")

    administrator.opens("/accounts/inbox/")
    administrator.looks("inbox")
    told = Notice.objects.filter(recipient__memberships__organisation=own, recipient__memberships__role="administrator")
    assert told.count() >= 4
    walkers = (administrator, lead, member, officer, leader, clerk, head, anybody)
    assert [problem for walker in walkers for problem in walker.problems] == []
