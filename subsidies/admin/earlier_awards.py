"""Earlier awards on the desk: entered by one person, confirmed, refused or revoked by another."""

from functools import cached_property, partial
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.requests import signed_in
from common.admin_tools import PilotAdmin
from subsidies.admin.offers import Offer, asked, board_page
from subsidies.awarding import earlier
from subsidies.enums import EarlierState
from subsidies.models import EarlierAward
from subsidies.once import award_key
from subsidies.workflow import LONGEST_REASON


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3, "cols": 60})
    )


class EarlierAwardForm(forms.ModelForm):
    """From its document; that it is given once holds here as for applications."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        entry = self.instance
        entry.once_key = award_key(entry.scheme, entry.organisation, entry.project, entry.project_name)
        try:
            earlier.refuse_twice(entry)
        except ValidationError as refusal:
            self.add_error(None, refusal.messages)


class EntryBoard:
    def __init__(self, entry: EarlierAward, user: User) -> None:
        self.entry, self.user = entry, user
        self.address = entry.get_absolute_url()

    @property
    def title(self) -> str:
        return str(self.entry)

    @cached_property
    def offers(self) -> dict[str, Offer]:
        entry, user = self.entry, self.user
        if entry.state == EarlierState.ENTERED and earlier.can_settle(user, entry):
            return self._settling()
        if entry.state != EarlierState.CONFIRMED:
            return {}
        found = {}
        if earlier.can_revoke(user, entry):
            found["revoke"] = Offer(
                _("Revoke the entry"),
                lambda form: earlier.revoke(entry, by=user),
                _("Revoked: it bars nothing any more."),
                about=_("It stays on record as revoked, with the reason. It cannot be taken back."),
            )
        if earlier.can_propose_revocation(user, entry):
            found["propose"] = Offer(
                _("Say that the entry is wrong"),
                lambda form: earlier.propose_revocation(entry, by=user, **form.cleaned_data),
                _("Kept: another person revokes it."),
                ReasonForm,
                _("It stays in force until another person revokes it."),
            )
        return found

    def _settling(self) -> dict[str, Offer]:
        entry, user = self.entry, self.user
        return {
            "confirm": Offer(
                _("Confirm the entry"),
                lambda form: earlier.confirm(entry, by=user),
                _("Confirmed: it counts as an award."),
                about=_("Compare it with the document. From then on it bars another award for the same thing."),
            ),
            "refuse": Offer(
                _("Refuse the entry"),
                lambda form: earlier.refuse(entry, by=user, **form.cleaned_data),
                _("Refused; it stays on record."),
                ReasonForm,
            ),
        }


@admin.register(EarlierAward)
class EarlierAwardAdmin(PilotAdmin):
    form = EarlierAwardForm
    list_display = ["project_name", "organisation", "scheme", "amount_yuan", "awarded_on", "state", "entered_by"]
    list_select_related = ["organisation", "scheme", "entered_by"]
    list_filter = ["state", "scheme"]
    search_fields = ["project_name", "organisation__name_zh", "document_number"]
    sortable_by = ["awarded_on"]
    autocomplete_fields = ["organisation", "project"]
    fields = ["scheme", "organisation", "project", "project_name", ("amount_yuan", "awarded_on"), "document_number"]

    def save_model(self, request: HttpRequest, obj: EarlierAward, form: Any, change: bool) -> None:
        earlier.enter(obj, by=signed_in(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = asked(self, request, object_id)
        read = partial(_board, found.pk, signed_in(request))
        return board_page(self, request, read, "admin/subsidies/earlier_award.html")


def _board(key: int, user: User) -> EntryBoard:
    people = ("entered_by", "settled_by", "revocation_by", "revoked_by")
    rows = EarlierAward.objects.select_related("scheme", "organisation", "project", "award", *people)
    return EntryBoard(rows.get(pk=key), user)
