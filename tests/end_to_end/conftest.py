"""The whole batch, run once as a user runs it, for every test that looks at its output."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def friendly_city(*words: str, timeout: int = 1500) -> subprocess.CompletedProcess[str]:
    """Run the command line from the root of the repository."""
    command = [sys.executable, "-m", "friendly_city.cli", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)


@pytest.fixture(scope="session")
def run():
    return friendly_city


@pytest.fixture(scope="session")
def batch(tmp_path_factory) -> Path:
    """All 92 communities, in Chinese."""
    out = tmp_path_factory.mktemp("reports") / "2022"
    done = friendly_city("audit", "data/futian", "--period", "2022", "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="session")
def english(tmp_path_factory) -> Path:
    """Three communities, in English, and the overview."""
    out = tmp_path_factory.mktemp("reports") / "en"
    codes = [word for code in ("440304010002", "440304007019", "440304001019") for word in ("--community", code)]
    done = friendly_city("audit", "data/futian", "--period", "2022", "--lang", "en", "--out", str(out), *codes)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


class Page(HTMLParser):
    """The elements of a page: tag, attributes, text; and every address it would fetch."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        if not {"style", "script"} & set(self._open):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.texts)

    def with_attribute(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes in self.elements if name in attributes]

    def fetched(self) -> list[str]:
        """Addresses the browser would load by itself."""
        found = []
        for tag, attributes in self.elements:
            if tag in {"script", "img", "iframe", "source", "audio", "video", "embed"} and attributes.get("src"):
                found.append(attributes["src"])
            if tag == "link" and attributes.get("href"):
                found.append(attributes["href"])
        return found


@pytest.fixture(scope="session")
def page():
    return Page
