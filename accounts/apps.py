from django.apps import AppConfig
from django.db.models.signals import m2m_changed, post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        # Models exist only from here on.
        import accounts.security_events  # noqa: F401, PLC0415
        from accounts.models import User  # noqa: PLC0415
        from accounts.roles import sync_groups_after_migrate  # noqa: PLC0415
        from accounts.signals import groups_changed  # noqa: PLC0415

        post_migrate.connect(sync_groups_after_migrate, dispatch_uid="accounts.sync_groups")
        m2m_changed.connect(groups_changed, sender=User.groups.through, dispatch_uid="accounts.groups_changed")
