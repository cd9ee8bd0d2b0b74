"""The index of an archive package: one page without scripts, in Chinese, for whoever opens it years later."""

from collections.abc import Sequence
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import override

from subsidies.models import Application


class Line(NamedTuple):
    """A file of the package, as the manifest has it, and what it is."""

    title: str | Promise
    name: str
    sha256: str
    size: int
    is_empty: bool  # a table without rows


def index_of(application: Application, lines: Sequence[Line]) -> bytes:
    with override("zh-hans"):
        return render_to_string("subsidies/archive_index.html", {"case": application, "lines": lines}).encode()
