"""Scanned signed copies find their way back to their document by the square on them."""

import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.file_checks import FileRules
from common.file_codes import codes_in
from common.files import received
from common.models import StoredFile
from subsidies.awarding.papers import by_code
from subsidies.enums import DocumentState
from subsidies.models import AwardDocument
from subsidies.workflow import MoveRefused

RULES = FileRules(("pdf", "jpg", "png"), 20 << 20, 30)
CHECK_ADDRESS = re.compile(r"https?://[^/\s]+/(?:en/)?award-check/([0-9a-f]{32})/")


def take_in(file: Any, *, by: User, chosen: AwardDocument | None = None) -> AwardDocument:
    """Put a scan to the document that its square names, else to the one that the person has chosen.

    Nothing else of the scan is believed: a square of another site, of no issued document, or of two documents is as
    none. PermissionDenied, MoveRefused, ValidationError for the file.
    """
    if not by.has_perm("subsidies.prepare_award"):
        raise PermissionDenied
    with received(file, file.name, by, RULES) as stored:
        named = document_on(stored)
        if named is None and chosen is None:
            raise MoveRefused(
                _("No square of an issued document can be read on it: choose the document."), code="square"
            )
        if named is not None and chosen is not None and named != chosen:
            message = _("The square on it names another document: %(number)s.")
            raise MoveRefused(message % {"number": named.number}, code="other")
        return _kept(named or chosen, stored, by)


def document_on(stored: StoredFile) -> AwardDocument | None:
    codes = {found[1] for text in codes_in(stored) if (found := CHECK_ADDRESS.fullmatch(text))}
    documents = {document.pk: document for code in codes if (document := by_code(code))}
    return next(iter(documents.values())) if len(documents) == 1 else None


def _kept(document: AwardDocument | None, stored: StoredFile, by: User) -> AwardDocument:
    """A newer scan takes the place of an older one, which stays in the journal."""
    current = AwardDocument.objects.select_for_update(of=("self",)).get(pk=document.pk if document else None)
    if current.state != DocumentState.ISSUED:
        raise MoveRefused(_("Only an issued document has a signed copy."), code="state")
    current.signed_copy = stored
    current.version += 1
    with journal.acting(by=by, action="signed_copy"):
        current.save()
    return current
