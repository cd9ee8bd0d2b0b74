"""The pages of awards with awards on them, and the charts of the desk, in a real browser."""

from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import expect

from accounts.enums import PersonKind
from projects.models import Project
from tests.browser.axe import axe_violations_light_and_dark, too_wide
from tests.factories_accounts import user_of_kind
from tests.factories_awards import AwardFactory
from tests.factories_subsidies import CallFactory, firm

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def addresses(site):
    project = Project.objects.on_public_site().exclude(base=None).order_by("pk").first()
    award = AwardFactory(
        project=project, project_name="一个名称很长的固态电池中试放大与产业化示范项目", organisation=firm()
    )
    AwardFactory(revoked_on=date(2026, 3, 1), awarded_on=date(2026, 1, 1))
    pages = ["/awards/", f"/awards/{award.pk}/", "/awards/figures/", "/open-data/", project.get_absolute_url()]
    return [*pages, project.base.get_absolute_url(), "/search/?q=固态"]


def sign_in(tab, site):
    client = Client()
    client.force_login(user_of_kind(PersonKind.BUREAU_LEADER))
    tab.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])


def test_axe_finds_nothing_and_nothing_is_too_wide_for_a_telephone(site, page, addresses):
    found = {}
    page.set_viewport_size({"width": 390, "height": 800})
    for prefix in ("", "/en"):
        for address in addresses:
            page.goto(f"{site}{prefix}{address}")
            if problems := axe_violations_light_and_dark(page) + too_wide(page, [390]):
                found[f"{prefix}{address}"] = problems

    assert found == {}


def test_the_pages_of_awards_obey_their_own_policy(site, plain_page, addresses):
    for address in addresses:
        plain_page.goto(f"{site}{address}")


def test_the_charts_of_the_desk_are_drawn_under_the_policy(site, plain_page, addresses):
    CallFactory()
    sign_in(plain_page, site)

    plain_page.goto(f"{site}/admin/subsidies/award/figures/")

    drawn = plain_page.locator(".chart canvas")
    charts = plain_page.locator("[data-chart]").count()
    assert charts >= 6
    expect(drawn).to_have_count(charts)
    pixels = "canvas => new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size"
    assert all(drawn.nth(at).evaluate(pixels) > 3 for at in range(charts))


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_figures_of_the_desk(site, page, addresses, width):
    sign_in(page, site)
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(f"{site}/admin/subsidies/award/figures/")
    expect(page.locator(".chart canvas")).to_have_count(page.locator("[data-chart]").count())

    assert axe_violations_light_and_dark(page) + too_wide(page, [width]) == []
