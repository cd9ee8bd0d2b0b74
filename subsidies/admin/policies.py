from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from common.admin_tools import PartOptions, PilotAdmin
from subsidies.models import Policy, PolicyClause, Scheme


class ClauseInline(PartOptions, admin.StackedInline):
    model = PolicyClause
    fields = ["number", ("text_zh", "text_en")]


@admin.register(Policy)
class PolicyAdmin(PilotAdmin):
    list_display = ["name_zh", "document_number", "issued_in", "article"]
    search_fields = ["name_zh", "name_en", "document_number"]
    inlines = [ClauseInline]

    def view_on_site(self, policy: Policy) -> str:
        return policy.get_absolute_url()


@admin.register(Scheme)
class SchemeAdmin(PilotAdmin):
    list_display = ["name_zh", "policy", "kind", "amount_yuan"]
    list_select_related = ["policy"]
    list_filter = ["kind"]
    search_fields = ["name_zh", "name_en"]

    def get_form(self, request: HttpRequest, obj: Scheme | None = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        clauses = PolicyClause.objects.select_related("policy")
        if obj is not None and "clause" in form.base_fields:
            form.base_fields["clause"].queryset = clauses.filter(policy=obj.policy_id)
        return form
