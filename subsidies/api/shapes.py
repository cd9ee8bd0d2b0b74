"""One's own application and its parts as plain values, in the applicant's words."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from common.references import Reference, picked
from subsidies.clocks import Clock
from subsidies.content import BY_RECOMMENDER, CallContent
from subsidies.editable import Editable
from subsidies.enums import ENDED, Action, State
from subsidies.held import answers_now
from subsidies.models import Application, ApplicationFile, ApplicationStep, Correction, Submission
from subsidies.overview import open_for
from subsidies.publicity.pages import card_of
from subsidies.words import STEPS, doer, public_state, public_word, told_reason, words_of
from subsidies.workflow import available_actions

Address = Callable[[str], str]
NAMES = ("slug", "name_zh", "name_en")
RELATED = ("call", "call_version", "organisation__recommender", "recommender", "project")
OFFERED = (Action.SUBMIT, Action.RESUBMIT, Action.WITHDRAW)
REASON_SHOWN = (State.DRAFT, State.UNIT_REVIEW, State.CORRECTION, *ENDED)


def address_of(application: Application, route: str = "application_detail", *more: Any) -> str:
    return reverse(f"api:{route}", args=[application.public_id, *more])


def application_row(application: Application, absolute: Address) -> dict[str, Any]:
    """No query; expects call, version, organisation and project selected."""
    return {
        "id": application.public_id,
        **picked(application, "number", "state"),
        "state_in_words": public_state(application),
        "state_since": application.state_since,
        "project_name": application.project_name,
        "call": _named(application.call),
        "call_version": application.call_version.number,
        "organisation": _named(application.organisation),
        "project": application.project and _named(application.project),
        **picked(application, "version", "saved_at", "created_at", "first_submitted_at", "is_demo"),
        "url": absolute(address_of(application)),
    }


def application_whole(application: Application, user: User, absolute: Address) -> dict[str, Any]:
    """At most three queries: who may write, what is open in a correction, or the notice of what was approved."""
    content, words = application.call_version.parsed, words_of(application)
    form = reverse("api:call_detail", args=[application.call.slug], query={"version": application.call_version.number})
    return {
        **application_row(application, absolute),
        "turn": str(words.turn) or None,
        "next_step": str(words.next_step),
        "reason": (application.state_reason if application.state in REASON_SHOWN else "") or None,
        "appeal_route": application.appeal_route or None,
        "recommender": application.unit and _named(application.unit),
        "closes_at": application.call.closes_at,
        "answers": answers_now(application),
        "editable": _editable(open_for(user, application), content),
        "actions": [action.value for action in available_actions(application, user) if action in OFFERED],
        "public_notice": _notice(application, absolute),
        "form_url": absolute(form),
        "page_url": absolute(application.get_absolute_url()),
    }


def _notice(application: Application, absolute: Address) -> dict[str, Any] | None:
    card = card_of(application)
    if card is None:
        return None
    return {
        **picked(card.notice, "slug", "starts_on", "ends_on"),
        "phase": card.phase.value,
        "page_url": absolute(card.notice.get_absolute_url()),
    }


def _named(row: Any) -> Reference:
    return picked(row, *NAMES)


def _editable(open_now: Editable, content: CallContent) -> dict[str, list[str]]:
    materials = (each.code for each in content.materials if each.must != BY_RECOMMENDER)
    return {
        "fields": [field.id for field in content.fields() if open_now.has_field(field.id) and not field.is_held],
        "materials": [code for code in materials if open_now.has_material(code)],
    }


# ---------------------------------------------------------------- files
def attachment(row: ApplicationFile, application: Application, absolute: Address) -> dict[str, Any]:
    """No query; expects the file selected."""
    return {
        "id": row.file.public_id,
        "material": row.material,
        **picked(row.file, "name", "media_type", "size", "pages", "sha256", "scan_state"),
        "added_at": row.added_at,
        "url": absolute(address_of(application, "application_attachment", row.file.public_id)),
    }


# ---------------------------------------------------------------- what has happened
def step(row: ApplicationStep) -> dict[str, Any]:
    return {
        "action": row.action,
        "in_words": str(STEPS[row.action]),
        "state": row.to_state,
        "state_in_words": public_word(row.to_state),
        "at": row.at,
        "by": doer(row) or None,
        "reason": told_reason(row) or None,
    }


def submission(row: Submission) -> dict[str, Any]:
    return {
        **picked(row, "round", "at", "digest", "receipt_code"),
        "signed_by": str(row.signed_by),
    }


def receipt(row: Submission, absolute: Address) -> dict[str, Any]:
    """Of what never changes alone: the answer to a repetition must be the same bytes."""
    application = row.application
    with translation.override(settings.LANGUAGE_CODE):
        pages = row.get_absolute_url(), reverse("subsidies:receipt_checked", args=[row.receipt_code])
    return {
        "application": application.public_id,
        "number": application.number,
        **picked(row, "round", "at", "digest", "receipt_code"),
        "receipt_url": absolute(pages[0]),
        "check_url": absolute(pages[1]),
        "url": absolute(address_of(application)),
    }


# ---------------------------------------------------------------- corrections
def correction(row: Correction, content: CallContent, clock: Clock | None) -> dict[str, Any]:
    """Expects the items prefetched; `clock` of the open one."""
    return {
        **picked(row, "round", "asked_at", "due_on"),
        "is_provisional": row.is_due_provisional,
        "closed_after": row.grace_until,
        "note": row.note or None,
        **picked(row, "answered_at", "lapsed_at", "is_open"),
        "items": [_item(item.field, item.material, item.reason, content) for item in row.items.all()],
        "clock": clock and clock_values(clock),
    }


def _item(field_id: str, code: str, reason: str, content: CallContent) -> dict[str, Any]:
    field, material = content.field(field_id), content.material(code)
    label = field.label if field else material.name if material else ""
    return {"field": field_id or None, "material": code or None, "label": label, "reason": reason}


def clock_values(clock: Clock) -> dict[str, Any]:
    return {
        **picked(clock, "stage", "length", "unit", "used", "left", "due_on"),
        **picked(clock, "is_running", "is_paused", "is_overdue", "is_provisional"),
    }


def rows(applications: Iterable[Application], absolute: Address) -> list[dict[str, Any]]:
    return [application_row(application, absolute) for application in applications]
