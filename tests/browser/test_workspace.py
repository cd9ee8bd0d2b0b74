import json
from copy import deepcopy

import pytest
from django.test import Client
from playwright.sync_api import expect

from accounts.enums import MembershipRole
from subsidies.enums import State
from subsidies.models import Application, Correction
from tests.browser.axe import axe_violations, axe_violations_light_and_dark, in_window, too_wide
from tests.factories_accounts import UserFactory
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory, firm, person_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def own():
    return firm(name_zh="郴州甲新材料有限公司", name_en="Jia Materials")


@pytest.fixture
def application(own):
    return ApplicationFactory(organisation=own, project_name="含氟新材料中试", data={"contact_name": "李工"})


def sign_in(tab, address, person):
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    tab.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])


@pytest.fixture
def writer(own):
    return person_of(own)


@pytest.fixture
def first(page, live_server, writer):
    sign_in(page, live_server.url, writer)
    return page


@pytest.fixture
def second(browser, live_server, own):
    opened = browser.new_context(bypass_csp=True, locale="zh-CN", reduced_motion="reduce")
    tab = opened.new_page()
    sign_in(tab, live_server.url, person_of(own, MembershipRole.MEMBER))
    yield tab
    opened.close()


def section(live_server, application, name="unit", prefix=""):
    return f"{live_server.url}{prefix}/applications/{application.public_id}/sections/{name}/"


def stored(application):
    return Application.objects.get(pk=application.pk).data


def type_into(tab, name, words):
    tab.locator(f"#field-{name}").fill(words)


def is_saved(tab):
    """The page gives the time of it, and nothing of what was typed waits in the browser: on a slow machine words that
    were typed before may have been saved alone."""
    expect(tab.locator("#save-status")).to_contain_text(":", timeout=10_000)
    tab.wait_for_function("!Object.keys(localStorage).some((key) => key.startsWith('unsent:'))", timeout=10_000)


def unsent(tab):
    kept = tab.evaluate("Object.entries(localStorage).filter(([key]) => key.startsWith('unsent:'))")
    return {name: words for _key, text in kept for name, words in json.loads(text)["answers"].items()}


# ---------------------------------------------------------------- saved as typed
def test_words_are_saved_as_they_are_typed_and_money_is_shown_in_yuan(live_server, first, application):
    first.goto(section(live_server, application, "pilot", "/en"))
    type_into(first, "investment_yuan", "1,260.50")

    expect(first.locator("[data-yuan]").first).to_have_text("= 12,605,000.00 yuan")
    expect(first.locator("#save-status")).to_contain_text("Saved at", timeout=10_000)
    assert stored(application)["investment_yuan"] == "12605000.00"
    assert unsent(first) == {}


def test_what_is_missing_shortens_while_one_writes(live_server, first, application):
    first.goto(section(live_server, application, "pilot"))
    before = first.locator(".missing li").count()

    first.locator("#field-own_pilot input[value=yes]").check()
    is_saved(first)

    assert (before, first.locator(".missing li").count()) == (5, 4)


def test_words_that_cannot_be_read_stay_and_are_explained(live_server, first, application):
    first.goto(section(live_server, application, "pilot", "/en"))
    type_into(first, "investment_yuan", "about nine")

    expect(first.locator("#field-investment_yuan-problem")).to_contain_text("Enter an amount", timeout=10_000)
    assert first.locator("#field-investment_yuan").get_attribute("aria-invalid") == "true"
    assert unsent(first) == {"investment_yuan": "about nine"}


def test_rows_are_added_and_removed(live_server, first, application):
    first.goto(section(live_server, application, "industry"))
    table = first.locator("#field-patents")
    table.locator("[id$='-number']").first.fill("ZL1")
    table.locator(".row-add").click()
    table.locator("[id$='-number']").last.fill("ZL2")
    is_saved(first)
    assert stored(application)["patents"] == [{"number": "ZL1"}, {"number": "ZL2"}]

    with first.expect_response(lambda answer: answer.url.endswith("/answers/")):
        table.locator(".row-remove").first.click()
    assert stored(application)["patents"] == [{"number": "ZL2"}]


def test_saving_goes_on_to_the_next_section(live_server, first, application):
    first.goto(section(live_server, application))
    type_into(first, "contact_phone", "0735-2368000")

    first.locator("button[value=next]").click()
    first.wait_for_url("**/sections/pilot/")

    assert stored(application)["contact_phone"] == "0735-2368000"


def test_the_section_can_be_written_without_script(live_server, browser, application, own):
    opened = browser.new_context(java_script_enabled=False, locale="zh-CN")
    tab = opened.new_page()
    sign_in(tab, live_server.url, person_of(own))
    tab.goto(section(live_server, application, "industry"))
    tab.locator("#field-sales_yuan").fill("1,260.50")
    tab.locator("#field-patents-1-number").fill("ZL1")
    tab.locator("button[value=next]").click()

    assert stored(application) | {"contact_name": ""} == {
        "contact_name": "",
        "sales_yuan": "12605000.00",
        "patents": [{"number": "ZL1"}],
    }
    opened.close()


# ---------------------------------------------------------------- two people
def test_two_people_writing_different_fields_see_each_others_words(live_server, first, second, application):
    for tab in (first, second):
        tab.goto(section(live_server, application))
    type_into(first, "contact_name", "王工")
    is_saved(first)
    type_into(second, "contact_phone", "0735-2368000")
    is_saved(second)

    expect(second.locator("#field-contact_name")).to_have_value("王工")
    assert stored(application) == {"contact_name": "王工", "contact_phone": "0735-2368000"}


def test_two_people_writing_the_same_field_are_asked_and_may_take_theirs(live_server, first, second, application):
    for tab in (first, second):
        tab.goto(section(live_server, application))
    type_into(first, "contact_name", "王工")
    is_saved(first)
    type_into(second, "contact_name", "赵工")

    question = second.locator(".question:visible")
    expect(question).to_contain_text("王工", timeout=10_000)
    expect(question).to_contain_text("赵工")
    assert stored(application)["contact_name"] == "王工"
    assert axe_violations(second) == []

    question.locator("button").last.click()
    is_saved(second)
    assert stored(application)["contact_name"] == "赵工"


def test_who_is_asked_may_keep_the_others_words(live_server, first, second, application):
    for tab in (first, second):
        tab.goto(section(live_server, application))
    type_into(first, "contact_name", "王工")
    is_saved(first)
    type_into(second, "contact_name", "赵工")

    second.locator(".question:visible button").first.click(timeout=10_000)

    expect(second.locator("#field-contact_name")).to_have_value("王工")
    assert unsent(second) == {}
    assert stored(application)["contact_name"] == "王工"


def test_each_sees_who_else_is_there(live_server, first, second, application):
    first.goto(section(live_server, application))
    with second.expect_response(lambda answer: answer.url.endswith("/here/")):
        second.goto(section(live_server, application, "pilot"))

    expect(second.locator("#others-here")).to_contain_text("人员")


# ---------------------------------------------------------------- nothing is lost
def test_words_wait_in_the_browser_while_the_connection_is_lost(live_server, first, application):
    first.goto(section(live_server, application))
    first.context.set_offline(True)
    type_into(first, "contact_name", "王工")
    expect(first.locator("#save-status.is-trouble")).to_be_visible(timeout=10_000)
    assert unsent(first) == {"contact_name": "王工"}

    with first.expect_response(lambda answer: answer.url.endswith("/answers/") and answer.ok):
        first.context.set_offline(False)
    is_saved(first)

    assert stored(application)["contact_name"] == "王工"
    assert unsent(first) == {}


def test_words_outlive_a_session_and_are_offered_after_signing_in(live_server, first, application, writer):
    first.goto(section(live_server, application))
    first.context.clear_cookies(name="sessionid")
    type_into(first, "contact_name", "王工")
    expect(first.locator("#save-status a")).to_be_visible(timeout=10_000)
    assert stored(application)["contact_name"] == "李工"

    sign_in(first, live_server.url, writer)
    first.reload()
    expect(first.locator("#field-contact_name")).to_have_value("李工")
    first.locator(".kept button").first.click()
    is_saved(first)

    assert stored(application)["contact_name"] == "王工"
    assert unsent(first) == {}


def test_kept_words_meet_what_others_wrote_meanwhile_with_a_question(live_server, first, second, application):
    for tab in (first, second):
        tab.goto(section(live_server, application))
    first.context.set_offline(True)
    type_into(first, "contact_name", "王工")
    expect(first.locator("#save-status.is-trouble")).to_be_visible(timeout=10_000)
    type_into(second, "contact_name", "赵工")
    is_saved(second)

    first.context.set_offline(False)

    expect(first.locator(".question:visible")).to_contain_text("赵工", timeout=20_000)
    assert stored(application)["contact_name"] == "赵工"


# ---------------------------------------------------------------- for everybody
@pytest.fixture
def addresses(live_server, application, own):
    call = CallFactory(name_zh="重大中试项目产业化奖补 2026 年度")
    returned = ApplicationFactory(organisation=own, state=State.CORRECTION, project_name="钨尾砂综合利用中试")
    correction = Correction.objects.create(
        application=returned, round=1, asked_by=UserFactory(), due_on="2026-12-18", grace_until="2026-12-22"
    )
    correction.items.create(field="investment_yuan", reason="与审计报告不一致")
    application.comments.create(text="请与审计报告核对", by=application.started_by, about="investment_yuan")
    names = ("", "sections/unit/", "sections/pilot/", "sections/industry/", "print/", "sign/", "withdraw/")
    paths = ["", f"start/{call.slug}/", *(f"{application.public_id}/{name}" for name in names)]
    paths += [f"{returned.public_id}/{name}" for name in ("", "sections/pilot/", "sign/", "history/")]
    return [f"{prefix}/applications/{path}" for prefix in ("", "/en") for path in paths]


SMALL = (
    "[...document.querySelectorAll('.workspace-main .btn:not(.btn-small), .workspace input:not([type=radio],"
    "[type=checkbox],[type=hidden]), .workspace select, .part')]"
    ".filter((each) => each.offsetParent && each.offsetHeight < 44).map((each) => each.outerHTML.slice(0, 80))"
)


def test_axe_finds_nothing_light_and_dark_no_page_is_wider_than_its_window_and_targets_are_large(
    live_server, first, addresses
):
    found = {}
    for address in addresses:
        in_window(first, 1280)
        first.goto(live_server.url + address)
        problems = axe_violations_light_and_dark(first)
        for width in (390, 768, 1280):
            problems += too_wide(first, [width]) + first.evaluate(SMALL)
        if problems:
            found[address] = problems

    assert found == {}


def test_every_page_obeys_its_own_policy(live_server, plain_page, addresses, own):
    sign_in(plain_page, live_server.url, person_of(own))

    for address in addresses:
        plain_page.goto(live_server.url + address)
        plain_page.wait_for_load_state("load")


def test_an_answer_of_a_correction_opens_what_it_makes_due_on_the_same_page(live_server, first, own):
    content = deepcopy(SMALL_CONTENT)
    content["sections"][1]["fields"][-1]["required_when"] = {"field": "own_pilot", "is": "no"}
    returned = ApplicationFactory(organisation=own, state=State.CORRECTION, call=CallFactory(content=content))
    correction = Correction.objects.create(
        application=returned, round=1, asked_by=UserFactory(), due_on="2099-12-18", grace_until="2099-12-22"
    )
    correction.items.create(field="own_pilot", reason="与合同不一致")
    first.goto(section(live_server, returned, "pilot"))
    expect(first.locator("[name=answer-summary]")).to_have_count(0)

    first.locator("#field-own_pilot input[value=no]").check()
    first.locator("[name=answer-summary]").fill("委托方开展")
    first.wait_for_function("!Object.keys(localStorage).some((key) => key.startsWith('unsent:'))")

    expect(first.locator("#field-summary-reason")).to_contain_text("因")
    first.reload()
    assert stored(returned)["summary"] == "委托方开展"
