"""The form that is delivered for the award, filled in by a person at a browser until nothing is missing."""

import json
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from subsidies.content import BY_RECOMMENDER, CallContent, FormField
from subsidies.missing import is_due, missing_of
from subsidies.models import Application
from tests.factories_subsidies import CallFactory, firm, person_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AWARD = json.loads((Path(settings.BASE_DIR) / "subsidies" / "data" / "award_content.json").read_text("utf-8"))
CONTENT = CallContent.from_json(AWARD)
NARROW = 390
WORDS = {
    "text": "示例内容",
    "long_text": "示例内容，用于说明。",
    "integer": "12",
    "decimal": "12.5",
    "money": "100",
    "date": "2025-03-01",
    "year": "2024",
    "trl": "5",
    "email": "contact@example.com",
    "phone": "0735-2368000",
}


@pytest.fixture
def own():
    return firm(name_zh="示例新材料有限公司", credit_code="91431000MA4L16JQ9L")


@pytest.fixture
def lead(browser, live_server, own):
    """The administrator of the firm, on a phone."""
    client = Client()
    client.force_login(person_of(own), backend="allauth.account.auth_backends.AuthenticationBackend")
    context = browser.new_context(locale="zh-CN", viewport={"width": NARROW, "height": 800})
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    yield context.new_page()
    context.close()


def fill(page: Page, field: FormField) -> None:
    if field.type == "yes_no":
        page.locator(f"#field-{field.id} input[value=yes]").check()
    elif field.type == "table":
        for column in field.columns:
            if column.is_required:
                put(page, column, f"#field-{field.id}-0-{column.id}")
    else:
        put(page, field, f"#field-{field.id}")


def put(page: Page, field: FormField, place: str) -> None:
    if field.type == "choice":
        page.locator(place).select_option(field.options[0].value)
    elif field.type == "yes_no":
        page.locator(place).select_option("yes")
    elif field.type == "trl":
        page.locator(place).select_option(WORDS["trl"])
    else:
        page.locator(place).fill(WORDS[field.type])


def papers(folder: Path, code: str) -> str:
    document = pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Title"] = code  # no two files alike
    document.save(folder / f"{code}.pdf")
    return str(folder / f"{code}.pdf")


def test_the_delivered_form_is_filled_in_on_a_phone_until_nothing_is_missing(lead, live_server, own, tmp_path):
    CallFactory(slug="award-2026", content=AWARD)
    lead.goto(f"{live_server.url}/applications/start/award-2026/")
    lead.locator("[name=project_name]").fill("含氟新材料中试")
    lead.locator("form.measure button[type=submit]").click()
    lead.wait_for_url("**/applications/*-*/**")
    application = Application.objects.get()
    place = f"{live_server.url}/applications/{application.public_id}"

    for section in CONTENT.sections:
        lead.goto(f"{place}/sections/{section.id}/")
        for field in section.fields:
            if not field.is_held and (field.is_required or field.required_when is not None):
                fill(lead, field)
        with lead.expect_navigation():
            lead.locator("button[name=go][value=next]").click()
    application.refresh_from_db()
    assert [each.code for each in missing_of(application) if each.code != "material"] == []

    lead.goto(f"{place}/")
    for material in CONTENT.materials:
        if material.must != BY_RECOMMENDER and is_due(material, application.data):
            lead.locator(f"#file-{material.code}").set_input_files(papers(tmp_path, material.code))
            expect(lead.locator(f"#material-{material.code} [data-files] .file-name")).to_have_count(1)
    lead.goto(f"{place}/sign/")

    assert missing_of(application) == []
    expect(lead.locator("#missing")).to_have_class("missing-done")
    expect(lead.locator("#id_pledge")).to_be_visible()
    assert application.data["unit_name"] == "示例新材料有限公司"
    assert {name: width(lead, f"{place}/{name}/") for name in ("print", "sign")} == {"print": NARROW, "sign": NARROW}


def width(page: Page, address: str) -> int:
    page.goto(address)
    return int(page.evaluate("document.documentElement.scrollWidth"))
