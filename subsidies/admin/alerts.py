from functools import cached_property, partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from accounts.requests import signed_in
from common.admin_changelist import UncountedChangeList
from common.admin_tools import ReadOnlyAdmin
from subsidies.admin.offers import Offer, asked, board_page
from subsidies.enums import AlertJudgement
from subsidies.models import Alert
from subsidies.watching.looking import judge
from subsidies.watching.words import Sentences
from subsidies.workflow import LONGEST_REASON

JUDGEMENTS = (AlertJudgement.HARMLESS, AlertJudgement.FOLLOWED)


class JudgementForm(forms.Form):
    judgement = forms.ChoiceField(
        label=gettext_lazy("judgement"),
        choices=[("", gettext_lazy("Choose")), *((each.value, each.label) for each in JUDGEMENTS)],
    )
    reason = forms.CharField(
        label=gettext_lazy("reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3, "cols": 60})
    )


class AlertBoard:
    def __init__(self, alert: Alert, user: User) -> None:
        self.alert, self.user = alert, user
        self.sentence = Sentences([alert]).of(alert)
        self.address = reverse("admin:subsidies_alert_change", args=[alert.pk])

    @property
    def title(self) -> str:
        return str(self.alert.get_kind_display())

    @cached_property
    def offers(self) -> dict[str, Offer]:
        if self.alert.judgement != AlertJudgement.OPEN or not self.user.has_perm("subsidies.judge_alert"):
            return {}
        offer = Offer(
            gettext_lazy("Judge the alert"),
            lambda form: judge(self.alert, by=self.user, **form.cleaned_data),
            gettext_lazy("Judged. No case has been changed by it."),
            JudgementForm,
            gettext_lazy("A pattern proves nothing. What follows from it is for you to do."),
        )
        return {"judge": offer}


class AlertChangeList(UncountedChangeList):
    """Reads the names in all sentences of the page at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = list(self.result_list)
        sentences = Sentences(rows)
        for row in rows:
            row.sentence = sentences.of(row)
        self.result_list = rows


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    list_display = ["told", "kind", "found_at", "judgement", "judged_by"]
    list_display_links = ["told"]
    list_select_related = ["judged_by"]
    list_filter = ["judgement", "kind"]
    sortable_by = ["found_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Alert.objects.order_by("-pk")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[UncountedChangeList]:
        return AlertChangeList

    @admin.display(description=pgettext_lazy("of an alert", "what was found"))
    def told(self, alert: Any) -> str:
        return str(alert.sentence)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = asked(self, request, object_id)
        return board_page(self, request, partial(_board, found.pk, signed_in(request)), "admin/subsidies/alert.html")


def _board(key: int, user: User) -> AlertBoard:
    return AlertBoard(Alert.objects.select_related("judged_by").get(pk=key), user)
