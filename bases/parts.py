"""What is known of each line, instrument and service of a base, beside what its own columns show."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bases.cards import readiness
from bases.models import Equipment, PilotLine, Service
from common.templatetags.chenzhou import number, shanghai_date, wan_yuan

Facts = list[tuple[str, str]]


def line_facts(row: PilotLine) -> Facts:
    capacity = f"{number(row.capacity)} {row.capacity_unit}" if row.capacity is not None else ""
    return _known(
        (_("Process"), row.process),
        (_("Capacity"), capacity),
        (_("Batch size"), row.batch_size),
        (_("Readiness levels"), readiness(row.trl_min, row.trl_max)),
        (_("Hazard class"), row.hazard_class),
        (pgettext("of a pilot line", "Started"), shanghai_date(row.started_on)),
    )


def equipment_facts(row: Equipment) -> Facts:
    """The specifications last, each under its own name."""
    return _known(
        (_("Maker"), row.maker),
        (_("Origin"), row.origin),
        (_("Bought"), shanghai_date(row.bought_on)),
        (_("Original value"), wan_yuan(row.original_value_yuan)),
        (_("Location"), row.location),
        (_("Fee"), row.fee),
        *((each["name"], f"{each['value']} {each.get('unit', '')}".strip()) for each in row.specifications),
    )


def service_facts(row: Service) -> Facts:
    return _known(
        (_("Deliverables"), row.deliverables),
        (_("What to bring"), row.prerequisites),
        (_("Qualification"), row.qualification),
    )


def _known(*facts: tuple[str, str]) -> Facts:
    return [(label, value) for label, value in facts if value]
