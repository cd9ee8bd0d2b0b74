"""Odd questions to every documented operation, as the administrator of a firm with a token: no server error, and no
answer that is not documented."""

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

from accounts import tokens
from chenzhou_pilot.api_docs import document
from common.models import Notice
from subsidies.enums import State
from tests.factories import BaseFactory, EquipmentFactory, IndustryFactory, ProjectFactory, ServiceFactory
from tests.factories_subsidies import ApplicationFactory, CallFactory, PolicyFactory, SchemeFactory, firm, person_of
from tests.subsidies.signing import put_file

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
    rates = {**api_settings.DEFAULT_THROTTLE_RATES, "anon": "1000000/min", "user": "1000000/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    base = BaseFactory(slug="0", industries=[IndustryFactory()])
    EquipmentFactory(base=base)
    ServiceFactory(base=base)
    ProjectFactory(slug="0", base=base)
    return schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application())


@pytest.fixture
def own(db):
    """What the parameters of the personal addresses name: the caller's own things, and the header of the caller."""
    organisation = firm()
    caller = person_of(organisation)
    call = CallFactory(slug="0", scheme=SchemeFactory(slug="0", policy=PolicyFactory(slug="0")))
    application = ApplicationFactory(organisation=organisation, call=call)
    ApplicationFactory(organisation=organisation, state=State.FORM_CHECK)
    names = {
        "slug": "0",
        "public_id": str(application.public_id),
        "file_id": str(put_file(application, "A01").file.public_id),
        "notice_id": str(Notice.objects.create(recipient=caller, kind="any").public_id),
    }
    return names, {"Authorization": f"Token {tokens.issue(caller, name='fuzz', days=1)[1]}"}


OPERATIONS = [(path, method) for path, methods in document()["paths"].items() for method in methods]
PLAIN = {"/api/v1/", "/api/v1/divisions/", "/api/v1/statistics/"}  # nothing about their parameters can be wrong
ASKED = [
    *((path, method, GenerationMode.POSITIVE) for path, method in OPERATIONS),
    *((path, method, GenerationMode.NEGATIVE) for path, method in OPERATIONS if path not in PLAIN),
]


@pytest.mark.parametrize(("path", "method", "mode"), ASKED)
def test_odd_questions_are_answered_as_documented(api, own, path, method, mode):
    names, header = own

    @settings(max_examples=30, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=api[path][method.upper()].as_strategy(generation_mode=mode))
    def ask(case):
        if mode == GenerationMode.POSITIVE:
            case.path_parameters.update({name: names[name] for name in case.path_parameters if name in names})
        case.headers.update(header)
        response = case.call()
        case.validate_response(response, checks=CHECKS)
        assert response.elapsed < 5

    ask()
