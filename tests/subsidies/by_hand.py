"""Past every verb and every model, as somebody with a database console would."""

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from subsidies.models import Application
from tests.factories_subsidies import as_kept

MOVE = "UPDATE subsidies_application SET state = %s, version = version + 1 WHERE id = %s"
STEP = (
    "INSERT INTO subsidies_applicationstep (application_id, action, from_state, to_state, version, at, by_id, reason) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, '')"
)


def by_hand(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def step_by_hand(application: Application, before: str, after: str, version: int) -> None:
    step_of(application, "accept", before, after, version, by=application.started_by_id)


def step_of(application: Application, action: str, before: str, after: str, version: int, by: int | None) -> None:
    by_hand(STEP, application.pk, action, before, after, version, as_kept(timezone.now()), by)


def moved_by_hand(application: Application, after: str) -> None:
    """With the step that every move needs."""
    before, version = Application.objects.values_list("state", "version").get(pk=application.pk)
    step_by_hand(application, before, after, version + 1)
    by_hand(MOVE, after, application.pk)
