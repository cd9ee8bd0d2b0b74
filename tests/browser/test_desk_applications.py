import pytest
from django.test import Client

from accounts.enums import MembershipRole
from subsidies import checking, cross_checks, letters
from subsidies.checking import Finding
from subsidies.enums import HitKind, State
from subsidies.models import CrossCheckHit, IntegrityEntry
from subsidies.saved_views import keep
from tests.browser.axe import UNFOLDED, faults
from tests.factories_subsidies import ApplicationFactory, CallFactory, person_of
from tests.subsidies.desk import checked, clerk, in_check, prepared, section_head, to_recommend
from tests.subsidies.signing import put_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/subsidies/application/"
AT_UNITS = "/admin/subsidies/applicationatunit/"


def sign_in(tab, site, user):
    client = Client()
    client.force_login(user)
    tab.context.clear_cookies()
    tab.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])


@pytest.fixture
def desk(site):
    """The people of the desk, each with the addresses of what waits for them."""
    checker, head = clerk(), section_head()
    call = CallFactory(quota_per_recommender=3, name_zh="2026 年度中试产业化奖补")
    waiting = to_recommend(call=call, project_name="六氟磷酸锂中试放大")
    leader = prepared(waiting).leader
    accepted = ApplicationFactory(call=call, state=State.ACCEPTANCE, project_name="稀贵金属综合回收中试")
    own = in_check(call=call, project_name="固态电池电解质中试")
    put_file(own, "A01")
    checked(own, checker, C2="correct")
    IntegrityEntry.objects.create(name=own.organisation.name_zh, basis="执行案件", listed_on="2026-01-01")
    cross_checks.run(own)
    CrossCheckHit.objects.create(application=own, kind=HitKind.INVOICE, key="24431000", facts={"here": "24431000"})
    proposed = in_check(call=call, project_name="铸锻造轻量化中试")
    checked(proposed, checker)
    checking.propose(proposed, by=checker, outcome="pass", note="材料齐全")
    letters.send(own, by=checker, subject="补正提醒", body="请按期补正。")
    keep(checker, name="快到期", query="clock=soon")
    cases = {leader: [waiting], checker: [accepted, own], head: [proposed]}
    found = {user: ["/admin/", LIST, *(f"{LIST}{each.pk}/change/" for each in rows)] for user, rows in cases.items()}
    moved = to_recommend(call=call, project_name="石墨负极材料中试")
    moved.organisation.recommender = waiting.recommender
    moved.organisation.save()
    at_unit = f"{AT_UNITS}{moved.pk}/change/"
    found[head] += [AT_UNITS, at_unit, f"/admin/accounts/organisation/{moved.organisation_id}/change/"]
    found[checker] += [AT_UNITS, at_unit]
    found[checker] += [f"{LIST}?turn=mine", *(f"{LIST}{own.pk}/{page}/" for page in ("timeline", "versions", "write"))]
    return found


def test_axe_finds_nothing_in_queue_and_case_and_neither_is_wider_than_its_window(site, page, desk):
    found = {}
    for user, addresses in desk.items():
        sign_in(page, site, user)
        for address in addresses:
            page.goto(f"{site}{address}")
            page.evaluate(UNFOLDED)
            if problems := faults(page, (390, 1280)):
                found[address] = problems

    assert found == {}


def test_queue_and_case_obey_the_policy_of_the_site(site, plain_page, desk):
    for user, addresses in desk.items():
        sign_in(plain_page, site, user)
        for address in addresses:
            plain_page.goto(f"{site}{address}")


def test_on_a_phone_the_table_of_a_check_needs_no_scrolling_and_its_notes_have_the_whole_width(site, page):
    application, by = in_check(), clerk()
    checking.begin(application, by=by)
    sign_in(page, site, by)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}{LIST}{application.pk}/change/")
    for details in page.locator("details").all():
        details.evaluate("element => { element.open = true }")

    places = page.locator(".desk-scroll:has(.case-lines)")
    sizes = places.evaluate_all("all => all.map(each => each.scrollWidth - each.clientWidth)")
    widths = page.locator(".case-lines :is(input, textarea)").evaluate_all("all => all.map(each => each.offsetWidth)")

    assert sizes == [0, 0]
    assert min(widths) > 280
    assert page.get_by_text("说明：C1").is_visible()


def test_a_section_head_redirects_in_the_browser(site, page):
    application = to_recommend()
    unit = to_recommend().recommender
    person_of(unit, MembershipRole.OFFICER)
    sign_in(page, site, section_head())
    page.goto(f"{site}{AT_UNITS}{application.pk}/change/")

    page.locator("[name='redirect-unit']").select_option(str(unit.pk))
    page.locator("[name='redirect-unit']").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("企业已迁址")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}{AT_UNITS}#redirect")

    application.refresh_from_db()
    assert application.recommender == unit


def test_a_clerk_checks_with_the_keyboard_alone(site, page):
    application, by = in_check(), clerk()
    checking.begin(application, by=by)
    checking.record(application, by=by, findings={"C1": Finding("pass")})
    sign_in(page, site, by)
    page.goto(f"{site}{LIST}{application.pk}/change/")

    page.locator("[name='check-outcome-C2']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("与审计一致")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    result = checking.check_of_round(application).results.get(item="C2")
    assert (result.outcome, result.note) == ("pass", "与审计一致")
