"""Every page of the desk and after the decision: by the right person, on a phone, in Chinese with axe, in English."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from accounts.models import User
from tests.browser import award_walks, desk_walks
from tests.browser.axe import axe_violations
from tests.browser.desk_walks import Walks
from tests.browser.walkers import NARROW, WIDE, Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORLDS = (
    desk_walks.asking,
    desk_walks.checking,
    desk_walks.deciding,
    award_walks.announcing,
    award_walks.paying,
    award_walks.following,
    award_walks.reading,
)
REFUSED = 409  # a file that is not shown
OPENED = "document.querySelectorAll('details').forEach(each => { each.open = true })"
NEEDED = "document.documentElement.scrollWidth"
# What is cut off at the edge of a box that does not scroll.
CUT_OFF = """() => [...document.querySelectorAll('main *, #container *')].filter(each => {
  const box = each.getBoundingClientRect();
  if (box.width < 3 || box.height < 3 || each.closest('.visually-hidden, svg')) return false;
  for (let around = each.parentElement; around !== document.body; around = around.parentElement) {
    const flow = getComputedStyle(around).overflowX, edge = around.getBoundingClientRect();
    if (flow === 'auto' || flow === 'scroll' || edge.width < 3) return false;
    if (flow !== 'visible' && box.right > edge.right + 2) return true;
  }
  return false;
}).map(each => 'cut off: ' + each.outerHTML.slice(0, 120)).slice(0, 3)"""
# Chinese that does not say so on an English page, and labels left in English on a Chinese one.
OTHER_LANGUAGE = """() => {
  const han = /[\\u3400-\\u9fff]/, isEnglish = document.documentElement.lang.startsWith('en'), found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const words = texts.currentNode.data.trim(), holder = texts.currentNode.parentElement;
    if (holder.closest('script, style, template, textarea, .code')) continue;
    if (isEnglish && han.test(words) && !holder.closest('[lang|=zh]')) found.push('not marked: ' + words.slice(0, 60));
    const isLabel = holder.closest('label, legend, h1, h2, h3, dt, button, summary, .case-state');
    if (!isEnglish && isLabel && /^[A-Z][a-z]+/.test(words) && !holder.lang) found.push('English: ' + words);
  }
  return found;
}"""


def read(tab: Page) -> list[str]:
    """What is wrong with the page on a phone, in the language it is in."""
    tab.evaluate(OPENED)
    found: list[str] = tab.evaluate(CUT_OFF) + tab.evaluate(OTHER_LANGUAGE)
    if (needed := tab.evaluate(NEEDED)) > NARROW:
        found.append(f"{needed} px wide on a phone")
    return found


def looked_at(walker: Walker, language: str, page: str) -> list[str]:
    prefix = "/en" if language == "en" and not page.startswith("/admin/") else ""
    answer = walker.tab.goto(f"{walker.site}{prefix}{page}")
    assert answer is not None
    found = read(walker.tab) if answer.status in (200, REFUSED) else [f"status {answer.status}"]
    if language == "en":
        return found
    found += axe_violations(walker.tab)
    walker.tab.set_viewport_size({"width": WIDE, "height": 800})
    if (needed := walker.tab.evaluate(NEEDED)) > WIDE:
        found.append(f"{needed} px wide on a desk")
    walker.tab.set_viewport_size({"width": NARROW, "height": 800})
    return found


def speaks(person: User | None, language: str) -> None:
    if person:
        person.language = language
        person.save(update_fields=["language"])


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
def test_every_page_can_be_read_on_a_phone_in_both_languages(  # type: ignore[no-untyped-def]
    arrive, world: Callable[[], Walks]
):
    found = {}
    for person, pages in world():
        walker = arrive(person)
        walker.tab.set_viewport_size({"width": NARROW, "height": 800})
        for language in ("zh-hans", "en"):
            speaks(person, language)
            for page in pages:
                if problems := looked_at(walker, language, page):
                    found[f"{language} {page}"] = problems

    assert found == {}
