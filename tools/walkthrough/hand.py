"""One newcomer at a browser: finds everything by the words one sees, and counts what it takes."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import FilePayload, Locator, Page

from tools.walkthrough.effort import Effort, keys_of

PAPER = "walkthrough.pdf"
IN_SIGHT = """element => {
  const box = element.getBoundingClientRect()
  return box.top >= 0 && box.bottom <= innerHeight
}"""


class Hand:
    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.effort = page, address, Effort()

    # ------------------------------------------------------------ pages
    def begin(self, account: str) -> None:
        """By the page of the demonstration, whose address is typed."""
        self.effort.keys += keys_of(self.address + "/demo/") + 1
        self._arrive(lambda: self.page.goto(self.address + "/demo/"))
        self._leave(self._person(account))

    def become(self, account: str) -> None:
        """By the menu at the top of every page."""
        self.click("更换身份")
        self._leave(self._person(account))

    def follow(self, words: str, beside: str = "") -> None:
        self._leave(self._beside(self.page.get_by_role("link", name=words), beside))

    def press(self, words: str, beside: str = "") -> None:
        self._leave(self._beside(self.page.get_by_role("button", name=words), beside))

    # ------------------------------------------------------------ within a page
    def click(self, words: str) -> None:
        self._click(self.page.locator("summary, button, label, a").filter(has_text=words))

    def write(self, label: str, text: str, beside: str = "") -> None:
        self._click(self._field(label, beside)).fill(text)
        self.effort.fields += 1
        self.effort.keys += keys_of(text)

    def complete(self, label: str, text: str) -> None:
        """What stands begun in a field: one key to its end, and the rest."""
        begun = self._click(self._field(label))
        self._key("End")
        begun.press_sequentially(text)
        self.effort.fields += 1
        self.effort.keys += keys_of(text)

    def choose(self, label: str, words: str, beside: str = "") -> None:
        """A box with a list: opened, looked through, chosen from."""
        box = self._look_at(self._field(label, beside))
        box.focus()
        box.select_option(label=words)
        self.effort.decisions += 1
        self.effort.clicks += 2

    def choose_all(self, label: str, words: str) -> None:
        """Down a table of such boxes, and after the first by keys: on to the next, and its first choice."""
        self.choose(label, words)
        for box in self._field(label).all()[1:]:
            while not box.evaluate("element => element === document.activeElement"):
                self._key("Tab")
            self._key("ArrowDown")
            self.effort.decisions += 1
            assert box.locator("option:checked").inner_text() == words

    def tick(self, label: str) -> None:
        self._click(self._field(label))

    def attach(self, words: str) -> None:
        """The file stands in the dialog of the system, and is chosen there by two clicks."""
        paper = FilePayload(name=PAPER, mimeType="application/pdf", buffer=self.page.pdf())
        place = self.page.get_by_role("button", name=words).or_(self._field(words))
        with self.page.expect_file_chooser() as dialog:
            self._click(place)
        dialog.value.set_files(paper)
        self.effort.decisions += 1
        self.effort.clicks += 2

    def see(self, words: str) -> None:
        """What the page says by itself once it is done."""
        began = time.monotonic()
        self.page.get_by_text(words).locator("visible=true").first.wait_for()
        self.effort.loading += time.monotonic() - began

    # ------------------------------------------------------------ what it is made of
    def _person(self, account: str) -> Locator:
        return self.page.get_by_role("button", name=re.compile(rf"(^|\s){account}$"))

    def _beside(self, target: Locator, words: str) -> Locator:
        """In the innermost row or part of the page that says these words."""
        if not words:
            return target
        places = self.page.locator("tr, li, fieldset, section").filter(has_text=words)
        return places.filter(has=target).last.locator(target)

    def _field(self, label: str, beside: str = "") -> Locator:
        field = self.page.get_by_label(label).and_(self.page.locator("input, select, textarea"))
        return self._beside(field, beside)

    def _click(self, target: Locator) -> Locator:
        seen = self._look_at(target)
        seen.click()
        self.effort.decisions += 1
        self.effort.clicks += 1
        return seen

    def _key(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.effort.keys += 1

    def _leave(self, target: Locator) -> None:
        self._arrive(lambda: self._click(target))

    def _arrive(self, how: Callable[[], object]) -> None:
        with self.page.expect_navigation(wait_until="load"):
            began = time.monotonic()
            how()
        self.effort.loading += time.monotonic() - began
        self.effort.pages += 1

    def _look_at(self, target: Locator) -> Locator:
        """The first that is there to be seen; what lies out of sight is scrolled to."""
        seen = target.locator("visible=true").first
        seen.wait_for(timeout=5_000)
        if not seen.evaluate(IN_SIGHT):
            self.effort.scrolls += 1
            seen.scroll_into_view_if_needed()
        return seen
