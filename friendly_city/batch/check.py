"""Is an output folder right? Every page is held against the result files beside it. Reads only; runs no notebook.

While a batch runs each page is checked as it is made (`friendly_city.report.check`); this looks at what lies on the disk.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from friendly_city.batch.files import sha256_of
from friendly_city.batch.manifest import NAME, read_manifest
from friendly_city.errors import Invalid, InvalidParameters, Problem, shorten
from friendly_city.labels import LANGUAGES, Language, keys
from friendly_city.report.check import notebook_problems, page_problems
from friendly_city.report.expected import FINDINGS, NUMBERS, Expected, as_number, expected_index, expected_pages
from friendly_city.report.links import link_problems
from friendly_city.report.page import Page
from friendly_city.report.words import say

PAGE, NOTEBOOK = "report.html", "audit.ipynb"
INDEX, INDEX_NOTEBOOK = "index.html", "index.ipynb"
INDEX_KEY = "index"
BACK = f"../{INDEX}"
"""Where the page of a community leads back to."""
FILES = ("findings.csv", "findings.parquet", "scores.csv", "action_plan.xlsx", "communities.gpkg", NAME)
"""Files every batch writes beside the pages."""
COLUMNS = {"findings.csv": FINDINGS, "scores.csv": ("community_code", "dimension", "grade", *NUMBERS)}
"""Result files the pages are held against, with the columns that takes."""
SECTION_ID = re.compile(r'<section\b[^>]*?\bid="([^"]*)"')
LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
FEW = 8
"""Communities named in the command that makes pages again; more are all made again."""
AS_NUMBERS = ("degree", "value", "weight", *NUMBERS)
SAID = ("city", "period", "language")
"""Parameters that manifest.json must hold."""

Columns = dict[str, list[str]]


class InvalidOutput(Invalid):
    """A folder is not the output of a batch, or its result files cannot be read."""

    subject = "output folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """An output folder that has been read: what its manifest says, and what its pages must say."""

    folder: Path
    manifest: Mapping[str, Any]
    language: Language
    period: str
    expected: Mapping[str, Expected]
    scores: Columns
    grade_titles: Mapping[str, str]

    @property
    def names(self) -> dict[str, str]:
        """Return the name of each community (and of the city, as ``index``) that the last run knew."""
        return {key: str(run.get("name", "")) for key, run in self.manifest["runs"].items()}

    def error_of(self, key: str) -> str:
        """Return why the page of a community failed in the last run, '' when it did not."""
        return str(self.manifest["runs"].get(key, {}).get("error") or "")


def read_results(folder: Path) -> tuple[Columns, Columns]:
    """Return the columns of findings.csv and scores.csv, as text.

    Raises
    ------
    InvalidOutput
        When one of them is missing, lacks a column, or holds something that is no number or no rating where one must be.
    """
    tables = {name: _read_table(folder, name) for name in COLUMNS}
    problems = [problem for name, table in tables.items() for problem in _table_problems(name, table)]
    if problems:
        raise InvalidOutput(problems)
    return tables["findings.csv"], tables["scores.csv"]


def _read_table(folder: Path, name: str) -> Columns:
    try:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in header]
        return dict(zip(header, columns, strict=True))
    except FileNotFoundError:
        what = "is not there"
    except (OSError, ValueError, csv.Error) as err:  # no header, lines of different length, not UTF-8
        what = f"cannot be read: {err}"
    raise InvalidOutput([Problem(name, None, None, "", what, f"a file written by friendly-city audit, in {folder}")])


def _table_problems(name: str, table: Columns) -> Iterator[Problem]:
    for column in COLUMNS[name]:
        if column not in table:
            yield Problem(name, 1, None, column, "column is missing", ", ".join(COLUMNS[name]))
    for column in AS_NUMBERS:
        for line, value in enumerate(table.get(column, ()), start=2):
            if not _is_number(value):
                yield Problem(name, line, None, column, f"{shorten(value)!r} is no number", "a number or nothing")
    ratings = frozenset(keys("rating"))
    for line, value in enumerate(table.get("rating", ()), start=2):
        if value not in ratings:
            yield Problem(name, line, None, "rating", f"{shorten(value)!r} is no rating", ", ".join(sorted(ratings)))


def _is_number(value: str) -> bool:
    try:
        as_number(value)
    except ValueError:
        return False
    return True


def read_output(folder: Path) -> Output:
    """Read manifest and result files of an output folder.

    Raises
    ------
    InvalidParameters
        When there is no such folder.
    InvalidOutput
        When it is not the output of a batch.
    """
    if not folder.is_dir():
        raise InvalidParameters(f"{folder} is not a folder; report check takes the --out of friendly-city audit")
    manifest = read_manifest(folder)
    parameters = manifest.get("parameters")
    runs = manifest.get("runs")
    if not (isinstance(parameters, dict) and isinstance(runs, dict) and all(name in parameters for name in SAID)):
        what = "is not the manifest of a batch" if (folder / NAME).is_file() else "is not there"
        raise InvalidOutput([Problem(NAME, None, None, "", what, f"a file written by friendly-city audit, in {folder}")])
    if parameters["language"] not in LANGUAGES:
        what = f"language {shorten(parameters['language'])!r} is not known"
        raise InvalidOutput([Problem(NAME, None, None, "parameters", what, ", ".join(LANGUAGES))])
    language = cast("Language", parameters["language"])
    findings, scores = read_results(folder)
    grades = {key: str(title[language]) for key, title in manifest.get("checklist", {}).get("grades", {}).items()}
    return Output(
        folder=folder,
        manifest=manifest,
        language=language,
        period=str(parameters["period"]),
        expected=expected_pages(findings, scores, language=language, grade_titles=grades),
        scores=scores,
        grade_titles=grades,
    )


def check_output(folder: Path) -> tuple[Problem, ...]:
    """Return everything that is wrong with the pages of an output folder, by file; empty when nothing is.

    Parameters
    ----------
    folder : Path
        The ``--out`` of a batch.

    Raises
    ------
    InvalidParameters
        When there is no such folder.
    InvalidOutput
        When it is not the output of a batch, or result files cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> try:
    ...     check_output(Path(tempfile.mkdtemp()))
    ... except InvalidOutput as err:
    ...     print(err.problems[0].file, err.problems[0].what)
    manifest.json is not there
    """
    output = read_output(folder)
    codes = sorted({key for key in output.names if key != INDEX_KEY} | {path.parent.name for path in folder.glob(f"*/{PAGE}")})
    problems = [*_file_problems(output), *_index_problems(output, codes)]
    for code in codes:
        problems += _community_problems(output, code)
    return tuple(problems)


def pages_of(folder: Path) -> tuple[Path, ...]:
    """Return the pages in an output folder, the overview first."""
    return tuple(path for path in (folder / INDEX, *sorted(folder.glob(f"*/{PAGE}"))) if path.is_file())


def dead_links(index: Path, *, pending: Iterable[str] = (NAME,)) -> tuple[Problem, ...]:
    """Return the links of the overview that lead nowhere, once everything but `pending` has been written."""
    expected = {*pending}
    page = Page(index.read_text(encoding="utf-8"))
    return tuple(link_problems(page, file=index.name, exists=lambda path: path in expected or is_beside(index.parent, path)))


def is_beside(folder: Path, path: str) -> bool:
    """Return whether a file that a page in `folder` links to is there, and not outside the folder."""
    target = (folder / path).resolve()
    return bool(path) and target.is_relative_to(folder.resolve()) and target.is_file()


def make_again(folder: Path, problems: Iterable[Problem]) -> str:
    """Return the command that makes the pages anew that are not right."""
    parameters = read_manifest(folder)["parameters"]
    codes = sorted({problem.file.split("/")[0] for problem in problems if "/" in problem.file})
    words = ["friendly-city", "audit", parameters["city"], "--checklist", parameters.get("checklist", "community")]
    words += ["--period", parameters["period"], "--lang", parameters["language"]]
    words += ["--edition", parameters.get("edition", "public"), "--out", str(folder), "--force"]
    words += [word for code in codes for word in ("--community", code)] if len(codes) <= FEW else []
    return "make them again with: " + " ".join(map(str, words))


def _file_problems(output: Output) -> Iterator[Problem]:
    """Yield result files that are missing or are not those of the run."""
    written = output.manifest.get("outputs", {})
    for name in FILES:
        path = output.folder / name
        if not path.is_file():
            yield Problem(name, None, None, "", "is not there", "a file written by friendly-city audit")
        elif name in written and sha256_of(path) != written[name]:
            yield Problem(name, None, None, "", "was changed after the run", "the sha256 in manifest.json")


def _index_problems(output: Output, codes: Iterable[str]) -> Iterator[Problem]:
    html = text_of(output.folder / INDEX)
    if html is None:
        yield _absent(output, INDEX, INDEX_KEY)
        return
    name = output.names.get(INDEX_KEY, "")
    yield from page_problems(
        html,
        subject=str(output.manifest.get("city", {}).get("id", "")),
        name=name,
        title=_title(output, name),
        language=output.language,
        expected=expected_index(output.scores, language=output.language, grade_titles=output.grade_titles),
        exists=lambda path: is_beside(output.folder, path),
        file=INDEX,
    )
    linked = set(LINK.findall(html))
    for code in codes:
        if (output.folder / code / PAGE).is_file() and f"{code}/{PAGE}" not in linked:
            yield Problem(INDEX, None, None, code, "its page is not linked", f"a link to {code}/{PAGE}")
    yield from notebook_beside_problems(output.folder, INDEX_NOTEBOOK, INDEX, INDEX_KEY, html)


def _community_problems(output: Output, code: str) -> Iterator[Problem]:
    file = f"{code}/{PAGE}"
    html = text_of(output.folder / code / PAGE)
    if html is None:
        yield _absent(output, file, code)
        return
    if code not in output.expected:
        yield Problem(
            file, None, None, "", "is of a community that scores.csv does not have", "a folder named by a community code"
        )
    name = output.names.get(code, "")
    yield from page_problems(
        html,
        subject=code,
        name=name,
        title=_title(output, name),
        language=output.language,
        expected=output.expected.get(code),
        exists=lambda path: is_beside(output.folder, INDEX) if path == BACK else is_beside(output.folder / code, path),
        file=file,
    )
    yield from notebook_beside_problems(output.folder, f"{code}/{NOTEBOOK}", file, code, html)


def _title(output: Output, name: str) -> str:
    return say("page_title", output.language, name=name, period=output.period) if name else ""


def text_of(path: Path) -> str | None:
    """Return the text of a file, None where there is none that can be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _absent(output: Output, file: str, key: str) -> Problem:
    error = output.error_of(key)
    return Problem(
        file, None, None, "", f"is not there: {error}" if error else "is not there", "a page, as manifest.json names it"
    )


def notebook_beside_problems(folder: Path, file: str, page: str, key: str, html: str) -> Iterator[Problem]:
    """Yield what is wrong with the notebook beside a page: errors, stderr, another run's, sections that the page lacks."""
    try:
        book = json.loads((folder / file).read_text(encoding="utf-8"))
        problems = notebook_problems(book)
        shown = "".join(_shown(book))
        ours = book["metadata"].get("friendly_city", {})
    except FileNotFoundError:
        yield Problem(file, None, None, "", "is not there", "the executed notebook beside its page")
        return
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as err:
        yield Problem(file, None, None, "", f"is no notebook: {shorten(err)}", "an executed notebook")
        return
    for problem in problems:
        yield Problem(file, None, None, "", shorten(problem), "no error and nothing on stderr")
    if ours.get("key") != key:
        yield Problem(file, None, None, "metadata", f"is of {shorten(ours.get('key'))}", key)
    if f'content="{ours.get("fingerprint")}"' not in html:
        yield Problem(file, None, None, "metadata", "has another fingerprint than the page beside it", "both of one run")
    lost = [name for name in SECTION_ID.findall(shown) if name not in set(SECTION_ID.findall(html))]
    if lost:
        yield Problem(page, None, None, "", f"lacks {', '.join(lost)}", "every section of its notebook")


def _shown(book: Mapping[str, Any]) -> Iterator[str]:
    """Yield the HTML that the cells of a notebook show."""
    for cell in book["cells"]:
        for output in cell.get("outputs", []):
            yield "".join(output.get("data", {}).get("text/html", ""))
