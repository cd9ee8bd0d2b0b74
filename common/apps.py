from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = _("Common ground")

    def ready(self) -> None:
        # Models exist only from here on.
        from common import checks  # noqa: F401, PLC0415
        from common.journal_relations import watch_relations  # noqa: PLC0415

        watch_relations()
        autodiscover_modules("notices")  # the kinds of every app, in web and worker processes alike
