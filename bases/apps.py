from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from common import versions


class BasesConfig(AppConfig):
    name = "bases"
    verbose_name = _("Pilot-test bases")

    def ready(self) -> None:
        import_module("bases.signals")
        versions.follow("registry", import_module("bases.choice_sets").follow)
