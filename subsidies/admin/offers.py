"""A page of the desk with several forms on it: shown, and posted to with the name of what is to be done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Words = Promise | str


class PlainForm(forms.Form):
    """For what needs nothing but the will."""


@dataclass(frozen=True)
class Offer:
    """Something that the person can do here now; `form` takes data, files and a prefix."""

    title: Words
    perform: Callable[[Any], object]
    done: Words
    form: Callable[..., forms.Form] = PlainForm
    about: Words = ""
    template: str = "admin/includes/desk_fields.html"


@dataclass(frozen=True)
class Offered:
    """`key` is the prefix of the form's fields and the anchor of its place on the page: "release", "stage-17"."""

    key: str
    doing: Offer
    form: forms.Form

    @property
    def about_row(self) -> int | None:
        number = self.key.partition("-")[2]
        return int(number) if number else None


class Board(Protocol):
    """What a page shows, read anew after every refusal."""

    address: str

    @property
    def title(self) -> str: ...

    @property
    def offers(self) -> Mapping[str, Offer]: ...


def asked(model_admin: Any, request: HttpRequest, object_id: str) -> Any:
    """The row that the address names; Http404 where there is none, PermissionDenied for whoever may not see it."""
    found = model_admin.get_object(request, unquote(object_id))
    if found is None:
        raise Http404
    if not model_admin.has_view_permission(request, found):
        raise PermissionDenied
    return found


def board_page(
    model_admin: Any,
    request: HttpRequest,
    read: Callable[[], Board],
    template: str,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """400 with everything that was typed when something is refused."""
    board = read()
    refused = None
    if request.method == "POST":
        answer = _posted(model_admin, request, board)
        if isinstance(answer, HttpResponse):
            return answer
        refused, board = answer, read()
    offered = [_opened(key, offer, refused) for key, offer in board.offers.items()]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": board.title,
        "opts": model_admin.opts,
        "board": board,
        "offered": [each for each in offered if each.about_row is None],
        "by_row": {row: [each for each in offered if each.about_row == row] for row in {o.about_row for o in offered}},
        **(extra or {}),
    }
    return TemplateResponse(request, template, context, status=400 if refused else 200).render()


def _opened(key: str, offer: Offer, refused: Offered | None) -> Offered:
    return refused if refused is not None and refused.key == key else Offered(key, offer, offer.form(prefix=key))


def _posted(model_admin: Any, request: HttpRequest, board: Board) -> Offered | HttpResponse:
    """Done and sent back to the page, or the form with what is wrong."""
    key = request.POST.get("do", "")
    offer = board.offers.get(key)
    if offer is None:
        messages.error(request, _("This is not possible for you here, or not any more. The page shows how it stands."))
        return redirect(board.address)
    form = offer.form(request.POST, request.FILES, prefix=key)
    if form.is_valid():
        try:
            with model_admin.acting(request):
                offer.perform(form)
        except ValidationError as refusal:
            form.add_error(None, ValidationError(refusal.messages))
        else:
            messages.success(request, str(offer.done))
            return redirect(board.address)
    return Offered(key, offer, form)
