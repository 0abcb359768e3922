"""Real pages of the demonstration city, opened in headless Chromium without any network."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMUNITY = "440304001019"
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-dev-shm-usage",
]  # fmt: skip


@pytest.fixture(scope="session")
def audit():
    """Return the audit of the demonstration city."""
    import friendly_city as fc

    return fc.audit(fc.load_city(ROOT / "data" / "futian"), fc.load_checklist("community"), period="2022")


@pytest.fixture(scope="session")
def reports(audit, tmp_path_factory):
    """Write one community's page in both languages; return the files by language."""
    from friendly_city.report.exporter import write_report

    folder = tmp_path_factory.mktemp("reports")
    return {
        language: write_report(audit.of(COMMUNITY), folder / f"{language}.html", language=language) for language in ("zh", "en")
    }


@pytest.fixture(scope="session")
def chromium():
    """Return a headless Chromium."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium is installed: no page can be opened")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        browser.close()


@dataclass
class Opened:
    """A page in the browser, with what it asked for and what it complained of."""

    page: object
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def opened(chromium):
    """Return a function that opens a file, offline, at a width in px."""
    contexts = []

    def open_file(path: Path, *, width: int = 1280, script: bool = True) -> Opened:
        context = chromium.new_context(offline=True, viewport={"width": width, "height": 900}, java_script_enabled=script)
        contexts.append(context)
        result = Opened(page=context.new_page())
        result.page.on("request", lambda request: result.requests.append(request.url))
        result.page.on("console", lambda message: result.complaints.append(message.text))
        result.page.on("pageerror", lambda error: result.complaints.append(str(error)))
        result.page.goto(path.as_uri())
        return result

    yield open_file
    for context in contexts:
        context.close()
