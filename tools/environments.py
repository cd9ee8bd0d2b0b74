"""The environment of a production process, as the README's table describes it, made up for tests and rehearsals."""

import os
import secrets

HOST = "pilot.example.org"
USUAL_SERVERS = {
    "DATABASE_URL": "postgres://postgres@127.0.0.1:5432/postgres",
    "REDIS_URL": "redis://127.0.0.1:6379/1",
    "CELERY_BROKER_URL": "amqp://guest:guest@127.0.0.1:5672//",
}


def servers() -> dict[str, str]:
    """The three servers of production: those the shell names, else the usual local addresses."""
    return {name: os.environ.get(name) or address for name, address in USUAL_SERVERS.items()}


def production(media_root: str) -> dict[str, str]:
    """Everything production requires and nothing more, with secrets that nothing else has ever seen."""
    return USUAL_SERVERS | {
        "PRODUCTION": "1",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_KEYS": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": HOST,
        "SITE_URL": f"https://{HOST}",
        "MEDIA_ROOT": media_root,
        "EMAIL_URL": "smtp://127.0.0.1:25",
        "DEFAULT_FROM_EMAIL": f"Chenzhou Pilot <noreply@{HOST}>",
    }


def bare() -> dict[str, str]:
    """The shell's environment without any setting of ours: the embedded default."""
    ours = {*production(""), "DEBUG", "CLAMAV_URL"}
    return {name: value for name, value in os.environ.items() if name not in ours}
