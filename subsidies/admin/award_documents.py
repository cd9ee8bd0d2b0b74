from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import signed_in
from common.admin_tools import ReadOnlyAdmin
from common.components import Crumb
from common.file_serving import FileNotShown, file_response
from common.templatetags.chenzhou import yuan
from subsidies import begun_numbers
from subsidies.admin.award_document_page import document_page
from subsidies.admin.award_forms import DocumentForm, ScanForm, usual_title
from subsidies.admin.offers import asked
from subsidies.awarding import documents
from subsidies.awarding.signed_copies import take_in
from subsidies.enums import DocumentState, State
from subsidies.models import AwardDocument, Call
from subsidies.views.award_papers import paper_page, pdf_answer


@admin.register(AwardDocument)
class AwardDocumentAdmin(ReadOnlyAdmin):
    """Prepared, countersigned and issued by the verbs alone; each page asks them."""

    list_display = ["label", "title", "call", "state", "listed_count", "total", "issued_at"]
    list_display_links = ["label"]
    list_select_related = ["call"]
    list_filter = ["state", "call"]
    search_fields = ["number", "title"]
    change_list_template = "admin/subsidies/awarddocument/change_list.html"
    sortable_by = ["issued_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        return rows.annotate(entries_count=Count("entries"), total_yuan=Sum("entries__amount_yuan"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).has_perm("subsidies.prepare_award")

    @admin.display(description=gettext_lazy("document number"))
    def label(self, document: AwardDocument) -> str:
        return document.number

    @admin.display(description=gettext_lazy("applications"))
    def listed_count(self, document: Any) -> int:
        return int(document.entries_count)

    @admin.display(description=gettext_lazy("total (yuan)"))
    def total(self, document: Any) -> str:
        return yuan(document.total_yuan) if document.total_yuan else "—"

    # ------------------------------------------------------------ pages
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("scans/", view(self.scans_view), name="subsidies_awarddocument_scans"),
            path("<path:object_id>/scan/", view(self.scan_view), name="subsidies_awarddocument_scan"),
            path("<path:object_id>/paper/", view(self.paper_view), name="subsidies_awarddocument_paper"),
            path("<path:object_id>/paper.pdf", view(self.pdf_view), name="subsidies_awarddocument_pdf"),
            *super().get_urls(),
        ]

    def paper_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Printable, once issued."""
        document = self._issued(request, object_id)
        return paper_page(request, document, {"crumbs": [Crumb(_("Award document"))]})

    def pdf_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return pdf_answer(self._issued(request, object_id))

    def scans_view(self, request: HttpRequest) -> HttpResponse:
        """A signed copy finds its document by the square on it; without one the person chooses."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ScanForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            told = form.cleaned_data
            try:
                with self.acting(request):
                    document = take_in(told["file"], by=signed_in(request), chosen=told["document"])
            except ValidationError as refusal:
                form.add_error(None, ValidationError(refusal.messages))
            else:
                messages.success(request, _("The signed copy of %(document)s is kept.") % {"document": document})
                return redirect("admin:subsidies_awarddocument_change", document.pk)
        status = 400 if form.is_bound else 200
        return self._page(
            request,
            "admin/subsidies/awarddocument/scans.html",
            {"form": form, "title": _("Take in a signed copy")},
            status,
        )

    def scan_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        document = asked(self, request, object_id)
        if document.signed_copy is None:
            raise Http404
        try:
            return file_response(document.signed_copy)
        except FileNotShown as error:
            messages.error(request, " ".join(error.messages))
            return redirect("admin:subsidies_awarddocument_change", document.pk)

    def _issued(self, request: HttpRequest, object_id: str) -> AwardDocument:
        document = asked(self, request, object_id)
        if document.state != DocumentState.ISSUED:
            raise Http404
        return document

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return document_page(self, request, asked(self, request, object_id))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """First the call, then the document for what is cleared of it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        key = request.GET.get("call", "")
        if not key.isdigit():
            return self._choose_call(request)
        return self._form_page(request, get_object_or_404(Call.objects.select_related("scheme"), pk=int(key)))

    def _choose_call(self, request: HttpRequest) -> HttpResponse:
        is_free = Q(applications__state=State.CLEARED)
        calls = (
            Call.objects.annotate(cleared=Count("applications", is_free)).filter(cleared__gt=0).order_by("-year", "pk")
        )
        return self._page(request, "admin/subsidies/awarddocument/calls.html", {"calls": calls})

    def _form_page(self, request: HttpRequest, call: Call) -> HttpResponse:
        rows = documents.to_be_listed(call).select_related("organisation").defer("data", "touched")
        form = DocumentForm(request.POST if request.method == "POST" else None, candidates=rows)
        if not form.is_bound:
            number = begun_numbers.of_award_document(call)
            form.initial = {"number": number, "title": usual_title(call), "applications": list(form.candidates)}
        elif form.is_valid():
            try:
                with self.acting(request):
                    document = documents.prepare(call, by=signed_in(request), **form.told())
            except ValidationError as refusal:
                form.add_error(None, ValidationError(refusal.messages))
            else:
                messages.success(request, _("The draft is kept: the finance bureau countersigns it."))
                return redirect("admin:subsidies_awarddocument_change", document.pk)
        status = 400 if form.is_bound else 200
        return self._page(request, "admin/subsidies/awarddocument/form.html", {"call": call, "form": form}, status)

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Prepare an award document"),
        }
        return TemplateResponse(request, template, shared | context, status=status)
