"""The page of an application: shown, and posted to with the name of what is to be done."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.requests import signed_in
from common.calendar import one_calendar
from common.file_serving import FileNotShown, file_response
from common.journal_sight import note_sight
from subsidies.admin.case import Case, HitShown
from subsidies.admin.case_actions import ABOUT_HITS, DOINGS, Doing
from subsidies.admin.case_forms import CaseForm
from subsidies.admin.follow_up_actions import FOLLOW_UP
from subsidies.admin.next_step import ELSEWHERE, HERE, next_move_of
from subsidies.models import Application, CrossCheckHit
from subsidies.turns import WORDS

ALL_DOINGS = {**DOINGS, **FOLLOW_UP}


class Offered(NamedTuple):
    """`key` is the prefix of the form's fields and the anchor of its place on the page."""

    name: str
    key: str
    doing: Doing
    form: CaseForm
    is_open: bool = False


class HitOffered(NamedTuple):
    shown: HitShown
    offered: list[Offered]


def case_page(model_admin: Any, request: HttpRequest, application: Application) -> HttpResponse:
    """400 with everything that was typed when something is refused."""
    case = Case(application, signed_in(request))
    if request.method == "GET" and case.user.has_perm("common.view_journalentry"):
        note_sight(application)  # whoever only watches leaves a trace; who handles the case leaves others
    refused = _posted(model_admin, request, case) if request.method == "POST" else None
    if isinstance(refused, HttpResponse):
        return refused
    if refused is not None:  # as it stands in the database, whatever the verb had begun
        case = Case(model_admin.get_object(request, str(application.pk)), case.user)
        refused.form.case = case
    name = next_move_of(application, case.user)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": str(application),
        "subtitle": application.project_name,
        "opts": model_admin.opts,
        "case": case,
        "application": application,
        "offered": list(_with_the_next_open(case, _offered(case, refused), name)),
        "next_words": WORDS[name] if name in ELSEWHERE else "",
        "hits": _hits(case, refused),
    }
    with one_calendar():
        template = "admin/subsidies/case.html"
        return TemplateResponse(request, template, context, status=400 if refused else 200).render()


def letter(model_admin: Any, request: HttpRequest, object_id: str, recommendation_id: int) -> HttpResponseBase:
    """The letter of a recommendation, for whoever sees the application on the desk."""
    application = model_admin.get_object(request, object_id)
    shown = Case(application, signed_in(request)).recommendations if application else []
    found = next((row for row in shown if row.pk == recommendation_id), None)
    if found is None or found.letter is None:
        raise Http404
    try:
        return file_response(found.letter)
    except FileNotShown as error:
        messages.error(request, " ".join(error.messages))
        return redirect(case_url(application))


def case_url(application: Application, anchor: str = "") -> str:
    address = reverse("admin:subsidies_application_change", args=[application.pk])
    return f"{address}#{anchor}" if anchor else address


def _posted(model_admin: Any, request: HttpRequest, case: Case) -> Offered | HttpResponse:
    """Done and sent back to the page, or the form with what is wrong."""
    offered = _opened(case, request.POST.get("do", ""), request.POST, request.FILES)
    if not offered.form.is_valid():
        return offered
    try:
        with model_admin.acting(request):
            offered.doing.perform(case, offered.form)
    except ValidationError as refusal:
        offered.form.refuse(refusal)
        return offered
    messages.success(request, str(offered.doing.done))
    if model_admin.get_object(request, str(case.application.pk)) is None:  # as for a unit that returned it
        return redirect("admin:subsidies_application_changelist")
    return redirect(case_url(case.application))


def _opened(case: Case, key: str, *sent: Any) -> Offered:
    """The form of a key such as "accept" or, about a hit, "judge-17"; 404 for what there is not."""
    name, _dash, number = key.partition("-")
    if name not in ALL_DOINGS or bool(number) != (name in ABOUT_HITS):
        raise Http404
    about = {"hit": _hit(case, number)} if number else {}
    doing = ALL_DOINGS[name]
    return Offered(name, key, doing, doing.form(case, *sent, prefix=key, **about))


def _hit(case: Case, number: str) -> CrossCheckHit:
    for hit in case.hits:
        if str(hit.pk) == number:
            return hit
    raise Http404


def _offered(case: Case, refused: Offered | None) -> Iterator[Offered]:
    """What can be done now, and what was just refused, so that its text is not lost."""
    for name, doing in ALL_DOINGS.items():
        if name in ABOUT_HITS:
            continue
        if refused is not None and refused.name == name:
            yield refused
        elif doing.is_offered(case):
            yield _opened(case, name)


def _with_the_next_open(case: Case, offered: Iterable[Offered], next_move: str) -> Iterator[Offered]:
    """What this person is here to do stands open, the check as long as they are at it, and its end once it is whole."""
    for each in offered:
        is_next = each.name == "check" or each.name in HERE.get(next_move, ())
        yield each._replace(is_open=is_next or (each.name == "propose" and bool(case.outcome_of_results)))


def _hits(case: Case, refused: Offered | None) -> list[HitOffered]:
    if not case.is_bureau:
        return []
    names = [name for name in ABOUT_HITS if DOINGS[name].is_offered(case)]
    return [HitOffered(shown, [_about_hit(case, name, shown, refused) for name in names]) for shown in case.hits_shown]


def _about_hit(case: Case, name: str, shown: HitShown, refused: Offered | None) -> Offered:
    key = f"{name}-{shown.hit.pk}"
    return refused if refused is not None and refused.key == key else _opened(case, key)
