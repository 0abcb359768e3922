"""What checking a large register costs: CPU seconds and peak memory for activities of up to a million rows, and 200 MB."""

from __future__ import annotations

import csv
import shutil
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path

from tests.benchmarks.measure import ROOT, run

FUTIAN = ROOT / "data" / "futian"
ROWS = (50_000, 200_000, 1_000_000, 2_400_000)
"""The last is more than 200 MB."""
CALL = "import sys; from friendly_city.city.load import load_city; load_city(sys.argv[1])"


def city_with(folder: Path, rows: int) -> Path:
    """Write the demonstration city with so many activities and return their file."""
    shutil.copytree(FUTIAN, folder)
    path = folder / "activities.csv"
    with path.open(encoding="utf-8", newline="") as text:
        header, *given = csv.reader(text)
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([f"A{number:07d}", *row[1:]] for number, row in enumerate(islice(cycle(given), rows)))
    return path


def large_registers() -> list[dict[str, float]]:
    """Measure the load of the city with each number of activities, a process each, start and imports included."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        for rows in ROWS:
            path = city_with(Path(name) / str(rows), rows)
            measured = run([[sys.executable, "-c", CALL, str(path.parent)]])
            found.append({"rows": rows, "mb": path.stat().st_size / 1e6, "cpu_s": measured.cpu_s, "peak_mb": measured.peak_mb})
            print(
                "{rows:>9,} rows  {mb:6.1f} MB  CPU {cpu_s:6.1f} s  peak PSS {peak_mb:6.0f} MiB".format(**found[-1]), flush=True
            )
    return found
