"""What all tests share: made cities; in CI a skipped test is a failure, because there every optional part is installed."""

from __future__ import annotations

import os
import sys
import time

import pytest
from hypothesis import settings
from tqdm import tqdm

from friendly_city.batch.fork import unsafe_to_fork

settings.register_profile("suite", deadline=None, derandomize=True)  # the same examples each time; a slow machine is no failure
settings.load_profile("suite")

tqdm.monitor_interval = 0  # its thread would stay, and a process with threads is not forked but given a real kernel


@pytest.fixture(scope="module", autouse=True)
def no_thread_is_left():
    """Hold every file of tests to leave no thread: the next file may fork kernels in this process."""
    yield
    until = time.monotonic() + 10  # the thread that waits for a program's end sees it a little later
    while sys.platform.startswith("linux") and (left := unsafe_to_fork()):
        assert time.monotonic() < until, left
        time.sleep(0.05)


MADE_CITIES = 5
"""Cities of the nation `made`."""


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A folder of made cities as Parquet, not to be changed."""
    from friendly_city.city.demo import make_nation

    folder = tmp_path_factory.mktemp("made")
    make_nation(folder, cities=MADE_CITIES)
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn a skip into a failure where FRIENDLY_CITY_NO_SKIPS is set."""
    report = yield
    if report.skipped and os.environ.get("FRIENDLY_CITY_NO_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although nothing may be missing here: {report.longrepr}"
    return report
