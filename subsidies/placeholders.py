"""What a template of a letter may be filled with: names of a list between braces, replaced by text and no more.

A placeholder is looked up, never evaluated: there is no attribute, no index and no format in it.
"""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PLACEHOLDER = re.compile(r"\{([a-z_]{1,40})\}", re.ASCII)
NAMES: dict[str, Promise] = {
    "project": gettext_lazy("name of the project"),
    "firm": gettext_lazy("name of the applicant"),
    "number": gettext_lazy("number of the application"),
    "call": gettext_lazy("name of the call"),
    "unit": gettext_lazy("recommending unit"),
    "submitted_on": gettext_lazy("day on which it was submitted"),
    "due_on": gettext_lazy("last day of the present stage"),
    "today": gettext_lazy("day on which the letter is written"),
}


def problems_of(text: str) -> list[str]:
    """Why a template cannot be used, as sentences; braces have no other meaning than that of the list."""
    unknown = dict.fromkeys(name for name in PLACEHOLDER.findall(text) if name not in NAMES)
    problems = [_("There is no placeholder {%(name)s}.") % {"name": name} for name in unknown]
    if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        problems.append(_("A brace stands only around a placeholder of the list, such as {project}."))
    return problems


def filled(text: str, values: Mapping[str, str]) -> str:
    """Each known placeholder by its value, once: braces that a value holds are text. One without a value stays."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1]) or found[0], text)


def unfilled(text: str) -> list[str]:
    """The known placeholders that still stand in a text."""
    return list(dict.fromkeys(name for name in PLACEHOLDER.findall(text) if name in NAMES))
