from django.contrib import admin

from common.admin_tools import PilotAdmin
from subsidies.models import Policy, Scheme


@admin.register(Policy)
class PolicyAdmin(PilotAdmin):
    list_display = ["name_zh", "document_number", "issued_in", "article"]
    search_fields = ["name_zh", "name_en", "document_number"]


@admin.register(Scheme)
class SchemeAdmin(PilotAdmin):
    list_display = ["name_zh", "policy", "kind", "amount_yuan"]
    list_select_related = ["policy"]
    list_filter = ["kind"]
    search_fields = ["name_zh", "name_en"]
