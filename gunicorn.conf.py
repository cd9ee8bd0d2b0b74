"""Web server processes; gunicorn reads this file by itself when it starts in this folder.

The embedded default keeps its cache in memory, so it runs one process with a few threads. Production runs one
process a core, each working on one request at a time.
"""

import gc
import os

PRODUCTION = os.environ.get("PRODUCTION", "").lower() in {"1", "true", "yes", "on"}
CORES = os.cpu_count() or 1

worker_class = "chenzhou_pilot.web_worker.Worker"
bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", CORES if PRODUCTION else 1))
threads = 1 if PRODUCTION else 4
preload_app = True
timeout = 30
graceful_timeout = 30
control_socket_disable = True  # systemd steers the processes; one socket per home folder would be shared by all
max_requests = 5000 if PRODUCTION else 0
max_requests_jitter = 500

# A request line or header beyond these gets a 414 or 431 before the application sees it.
limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 8190

# No access log: addresses and search words are personal data. The journal and the log of errors say what happened.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("GUNICORN_LOG_LEVEL", "info" if PRODUCTION else "warning")


def when_ready(server: object) -> None:
    """With the application loaded (preload_app), before the workers begin.

    What is there by now stays: the collector passes it over, so workers share its memory and no request pays for it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


def post_worker_init(worker: object) -> None:
    """The embedded default has no Celery: its one process runs the schedule too."""
    from chenzhou_pilot.own_clock import start_where_embedded  # noqa: PLC0415 - Django is set up by now

    start_where_embedded()
