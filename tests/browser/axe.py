"""What axe and a ruler find on the page that is open, whatever it takes to see it: one load serves them all."""

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

SERVED = ("vendor/axe", Path(settings.BASE_DIR) / "node_modules" / "axe-core")  # among the site's static files
IN_COLOUR = ["color-contrast", "link-in-text-block"]  # the rules that another scheme can break
FOUND = "async (rules) => (await axe.run({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) })).violations"
NEEDED = "document.documentElement.scrollWidth"
UNFOLDED = "document.querySelectorAll('details').forEach(each => { each.open = true })"
# Once what a resize moves has moved, and colours that change slowly have changed.
DRAWN = """new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
  .then(() => document.getAnimations().forEach(each => each.finish()))"""


def axe_violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe finds against WCAG 2.2 AA and its best practices, as lines to read."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(url=f"{settings.STATIC_URL}{SERVED[0]}/axe.min.js")  # a browser fetches it but once
    found = page.evaluate(FOUND, rules)
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def axe_violations_light_and_dark(page: Page) -> list[str]:
    found = axe_violations(page)
    page.emulate_media(color_scheme="dark")
    page.evaluate(DRAWN)
    found += [f"dark {each}" for each in axe_violations(page, IN_COLOUR)]
    page.emulate_media(color_scheme="light")
    return found


def too_wide(page: Page, widths: Iterable[int]) -> list[str]:
    """How wide the page is in a window that is narrower."""
    found = []
    for width in widths:
        in_window(page, width)
        if (needed := page.evaluate(NEEDED)) > width:
            found.append(f"{needed} px wide in a window of {width}")
    return found


def faults(page: Page, widths: Iterable[int]) -> list[str]:
    """What axe finds at each width, and what is wider than its window."""
    found = []
    for width in widths:
        found += [f"{width}: {each}" for each in too_wide(page, [width]) + axe_violations(page)]
    return found


def in_window(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate(DRAWN)
