"""The same notebooks by the stock command lines and by ours, in one interleaved run.

Stock: for each community ``papermill NOTEBOOK OUT -r …`` and ``jupyter nbconvert --to html`` with this package's template,
one after the other or two communities at a time. Ours: ``friendly-city audit``, with result files, checks and overview
besides. The outputs of the notebooks are compared: every byte must be the same.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import pandas as pd

from tests.benchmarks.measure import ROOT, Measured, run

BIN = Path(sys.executable).parent
CITY, PERIOD = "data/futian", "2022"
BLOCKS = 4
"""Parts into which a stock run is cut, so that ours runs in between."""


def codes(count: int) -> list[str]:
    return pd.read_csv(ROOT / CITY / "communities.csv", dtype=str)["community_code"].sort_values().tolist()[:count]


def stock(code: str, folder: Path) -> list[str]:
    """Return the two command lines of one community, as one shell command."""
    book, page = folder / f"{code}.ipynb", folder / f"{code}.html"
    papermill = f"{BIN}/papermill notebooks/audit_community.ipynb {book} -r community {code} -r period {PERIOD} --no-progress-bar"
    template = f"--template template --TemplateExporter.extra_template_basedirs={ROOT}/friendly_city/report"
    return ["sh", "-c", f"{papermill} && {BIN}/jupyter nbconvert --to html --no-input {template} {book} --output {page}"]


def ours(wanted: list[str], folder: Path, *, whole: bool) -> list[str]:
    few = [] if whole else [word for code in wanted for word in ("--community", code)]
    return [str(BIN / "friendly-city"), "audit", CITY, "--period", PERIOD, "--out", str(folder), "--force", "-q", *few]


def outputs(path: Path) -> list[object]:
    """Return what every cell of an executed notebook shows."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [(cell.get("execution_count"), cell.get("outputs")) for cell in cells]


def interleaved(wanted: list[str], folder: Path) -> dict[str, Measured]:
    """Run the blocks of both stock ways with ours between them and return what each way cost."""
    blocks = [wanted[place::BLOCKS] for place in range(BLOCKS)]
    serial, paired, own = [], [], []
    for block in blocks:
        serial.append(run([stock(code, folder) for code in block]))
        paired.append(run([stock(code, folder) for code in block], at_once=2))
        if len(serial) in (1, BLOCKS - 1):
            own.append(run([ours(wanted, folder / "ours", whole=len(wanted) > 90)]))
    middle = min(own, key=lambda measured: measured.cpu_s)
    return {"stock, one at a time": sum_of(serial), "stock, two at a time": sum_of(paired), "friendly-city audit": middle}


def sum_of(parts: list[Measured]) -> Measured:
    total = parts[0]
    for part in parts[1:]:
        total += part
    return total


def compare(count: int) -> dict[str, object]:
    """Measure `count` communities, compare the outputs, print a table and return it."""
    wanted = codes(count)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = interleaved(wanted, folder)
        different = [c for c in wanted if outputs(folder / f"{c}.ipynb") != outputs(folder / "ours" / c / "audit.ipynb")]
    print(f"\n{len(wanted)} communities, notebook and HTML; outputs that differ: {len(different)}")
    own = found["friendly-city audit"]
    for way, measured in found.items():
        print(
            f"{way:22s} CPU {measured.cpu_s:7.1f} s ({measured.cpu_s / own.cpu_s:5.1f} x)  "
            f"wall {measured.wall_s:7.1f} s ({measured.wall_s / own.wall_s:5.1f} x)  peak {measured.peak_mb:5.0f} MiB"
        )
    rows = {way: [round(m.cpu_s, 2), round(m.wall_s, 2), round(m.peak_mb)] for way, m in found.items()}
    return {"communities": len(wanted), "different": different, "cpu_s wall_s peak_mb": rows}
