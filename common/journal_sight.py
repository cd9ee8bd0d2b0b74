"""Sight of personal data leaves a trace of its own: who looked, at what, when and from where."""

from django.db import models

from common import journal

SEEN = "seen"


def note_sight(row: models.Model) -> None:
    """In a request, which names who looks; the entry holds no value."""
    journal.record(SEEN, row, {})
