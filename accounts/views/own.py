from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import inviting, tokens
from accounts.forms import ProfileForm, TokenForm
from accounts.models import ApiToken, JoinState, User, VerificationRequest, VerificationState
from accounts.requests import signed_in

NEW_TOKEN = "new_token"  # noqa: S105 - the name of a place in the session, empty after the next page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("accounts:me")
    context = {
        "form": form,
        "memberships": person.memberships.select_related("organisation").order_by("pk"),
        "join_requests": person.join_requests.filter(state=JoinState.WAITING).select_related("organisation"),
        "claims": _claims(person),
        "invitations": inviting.invitations_for(person),
    }
    return render(request, "account/me.html", context)


def _claims(person: User) -> QuerySet[VerificationRequest]:
    states = [VerificationState.WAITING, VerificationState.SENT_BACK]
    rows = VerificationRequest.objects.filter(asked_by=person, is_claim=True, state__in=states)
    return rows.select_related("organisation")


@never_cache
@require_safe
def token_list(request: HttpRequest) -> HttpResponse:
    return _token_page(request, TokenForm(), new_token=request.session.pop(NEW_TOKEN, ""))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_create(request: HttpRequest) -> HttpResponse:
    """The answer is a redirect, so that a reload of the page makes no second token."""
    if request.method != "POST":
        return redirect("accounts:token_list")
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _token_page(request, form, status=400)
    _row, request.session[NEW_TOKEN] = tokens.issue(signed_in(request), **form.cleaned_data)
    return redirect("accounts:token_list")


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    tokens.revoke(get_object_or_404(ApiToken.objects.visible_to(signed_in(request)), pk=pk))
    messages.success(request, _("The token is revoked."))
    return redirect("accounts:token_list")


def _token_page(request: HttpRequest, form: TokenForm, *, new_token: str = "", status: int = 200) -> HttpResponse:
    context = {"form": form, "new_token": new_token, "tokens": ApiToken.objects.visible_to(signed_in(request))}
    return render(request, "account/token_list.html", context, status=status)


@login_not_required
@never_cache
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """Its script makes the device forget the pages it kept; see accounts.device."""
    return render(request, "accounts/signed_out.html")
