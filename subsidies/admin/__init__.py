"""Registers the desk's pages of policies, calls, applications and decisions."""

from subsidies.admin import (
    alerts,
    appeals,
    applications,
    at_units,
    award_documents,
    awards,
    budgets,
    calls,
    draws,
    earlier_awards,
    experts,
    integrity,
    letters,
    meetings,
    namesakes,
    notices,
    objections,
    payments,
    policies,
    site_checks,
    subscriptions,
    versions,
)
from subsidies.admin.words import teach_journal

__all__ = [
    "alerts",
    "appeals",
    "applications",
    "at_units",
    "award_documents",
    "awards",
    "budgets",
    "calls",
    "draws",
    "earlier_awards",
    "experts",
    "integrity",
    "letters",
    "meetings",
    "namesakes",
    "notices",
    "objections",
    "payments",
    "policies",
    "site_checks",
    "subscriptions",
    "versions",
]

teach_journal()
