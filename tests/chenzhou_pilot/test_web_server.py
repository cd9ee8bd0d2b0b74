"""What gunicorn itself says, before Django sees a request."""

import socket

import pytest

from chenzhou_pilot.web_worker import TOO_LONG, TOO_MANY_HEADERS
from tools.environments import bare
from tools.own_server import get, own_server


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    with own_server(bare() | {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3"}) as port:
        yield port


def answer_to(port, *lines):
    """Send a request that the server need not read to its end, and return its status line and body."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        try:
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before the end, which is the point
        head, _blank, body = connection.recv(4000).decode().partition("\r\n\r\n")
    return head.partition("\r\n")[0], body


@pytest.mark.parametrize("size", [9_000, 10_000_000])
def test_a_query_string_far_too_long_is_refused_in_both_languages(port, size):
    answer = answer_to(port, f"GET /bases/?q={'a' * size} HTTP/1.1", "Host: localhost")

    assert answer == ("HTTP/1.1 414 Request-URI Too Long", TOO_LONG)
    assert get(port, "/healthz") == 200


def test_headers_far_too_large_are_refused(port):
    answer = answer_to(port, "GET / HTTP/1.1", "Host: localhost", f"Cookie: a={'a' * 100_000}")

    assert answer == ("HTTP/1.1 431 Request Header Fields Too Large", TOO_MANY_HEADERS)
    assert get(port, "/healthz") == 200
