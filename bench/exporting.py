"""A hundred thousand rows as Excel beside the same rows as CSV: CPU time, and the memory of a process of its own."""

import subprocess
import sys
from statistics import median

from bench.results import Result

KINDS = ("xlsx", "csv", "bare")
TIMES = 3
CPU_GOAL, MEMORY_GOAL_MB = 1.6, 60.0


def measure_export() -> list[Result]:
    """Each kind by turns in processes of its own; medians."""
    turns = [{kind: _measured(kind) for kind in KINDS} for _ in range(TIMES)]
    cpu = {kind: median(turn[kind][0] for turn in turns) for kind in KINDS}
    memory = max(turn["xlsx"][1] for turn in turns)
    detail = "100,000 rows, 20 columns"
    return [
        Result("Excel export", cpu["xlsx"], "ms CPU", detail, cpu["csv"], "our CSV", CPU_GOAL),
        Result("Excel export, beside bare CSV", cpu["xlsx"], "ms CPU", detail, cpu["bare"], "csv.writer"),
        Result("Excel export, memory beyond the loaded site", memory, "MB", detail, goal=MEMORY_GOAL_MB),
    ]


def _measured(kind: str) -> tuple[float, float]:
    told = subprocess.run([sys.executable, "-m", "bench.export_rows", kind], capture_output=True, text=True, check=True)
    cpu_ms, grown_mb, _peak_mb = told.stdout.split()
    return float(cpu_ms), float(grown_mb)
