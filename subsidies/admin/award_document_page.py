"""The page of an award document: its list, its signatures, and what can be done by whom."""

from collections.abc import Iterator
from functools import cached_property, partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.requests import signed_in
from subsidies.admin import award_forms as forms
from subsidies.admin.offers import Offer, board_page
from subsidies.awarding import documents
from subsidies.awarding.listing import is_intact
from subsidies.bound import why_bound
from subsidies.enums import DocumentState
from subsidies.models import Application, AwardDocument, AwardEntry

OPEN = (DocumentState.DRAFT, DocumentState.COUNTERSIGNED)


class DocumentBoard:
    def __init__(self, document: AwardDocument, user: User) -> None:
        self.document, self.user = document, user
        self.address = reverse("admin:subsidies_awarddocument_change", args=[document.pk])

    @property
    def title(self) -> str:
        return str(self.document)

    @cached_property
    def entries(self) -> list[AwardEntry]:
        rows = self.document.entries.select_related("application__organisation", "application__award")
        return list(rows.order_by("position"))

    @cached_property
    def total(self) -> Any:
        return sum(entry.amount_yuan for entry in self.entries)

    @property
    def is_issued(self) -> bool:
        return self.document.state == DocumentState.ISSUED

    @cached_property
    def is_intact(self) -> bool:
        return not self.is_issued or is_intact(self.document)

    @cached_property
    def offers(self) -> dict[str, Offer]:
        return {} if self.not_theirs else dict(self._offers())

    @cached_property
    def not_theirs(self) -> str:
        """Why nothing is offered to somebody whose turn it would be but for an interest; the verbs refuse it alike."""
        return why_bound(self.user, [entry.application for entry in self.entries]) if any(self._offers()) else ""

    def _offers(self) -> Iterator[tuple[str, Offer]]:
        state, may = self.document.state, self.user.has_perm
        if state == DocumentState.DRAFT and may("subsidies.prepare_award"):
            yield "change", self._change()
        if self._may_countersign:
            yield (
                "countersign",
                Offer(
                    gettext_lazy("Countersign for the finance bureau"),
                    lambda form: documents.countersign(self.document, by=self.user),
                    gettext_lazy("Countersigned: a leader of the bureau issues it."),
                    about=gettext_lazy("Look through number, list and amounts; they do not change afterwards."),
                ),
            )
        if self._may_issue:
            yield (
                "issue",
                Offer(
                    gettext_lazy("Issue the document"),
                    lambda form: documents.issue(self.document, by=self.user),
                    gettext_lazy("Issued: the awards are given, the money is committed and the firms are told."),
                    about=gettext_lazy("All that is listed or nothing. It cannot be taken back as a whole."),
                ),
            )
        if state == DocumentState.COUNTERSIGNED and (may("subsidies.countersign_award") or self._may_issue):
            yield (
                "send_back",
                Offer(
                    gettext_lazy("Send back to the clerk"),
                    lambda form: documents.send_back(self.document, by=self.user, **form.cleaned_data),
                    gettext_lazy("Sent back: it is a draft again."),
                    forms.ReasonForm,
                ),
            )
        if state in OPEN and may("subsidies.prepare_award"):
            yield (
                "drop",
                Offer(
                    gettext_lazy("Drop the document"),
                    lambda form: documents.drop(self.document, by=self.user, **form.cleaned_data),
                    gettext_lazy("Dropped: its applications can stand on another document."),
                    forms.ReasonForm,
                ),
            )

    @property
    def _may_countersign(self) -> bool:
        is_time = self.document.state == DocumentState.DRAFT and self.document.prepared_by_id != self.user.pk
        return is_time and self.user.has_perm("subsidies.countersign_award")

    @property
    def _may_issue(self) -> bool:
        signed = (self.document.prepared_by_id, self.document.countersigned_by_id)
        is_time = self.document.state == DocumentState.COUNTERSIGNED and self.user.pk not in signed
        return is_time and self.user.has_perm("subsidies.issue_award")

    def _change(self) -> Offer:
        own = [entry.application for entry in self.entries]
        others = documents.to_be_listed(self.document.call).select_related("organisation").defer("data", "touched")
        initial = {name: getattr(self.document, name) for name in ("number", "title", "text")}
        initial["applications"] = [row.pk for row in own]
        return Offer(
            gettext_lazy("Change the draft"),
            lambda form: documents.change(self.document, by=self.user, **form.told()),
            gettext_lazy("The draft is kept."),
            partial(forms.DocumentForm, candidates=by_number([*own, *others]), initial=initial),
        )


def by_number(applications: list[Application]) -> list[Application]:
    return sorted(applications, key=lambda row: row.number or "")


def document_page(model_admin: Any, request: HttpRequest, document: AwardDocument) -> HttpResponse:
    user = signed_in(request)

    def read() -> DocumentBoard:
        rows = AwardDocument.objects.select_related(
            "call__scheme", "prepared_by", "countersigned_by", "issued_by", "signed_copy"
        )
        return DocumentBoard(rows.get(pk=document.pk), user)

    extra = {"subtitle": _("Award document")}
    return board_page(model_admin, request, read, "admin/subsidies/awarddocument/page.html", extra)
