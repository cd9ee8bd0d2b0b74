from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = _("Common ground")

    def ready(self) -> None:
        # Models exist only from here on.
        from common.journal_relations import watch_relations  # noqa: PLC0415

        watch_relations()
