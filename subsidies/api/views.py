"""What every address of one's own applications builds on."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request

from accounts.api import PersonalAPIView
from accounts.models import User
from subsidies.api.shapes import RELATED
from subsidies.models import Application


def person(request: Request) -> User:
    return cast(User, request.user)


def own_applications(request: Request) -> QuerySet[Application]:
    """Those of the own firms, and those the person is let in to: the API is the applicant's side alone."""
    return Application.objects.of_firms(person(request)).select_related(*RELATED)


class OwnApplicationView(PersonalAPIView):
    """`application` is one's own, or there is nothing: another's number answers as a random one does, to everything."""

    application: Application

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        found = own_applications(request).filter(public_id=kwargs["public_id"]).first()
        if found is None:
            raise Http404
        self.application = found
