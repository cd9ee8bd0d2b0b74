"""What the site is compared with inside Django: the usual viewset, and a view that does nothing."""

from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import ModelViewSet

from bases.api_schema import BaseDescribed
from bases.models import Base, Industry
from common.models import Division, Park


class PlainDivision(ModelSerializer):
    class Meta:
        model = Division
        fields = ("code", "name_zh", "name_en")


class PlainPark(ModelSerializer):
    class Meta:
        model = Park
        fields = ("code", "name_zh", "name_en")


class PlainIndustry(ModelSerializer):
    class Meta:
        model = Industry
        fields = ("slug", "name_zh", "name_en")


class PlainBase(ModelSerializer):
    division = PlainDivision()
    park = PlainPark()
    industries = PlainIndustry(many=True)

    class Meta:
        model = Base
        fields = [name for name in BaseDescribed._declared_fields if name != "url"]


class PlainPages(PageNumberPagination):
    page_size = 25


class PlainBases(ModelViewSet):
    """As the tutorial has it, with the related rows fetched together."""

    queryset = Base.objects.on_public_site().select_related("division", "park").prefetch_related("industries")
    queryset = queryset.order_by("code")
    serializer_class = PlainBase
    pagination_class = PlainPages
    filter_backends = [DjangoFilterBackend]
    filterset_fields = ["division", "kind"]
    permission_classes = [AllowAny]  # the public list, and in the addresses of the bench alone
    renderer_classes = [JSONRenderer]


@cache
def _content(size: int) -> bytes:
    return b"x" * size


@login_not_required
def constant(request: HttpRequest, size: int) -> HttpResponse:
    return HttpResponse(_content(size))
