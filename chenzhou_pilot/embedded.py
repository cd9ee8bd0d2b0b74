"""What the embedded default makes for itself, so that a first run needs no configuration."""

from collections.abc import Mapping
from pathlib import Path

from django.core.management.utils import get_random_secret_key

EVERYWHERE = ("", "0.0.0.0", "[::]")  # noqa: S104 - recognised, not listened on


def own_secret_key(folder: Path) -> str:
    """Return the secret kept in `folder`, making one on the first run; the folder is ignored by git."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "secret_key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(get_random_secret_key())
    return file.read_text()


def listening_at(environment: Mapping[str, str]) -> str:
    """Where the site listens, as host:port: BIND, or what make is told by HOST and PORT."""
    host, port = environment.get("HOST") or "127.0.0.1", environment.get("PORT") or "8000"
    return environment.get("BIND") or f"{host}:{port}"


def own_address(environment: Mapping[str, str]) -> str:
    """The address of a site on this machine, for links and mails; 127.0.0.1 where it listens everywhere."""
    host, _colon, port = listening_at(environment).rpartition(":")
    if not port.isdecimal():
        host, port = "127.0.0.1", "8000"  # a socket file, behind a server that SITE_URL should name
    return f"http://{'127.0.0.1' if host in EVERYWHERE else host}:{port}"
