"""Reads a page for Chinese that does not say that it is Chinese."""

import re
from html.parser import HTMLParser
from typing import Any

HAN = re.compile("[\u3400-\u9fff]")
VOID = {"input", "meta", "link", "br", "img", "hr", "source", "wbr"}
NOT_READ_AS_TEXT = {"title", "script", "style", "template", "textarea"}


class Unmarked(HTMLParser):
    """Collects the texts with Chinese in them that stand under lang="en"."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang") or (self.open[-1][1] if self.open else "")))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside = {tag for tag, _ in self.open}
        if self.open and self.open[-1][1] == "en" and not inside & NOT_READ_AS_TEXT and HAN.search(data):
            self.found.append(data.strip())


def unmarked(page: str) -> list[str]:
    reader = Unmarked()
    reader.feed(page)
    return reader.found
