"""The bureau's working site: Django's admin behind the portal's own sign-in."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class PilotAdminConfig(AdminConfig):
    default_site = "chenzhou_pilot.admin_site.PilotAdminSite"


class PilotAdminSite(admin.AdminSite):
    site_header = _("Chenzhou Pilot · Working desk")
    site_title = _("Chenzhou Pilot")
    index_title = _("What needs doing")
