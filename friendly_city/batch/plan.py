"""From settings to jobs: load, check, audit, and say which notebooks are to run. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from friendly_city.audit.engine import audit as audit_city
from friendly_city.audit.measures.written import require_written
from friendly_city.audit.model import Audit
from friendly_city.batch.fingerprint import Foundation, fingerprint, foundation_of
from friendly_city.batch.jobs import Job, is_up_to_date
from friendly_city.batch.outcome import Counts, Outcome
from friendly_city.batch.parameters import find_notebook, require_parameters
from friendly_city.batch.results import counts_of
from friendly_city.batch.settings import NOTEBOOKS, Settings, require_settings
from friendly_city.batch.unchanged import made_from
from friendly_city.city.load import load_city
from friendly_city.errors import InvalidParameters, UnknownName
from friendly_city.labels import Text
from friendly_city.standards.load import load_checklist

TITLE = Text("{name} · 儿童友好评估 {period}", "{name} · child-friendly audit {period}")
OVERVIEW_KEY = "index"
NAMED = {"community": "community", "facility": "facility", "subdistrict": "subject", "district": "subject"}
"""Parameter of a notebook that names its subject, by level of audit."""
PLAIN = re.compile(r"[A-Za-z0-9_-]{1,80}")
"""A code that can name a folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch that has been planned: its audit and its jobs; `overview` runs after the others.

    Attributes
    ----------
    jobs : tuple of Job
        One for each community that was asked for.
    others : tuple of Job
        Those of the communities that were not asked for; they do not run, but their pages may be there.
    made_from : str
        Hash over everything the batch depends on, taken before anything was read.
    """

    settings: Settings
    audit: Audit
    foundation: Foundation
    jobs: tuple[Job, ...]
    others: tuple[Job, ...]
    overview: Job
    counts: Counts
    made_from: str

    @property
    def fresh(self) -> tuple[Job, ...]:
        """Return the jobs that must run: all with `force`, else those whose page is missing or out of date."""
        return tuple(job for job in self.jobs if self.settings.force or not is_up_to_date(job))


def plan_batch(settings: Settings) -> Batch:
    """Load, check and audit everything, and say which notebooks are to run.

    Raises
    ------
    InvalidParameters, UnknownName
        For a setting or community that is not allowed or not there.
    InvalidCity, InvalidStandard
        For data or standards that are not right, with every problem.
    """
    require_settings(settings)
    mark = made_from(settings)
    checklist = load_checklist(settings.checklist, catalogue=settings.catalogue)
    notebook, overview = find_notebook(settings.notebook or NOTEBOOKS[checklist.level]), find_notebook(settings.overview)
    shared = settings.parameters()
    require_parameters(notebook, {**shared, NAMED[checklist.level]: "0"})
    require_parameters(overview, {**shared, "failed": [], "left_out": []})
    city = load_city(settings.data)
    require_written(checklist, catalogue=settings.catalogue)
    audit = audit_city(city, checklist, period=settings.period)
    codes = [str(code) for code in audit.codes]
    require_subjects(codes, settings.communities, level=checklist.level)
    foundation = foundation_of(city, audit.checklist)
    jobs = [_subject_job(settings, audit, notebook, foundation, code) for code in codes]
    wanted = set(settings.communities) or set(codes)
    return Batch(
        settings=settings,
        audit=audit,
        foundation=foundation,
        jobs=tuple(job for job in jobs if job.key in wanted),
        others=tuple(job for job in jobs if job.key not in wanted),
        overview=_overview_job(settings, audit, overview),
        counts=counts_of(audit),
        made_from=mark,
    )


def _job(settings: Settings, *, key: str, name: str, notebook: Path, page: Path, executed: Path, subject: str) -> Job:
    return Job(
        key=key,
        name=name,
        notebook=notebook,
        parameters=settings.parameters(),
        page=page,
        executed=executed,
        title=TITLE.of(settings.language).format(name=name, period=settings.period),
        language=settings.language,
        fingerprint="",
        subject=subject,
        working_folder=Path.cwd(),
        timeout_s=settings.timeout_s,
        memory_mb=settings.memory_mb,
        engine=settings.engine,
    )


def require_subjects(codes: Sequence[str], wanted: Sequence[str], *, level: str) -> None:
    """Raise when a subject that is asked for is not there, or one has a code that cannot name a folder.

    Raises
    ------
    UnknownName
        For the first code of `wanted` that is not among `codes`.
    InvalidParameters
        For a code of other letters than a-z, digits, ``-``, ``_``.
    """
    for code in wanted:
        if code not in codes:
            raise UnknownName(level, code, tuple(codes))
    for code in codes:
        if not PLAIN.fullmatch(code):
            raise InvalidParameters(f"{level} {code!r} cannot name a folder: expected letters a-z, digits, '-' and '_'")


def _subject_job(settings: Settings, audit: Audit, notebook: Path, foundation: Foundation, code: str) -> Job:
    folder = settings.out / code
    name = audit.city.name_of(code).of(settings.language)
    page, executed = folder / "report.html", folder / "audit.ipynb"
    job = _job(settings, key=code, name=name, notebook=notebook, page=page, executed=executed, subject=code)
    return marked(job, foundation, **{NAMED[audit.checklist.level]: code})


def _overview_job(settings: Settings, audit: Audit, notebook: Path) -> Job:
    name = audit.city.name.of(settings.language)
    page, executed = settings.out / "index.html", settings.out / "index.ipynb"
    return _job(settings, key=OVERVIEW_KEY, name=name, notebook=notebook, page=page, executed=executed, subject=audit.city.id)


def marked(job: Job, foundation: Foundation, **more: object) -> Job:
    """Return a job with more parameters, and the fingerprint of what it will be made from."""
    parameters = {**job.parameters, **more}
    return replace(job, parameters=parameters, fingerprint=fingerprint(foundation, job.notebook, parameters))


def overview_after(batch: Batch, outcomes: Sequence[Outcome]) -> Job:
    """Return the overview's job, told which communities failed and which have no page of these data."""
    failed = [outcome.key for outcome in outcomes if outcome.status == "failed"]
    left_out = [job.key for job in batch.others if not is_up_to_date(job)]
    return marked(batch.overview, batch.foundation, failed=failed, left_out=left_out)
