"""Refusals of the verbs as problems: the status says what kind of refusal it is, `errors` and `missing` say where."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from common.problems import Problem
from subsidies.drafting import Conflict
from subsidies.missing import Missing
from subsidies.models import Application
from subsidies.submitting import Incomplete

# By the code of a refusal; any other is a 400.
STATUSES = {
    "bound": 409,
    "budget": 409,
    "closed": 422,
    "conflict": 409,
    "exists": 409,
    "in_progress": 409,
    "interest": 409,
    "key_reused": 422,
    "late": 409,
    "most_files": 409,
    "once": 409,
    "pledge": 422,
    "same": 409,
    "state": 409,
    "told": 409,
    "used": 409,
}
KINDS = {
    "closed": "not_editable",
    "conflict": "bound",  # of the expert; that of two writers is told by conflicting()
    "in_progress": "idempotency_key_in_use",
    "key_reused": "idempotency_key_reused",
}


@contextmanager
def told(*, member: str = "") -> Iterator[None]:
    """Turn what a verb refuses into a problem. `member` names the member of the request that its fields belong to."""
    try:
        yield
    except Incomplete as refusal:
        words = _("The application is not complete; `missing` says what and where.")
        raise Problem(422, "incomplete", words, missing=listed(refusal.missing)) from refusal
    except ValidationError as refusal:
        raise _by_field(refusal, member) if hasattr(refusal, "error_dict") else _as_a_whole(refusal) from refusal


def conflicting(application: Application, conflicts: list[Conflict]) -> Problem:
    words = _("Somebody else changed the same fields meanwhile. Nothing was written: `conflicts` has both values.")
    both = {each.field: {"stored": each.stored, "sent": each.sent} for each in conflicts}
    return Problem(409, "conflict", words, version=application.version, conflicts=both)


def listed(missing: list[Missing]) -> list[dict[str, Any]]:
    return [
        {"code": each.code, "text": each.text, "section": each.section or None, "place": each.place or None}
        for each in missing
    ]


def _by_field(refusal: ValidationError, member: str) -> Problem:
    errors = {_name(field, member): messages for field, messages in refusal.message_dict.items()}
    codes = {error.code for rows in refusal.error_dict.values() for error in rows}
    status = 422 if codes == {"closed"} else 400
    kind = KINDS["closed"] if status == 422 else "validation"
    return Problem(status, kind, _("Correct the request and send it again."), errors=errors)


def _name(field: str, member: str) -> str:
    if field == NON_FIELD_ERRORS:
        return "non_field_errors"
    return f"{member}.{field}" if member else field


def _as_a_whole(refusal: ValidationError) -> Problem:
    code = getattr(refusal, "code", "") or ""
    status = STATUSES.get(code, 400)
    members: dict[str, Any] = {}
    if code == "exists" and refusal.params:
        members["application"] = reverse("api:application_detail", args=[refusal.params["application"]])
    headers = {"Retry-After": "1"} if code == "in_progress" else {}
    kind = KINDS.get(code, code) or "validation"
    return Problem(status, kind, " ".join(refusal.messages), headers=headers, **members)
