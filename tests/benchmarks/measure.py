"""Measuring whole commands: CPU of a process and all it started, wall time, peak memory of all together."""

from __future__ import annotations

import os
import platform
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
INTERVAL_S = 0.2


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU and wall seconds, and the largest sum of PSS over all processes seen, in MiB."""

    cpu_s: float
    wall_s: float
    peak_mb: float

    def __add__(self, other: Measured) -> Measured:
        return Measured(self.cpu_s + other.cpu_s, self.wall_s + other.wall_s, max(self.peak_mb, other.peak_mb))


def family(root: int) -> list[int]:
    """Return a process and all its descendants."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def pss_mb(root: int) -> float:
    """Return the memory of a process and its descendants: each page once, shared ones in parts (PSS), in MiB."""
    total = 0
    for pid in family(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return total / 1024


def run(commands: Sequence[Sequence[str]], *, at_once: int = 1, env: dict[str, str] | None = None) -> Measured:
    """Run commands, so many at a time, and measure them all together. A command that fails ends the benchmark.

    CPU is what the operating system accounts to each command and to all it waited for.
    """
    waiting = list(commands)
    running: dict[int, subprocess.Popen[bytes]] = {}
    peaks = [0.0]
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(INTERVAL_S):
            peaks.append(sum(pss_mb(pid) for pid in list(running)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    cpu, begun = 0.0, time.monotonic()
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                process = subprocess.Popen(
                    waiting.pop(0), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env
                )
                running[process.pid] = process
            pid, status, used = os.wait4(-1, 0)
            process = running.pop(pid)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise SystemExit(f"{process.args} ended with {process.returncode}")
            cpu += used.ru_utime + used.ru_stime
    finally:
        ended.set()
        watcher.join()
    return Measured(cpu, time.monotonic() - begun, max(peaks))


def machine() -> str:
    """Return a line about where this was measured."""
    return f"{os.cpu_count()} processors, {platform.machine()}, Linux {platform.release()}, Python {platform.python_version()}"
