"""Is the output folder of a sweep right? Pages against notebooks, the table and the overview against pages. Reads only."""

from __future__ import annotations

import csv
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from friendly_city.batch.check import LINK, InvalidOutput, is_beside, notebook_beside_problems, text_of
from friendly_city.batch.files import sha256_of
from friendly_city.batch.manifest import NAME, read_manifest
from friendly_city.batch.sweep import INDEX, PAGE, TABLE, strays
from friendly_city.errors import Problem, shorten
from friendly_city.labels import LANGUAGES, Language
from friendly_city.report.check import page_problems
from friendly_city.report.page import Page
from friendly_city.report.runs import figures_of

SAID: dict[str, type] = {
    "notebook": str, "language": str, "each": dict, "set": dict, "parameters": dict, "runs": dict, "outputs": dict,
    "communities": int, "subject": str,
}  # fmt: skip
"""What the manifest of a sweep holds."""


def is_sweep(folder: Path) -> bool:
    """Return whether a folder is the output of a sweep and not of an audit."""
    return "notebook" in read_manifest(folder)


def check_sweep(folder: Path) -> tuple[Problem, ...]:
    """Return everything that is wrong with the output folder of a sweep; empty when nothing is.

    Raises
    ------
    InvalidOutput
        When its manifest is not that of a sweep.
    """
    manifest = read_manifest(folder)
    lacking = [name for name, kind in SAID.items() if not isinstance(manifest.get(name), kind)]
    if lacking or manifest["language"] not in LANGUAGES:
        what = f"does not say {', '.join(lacking) or 'a language there is'}"
        raise InvalidOutput([Problem(NAME, None, None, "", what, f"a file written by friendly-city sweep, in {folder}")])
    problems = [*_changed(folder, manifest), *_overview_problems(folder, manifest)]
    rows = {row["key"]: row for row in _rows(folder)}
    for key, run in manifest["runs"].items():
        problems += _run_problems(folder, manifest, key, run, rows.get(key))
    problems += [
        Problem(str(path.relative_to(folder)), None, None, "", "is not of this sweep", "removed, or a folder for each sweep")
        for path in strays(folder, manifest["runs"])
    ]
    return tuple(problems)


def make_sweep_again(folder: Path) -> str:
    """Return the command that makes all pages anew."""
    manifest = read_manifest(folder)
    words = ["friendly-city", "sweep", manifest["notebook"], "--lang", manifest["language"], "--out", str(folder), "--force"]
    words += [word for name, values in manifest["each"].items() for word in ("--each", f"{name}={','.join(values)}")]
    words += [word for name, value in manifest["set"].items() for word in ("--set", f"{name}={value}")]
    return "make them again with: " + shlex.join(words)


def _changed(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield files that are missing or are not those of the run."""
    for name, mark in manifest["outputs"].items():
        path = folder / name
        if not path.is_file():
            yield Problem(name, None, None, "", "is not there", "a file written by friendly-city sweep")
        elif sha256_of(path) != mark:
            yield Problem(name, None, None, "", "was changed after the run", "the sha256 in manifest.json")


def _rows(folder: Path) -> list[dict[str, str]]:
    try:
        with (folder / TABLE).open(encoding="utf-8", newline="") as file:
            return [row for row in csv.DictReader(file) if "key" in row]
    except (OSError, ValueError, csv.Error):
        return []  # that it is missing or was changed is told already


def _overview_problems(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Problem]:
    html = text_of(folder / INDEX)
    if html is None:
        return
    language = cast("Language", manifest["language"])
    yield from page_problems(
        html,
        subject=manifest["subject"],
        language=language,
        communities=len(manifest["runs"]),
        exists=lambda path: is_beside(folder, path),
        file=INDEX,
    )
    linked = set(LINK.findall(html))
    for key, run in manifest["runs"].items():
        if run["status"] != "failed" and f"{key}/{PAGE}" not in linked:
            yield Problem(INDEX, None, None, key, "its page is not linked", f"a link to {key}/{PAGE}")
    yield from _printed_problems(folder, html)


def _printed_problems(folder: Path, html: str) -> Iterator[Problem]:
    """Yield figures of the overview that are not those of the page they are from."""
    told: dict[str, Mapping[str, Any]] = {}
    for cell in (found.attributes for found in Page(html).elements if "data-run" in found.attributes):
        key, name = cell["data-run"], cell.get("data-field")
        if name is None:
            continue
        if key not in told:
            told[key] = _figures(text_of(folder / key / PAGE) or "") or {}
        written = cell.get("data-value", "")
        if not _agrees(written, told[key].get(name)):
            yield Problem(INDEX, None, None, f"{key} {name}", f"is {shorten(written)}", str(told[key].get(name)))


def _figures(html: str) -> dict[str, Any] | None:
    """Return what a page says it found, None when it cannot be read."""
    try:
        return dict(figures_of(html))
    except (ValueError, AttributeError):
        return None


def _run_problems(
    folder: Path, manifest: Mapping[str, Any], key: str, run: Mapping[str, Any], row: Mapping[str, str] | None
) -> Iterator[Problem]:
    """Yield what is wrong with one page, its notebook and its row of the table."""
    file = f"{key}/{PAGE}"
    html = text_of(folder / file)
    if html is None:
        yield Problem(file, None, None, "", f"is not there: {run['error']}" if run["error"] else "is not there", "a page")
        return
    language = cast("Language", manifest["language"])
    yield from page_problems(
        html,
        language=language,
        communities=manifest["communities"],
        exists=lambda path: is_beside(folder, INDEX) if path == f"../{INDEX}" else is_beside(folder / key, path),
        file=file,
    )
    yield from notebook_beside_problems(folder, f"{key}/{Path(manifest['notebook']).stem}.ipynb", file, key, html)
    figures = _figures(html)
    if figures is None:
        yield Problem(file, None, None, "data-figures", "cannot be read", "what the page found, as JSON")
    for name, value in (figures or {}).items():
        if row is not None and name in row and not _agrees(row[name], value):
            yield Problem(TABLE, None, None, f"{key} {name}", f"is {shorten(row[name])}", f"{value}, as {file} says")


def _agrees(written: str, figure: Any) -> bool:
    """Return whether what is written is a figure, exactly; text may have the apostrophe that keeps it from being a formula."""
    if isinstance(figure, float | int):
        try:
            return float(written) == figure
        except ValueError:
            return False
    return written.removeprefix("'") == str(figure).removeprefix("'")
