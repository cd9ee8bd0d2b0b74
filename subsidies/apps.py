from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubsidiesConfig(AppConfig):
    name = "subsidies"
    verbose_name = _("Subsidies")

    def ready(self) -> None:
        import_module("subsidies.signals")
        import_module("subsidies.open_data.signals")
