"""What auditing many cities costs: CPU and wall seconds and peak memory for 92, 10,000 and 120,000 communities.

``python -m tests.benchmarks.nation [FOLDER]`` makes the cities in FOLDER when they are not there (1,304 cities, 0.8 GB, some
minutes) and prints a table. CPU counts the command and its workers, imports included; memory is the sum of their
proportional set sizes (Linux), sampled. Not part of the test run.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from friendly_city.city.demo import make_nation

CITIES = (1, 110, 1304)
"""92, 10,120 and 119,968 communities."""
JOBS = 2
SAMPLE_S = 0.25


def made_cities(folder: Path, cities: int) -> list[Path]:
    """Return so many city folders, made when some are missing."""
    there = sorted(folder.glob("made-*")) if folder.is_dir() else []
    if len(there) < cities:
        make_nation(folder, cities=cities)
        there = sorted(folder.glob("made-*"))
    return there[:cities]


def pss_kib(pid: int) -> int:
    """Return the proportional set size of a process and its children, KiB; 0 for what has ended."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    own = next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return own + sum(pss_kib(int(child)) for child in children)


def audited(nation: Path, out: Path, *, jobs: int) -> dict[str, float]:
    """Run the command on a folder of cities; return seconds (CPU, wall) and the peak of memory in MiB."""
    command = [sys.executable, "-m", "friendly_city.cli", "audit", str(nation), "--results-only", "--period", "2022"]
    before, start, peak = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), 0
    process = subprocess.Popen([*command, "--out", str(out), "--jobs", str(jobs), "--quiet"], stdout=subprocess.DEVNULL)
    while process.poll() is None:
        peak = max(peak, pss_kib(process.pid))
        time.sleep(SAMPLE_S)
    assert process.returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu": cpu, "wall": time.perf_counter() - start, "peak": peak / 1024}


def measure(folder: Path, cities: int) -> str:
    """Audit so many cities into a scratch folder; return a line of the table."""
    with tempfile.TemporaryDirectory() as scratch:
        nation = Path(scratch) / "nation"
        nation.mkdir()
        for city in made_cities(folder, cities):
            (nation / city.name).symlink_to(city.resolve())
        found = audited(nation, Path(scratch) / "out", jobs=JOBS)
        size = sum(path.stat().st_size for path in (Path(scratch) / "out").rglob("*.parquet")) / 1e6
    communities = 92 * cities
    each = 1000 * found["cpu"] / communities
    return (
        f"{communities:>9,} communities  CPU {found['cpu']:7.1f} s ({each:6.2f} ms each)  wall {found['wall']:7.1f} s  "
        f"peak PSS {found['peak']:6.0f} MiB  results {size:6.1f} MB"
    )


def main() -> None:
    """Measure the sizes one after another and print the load of the machine with each: wall time is only as good as that."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "friendly-city-nation"
    for cities in CITIES:
        print(measure(folder, cities), f"  load {os.getloadavg()[0]:.1f}", flush=True)


if __name__ == "__main__":
    main()
