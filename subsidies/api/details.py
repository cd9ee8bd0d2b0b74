"""Everything public about one policy, scheme or call, as plain values; null means "not yet published"."""

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import reverse

from common.references import Reference, SourceKeys, picked
from subsidies.content import CallContent
from subsidies.models import Call, CallVersion, Policy, Scheme

POLICY_SAME = (
    *("slug", "name_zh", "name_en", "document_number", "issued_in", "unified_number"),
    *("effective_from", "effective_until", "article", "article_title_zh"),
)
SCHEME_SAME = (
    *("slug", "name_zh", "name_en", "kind", "amount_yuan", "rate_percent", "cap_yuan"),
    *("is_once_per_project", "is_once_per_organisation", "summary_zh", "summary_en"),
)
CALL_SAME = (
    *("slug", "year", "name_zh", "name_en", "opens_at", "closes_at", "recommend_closes_at"),
    *("amount_yuan", "rate_percent", "cap_yuan", "budget_yuan", "quota_per_recommender"),
    *("business_hotline", "system_hotline", "is_demo", "published_at", "updated_at"),
)
CLAUSE = ("number", "text_zh", "text_en")
QUESTION = ("question_zh", "question_en", "answer_zh", "answer_en")
NAMES = ("slug", "name_zh", "name_en")

POLICY_FIELDS = (*POLICY_SAME, "clauses", "schemes", "source", "url")
SCHEME_FIELDS = (*SCHEME_SAME, "policy", "clause", "calls", "url")
CALL_FIELDS = (
    *CALL_SAME,
    *("notice_zh", "notice_en", "scheme", "policy", "version", "versions", "content", "questions", "url", "page_url"),
)

Address = Callable[[str], str]


def month(day: date | None) -> str | None:
    """Of what is known by month alone."""
    return day.isoformat()[:7] if day else None


def policy_detail(policy: Policy, absolute: Address) -> dict[str, Any]:
    """Two queries; expects the source selected."""
    keys = SourceKeys()
    keys.key(policy.source)
    return {
        **picked(policy, *POLICY_SAME),
        "issued_in": month(policy.issued_in),
        "clauses": [picked(clause, *CLAUSE) for clause in policy.clauses.order_by("id")],
        "schemes": [_named(scheme, "api:scheme_detail", absolute) for scheme in policy.schemes.order_by("id")],
        "source": next(iter(keys.described()), None),
        "url": absolute(reverse("api:policy_detail", args=[policy.slug])),
    }


def scheme_detail(scheme: Scheme, absolute: Address) -> dict[str, Any]:
    """One query; expects policy and clause selected."""
    calls = scheme.calls.published().order_by("-closes_at", "-id")
    return {
        **picked(scheme, *SCHEME_SAME),
        "policy": _named(scheme.policy, "api:policy_detail", absolute),
        "clause": scheme.clause and picked(scheme.clause, *CLAUSE),
        "calls": [_named(call, "api:call_detail", absolute) for call in calls],
        "url": absolute(reverse("api:scheme_detail", args=[scheme.slug])),
    }


def call_detail(call: Call, version: CallVersion, absolute: Address) -> dict[str, Any]:
    """Two queries; expects the scheme and its policy selected."""
    published = call.versions.filter(published_at__isnull=False).order_by("number")
    return {
        **picked(call, *CALL_SAME, "notice_zh", "notice_en"),
        "scheme": _named(call.scheme, "api:scheme_detail", absolute),
        "policy": _named(call.scheme.policy, "api:policy_detail", absolute),
        "version": version.number,
        "versions": list(published.values_list("number", flat=True)),
        "content": content_of(version.parsed),
        "questions": [picked(row, *QUESTION) for row in call.questions.order_by("position", "id")],
        "url": absolute(reverse("api:call_detail", args=[call.slug])),
        "page_url": absolute(call.get_absolute_url()),
    }


def content_of(content: CallContent) -> dict[str, Any]:
    """With every key that there is, so that a reader need not know which may be left out."""
    return dataclasses.asdict(content)


def _named(row: Any, route: str, absolute: Address) -> Reference:
    return {**picked(row, *NAMES), "url": absolute(reverse(route, args=[row.slug]))}
