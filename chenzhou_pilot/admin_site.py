from django.contrib.admin.apps import AdminConfig


class PilotAdminConfig(AdminConfig):
    """The admin is the bureau's working desk."""

    default_site = "chenzhou_pilot.desk.PilotAdminSite"
