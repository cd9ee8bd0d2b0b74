"""Servers of one worker each, and the CPU time that the worker and its database backend have used."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import psycopg2

from tools.own_server import free_port, process

TICK_NS = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


class Cpu(NamedTuple):
    """Milliseconds."""

    python: float
    database: float

    @property
    def total(self) -> float:
        return self.python + self.database


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Server:
    def __init__(self, port: int, master: int, name: str, database_url: str) -> None:
        self.port, self.master, self.name, self.database_url = port, master, name, database_url
        self.worker = 0
        self.backend = 0

    def get(self, path: str, **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers={key.replace("_", "-"): value for key, value in headers.items()})
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def find_processes(self) -> None:
        """Once it has answered and so has its connection."""
        [self.worker] = children(self.master)
        with psycopg2.connect(self.database_url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [self.name])
            [(self.backend,)] = cursor.fetchall()
        connection.close()
        if not (PROC / str(self.backend)).exists():
            sys.exit("bench: PostgreSQL runs on another machine, where its CPU time cannot be read.")

    def cpu(self) -> Cpu:
        time.sleep(0.002)  # both have gone back to waiting, and their account is up to date
        return Cpu(cpu_ms(self.worker), cpu_ms(self.backend))


def cpu_ms(pid: int) -> float:
    """CPU time of a process with one thread, by the scheduler's account where the kernel keeps it, else in ticks."""
    try:
        return int((PROC / str(pid) / "schedstat").read_text().split()[0]) / 1e6
    except FileNotFoundError:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK_NS / 1e6


def children(pid: int) -> list[int]:
    found = []
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[1]) == pid:
                found.append(int(entry.name))
    return found


@contextmanager
def server(name: str, application: str, environment: dict[str, str]) -> Iterator[Server]:
    """gunicorn with one sync worker, as production runs one a core."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "sync", "--workers", "1", "--threads", "1", "--max-requests", "0"]
    with process(command, environment | {"PGAPPNAME": name}) as started:
        running = Server(port, started.pid, name, environment["DATABASE_URL"])
        _wait(running)
        yield running


def _wait(running: Server) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            running.get("/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"bench: the server {running.name} did not start")
