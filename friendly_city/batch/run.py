"""A batch: one audit, its result files, then one notebook and one page for each community, then the overview.

Bad input stops before anything is written. After that nothing stops the others: a failed community keeps its notebook,
the overview names it, and the batch says so at the end.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from friendly_city.audit.engine import audit as audit_city
from friendly_city.audit.measures.written import require_written
from friendly_city.audit.model import Audit
from friendly_city.batch.files import remove_unfinished
from friendly_city.batch.fingerprint import Foundation, fingerprint, foundation_of
from friendly_city.batch.jobs import Job, Outcome, is_up_to_date, run_job
from friendly_city.batch.manifest import write_manifest
from friendly_city.batch.parameters import find_notebook, require_parameters
from friendly_city.batch.progress import Progress
from friendly_city.batch.results import write_results
from friendly_city.city.load import load_city
from friendly_city.errors import InvalidParameters, UnknownName
from friendly_city.labels import LANGUAGES, Language, Text
from friendly_city.report.svg import find_fonts
from friendly_city.standards.load import load_checklist

EDITIONS = ("public", "internal")
TITLE = Text("{name} · 儿童友好评估 {period}", "{name} · child-friendly audit {period}")
OVERVIEW_KEY = "index"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a batch is asked to do; the same words as the command line."""

    city: str
    checklist: str = "community"
    period: str
    out: Path
    communities: tuple[str, ...] = ()
    jobs: int = 0
    language: Language = "zh"
    edition: str = "public"
    force: bool = False
    notebook: str = "audit_community"
    overview: str = "district_overview"
    timeout_s: int = 600
    quiet: bool = False
    catalogue: str = ""

    def parameters(self) -> dict[str, Any]:
        """Return the parameters every notebook of the batch shares."""
        return {
            "city": self.city,
            "checklist": self.checklist,
            "period": self.period,
            "language": self.language,
            "edition": self.edition,
            **({"catalogue": self.catalogue} if self.catalogue else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch that has been planned: its audit and its jobs; `overview` runs after the others."""

    settings: Settings
    audit: Audit
    foundation: Foundation
    jobs: tuple[Job, ...]
    overview: Job

    @property
    def fresh(self) -> tuple[Job, ...]:
        """Return the jobs that must run: all with `force`, else those whose page is missing or out of date."""
        return tuple(job for job in self.jobs if self.settings.force or not is_up_to_date(job))


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """What a batch did."""

    audit: Audit
    outcomes: tuple[Outcome, ...]
    index: Path
    manifest: Path
    results: tuple[Path, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Return the outcomes of jobs that failed."""
        return tuple(outcome for outcome in self.outcomes if outcome.status == "failed")

    def __repr__(self) -> str:
        counts = {status: sum(o.status == status for o in self.outcomes) for status in ("done", "skipped", "failed")}
        return f"<BatchResult: {counts['done']} done, {counts['skipped']} unchanged, {counts['failed']} failed: {self.index}>"


def require_settings(settings: Settings) -> None:
    """Raise InvalidParameters when a setting is not one of those allowed."""
    if settings.language not in LANGUAGES:
        raise InvalidParameters(f"lang must be one of {', '.join(LANGUAGES)}, not {settings.language!r}")
    if settings.edition not in EDITIONS:
        raise InvalidParameters(f"edition must be one of {', '.join(EDITIONS)}, not {settings.edition!r}")
    if settings.jobs < 0:
        raise InvalidParameters("jobs must be 1 or more (0: as many as there are processors)")
    if settings.out.exists() and not settings.out.is_dir():
        raise InvalidParameters(f"{settings.out} is a file; --out names a folder")


def plan_batch(settings: Settings) -> Batch:
    """Load, check and audit everything, and say which notebooks are to run. Writes nothing.

    Raises
    ------
    InvalidParameters, UnknownName
        For a setting or community that is not allowed or not there.
    InvalidCity, InvalidStandard
        For data or standards that are not right, with every problem.
    """
    require_settings(settings)
    notebook, overview = find_notebook(settings.notebook), find_notebook(settings.overview)
    shared = settings.parameters()
    require_parameters(notebook, {**shared, "community": "0"})
    require_parameters(overview, {**shared, "failed": [], "left_out": []})
    city = load_city(settings.city)
    for code in settings.communities:
        if code not in city.codes:
            raise UnknownName("community", code, tuple(city.codes))
    checklist = load_checklist(settings.checklist, catalogue=settings.catalogue)
    require_written(checklist, catalogue=settings.catalogue)
    audit = audit_city(city, checklist, period=settings.period)
    foundation = foundation_of(city, audit.checklist)
    wanted = settings.communities or tuple(city.codes)
    jobs = tuple(_community_job(settings, audit, notebook, foundation, code) for code in wanted)
    return Batch(
        settings=settings, audit=audit, foundation=foundation, jobs=jobs, overview=_overview_job(settings, audit, overview)
    )


def _community_job(settings: Settings, audit: Audit, notebook: Path, foundation: Foundation, code: str) -> Job:
    name = audit.city.name_of(code).of(settings.language)
    parameters = {**settings.parameters(), "community": code}
    folder = settings.out / code
    return Job(
        key=code,
        name=name,
        notebook=notebook,
        parameters=parameters,
        page=folder / "report.html",
        executed=folder / "audit.ipynb",
        title=TITLE.of(settings.language).format(name=name, period=settings.period),
        language=settings.language,
        fingerprint=fingerprint(foundation, notebook, parameters),
        subject=code,
        working_folder=Path.cwd(),
        timeout_s=settings.timeout_s,
    )


def _overview_job(settings: Settings, audit: Audit, notebook: Path) -> Job:
    name = audit.city.name.of(settings.language)
    return Job(
        key=OVERVIEW_KEY,
        name=name,
        notebook=notebook,
        parameters={**settings.parameters(), "failed": [], "left_out": []},
        page=settings.out / "index.html",
        executed=settings.out / "index.ipynb",
        title=TITLE.of(settings.language).format(name=name, period=settings.period),
        language=settings.language,
        fingerprint="",
        subject=audit.city.id,
        working_folder=Path.cwd(),
        timeout_s=settings.timeout_s,
    )


def _with_outcomes(batch: Batch, outcomes: Sequence[Outcome]) -> Job:
    """Return the overview job, told which communities failed and which have no page."""
    failed = [outcome.key for outcome in outcomes if outcome.status == "failed"]
    paged = {job.key for job in batch.jobs} | {
        code for code in batch.audit.codes if (batch.settings.out / code / "report.html").is_file()
    }
    left_out = [code for code in batch.audit.codes if code not in paged]
    job = batch.overview
    parameters = {**job.parameters, "failed": failed, "left_out": left_out}
    mark = fingerprint(batch.foundation, job.notebook, parameters)
    return replace(job, parameters=parameters, fingerprint=mark)


def _finished(pool: ProcessPoolExecutor, jobs: Sequence[Job]) -> Iterator[Outcome]:
    """Yield outcomes as jobs end. A worker that dies takes only its own jobs with it."""
    waiting: dict[Future[Outcome], Job] = {pool.submit(run_job, job): job for job in jobs}
    while waiting:
        ended, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in ended:
            job = waiting.pop(future)
            try:
                yield future.result()
            except BrokenProcessPool:
                yield Outcome(key=job.key, name=job.name, status="failed", seconds=0.0, error="the process running it was killed")


def run_jobs(jobs: Sequence[Job], *, workers: int, quiet: bool = False) -> dict[str, Outcome]:
    """Run jobs in parallel processes and return their outcomes by key."""
    if not jobs:
        return {}
    context = multiprocessing.get_context("spawn")
    outcomes = {}
    with Progress(len(jobs), quiet=quiet) as progress:
        pool = ProcessPoolExecutor(max_workers=min(workers, len(jobs)), mp_context=context)
        try:
            for outcome in _finished(pool, jobs):
                outcomes[outcome.key] = outcome
                progress.step(outcome)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()
    return outcomes


def execute_batch(batch: Batch) -> BatchResult:
    """Write the result files, run what is not up to date, write the overview and the manifest."""
    settings = batch.settings
    settings.out.mkdir(parents=True, exist_ok=True)
    remove_unfinished(settings.out)
    results = write_results(batch.audit, settings.out)
    find_fonts()
    workers = settings.jobs or os.cpu_count() or 1
    ran = run_jobs(batch.fresh, workers=workers, quiet=settings.quiet)
    outcomes = [ran.get(job.key, Outcome(key=job.key, name=job.name, status="skipped", seconds=0.0)) for job in batch.jobs]
    overview = _with_outcomes(batch, outcomes)
    if settings.force or not is_up_to_date(overview):
        outcomes.append(run_job(overview))
    else:
        outcomes.append(Outcome(key=overview.key, name=overview.name, status="skipped", seconds=0.0))
    manifest = write_manifest(
        settings.out,
        batch.audit,
        parameters={**settings.parameters(), "communities": list(settings.communities)},
        jobs=(*batch.jobs, overview),
        outcomes=outcomes,
        results=results,
    )
    return BatchResult(audit=batch.audit, outcomes=tuple(outcomes), index=overview.page, manifest=manifest, results=results)


def run_batch(city: str, *, period: str, out: str | Path, **settings: Any) -> BatchResult:
    """Audit a city and write a report for each community: what ``friendly-city audit`` does.

    Parameters
    ----------
    city : str
        City folder.
    period : str
        Year or quarter, as text.
    out : str or Path
        Folder for reports and result files; made when missing.
    **settings
        Further fields of `Settings`: checklist, communities, jobs, language, edition, force, notebook, quiet …
    """
    return execute_batch(plan_batch(Settings(city=str(city), period=period, out=Path(out), **settings)))
