"""Names of files as their senders give them: kept for people to read, never used as a place on a disk."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST_NAME = 150
LONGEST_NAME_BYTES = 255
# Controls, marks of direction and zero width, halves of characters, private ones, line and paragraph separators.
UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
SEPARATORS = re.compile(r'[/\\:*?"<>|]|%(00|2f|5c)', re.IGNORECASE)
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
# What a computer would run, or a browser would open as a page, were the last ending cut off.
RUNS = re.compile(
    "ade|adp|apk|app|asp|aspx|bat|chm|cmd|com|cpl|dll|dmg|docm|dotm|exe|hta|html?|iso|jar|jse?|jsp|lnk|mht|mhtml|ms[cip]"
    "|php|phtml|pif|ps1|py|rb|reg|scr|sh|svgz?|swf|url|vb|vbe|vbs|wsf|xht|xhtml|xlam|xlsm|xltm|xml|xsl"
)


def clean_name(name: str) -> str:
    """The name in composed form; ValidationError for one that misleads people or upsets their computers."""
    name = unicodedata.normalize("NFC", name)
    if problem := _problem(name):
        raise ValidationError(problem, code="name")
    return name


def extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _problem(name: str) -> str:
    if not name.strip():
        return _("The file has no name. Give it one and send it again.")
    if len(name) > LONGEST_NAME or len(name.encode("utf-8", "surrogatepass")) > LONGEST_NAME_BYTES:
        return _("The name of the file is too long. Shorten it to at most 80 characters and send it again.")
    if any(unicodedata.category(character) in UNSEEN_CATEGORIES for character in name):
        return _("The name of the file holds characters that nobody can see. Rename the file and send it again.")
    if SEPARATORS.search(name):
        return _('The name of the file holds one of / \\ : * ? " < > |. Rename the file and send it again.')
    return _problem_of_form(name)


def _problem_of_form(name: str) -> str:
    if name[0] in "-. " or name[-1] in ". " or RESERVED.fullmatch(name):
        return _(
            "The name of the file begins or ends as some computers do not allow. "
            "Rename the file, for instance to what it shows, and send it again."
        )
    inner = unicodedata.normalize("NFKC", name).lower().split(".")[1:-1]
    if any(RUNS.fullmatch(part.strip()) for part in inner):
        return _("The name of the file has two endings. Rename the file so that one is left, and send it again.")
    return ""
