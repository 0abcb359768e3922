"""What auditing many cities costs: CPU and wall seconds and peak memory for 92, 10,000 and 120,000 communities.

``make bench ARGS=nation`` makes the cities in a temporary folder when they are not there (1,304 cities, 0.8 GB, some minutes)
and prints a table. CPU counts the command and its workers, imports included; memory is the sum of their
proportional set sizes (Linux), sampled. Not part of the test run.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from friendly_city.city.demo import make_nation
from tests.benchmarks.measure import run

CITIES = (1, 110, 1304)
"""92, 10,120 and 119,968 communities."""
JOBS = 2


def made_cities(folder: Path, cities: int) -> list[Path]:
    """Return so many city folders, made when some are missing."""
    there = sorted(folder.glob("made-*")) if folder.is_dir() else []
    if len(there) < cities:
        make_nation(folder, cities=cities)
        there = sorted(folder.glob("made-*"))
    return there[:cities]


def measure(folder: Path, cities: int) -> str:
    """Audit so many cities into a scratch folder; return a line of the table."""
    with tempfile.TemporaryDirectory() as scratch:
        nation = Path(scratch) / "nation"
        nation.mkdir()
        for city in made_cities(folder, cities):
            (nation / city.name).symlink_to(city.resolve())
        words = ["audit", str(nation), "--results-only", "--period", "2022", "--out", str(Path(scratch) / "out")]
        found = run([[sys.executable, "-m", "friendly_city.cli", *words, "--jobs", str(JOBS), "--quiet"]])
        size = sum(path.stat().st_size for path in (Path(scratch) / "out").rglob("*.parquet")) / 1e6
    communities = 92 * cities
    each = 1000 * found.cpu_s / communities
    return (
        f"{communities:>9,} communities  CPU {found.cpu_s:7.1f} s ({each:6.2f} ms each)  wall {found.wall_s:7.1f} s  "
        f"peak PSS {found.peak_mb:6.0f} MiB  results {size:6.1f} MB"
    )


def nations() -> list[str]:
    """Measure the sizes one after another, with the load of the machine: wall time is only as good as that."""
    folder = Path(tempfile.gettempdir()) / "friendly-city-nation"
    lines = []
    for cities in CITIES:
        lines.append(f"{measure(folder, cities)}  load {os.getloadavg()[0]:.1f}")
        print(lines[-1], flush=True)
    return lines
