"""Objections in the desk: what is said, and the answer. Who objected is seen by who may answer, on request alone."""

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.requests import signed_in
from common import journal
from common.admin_tools import ReadOnlyAdmin
from common.file_serving import FileNotShown, file_response
from subsidies import permissions
from subsidies.admin.offers import Offer, asked, board_page
from subsidies.enums import Consequence, ObjectionState
from subsidies.models import Application, Objection, ObjectionFile
from subsidies.publicity import answering

UPHELD_AS = [(choice.value, choice.label) for choice in Consequence]


def _answer() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("answer; objector and applicant read it"),
        max_length=answering.LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
    )


class DismissForm(forms.Form):
    answer = _answer()


class UpholdForm(forms.Form):
    consequence = forms.ChoiceField(
        label=gettext_lazy("what follows"), choices=[("", gettext_lazy("Choose")), *UPHELD_AS]
    )
    answer = _answer()


class ObjectionBoard:
    """`is_named`: the person has asked to see who objected, and the journal says so."""

    def __init__(self, objection: Objection, user: User, *, is_named: bool = False) -> None:
        self.objection, self.user, self.is_named = objection, user, is_named
        self.application: Application = objection.entry.application
        self.address = reverse("admin:subsidies_objection_change", args=[objection.pk])

    @property
    def title(self) -> str:
        return _("Objection: %(project)s") % {"project": self.application.project_name}

    @cached_property
    def took_part(self) -> bool:
        return self.user.pk in answering.took_part(self.objection)

    @cached_property
    def may_read(self) -> bool:
        """The grounds and the evidence: nobody who decided or whom the firm is a matter of."""
        return not self.took_part and permissions.is_impartial(self.user, self.application)

    @cached_property
    def may_answer(self) -> bool:
        return not self.took_part and permissions.can_answer_objection(self.user, self.application)

    @property
    def may_ask_who(self) -> bool:
        return self.may_answer and bool(self.objection.name) and not self.is_named

    @cached_property
    def files(self) -> list[ObjectionFile]:
        return list(self.objection.files.select_related("file")) if self.may_read else []

    @cached_property
    def offers(self) -> Mapping[str, Offer]:
        if self.objection.state != ObjectionState.OPEN or not self.may_answer:
            return {}
        return {
            "dismiss": Offer(
                gettext_lazy("Do not uphold"),
                lambda form: answering.dismiss(self.objection, by=self.user, **form.cleaned_data),
                gettext_lazy("Answered: the award goes on."),
                DismissForm,
                gettext_lazy("The award clears when the days of the notice are over. It cannot be taken back."),
            ),
            "uphold": Offer(
                gettext_lazy("Uphold"),
                lambda form: answering.uphold(self.objection, by=self.user, **form.cleaned_data),
                gettext_lazy("Answered: the application leaves the list."),
                UpholdForm,
                gettext_lazy(
                    "The application leaves the list and its money is free again. While the notice runs, a new one "
                    "with the full days replaces it. It cannot be taken back."
                ),
            ),
        }


@admin.register(Objection)
class ObjectionAdmin(ReadOnlyAdmin):
    """The list names the application and never who objected to it."""

    list_display = ["application", "applicant", "kind", "received_at", "due_on", "state"]
    list_display_links = ["application"]
    list_select_related = ["entry__application__organisation"]
    list_filter = ["state", "kind"]
    search_fields = ["entry__application__number", "entry__application__organisation__name_zh"]
    sortable_by = ["received_at", "due_on"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Objection.objects.defer("name", "contact", "email", "text").order_by("-pk")

    @admin.display(description=gettext_lazy("application"))
    def application(self, objection: Objection) -> str:
        return str(objection.entry.application)

    @admin.display(description=gettext_lazy("applicant"))
    def applicant(self, objection: Objection) -> str:
        return str(objection.entry.application.organisation)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<path:object_id>/objector/", wrap(self.objector_view), name="subsidies_objection_objector"),
            path("<path:object_id>/files/<uuid:file_id>/", wrap(self.file_view), name="subsidies_objection_file"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return self._page(request, asked(self, request, object_id))

    def objector_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """By POST: whoever looks leaves an entry in the journal."""
        found = asked(self, request, object_id)
        if request.method != "POST":
            raise Http404
        with self.acting(request):
            answering.look_at_objector(_read(found.pk), by=signed_in(request))
        request.method = "GET"
        return self._page(request, found, is_named=True)

    def file_view(self, request: HttpRequest, object_id: str, file_id: UUID) -> HttpResponseBase:
        """By POST, for the same reason."""
        board = ObjectionBoard(_read(asked(self, request, object_id).pk), signed_in(request))
        if request.method != "POST":
            raise Http404
        if not board.may_read:
            raise PermissionDenied
        kept = get_object_or_404(board.objection.files.select_related("file"), file__public_id=file_id)
        with self.acting(request):
            journal.record("see_evidence", board.objection, {})
        try:
            return file_response(kept.file)
        except FileNotShown as refusal:
            raise Http404(" ".join(refusal.messages)) from refusal

    def _page(self, request: HttpRequest, found: Objection, *, is_named: bool = False) -> HttpResponse:
        user = signed_in(request)
        read = partial(_board, found.pk, user, is_named=is_named)
        answer = board_page(self, request, read, "admin/subsidies/objection.html")
        answer["Cache-Control"] = "no-store"
        return answer


def _read(key: int) -> Objection:
    rows = Objection.objects.select_related(
        "entry__application__organisation", "entry__application__call", "notice", "answered_by"
    )
    found: Objection = rows.get(pk=key)
    return found


def _board(key: int, user: User, *, is_named: bool) -> ObjectionBoard:
    return ObjectionBoard(_read(key), user, is_named=is_named)
