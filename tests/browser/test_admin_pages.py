import pytest
from django.test import Client

from accounts.enums import PersonKind
from bases.models import Base
from projects.models import Project
from tests.browser.conftest import axe_violations
from tests.factories_accounts import user_of_kind

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The head of a column of check marks, drawn empty by Django's own inline of steps.
KNOWN = "empty-table-header"


@pytest.fixture
def addresses(site):
    base, project = Base.objects.order_by("pk").first(), Project.objects.order_by("pk").first()
    pages = ["", "bases/base/", "bases/base/add/", "bases/base/import/", "projects/project/", "bases/basechange/"]
    pages += [f"bases/base/{base.pk}/{page}/" for page in ("change", "history", "propose", "move/warn")]
    pages += [f"projects/project/{project.pk}/{page}/" for page in ("change", "stage")]
    return [f"{site}/admin/{page}" for page in pages]


def sign_in(tab, site):
    client = Client()
    client.force_login(user_of_kind(PersonKind.SECTION_HEAD))
    tab.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])


def test_axe_finds_nothing_on_the_desk_light_and_dark(site, page, addresses):
    sign_in(page, site)
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for address in addresses:
            page.goto(address)
            page.wait_for_load_state("networkidle")
            if violations := [each for each in axe_violations(page) if not each.startswith(KNOWN)]:
                found[f"{scheme} {address}"] = violations

    assert found == {}


def test_every_page_of_the_desk_obeys_its_own_policy(site, plain_page, addresses):
    sign_in(plain_page, site)

    for address in addresses:
        plain_page.goto(address)
        plain_page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_of_the_desk_is_wider_than_its_window(site, page, addresses, width):
    sign_in(page, site)
    page.set_viewport_size({"width": width, "height": 800})
    too_wide = {}
    for address in addresses:
        page.goto(address)
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
            too_wide[address] = needed

    assert too_wide == {}
