"""Rehearse production on an empty PostgreSQL database of its own: what a first installation does, step by step.

Checks the settings, migrates from nothing, collects static files, loads the real data, starts the web server
and a worker by their documented commands, and asks each for one piece of work. Drops the database at the end.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg2
from celery import Celery

from tools.environments import HOST, bare, production, servers
from tools.own_server import get, manage, own_server, process

TASK = "common.tasks.seal_journal"
WORKER = ["-m", "celery", "-A", "chenzhou_pilot", "worker", "--loglevel", "INFO", "--pool", "solo"]
WORKER_SECONDS = 60


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, empty_database() as database_url:
        own = {"DATABASE_URL": database_url, "STATIC_ROOT": f"{folder}/static"}
        environment = bare() | production(folder) | servers() | own
        say("settings are fit for production")
        manage(environment, "check", "--deploy", "--fail-level", "WARNING")
        say("models and migrations agree")
        manage(environment, "makemigrations", "--check", "--dry-run")
        say("migrate from nothing")
        manage(environment, "migrate", "--verbosity", "0")
        say("collect static files, every reference resolved")
        manage(environment, "collectstatic", "--no-input", "--verbosity", "0")
        say("load the real data")
        manage(environment, "load_chenzhou")
        say("the web server answers")
        rehearse_web(environment)
        say("a worker does a task")
        rehearse_worker(environment)
    say("done")


def say(what: str) -> None:
    print(f"rehearsal: {what}", flush=True)


@contextmanager
def empty_database() -> Iterator[str]:
    address = urlsplit(servers()["DATABASE_URL"])
    name = f"rehearsal_{os.getpid()}"
    sql(address.geturl(), f'CREATE DATABASE "{name}"')
    try:
        yield address._replace(path=f"/{name}").geturl()
    finally:
        sql(address.geturl(), f'DROP DATABASE "{name}" WITH (FORCE)')


def sql(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        connection.cursor().execute(statement)
    finally:
        connection.close()


def rehearse_web(environment: dict[str, str]) -> None:
    secure = {"Host": HOST, "X_Forwarded_Proto": "https"}
    with own_server(environment) as port:
        statuses = {path: get(port, path, **secure) for path in ("/readyz", "/", "/en/", "/api/v1/bases/")}
        statuses["plain HTTP"] = get(port, "/", Host=HOST)
    print(f"rehearsal: {statuses}")
    if statuses != {"/readyz": 200, "/": 200, "/en/": 200, "/api/v1/bases/": 200, "plain HTTP": 301}:
        sys.exit("rehearsal: the web server did not answer as it should")


def rehearse_worker(environment: dict[str, str]) -> None:
    """Start a worker on a queue of its own, send it one task, and wait for its word that the task succeeded."""
    queue = f"rehearsal-{os.getpid()}"
    broker = Celery(broker=environment["CELERY_BROKER_URL"])
    command = [sys.executable, *WORKER, "--queues", queue, "--without-mingle", "--without-gossip"]
    with process(command, environment, errors=subprocess.PIPE) as worker:
        end = threading.Timer(WORKER_SECONDS, worker.kill)
        end.start()
        done = succeeded(worker, broker, queue)
        end.cancel()
    with broker.connection() as connection:
        connection.default_channel.queue_delete(queue)
    if not done:
        sys.exit(f"rehearsal: the worker did no task within {WORKER_SECONDS} s")


def succeeded(worker: subprocess.Popen[str], broker: Celery, queue: str) -> bool:
    assert worker.stderr is not None
    for line in worker.stderr:
        print(f"worker: {line}", end="", flush=True)
        if " ready" in line:
            broker.send_task(TASK, queue=queue)
        if f"Task {TASK}" in line and "succeeded" in line:
            return True
    return False


if __name__ == "__main__":
    started = time.monotonic()
    main()
    print(f"rehearsal: {time.monotonic() - started:.0f} s")
