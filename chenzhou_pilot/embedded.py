"""What the embedded default makes for itself, so that a first run needs no configuration."""

from pathlib import Path

from django.core.management.utils import get_random_secret_key


def own_secret_key(folder: Path) -> str:
    """Return the secret kept in `folder`, making one on the first run; the folder is ignored by git."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "secret_key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(get_random_secret_key())
    return file.read_text()
