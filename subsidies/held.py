"""Answers that nobody types: they say who applies, and follow the record of the firm until they are signed."""

from typing import Any

from subsidies.editable import editable
from subsidies.enums import WRITING, State
from subsidies.models import Application
from subsidies.prefill import from_record


def answers_now(application: Application) -> dict[str, Any]:
    """As they would be signed at this moment; what was signed already, and is not open, stays as it was signed.

    No query in a draft with the firm at hand, one in a correction of a form that has such fields.
    """
    held = [field for field in application.call_version.parsed.fields() if field.is_held]
    if not held or application.state not in (*WRITING, State.CORRECTION):
        return dict(application.data)
    open_now = editable(application) if application.state == State.CORRECTION else None
    answers = dict(application.data)
    for field in held:
        if open_now is None or open_now.has_field(field.id):
            answers[field.id] = from_record(field, application.organisation, application.project)
    return {name: value for name, value in answers.items() if value is not None}


def hold(application: Application) -> None:
    """Write them into the locked row, before it is signed."""
    answers = answers_now(application)
    if answers != application.data:
        application.data = answers
        application.version += 1
        application.save(update_fields=["data", "version", "saved_at"])
