from django.contrib import admin

from bases.models import Industry
from common.admin_tools import PilotAdmin


@admin.register(Industry)
class IndustryAdmin(PilotAdmin):
    list_display = ["name_zh", "name_en", "slug"]
    search_fields = ["name_zh", "name_en", "slug"]
