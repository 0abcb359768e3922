"""The benchmarks: ``make bench`` runs all of them (about an hour), ``make bench ARGS="stock grow"`` some.

Each prints a table; all figures go to ``reports/bench.json`` with machine and date. Times are of this machine at this time:
compare only what was measured in one run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from tests.benchmarks.access import access
from tests.benchmarks.cluster import against_dask
from tests.benchmarks.forks import many
from tests.benchmarks.intake import large_registers
from tests.benchmarks.measure import ROOT, machine
from tests.benchmarks.nation import nations
from tests.benchmarks.scale import grow
from tests.benchmarks.steps import steps
from tests.benchmarks.stock import compare

PARTS: dict[str, Callable[[], object]] = {
    "steps": steps,
    "stock12": lambda: compare(12),
    "stock": lambda: compare(92),
    "grow": grow,
    "city": large_registers,
    "forks": many,
    "nation": nations,
    "access": access,
    "dask": against_dask,
}
"""What can be measured, by name: single steps; 12 and 92 notebooks against the stock command lines; a large city; a large
register; 5,000 forks; up to 120,000 communities without notebooks; walking costs, supply and siting; dask on one machine."""


def main(names: list[str]) -> None:
    """Run the named parts, or all, and add their figures to `reports/bench.json`."""
    path = ROOT / "reports" / "bench.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    print(machine())
    for name in names or list(PARTS):
        print(f"\n== {name}", flush=True)
        figures = PARTS[name]()
        kept[name] = {"date": datetime.now(UTC).date().isoformat(), "machine": machine(), "figures": figures}
        path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"\n{path.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
