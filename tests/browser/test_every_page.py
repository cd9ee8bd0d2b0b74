"""Every page of the desk and after the decision: by the right person, on a phone, in Chinese with axe, in English."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.enums import MembershipRole
from accounts.models import User
from subsidies.drafting import save_answers
from subsidies.models import Application
from tests.browser import award_walks, desk_walks
from tests.browser.axe import NEEDED, UNFOLDED, axe_violations
from tests.browser.desk_walks import Walks
from tests.browser.walkers import NARROW, WIDE, Walker
from tests.factories_subsidies import ApplicationFactory, person_of

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
KNOWN = "empty-table-header"  # in Django's own tables of what belongs to a record
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
    if (holder.closest('script, style, template, textarea, kbd, .code')) continue;
    if (isEnglish && han.test(words) && !holder.closest('[lang|=zh]')) found.push('not marked: ' + words.slice(0, 60));
    if (isEnglish || han.test(words) || !/^[A-Z][a-z]+/.test(words) || !holder.offsetParent) continue;
    if (holder.closest('label, legend, h1, h2, h3, dt, button, summary, .case-state')) found.push('English: ' + words);
  }
  return found;
}"""


def read(tab: Page) -> list[str]:
    """What is wrong with the page on a phone, in the language it is in."""
    tab.evaluate(UNFOLDED)
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
    found += [each for each in axe_violations(walker.tab) if not each.startswith(KNOWN)]
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
    found = []
    for person, pages in world():
        walker = arrive(person)
        walker.tab.set_viewport_size({"width": NARROW, "height": 800})
        for language in ("zh-hans", "en"):
            speaks(person, language)
            for page in pages:
                found += [f"{language} {page} {problem}" for problem in looked_at(walker, language, page)]

    assert "\n".join(found) == ""


SENT = """() => {
  const field = document.querySelector('#field-contact_name');
  field.value = '赵工';
  HTMLFormElement.prototype.submit.call(field.form);
}"""


def test_the_question_of_two_writers_can_be_read_where_no_script_runs(arrive):  # type: ignore[no-untyped-def]
    application = ApplicationFactory(data={"contact_name": "李工"})
    other = person_of(application.organisation, MembershipRole.MEMBER)
    walker, found = arrive(application.started_by), []
    walker.tab.set_viewport_size({"width": NARROW, "height": 800})
    for prefix, name in (("", "王工"), ("/en", "孙工")):
        walker.opens(f"{prefix}/applications/{application.public_id}/sections/unit/")
        save_answers(application, {"contact_name": name}, Application.objects.get().version, other)
        with walker.tab.expect_navigation():
            walker.tab.evaluate(SENT)
        expect(walker.tab.locator("main form")).to_contain_text(name)
        found += read(walker.tab) + axe_violations(walker.tab)

    assert found == []
