"""What each step costs in one warm process: CPU seconds of this process and its children, least and median of several runs."""

from __future__ import annotations

import resource
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

import friendly_city as fc
from friendly_city.access.reach import cost_to_nearest
from friendly_city.batch.plan import plan_batch
from friendly_city.batch.run import run_jobs, warm_pool
from friendly_city.batch.settings import Settings
from tests.benchmarks.measure import ROOT

CITY = str(ROOT / "data/futian")
RUNS = 5


def cpu_seconds() -> float:
    """User and system seconds of this process and of its children that ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def measure(step: Callable[[], object], *, runs: int = RUNS) -> dict[str, float]:
    """Run a step and return the least and the median CPU seconds."""
    seconds = []
    for _ in range(runs):
        before = cpu_seconds()
        step()
        seconds.append(cpu_seconds() - before)
    return {"least": min(seconds), "median": statistics.median(seconds), "runs": runs}


def one_notebook() -> None:
    """One community's notebook and page, as the batch makes them."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(city=CITY, period="2022", out=Path(folder), communities=("440304002016",), force=True, quiet=True)
        batch = plan_batch(settings)
        with warm_pool(batch) as pool:
            run_jobs(batch.jobs, pool=pool, quiet=True)


def steps() -> dict[str, object]:
    """Measure every step, print the table and return it."""
    city, checklist = fc.load_city(CITY), fc.load_checklist("community")
    audit = fc.audit(city, checklist, period="2022")
    homes = city.register("facilities").query("kind == 'childrens_home'")
    named = {
        "load_city": lambda: fc.load_city(CITY),
        "audit, 92 communities": lambda: fc.audit(city, checklist, period="2022"),
        "nearest children's home": lambda: cost_to_nearest(city, homes),
        "sections of one community": lambda: fc.community_sections(audit.of("440304002016")),
        "sections of the district": lambda: fc.district_sections(audit),
    }
    results = {name: measure(step) for name, step in named.items()}
    results["one notebook and page, planning included"] = measure(one_notebook, runs=2)
    for name, found in results.items():
        print(f"{name:42s} least {found['least']:7.3f}  median {found['median']:7.3f}  of {found['runs']}")
    return dict(results)
