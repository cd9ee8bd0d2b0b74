"""What a file must be to stay: its name, its size, and a look inside by common.file_inspection.

Every refusal is a ValidationError with one sentence that says what to do next, and the code of that sentence.
"""

import dataclasses
import json
import logging
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import bounded_process, file_kinds
from common.file_kinds import KNOWN, FileKind
from common.file_names import clean_name, extension
from common.texts import listed

logger = logging.getLogger(__name__)
MEGABYTE = 1024 * 1024

SENTENCES = {
    "empty": gettext_lazy("The file is empty. Open it to see whether it was saved, and send it again."),
    "size": gettext_lazy("The file is larger than %(size)s MB. Make it smaller or split it, and send it again."),
    "format": gettext_lazy("Files of this kind are not taken here. Send %(formats)s."),
    "disguised": gettext_lazy(
        "The content of the file is not what its name says. Open it, save it as one of %(formats)s, and send that."
    ),
    "pages": gettext_lazy("The file has more than %(pages)s pages. Shorten or split it, and send it again."),
    "two_kinds": gettext_lazy(
        "Something else is attached to the file or hidden in it. Open it, save it anew, and send the new file."
    ),
    "too_complex": gettext_lazy(
        "The file is too complicated to be examined. Print or export it to a new file and send that."
    ),
    "encrypted": gettext_lazy("The file is protected by a password. Save it without the password and send it again."),
    "old_office": gettext_lazy("This is a file of an old Office. Save it as .docx or .xlsx, or as PDF, and send that."),
    "pdf_broken": gettext_lazy(
        "The PDF is damaged or incomplete. Open it, print or export it to a new PDF, and send that."
    ),
    "pdf_encrypted": gettext_lazy(
        "The PDF is protected by a password or by restrictions. Save it without them and send it again."
    ),
    "pdf_active": gettext_lazy(
        "The PDF holds a script or starts something by itself. Print it to a new PDF and send that."
    ),
    "pdf_embedded": gettext_lazy(
        "Other files are embedded in the PDF. Print it to a new PDF, and send the other files one by one."
    ),
    "picture_broken": gettext_lazy("The picture is damaged or incomplete. Take or save it anew and send it again."),
    "picture_large": gettext_lazy(
        "The picture has more than 50 million pixels. Save it smaller, 300 dots per inch are enough, and send that."
    ),
    "picture_words": gettext_lazy(
        "The picture carries far more than a picture. Save it anew as JPG or PNG and send the new file."
    ),
    "picture_tail": gettext_lazy(
        "Something is attached behind the picture. Save it anew as JPG or PNG and send the new file."
    ),
    "zip_broken": gettext_lazy("The file is damaged. Open it, save it anew, and send the new file."),
    "zip_bomb": gettext_lazy(
        "The file would unpack to far more than it seems. Save it as a new file or as PDF, and send that."
    ),
    "zip_paths": gettext_lazy(
        "The file is put together in a way no Office program does. Save it as a new file or as PDF, and send that."
    ),
    "zip_nested": gettext_lazy(
        "Other files or archives are packed inside. Take them out, send them one by one, and send this one again."
    ),
    "archive": gettext_lazy("This is an archive or an unknown kind of document. Send the documents one by one."),
    "macros": gettext_lazy(
        "The document holds macros or embedded programs. Save it without them (.docx, .xlsx or PDF) and send that."
    ),
    "fetches": gettext_lazy(
        "The document takes content from other files or the network. Break those links, save it, and send it again."
    ),
    "xml_entities": gettext_lazy(
        "The document declares things that no Office program writes. Save it as a new file or as PDF, and send that."
    ),
}


@dataclasses.dataclass(frozen=True, slots=True)
class FileRules:
    """What may be sent to one place. `formats` are codes of common.file_kinds; `most_pages` 0 for no limit."""

    formats: tuple[str, ...] = ("pdf",)
    largest_bytes: int = 20 * MEGABYTE
    most_pages: int = 0

    @property
    def accept(self) -> str:
        """For the `accept` of a file field."""
        return ",".join(f".{each}" for each in file_kinds.extensions(self.formats))

    @property
    def in_words(self) -> str:
        """“PDF, JPG; at most 20 MB; at most 30 pages”."""
        formats = listed(file_kinds.titles(self.formats))
        words = [formats, _("at most %(size)s MB") % {"size": _megabytes(self.largest_bytes)}]
        if self.most_pages:
            pages = ngettext("at most %(count)d page", "at most %(count)d pages", self.most_pages)
            words.append(pages % {"count": self.most_pages})
        return _("; ").join(words)


@dataclasses.dataclass(frozen=True, slots=True)
class FileFacts:
    kind: FileKind
    pages: int | None = None
    has_place: bool = False

    @property
    def notes(self) -> list[str]:
        """What the sender should know of a file that stays."""
        if not self.has_place:
            return []
        return [
            _("The picture tells where it was taken. If that is nobody's business, send it again without the location.")
        ]


def check_before(name: str, size: int, rules: FileRules) -> str:
    """The name to keep, from what is known before a byte has come."""
    name = clean_name(name)
    if size <= 0:
        raise refusal("empty", rules)
    if size > rules.largest_bytes:
        raise refusal("size", rules)
    if extension(name) not in file_kinds.extensions(rules.formats):
        raise refusal("format", rules)
    return name


def check_content(path: Path, name: str, rules: FileRules) -> FileFacts:
    """Look inside the file at `path`; the name was checked by check_before()."""
    with open(path, "rb") as file:
        family = file_kinds.family(file.read(file_kinds.HEAD_BYTES))
        if family == "ole":
            file.seek(0)
            raise refusal(_of_ole(file.read()), rules)
    if not family:
        raise refusal("disguised", rules)
    found = inspected(path, family)
    if "refused" in found:
        raise refusal(str(found["refused"]), rules)
    return _agreed(FileFacts(KNOWN[found["kind"]], found["pages"], found["has_place"]), name, rules)


def inspected(path: Path, family: str) -> dict[str, Any]:
    """What the inspector says, from a process of its own; a file that breaks it is too complex."""
    done = bounded_process.run("common.file_inspection", str(path), family)
    if not done.is_well:
        logger.warning("a file could not be examined: %s", done.complaint)
        return {"refused": "too_complex"}
    return json.loads(done.output)


def refusal(code: str, rules: FileRules) -> ValidationError:
    facts = {
        "formats": listed(file_kinds.titles(rules.formats)),
        "size": _megabytes(rules.largest_bytes),
        "pages": rules.most_pages,
    }
    return ValidationError(str(SENTENCES[code]) % facts, code=code)


def _agreed(facts: FileFacts, name: str, rules: FileRules) -> FileFacts:
    """Content, name and rules say the same."""
    if facts.kind.code not in rules.formats:
        raise refusal("format", rules)
    if extension(name) not in facts.kind.extensions:
        raise refusal("disguised", rules)
    if rules.most_pages and (facts.pages or 0) > rules.most_pages:
        raise refusal("pages", rules)
    return facts


def _of_ole(content: bytes) -> str:
    return "encrypted" if "EncryptedPackage".encode("utf-16-le") in content else "old_office"


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.1f}".removesuffix(".0")
