"""The locks of installed packages: what runs in production is what was developed and tested with."""

import re
from pathlib import Path

from django.conf import settings


def pins(name: str) -> dict[str, str]:
    text = (Path(settings.BASE_DIR) / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([^\s\\;]+)", text, re.MULTILINE))


def test_development_installs_every_package_of_production_at_the_same_version():
    production, development = pins("requirements.txt"), pins("requirements-dev.txt")

    assert production.keys() >= {"django", "zxing-cpp"}
    assert {name: development.get(name) for name in production} == production
