"""Documents of a visit, beside its photographs: measurements, lists, statements, as PDF."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.file_checks import MEGABYTE, FileRules
from common.files import Content, received, remove_with_bytes
from subsidies.models import SiteVisit, VisitDocument
from subsidies.visit_times import CONCLUDED
from subsidies.visiting import end_signatures, for_officer, is_officer
from subsidies.workflow import MoveRefused

RULES = FileRules(("pdf",), 20 * MEGABYTE, 200)
MOST = 10  # of one visit


def add(visit: SiteVisit, *, by: User, content: Content, name: str) -> VisitDocument:
    """By an officer, before the record is concluded; who has signed it signs again."""
    if not is_officer(visit, by):
        raise PermissionDenied
    if visit.state == CONCLUDED:
        raise MoveRefused(_("The visit is concluded: its record never changes."), code="state")
    with received(content, name, by, RULES) as stored:
        return _added(visit, stored, by)


def _added(visit: SiteVisit, stored: Any, by: User) -> VisitDocument:
    current = for_officer(visit, by)
    if current.documents.filter(file__sha256=stored.sha256).exists():
        raise MoveRefused(_("This very file is here already."), code="same")
    if current.documents.count() >= MOST:
        raise MoveRefused(_("A visit has %(most)d documents at most.") % {"most": MOST}, code="most_files")
    with journal.acting(by=by, action="add_document"):
        added: VisitDocument = VisitDocument.objects.create(visit=current, file=stored, added_by=by)
        end_signatures(current)
    return added


@transaction.atomic
def remove(document: VisitDocument, *, by: User) -> None:
    current = for_officer(document.visit, by)
    stored = document.file
    with journal.acting(by=by):
        document.delete()
        end_signatures(current)
    remove_with_bytes(stored)
