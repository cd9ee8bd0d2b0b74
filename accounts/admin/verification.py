from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts import verifying
from accounts.enums import FIRM_ROLES, RECOMMENDING_KINDS
from accounts.models import Membership, Organisation, VerificationRequest, VerificationState
from accounts.permissions import can_verify
from accounts.requests import signed_in
from common.admin_tools import ReadOnlyAdmin
from common.file_serving import FileNotShown, file_response, may_show
from common.journal_words import ACTIONS
from common.models import Division

ACTIONS["verify_organisation"] = gettext_lazy("Verified with the licence")
COMPARED = ("name_zh", "credit_code")


class Side(NamedTuple):
    label: str
    now: str
    licence: str
    differs: bool


class VerifyForm(forms.Form):
    registered_division = forms.ModelChoiceField(
        Division.objects.all(),
        label=gettext_lazy("Registered in"),
        required=False,
        help_text=gettext_lazy("By the address on the licence. Left empty, it stays as the firm has said."),
    )
    recommender = forms.ModelChoiceField(
        Organisation.objects.filter(kind__in=RECOMMENDING_KINDS),
        label=gettext_lazy("Recommending unit"),
        required=False,
        help_text=gettext_lazy("Without one the firm can submit no application. Left empty, it stays as it is."),
    )
    ends_earlier = forms.BooleanField(
        label=gettext_lazy("End the memberships of those who are there now"),
        required=False,
    )

    def __init__(self, asked: VerificationRequest, data: Any = None) -> None:
        super().__init__(
            data,
            initial={
                "recommender": verifying.likely_recommender(asked.organisation),
                "registered_division": asked.organisation.registered_division,
            },
        )
        if not asked.is_claim:
            del self.fields["ends_earlier"]


class SendBackForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The firm reads this sentence: say what is wrong and what to send instead."),
    )


@admin.register(VerificationRequest)
class VerificationRequestAdmin(ReadOnlyAdmin):
    """Read here beside what the portal holds, decided by the verbs alone."""

    list_display = ["name_zh", "credit_code", "is_claim", "asked_by", "asked_at", "state", "decided_by"]
    list_filter = ["state", "is_claim"]
    list_select_related = ["asked_by", "decided_by"]
    search_fields = ["name_zh", "credit_code"]
    fields = ["organisation", "is_claim", "asked_by", "asked_at", "state", "decided_by", "decided_at", "reason"]
    change_form_template = "admin/accounts/verification.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("organisation", "asked_by", "decided_by", "licence")

    def get_urls(self) -> list[Any]:
        view, name = self.admin_site.admin_view, "accounts_verificationrequest"
        return [
            path("<path:object_id>/verify/", view(require_POST(self.verify_view)), name=f"{name}_verify"),
            path("<path:object_id>/send-back/", view(require_POST(self.send_back_view)), name=f"{name}_send_back"),
            path("<path:object_id>/licence/", view(require_safe(self.licence_view)), name=f"{name}_licence"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        asked: VerificationRequest = kwargs["obj"]
        person = signed_in(request)
        is_waiting = asked.state == VerificationState.WAITING
        has_right = person.has_perm("accounts.verify_organisation")
        may_decide = can_verify(person, asked.organisation) and asked.asked_by_id != person.pk
        context |= {
            "sides": sides(asked),
            "people_there": people_there(asked) if asked.is_claim else [],
            "licence": asked.licence,
            "can_show_licence": may_show(asked.licence),
            "may_decide": is_waiting and may_decide,
            "is_own": is_waiting and has_right and not may_decide,
            "verify_form": VerifyForm(asked),
            "send_back_form": SendBackForm(),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def verify_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        asked = self._asked(request, object_id)
        form = VerifyForm(asked, request.POST)
        said = _("%(organisation)s is verified.") % {"organisation": asked.name_zh}

        def decide() -> None:
            _say_what_is_lacking(request, verifying.verify(asked, by=signed_in(request), **form.cleaned_data))

        return self._decide(request, asked, form, decide, said)

    def send_back_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        asked = self._asked(request, object_id)
        form = SendBackForm(request.POST)
        said = _("The licence is sent back; the firm is told why.")
        return self._decide(
            request, asked, form, lambda: verifying.send_back(asked, by=signed_in(request), **form.cleaned_data), said
        )

    def licence_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """The file, or with ?page= a picture of that page."""
        asked = self._asked(request, object_id)
        wanted = request.GET.get("page", "")
        number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 4 else 0
        try:
            return file_response(asked.licence, inline=number > 0, page=number or 1)
        except FileNotShown as error:
            messages.error(request, " ".join(error.messages))
            return redirect("admin:accounts_verificationrequest_change", asked.pk)

    def _asked(self, request: HttpRequest, object_id: str) -> VerificationRequest:
        asked = self.get_object(request, unquote(object_id))
        if asked is None or not self.has_view_permission(request, asked):
            raise Http404
        return asked

    def _decide(
        self, request: HttpRequest, asked: VerificationRequest, form: forms.Form, decide: Callable[[], Any], said: str
    ) -> HttpResponse:
        if not signed_in(request).has_perm("accounts.verify_organisation"):
            raise PermissionDenied
        if not form.is_valid():
            messages.error(request, " ".join(str(message) for errors in form.errors.values() for message in errors))
            return redirect("admin:accounts_verificationrequest_change", asked.pk)
        try:
            with self.acting(request):
                decide()
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, said)
        return redirect("admin:accounts_verificationrequest_change", asked.pk)


def _say_what_is_lacking(request: HttpRequest, organisation: Organisation) -> None:
    if organisation.registered_division is None:
        words = _("Where the firm is registered is not set: its applications are numbered for the whole city.")
        messages.warning(request, words)
    if organisation.recommender is None:
        messages.warning(request, _("No recommending unit is set: the firm can submit no application until one is."))


def sides(asked: VerificationRequest) -> list[Side]:
    """What the portal holds beside what is to be compared with the licence."""
    held = asked.organisation
    pairs = [(name, getattr(held, name) or "", getattr(asked, name)) for name in COMPARED]
    lines = [Side(_label(name), now, wanted, now != wanted) for name, now, wanted in pairs]
    alone = ("kind", "registered_division", "established_on", "legal_representative", "registered_capital_yuan")
    return lines + [Side(_label(name), _shown(held, name), "", False) for name in alone]


def people_there(asked: VerificationRequest) -> list[Membership]:
    return list(asked.organisation.memberships.filter(role__in=FIRM_ROLES).select_related("user"))


def _label(name: str) -> str:
    return capfirst(str(Organisation._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def _shown(organisation: Organisation, name: str) -> str:
    display = getattr(organisation, f"get_{name}_display", None)
    return str((display() if display else getattr(organisation, name)) or "")
