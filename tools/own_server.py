"""A server of our own: the site in a process of its own, on a free port, for as long as a `with` block lasts."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STARTS_WITHIN_SECONDS = 30
STOPS_WITHIN_SECONDS = 10


def manage(environment: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


@contextmanager
def own_server(environment: dict[str, str]) -> Iterator[int]:
    """Start gunicorn under `environment`, yield its port once it is alive, and stop it afterwards."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "chenzhou_pilot.wsgi"]
    with process(command, environment | {"BIND": f"127.0.0.1:{port}"}):
        wait_until_alive(port, environment.get("ALLOWED_HOSTS", "localhost"))
        yield port


@contextmanager
def process(
    command: list[str], environment: dict[str, str], errors: int | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run `command` during the block; ask it to stop, and end it when it does not."""
    started = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=errors, text=True)
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(STOPS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_until_alive(port: int, host: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline:
        try:
            get(port, "/healthz", Host=host)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"The server did not answer within {STARTS_WITHIN_SECONDS} s")


def get(port: int, path: str, **headers: str) -> int:
    """The status of a GET; header names have an underscore where the wire has a hyphen."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        return connection.getresponse().status
    finally:
        connection.close()
