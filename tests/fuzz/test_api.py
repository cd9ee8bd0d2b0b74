"""Odd questions to every documented operation, as anybody: no server error, and no answer that is not documented."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from rest_framework.settings import api_settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.factories import BaseFactory, EquipmentFactory, IndustryFactory, ProjectFactory, ServiceFactory

pytestmark = [pytest.mark.fuzz, pytest.mark.django_db]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def _kept_connection():
    """The test's transaction ends with its connection, which a request would close; as Django's own client does it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def api(db, settings, _kept_connection):
    rates = {**api_settings.DEFAULT_THROTTLE_RATES, "anon": "1000000/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    base = BaseFactory(slug="0", industries=[IndustryFactory()])
    EquipmentFactory(base=base)
    ServiceFactory(base=base)
    ProjectFactory(slug="0", base=base)
    return schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application())


WITH_PARAMETERS = [
    "/api/v1/bases/",
    "/api/v1/bases/{slug}/",
    "/api/v1/projects/",
    "/api/v1/projects/{slug}/",
    "/api/v1/organisations/",
]
PLAIN = ["/api/v1/", "/api/v1/divisions/", "/api/v1/statistics/"]  # nothing about their parameters can be wrong
ASKED = [
    *((path, GenerationMode.POSITIVE) for path in (*WITH_PARAMETERS, *PLAIN)),
    *((path, GenerationMode.NEGATIVE) for path in WITH_PARAMETERS),
]


def test_every_documented_path_is_asked(api):
    assert sorted(api.raw_schema["paths"]) == sorted([*WITH_PARAMETERS, *PLAIN])


@pytest.mark.parametrize(("path", "mode"), ASKED)
def test_odd_questions_are_answered_as_documented(api, path, mode):
    @settings(max_examples=30, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=api[path]["GET"].as_strategy(generation_mode=mode))
    def ask(case):
        response = case.call()
        case.validate_response(response, checks=CHECKS)
        assert response.elapsed < 5

    ask()
