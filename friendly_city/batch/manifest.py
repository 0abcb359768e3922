"""What was run, from what, with what result: `manifest.json`."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from friendly_city.batch.files import sha256_of
from friendly_city.batch.fingerprint import checklist_hash, package_hash, versions
from friendly_city.batch.jobs import Job, files_of, is_up_to_date
from friendly_city.batch.outcome import Outcome
from friendly_city.errors import InvalidParameters
from friendly_city.report.files import written_whole

if TYPE_CHECKING:
    from friendly_city.batch.plan import Batch
    from friendly_city.city.model import DataSource

NAME = "manifest.json"


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of an earlier run, or an empty dict when there is none that can be read."""
    path = folder / NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def require_own(manifest: Mapping[str, Any], out: Path, *, notebook: str = "") -> None:
    """Refuse a folder that another command has written: its overview and manifest would be lost, its pages would stay.

    Parameters
    ----------
    manifest : mapping
        That of the folder `out`; empty when there is none.
    notebook : str
        Of the sweep that is to be written; '' for an audit.

    Raises
    ------
    InvalidParameters
        Which says what is there.
    """
    other = Path(str(manifest.get("notebook", ""))).stem
    if manifest and other != notebook:
        held, what = f"friendly-city sweep {other}" if other else "another command", "sweep" if notebook else "audit"
        raise InvalidParameters(f"{out} holds what {held} has written; give this {what} a folder of its own")


def write_manifest(
    batch: Batch,
    jobs: Sequence[Job],
    outcomes: Iterable[Outcome],
    *,
    results: Iterable[Path],
    earlier: Mapping[str, Any],
    files: Callable[[Job], dict[str, str]] = files_of,
) -> Path:
    """Write `manifest.json`: versions, parameters, sha256 of inputs and outputs, sources, status and seconds of each job.

    Parameters
    ----------
    jobs, outcomes
        What was asked for in this run, the overview too, in one order. Pages of other communities that are there from an
        earlier run are listed too.
    results
        The result files.
    earlier : mapping
        The manifest of an earlier run; empty when there is none.
    files : callable
        Says which files a job has, with their sha256.
    """
    settings, audit = batch.settings, batch.audit
    before: Mapping[str, Any] = earlier.get("runs", {})
    runs = {
        outcome.key: {
            "name": outcome.name,
            "status": outcome.status,
            "seconds": round(outcome.seconds, 2) if outcome.status != "skipped" else before.get(outcome.key, {}).get("seconds"),
            "error": outcome.error,
            "fingerprint": job.fingerprint,
        }
        for job, outcome in zip(jobs, outcomes, strict=True)
    }
    runs |= {job.key: _kept(job, before.get(job.key, {})) for job in batch.others if job.page.is_file()}
    outputs = {path.name: sha256_of(path) for path in results}
    for job in (*jobs, *batch.others):
        outputs |= files(job)
    content = {
        "parameters": {**settings.parameters(), "communities": list(settings.communities)},
        "city": {"id": audit.city.id, "synthetic": audit.city.synthetic, "communities": len(audit)},
        "checklist": {
            "id": audit.checklist.id,
            "version": audit.checklist.version,
            "base": audit.checklist.base,
            "changes": len(audit.checklist.changes),
            "sha256": checklist_hash(audit.checklist),
            "grades": {grade.id: {"zh": grade.title.zh, "en": grade.title.en} for grade in audit.checklist.grades},
        },
        "findings": dataclasses.asdict(batch.counts),
        "made_from": batch.made_from,
        "package_sha256": package_hash(),
        "versions": versions(),
        "inputs": dict(sorted(audit.city.hashes.items())),
        "sources": [_source(source) for source in audit.city.sources],
        "outputs": dict(sorted(outputs.items())),
        "runs": runs,
    }
    path = settings.out / NAME
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _source(source: DataSource) -> dict[str, Any]:
    """Return where data come from, under which licence, and when they were seen; what is not known is left out."""
    said = {"id": source.id, "title": {"zh": source.title.zh, "en": source.title.en}, "licence": source.licence}
    return said | {key: value for key, value in (("url", source.url), ("accessed", source.accessed)) if value}


def _kept(job: Job, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry of a community that was not asked for: its page is of these data, or it is out of date."""
    current = is_up_to_date(job)
    mark = job.fingerprint if current else earlier.get("fingerprint")
    status = "skipped" if current else "out of date"
    return {"name": job.name, "status": status, "seconds": earlier.get("seconds"), "error": "", "fingerprint": mark}
