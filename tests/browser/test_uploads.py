"""Files sent from the workspace in a real browser: progress, a lost connection, several at once, and without script."""

import random
import re

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Browser, Page, Route, expect

from subsidies.models import Application
from tests.browser.axe import faults
from tests.factories_files import blank, jpg, pdf, saved
from tests.factories_subsidies import ApplicationFactory, person_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a long and quiet evening"
PARTS = re.compile(r"/uploads/[0-9a-f-]{36}/$")
MEGABYTE = 1 << 20


def large_pdf() -> bytes:
    document = blank()
    document.Root.Padding = document.make_stream(random.Random(1).randbytes(3 * MEGABYTE))
    return saved(document)


LARGE = {"name": "审计报告.pdf", "mimeType": "application/pdf", "buffer": large_pdf()}


@pytest.fixture
def server(live_server, settings, tmp_path) -> str:
    settings.SITE_URL = live_server.url
    settings.MEDIA_ROOT = tmp_path / "files"
    return live_server.url


@pytest.fixture
def draft(server) -> Application:
    application = ApplicationFactory()
    writer = person_of(application.organisation)
    writer.email = "writer@example.invalid"
    writer.set_password(PASSWORD)
    writer.save()
    EmailAddress.objects.create(user=writer, email=writer.email, verified=True, primary=True)
    return application


def sign_in(page: Page, server: str) -> None:
    page.goto(f"{server}/en/accounts/login/")
    page.fill("#id_login", "writer@example.invalid")
    page.fill("#id_password", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"^(?!.*login)"))


def open_materials(page: Page, server: str, draft: Application) -> None:
    sign_in(page, server)
    page.goto(f"{server}/en/applications/{draft.public_id}/")


def files_of(page: Page, code: str):
    return page.locator(f"#material-{code} [data-files] .file-name")


def test_a_large_file_comes_in_parts_and_goes_on_after_a_lost_connection(page: Page, server, draft) -> None:
    offsets: list[int] = []
    lost = {"left": 2}

    def watch(route: Route) -> None:
        if route.request.method == "PUT":
            offset = int(route.request.headers["upload-offset"])
            if offset > 0 and lost["left"]:
                lost["left"] -= 1
                route.abort("connectionreset")
                return
            offsets.append(offset)
        route.continue_()

    page.route(PARTS, watch)
    open_materials(page, server, draft)

    page.set_input_files("#file-A12", [LARGE])

    expect(page.locator("#material-A12 [data-told]")).to_contain_text("connection is lost")
    expect(files_of(page, "A12")).to_have_text(["审计报告.pdf"], timeout=30_000)
    expect(page.locator("#material-A12 [data-queue] li")).to_have_count(0)
    assert offsets == [0, MEGABYTE, 2 * MEGABYTE, 3 * MEGABYTE]
    stored = draft.files.get().file
    assert (stored.size, stored.pages) == (len(LARGE["buffer"]), 1)


def test_an_upload_that_was_left_goes_on_when_the_file_is_chosen_again(page: Page, server, draft, tmp_path) -> None:
    file = tmp_path / "审计报告.pdf"
    file.write_bytes(LARGE["buffer"])
    offsets: list[int] = []
    is_cut = {"now": True}

    def watch(route: Route) -> None:
        if route.request.method == "PUT":
            offset = int(route.request.headers["upload-offset"])
            if is_cut["now"] and offset > 0:
                route.abort("connectionreset")
                return
            offsets.append(offset)
        route.continue_()

    page.route(PARTS, watch)
    page.on("dialog", lambda dialog: dialog.accept())
    open_materials(page, server, draft)
    page.set_input_files("#file-A12", str(file))
    expect(page.locator("#material-A12 [data-queue] .file-said")).to_contain_text("connection is lost")

    page.reload()
    is_cut["now"] = False
    page.set_input_files("#file-A12", str(file))

    expect(files_of(page, "A12")).to_have_text(["审计报告.pdf"], timeout=30_000)
    assert offsets == [0, MEGABYTE, 2 * MEGABYTE, 3 * MEGABYTE]


def test_several_come_at_once_and_each_refusal_is_told_where_it_happened(plain_page: Page, server, draft) -> None:
    page = plain_page
    open_materials(page, server, draft)
    good = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": jpg((n, 9))} for n in (1, 2)]
    large = {"name": "large.jpg", "mimeType": "image/jpeg", "buffer": jpg() + bytes(6 << 20)}

    page.set_input_files("#file-A01", [*good, large])

    expect(files_of(page, "A01")).to_have_count(2)
    refused = page.locator("#material-A01 [data-queue] li")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("larger than 5")
    refused.get_by_role("button").click()
    expect(refused).to_have_count(0)
    expect(page.locator("#file-A01")).to_be_focused()
    expect(page.locator("#material-A01 [data-state]")).to_contain_text("There")
    expect(page.locator("#missing-place")).not_to_contain_text("A01")


def test_who_is_signed_out_meanwhile_goes_on_after_signing_in_again(page: Page, server, draft) -> None:
    open_materials(page, server, draft)
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")

    page.set_input_files("#file-A12", [LARGE])
    expect(page.locator("#material-A12 [data-told]")).to_contain_text("signed out")
    page.context.add_cookies([each for each in cookies if each["name"] == "sessionid"])
    page.get_by_role("button", name="Go on").click()

    expect(files_of(page, "A12")).to_have_text(["审计报告.pdf"], timeout=30_000)


def test_files_are_sent_looked_at_and_taken_out_without_any_script(browser: Browser, server, draft) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    open_materials(page, server, draft)

    page.set_input_files("#file-A12", [LARGE])
    page.click("#material-A12 button:has-text('Send')")
    expect(files_of(page, "A12")).to_have_text(["审计报告.pdf"])
    page.click("#material-A12 a:has-text('Look')")
    picture = page.get_by_role("img", name=re.compile("Page 1"))
    expect(picture).to_have_js_property("complete", True)
    expect(picture).to_have_js_property("naturalWidth", 1400)
    page.go_back()
    page.click("#material-A12 button:has-text('Take out')")
    expect(files_of(page, "A12")).to_have_count(0)
    context.close()


def test_materials_and_preview_are_accessible_and_fit(page: Page, server, draft) -> None:
    open_materials(page, server, draft)
    page.set_input_files("#file-A12", [{"name": "长" * 60 + ".pdf", "mimeType": "application/pdf", "buffer": pdf(2)}])
    expect(files_of(page, "A12")).to_have_count(1)

    assert faults(page, (1280, 390)) == []
    page.click("#material-A12 a:has-text('Look')")
    expect(page.get_by_role("img", name=re.compile("Page 1"))).to_be_visible()
    assert faults(page, (1280, 390)) == []
