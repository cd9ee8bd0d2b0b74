"""People at browsers of their own, who read axe's complaints and the width of a phone on every page they look at.

With PICTURES=<folder> in the environment the pages on the way are drawn there: `make screenshots` does.
"""

import os
from pathlib import Path

from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from tests.browser.axe import axe_violations, in_window, too_wide
from tools.png import packed

WIDE, NARROW, TALLEST = 1280, 390, 1400


def let_in(context: BrowserContext, person: User, site: str) -> None:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])


class Walker:
    """One person at one browser, who reads axe's complaints and the width of a phone on every page looked at."""

    def __init__(self, tab: Page, site: str, seen: set[str] | None = None) -> None:
        self.tab, self.site = tab, site
        self.seen = set() if seen is None else seen
        self.problems: list[str] = []

    def opens(self, address: str) -> None:
        self.tab.goto(f"{self.site}{address}")

    def looks(self, name: str) -> None:
        """At a page that nobody who shares `seen` has looked at."""
        if name in self.seen:
            return
        self.seen.add(name)
        self.tab.wait_for_load_state()
        violations = axe_violations(self.tab)
        draw(self.tab, name)
        self.problems += [f"{name}: {each}" for each in violations + too_wide(self.tab, [NARROW])]
        in_window(self.tab, WIDE)

    def fills(self, field: str, words: str) -> None:
        self.tab.locator(f"#field-{field}").fill(words)

    def chooses_yes(self, field: str) -> None:
        self.tab.locator(f"#field-{field} input[value=yes]").check()

    def goes_on(self) -> None:
        """“Save and continue”, which leads to the next section."""
        self.leaves_by("button[name=go][value=next]")

    def leaves_by(self, button: str) -> None:
        """One that leads to another page, which is there afterwards."""
        with self.tab.expect_navigation():
            self.tab.locator(button).click()

    def sends(self, form: str) -> None:
        """A form that is taken: a refusal fails the test with its sentences."""
        with self.tab.expect_navigation():
            self.tab.locator(form).first.locator("[type=submit]").last.click()
        assert self.tab.locator(".errorlist, .errornote").all_inner_texts() == []

    def does(self, key: str, **given: str) -> None:
        """One of the moves offered on the page of a case in the desk."""
        form = self.tab.locator(f'form:has(input[name="do"][value="{key}"])')
        if not form.is_visible():
            self.tab.locator(f"#{key} summary").click()
        for name, value in given.items():
            field = form.locator(f'[name$="{name}"]')
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            elif field.get_attribute("type") == "file":
                field.set_input_files(value)
            else:
                field.fill(value)
        with self.tab.expect_navigation():
            form.locator("input[type=submit]").click()
        expect(self.tab.locator(".messagelist .success")).to_be_visible()


def draw(tab: Page, name: str) -> None:
    folder = os.environ.get("PICTURES")
    if not folder:
        return
    tab.evaluate("window.scrollTo({top: 0, behavior: 'instant'})")  # else what is sticky stands in the middle
    height = min(TALLEST, tab.evaluate("document.documentElement.scrollHeight"))
    shot = tab.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": WIDE, "height": height})
    (Path(folder) / f"path-{name}.png").write_bytes(packed(shot))
