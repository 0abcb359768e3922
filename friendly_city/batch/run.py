"""A batch: one audit, its result files, then one notebook and one page for each community, then the overview.

Bad input stops before anything is written. After that nothing stops the others: a failed community keeps its notebook,
the overview names it, and the batch says so at the end.
"""

from __future__ import annotations

import multiprocessing
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from friendly_city.audit.model import Audit
from friendly_city.batch.away import at_hand
from friendly_city.batch.files import remove_unfinished
from friendly_city.batch.fork import unsafe_to_fork
from friendly_city.batch.jobs import Job, Outcome, files_of, is_up_to_date
from friendly_city.batch.manifest import NAME as MANIFEST
from friendly_city.batch.manifest import write_manifest
from friendly_city.batch.plan import Batch, overview_after, plan_batch
from friendly_city.batch.pool import Pool
from friendly_city.batch.progress import Progress
from friendly_city.batch.results import result_paths, write_results
from friendly_city.batch.settings import Settings, out_of
from friendly_city.batch.warm import warm_up, warm_up_from
from friendly_city.report.svg import find_fonts

if TYPE_CHECKING:
    from friendly_city.batch.cluster import Cluster

OVERVIEW_FILES = ("index.html", "index.ipynb")


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


def warm_pool(batch: Batch) -> Pool | Cluster:
    """Return workers that have everything the batch's notebooks need; started where they are forks of this process."""
    asked = batch.settings
    if asked.scheduler:
        from friendly_city.batch.cluster import Cluster

        return Cluster(batch).start() if batch.fresh else Cluster(batch)
    if unsafe_to_fork():
        find_fonts()
        again = partial(warm_up_from, asked.city, asked.checklist, asked.period, asked.language, asked.edition)
        return Pool(asked.workers, preparation=again)
    warm_up(batch.audit, language=asked.language, edition=asked.edition)
    return Pool(min(asked.workers, len(batch.fresh) or 1)).start()


@contextmanager
def writing(audit: Audit, folder: Path) -> Iterator[None]:
    """Write the result files while the block runs, in a process of their own: libraries that write them start threads."""
    if unsafe_to_fork():
        write_results(audit, folder)
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


def run_jobs(jobs: Sequence[Job], *, pool: Pool | Cluster, quiet: bool = False) -> dict[str, Outcome]:
    """Run jobs in the workers of a pool and return their outcomes by key."""
    outcomes = {}
    with Progress(len(jobs), quiet=quiet or not jobs) as progress:
        for outcome in pool.run(jobs):
            outcomes[outcome.key] = outcome
            progress.step(outcome)
    return outcomes


def take_away_stale(batch: Batch) -> None:
    """Remove the overview and manifest of other data, so that a run that is killed leaves none beside new results."""
    if not all(is_up_to_date(job) for job in batch.jobs):
        for name in (MANIFEST, *OVERVIEW_FILES):
            (batch.settings.out / name).unlink(missing_ok=True)


def execute_batch(batch: Batch) -> BatchResult:
    """Write the result files, run what is not up to date, write the overview and the manifest."""
    settings, away = batch.settings, batch.settings.away
    fresh = batch.fresh
    with warm_pool(batch) as pool:
        settings.out.mkdir(parents=True, exist_ok=True)
        remove_unfinished(settings.out)
        take_away_stale(batch)
        if away is not None:
            away.follow((MANIFEST, *OVERVIEW_FILES))
        with writing(batch.audit, settings.out):
            if away is not None:
                away.put(result_paths(settings.out))  # written by now: a client of dask has threads
            ran = run_jobs(fresh, pool=pool, quiet=settings.quiet)
        outcomes = [ran.get(job.key, unchanged(job)) for job in batch.jobs]
        overview = overview_after(batch, outcomes)
        outcomes += pool.run([overview]) if settings.force or not is_up_to_date(overview) else [unchanged(overview)]
    results = result_paths(settings.out)
    manifest = write_manifest(
        settings.out,
        batch.audit,
        parameters={**settings.parameters(), "communities": list(settings.communities)},
        jobs=(*batch.jobs, overview),
        others=batch.others,
        outcomes=outcomes,
        results=results,
        files=files_of if away is None else away.files_of,
    )
    if away is not None:
        away.put([manifest])
    return BatchResult(audit=batch.audit, outcomes=tuple(outcomes), index=overview.page, manifest=manifest, results=results)


def unchanged(job: Job) -> Outcome:
    """Return the outcome of a job that need not run."""
    return Outcome(key=job.key, name=job.name, status="skipped", seconds=0.0)


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
    """
    with at_hand(Settings(city=str(city), period=period, **out_of(out), **settings)) as asked:
        return execute_batch(plan_batch(asked))
