"""Namesakes on the desk: recorded by one person, confirmed by a section head, withdrawn by whoever finds it wrong."""

from functools import cached_property, partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.requests import signed_in
from common.admin_tools import PilotAdmin
from common.keys import key_of
from subsidies import namesakes
from subsidies.admin.offers import Offer, asked, board_page
from subsidies.enums import NamesakeBasis
from subsidies.models import Application, Expert, Namesake
from subsidies.sight import kept_from


class EndForm(forms.Form):
    reason = forms.CharField(
        label=_("why it is withdrawn"),
        max_length=namesakes.LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
    )


class NamesakeBoard:
    def __init__(self, namesake: Namesake, user: User) -> None:
        self.namesake, self.user = namesake, user
        self.address = namesake.get_absolute_url()

    @property
    def title(self) -> str:
        return str(self.namesake)

    @cached_property
    def offers(self) -> dict[str, Offer]:
        row, user, found = self.namesake, self.user, {}
        if row.ended_at:
            return {}
        if not row.confirmed_at and namesakes.can_confirm(user, row):
            found["confirm"] = Offer(
                _("Confirm that it is another person"),
                lambda form: namesakes.confirm(row, by=user),
                _("Confirmed: the expert can be drawn for this application."),
                about=_("You cannot run the draw yourself then. The number of such cases is published with the draw."),
            )
        if namesakes.can_end(user, row):
            found["end"] = Offer(
                _("Withdraw the record"),
                lambda form: namesakes.end(row, by=user, **form.cleaned_data),
                _("Withdrawn: the expert stays out again."),
                EndForm,
            )
        return found


class RecordForm(forms.Form):
    basis = forms.ChoiceField(label=_("how it is known"), choices=[("", _("Choose")), *NamesakeBasis.choices])
    reason = forms.CharField(
        label=_("reason"),
        max_length=namesakes.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text=_("What was compared, and with what. It stays inside the bureau."),
    )


@admin.register(Namesake)
class NamesakeAdmin(PilotAdmin):
    list_display = ["expert", "application", "basis", "entered_by", "confirmed_by", "ended_at"]
    list_display_links = ["expert"]
    list_select_related = ["expert__user", "application", "entered_by", "confirmed_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return namesakes.namesakes_for(signed_in(request)).order_by("-pk")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # ------------------------------------------------------------ pages
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """For the pair that the page of a draw leads here with."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        user = signed_in(request)
        seen = Application.objects.for_staff(user).exclude(pk__in=kept_from(user).values("pk"))
        application = seen.filter(pk=key_of(request.GET.get("application", "")) or 0).first()
        expert = Expert.objects.filter(pk=key_of(request.GET.get("expert", "")) or 0).select_related("user").first()
        form = RecordForm(request.POST or None)
        if application and expert and form.is_valid():
            try:
                with self.acting(request):
                    row = namesakes.record(application, expert=expert, by=user, **form.cleaned_data)
            except ValidationError as refusal:
                form.add_error(None, refusal.messages)
            else:
                messages.success(request, _("Recorded: a section head confirms it."))
                return redirect(row.get_absolute_url())
        context = {
            **self.admin_site.each_context(request),
            "title": _("Record another person of the same name"),
            "opts": self.opts,
            "application": application,
            "expert": expert,
            "form": form,
        }
        status = 400 if form.errors else 200
        return TemplateResponse(request, "admin/subsidies/namesake_new.html", context, status=status)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = asked(self, request, object_id)
        read = partial(_board, found.pk, signed_in(request))
        return board_page(self, request, read, "admin/subsidies/namesake.html")


def _board(key: int, user: User) -> NamesakeBoard:
    people = ("entered_by", "confirmed_by", "ended_by")
    rows = Namesake.objects.select_related("application__organisation", "expert__user", *people)
    return NamesakeBoard(rows.get(pk=key), user)
