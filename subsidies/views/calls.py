"""Public pages of calls and policies, their calendar and feeds, and the self-check."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from common.components import Crumb
from subsidies import call_feeds, drafting
from subsidies.application_forms import StartForm
from subsidies.call_calendar import calendar_of
from subsidies.call_pages import call_groups, call_page, policy_page, published_calls
from subsidies.eligibility import assess, overall
from subsidies.models import Application, Call, CallInvitation, CallVersion, Policy, Scheme
from subsidies.permissions import startable
from subsidies.self_check import COOKIE, KEPT_FOR_S, SelfCheckForm, opened, sealed

fresh = cache_control(private=True, no_cache=True)  # what is open changes by the minute
CALENDAR_TYPE = "text/calendar; charset=utf-8"


# ---------------------------------------------------------------- to read
@login_not_required
@require_safe
@fresh
def call_list(request: HttpRequest) -> HttpResponse:
    context = {"groups": call_groups(timezone.now()), "crumbs": [Crumb(_("Calls"))]}
    return render(request, "subsidies/call_list.html", context)


@login_not_required
@require_safe
@fresh
def call_detail(request: HttpRequest, slug: str) -> HttpResponse:
    call, version = _published(slug)
    context = call_page(call, version) | {"is_for_print": request.GET.get("view") == "print"}
    return render(request, "subsidies/call_detail.html", context)


@login_not_required
@require_safe
@fresh
def policy_list(request: HttpRequest) -> HttpResponse:
    schemes = Scheme.objects.order_by("slug")
    context = {
        "policies": Policy.objects.prefetch_related(Prefetch("schemes", schemes)).order_by("-issued_in", "slug"),
        "crumbs": [Crumb(_("Policies"))],
    }
    return render(request, "subsidies/policy_list.html", context)


@login_not_required
@require_safe
@fresh
def policy_detail(request: HttpRequest, slug: str) -> HttpResponse:
    policy = get_object_or_404(Policy.objects.select_related("source"), slug=slug)
    return render(request, "subsidies/policy_detail.html", policy_page(policy))


@login_not_required
@require_safe
@fresh
def call_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(published_calls(), slug=slug)
    return HttpResponse(calendar_of([call], call.name), content_type=CALENDAR_TYPE)


@login_not_required
@require_safe
@fresh
def calendar_of_all(request: HttpRequest) -> HttpResponse:
    calls = published_calls().filter(is_demo=False).order_by("pk")
    return HttpResponse(calendar_of(calls, _("Calls for applications · Chenzhou Pilot")), content_type=CALENDAR_TYPE)


feed_rss = login_not_required(require_safe(fresh(call_feeds.NEWS.rss)))
feed_atom = login_not_required(require_safe(fresh(call_feeds.NEWS.atom)))


# ---------------------------------------------------------------- am I eligible?
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@fresh
def self_check(request: HttpRequest, slug: str) -> HttpResponse:
    """Answers come by POST, so that no log holds them, and are not stored."""
    call, version = _published(slug)
    content = version.parsed
    form = SelfCheckForm(content, request.POST if request.method == "POST" else None)
    context = {"call": call, "form": form, "crumbs": _crumbs(call, _("Am I eligible?")), "is_open": _is_open(call)}
    if form.is_bound and form.is_valid():
        answers = form.answers()
        findings = assess(content, answers)
        context |= {"findings": findings, "overall": overall(findings), "seal": sealed(call, answers)}
    return render(request, "subsidies/call_self_check.html", context, status=400 if form.errors else 200)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@fresh
def call_carry(request: HttpRequest, slug: str) -> HttpResponse:
    """Answers of the self-check become a draft; a visitor's wait in the visitor's own browser while signing in."""
    call, version = _published(slug)
    if not request.user.is_authenticated:
        return _sign_in_first(request)
    seal = request.POST.get("answers") or request.COOKIES.get(COOKIE, "")
    answers = opened(call, version.parsed, seal)
    is_start = "organisation" in request.POST
    form = StartForm(request.POST if is_start else None, call=call, user=request.user)
    if form.is_bound and form.is_valid() and (answer := _started(request, call, form, answers)):
        answer.delete_cookie(COOKIE, path=request.path)
        return answer
    context = {"call": call, "form": form, "seal": seal if answers else "", "answer_count": len(answers)}
    context |= {"crumbs": _crumbs(call, _("Start")), "has_firm": bool(form.firms), "is_open": _is_open(call)}
    return render(request, "subsidies/application_start.html", context, status=400 if form.errors else 200)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    answer = redirect_to_login(request.path)
    if seal := request.POST.get("answers", "")[:3500]:
        answer.set_cookie(
            COOKIE,
            seal,
            max_age=KEPT_FOR_S,
            path=request.path,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return answer


def _started(request: HttpRequest, call: Call, form: Any, answers: dict[str, Any]) -> HttpResponse | None:
    """None when it was refused; the form then says why."""
    try:
        application = drafting.start(call, by=request.user, answers=answers, **form.cleaned_data)  # type: ignore[arg-type]
    except ValidationError as refusal:
        return _refused(request, form, refusal)
    messages.success(request, _("The draft is there, with what you have answered. Go on filling it in."))
    return redirect(application.get_absolute_url())


def _refused(request: HttpRequest, form: Any, refusal: ValidationError) -> HttpResponse | None:
    params = getattr(refusal, "params", None) or {}
    if getattr(refusal, "code", "") == "exists" and "application" in params:
        there = Application.objects.visible_to(request.user).filter(public_id=params["application"]).first()  # type: ignore[arg-type]
        if there is not None:
            messages.info(request, " ".join(refusal.messages))
            return redirect(there.get_absolute_url())
    is_by_field = hasattr(refusal, "error_dict") and set(refusal.error_dict) <= set(form.fields)
    form.add_error(None, refusal if is_by_field else refusal.messages)
    return None


# ---------------------------------------------------------------- the city finds you
@require_http_methods(["GET", "HEAD", "POST"])
def call_invitation(request: HttpRequest, slug: str, invitation_id: int) -> HttpResponse:
    """What the firm was invited with, and the button that begins a prefilled draft."""
    rows = CallInvitation.objects.select_related("call", "project", "organisation")
    invitation = get_object_or_404(rows, pk=invitation_id, call__slug=slug, organisation__in=request.user.firms())  # type: ignore[union-attr]
    call, may_start = invitation.call, invitation.organisation_id in startable(request.user)  # type: ignore[arg-type]
    refusals: list[str] = []
    if request.method == "POST":
        if not may_start:
            raise PermissionDenied
        try:
            started = drafting.start(call, invitation.organisation, request.user, project=invitation.project)  # type: ignore[arg-type]
        except ValidationError as refusal:
            refusals = refusal.messages
        else:
            return redirect(started.get_absolute_url())
    context = {"call": call, "invitation": invitation, "may_start": may_start, "refusals": refusals}
    context |= {"is_open": _is_open(call), "crumbs": _crumbs(call, _("Invitation to apply"))}
    return render(request, "subsidies/call_invitation.html", context, status=400 if refusals else 200)


# ---------------------------------------------------------------- shared
def _published(slug: str) -> tuple[Call, CallVersion]:
    call = get_object_or_404(published_calls().select_related("scheme__policy", "scheme__clause"), slug=slug)
    version = call.current_version()
    if version is None:
        raise Http404
    return call, version


def _is_open(call: Call) -> bool:
    return call.is_open_at(timezone.now())


def _crumbs(call: Call, here: str) -> list[Crumb]:
    return [
        Crumb(_("Calls"), reverse("subsidies:call_list")),
        Crumb(call.name, call.get_absolute_url()),
        Crumb(here),
    ]
