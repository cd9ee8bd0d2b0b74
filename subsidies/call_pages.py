"""What the public pages of calls and policies show."""

from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.components import Crumb
from common.file_kinds import KINDS
from common.texts import listed
from subsidies.content import BY_FIRM, BY_RECOMMENDER, CallContent, CheckItem, Criterion, Material, Period
from subsidies.content_words import PERIOD_LABELS
from subsidies.models import Call, CallVersion, Policy
from subsidies.rule_words import rule_words
from subsidies.windows import Phase, Window, window, windows


class Condition(NamedTuple):
    criterion: Criterion
    rule: str  # in words, "" where a person judges


class MaterialRow(NamedTuple):
    material: Material
    must: str
    formats: str


class CheckRow(NamedTuple):
    item: CheckItem
    looks_at: str


class PeriodRow(NamedTuple):
    label: str
    period: Period


class Card(NamedTuple):
    call: Call
    window: Window


class Group(NamedTuple):
    phase: Phase
    cards: list[Card]


def published_calls() -> QuerySet[Call]:
    return Call.objects.published().select_related("scheme__policy")


def call_groups(moment: datetime) -> list[Group]:
    """Open ones first, those that close soonest before the others; two queries."""
    calls = list(published_calls().order_by(F("closes_at").asc(), "slug"))
    found = windows(calls, moment)
    groups = {phase: [Card(call, found[call.pk]) for call in calls if found[call.pk].phase == phase] for phase in Phase}
    groups[Phase.CLOSED].reverse()
    return [Group(phase, groups[phase]) for phase in (Phase.OPEN, Phase.COMING, Phase.CLOSED) if groups[phase]]


def call_page(call: Call, version: CallVersion) -> dict[str, Any]:
    """The context of the page; three queries beyond the call and its version."""
    content = version.parsed
    moment = timezone.now()
    return {
        "call": call,
        "version": version,
        "content": content,
        "window": window(call, moment),
        "crumbs": [Crumb(_("Calls"), reverse("subsidies:call_list")), Crumb(call.name)],
        "conditions": [Condition(each, rule_words(each.rule, content)) for each in content.criteria],
        "materials": [_material_row(each, content) for each in content.materials],
        "checks": [CheckRow(each, _looked_at(each, content)) for each in content.check_items],
        "periods": [
            PeriodRow(str(label), content.periods[name])
            for name, label in PERIOD_LABELS.items()
            if name in content.periods
        ],
        "points": sum(each.most for each in content.score_items),
        "questions": list(call.questions.all()),
        "policy": call.scheme.policy,
        "clause": call.scheme.clause,
        "json_ld": call_json_ld(call),
    }


def call_json_ld(call: Call) -> dict[str, Any]:
    address = settings.SITE_URL + call.get_absolute_url()
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MonetaryGrant",
        "@id": address,
        "url": address,
        "name": call.name,
        "funder": {"@type": "GovernmentOrganization", "name": _("Chenzhou Municipal Science and Technology Bureau")},
    }
    if call.amount_yuan is not None:
        told["amount"] = {"@type": "MonetaryAmount", "currency": "CNY", "value": str(call.amount_yuan)}
    elif call.cap_yuan is not None:
        told["amount"] = {"@type": "MonetaryAmount", "currency": "CNY", "maxValue": str(call.cap_yuan)}
    return told


def policy_page(policy: Policy) -> dict[str, Any]:
    """Three queries beyond the policy."""
    schemes = list(policy.schemes.select_related("clause"))
    calls = published_calls().filter(scheme__policy=policy).order_by("-opens_at")
    return {
        "policy": policy,
        "clauses": list(policy.clauses.all()),
        "schemes": schemes,
        "calls": list(calls),
        "crumbs": [Crumb(_("Policies"), reverse("subsidies:policy_list")), Crumb(policy.name)],
    }


def _material_row(material: Material, content: CallContent) -> MaterialRow:
    formats = listed(KINDS[name].title if name in KINDS else name for name in material.formats)
    return MaterialRow(material, _must(material, content), formats)


def _must(material: Material, content: CallContent) -> str:
    if material.must == BY_FIRM:
        return _("Required")
    if material.must == BY_RECOMMENDER:
        return _("Sent by the recommending unit")
    when = rule_words(material.required_when, content)
    return _("Required when %(when)s") % {"when": when} if when else _("Optional")


def _looked_at(item: CheckItem, content: CallContent) -> str:
    names = []
    for name in item.looks_at:
        field, material = content.field(name), content.material(name)
        names.append(field.label if field else f"{material.code} {material.name}" if material else name)
    return _("; ").join(names)
