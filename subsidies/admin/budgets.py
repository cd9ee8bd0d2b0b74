"""Budgets on the desk: figures that are always the sum of the ledger, its entries, and changes by two people."""

from decimal import Decimal
from functools import cached_property, partial
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.organisation_forms import WanField
from accounts.requests import signed_in
from common.admin_lookups import no_filter, refused_page
from common.admin_tools import PilotAdmin
from common.filters import no_such
from common.keys import key_of
from subsidies import budgets
from subsidies.admin.offers import Offer, asked, board_page
from subsidies.budgets import FIGURES, Balances
from subsidies.models import Budget, BudgetChange, BudgetEntry
from subsidies.workflow import LONGEST_REASON

PAGE_SIZE = 50


class BudgetRow(NamedTuple):
    budget: Budget
    figures: list[Decimal]


def figures_of(balances: Balances) -> list[Decimal]:
    return [getattr(balances, name) for name in FIGURES]


class ChangeForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=[(kind, kind.label) for kind in BudgetChange.KINDS])
    amount_yuan = WanField(label=gettext_lazy("amount in 10,000 yuan"), max_length=30)
    document_number = forms.CharField(label=gettext_lazy("document number"), max_length=60, required=False)
    reason = forms.CharField(
        label=gettext_lazy("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2, "cols": 60})
    )


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2, "cols": 60})
    )


class BudgetBoard:
    def __init__(self, budget: Budget, user: User, before: str) -> None:
        self.budget, self.user = budget, user
        self.address = reverse("admin:subsidies_budget_change", args=[budget.pk])
        self.before = key_of(before)

    @property
    def title(self) -> str:
        return str(self.budget)

    @cached_property
    def figures(self) -> list[tuple[str, Decimal]]:
        return list(zip(FIGURES.values(), figures_of(budgets.balances_of(self.budget)), strict=True))  # type: ignore[arg-type]

    @cached_property
    def _page(self) -> list[BudgetEntry]:
        """Newest first, from the one before on; one more than is shown says that there are older ones."""
        rows = self.budget.entries.select_related("application", "by", "change").order_by("-pk")
        if self.before is not None:
            rows = rows.filter(pk__lt=self.before)
        return list(rows[: PAGE_SIZE + 1])

    @property
    def entries(self) -> list[BudgetEntry]:
        return self._page[:PAGE_SIZE]

    @property
    def older(self) -> int | None:
        return self.entries[-1].pk if len(self._page) > PAGE_SIZE else None

    @cached_property
    def open_changes(self) -> list[BudgetChange]:
        return list(
            self.budget.changes.filter(confirmed_at=None, declined_at=None).select_related("proposed_by")[:PAGE_SIZE]
        )

    @cached_property
    def offers(self) -> dict[str, Offer]:
        found = {}
        if self.user.has_perm("subsidies.propose_budget"):
            found["propose"] = Offer(
                gettext_lazy("Propose a change"),
                lambda form: budgets.propose_change(self.budget, by=self.user, **form.cleaned_data),
                gettext_lazy("Proposed: another person confirms it."),
                ChangeForm,
                gettext_lazy("Nothing moves before another person has confirmed it."),
            )
        if self.user.has_perm("subsidies.confirm_budget"):
            for change in self.open_changes:
                if change.proposed_by_id != self.user.pk:
                    found |= self._about(change)
        return found

    def _about(self, change: BudgetChange) -> dict[str, Offer]:
        return {
            f"confirm-{change.pk}": Offer(
                gettext_lazy("Confirm"),
                lambda form: budgets.confirm_change(change, by=self.user),
                gettext_lazy("Confirmed: the entry is in the ledger."),
            ),
            f"decline-{change.pk}": Offer(
                gettext_lazy("Turn down"),
                lambda form: budgets.decline_change(change, by=self.user, reason=form.cleaned_data["reason"]),
                gettext_lazy("Turned down; the reason is kept."),
                DeclineForm,
            ),
        }


@admin.register(Budget)
class BudgetAdmin(PilotAdmin):
    fields = ["scheme", "year", "note"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """A year at a time: its budgets are as many as there are schemes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        years = list(Budget.objects.order_by("-year").values_list("year", flat=True).distinct())
        asked = request.GET.get("year", "")
        wrong = [no_filter(name) for name in request.GET.keys() - {"year"}]
        if asked and asked not in map(str, years):
            wrong.append(no_such(_("Year"), asked))
        if wrong:
            return refused_page(self, request, wrong)
        year = int(asked) if asked in map(str, years) else next(iter(years), None)
        rows = list(Budget.objects.filter(year=year).select_related("scheme"))
        balances = budgets.balances_by_budget(rows)
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(str(self.opts.verbose_name_plural)),
            "opts": self.opts,
            "years": years,
            "year": year,
            "heads": list(FIGURES.values()),
            "rows": [BudgetRow(row, figures_of(balances[row.pk])) for row in rows],
            "has_add_permission": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/subsidies/budget/list.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = asked(self, request, object_id)
        read = partial(self._board, found.pk, signed_in(request), request.GET.get("before", ""))
        return board_page(self, request, read, "admin/subsidies/budget/page.html", {"subtitle": _("Ledger")})

    @staticmethod
    def _board(key: int, user: User, before: str) -> BudgetBoard:
        return BudgetBoard(Budget.objects.select_related("scheme").get(pk=key), user, before)
