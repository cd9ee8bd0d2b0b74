"""Moves of bases from the desk: one at a time from the page of a base, many at once from the list."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from bases import workflow
from bases.admin.forms import MoveForm
from bases.enums import Action
from bases.models import Base

MOST_AT_ONCE = 200

VERBS: dict[Action, Callable[..., Base]] = {
    Action.SUBMIT: workflow.submit,
    Action.RECOMMEND: workflow.recommend,
    Action.SEND_BACK: workflow.send_back,
    Action.VISIT: workflow.visit,
    Action.PUBLICISE: workflow.publicise,
    Action.ENLIST: workflow.enlist,
    Action.WARN: workflow.warn,
    Action.CLEAR_WARNING: workflow.clear_warning,
    Action.SUSPEND: workflow.suspend,
    Action.RESUME: workflow.resume,
    Action.REMOVE: workflow.remove,
    Action.MERGE: workflow.merge,
}
NAMES_ANOTHER_BASE = (Action.MERGE,)  # made one by one


class LeftOut(NamedTuple):
    base: Base
    why: str


def buttons(base: Base, user: User) -> list[tuple[str, str]]:
    """Address and words of each move `user` may make from the page of a base."""
    return [
        (_address(base, action), str(action.label))
        for action in workflow.available_actions(base, user)
        if action in VERBS
    ]


def bulk_actions(user: User) -> dict[str, tuple[Any, str, str]]:
    many = (action for action in VERBS if action not in NAMES_ANOTHER_BASE)
    allowed = [action for action in many if any(map(user.has_perm, workflow.MOVES[action].rights))]
    return {f"move_{action}": (_bulk(action), f"move_{action}", str(action.label)) for action in allowed}


# ---------------------------------------------------------------- one base
def move_view(model_admin: Any, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
    base = model_admin.get_object(request, unquote(object_id))
    if base is None or action not in VERBS:
        raise Http404
    chosen = Action(action)
    if why := why_not(base, chosen, request.user):
        messages.error(request, why)
        return redirect("admin:bases_base_change", base.pk)
    form = MoveForm(chosen, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _made(model_admin, request, base, chosen, form):
        return redirect("admin:bases_base_change", base.pk)
    context = {"title": chosen.label, "subtitle": str(base), "form": form, "base": base, "action": chosen}
    return _page(model_admin, request, "admin/bases/move.html", context, form)


def _made(model_admin: Any, request: HttpRequest, base: Base, action: Action, form: MoveForm) -> bool:
    try:
        with model_admin.acting(request):
            moved = VERBS[action](base, by=request.user, **form.cleaned_data)
    except workflow.MoveRefused as refusal:
        form.add_error(None, refusal)
        return False
    words = {"base": moved, "action": action.label, "state": moved.get_state_display()}
    messages.success(request, _("%(base)s: %(action)s. It is now “%(state)s”.") % words)
    return True


# ---------------------------------------------------------------- many bases
def _bulk(action: Action) -> Callable[..., HttpResponse | None]:
    def run(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return _move_many(model_admin, request, list(queryset[: MOST_AT_ONCE + 1]), action)

    return run


def _move_many(model_admin: Any, request: HttpRequest, chosen: list[Base], action: Action) -> HttpResponse | None:
    if len(chosen) > MOST_AT_ONCE:
        messages.error(request, _("Choose at most %(count)d bases at once.") % {"count": MOST_AT_ONCE})
        return None
    left_out = [LeftOut(base, why) for base in chosen if (why := why_not(base, action, request.user))]
    skipped = {each.base.pk for each in left_out}
    going = [base for base in chosen if base.pk not in skipped]
    is_confirmed = "confirmed" in request.POST
    form = MoveForm(action, request.POST if is_confirmed else None)
    if is_confirmed and form.is_valid() and going:
        _perform(model_admin, request, going, action, form)
        return None
    context = {"title": action.label, "form": form, "going": going, "left_out": left_out, "action": action}
    context |= {"action_name": f"move_{action}", "checkbox": ACTION_CHECKBOX_NAME}
    return _page(model_admin, request, "admin/bases/move_many.html", context, form)


def _perform(model_admin: Any, request: HttpRequest, going: Iterable[Base], action: Action, form: MoveForm) -> None:
    """Each base in its own transaction: one that is refused now does not hold up the others."""
    done = 0
    for base in going:
        try:
            with model_admin.acting(request):
                VERBS[action](base, by=request.user, **form.cleaned_data)
            done += 1
        except workflow.MoveRefused as refusal:
            messages.error(request, f"{base.code} {base}: {' '.join(refusal.messages)}")
        except PermissionDenied:
            messages.error(request, f"{base.code} {base}: {_no_right()}")
    if done:
        words = {"action": action.label, "count": done}
        messages.success(request, ngettext("%(action)s: %(count)d base.", "%(action)s: %(count)d bases.", done) % words)


def why_not(base: Base, action: Action, user: Any) -> str:
    """The sentence for whoever cannot make this move now; empty where nothing is in the way."""
    move = workflow.MOVES[action]
    if base.state not in move.sources:
        words = {"state": base.get_state_display(), "action": action.label}
        return _("The base is now “%(state)s”: “%(action)s” is not possible.") % words
    if move.allows(user, base):
        return " ".join(move.obstacles(base))
    return (
        _("You have submitted this base yourself: somebody else decides.")
        if base.submitted_by_id == user.pk
        else _no_right()
    )


def _no_right() -> str:
    return _("You may not make this move.")


def _address(base: Base, action: Action) -> str:
    return reverse("admin:bases_base_move", args=[base.pk, action.value])


def _page(
    model_admin: Any, request: HttpRequest, template: str, context: dict[str, Any], form: MoveForm
) -> HttpResponse:
    shared = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts}
    return TemplateResponse(request, template, shared | context, status=400 if form.errors else 200)
