"""Thousands of notebooks, each in a fork: none may fail, hang or be missing."""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from pathlib import Path

import nbformat
import pandas as pd
from nbformat.v4 import new_code_cell, new_notebook

from friendly_city.batch.jobs import Job
from friendly_city.batch.pool import Pool
from tests.benchmarks.measure import pss_mb

SOURCES = (
    "import os, threading\nimport numpy as np, pandas as pd\nfrom IPython.display import HTML",
    "table = pd.DataFrame({'a': np.arange(100)})\nthread = threading.Thread(target=table.sum)\nthread.start(); thread.join()",
    "print(community)\n_ = os.system('true')",
    "HTML(f'<p>{community} {table[\"a\"].sum()}</p>')",
)


def notebook(path: Path) -> Path:
    cells = [new_code_cell('community: str = "0"  # a code', metadata={"tags": ["parameters"]})]
    cells += [new_code_cell(source) for source in SOURCES]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), path)
    return path


def jobs(folder: Path, count: int) -> list[Job]:
    source = notebook(folder / "small.ipynb")
    return [
        Job(
            key=str(number), name=str(number), notebook=source, parameters={"community": str(number)},
            page=folder / str(number) / "page.html", executed=folder / str(number) / "book.ipynb", title=f"{number}",
            language="en", fingerprint="0", subject=str(number), working_folder=folder, timeout_s=60,
        )
        for number in range(count)
    ]  # fmt: skip


def many(count: int = 5000) -> dict[str, object]:
    """Run so many notebooks and return how they ended, the seconds they took and the memory at the end."""

    pd.DataFrame({"a": [1]}).to_html()  # what a warm process has done before it forks
    begun, peak = time.monotonic(), 0.0
    ended: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name, Pool(2) as pool:
        wanted = jobs(Path(name), count)
        for outcome in pool.run(wanted):
            ended[outcome.status] += 1
            if outcome.status == "failed":
                print(outcome)
            if sum(ended.values()) % 500 == 0:
                peak = max(peak, pss_mb(os.getpid()))
        wrong = [job.key for job in wanted if f"<p>{job.key} 4950</p>" not in job.page.read_text(encoding="utf-8")]
    rows = {
        "notebooks": count,
        **ended,
        "wrong pages": len(wrong),
        "wall_s": round(time.monotonic() - begun),
        "peak_mb": round(peak),
    }
    print(rows)
    return rows
