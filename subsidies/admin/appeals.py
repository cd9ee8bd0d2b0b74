from functools import cached_property, partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from accounts.requests import signed_in
from common.admin_tools import ReadOnlyAdmin
from subsidies import appealing, permissions
from subsidies.admin.offers import Offer, asked, board_page
from subsidies.enums import AppealState
from subsidies.models import Appeal, Application
from subsidies.workflow import LONGEST_REASON


class AnswerForm(forms.Form):
    is_upheld = forms.TypedChoiceField(
        label=pgettext_lazy("appeal", "outcome"),
        choices=[("", gettext_lazy("Choose")), ("yes", AppealState.UPHELD.label), ("no", AppealState.DISMISSED.label)],
        coerce=lambda value: value == "yes",
    )
    answer = forms.CharField(
        label=gettext_lazy("answer; the applicant reads it"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
    )


class AppealBoard:
    def __init__(self, appeal: Appeal, user: User) -> None:
        self.appeal, self.user = appeal, user
        self.decision = appeal.decision
        self.application: Application = appeal.decision.application
        self.address = reverse("admin:subsidies_appeal_change", args=[appeal.pk])

    @property
    def title(self) -> str:
        return _("Appeal: %(project)s") % {"project": self.application.project_name}

    @cached_property
    def took_part(self) -> bool:
        return self.user.pk in appealing.took_part(self.decision)

    @cached_property
    def offers(self) -> dict[str, Offer]:
        is_open = self.appeal.state == AppealState.OPEN
        if not is_open or self.took_part or not permissions.can_answer_appeal(self.user, self.application):
            return {}
        answer = Offer(
            gettext_lazy("Answer the appeal"),
            lambda form: appealing.answer(self.appeal, by=self.user, **form.cleaned_data),
            gettext_lazy("Answered: the applicant is told."),
            AnswerForm,
            gettext_lazy("Upheld, a refusal goes back among what is to be decided. It cannot be taken back."),
        )
        return {"answer": answer}


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    list_display = ["application", "applicant", "made_at", "due_on", "state", "answered_by"]
    list_display_links = ["application"]
    list_select_related = ["decision__application__organisation", "answered_by"]
    list_filter = ["state"]
    search_fields = ["decision__application__number", "decision__application__organisation__name_zh"]
    sortable_by = ["made_at", "due_on"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Appeal.objects.order_by("-pk")

    @admin.display(description=gettext_lazy("application"))
    def application(self, appeal: Appeal) -> str:
        return str(appeal.decision.application)

    @admin.display(description=gettext_lazy("applicant"))
    def applicant(self, appeal: Appeal) -> str:
        return str(appeal.decision.application.organisation)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = asked(self, request, object_id)
        return board_page(self, request, partial(_board, found.pk, signed_in(request)), "admin/subsidies/appeal.html")


def _board(key: int, user: User) -> AppealBoard:
    rows = Appeal.objects.select_related(
        "decision__application__organisation",
        "decision__application__call",
        "decision__meeting",
        "made_by",
        "answered_by",
    )
    return AppealBoard(rows.get(pk=key), user)
