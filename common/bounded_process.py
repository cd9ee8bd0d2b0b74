"""Running one of our own modules in a process of its own, with limits, killed when it takes too long."""

import subprocess
import sys
from typing import NamedTuple

from django.conf import settings

LONGEST_SECONDS = 20


class Done(NamedTuple):
    is_well: bool
    output: bytes
    complaint: str


def run(module: str, *arguments: str) -> Done:
    """The arguments are our own words and places, never a sender's; the process gets no secret of the environment."""
    try:
        ended = subprocess.run(  # noqa: S603
            [sys.executable, "-m", module, *arguments],
            cwd=settings.BASE_DIR,
            env={"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Done(False, b"", f"killed after {LONGEST_SECONDS} seconds")
    complaint = ended.stderr[-400:].decode("utf-8", "replace")
    return Done(ended.returncode == 0, ended.stdout, f"{ended.returncode} {complaint}")
