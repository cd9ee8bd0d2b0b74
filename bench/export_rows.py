"""Writes a hundred thousand rows once and prints milliseconds of CPU and the megabytes that it took.

python -m bench.export_rows KIND, a process of its own. Memory is what the process grew by: the site is loaded before.
"""

import csv
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import django

django.setup()

from common.calendar import SHANGHAI  # noqa: E402 - imports models
from common.sheet_writing import Sheet, xlsx_chunks  # noqa: E402
from common.spreadsheet import csv_pieces  # noqa: E402

ROWS = 100_000
TITLES = [f"列{number}" for number in range(1, 21)]
BYTES_A_UNIT = 1024  # of ru_maxrss on Linux


def rows(count: int = ROWS) -> Iterator[tuple[Any, ...]]:
    """Twenty columns as an export has them: keys, names, money, days, choices, a text with quotes, and gaps."""
    day, moment = date(2024, 12, 6), datetime(2026, 3, 1, 16, 0, 5, tzinfo=SHANGHAI)
    for number in range(count):
        yield (
            *(number, f"CZ-{number:06d}", f"郴州市某某新材料科技有限公司{number % 977}", f"含氟新材料中试项目{number}"),
            *(Decimal("2000000.50"), day, moment, "郴科发〔2026〕12号", None, "有色金属", number % 9, True),
            *("临武县", "高新区", Decimal("1500000.00"), "paid", day, "一些“引号”与<尖括号>&", ""),
            f"91431025DEM{number:07d}",
        )


def as_xlsx() -> int:
    return sum(len(chunk) for chunk in xlsx_chunks([Sheet("数据", TITLES, rows())]))


def as_csv() -> int:
    return sum(len(piece.encode()) for piece in csv_pieces(TITLES, rows()))


class _Nowhere:
    def write(self, text: str) -> int:
        return len(text)


def as_bare_csv() -> int:
    """The standard library alone: no formula is disarmed, no time is put in the right zone."""
    csv.writer(_Nowhere()).writerows(rows())
    return 0


KINDS: dict[str, Callable[[], int]] = {"xlsx": as_xlsx, "csv": as_csv, "bare": as_bare_csv}


def main(kind: str) -> None:
    before = peak_mb()
    began = time.process_time()
    KINDS[kind]()
    print((time.process_time() - began) * 1000, peak_mb() - before, peak_mb())


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_A_UNIT / 1e6


if __name__ == "__main__":
    main(sys.argv[1])
