"""The account that the money of an award goes to, given by the administrator of the firm."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.requests import signed_in
from subsidies import permissions
from subsidies.awarding import accounts
from subsidies.enums import State
from subsidies.views.own import correction_of, frame, own_application


class NumberInput(forms.TextInput):
    """Shows nothing of what was typed: a number that was refused is typed again."""

    def format_value(self, value: object) -> str:
        return ""


class AccountForm(forms.Form):
    holder = forms.CharField(label=gettext_lazy("name of the account"), max_length=160)
    bank = forms.CharField(label=gettext_lazy("bank and branch"), max_length=accounts.LONGEST_BANK)
    number = forms.CharField(
        label=gettext_lazy("number of the account"),
        max_length=60,
        help_text=gettext_lazy("8 to 32 digits; spaces do not matter."),
        widget=NumberInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


@never_cache
@sensitive_post_parameters("number")
@require_http_methods(["GET", "HEAD", "POST"])
def application_account(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What was typed as a number never comes back in the page."""
    application, user = own_application(request, public_id), signed_in(request)
    if not permissions.can_enter_account(user, application):
        raise PermissionDenied
    form = AccountForm(request.POST or None, initial={"holder": application.organisation.name_zh})
    if form.is_valid():
        try:
            accounts.enter(application, by=user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, ValidationError(refusal.messages))
        else:
            messages.success(request, _("The account is given: the finance bureau confirms it."))
            return redirect(application)
    content, here = application.call_version.parsed, _("Account for the payment")
    context = {
        **frame(request, application, content, correction_of(application), here),
        "form": form,
        "is_time": application.state in (State.AWARDED, State.PAYING),
        "confirmed": accounts.confirmed_account(application),
        "waiting": accounts.waiting_account(application),
    }
    return render(request, "subsidies/application_account.html", context, status=400 if form.is_bound else 200)
