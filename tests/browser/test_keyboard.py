"""The way of an application with the keyboard alone: every task is done, and the focus is seen at every stop."""

import re
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import expect

from accounts.enums import MembershipRole
from subsidies.enums import State
from subsidies.models import Application
from tests.browser.keys import Keys
from tests.factories_subsidies import CallFactory, firm, person_of
from tests.subsidies.way import a_way

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pdf(tmp_path: Path) -> str:
    document = pikepdf.new()
    document.add_blank_page()
    document.save(tmp_path / "file.pdf")
    return str(tmp_path / "file.pdf")


@pytest.fixture
def keys(arrive):  # type: ignore[no-untyped-def]
    def of(person) -> Keys:  # type: ignore[no-untyped-def]
        walker = arrive(person)
        return Keys(walker.tab, walker.site)

    return of


def test_from_the_call_to_the_receipt(keys, pdf):  # type: ignore[no-untyped-def]
    CallFactory(slug="example")
    person = keys(person_of(firm(), MembershipRole.ADMINISTRATOR))

    # The self-check, whose answers go into the draft.
    person.opens("/calls/example/")
    person.follows("main a.btn[href$='self-check/']", re.compile("self-check/$"))
    person.goes_to("[name=a-own_pilot]")
    person.board.press("ArrowUp")  # from “do not know yet” to no
    person.board.press("ArrowUp")  # and to yes
    person.picks("[name=a-trl_after]", "7")
    person.follows("main form .actions button", re.compile("self-check/#result$"))
    assert person.tab.locator(".verdict-met").count() >= 2
    person.follows("#result form button", re.compile("self-check/start/$"))
    person.writes("[name=project_name]", "含氟新材料中试")
    person.follows("main form button[type=submit]", re.compile("/applications/[0-9a-f-]{36}/$"))
    application = Application.objects.get()

    # What is missing leads from one answer to the next.
    person.follows(".missing a", re.compile("sections/unit/#field-contact_name$"))
    expect(person.tab.locator("#field-contact_name")).to_be_in_viewport()
    person.writes("#field-contact_name", "李工")
    person.follows("button[value=next]", re.compile("sections/pilot/"))
    person.writes("#field-investment_yuan", "900")
    person.picks("#field-trl_before", "4")
    person.follows("button[value=next]", re.compile("sections/industry/"))
    person.ticks("#field-line_in_city input")
    person.goes_to("#field-patents .row-add")
    person.board.press("Enter")
    person.follows("button[value=next]", re.compile("#materials$"))
    person.chooses_file("#file-A01", pdf)
    expect(person.tab.locator("#material-A01 [data-files] .file-name")).to_have_count(1)

    # Reviewed, pledged, signed.
    person.opens(f"/applications/{application.public_id}/")
    expect(person.tab.locator(".missing-done")).to_be_visible()
    person.follows("main a[href$='/sign/']", re.compile("/sign/$"))
    person.ticks("#id_pledge")
    person.follows("form:has(#id_pledge) button", re.compile("/receipts/0/$"))
    person.goes_to("a[href$='receipt.pdf']")
    application.refresh_from_db()
    assert (application.state, application.data["own_pilot"], application.data["line_in_city"]) == (
        State.RECOMMENDATION,
        True,
        True,
    )


def test_a_recommending_unit_prepares_and_decides(keys, pdf):  # type: ignore[no-untyped-def]
    way = a_way()
    case = f"/admin/subsidies/application/{way.waiting.pk}/change/"
    officer, leader = keys(way.officer), keys(way.leader)

    officer.opens("/admin/subsidies/application/?q=" + way.waiting.number)
    officer.follows(f"#result_list a[href*='/{way.waiting.pk}/change/']", re.compile("/change/"))
    officer.goes_to("#prepare select")
    officer.board.press("ArrowDown")
    officer.writes("#prepare textarea[name$=text]", "情况属实，同意推荐。")
    officer.chooses_file("#prepare input[type=file]", pdf)
    officer.follows("#prepare input[type=submit]", re.compile("/change/"))
    expect(officer.tab.locator(".messagelist .success")).to_be_visible()

    leader.opens(case)
    leader.follows("#recommend input[type=submit]", re.compile("/change/"))

    way.waiting.refresh_from_db()
    assert way.waiting.state == State.ACCEPTANCE


def test_a_correction_is_mended_and_signed_again(keys, pdf):  # type: ignore[no-untyped-def]
    way = a_way()
    person = keys(way.administrator)

    person.opens(f"/applications/{way.returned.public_id}/")
    person.follows(".wanted a", re.compile("sections/pilot/#field-investment_yuan$"))
    person.writes("#field-investment_yuan", "880.5")
    person.follows("button[value=next]", re.compile("sections/industry/"))
    person.opens(f"/applications/{way.returned.public_id}/")
    person.chooses_file("#file-A01", pdf)
    expect(person.tab.locator("#material-A01 [data-files] .file-name")).to_have_count(1)
    person.opens(f"/applications/{way.returned.public_id}/")
    expect(person.tab.locator(".wanted .badge-amber")).to_have_count(0)
    person.follows("main a[href$='/sign/']", re.compile("/sign/$"))
    person.ticks("#id_pledge")
    person.follows("form:has(#id_pledge) button", re.compile("/receipts/"))

    way.returned.refresh_from_db()
    assert (way.returned.state, way.returned.data["investment_yuan"]) == (State.FORM_CHECK, "8805000.00")
