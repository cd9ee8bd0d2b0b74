"""Every page of an application's way, for the firm and for its recommending unit, on a desk and on a telephone."""

import pytest

from accounts.models import User
from tests.browser.axe import faults
from tests.browser.walkers import NARROW, WIDE, Walker
from tests.subsidies.way import Way, a_way, firm_pages, public_pages, unit_pages, with_company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def way(live_server) -> Way:  # type: ignore[no-untyped-def]
    way = a_way()
    with_company(way)
    return way


def problems(walker: Walker, addresses: list[str]) -> dict[str, list[str]]:
    """What axe finds, and what is wider than the window, at both widths."""
    found = {}
    for address in addresses:
        walker.opens(address)
        if lines := faults(walker.tab, (WIDE, NARROW)):
            found[address] = lines
    return found


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_pages_of_the_firm_are_clean(arrive, way, prefix):  # type: ignore[no-untyped-def]
    pages = [f"{prefix}{address}" for address in firm_pages(way)]

    assert problems(arrive(way.administrator), pages) == {}


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_pages_for_everybody_are_clean(arrive, way, prefix):  # type: ignore[no-untyped-def]
    assert problems(arrive(), [f"{prefix}{address}" for address in public_pages(way)]) == {}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_of_the_recommending_unit_are_clean(arrive, way, language):  # type: ignore[no-untyped-def]
    for person in (way.officer, way.leader):
        person.language = language
        person.save(update_fields=["language"])

    found = [problems(arrive(User.objects.get(pk=person.pk)), unit_pages(way)) for person in (way.officer, way.leader)]

    assert found == [{}, {}]
