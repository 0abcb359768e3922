"""One machine against dask with a scheduler and two worker processes on it: what handing the jobs out costs."""

from __future__ import annotations

import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.batch.test_cluster import Processes, command

ROUNDS = 2


def used() -> float:
    """Return CPU seconds of all child processes that have ended, and of theirs."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def cost(run: Callable[[], None]) -> tuple[float, float]:
    """Return CPU and wall seconds of what a call starts and ends."""
    cpu, begun = used(), time.monotonic()
    run()
    return used() - cpu, time.monotonic() - begun


def local(out: Path) -> None:
    """Audit on this machine."""
    subprocess.run(command(out, "-q"), check=True, stdout=subprocess.DEVNULL)


def on_dask(out: Path) -> None:
    """Start a scheduler and two workers, audit on them, end them."""
    processes = Processes(out.with_name(f"{out.name}-processes"))
    try:
        subprocess.run(command(out, "-q", "--scheduler", processes.address), check=True, stdout=subprocess.DEVNULL)
    finally:
        processes.end()


def against_dask() -> dict[str, list[float]]:
    """Measure twelve communities both ways in turn and return CPU and wall seconds."""
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        for number in range(ROUNDS):
            for way, run in {"one machine": local, "dask, two workers": on_dask}.items():
                cpu, wall = cost(lambda run=run, way=way, number=number: run(Path(name) / f"{way[:4]}{number}"))
                found[way] = min(found.get(way, [cpu, wall]), [cpu, wall])
    for way, (cpu, wall) in found.items():
        print(f"{way:20s} CPU {cpu:6.1f} s  wall {wall:6.1f} s, 12 communities, start and end of all processes included")
    return found
