"""Of a paper about several cases: nobody whom one of them binds signs, changes or drops it.

The verbs ask it, and so do the pages, which offer nothing then and say the same sentence. Two queries, however many.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import User
from subsidies.models import Application
from subsidies.permissions import is_impartial
from subsidies.ties import know_ties
from subsidies.workflow import MoveRefused


def why_bound(user: User, applications: Iterable[Application]) -> str:
    """In a sentence that names the first such case; empty where none binds the person."""
    rows = list(applications)
    know_ties(row for row in rows if row.known_ties is None)
    for application in rows:
        if not is_impartial(user, application):
            return _("You have an interest in %(application)s: another person does this.") % {
                "application": application
            }
    return ""


def refuse_bound(applications: Iterable[Application], by: User) -> None:
    """MoveRefused with code "interest"."""
    if told := why_bound(by, applications):
        raise MoveRefused(told, code="interest")
