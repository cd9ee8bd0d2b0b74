"""What was measured, as a table and as a file."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
import rest_framework
from django.db import connection

FILE = Path(__file__).resolve().parent.parent / "reports" / "bench.json"


@dataclass
class Result:
    """`goal` is the most that `ratio` may be, or `measured` where there is no ratio; of rates, the least."""

    what: str
    measured: float
    unit: str = "ms CPU"
    detail: str = ""
    limit: float | None = None
    limit_is: str = ""
    goal: float | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        return self.measured / self.limit if self.limit else None

    @property
    def is_met(self) -> bool | None:
        if self.goal is None:
            return None
        reached = self.measured if self.ratio is None else self.ratio
        return reached >= self.goal if self.more_is_better else reached <= self.goal

    def line(self) -> list[str]:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        limit = "" if self.limit is None else f"{self.limit:.2f} {self.limit_is}"
        goal = "" if self.goal is None else f"{'≥' if self.more_is_better else '≤'} {self.goal:.2f}"
        met = {None: "", True: "yes", False: "NO"}[self.is_met]
        return [self.what, f"{self.measured:.2f} {self.unit}", self.detail, limit, ratio, goal, met]


HEAD = ["what", "measured", "of these", "beside", "ratio", "goal", "met"]


def table(results: list[Result]) -> str:
    lines = [HEAD, *(result.line() for result in results)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    rows = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([rows[0], "-" * len(rows[0]), *rows[1:]])


def write(results: list[Result], settings: dict[str, Any]) -> None:
    FILE.parent.mkdir(exist_ok=True)
    rows = [asdict(result) | {"ratio": result.ratio, "is_met": result.is_met} for result in results]
    FILE.write_text(json.dumps({**settings, **machine(), "results": rows}, ensure_ascii=False, indent=1) + "\n")


def machine() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgresql = cursor.fetchone()[0]
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "load_average": os.getloadavg(),
        "python": platform.python_version(),
        "django": django.get_version(),
        "rest_framework": rest_framework.VERSION,
        "postgresql": postgresql,
    }
