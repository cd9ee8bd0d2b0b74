"""python -m bench [--quick] [--full] [--keep] [--seed S] [--numbering] [--desk] [--export]

Speed is reported, never asserted: the exit code is 0 unless an answer is wrong or something breaks.
"""

import argparse
import os
import sys
from importlib import import_module

import django
import psycopg2

from bench.database import own_database
from tools.environments import servers


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="What a request costs, beside the limit.")
    parser.add_argument("--quick", action="store_true", help="10,000 bases and fewer requests, to try the bench itself")
    parser.add_argument("--full", action="store_true", help="1,000,000 projects instead of as many as bases")
    parser.add_argument("--keep", action="store_true", help="use the database that an earlier run left, and leave it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--numbering", action="store_true", help="the numbering of applications alone, in a minute")
    parser.add_argument("--desk", action="store_true", help="the start page of the desk alone, in half a minute")
    parser.add_argument("--export", action="store_true", help="Excel beside CSV alone, in half a minute")
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    server_url = servers()["DATABASE_URL"]
    if not server_url.startswith("postgres"):
        sys.exit("bench: DATABASE_URL must name PostgreSQL; the figures are about production.")
    try:
        psycopg2.connect(server_url, connect_timeout=5).close()
    except psycopg2.OperationalError as error:
        sys.exit(
            f"bench: there is no PostgreSQL to measure with. Start it, or name another with DATABASE_URL.\n{error}"
        )
    with own_database(server_url, asked.keep) as url:
        prepare_environment(url)
        django.setup()
        import_module("bench.run").run(url, asked)  # it imports models, which must not come before


def prepare_environment(url: str) -> None:
    """As in production where it matters for speed, without limits of requests."""
    os.environ |= {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "API_RATE_ANONYMOUS": "1000000/min",
        "LOG_LEVEL": "WARNING",
    }
    for name in ("PRODUCTION", "DEBUG", "CELERY_BROKER_URL"):
        os.environ.pop(name, None)


if __name__ == "__main__":
    main()
