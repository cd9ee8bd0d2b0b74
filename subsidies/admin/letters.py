"""Templates of letters, and the page on which one is written to an applicant."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import signed_in
from common.admin_tools import PilotAdmin
from common.keys import key_of
from subsidies import letters, permissions
from subsidies.admin.case_page import case_url
from subsidies.models import Application, LetterTemplate
from subsidies.placeholders import NAMES


def _listed() -> str:
    return "  ".join(f"{{{name}}} {words}" for name, words in NAMES.items())


@admin.register(LetterTemplate)
class LetterTemplateAdmin(PilotAdmin):
    """A template that is no longer wanted is not offered any more; letters that were sent stay as they are."""

    list_display = ["name", "subject", "is_active", "updated_at"]
    list_filter = ["is_active"]
    search_fields = ["name", "subject"]
    fields = ["name", "is_active", "subject", "body"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "body" and field is not None:
            field.help_text = _("Placeholders: %(list)s") % {"list": _listed()}
        return field


class LetterForm(forms.Form):
    subject = forms.CharField(label=gettext_lazy("subject"), max_length=letters.LONGEST_SUBJECT)
    body = forms.CharField(
        label=gettext_lazy("text"),
        max_length=letters.LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 16, "class": "vLargeTextField"}),
    )


def write_page(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Choose a template, change what it says, look at it as it will be read, send it."""
    application = model_admin.get_object(request, object_id)
    if application is None:
        raise Http404
    if not permissions.can_write_letter(signed_in(request), application):
        raise PermissionDenied
    chosen = _chosen(request)
    form, is_preview = _form(request, application, chosen), False
    if request.method == "POST" and form.is_valid():
        is_preview = request.POST.get("do") != "send"
        if not is_preview and _sent(model_admin, request, application, form):
            return redirect(case_url(application, "letters"))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Write to the applicant"),
        "subtitle": str(application),
        "opts": model_admin.opts,
        "application": application,
        "templates": LetterTemplate.objects.filter(is_active=True),
        "chosen": chosen,
        "form": form,
        "is_preview": is_preview,
    }
    return TemplateResponse(request, "admin/subsidies/letter.html", context, status=400 if form.errors else 200)


def _chosen(request: HttpRequest) -> LetterTemplate | None:
    key = key_of(request.GET.get("template", ""))
    return LetterTemplate.objects.filter(is_active=True, pk=key).first()


def _form(request: HttpRequest, application: Application, chosen: LetterTemplate | None) -> LetterForm:
    if request.method == "POST":
        return LetterForm(request.POST)
    return LetterForm(initial=letters.draft(chosen, application)._asdict() if chosen else None)


def _sent(model_admin: Any, request: HttpRequest, application: Application, form: LetterForm) -> bool:
    try:
        with model_admin.acting(request):
            letters.send(application, by=signed_in(request), **form.cleaned_data)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    messages.success(request, _("Sent: the applicant is told, and the letter stands with the application."))
    return True
