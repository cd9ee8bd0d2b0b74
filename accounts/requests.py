from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """The person behind a page that LoginRequiredMiddleware or the admin has let through."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
