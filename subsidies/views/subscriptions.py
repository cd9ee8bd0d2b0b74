"""News by e-mail: subscribing, confirming, changing, leaving; without signing in and without JavaScript."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.requests import signed_in
from common.components import Crumb
from common.middleware import client_address
from common.throttles import is_within
from subsidies.models import Subscription
from subsidies.subscriptions import subscribing
from subsidies.subscriptions.forms import ChoiceForm, SubscribeForm

MOST_SENT = "20/h"  # from one network address
MOST_UNCHECKED = "3/d"  # of them, without the check that needs JavaScript


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("email")
def subscribe(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated and subscribing.has_proved_address(signed_in(request)):
        return _of_account(request, signed_in(request))
    if request.method != "POST":
        return _page(request, SubscribeForm())
    if not is_within(MOST_SENT, "subscribe", client_address(request)):
        return _page(request, SubscribeForm(), status=429)
    form = SubscribeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    if not form.is_solved and not is_within(MOST_UNCHECKED, "subscribe-unchecked", client_address(request)):
        return _page(request, form, status=429)
    subscribing.ask(form.cleaned_data["email"], *form.chosen())
    return redirect("subsidies:subscription_sent")


def _of_account(request: HttpRequest, user: User) -> HttpResponse:
    """The address is proved, so what is chosen holds at once."""
    held = Subscription.objects.filter(user=user).first()
    initial = {"topics": held.topics if held else [], "language": held.language if held else user.language}
    form = ChoiceForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        kept = subscribing.subscribe_account(user, *form.chosen())
        messages.success(request, _("Saved.") if kept else _("You are sent no news any more."))
        return redirect("subsidies:subscribe")
    return _page(request, form, status=400 if form.errors else 200, address=user.email)


def _page(request: HttpRequest, form: ChoiceForm, status: int = 200, **context: Any) -> HttpResponse:
    shown = {"form": form, "is_too_often": status == 429, "crumbs": [Crumb(_("News by e-mail"))], **context}
    return render(request, "subsidies/subscribe.html", shown, status=status)


@login_not_required
@require_safe
@never_cache
def subscription_sent(request: HttpRequest) -> HttpResponse:
    """The same for every address."""
    return render(request, "subsidies/subscription_sent.html", {"crumbs": [Crumb(_("News by e-mail"))]})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def subscription_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A button, since programs that look through mails follow every link."""
    asked = subscribing.asked_by(token)
    if request.method == "POST":
        try:
            made = subscribing.confirm(token)
        except ValidationError:
            asked = None
        else:
            return _to_own(made.token, "confirmed")
    context = {"asked": asked, "crumbs": [Crumb(_("News by e-mail"))]}
    status = 200 if asked else 404
    return _secret(render(request, "subsidies/subscription_confirm.html", context, status=status))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def subscription(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the link of a letter: what is sent, changing it, leaving."""
    held = subscribing.found_by(token)
    if held is None:
        return _ended(request)
    initial = {"topics": held.topics, "language": held.language}
    form = ChoiceForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        topics, language = form.chosen()
        subscribing.change(held, topics, language)
        return _to_own(token, "saved")
    context = {
        "form": form,
        "done": request.GET.get("done", ""),
        "token": token,
        "address": subscribing.masked(held),
        "crumbs": [Crumb(_("News by e-mail"))],
    }
    return _secret(render(request, "subsidies/subscription.html", context, status=400 if form.errors else 200))


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def subscription_end(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: a mail program posts here without cookies; a person who opens the address finds a button."""
    if request.method != "POST":
        return _secret(redirect("subsidies:subscription", token))
    held = subscribing.found_by(token)
    if held is not None:
        subscribing.end(held)
    return _ended(request)


def _to_own(token: str, done: str) -> HttpResponse:
    """`done` stands in the address: who is not signed in has no session to keep a message in."""
    return _secret(redirect(reverse("subsidies:subscription", args=[token], query={"done": done})))


def _ended(request: HttpRequest) -> HttpResponse:
    """The same whether it has ended just now, long ago, or never was."""
    return _secret(render(request, "subsidies/subscription_ended.html", {"crumbs": [Crumb(_("News by e-mail"))]}))


def _secret(answer: HttpResponse) -> HttpResponse:
    answer["X-Robots-Tag"] = "noindex, noarchive"
    return answer
