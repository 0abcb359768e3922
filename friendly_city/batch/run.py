"""A batch: one audit, its result files, then one notebook and one page for each community, then the overview.

Bad input stops before anything is written. After that nothing stops the others: a failed community keeps its notebook,
the overview names it, and the batch says so at the end.
"""

from __future__ import annotations

import multiprocessing
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from friendly_city.audit.model import Audit
from friendly_city.batch.away import at_hand
from friendly_city.batch.check import dead_links
from friendly_city.batch.files import remove_unfinished
from friendly_city.batch.fork import unsafe_to_fork
from friendly_city.batch.jobs import Job, files_of, is_up_to_date
from friendly_city.batch.manifest import NAME as MANIFEST
from friendly_city.batch.manifest import read_manifest, write_manifest
from friendly_city.batch.outcome import BatchResult, Outcome
from friendly_city.batch.plan import OVERVIEW_KEY, Batch, overview_after, plan_batch
from friendly_city.batch.pool import Pool
from friendly_city.batch.progress import Progress
from friendly_city.batch.results import write_results
from friendly_city.batch.settings import Settings, out_of
from friendly_city.batch.unchanged import nothing_to_do
from friendly_city.batch.warm import warm_up, warm_up_from
from friendly_city.report.check import in_one_line
from friendly_city.report.expected import FINDINGS, expected_index, expected_pages
from friendly_city.report.svg import find_fonts

if TYPE_CHECKING:
    from friendly_city.batch.cluster import Cluster


def warm_pool(batch: Batch) -> Pool | Cluster:
    """Return workers that have everything the batch's notebooks need; started where they are forks of this process."""
    asked = batch.settings
    if asked.scheduler:
        from friendly_city.batch.cluster import Cluster

        return Cluster(batch).start() if batch.fresh else Cluster(batch)
    size = min(asked.workers, len(batch.fresh) or 1)
    if unsafe_to_fork():
        find_fonts()
        return Pool(size, preparation=partial(warm_up_from, asked))
    warm_up(batch.audit, language=asked.language, edition=asked.edition)
    return Pool(size).start()


@contextmanager
def writing(audit: Audit, settings: Settings) -> Iterator[None]:
    """Write the result files while the block runs, in a process of their own: libraries that write them start threads.

    Where that is not safe, or they go to an address, they are written before.
    """
    folder, away = settings.out, settings.away
    if unsafe_to_fork() or away is not None:
        write_results(audit, folder)
        if away is not None:
            away.put(settings.results)
        yield
        return
    writer = multiprocessing.get_context("fork").Process(target=write_results, args=(audit, folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python counts threads that sleep inside libraries
        writer.start()
    try:
        yield
    except BaseException:
        writer.kill()
        raise
    finally:
        writer.join()
    if writer.exitcode:
        raise OSError(f"the result files could not be written to {folder}")


def run_jobs(batch: Batch, jobs: Sequence[Job], *, pool: Pool | Cluster) -> dict[str, Outcome]:
    """Run jobs in the workers of a pool and return their outcomes by key."""
    outcomes = {}
    with Progress(len(jobs), quiet=batch.settings.quiet or not jobs) as progress:
        for outcome in pool.run(told_what_to_say(batch, job) for job in jobs):
            outcomes[outcome.key] = outcome
            progress.step(outcome)
    return outcomes


def columns_of(table: pd.DataFrame, names: Sequence[str] = ()) -> dict[str, list[Any]]:
    """Return columns of a table as lists."""
    return {name: table[name].tolist() for name in names or table.columns}


def told_what_to_say(batch: Batch, job: Job) -> Job:
    """Return a job that carries what the result files say, so that its page is held against it as it is made."""
    audit, language = batch.audit, batch.settings.language
    grades = {grade.id: grade.title.of(language) for grade in audit.checklist.grades}
    if job.key == OVERVIEW_KEY:
        return replace(job, expected=expected_index(columns_of(audit.scores), language=language, grade_titles=grades))
    findings = columns_of(audit.rows_of("findings", job.key), FINDINGS)
    scores = columns_of(audit.rows_of("scores", job.key))
    return replace(job, expected=expected_pages(findings, scores, language=language, grade_titles=grades)[job.key])


def take_away_stale(batch: Batch) -> None:
    """Remove the overview and manifest of other data, so that a run that is killed leaves none beside new results."""
    if not all(is_up_to_date(job) for job in batch.jobs):
        for path in (batch.settings.out / MANIFEST, batch.overview.page, batch.overview.executed):
            path.unlink(missing_ok=True)


def unchanged(job: Job) -> Outcome:
    """Return the outcome of a job that need not run."""
    return Outcome(key=job.key, name=job.name, status="skipped", seconds=0.0)


def execute_batch(batch: Batch) -> BatchResult:
    """Write the result files, run what is not up to date, write the overview and the manifest."""
    settings, away = batch.settings, batch.settings.away
    fresh = batch.fresh
    earlier = read_manifest(settings.out)
    with warm_pool(batch) as pool:
        settings.out.mkdir(parents=True, exist_ok=True)
        remove_unfinished(settings.out)
        take_away_stale(batch)
        if away is not None:
            away.follow()
        with writing(batch.audit, settings):
            ran = run_jobs(batch, fresh, pool=pool)
        outcomes = [ran.get(job.key, unchanged(job)) for job in batch.jobs]
        overview = told_what_to_say(batch, overview_after(batch, outcomes))
        outcomes += pool.run([overview]) if settings.force or not is_up_to_date(overview) else [unchanged(overview)]
    if away is not None:
        away.bring(overview.page)
    if outcomes[-1].status != "failed" and (dead := dead_links(overview.page)):
        outcomes[-1] = replace(outcomes[-1], status="failed", error=in_one_line(dead))
    manifest = write_manifest(
        batch,
        (*batch.jobs, overview),
        outcomes,
        results=settings.results,
        earlier=earlier,
        files=files_of if away is None else away.files_of,
    )
    if away is not None:
        away.put([manifest])
    files = (*settings.results, manifest)
    return BatchResult(outcomes=tuple(outcomes), counts=batch.counts, index=overview.page, files=files)


def run_batch(city: str, *, period: str, out: str | Path, **settings: Any) -> BatchResult:
    """Audit a city and write a report for each community: what ``friendly-city audit`` does.

    Parameters
    ----------
    city : str
        City folder.
    period : str
        Year or quarter, as text.
    out : str or Path
        Folder for reports and result files; made when missing. With a scheduler also an address, as may be `city`.
    **settings
        Further fields of `Settings`: checklist, communities, jobs, language, edition, force, notebook, quiet …

    Returns
    -------
    BatchResult
        What became of each report, how many findings there are, and the files written.
    """
    with at_hand(Settings(city=str(city), period=period, **out_of(out), **settings)) as asked:
        return nothing_to_do(asked) or execute_batch(plan_batch(asked))
