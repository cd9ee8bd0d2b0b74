"""python -m bench.rush [--submissions 500] [--seconds 60] [--seed 1]: the last minute of a call.

Firms submit over HTTP to the site as production runs it, ever more of them towards the close; some send again what
was done, some come late. Then every acknowledgement is compared with what the database holds. The exit code is 0
unless something was lost, doubled, numbered with a gap or wrongly refused; speed is reported, never asserted.
"""

import argparse
import os
import sys
import tempfile
from importlib import import_module
from urllib.parse import urlsplit

import django

from bench.database import own_database
from tools.environments import HOST, bare, production, servers

NAME = "rush_chenzhou"
REDIS_PLACES = {"REDIS_URL": "/14", "CELERY_BROKER_URL": "/15"}  # of our own: nobody works on what is queued here


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.rush", description="The last minute of a call, over HTTP.")
    parser.add_argument("--submissions", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--late", type=int, default=10, help="firms that come after the close")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> int:
    asked, given = arguments(), servers()
    if not given["DATABASE_URL"].startswith("postgres"):
        sys.exit("rush: DATABASE_URL must name PostgreSQL.")
    with own_database(given["DATABASE_URL"], keep=False, name=NAME) as url, tempfile.TemporaryDirectory() as folder:
        redis = urlsplit(given["REDIS_URL"])
        places = {name: redis._replace(path=path).geturl() for name, path in REDIS_PLACES.items()}
        quiet = {"LOG_LEVEL": "ERROR", "GUNICORN_LOG_LEVEL": "warning"}
        site = bare() | production(folder) | {"DATABASE_URL": url} | places | quiet
        os.environ |= {"DATABASE_URL": url, "REDIS_URL": places["REDIS_URL"], "LOG_LEVEL": "WARNING"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "chenzhou_pilot.settings"
        django.setup()
        run = import_module("bench.rush_run").run  # it imports models, which must not come before
        return int(run(site, HOST, asked))


if __name__ == "__main__":
    sys.exit(main())
