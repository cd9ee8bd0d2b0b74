"""The sample of a round of site checks, as docs/draw.md tells it: the same inputs and seed give the same checks.

tools/verify_sample.py does the same with the standard library alone. Whatever changes here changes VERSION with it.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from subsidies.draw_procedure import lot

VERSION = 1  # of the procedure and of the form of its inputs
OFFICERS_EACH = 2
AWARD = "award"  # stands where the lot of an officer has the officer's code


def run(inputs: Mapping[str, Any], seed: str) -> dict[str, Any]:
    """Which awards are checked, and by whom: lots decide both, and the officers' load spreads."""
    drawn = sorted(inputs["awards"], key=lambda row: lot(seed, row["number"], AWARD))[: inputs["size"]]
    load: Counter[str] = Counter()
    checks = []
    for row in drawn:
        officers = sorted(row["officers"], key=lambda code: (load[code], lot(seed, row["number"], code)))
        chosen = officers[: inputs["officers_each"]]
        load.update(chosen)
        checks.append({"application": row["number"], "officers": chosen})
    return {"checks": checks}
