"""What every address of the bureau's own affairs builds on."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from accounts.api import PersonalAPIView
from subsidies.api.views import person


class StaffView(PersonalAPIView):
    """Asked for its right before anything is looked up: what there is and what there is not answer alike."""

    right: ClassVar[str]
    right_to_write: ClassVar[str] = ""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        right = self.right if request.method in SAFE_METHODS else self.right_to_write
        if not person(request).has_perm(right):
            raise PermissionDenied
