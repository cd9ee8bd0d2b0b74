"""What a call of a delivered scheme may begin with: domain.md's draft, for staff to change before they publish."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from subsidies.content import empty_content
from subsidies.models import Scheme

DATA = Path(__file__).parent / "data"
FILES = {"industrialisation-award": "award_content.json"}  # by the scheme's short name


def has_default(scheme: Scheme) -> bool:
    return scheme.slug in FILES


def default_content(scheme: Scheme) -> dict[str, Any]:
    """A new copy; empty content where none is delivered for the scheme."""
    name = FILES.get(scheme.slug)
    content: dict[str, Any] = json.loads(_text(name)) if name else empty_content()
    return content


@cache
def _text(name: str) -> str:
    return (DATA / name).read_text("utf-8")
