"""Payments on the desk: the list, the sheet for the bank, and what the bank has made of it."""

from typing import Any

from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.requests import signed_in
from common.admin_tools import ReadOnlyAdmin
from common.sheet_files import refuse_formulas
from common.spreadsheet import XLSX_TYPE, file_response, read_xlsx
from common.templatetags.chenzhou import yuan
from subsidies.admin.award_forms import SheetForm
from subsidies.awarding import bank_sheets
from subsidies.awarding.bank_sheets import Line
from subsidies.models import Payment

SALT, PREVIEW_SECONDS = "subsidies.admin.payments", 3600


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Read here; what is done about a payment is done on the page of its award's money."""

    list_display = ["number", "project", "payer", "amount", "account", "state", "paid_on", "voucher_number"]
    list_display_links = ["number"]
    list_select_related = ["award__application", "account"]
    list_filter = ["state", "payer"]
    search_fields = ["award__project_name", "voucher_number", "award__document_number"]
    sortable_by = ["paid_on"]
    change_list_template = "admin/subsidies/payment/change_list.html"
    fields = [
        "project",
        ("payer", "amount_yuan"),
        "account",
        "state",
        ("prepared_by", "approved_by", "executed_by"),
        ("paid_on", "voucher_number"),
        ("returned_on", "reason"),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("account__number")

    @admin.display(description=gettext_lazy("payment"), ordering="pk")
    def number(self, payment: Payment) -> int:
        return payment.pk

    @admin.display(description=gettext_lazy("project"))
    def project(self, payment: Payment) -> str:
        address = reverse("admin:subsidies_application_money", args=[payment.award.application_id])
        return format_html('<a href="{}">{}</a>', address, payment.award.project_name)

    @admin.display(description=gettext_lazy("amount"))
    def amount(self, payment: Payment) -> str:
        return yuan(payment.amount_yuan)

    # ------------------------------------------------------------ the sheet for the bank
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("bank/", view(require_POST(self.export_view)), name="subsidies_payment_bank"),
            path("reconcile/", view(self.reconcile_view), name="subsidies_payment_reconcile"),
            path("reconcile/confirm/", view(require_POST(self.confirm_view)), name="subsidies_payment_confirm"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        may_execute = signed_in(request).has_perm("subsidies.execute_payment")
        return super().changelist_view(request, {"may_execute": may_execute, **(extra_context or {})})

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """With whole account numbers: for those who execute, and journalled."""
        response = file_response(f"{_('List for the bank')}.xlsx", XLSX_TYPE)
        with self.acting(request):
            bank_sheets.export(by=signed_in(request), file=response)
        return response

    def reconcile_view(self, request: HttpRequest) -> HttpResponse:
        self._require(request)
        if request.method != "POST":
            return self._page(request, {"form": SheetForm()})
        form, lines = SheetForm(request.POST, request.FILES), []
        if form.is_valid():
            try:
                table = read_xlsx(form.cleaned_data["file"])
                refuse_formulas(form.cleaned_data["file"])
                lines = bank_sheets.lines_of(table, by=signed_in(request))
            except ValidationError as refusal:
                form.add_error("file", ValidationError(refusal.messages))
        is_well = bool(lines) and not any(line.problems for line in lines)
        sealed = self._sealed(request, lines) if is_well else ""
        return self._page(request, {"form": form, "lines": lines, "sealed": sealed}, 200 if is_well else 400)

    def confirm_view(self, request: HttpRequest) -> HttpResponse:
        """Exactly what was previewed, or nothing."""
        self._require(request)
        user = signed_in(request)
        try:
            lines = self._opened(request)
            with self.acting(request):
                count = bank_sheets.apply(bank_sheets.planned(lines, by=user), by=user)
        except signing.BadSignature:
            messages.error(request, _("This preview cannot be read or is over an hour old. Upload the file again."))
            return redirect("admin:subsidies_payment_reconcile")
        except ValidationError as refusal:
            messages.error(request, _("Nothing was recorded: %(why)s") % {"why": " ".join(refusal.messages)})
            return redirect("admin:subsidies_payment_reconcile")
        words = ngettext(
            "%(count)d payment is recorded as executed.", "%(count)d payments are recorded as executed.", count
        )
        messages.success(request, words % {"count": count})
        return redirect("admin:subsidies_payment_changelist")

    @staticmethod
    def _require(request: HttpRequest) -> None:
        if not signed_in(request).has_perm("subsidies.execute_payment"):
            raise PermissionDenied

    @staticmethod
    def _sealed(request: HttpRequest, lines: list[Line]) -> str:
        rows = [[line.number, line.cells] for line in lines]
        return signing.dumps({"user": signed_in(request).pk, "rows": rows}, salt=SALT, compress=True)

    @staticmethod
    def _opened(request: HttpRequest) -> list[Line]:
        preview = signing.loads(request.POST.get("preview", ""), salt=SALT, max_age=PREVIEW_SECONDS)
        if preview["user"] != signed_in(request).pk:
            raise signing.BadSignature
        return [Line(number, cells) for number, cells in preview["rows"]]

    def _page(self, request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Record what the bank has paid"),
        }
        return TemplateResponse(request, "admin/subsidies/payment/reconcile.html", shared | context, status=status)
