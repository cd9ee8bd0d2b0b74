"""Draw the pictures of docs/images anew: pages with the real data, in Chinese, as a headless Chromium shows them.

Starts a server of its own on a database of its own, with one demo account for the pages of the bureau.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from tools.chromium import chromium
from tools.environments import bare
from tools.own_server import ROOT, manage, own_server
from tools.png import packed

IMAGES = ROOT / "docs" / "images"
LARGEST_BYTES = 200_000
WIDE, NARROW = 1_280, 390
CLERK = "clerk@demo.invalid"
PASSWORD = "only-for-the-pictures"  # noqa: S105 - of an account that lives as long as this program


class Picture(NamedTuple):
    name: str
    path: str
    width: int = WIDE
    tallest: int = 1_400
    is_staff: bool = False
    wait_for: str = "main"


PICTURES = [
    Picture("home", "/", tallest=920),
    Picture("home-narrow", "/", NARROW),
    Picture("bases", "/bases/", tallest=900),
    Picture("base", "/bases/linwu-solid-state-battery/"),
    Picture("project", "/projects/drone-energy-storage-battery/"),
    Picture("statistics", "/statistics/"),
    Picture("desk", "/admin/", is_staff=True),
    Picture("api-docs", "/api/docs/", tallest=860, wait_for=".opblock-summary"),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these pictures")
    names = parser.parse_args().names
    wanted = [picture for picture in PICTURES if not names or picture.name in names]
    IMAGES.mkdir(parents=True, exist_ok=True)
    with site() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        sizes = {picture.name: draw(browser, address, picture, IMAGES) for picture in wanted}
        browser.close()
    return report(sizes)


@contextmanager
def site() -> Iterator[str]:
    """The address of the site with the real data, for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        environment = bare() | {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "MEDIA_ROOT": folder}
        manage(environment, "prepare")
        manage(environment, "create_demo_accounts", "--password", PASSWORD)
        with own_server(environment) as port:
            yield f"http://127.0.0.1:{port}"


def draw(browser: Browser, address: str, picture: Picture, folder: Path) -> int:
    """Write one picture, cut at its bottom where it is too tall, and return its size in bytes."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": 800}, locale="zh-CN", color_scheme="light", reduced_motion="reduce"
    )
    page = context.new_page()
    if picture.is_staff:
        sign_in(page, address)
    answer = page.goto(f"{address}{picture.path}", wait_until="networkidle")
    if answer is None or answer.status != 200 or page.url != f"{address}{picture.path}":
        sys.exit(f"screenshots: {picture.path} did not open")
    page.wait_for_selector(picture.wait_for)
    height = min(picture.tallest, page.evaluate("document.documentElement.scrollHeight"))
    shot = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": picture.width, "height": height})
    context.close()
    return (folder / f"{picture.name}.png").write_bytes(packed(shot))


def sign_in(page: Page, address: str) -> None:
    """To wherever the site leads the clerk."""
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", CLERK)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def report(sizes: dict[str, int]) -> int:
    """Print each size; 1 when a picture is larger than the repository should hold."""
    for name, size in sizes.items():
        print(f"screenshots: docs/images/{name}.png, {size:,} bytes")
    return 1 if any(size > LARGEST_BYTES for size in sizes.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
