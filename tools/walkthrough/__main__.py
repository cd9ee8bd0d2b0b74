"""Walk the three main parts of docs/walkthrough.md as it tells them, and print how long they take to do and to read.

Starts a server of its own on the data of `make demo`. Fails where the words of a step do not stand on the page.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Error, ViewportSize, sync_playwright

from tools.chromium import chromium
from tools.environments import bare
from tools.own_server import manage, own_server
from tools.walkthrough.effort import COLUMNS, Effort
from tools.walkthrough.hand import Hand
from tools.walkthrough.reading import minutes_to_read, part_under, words_of
from tools.walkthrough.steps import PARTS, Deed, Part

DEMO = ("load_demo", "--bases", "200", "--projects", "1000", "--seed", "1")  # as in the Makefile
WINDOW = ViewportSize(width=1_280, height=800)


def main() -> None:
    with site() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_context(viewport=WINDOW, locale="zh-CN").new_page()
        hand = Hand(page, address)
        efforts = [sum((step(hand, part, number) for number in range(len(part.steps))), Effort()) for part in PARTS]
        browser.close()
    tell(efforts)


@contextmanager
def site() -> Iterator[str]:
    """The address of the site with the demonstration, for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        environment = bare() | {
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "MEDIA_ROOT": folder,
            "EMAIL_URL": "dummymail://",
        }
        for command in (("prepare",), DEMO, ("create_demo_accounts",)):
            manage(environment, *command)
        with own_server(environment) as port:
            yield f"http://127.0.0.1:{port}"


def step(hand: Hand, part: Part, number: int) -> Effort:
    hand.effort = Effort()
    for deed in part.steps[number]:
        do(hand, deed, f"{part.heading}, step {number + 1}")
    print(f"walkthrough: {part.heading}, step {number + 1}: {hand.effort.seconds:.0f} s", flush=True)
    return hand.effort


def do(hand: Hand, deed: Deed, place: str) -> None:
    verb, *words = deed
    try:
        getattr(hand, verb)(*words)
    except (Error, AssertionError) as error:
        told = "\n".join(hand.page.locator(".messagelist, .errorlist, [role=alert]").all_inner_texts())
        sys.exit(f"walkthrough: {place}: cannot {verb} {' · '.join(words)} at {hand.page.url}\n{told}\n{error}")


def tell(efforts: list[Effort]) -> None:
    """The table of docs/walkthrough.md; the words before the first part are read once, before it."""
    print(f"walkthrough: load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n")
    print(f"| part | {' | '.join(COLUMNS)} | doing | words | reading | all |")
    print(f"| {' | '.join(['---'] * (len(COLUMNS) + 5))} |")
    words = [words_of(part_under(heading)) for heading in ("", *(part.heading for part in PARTS))]
    names = ["Before them", *(part.heading for part in PARTS)]
    for told in zip(names, [Effort(), *efforts], words, strict=True):
        row(*told)
    row("Together", sum(efforts, Effort()), sum(words))


def row(name: str, effort: Effort, words: int) -> None:
    counts = [f"{getattr(effort, column):.0f}" for column in COLUMNS]
    doing, reading = effort.seconds / 60, minutes_to_read(words)
    told = [name, *counts, f"{doing:.1f} min", str(words), f"{reading:.1f} min", f"{doing + reading:.1f} min"]
    print(f"| {' | '.join(told)} |")


if __name__ == "__main__":
    main()
