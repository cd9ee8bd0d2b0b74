"""The inbox by API: what one was told, in the language of the request."""

from typing import Any

import django_filters as filters
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.api import PersonalAPIView
from common.compiled_lists import cleaned_filters
from common.filters import OneOfFilter
from common.models import Notice
from common.notice_words import Told
from common.private_api import PAGE_PARAMETERS, answered, page_of
from subsidies.api.private_schema import PAGE, NoticeDescribed, NoticePage, ReadDescribed, filter_parameters, private
from subsidies.api.views import person

NEWEST_FIRST = ("-id",)
UNREAD = "yes"


class NoticeFilter(filters.FilterSet):
    unread = OneOfFilter(label=_("Unread only"), choices=[(UNREAD, _("Yes"))], method="unread_alone")

    class Meta:
        model = Notice
        fields: list[str] = []

    def unread_alone(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.unread()


class Inbox(PersonalAPIView):
    known_parameters = PAGE_PARAMETERS | NoticeFilter.base_filters.keys()

    @extend_schema(
        operation_id="inbox_list",
        summary="What you were told, the newest first",
        parameters=[*filter_parameters(NoticeFilter), *PAGE],
        responses=private(NoticePage, 400),
    )
    def get(self, request: Request) -> HttpResponse:
        given, errors = cleaned_filters(NoticeFilter, request.query_params)
        if errors:
            raise ValidationError(errors)
        own = NoticeFilter(given, Notice.objects.visible_to(person(request))).qs
        return page_of(request, own, NEWEST_FIRST, lambda page: [_told(row, request) for row in page])


class InboxRead(PersonalAPIView):
    @extend_schema(
        operation_id="inbox_read_all",
        summary="Mark everything as read",
        request=None,
        responses=private(ReadDescribed, 400),
    )
    def post(self, request: Request) -> HttpResponse:
        return answered({"marked": Notice.objects.visible_to(person(request)).mark_read()})


class NoticeRead(PersonalAPIView):
    @extend_schema(
        operation_id="inbox_read",
        summary="Mark one notice as read",
        request=None,
        responses=private(NoticeDescribed, 400, 404),
    )
    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        own = Notice.objects.visible_to(person(request)).filter(public_id=kwargs["notice_id"])
        own.mark_read()
        notice = own.first()
        if notice is None:
            raise Http404
        return answered(_told(notice, request))


def _told(notice: Notice, request: Request) -> dict[str, Any]:
    told = Told.of(notice)
    return {
        "id": told.public_id,
        "kind": told.kind,
        "subject": told.subject,
        "text": told.text,
        "is_duty": told.is_duty,
        "page_url": request.build_absolute_uri(told.address) if told.address else None,
        "created_at": told.created_at,
        "read_at": told.read_at,
    }
