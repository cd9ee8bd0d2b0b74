from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BasesConfig(AppConfig):
    name = "bases"
    verbose_name = _("Pilot-test bases")

    def ready(self) -> None:
        import_module("bases.signals")
