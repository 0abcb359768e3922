"""Real pages of the demonstration city, opened in headless Chromium without any network."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMUNITY = "440304001019"
KINDS = {"little": "440304005035", "largest": "440304005026", "poor": "440304007015"}
"""Communities with too little data for a grade, with the longest page, and with the lowest score."""
WIDTHS = (320, 660, 700, 768, 1280)
BEYOND = """() => {
    const edge = document.documentElement.clientWidth;
    return [...document.querySelectorAll('main *')].filter(node => node.getClientRects().length && !node.closest('svg, .unseen, .scroll[tabindex] > *')
        && (node.getBoundingClientRect().right > edge + 1 || (node.matches('td, th, .tag') && node.scrollWidth > node.clientWidth + 1)))
        .map(node => node.outerHTML.slice(0, 90));
}"""
"""Elements that reach beyond the page, and cells and tags whose words reach beyond them; tables that scroll by keyboard may."""
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
def unlike(audit, tmp_path_factory):
    """Write the pages of `KINDS` in both languages; return the files by kind and language."""
    from friendly_city.report.exporter import write_report

    folder = tmp_path_factory.mktemp("unlike")
    return {
        (kind, language): write_report(audit.of(code), folder / f"{kind}-{language}.html", language=language)
        for kind, code in KINDS.items()
        for language in ("zh", "en")
    }


def sheets(page, path) -> list[int]:
    """Print a page on A4 and return how many letters stand on each sheet."""
    page.pdf(path=path, prefer_css_page_size=True, print_background=True)
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed: paper cannot be read back")
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    return [len("".join(sheet.split())) for sheet in text.split("\f")[:-1]]


@pytest.fixture(scope="module")
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
