"""Everything the public page of one base shows."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from bases.figures import Footnotes, figures, record_facts, summary_marks
from bases.history import public_history
from bases.models import Base
from bases.parts import equipment_facts, line_facts, prefetched_parts, service_facts, sourced_parts
from bases.pictures import shown_pictures
from bases.structured_data import base_json_ld
from common.components import Crumb
from common.qr import qr_data_uri


def profile(pk: int) -> dict[str, Any]:
    """The context of the page; a constant number of queries. The projects come from the view above this app."""
    base = (
        Base.objects.select_related("division", "park", "host", "operator", "source", "verified_by")
        .prefetch_related(
            "industries",
            "tenants",
            "co_builders",
            "pictures__large",
            "pictures__small",
            "pictures__line",
            "pictures__source",
            *prefetched_parts(),
        )
        .get(pk=pk)
    )
    footnotes = Footnotes()
    address = settings.SITE_URL + base.get_absolute_url()
    return {
        "base": base,
        "crumbs": _crumbs(base),
        "record_marks": footnotes.mark(base.source),
        "summary_marks": summary_marks(base, footnotes),
        "figures": figures(base, footnotes),
        "record_facts": record_facts(base),
        "services": sourced_parts(base.services.all(), footnotes, service_facts),
        "lines": sourced_parts(base.lines.all(), footnotes, line_facts),
        "equipment": sourced_parts(base.equipment.all(), footnotes, equipment_facts),
        "titles": sourced_parts([*base.titles.all(), *base.permits.all()], footnotes),
        "pictures": [(row, footnotes.mark(row.source)) for row in shown_pictures(base)],
        "media": sourced_parts(base.media.all(), footnotes),
        "sources": footnotes.all(),
        "changes": public_history(base),
        "address": address,
        "qr": qr_data_uri(address),
        "json_ld": base_json_ld(base, address),
    }


def _crumbs(base: Base) -> list[Crumb]:
    crumbs = [Crumb(_("Pilot bases"), reverse("bases:base_list"))]
    if base.place:
        field = "park" if base.park else "division"
        crumbs.append(Crumb(base.place.name, f"{reverse('bases:base_list')}?{field}={base.place.pk}"))
    return [*crumbs, Crumb(base.name)]
