"""The environment of a production process, as the README's table describes it, made up for tests and rehearsals."""

import os
import secrets

POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
REDIS = "redis://127.0.0.1:6379/1"
RABBITMQ = "amqp://guest:guest@127.0.0.1:5672//"
HOST = "pilot.example.org"


def servers() -> dict[str, str]:
    """The three servers of production: those the shell names, else the usual local addresses."""
    usual = {"DATABASE_URL": POSTGRES, "REDIS_URL": REDIS, "CELERY_BROKER_URL": RABBITMQ}
    return {name: os.environ.get(name) or address for name, address in usual.items()}


def production(media_root: str) -> dict[str, str]:
    """Everything production requires, with secrets that nothing else has ever seen."""
    return servers() | {
        "PRODUCTION": "1",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": HOST,
        "SITE_URL": f"https://{HOST}",
        "MEDIA_ROOT": media_root,
        "EMAIL_URL": "smtp://127.0.0.1:25",
        "DEFAULT_FROM_EMAIL": f"Chenzhou Pilot <noreply@{HOST}>",
    }


def bare() -> dict[str, str]:
    """The shell's environment without any setting of ours: the embedded default."""
    ours = {*production(""), "DEBUG"}
    return {name: value for name, value in os.environ.items() if name not in ours}
