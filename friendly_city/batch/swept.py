"""Running a sweep that has been planned: pages, what each found as `runs.csv`, an overview, a manifest.

One that fails does not stop the others; the overview names it. Every file appears whole or not at all.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from friendly_city.access.reach import snapped_homes
from friendly_city.audit.engine import audit
from friendly_city.batch.check import dead_links
from friendly_city.batch.files import remove_unfinished, sha256_of
from friendly_city.batch.fingerprint import package_hash, versions
from friendly_city.batch.jobs import files_of
from friendly_city.batch.manifest import NAME as MANIFEST
from friendly_city.batch.manifest import read_manifest
from friendly_city.batch.outcome import Outcome
from friendly_city.batch.pool import Pool
from friendly_city.batch.progress import Progress
from friendly_city.batch.results import write_csv
from friendly_city.batch.sweep import INDEX, PAGE, TABLE, Planned
from friendly_city.batch.warm import give_back_memory, import_engine, lay_out
from friendly_city.report.check import in_one_line, page_problems
from friendly_city.report.exporter import export_html, notebook_of
from friendly_city.report.files import written_whole
from friendly_city.report.runs import Overview, RunPage, figures_of, runs_sections
from friendly_city.report.words import say, texts
from friendly_city.standards.load import load_checklist


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep did.

    Attributes
    ----------
    outcomes : tuple of Outcome
        What became of each page, in the order of the runs.
    index, table : Path
        The overview, and what each page found, a row a page.
    strays : tuple of Path
        Pages in the folder that are not of this sweep: of one with other values. They are left as they are.
    """

    outcomes: tuple[Outcome, ...]
    index: Path
    table: Path
    strays: tuple[Path, ...] = ()

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Return the outcomes of pages that could not be made."""
        return tuple(outcome for outcome in self.outcomes if outcome.status == "failed")


def run_sweep(planned: Planned) -> Swept:
    """Run what is not up to date, then write the table, the overview and the manifest.

    Returns
    -------
    Swept
        A page that could not be made is told, and stops no other.
    """
    out = planned.sweep.out
    earlier = read_manifest(out)
    ran = _ran(planned)
    outcomes = [ran.get(run.job.key) or _unchanged(run.job.key, run.job.name) for run in planned.runs]
    pages = [_page(planned, place, outcome) for place, outcome in enumerate(outcomes)]
    table = out / TABLE
    write_csv(_table(planned, pages), table)
    index = _write_overview(planned, pages)
    _write_manifest(planned, outcomes, earlier=earlier)
    return Swept(outcomes=tuple(outcomes), index=index, table=table, strays=planned.strays)


def _ran(planned: Planned) -> dict[str, Outcome]:
    """Run what must be run and return its outcomes by key."""
    sweep, fresh = planned.sweep, planned.fresh
    sweep.out.mkdir(parents=True, exist_ok=True)
    remove_unfinished(sweep.out)
    if not fresh:
        return {}
    _warm_up(planned)
    for name in (INDEX, TABLE, MANIFEST):
        (sweep.out / name).unlink(missing_ok=True)  # of other pages, should this be killed
    for job in fresh:  # so that no page of other data is there, whatever is killed
        job.page.unlink(missing_ok=True)
        job.executed.unlink(missing_ok=True)
    found = {}
    with Pool(min(sweep.jobs or os.cpu_count() or 1, len(fresh))) as pool, Progress(len(fresh), quiet=sweep.quiet) as progress:
        for outcome in pool.run(fresh):
            found[outcome.key] = outcome
            progress.step(outcome)
    return found


def _warm_up(planned: Planned) -> None:
    """Do once what every page would do: imports, loading the city, its streets, and the audit where all ask for one."""
    import_engine()
    for module in _imported(planned.notebook):
        with suppress(ImportError):  # the notebook itself will tell
            import_module(module)
    city, shared = planned.city, planned.shared
    if city is not None:
        audited = None
        if (
            shared.get("checklist")
            and shared.get("period")
            and not {"checklist", "period", "catalogue"} & set(planned.sweep.each)
        ):
            checklist = load_checklist(shared["checklist"], catalogue=shared.get("catalogue") or "")
            audited = audit(city, checklist, period=shared["period"])
        lay_out(city, audited)
        if city.has("homes"):
            snapped_homes(city)
    give_back_memory()


def _imported(notebook: Path) -> Iterator[str]:
    """Yield the modules of this package that a notebook imports."""
    book = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in book["cells"]:
        if cell["cell_type"] != "code":
            continue
        try:
            statements = ast.walk(ast.parse("".join(cell["source"])))
        except SyntaxError:  # a magic of IPython; the notebook itself will tell
            continue
        for found in statements:
            if isinstance(found, ast.ImportFrom) and found.module and found.module.split(".")[0] == "friendly_city":
                yield found.module


def _unchanged(key: str, name: str) -> Outcome:
    return Outcome(key=key, name=name, status="skipped", seconds=0.0)


def _page(planned: Planned, place: int, outcome: Outcome) -> RunPage:
    """Return what the page of a run says it found."""
    run = planned.runs[place]
    there = outcome.status != "failed"
    figures = figures_of(run.job.page.read_text(encoding="utf-8")) if there else {}
    link = f"{run.job.key}/{PAGE}" if there else ""
    return RunPage(key=run.job.key, words=run.words, link=link, error=outcome.error, figures=figures)


def _overview(planned: Planned, pages: Sequence[RunPage]) -> Overview:
    """Return what the overview is made from."""
    language = planned.sweep.language
    key = f"runs_title_{planned.notebook.stem}"
    title = say(key, language) if key in texts() else _heading(planned.notebook)
    shared = {name: _plain(value) for name, value in planned.shared.items() if name not in {*planned.sweep.each, "language"}}
    return Overview(title=title, shared=shared, runs=pages, city=planned.city)


def _plain(value: Any) -> str:
    return "+".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _heading(notebook: Path) -> str:
    """Return the first heading of a notebook, else its name."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    lines = (line for cell in cells if cell["cell_type"] == "markdown" for line in "".join(cell["source"]).splitlines())
    return next((line.lstrip("# ").strip() for line in lines if line.startswith("# ")), notebook.stem)


def _table(planned: Planned, pages: Sequence[RunPage]) -> pd.DataFrame:
    """Return a row for each run: its key, the parameters that vary, what its page found, and why it failed."""
    figures = _overview(planned, pages).figures
    rows = [
        {"key": page.key, **run.given, **{name: page.figures.get(name) for name in figures}, "error": page.error}
        for run, page in zip(planned.runs, pages, strict=True)
    ]
    return pd.DataFrame(rows)


def _write_overview(planned: Planned, pages: Sequence[RunPage]) -> Path:
    """Write the overview and return its path.

    Raises
    ------
    RuntimeError
        When the page is not right; that is a fault of this package.
    """
    overview, language = _overview(planned, pages), planned.sweep.language
    book = notebook_of(runs_sections(overview, language=language), title=overview.title, subject=overview.subject)
    html = export_html(book, language=language)
    index = planned.sweep.out / INDEX
    with written_whole(index) as temporary:
        temporary.write_text(html, encoding="utf-8", newline="\n")
    problems = [
        *page_problems(html, subject=overview.subject, communities=len(pages), exists=lambda _: True, file=INDEX),
        *dead_links(index),
    ]
    if problems:
        raise RuntimeError(in_one_line(problems))
    return index


def _write_manifest(planned: Planned, outcomes: Sequence[Outcome], *, earlier: Mapping[str, Any]) -> None:
    """Write what was run, from what, with what result; what was unchanged took the seconds that the earlier manifest has."""
    sweep = planned.sweep
    before: Mapping[str, Any] = earlier.get("runs", {})
    runs = {
        run.job.key: {
            "name": outcome.name,
            "status": outcome.status,
            "seconds": round(outcome.seconds, 2) if outcome.status != "skipped" else before.get(outcome.key, {}).get("seconds"),
            "error": outcome.error,
            "fingerprint": run.job.fingerprint,
        }
        for run, outcome in zip(planned.runs, outcomes, strict=True)
    }
    outputs = {name: sha256_of(sweep.out / name) for name in (INDEX, TABLE)}
    for run in planned.runs:
        outputs |= files_of(run.job)
    content = {
        "notebook": sweep.notebook,
        "language": sweep.language,
        "each": {name: list(values) for name, values in sweep.each.items()},
        "set": dict(sweep.shared),
        "parameters": dict(planned.shared),
        "communities": len(planned.city.codes) if planned.city else 0,
        "subject": planned.city.id if planned.city else "runs",
        "package_sha256": package_hash(),
        "versions": versions(),
        "inputs": dict(sorted(planned.city.hashes.items())) if planned.city else {},
        "outputs": dict(sorted(outputs.items())),
        "runs": runs,
    }
    with written_whole(sweep.out / MANIFEST) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
