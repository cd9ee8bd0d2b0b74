"""What a web server is told for HEAD: the client of the tests takes every body away by itself."""

from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler
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
def test_head_tells_what_get_would_and_sends_nothing(db, path, status):
    of_get, length, body = answer("GET", path)

    assert answer("HEAD", path) == (of_get, length, b"")
    assert of_get == status
    assert bool(body) == (status != 302)


def test_a_file_that_is_only_asked_about_is_closed_unread(db, rf):
    file = BytesIO(b"bytes")
    response = NoBodyForHead(lambda _request: FileResponse(file))(rf.head("/"))

    assert response.file_to_stream is None
    assert list(response) == []
    assert (response.headers["Content-Length"], file.tell()) == ("5", 0)
    response.close()
    assert file.closed
