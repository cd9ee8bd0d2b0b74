"""What was seen of the cases before: it may grow, and never shrink or change. I4, I10, I13, I14."""

from typing import Any, NamedTuple

from subsidies.models import (
    Application,
    ApplicationFile,
    BudgetEntry,
    ObjectionFile,
    Payment,
    Recommendation,
    Repayment,
    Submission,
)

PAID_FACTS = ("award", "payer", "amount_yuan", "account", "prepared_by", "approved_by", "executed_by", "paid_on")
Rows = dict[int, Any]


class Memory(NamedTuple):
    """Rows by their keys, each with what may not change."""

    versions: dict[int, int]
    signed: Rows
    paid: Rows
    entries: Rows
    files: set[tuple[str, int]]


def remembered() -> Memory:
    return Memory(
        versions=dict(Application.objects.order_by().values_list("pk", "version")),
        signed=_rows(Submission.objects, "application", "round", "digest"),
        paid=_rows(Payment.objects.filter(state__in=("paid", "returned")), *PAID_FACTS, "voucher_number"),
        entries={
            **_rows(BudgetEntry.objects, "kind", "from_pot", "to_pot", "amount_yuan", "application", "payment", "by"),
            **{-key: row for key, row in _rows(Repayment.objects, "amount_yuan", "interest_yuan").items()},
        },
        files={
            (model.__name__, key)
            for model in (ApplicationFile, ObjectionFile, Recommendation)
            for key in model._default_manager.values_list("pk", flat=True)
        },
    )


def _rows(rows: Any, *names: str) -> Rows:
    return {key: facts for key, *facts in rows.order_by("pk").values_list("pk", *names)}


def i4_no_signature_changes(old: Memory, new: Memory) -> list[str]:
    return _changed(old.signed, new.signed)


def i10_what_is_paid_is_final(old: Memory, new: Memory) -> list[str]:
    """A payment stays what it is, be it returned; the ledger only grows."""
    return _changed(old.paid, new.paid) + _changed(old.entries, new.entries)


def i13_no_attachment_goes(old: Memory, new: Memory) -> list[str]:
    return [f"{gone} is gone" for gone in sorted(old.files - new.files)]


def i14_no_version_falls(old: Memory, new: Memory) -> list[str]:
    return [
        f"{key} was at {version}, now at {new.versions.get(key)}"
        for key, version in old.versions.items()
        if new.versions.get(key, 0) < version
    ]


def _changed(old: Rows, new: Rows) -> list[str]:
    return [f"{key} was {row}, is {new.get(key)}" for key, row in old.items() if new.get(key) != row]


KEPT = (i4_no_signature_changes, i10_what_is_paid_is_final, i13_no_attachment_goes, i14_no_version_falls)


def lost(old: Memory, new: Memory) -> list[str]:
    return [f"{look.__name__}: {sentence}" for look in KEPT for sentence in look(old, new)]
