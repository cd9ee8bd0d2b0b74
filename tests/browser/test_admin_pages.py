import pytest
from django.test import Client

from accounts.enums import PersonKind
from bases import workflow
from bases.models import Base
from common import journal
from projects.models import Project
from tests.browser.axe import axe_violations_light_and_dark, in_window, too_wide
from tests.factories_accounts import OrganisationFactory, user_of_kind

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


def test_axe_finds_nothing_on_the_desk_light_and_dark_and_no_page_is_wider_than_its_window(site, page, addresses):
    sign_in(page, site)
    found = {}
    for address in addresses:
        in_window(page, 1280)
        page.goto(address)
        faults = axe_violations_light_and_dark(page) + too_wide(page, (390, 1280))
        if faults := [each for each in faults if not each.startswith(KNOWN)]:
            found[address] = faults

    assert found == {}


def test_every_page_of_the_desk_obeys_its_own_policy(site, plain_page, addresses):
    sign_in(plain_page, site)

    for address in addresses:
        plain_page.goto(address)
        plain_page.wait_for_load_state("networkidle")  # what a script complains of afterwards counts too


@pytest.fixture
def decision(site):
    """The page of a change that waits for the section head."""
    clerk = user_of_kind(PersonKind.BUREAU_CLERK)
    with journal.acting(by=clerk, source="admin"):
        change = workflow.propose_change(
            Base.objects.order_by("pk").first(), by=clerk, values={"name_zh": "新名称"}, reason="更名"
        )
    return f"{site}/admin/bases/basechange/{change.pk}/change/"


@pytest.mark.parametrize("width", [390, 1280])
def test_a_change_can_be_decided_at_any_width(site, page, decision, width):
    sign_in(page, site)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(decision)

    buttons = page.locator(".desk-decide input[type=submit]").all()
    boxes = [button.bounding_box() for button in buttons]

    assert [(box["x"] >= 0, box["x"] + box["width"] <= width, box["width"] > 40) for box in boxes] == [(True,) * 3] * 2


def test_a_host_can_be_proposed(site, page, addresses):
    sign_in(page, site)
    organisation = OrganisationFactory(name_zh="郴州甲研究院")
    page.goto(next(address for address in addresses if address.endswith("/propose/")))

    page.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill("郴州甲")
    page.get_by_role("option", name="郴州甲研究院").click()

    assert page.locator("select[name=host]").input_value() == str(organisation.pk)


def test_the_bar_of_the_desk_holds_all_its_words_on_a_phone(site, page):
    sign_in(page, site)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{site}/admin/")

    bar, tools = page.locator("#header").bounding_box(), page.locator("#user-tools").bounding_box()

    assert tools["y"] + tools["height"] <= bar["y"] + bar["height"]
