from functools import cached_property, partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.requests import signed_in
from common.admin_tools import PilotAdmin
from common.calendar import shanghai_today
from subsidies.admin.offers import Offer, asked, board_page
from subsidies.enums import PleaState
from subsidies.follow_up import integrity
from subsidies.models import IntegrityEntry, IntegrityPlea
from subsidies.workflow import LONGEST_REASON


def _area(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 4, "cols": 60}))


class RepairForm(forms.Form):
    reason = _area(_("What has been made good, and what shows it"))


class AnswerForm(forms.Form):
    is_upheld = forms.TypedChoiceField(
        label=pgettext_lazy("of a request", "outcome"),
        choices=[("", _("Choose")), ("yes", PleaState.UPHELD.label), ("no", PleaState.DISMISSED.label)],
        coerce=lambda value: value == "yes",
    )
    answer = _area(_("answer; the firm reads it"))


class EntryBoard:
    """One entry with what is asked about it."""

    def __init__(self, entry: IntegrityEntry, user: User) -> None:
        self.entry, self.user = entry, user
        self.address = reverse("admin:subsidies_integrityentry_change", args=[entry.pk])

    @property
    def title(self) -> str:
        return str(self.entry)

    @cached_property
    def is_in_force(self) -> bool:
        return self.entry.is_in_force_on(shanghai_today())

    @cached_property
    def pleas(self) -> list[IntegrityPlea]:
        rows = self.entry.pleas.select_related("made_by", "answered_by", "confirmed_by")
        for row in (found := list(rows)):
            row.entry = self.entry
        return found

    @cached_property
    def open_plea(self) -> IntegrityPlea | None:
        return next((row for row in self.pleas if row.state in integrity.BEING_HANDLED), None)

    @cached_property
    def offers(self) -> dict[str, Offer]:
        return dict(self._offers())

    def _offers(self) -> Any:
        plea, user = self.open_plea, self.user
        if plea is None and self.is_in_force and integrity.can_answer(user, self.entry):
            yield (
                "repair",
                Offer(
                    _("Propose the repair"),
                    lambda form: integrity.propose_repair(self.entry, by=user, **form.cleaned_data),
                    _("Proposed: another person confirms it."),
                    RepairForm,
                    _("The entry ends once another person has confirmed that what was wrong is made good."),
                ),
            )
        if plea is not None and integrity.can_answer(user, self.entry):
            yield (
                "answer",
                Offer(
                    _("Write the answer"),
                    lambda form: integrity.answer(plea, by=user, **form.cleaned_data),
                    _("Written: another person confirms it."),
                    AnswerForm,
                    _("Nothing changes, and the firm reads nothing, before another person confirms it."),
                ),
            )
        if plea is not None and plea.state == PleaState.ANSWERED and integrity.can_confirm(user, plea):
            yield (
                "confirm",
                Offer(
                    _("Confirm the answer"),
                    lambda form: integrity.confirm(plea, by=user),
                    _("Confirmed: the firm is told."),
                    about=_("As written below. Upheld, the entry ends today. It cannot be taken back."),
                ),
            )


class PleaFilter(admin.SimpleListFilter):
    title = _("what is asked about it")
    parameter_name = "pleas"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mine", _("Waiting for me"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        if self.value() != "mine":
            return queryset
        return queryset.filter(pk__in=integrity.open_pleas_for(signed_in(request)).values("entry"))


@admin.register(IntegrityEntry)
class IntegrityEntryAdmin(PilotAdmin):
    """Entries are never rewritten or deleted: applications were judged by them. They end by a confirmed answer."""

    list_display = ["name", "credit_code", "category", "basis", "listed_on", "ends_on", "repaired_on", "lifted_on"]
    search_fields = ["name", "credit_code"]
    list_filter = [PleaFilter, "category", "listed_on", "repaired_on"]
    fields = ["name", "credit_code", "category", "basis", "document_number", ("listed_on", "ends_on")]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return IntegrityEntry.objects.order_by("-listed_on", "-pk")

    def save_model(self, request: HttpRequest, obj: IntegrityEntry, form: Any, change: bool) -> None:
        integrity.add(obj, by=signed_in(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = asked(self, request, object_id)
        template = "admin/subsidies/integrity_entry.html"
        return board_page(self, request, partial(_board, found.pk, signed_in(request)), template)


def _board(key: int, user: User) -> EntryBoard:
    return EntryBoard(IntegrityEntry.objects.select_related("organisation", "source").get(pk=key), user)
