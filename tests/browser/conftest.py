"""A real headless Chromium against the live site with the real data."""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User
from tests.browser.axe import SERVED
from tests.browser.walkers import WIDE, Walker, let_in
from tests.migrated_database import Kept
from tools.chromium import chromium

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The site and the test use the database at the same time, which SQLite bears in a file and not in memory."""
    database = connections.databases["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's event loop runs in this thread; the tests still use the database from it, one call at a time.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield launched
        launched.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session", autouse=True)
def _axe_is_served() -> Iterator[None]:
    with override_settings(STATICFILES_DIRS=[*settings.STATICFILES_DIRS, SERVED]):
        yield


real_data = Kept(lambda: call_command("load_chenzhou", verbosity=0))


@pytest.fixture
def site(live_server, settings) -> str:  # type: ignore[no-untyped-def]
    """The address of the live site with Chenzhou's real data."""
    settings.SITE_URL = live_server.url
    settings.AXES_ENABLED = False
    real_data()
    return live_server.url


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Scripts that a test adds are let past the page's policy; see `plain_page` for the policy itself."""
    opened = browser.new_context(bypass_csp=True, locale="zh-CN", reduced_motion="reduce")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A page under the site's own Content-Security-Policy, which fails the test for any complaint in the console."""
    opened = browser.new_context(locale="zh-CN")
    tab = opened.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    opened.close()
    assert complaints == []


@pytest.fixture
def arrive(browser: Browser, live_server) -> Iterator:  # type: ignore[no-untyped-def]
    """Lets a person, or nobody in particular, in at a browser of their own."""
    with ExitStack() as opened:

        def walker(person: User | None = None) -> Walker:
            context = browser.new_context(
                bypass_csp=True,
                locale="zh-CN",
                reduced_motion="reduce",
                color_scheme="light",
                viewport={"width": WIDE, "height": 800},
            )
            opened.callback(context.close)
            if person:
                let_in(context, person, live_server.url)
            return Walker(context.new_page(), live_server.url)

        yield walker
