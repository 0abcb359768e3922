"""The package and its command start quickly, and `--help` needs nothing heavy."""

from __future__ import annotations

import resource
import subprocess
import sys

HEAVY = ("pandas", "geopandas", "matplotlib", "scipy", "papermill", "nbconvert", "pydantic", "pandera", "numpy")


def cpu_seconds(command: list[str]) -> float:
    """User and system seconds of a command, the least of three runs: other work on the machine only adds."""
    seconds = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(seconds)


def test_importing_the_package_takes_less_than_0_4_seconds():
    assert cpu_seconds([sys.executable, "-c", "import friendly_city"]) < 0.4


def test_help_takes_less_than_0_4_seconds():
    assert cpu_seconds([sys.executable, "-m", "friendly_city.cli", "--help"]) < 0.4


def test_help_imports_nothing_heavy():
    code = f"import sys, friendly_city.cli; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_the_public_names_are_all_there():
    import friendly_city as fc

    for name in fc.__all__:
        assert getattr(fc, name) is not None
    assert callable(fc.audit)
