"""Budgets by API: figures that are always the sum of the ledger, and its entries; read alone."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from common.api_schema import Described, yuan
from common.api_schema import text as text_or_null
from common.private_api import PAGE_PARAMETERS, answered, page_of
from common.references import picked
from subsidies import budgets
from subsidies.api.meeting_schema import BudgetNamed, signed_yuan
from subsidies.api.meeting_shapes import Address, budget_named
from subsidies.api.private_schema import PAGE, private
from subsidies.api.public_schema import moment
from subsidies.api.staff import StaffView
from subsidies.budgets import FIGURES, Balances
from subsidies.enums import EntryKind, Pot
from subsidies.models import Budget, BudgetEntry

NEWEST_FIRST = ("-id",)


# ---------------------------------------------------------------- shapes
class FiguresDescribed(Described):
    initial_yuan = signed_yuan()
    adjusted_yuan = signed_yuan()
    reserved_yuan = signed_yuan()
    committed_yuan = signed_yuan()
    paid_yuan = signed_yuan()
    released_yuan = signed_yuan()
    free_yuan = signed_yuan()


class BudgetRow(BudgetNamed):
    figures = FiguresDescribed(help_text="The sum of the entries, each time. `free_yuan` is what is left.")
    entries_url = serializers.URLField()


class BudgetPage(serializers.Serializer):
    results = BudgetRow(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class EntryDescribed(Described):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(EntryKind.choices)
    from_pot = serializers.ChoiceField(Pot.choices)
    to_pot = serializers.ChoiceField(Pot.choices)
    amount_yuan = yuan()
    application = text_or_null(help_text="Its number.")
    document_number = text_or_null()
    by = serializers.CharField()
    at = moment()
    note = text_or_null()


class EntryPage(serializers.Serializer):
    results = EntryDescribed(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


def budget_row(budget: Budget, balances: Balances, absolute: Address) -> dict[str, Any]:
    return {
        **budget_named(budget),
        "figures": {f"{name}_yuan": getattr(balances, name) for name in FIGURES},
        "entries_url": absolute(reverse("api:budget_entries", args=[budget.pk])),
    }


def entry_row(entry: BudgetEntry) -> dict[str, Any]:
    """No query; expects application, change and person selected."""
    return {
        "id": entry.pk,
        **picked(entry, "kind", "from_pot", "to_pot", "amount_yuan"),
        "application": entry.application and entry.application.number,
        "document_number": (entry.change and entry.change.document_number) or None,
        "by": str(entry.by),
        **picked(entry, "at", "note"),
    }


# ---------------------------------------------------------------- views
class BudgetView(StaffView):
    right = "subsidies.view_budget"

    def asked(self, key: int) -> Budget:
        found: Budget | None = Budget.objects.select_related("scheme").filter(pk=key).first()
        if found is None:
            raise Http404
        return found


class BudgetList(BudgetView):
    known_parameters = PAGE_PARAMETERS

    @extend_schema(
        operation_id="budget_list",
        summary="Budgets with their figures, the newest first",
        parameters=PAGE,
        responses=private(BudgetPage, 400, 403),
    )
    def get(self, request: Request) -> HttpResponse:
        def shown(page: list[Budget]) -> list[dict[str, Any]]:
            balances = budgets.balances_by_budget(page)
            return [budget_row(row, balances[row.pk], request.build_absolute_uri) for row in page]

        return page_of(request, Budget.objects.select_related("scheme"), NEWEST_FIRST, shown)


class BudgetDetail(BudgetView):
    @extend_schema(
        operation_id="budget_detail",
        summary="The figures of one budget",
        responses=private(BudgetRow, 400, 403, 404),
    )
    def get(self, request: Request, budget_id: int) -> HttpResponse:
        budget = self.asked(budget_id)
        return answered(budget_row(budget, budgets.balances_of(budget), request.build_absolute_uri))


class BudgetEntries(BudgetView):
    known_parameters = PAGE_PARAMETERS

    @extend_schema(
        operation_id="budget_entries",
        summary="The entries of one budget, the newest first",
        parameters=PAGE,
        responses=private(EntryPage, 400, 403, 404),
    )
    def get(self, request: Request, budget_id: int) -> HttpResponse:
        entries: QuerySet[BudgetEntry] = self.asked(budget_id).entries.select_related("application", "by", "change")
        return page_of(request, entries, NEWEST_FIRST, lambda page: [entry_row(row) for row in page])
