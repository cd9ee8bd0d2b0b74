"""A person finds the own organisation by its credit code, and asks to be let in or enters it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import joining, verifying
from accounts.models import JoinRequest, Organisation, User, VerificationRequest
from accounts.organisation_forms import LICENCE_RULES, AskForm, ClaimForm, CodeForm, FoundForm, add_refusal
from accounts.requests import signed_in
from common import files


@never_cache
@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """First the code; what can be done next follows from it."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if not form.is_valid():
        return render(request, "accounts/join.html", {"form": form}, status=400 if form.is_bound else 200)
    code = form.cleaned_data["code"]
    organisation = Organisation.objects.filter(credit_code=code).first()
    if organisation is None:
        return redirect(f"{reverse('accounts:organisation_create')}?{urlencode({'code': code})}")
    return _choices(request, organisation, code)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_create(request: HttpRequest) -> HttpResponse:
    form = FoundForm(request.POST or None, initial={"credit_code": request.GET.get("code", "")})
    if request.method == "POST" and form.is_valid():
        known = Organisation.objects.filter(credit_code=form.cleaned_data["credit_code"]).first()
        known = known or joining.in_registry(form.cleaned_data["name_zh"])
        if known:
            return _choices(request, known, form.cleaned_data["credit_code"])
        try:
            organisation = joining.found_organisation(by=signed_in(request), **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Your organisation is entered. Send its business licence next."))
            return redirect("accounts:organisation_verification", organisation.slug)
    return render(request, "accounts/organisation_create.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
def join_ask(request: HttpRequest) -> HttpResponse:
    form = AskForm(request.POST)
    organisation = _named(form.data.get("code", ""))
    if form.is_valid():
        try:
            joining.ask_to_join(organisation, by=signed_in(request), message=form.cleaned_data["message"])
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Your request is with the administrators. You hear from us when they decide."))
            return redirect("accounts:me")
    return _choices(request, organisation, organisation.credit_code or "", ask_form=form)


@require_POST
def join_claim(request: HttpRequest) -> HttpResponse:
    form, person = ClaimForm(request.POST, request.FILES), signed_in(request)
    organisation = _named(form.data.get("code", ""), form.data.get("name", ""))
    if form.is_valid():
        sent, code = form.cleaned_data["licence"], form.cleaned_data["code"]
        try:
            with files.received(sent, sent.name, person, LICENCE_RULES) as licence:
                verifying.claim(organisation, by=person, licence=licence, code=code)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The licence is with the bureau. You hear from us when it has decided."))
            return redirect("accounts:me")
    return _choices(request, organisation, form.data.get("code", ""), claim_form=form)


@require_POST
def join_withdraw(request: HttpRequest, request_id: int) -> HttpResponse:
    asked = get_object_or_404(JoinRequest, pk=request_id, user=signed_in(request))
    try:
        joining.withdraw_join(asked, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The request is withdrawn."))
    return redirect("accounts:me")


@require_POST
def claim_withdraw(request: HttpRequest, claim_id: int) -> HttpResponse:
    asked = get_object_or_404(VerificationRequest, pk=claim_id, asked_by=signed_in(request), is_claim=True)
    try:
        verifying.withdraw_verification(asked, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The request is withdrawn."))
    return redirect("accounts:me")


def _named(code: str, name: str = "") -> Organisation:
    """By code, else by the name of one that the registry knows without a code."""
    by_code = Organisation.objects.filter(credit_code=code).first() if code else None
    found = by_code or (joining.in_registry(name) if name else None)
    if found is None:
        raise Http404
    return found


def _choices(request: HttpRequest, organisation: Organisation, code: str, **forms: Any) -> HttpResponse:
    """What this person can do about an organisation that is here; never who belongs to it."""
    person: User = signed_in(request)
    context = {
        "organisation": organisation,
        "is_member": organisation.pk in person.roles,
        "can_ask": organisation.credit_code == code and joining.can_be_asked(organisation),
        "can_claim": verifying.can_be_claimed(organisation),
        "rules": LICENCE_RULES.in_words,
        "ask_form": AskForm(initial={"code": code}),
        "claim_form": ClaimForm(initial={"code": code, "name": organisation.name_zh}),
    } | forms
    return render(request, "accounts/join_choices.html", context, status=400 if forms else 200)
