"""What all tests share: in CI a skipped test is a failure, because there every optional part is installed."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("suite", deadline=None, derandomize=True)  # the same examples each time; a slow machine is no failure
settings.load_profile("suite")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn a skip into a failure where FRIENDLY_CITY_NO_SKIPS is set."""
    report = yield
    if report.skipped and os.environ.get("FRIENDLY_CITY_NO_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although nothing may be missing here: {report.longrepr}"
    return report
