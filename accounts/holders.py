from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from accounts.models import User


def holders(permission: str) -> QuerySet[User]:
    """The active people who have a permission like "subsidies.check_application".

    Superusers are for emergencies, not for daily work: they count only where a group or a grant says so.
    """
    app, codename = permission.split(".")
    named = {"content_type__app_label": app, "codename": codename}
    by_group = Q(groups__permissions__in=_permissions(**named))
    directly = Q(user_permissions__in=_permissions(**named))
    rows: QuerySet[User] = User.objects.filter(by_group | directly, is_active=True)
    return rows.distinct()


def _permissions(**named: str) -> QuerySet:
    return Permission.objects.filter(**named)
