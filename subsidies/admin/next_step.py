"""Where the next move of an application is made: on its own page, or on that of what it is made with."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import User
from accounts.requests import signed_in
from subsidies.audiences import draws_of
from subsidies.enums import AppealState, NoticeState, ObjectionState
from subsidies.models import Appeal, Application, AwardDocument, Meeting, Objection, PublicNotice
from subsidies.turns import next_move
from subsidies.visit_times import PLANNED

Place = Callable[[Application, User], str]


def next_move_of(application: Application, user: User) -> str:
    """The name of the move that waits for this person, empty where none does; one query."""
    rows = Application.objects.filter(pk=application.pk)
    return str(rows.annotate(next_move=next_move(user)).values_list("next_move", flat=True).get())


def next_step(model_admin: object, request: HttpRequest, object_id: str) -> HttpResponse:
    """Leads to where this person goes on with the application; to its page where nothing is theirs to do."""
    application = model_admin.get_object(request, object_id)  # type: ignore[attr-defined]
    if application is None:
        raise Http404
    user = signed_in(request)
    place = ELSEWHERE.get(next_move_of(application, user))
    case = reverse("admin:subsidies_application_change", args=[application.pk])
    return redirect((place(application, user) if place else "") or case)


# ---------------------------------------------------------------- a query or two each
def _draw(application: Application, user: User) -> str:
    return reverse("admin:subsidies_draw_new", args=[application.call_id])


def _drawn(application: Application, user: User) -> str:
    waiting = [draw.pk for draw in draws_of(application) if not (draw.confirmed_at or draw.discarded_at)]
    return reverse("admin:subsidies_draw_change", args=[waiting[0]]) if waiting else ""


def _visit(application: Application, user: User) -> str:
    """Once it is planned; it is planned on the page of the case."""
    visits = application.visits.filter(state=PLANNED, officers__user=user, officers__signed_at=None)
    key = visits.values_list("key", flat=True).first()
    return reverse("subsidies:visit_detail", args=[key]) if key else ""


def _appeal(application: Application, user: User) -> str:
    appeals = Appeal.objects.filter(decision__application=application, state=AppealState.OPEN)
    key = appeals.values_list("pk", flat=True).first()
    return reverse("admin:subsidies_appeal_change", args=[key]) if key else ""


def _meeting_to_come(application: Application, user: User) -> str:
    """One that is prepared already; else a new one of its call, for whoever may prepare it."""
    key = Meeting.objects.filter(call=application.call_id, released_at=None).values_list("pk", flat=True).first()
    if key:
        return reverse("admin:subsidies_meeting_change", args=[key]) + "#propose"
    may_prepare = user.has_perm("subsidies.add_meeting")
    return f"{reverse('admin:subsidies_meeting_add')}?call={application.call_id}" if may_prepare else ""


def _meeting(application: Application, user: User) -> str:
    decisions = application.decisions.filter(released_at=None, removed_at=None)
    key = decisions.values_list("meeting", flat=True).first()
    return reverse("admin:subsidies_meeting_change", args=[key]) if key else ""


def _notice(application: Application, user: User) -> str:
    """One that is being written names it already; else a new one of its call."""
    states = (NoticeState.DRAFT, NoticeState.REVIEW)
    notices = PublicNotice.objects.filter(entries__application=application, state__in=states)
    key = notices.values_list("pk", flat=True).first()
    if key:
        return reverse("admin:subsidies_publicnotice_change", args=[key])
    return f"{reverse('admin:subsidies_publicnotice_add')}?call={application.call_id}"


def _objection(application: Application, user: User) -> str:
    objections = Objection.objects.filter(entry__application=application, state=ObjectionState.OPEN)
    key = objections.values_list("pk", flat=True).first()
    return reverse("admin:subsidies_objection_change", args=[key]) if key else ""


def _document(application: Application, user: User) -> str:
    documents = AwardDocument.objects.filter(entries__application=application, entries__dropped_at=None)
    key = documents.order_by("-pk").values_list("pk", flat=True).first()
    if key:
        return reverse("admin:subsidies_awarddocument_change", args=[key])
    return f"{reverse('admin:subsidies_awarddocument_add')}?call={application.call_id}"


def _money(application: Application, user: User) -> str:
    return reverse("admin:subsidies_application_money", args=[application.pk])


ELSEWHERE: dict[str, Place] = {
    "draw": _draw,
    "confirm_draw": _drawn,
    "visit": _visit,
    "site_check": _visit,
    "answer": _appeal,
    "propose": _meeting_to_come,
    "stage": _meeting,
    "release": _meeting,
    "write_notice": _notice,
    "publish_notice": _notice,
    "answer_objection": _objection,
    "prepare_award": _document,
    "countersign": _document,
    "issue": _document,
    "confirm_account": _money,
    "prepare_payment": _money,
    "approve_payment": _money,
    "execute_payment": _money,
}

# What is made on the page of the application itself, by the names of what is offered there.
HERE: dict[str, tuple[str, ...]] = {
    "prepare": ("prepare",),
    "decide": ("recommend", "decline"),
    "accept": ("accept",),
    "check": ("begin", "check"),
    "confirm": ("confirm",),
    "visit": ("plan_visit",),
    "judge_report": ("accept_report",),
    "decide_recovery": ("decide_recovery",),
    "register_repayment": ("register_repayment",),
    "settle_check": ("settle_check",),
    "close": ("close_case",),
}
