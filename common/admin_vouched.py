"""What a save in the desk says of sources and verifications that went with the values they vouched for."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from common.models import Vouched
from common.sheet_import import PlannedRow
from common.texts import listed

MOST_TOLD = 10


def tell_what_was_lost(request: HttpRequest, labels: Sequence[str]) -> None:
    if labels:
        sentence = _(
            "Changed, so that the old source or verification no longer stands beside it: %(what)s. Enter where the new "
            "value comes from; what the bureau has checked, the bureau verifies anew."
        )
        more = len(labels) - MOST_TOLD
        told = [*labels[:MOST_TOLD], *([_("and %(count)d more") % {"count": more}] if more > 0 else [])]
        messages.warning(request, sentence % {"what": listed(told)})


def labels_of_parts(formsets: Iterable[Any]) -> list[str]:
    """The rows of a saved page whose source or verification is gone, as the page calls them."""
    changed = (row for formset in formsets for row, _fields in formset.changed_objects)
    return [str(row) for row in changed if isinstance(row, Vouched) and row.lost]


def labels_of_import(rows: Iterable[PlannedRow]) -> list[str]:
    return [_("%(row)s (%(what)s)") % {"row": row.label, "what": row.lost_words} for row in rows if row.lost]
