"""How the journal speaks of bases."""

from typing import Any

from bases.admin.forms import figure_choices
from bases.enums import Action, ChangeState
from bases.models import Base
from common.journal_words import ACTIONS, SPOKEN, describe
from common.models import JournalEntry


def _figure(name: str) -> str:
    return dict(figure_choices()).get(name, name)


def _proposed(values: dict[str, Any]) -> str:
    entry = JournalEntry(changes={name: [None, value] for name, value in values.items()})
    return "；".join(change.sentence for change in describe(entry, Base))


def teach_journal() -> None:
    ACTIONS.update({action.value: action.label for action in Action})
    ACTIONS.update({f"change_{state.value}": state.label for state in ChangeState})
    SPOKEN.update({"bases.basefigure.field": _figure, "bases.basechange.values": _proposed})
