from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from common.api import OrjsonRenderer
from common.public_api import PublicReadAPIView

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


class Bare(PublicReadAPIView):
    """Answers by itself, without what is kept under the version of the registry."""

    def answer(self, request, version, **kwargs):
        return b""


class Listing(Bare):
    known_parameters = frozenset({"q", "kind"})

    def get(self, request):
        return Response({"q": request.query_params.get("q", ""), "amount_yuan": Decimal("2000000.00")})


class Plain(Bare):
    def get(self, request):
        return Response({"language": _("Not found")})


urlpatterns = [path("api/list/", Listing.as_view()), path("api/plain/", Plain.as_view())]


def test_anybody_reads_json(client):
    response = client.get("/api/list/", {"q": "中试"})

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response.content == '{"q":"中试","amount_yuan":"2000000.00"}'.encode()


def test_head_and_options_answer_without_changing_anything(client):
    assert client.head("/api/list/").status_code == 200
    assert client.options("/api/list/")["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_writing_is_not_offered(client, method):
    response = getattr(client, method)("/api/list/")

    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")


def test_an_unknown_parameter_is_named_with_the_known_ones(client):
    response = client.get("/api/list/?kinds=public&q=x&page=2", headers={"accept-language": "en"})

    assert response.status_code == 400
    assert response.json()["errors"] == {
        "kinds": ["Unknown parameter. Known: kind, q."],
        "page": ["Unknown parameter. Known: kind, q."],
    }


def test_an_address_without_parameters_takes_none(client):
    response = client.get("/api/plain/?q=x", headers={"accept-language": "en"})

    assert response.json()["errors"] == {"q": ["Unknown parameter. This address takes none."]}


@pytest.mark.parametrize(
    ("asked", "answered"), [("en", "en"), ("en-GB,en;q=0.9", "en"), ("zh-CN", "zh-hans"), ("fr", "zh-hans")]
)
def test_the_answer_speaks_the_language_asked_for(client, asked, answered):
    response = client.get("/api/plain/", headers={"accept-language": asked})

    assert response["Content-Language"] == answered
    assert "Accept-Language" in response["Vary"]


def test_values_have_one_form_each():
    data = {
        "amount": Decimal("1E+3"),
        "day": date(2024, 12, 6),
        "moment": datetime(2026, 3, 1, 16, 0, 5, tzinfo=UTC),
        "id": UUID(int=1),
        "text": _("Chinese"),
        "rows": [{"n": None}, (1, True)],
    }

    assert (
        OrjsonRenderer().render({**data, "text": "中"})
        == (
            '{"amount":"1000","day":"2024-12-06","moment":"2026-03-01T16:00:05Z",'
            '"id":"00000000-0000-0000-0000-000000000001","text":"中","rows":[{"n":null},[1,true]]}'
        ).encode()
    )
    assert OrjsonRenderer().render({"text": data["text"]}) != b""
    assert OrjsonRenderer().render(None) == b""


def test_a_value_without_a_form_is_a_bug_that_shows():
    with pytest.raises(TypeError):
        OrjsonRenderer().render({"value": object()})
