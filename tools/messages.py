"""Message catalogues without GNU gettext.

python -m tools.messages extract      merge what the code says into locale/*/LC_MESSAGES/django.po
python -m tools.messages missing      list what has no translation, as lines `msgid<TAB>`
python -m tools.messages fill FILE…   take translations from such lines (\\n and \\t escaped)
python -m tools.messages check        fail on what is missing, fuzzy, stale or loses a placeholder
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import polib
from babel.messages.extract import extract as babel_extract
from django.utils.translation.template import templatize

from tools.catalogues import ROOT, catalogues, opened

PACKAGES = ("common", "accounts", "bases", "projects", "subsidies", "chenzhou_pilot")
TEMPLATES = (".html", ".txt", ".xml")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|(?<!\{)\{\w*\}(?!\})")
HEADER = {
    "Project-Id-Version": "Chenzhou Pilot",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


class Message(NamedTuple):
    msgid: str
    context: str = ""
    plural: str = ""


# ---------------------------------------------------------------- what the code says
def extracted() -> set[Message]:
    return {message for file in source_files() for message in messages_in(file)}


def source_files() -> Iterator[Path]:
    folders = [ROOT / package for package in PACKAGES]
    for folder in folders:
        yield from (file for file in folder.rglob("*.py") if "migrations" not in file.parts)
    for folder in [ROOT / "templates", *folders]:
        yield from (file for file in folder.rglob("*") if file.suffix in TEMPLATES and "templates" in file.parts)


def messages_in(file: Path) -> Iterator[Message]:
    text = file.read_text(encoding="utf-8")
    source = text if file.suffix == ".py" else template_as_python(text, str(file))
    for _line, found, _comments, context in babel_extract("python", BytesIO(source.encode()), keywords=KEYWORDS):
        msgid, *plural = (found,) if isinstance(found, str) else found
        if msgid:
            yield Message(msgid, context or "", plural[0] if plural else "")


def template_as_python(text: str, origin: str) -> str:
    """Django's own rendering of a template as gettext calls, without the indentation Python would object to."""
    return "\n".join(line.lstrip() for line in templatize(text, origin=origin).splitlines())


# ---------------------------------------------------------------- the catalogues
def key(entry: polib.POEntry) -> Message:
    return Message(entry.msgid, entry.msgctxt or "", entry.msgid_plural or "")


def merged(catalogue: polib.POFile, messages: set[Message]) -> polib.POFile:
    """A catalogue of exactly `messages`, sorted, with the translations that `catalogue` has for them."""
    known = {key(entry): entry for entry in catalogue if not entry.obsolete}
    result = polib.POFile(wrapwidth=0, encoding="utf-8")
    result.metadata = HEADER
    for message in sorted(messages):
        result.append(known.get(message) or new_entry(message))
    return result


def new_entry(message: Message) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context or None, msgid_plural=message.plural)
    if message.plural:
        entry.msgstr_plural = {0: ""}
    return entry


def translation(entry: polib.POEntry) -> str:
    """Chinese has one plural form, so every entry has one text."""
    return entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr


def translate(entry: polib.POEntry, text: str) -> None:
    if entry.msgid_plural:
        entry.msgstr_plural = {0: text}
    else:
        entry.msgstr = text


def problems(catalogue: polib.POFile, messages: set[Message]) -> list[str]:
    """What keeps a catalogue from being complete and right, a sentence each."""
    found = []
    if str(catalogue) != str(merged(catalogue, messages)):
        found.append("differs from what the code says: run `make messages`")
    for entry in catalogue:
        if entry.fuzzy:
            found.append(f"fuzzy: {entry.msgid!r}")
        elif not translation(entry):
            found.append(f"not translated: {entry.msgid!r}")
        elif lost := lost_placeholders(entry):
            found.append(f"placeholders differ ({', '.join(sorted(lost))}): {entry.msgid!r}")
    return found


def lost_placeholders(entry: polib.POEntry) -> set[str]:
    said, meant = placeholders(translation(entry)), placeholders(entry.msgid_plural or entry.msgid)
    return said ^ meant


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


# ---------------------------------------------------------------- commands
def extract(_files: list[Path]) -> int:
    messages = extracted()
    for file in catalogues():
        catalogue = merged(opened(file), messages)
        catalogue.save(str(file))
        missing = sum(not translation(entry) for entry in catalogue)
        print(f"{file.relative_to(ROOT)}: {len(catalogue)} messages, {missing} without a translation")
    return 0


def missing(_files: list[Path]) -> int:
    for file in catalogues():
        for entry in opened(file):
            if not translation(entry):
                print(escaped(entry.msgid), end="\t\n")
    return 0


def fill(files: list[Path]) -> int:
    given = given_translations(files)
    known: set[str] = set()
    for file in catalogues():
        catalogue = opened(file)
        for entry in catalogue:
            known |= {entry.msgid, entry.msgid_plural}
            text = given.get(entry.msgid) or given.get(entry.msgid_plural)
            if text and not translation(entry):
                translate(entry, text)
        catalogue.save(str(file))
        print(f"{file.relative_to(ROOT)}: {sum(not translation(entry) for entry in catalogue)} without a translation")
    for msgid in sorted(given.keys() - known):
        print(f"not in the code: {msgid!r}")
    return 0


def given_translations(files: list[Path]) -> dict[str, str]:
    given: dict[str, str] = {}
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            msgid, _tab, text = map(unescaped, line.partition("\t"))
            if text and given.setdefault(msgid, text) != text:
                print(f"{file.name}: {msgid!r} is already {given[msgid]!r}, so not {text!r}")
    return given


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def unescaped(text: str) -> str:
    letters = {"\\\\": "\\", "\\n": "\n", "\\t": "\t"}
    return re.sub(r"\\[\\nt]", lambda match: letters[match[0]], text)


def check(_files: list[Path]) -> int:
    messages = extracted()
    found = [f"{file.parts[-3]}: {problem}" for file in catalogues() for problem in problems(opened(file), messages)]
    print("\n".join(found) or f"{len(messages)} messages, every one translated")
    return 1 if found else 0


COMMANDS: dict[str, Callable[[list[Path]], int]] = {
    "extract": extract,
    "missing": missing,
    "fill": fill,
    "check": check,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("files", nargs="*", type=Path)
    arguments = parser.parse_args()
    return COMMANDS[arguments.command](arguments.files)


if __name__ == "__main__":
    sys.exit(main())
