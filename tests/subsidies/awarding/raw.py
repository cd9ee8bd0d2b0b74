"""What refuses: a verb with its code, the database with its sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction


@contextmanager
def refuses(code: str | None) -> Iterator[None]:
    """The verb says no, with this code; None for what a constraint refuses."""
    with pytest.raises(ValidationError) as refusal:
        yield
    assert getattr(refusal.value, "code", None) == code


def refused(statement: str, *values: Any, match: str) -> None:
    """Past every verb, as somebody with a database console would."""
    with pytest.raises(IntegrityError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
