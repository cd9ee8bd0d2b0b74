"""What a web server is told for HEAD: the client of the tests takes every body away by itself."""

from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import FileResponse

from common.middleware import NoBodyForHead

ADDRESSES = [
    ("/missing/", 404),
    ("/bases/", 200),
    ("/accounts/login/", 200),
    ("/applications/", 302),
    ("/robots.txt", 200),
    ("/open-data/bases.csv", 200),
    ("/api/v1/bases/", 200),
    ("/api/v1/missing/", 404),
]


@pytest.fixture(autouse=True)
def connection(db):
    """Kept over the end of a request, as the client of the tests does too: it holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def answer(method, path):
    """Status, length as told, and what was sent."""
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "REMOTE_ADDR": "10.0.0.1"}
    setup_testing_defaults(environ)
    told = {}

    def start_response(status, headers):
        told.update(headers, status=int(status.split()[0]))

    chunks = WSGIHandler()(environ, start_response)
    body = b"".join(chunks)
    chunks.close()
    return told["status"], told.get("Content-Length"), body


@pytest.mark.parametrize(("path", "status"), ADDRESSES)
def test_head_tells_what_get_would_and_sends_nothing(path, status):
    of_get, length, body = answer("GET", path)

    assert answer("HEAD", path) == (of_get, length, b"")
    assert of_get == status
    assert bool(body) == (status != 302)


def test_a_file_that_is_only_asked_about_is_closed_unread(rf):
    file = BytesIO(b"bytes")
    response = NoBodyForHead(lambda _request: FileResponse(file))(rf.head("/"))

    assert response.file_to_stream is None
    assert list(response) == []
    assert (response.headers["Content-Length"], file.tell()) == ("5", 0)
    response.close()
    assert file.closed
