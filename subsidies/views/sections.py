"""One section of the form: the page, its saving with and without script, and who else is there."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.requests import signed_in
from common.calendar import SHANGHAI
from common.components import Step
from subsidies import presence
from subsidies.answers import shown, shown_rows, typed
from subsidies.content import CallContent, FormField, Section
from subsidies.drafting import Conflict, Saved, comments_by_place, may_comment, save_answers
from subsidies.enums import WRITING, State
from subsidies.held import answers_now
from subsidies.missing import missing_of
from subsidies.models import Application
from subsidies.overview import next_href, open_for, opened_because, reasons_of, section_href, steps_of
from subsidies.permissions import can_write
from subsidies.prefill import from_registry
from subsidies.section_form import Posted, Surroundings, all_fields, digest, inputs_of, read_page, read_typed
from subsidies.views.own import correction_of, frame, own_application, sentence
from subsidies.workflow import MoveRefused

MOST_FIELDS = 200


@require_http_methods(["GET", "HEAD", "POST"])
def application_section(request: HttpRequest, public_id: UUID, section_id: str) -> HttpResponse:
    application = own_application(request, public_id)
    content = application.call_version.parsed
    section = content.section(section_id)
    if section is None:
        raise Http404
    if request.method == "POST":
        return _save(request, application, content, section)
    return _page(request, application, content, section)


def _save(request: HttpRequest, application: Application, content: CallContent, section: Section) -> HttpResponse:
    posted = read_page(section.fields, request.POST)
    try:
        saved = save_answers(application, posted.changes, _seen(request.POST.get("seen", "")), signed_in(request))
    except ValidationError as error:
        messages.error(request, sentence(error))
        kept = posted._replace(problems={name: [sentence(error)] for name in posted.changes} | posted.problems)
        return _page(request, application, content, section, kept, status=409)
    if saved.conflicts:
        return _question(request, saved, content, section)
    if posted.problems:
        return _page(request, saved.application, content, section, posted)
    return _onward(request, saved.application, content, section)


def _onward(request: HttpRequest, application: Application, content: CallContent, section: Section) -> HttpResponse:
    messages.success(request, _("Saved."))
    goes_on = request.POST.get("go") == "next"
    return redirect(next_href(application, content, section.id) if goes_on else section_href(application, section.id))


def _page(
    request: HttpRequest,
    application: Application,
    content: CallContent,
    section: Section,
    posted: Posted | None = None,
    status: int = 200,
) -> HttpResponse:
    correction, open_now = correction_of(application), open_for(signed_in(request), application)
    around = Surroundings(
        open_fields=open_now.fields,
        reasons=reasons_of(correction),
        opened=opened_because(content, open_now),
        from_registry=from_registry(application, content),
        comments=comments_by_place(application),
    )
    inputs = inputs_of(section.fields, answers_now(application), around, posted)
    context = frame(request, application, content, correction, section.title, section.id) | {
        "section": section,
        "inputs": inputs,
        "is_open": any(each.is_open for each in inputs),
        "only_reads": application.state in WRITING and not can_write(signed_in(request), application),
        "seen": request.POST.get("seen") if posted else application.version,
        "section_comments": around.comments.get(section.id, []),
        "may_comment": may_comment(signed_in(request), application),
        "problems": [each for each in inputs if each.problems],
    }
    return render(request, "subsidies/application_section.html", context, status=status)


def _question(request: HttpRequest, saved: Saved, content: CallContent, section: Section) -> HttpResponse:
    """Both wrote the same field: show both, let the person choose or write a third."""
    application = saved.application
    fields = {each.field: field for each in saved.conflicts if (field := content.field(each.field))}
    around = Surroundings(open_fields=open_for(signed_in(request), application).fields)
    mine = {each.field: each.sent for each in saved.conflicts}
    inputs = inputs_of(fields.values(), application.data, around)
    for each in inputs:
        each.value = typed(each.field, mine[each.field.id])
    context = {
        "application": application,
        "section": section,
        "questions": inputs,
        "seen": application.version,
        "go": request.POST.get("go", ""),
    }
    return render(request, "subsidies/application_merge.html", context, status=409)


def _seen(text: Any) -> int:
    """ValidationError by save_answers() for what is no version."""
    return int(text) if isinstance(text, int | str) and str(text).isascii() and str(text).isdigit() else -1


# ---------------------------------------------------------------- for the script
@login_not_required
@require_POST
def application_answers(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Save {"seen": version, "answers": {field: as typed}}; 401 instead of a page to sign in."""
    if not request.user.is_authenticated:
        return _told(401, _("Your session has ended. Sign in again; your words are kept in this browser."))
    application = own_application(request, public_id)
    try:
        seen, raw = _sent(request)
        fields = _fields(application, raw)
        values, problems = read_typed(fields, raw)
        saved = save_answers(application, values, seen, signed_in(request))
    except MoveRefused as error:
        return _told(409, sentence(error))
    except ValidationError as error:
        return _told(400, sentence(error))
    except PermissionDenied:
        return _told(403, _("You may read this application and not write it."))
    answer = _answer(signed_in(request), saved, fields, values, problems, seen)
    return JsonResponse(answer | {"opened": _opened(signed_in(request), saved.application)})


def _sent(request: HttpRequest) -> tuple[int, dict[str, Any]]:
    unreadable = ValidationError(_("Send the answers as JSON."))
    try:
        sent = orjson.loads(request.body)
    except ValueError as error:
        raise unreadable from error
    raw = sent.get("answers") if isinstance(sent, Mapping) else None
    if not isinstance(raw, dict) or len(raw) > MOST_FIELDS:
        raise unreadable
    return _seen(sent.get("seen")), raw


def _fields(application: Application, names: Mapping[str, Any]) -> list[FormField]:
    fields = all_fields(application.call_version.parsed, names)
    if len(fields) != len(names):
        raise ValidationError(_("The form has no such field."))
    return fields


def _answer(
    user: User,
    saved: Saved,
    fields: list[FormField],
    values: dict[str, Any],
    problems: dict[str, list[str]],
    seen: int,
) -> dict[str, Any]:
    application = saved.application
    asked = {each.field: each for each in saved.conflicts}
    missing = steps_of(application, missing_of(application), user)
    is_told = missing or application.state != State.CORRECTION  # whose list of its own says what is open
    return {
        "version": application.version,
        "saved_at": f"{timezone.now().astimezone(SHANGHAI):%H:%M}",
        "saved": {
            each.id: {"was": digest(values[each.id]), "shown": shown(each, values[each.id])}
            for each in fields
            if each.id in values and each.id not in asked
        },
        "problems": problems,
        "questions": {each.id: _asked(each, asked[each.id]) for each in fields if each.id in asked},
        "others": _of_others(application, seen, {*values}),
        "missing_html": _missing_html(application, missing) if is_told else "",
    }


def _missing_html(application: Application, missing: list[Step]) -> str:
    context = {"items": missing, "next_href": f"{application.get_absolute_url()}#moves"}
    return render_to_string("includes/missing_list.html", context)


def _opened(user: User, application: Application) -> dict[str, str]:
    """What the answers have made due in a correction, drawn, for a page that shows it closed."""
    content, open_now = application.call_version.parsed, open_for(user, application)
    around = Surroundings(open_fields=open_now.fields, opened=opened_because(content, open_now))
    inputs = inputs_of(all_fields(content, open_now.through), application.data, around)
    return {each.field.id: render_to_string("subsidies/includes/field.html", {"input": each}) for each in inputs}


def _asked(field: FormField, conflict: Conflict) -> dict[str, Any]:
    return {
        "stored": typed(field, conflict.stored),
        "stored_shown": shown(field, conflict.stored) or _("(empty)"),
        "sent_shown": shown(field, conflict.sent) or _("(empty)"),
        "was": digest(conflict.stored),
    }


def _of_others(application: Application, seen: int, sent: set[str]) -> dict[str, Any]:
    """What others have written since, so that the page shows what it says it has seen."""
    content = application.call_version.parsed
    names = [name for name, version in application.touched.items() if version > seen and name not in sent]
    return {
        field.id: {
            "value": typed(field, application.data.get(field.id)),
            "shown": shown(field, application.data.get(field.id)),
            "rows": shown_rows(field, application.data.get(field.id)) if field.type == "table" else [],
            "was": digest(application.data.get(field.id)),
        }
        for field in all_fields(content, names)
    }


@login_not_required
@require_POST
def application_here(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """I am here, at this section; who else is?"""
    if not request.user.is_authenticated:
        return _told(401, _("Your session has ended. Sign in again; your words are kept in this browser."))
    application = own_application(request, public_id)
    section = application.call_version.parsed.section(request.POST.get("section", ""))
    others = presence.meet(application, signed_in(request), section.title if section else "")
    return JsonResponse({"version": application.version, "others": [each._asdict() for each in others]})


def _told(status: int, sentence_: str) -> JsonResponse:
    return JsonResponse({"message": sentence_}, status=status)
