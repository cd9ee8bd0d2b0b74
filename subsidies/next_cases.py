"""What a person goes on with after a move, without the way over the start page of the desk."""

from typing import NamedTuple

from django.utils.functional import Promise

from accounts.models import User
from common.first_rows import first_keys
from subsidies.models import Application
from subsidies.turns import WORDS, next_move, waiting_by_state

SHOWN = 5  # as of a group on the start page of the desk
COLUMNS = ("pk", "project_name", "next_move")


class NextCase(NamedTuple):
    key: int
    project_name: str
    move: str | Promise


def next_cases(user: User, *, but: dict[str, str]) -> list[NextCase]:
    """The first that wait for this person, in the order of the desk, without those that `but` finds. Two queries.

    What somebody else takes up between them is left out.
    """
    seen = Application.objects.for_staff(user).exclude(**but)
    waiting = {state: rows.order_by("due_on", "pk") for state, rows in waiting_by_state(user, seen)}
    keys = [key for found in first_keys(waiting, SHOWN).values() for key in found][:SHOWN]
    rows = Application.objects.filter(pk__in=keys).annotate(next_move=next_move(user))
    found = {key: NextCase(key, name, WORDS[move]) for key, name, move in rows.values_list(*COLUMNS) if move}
    return [found[key] for key in keys if key in found]
