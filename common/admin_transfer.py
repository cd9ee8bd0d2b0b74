"""Excel in and out of an admin list: template, preview, confirmation, export."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.views.main import PAGE_VAR
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from common import journal
from common.admin_lookups import RefusedLookups, refused_page
from common.admin_vouched import labels_of_import, tell_what_was_lost
from common.journal_record import write
from common.sheet_files import refuse_formulas, write_template
from common.sheet_import import Plan, SheetImport
from common.spreadsheet import MOST_ROWS, XLSX_TYPE, file_response, read_xlsx, write_xlsx

PREVIEW_SECONDS = 3_600
LARGEST_PREVIEW = 4_000_000  # characters; the request that confirms may hold 5 MB
SALT = "common.admin_transfer"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Excel file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"empty": gettext_lazy("The file is empty."), "required": gettext_lazy("Choose a file.")},
    )


class Refused(Exception):
    """The confirmed import cannot be done; the words are meant for the user."""


class TransferAdmin:
    """A mixin for a ModelAdmin; `importer` and `export_rows` come from the app."""

    importer: ClassVar[type[SheetImport]]
    export_rows: Callable[[Any], Iterable[list[Any]]]
    change_list_template: Any = "admin/transfer_change_list.html"
    model: Any
    opts: Any
    admin_site: Any

    def get_urls(self) -> list[Any]:
        view, name = self.admin_site.admin_view, self._url_name
        return [
            path("import/", view(self.import_view), name=name("import")),
            path("import/confirm/", view(self.confirm_view), name=name("import_confirm")),
            path("import/template/", view(require_safe(self.template_view)), name=name("import_template")),
            path("export/", view(self.export_view), name=name("export")),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        extra = {
            "import_url": self._url("import") if self._may(request, "import") else "",
            "export_url": f"{self._url('export')}?{request.GET.urlencode()}" if self._may(request, "export") else "",
        }
        return super().changelist_view(request, {**extra, **(extra_context or {})})  # type: ignore[misc]

    # ------------------------------------------------------------ in
    def import_view(self, request: HttpRequest) -> HttpResponse:
        self._require(request, "import")
        if request.method != "POST":
            return self._upload_page(request, UploadForm())
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._upload_page(request, form)
        try:
            table = _read(form.cleaned_data["file"])
        except ValidationError as error:
            form.add_error("file", error)
            return self._upload_page(request, form)
        plan = self.importer(request.user).plan(table)
        return self._preview_page(request, plan, form.cleaned_data["file"].name)

    def confirm_view(self, request: HttpRequest) -> HttpResponse:
        self._require(request, "import")
        if request.method != "POST":
            return redirect(self._url("import"))
        try:
            plan, counts = self._confirmed(request)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(self._url("import"))
        words = {"new": counts["new"], "changed": counts["changed"]}
        messages.success(request, _("Imported: %(new)d new, %(changed)d changed.") % words)
        tell_what_was_lost(request, labels_of_import(plan.rows))
        return redirect(self._url("changelist"))

    def _confirmed(self, request: HttpRequest) -> tuple[Plan, dict[str, int]]:
        """Exactly what was previewed, or nothing; counted before the new rows have become old ones."""
        preview = self._opened(request)
        importer = self.importer(request.user)
        numbered = [(number, cells) for number, _digest, cells in preview["rows"]]
        try:
            with transaction.atomic(), journal.acting(by=request.user, source="admin", reason=preview["file"]):
                importer.lock(preview["codes"])
                plan = importer.plan_rows(preview["titles"], numbered)
                if [row.digest for row in plan.rows] != [digest for _number, digest, _cells in preview["rows"]]:
                    raise Refused(
                        _("The register has changed since the preview. Nothing was imported: upload the file again.")
                    )
                counts = plan.counts
                importer.apply(plan)
        except (ValidationError, DatabaseError) as error:
            raise Refused(_("Nothing was imported: the register refused a row. Upload the file again.")) from error
        return plan, counts

    def _opened(self, request: HttpRequest) -> dict[str, Any]:
        try:
            preview = signing.loads(request.POST.get("preview", ""), salt=SALT, max_age=PREVIEW_SECONDS)
        except signing.SignatureExpired as error:
            raise Refused(_("The preview is over an hour old. Upload the file again.")) from error
        except signing.BadSignature as error:
            raise Refused(_("This preview cannot be read. Upload the file again.")) from error
        if (preview["model"], preview["user"]) != (self.opts.label_lower, request.user.pk):
            raise Refused(_("This preview cannot be read. Upload the file again."))
        return preview

    def _sealed(self, request: HttpRequest, plan: Plan, name: str) -> str:
        rows = [[row.number, row.digest, list(row.cells)] for row in plan.going]
        who = {"model": self.opts.label_lower, "user": request.user.pk, "file": _file_words(name)}
        codes = [row.code for row in plan.going if row.code]
        return signing.dumps(
            {**who, "titles": list(plan.titles), "codes": codes, "rows": rows}, salt=SALT, compress=True
        )

    def template_view(self, request: HttpRequest) -> HttpResponse:
        self._require(request, "import")
        response = file_response(
            _("Import template - %(name)s.xlsx") % {"name": self.opts.verbose_name_plural}, XLSX_TYPE
        )
        importer = self.importer
        write_template(importer.all_columns(), importer.required, sheet=self._sheet(), file=response)
        return response

    # ------------------------------------------------------------ out
    def export_view(self, request: HttpRequest) -> HttpResponse:
        """The list as it is filtered; the journal keeps who took it."""
        self._require(request, "export")
        if request.method != "POST":
            return redirect(self._url("changelist"))
        try:
            rows = self._listed(request)
        except RefusedLookups as error:
            return refused_page(self, request, error.sentences)
        count = rows.order_by()[: MOST_ROWS + 1].count()
        if count > MOST_ROWS:
            messages.error(
                request, _("More than %(count)d rows: narrow the list by its filters first.") % {"count": MOST_ROWS}
            )
            return redirect(f"{self._url('changelist')}?{request.GET.urlencode()}")
        with journal.acting(by=request.user, source="admin"):
            write("export", self.model, {"count": [None, count]}, label=str(self.opts.verbose_name_plural))
        response = file_response(f"{self.opts.verbose_name_plural}.xlsx", XLSX_TYPE)
        titles = [column.title for column in self.importer.all_columns()]
        write_xlsx(titles, self.export_rows(rows), sheet=self._sheet(), file=response)
        return response

    def _listed(self, request: HttpRequest) -> Any:
        """All rows of the list, whichever page of it was open."""
        asked = request.GET.copy()
        asked.pop(PAGE_VAR, None)
        request.GET = cast(Any, asked)
        return self.get_changelist_instance(request).queryset  # type: ignore[attr-defined]

    # ------------------------------------------------------------ shared
    def _upload_page(self, request: HttpRequest, form: UploadForm) -> HttpResponse:
        hints = [(column.title, column.hint) for column in self.importer.all_columns() if column.hint]
        context = {"title": self._import_title(), "form": form, "template_url": self._url("import_template")}
        context["hints"] = hints
        return self._page(request, "admin/import.html", context, status=400 if form.errors else 200)

    def _preview_page(self, request: HttpRequest, plan: Plan, name: str) -> HttpResponse:
        sealed = self._sealed(request, plan, name) if plan.is_possible else ""
        if len(sealed) > LARGEST_PREVIEW:
            plan.problems.append(_("The sheet holds too much text for one import. Split it."))
            sealed = ""
        context = {"title": self._import_title(), "subtitle": name, "plan": plan, "sealed": sealed}
        context |= {"confirm_url": self._url("import_confirm"), "import_url": self._url("import")}
        has_errors = bool(plan.problems or plan.counts["wrong"])
        return self._page(request, "admin/import_preview.html", context, status=400 if has_errors else 200)

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, shared | context, status=status)

    def _import_title(self) -> str:
        return _("Import from Excel: %(name)s") % {"name": self.opts.verbose_name_plural}

    def _sheet(self) -> str:
        return str(self.opts.verbose_name_plural)[:31]

    def _may(self, request: HttpRequest, verb: str) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{verb}_{self.opts.model_name}")

    def _require(self, request: HttpRequest, verb: str) -> None:
        if not self._may(request, verb):
            raise PermissionDenied

    def _url_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def _url(self, page: str) -> str:
        return reverse(f"admin:{self._url_name(page)}")


def _read(file: Any) -> list[list[str]]:
    table = read_xlsx(file)
    refuse_formulas(file)
    return table


def _file_words(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[:200]
