"""What the integrity list says about a firm, for its own people alone, and what they ask about it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Organisation
from accounts.requests import signed_in
from common.calendar import shanghai_today
from common.components import Crumb
from subsidies.application_forms import PleaForm
from subsidies.follow_up import integrity
from subsidies.models import IntegrityEntry


@never_cache
@require_safe
def firm_integrity(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = _own_firm(request, slug)
    today = shanghai_today()
    entries = [
        (entry, entry.is_in_force_on(today), list(entry.pleas.all()))
        for entry in integrity.about(organisation).prefetch_related("pleas")
    ]
    context = {
        "organisation": organisation,
        "entries": entries,
        "may_plead": integrity.can_plead(signed_in(request), organisation),
        "crumbs": _crumbs(organisation),
    }
    return render(request, "subsidies/firm_integrity.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def firm_plead(request: HttpRequest, slug: str, entry_id: int) -> HttpResponse:
    organisation = _own_firm(request, slug)
    entry = integrity.about(organisation).filter(pk=entry_id).first()
    if entry is None or not integrity.can_plead(signed_in(request), organisation):
        raise Http404
    form = PleaForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            integrity.plead(entry, organisation, by=signed_in(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, _("It is with the bureau. The answer is written by one person and confirmed by another.")
            )
            return redirect("subsidies:firm_integrity", slug)
    context = {"organisation": organisation, "entry": entry, "form": form, "crumbs": _crumbs(organisation, entry)}
    return render(request, "subsidies/firm_plead.html", context)


def _own_firm(request: HttpRequest, slug: str) -> Organisation:
    found: Organisation = get_object_or_404(Organisation, pk__in=signed_in(request).firms(), slug=slug)
    return found


def _crumbs(organisation: Organisation, entry: IntegrityEntry | None = None) -> list[Crumb]:
    here = reverse("subsidies:firm_integrity", args=[organisation.slug]) if entry else ""
    crumbs = [
        Crumb(organisation.name, reverse("subsidies:firm", args=[organisation.slug])),
        Crumb(_("Integrity list"), here),
    ]
    return [*crumbs, Crumb(_("Write to the bureau"))] if entry else crumbs
