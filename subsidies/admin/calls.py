from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from common.admin_tools import PartOptions, VersionedAdmin, VersionedForm
from common.slugs import free_slug
from common.spreadsheet import file_response
from subsidies.call_files import LARGEST_BYTES, CallFile, create, exported, read
from subsidies.default_content import default_content, has_default
from subsidies.models import Call, CallQuestion
from subsidies.permissions import can_draft, can_invite, can_publish
from subsidies.publishing import copy_call, new_draft, publish_call, what_keeps_from_publishing

SALT = "subsidies.call_import"
PREVIEW_SECONDS = 3600
DATES = ("opens_at", "closes_at", "recommend_closes_at")
FIXED_ONCE_PUBLISHED = ("scheme", "slug", "year", "number_prefix")


class CallForm(VersionedForm):
    begins_with_default = forms.BooleanField(
        label=gettext_lazy("Begin with the conditions, materials and form delivered for this scheme"),
        help_text=gettext_lazy("They are drafts: change what the bureau has decided otherwise, then publish."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Left empty, it is made from the name.")
        if self.instance.pk:
            self.fields.pop("begins_with_default", None)
        for name in DATES:
            if name in self.fields:
                self._name_day_and_time(name)

    def _name_day_and_time(self, name: str) -> None:
        """Two inputs stand for one moment, and neither has a label of its own."""
        field: Any = self.fields[name]
        day, time = field.widget.widgets
        day.attrs["aria-label"] = _("%(name)s: day") % {"name": field.label}
        time.attrs["aria-label"] = _("%(name)s: time") % {"name": field.label}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "slug" in self.fields and not cleaned.get("slug") and cleaned.get("name_zh"):
            cleaned["slug"] = self.instance.slug or free_slug(Call, cleaned.get("name_en", ""), cleaned["name_zh"])
        return cleaned


class CopyForm(forms.Form):
    year = forms.IntegerField(label=gettext_lazy("Year of the new call"), min_value=2000, max_value=2100)


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File of a call"),
        widget=forms.ClearableFileInput(attrs={"accept": ".json"}),
        error_messages={"empty": gettext_lazy("The file is empty."), "required": gettext_lazy("Choose a file.")},
    )


class QuestionInline(PartOptions, admin.StackedInline):
    model = CallQuestion
    fields = ["position", ("question_zh", "question_en"), ("answer_zh", "answer_en")]


@admin.register(Call)
class CallAdmin(VersionedAdmin):
    form = CallForm
    change_form_template = "admin/subsidies/call/change_form.html"
    change_list_template = "admin/subsidies/call/change_list.html"
    list_display = ["name_zh", "scheme", "year", "opens_at", "closes_at", "published_at"]
    list_select_related = ["scheme"]
    list_filter = ["scheme", "year"]
    search_fields = ["name_zh", "name_en", "slug"]
    sortable_by = ["year", "opens_at"]
    inlines = [QuestionInline]
    fieldsets = [
        (None, {"fields": ["scheme", ("name_zh", "name_en"), ("year", "slug", "number_prefix")]}),
        (gettext_lazy("Dates"), {"fields": [DATES]}),
        (gettext_lazy("Money and quota"), {"fields": [("budget_yuan", "quota_per_recommender")]}),
        (gettext_lazy("Hotlines"), {"fields": [("business_hotline", "system_hotline")]}),
        (gettext_lazy("Notice"), {"fields": ["notice_zh", "notice_en"]}),
    ]
    PUBLISHED = (
        gettext_lazy("As published"),
        {"fields": [("published_at", "published_by"), ("amount_yuan", "rate_percent", "cap_yuan")]},
    )

    # ------------------------------------------------------------ the form
    def get_fieldsets(self, request: HttpRequest, obj: Call | None = None) -> Any:
        fieldsets = list(super().get_fieldsets(request, obj))
        if obj is None:
            return [*fieldsets, (gettext_lazy("What the call asks"), {"fields": ["begins_with_default"]})]
        return [*fieldsets[:5], self.PUBLISHED, *fieldsets[5:]] if obj.published_at else fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Call | None = None) -> tuple[str, ...]:
        """Once published, what applicants rely on stays; only who publishes may move a date."""
        if obj is None or obj.published_at is None:
            return ()
        published = ("published_at", "published_by", "amount_yuan", "rate_percent", "cap_yuan")
        dates = () if can_publish(request.user, obj) else DATES  # type: ignore[arg-type]
        return (*FIXED_ONCE_PUBLISHED, *published, *dates)

    def has_delete_permission(self, request: HttpRequest, obj: Call | None = None) -> bool:
        return False

    def view_on_site(self, call: Call) -> str | None:
        return call.get_absolute_url() if call.published_at else None

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change:
            return
        call = form.instance
        takes_default = form.cleaned_data.get("begins_with_default") and has_default(call.scheme)
        new_draft(call, by=request.user, content=default_content(call.scheme) if takes_default else None)  # type: ignore[arg-type]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        call = kwargs.get("obj")
        if call is not None:
            versions = list(call.versions.all())
            draft = next((version for version in versions if version.state == "draft"), None)
            is_open_question = call.published_at is None
            context |= {
                "versions": versions,
                "problems": what_keeps_from_publishing(call, draft) if is_open_question else [],
                "tools": self._tools(request, call, has_draft=draft is not None),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def _tools(self, request: HttpRequest, call: Call, *, has_draft: bool) -> list[tuple[str, str]]:
        user: Any = request.user
        tools = [("publish", _("Publish"))] if can_publish(user, call) and call.published_at is None else []
        if can_draft(user):
            tools += [] if has_draft else [("draft", _("Begin a new draft"))]
            tools += [("copy", _("Copy to another year")), ("export", _("Export as a file"))]
        links = [(reverse(f"admin:subsidies_call_{name}", args=[call.pk]), label) for name, label in tools]
        if can_invite(user) and call.published_at and call.closes_at and call.closes_at > timezone.now():
            href = reverse("admin:subsidies_callinvitation_candidates", args=[call.slug])
            links.append((href, _("Find projects that could apply")))
        return links

    # ------------------------------------------------------------ pages
    def get_urls(self) -> list[Any]:
        view, name = self.admin_site.admin_view, "subsidies_call"
        return [
            path("import/", view(self.import_view), name=f"{name}_import"),
            path("import/confirm/", view(self.confirm_view), name=f"{name}_import_confirm"),
            path("<path:object_id>/publish/", view(self.publish_view), name=f"{name}_publish"),
            path("<path:object_id>/new-draft/", view(self.draft_view), name=f"{name}_draft"),
            path("<path:object_id>/copy/", view(self.copy_view), name=f"{name}_copy"),
            path("<path:object_id>/export/", view(require_safe(self.export_view)), name=f"{name}_export"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        url = reverse("admin:subsidies_call_import") if can_draft(request.user) else ""  # type: ignore[arg-type]
        return super().changelist_view(request, {"import_url": url, **(extra_context or {})})

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        call = self._asked(request, object_id)
        if not can_publish(request.user, call):  # type: ignore[arg-type]
            raise PermissionDenied
        if request.method == "POST":
            return self._done(request, call, lambda by: publish_call(call, by=by), _("The call is published."))
        problems = what_keeps_from_publishing(call, call.draft_version())
        words = _(
            "The public sees the call from now on, and firms can apply between its dates. What it asks can never be "
            "changed again, only followed by a new version; its money is the scheme's of this moment."
        )
        context = {"title": _("Publish the call"), "words": words, "problems": problems, "is_held": bool(problems)}
        return self._page(request, call, context | {"submit_words": _("Publish")})

    def draft_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        call = self._asked(request, object_id)
        self._require_drafting(request)
        if request.method == "POST":
            words = _("The new draft begins with what the newest version asks.")
            return self._done(request, call, lambda by: new_draft(call, by=by), words)
        words = _("The draft begins with what the newest version asks; applicants see it once it is published.")
        context = {"title": _("Begin a new draft"), "words": words, "submit_words": _("Begin a new draft")}
        return self._page(request, call, context)

    def copy_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        call = self._asked(request, object_id)
        self._require_drafting(request)
        form = CopyForm(request.POST if request.method == "POST" else None, initial={"year": call.year + 1})
        if form.is_bound and form.is_valid():
            try:
                with self.acting(request):
                    fresh = copy_call(call, form.cleaned_data["year"], by=request.user)  # type: ignore[arg-type]
            except ValidationError as refusal:
                form.add_error(None, refusal.messages)
            else:
                messages.success(request, _("Copied. Set the dates and the budget, check what it asks, then publish."))
                return redirect("admin:subsidies_call_change", fresh.pk)
        words = _("Conditions, materials, form, questions and hotlines are copied; dates and budget are not.")
        context = {"title": _("Copy to another year"), "words": words, "form": form, "submit_words": _("Copy")}
        return self._page(request, call, context)

    def export_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        call = self._asked(request, object_id)
        self._require_drafting(request)
        version = call.versions.order_by("-number").first()
        if version is None:
            raise Http404
        response = file_response(f"{call.slug}.json", "application/json")
        response.write(exported(call, version))
        return response

    # ------------------------------------------------------------ a call from a file
    def import_view(self, request: HttpRequest) -> HttpResponse:
        self._require_drafting(request)
        form = FileForm(request.POST or None, request.FILES or None) if request.method == "POST" else FileForm()
        if form.is_bound and form.is_valid():
            try:
                content = form.cleaned_data["file"].read(LARGEST_BYTES + 1)
                return self._preview(request, content, read(content))
            except ValidationError as error:
                form.add_error("file", error.messages)
        words = _("A draft of a call is made from a file that this portal has exported. You see it before it is saved.")
        context = {"title": _("Import a call"), "words": words, "form": form, "submit_words": _("Show what is in it")}
        return self._page(request, None, context, status=400 if form.errors else 200)

    def confirm_view(self, request: HttpRequest) -> HttpResponse:
        self._require_drafting(request)
        if request.method != "POST":
            return redirect("admin:subsidies_call_import")
        try:
            told = signing.loads(request.POST.get("file", ""), salt=SALT, max_age=PREVIEW_SECONDS)
            with self.acting(request):
                call = create(read(told.encode()), by=request.user)  # type: ignore[arg-type]
        except signing.BadSignature:
            messages.error(request, _("The preview is over an hour old or cannot be read. Choose the file again."))
            return redirect("admin:subsidies_call_import")
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("admin:subsidies_call_import")
        messages.success(request, _("Imported as a draft. Check it, then publish."))
        return redirect("admin:subsidies_call_change", call.pk)

    def _preview(self, request: HttpRequest, content: bytes, file: CallFile) -> HttpResponse:
        sealed = signing.dumps(content.decode("utf-8-sig"), salt=SALT, compress=True)
        facts = {
            "name": file.call["name_zh"],
            "scheme": file.scheme,
            "criteria": len(file.content.get("criteria", ())),
            "materials": len(file.content.get("materials", ())),
            "sections": len(file.content.get("sections", ())),
        }
        words = _(
            "“%(name)s” under the scheme “%(scheme)s”: %(criteria)d conditions, %(materials)d materials, %(sections)d "
            "sections."
        )
        context = {
            "title": _("Import a call"),
            "words": words % facts,
            "problems": file.problems,
            "sealed": sealed,
            "action_url": reverse("admin:subsidies_call_import_confirm"),
            "submit_words": _("Import as a draft"),
        }
        return self._page(request, None, context)

    # ------------------------------------------------------------ shared
    def _done(self, request: HttpRequest, call: Call, act: Any, words: str) -> HttpResponse:
        try:
            with self.acting(request):
                act(request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, words)
        return redirect("admin:subsidies_call_change", call.pk)

    def _asked(self, request: HttpRequest, object_id: str) -> Call:
        call = self.get_object(request, unquote(object_id))
        if call is None:
            raise Http404
        return call

    @staticmethod
    def _require_drafting(request: HttpRequest) -> None:
        if not can_draft(request.user):  # type: ignore[arg-type]
            raise PermissionDenied

    def _page(
        self, request: HttpRequest, call: Call | None, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        back = (
            reverse("admin:subsidies_call_change", args=[call.pk])
            if call
            else reverse("admin:subsidies_call_changelist")
        )
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "call": call, "back_url": back}
        return TemplateResponse(request, "admin/subsidies/call/act.html", shared | context, status=status)
