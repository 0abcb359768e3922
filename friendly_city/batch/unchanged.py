"""Is there anything to do at all? Seen from files alone, before anything heavy is imported, loaded or audited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from friendly_city.batch.files import sha256_of
from friendly_city.batch.fingerprint import digest, has_fingerprint, package_hash, versions
from friendly_city.batch.manifest import NAME, read_manifest, require_own
from friendly_city.batch.outcome import BatchResult
from friendly_city.batch.parameters import find_notebook
from friendly_city.batch.settings import NOTEBOOKS, Settings

FINISHED = ("done", "skipped")


def made_from(settings: Settings) -> str:
    """Return a hash over everything a whole batch depends on: files of the city, checklist, notebooks, package, versions.

    '' where the city or checklist is not there: whoever loads it says so better.
    """
    city = next((base / settings.data for base in (Path.cwd(), *Path.cwd().parents) if (base / settings.data).is_dir()), None)
    if city is None:
        return ""
    files = sorted(path for path in city.iterdir() if path.is_file())
    own = sorted(Path(settings.catalogue).glob("*.y*ml")) if settings.catalogue else []
    checklist = Path(settings.checklist)
    notebooks = [*((settings.notebook,) if settings.notebook else sorted(set(NOTEBOOKS.values()))), settings.overview]
    return digest(
        {
            "parameters": settings.parameters(),
            "city": {path.name: sha256_of(path) for path in files},
            "checklist": sha256_of(checklist) if checklist.is_file() else settings.checklist,
            "catalogue": {path.name: sha256_of(path) for path in own},
            "notebooks": [sha256_of(find_notebook(name)) for name in notebooks],
            "package": package_hash(),
            "versions": versions(),
        }
    )


def nothing_to_do(settings: Settings) -> BatchResult | None:
    """Return the result of a batch for which everything is there and nothing has changed; None when it must be planned.

    Raises
    ------
    InvalidParameters
        When the folder for the results holds a sweep, whose overview and manifest would be lost.
    """
    manifest = read_manifest(settings.out)
    require_own(manifest, settings.out)
    if settings.force or settings.communities or not manifest or not finished(settings, manifest, mark=made_from(settings)):
        return None
    files = (*settings.results, settings.out / NAME)
    return BatchResult.of_manifest(manifest, index=settings.index, files=files)


def finished(settings: Settings, manifest: dict[str, Any], *, mark: str) -> bool:
    """Return whether a manifest is of a whole batch of the same things, all of which ended well and is still there.

    Parameters
    ----------
    manifest : dict
        As `manifest.read_manifest` gives it.
    mark : str
        From `made_from`.
    """
    if not mark or manifest.get("made_from") != mark:
        return False
    runs, outputs = manifest["runs"], manifest["outputs"]
    pages = {"index": "index.html"} | {key: f"{key}/report.html" for key in runs if key != "index"}
    return (
        all(run["status"] in FINISHED for run in runs.values())
        and all((settings.out / name).is_file() for name in outputs)
        and all(has_fingerprint(settings.out / pages[key], run["fingerprint"]) for key, run in runs.items())
    )
