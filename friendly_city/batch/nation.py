"""Auditing many cities without notebooks: several at a time in one pass, in a few processes, to Parquet by city.

Each city's results are those of its own audit. A city that is unchanged is skipped; one that is not sound is reported with
its problems and does not stop the others.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from friendly_city.audit.measures.check import require_measurable
from friendly_city.audit.measures.written import require_written
from friendly_city.batch.chunk import Chunk, CityOutcome, CityStatus, audit_chunk, broken, city_name, settle
from friendly_city.batch.files import remove_unfinished
from friendly_city.batch.fingerprint import checklist_hash, digest, package_hash, versions
from friendly_city.batch.manifest import NAME as MANIFEST
from friendly_city.batch.parts import others, remove_part
from friendly_city.batch.settings import NationSettings, require_apart, require_writable
from friendly_city.city.dictionary import dictionary
from friendly_city.city.load import find_folder
from friendly_city.city.period import period_of
from friendly_city.city.settings import NAME
from friendly_city.errors import InvalidCity, InvalidParameters, Problem
from friendly_city.report.files import written_whole
from friendly_city.standards.load import load_checklist
from friendly_city.standards.model import Checklist

LINES = 10
"""Lines of progress over a whole run."""
VERSIONS = ("python", "friendly-city", "pandas", "numpy", "scipy", "shapely")
"""Of the versions in use, those that a result can depend on here."""
STATUSES: tuple[CityStatus, ...] = ("done", "skipped", "invalid", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class NationResult:
    """What a run over many cities did; outcomes by city."""

    outcomes: tuple[CityOutcome, ...]
    manifest: Path

    def of(self, *statuses: CityStatus) -> tuple[CityOutcome, ...]:
        """Return the outcomes of one status, or several."""
        return tuple(outcome for outcome in self.outcomes if outcome.status in statuses)

    @property
    def exit_code(self) -> int:
        """Return 3 when some city's data are not valid, else 1 when one failed otherwise, else 0."""
        return InvalidCity.exit_code if self.of("invalid") else int(bool(self.of("failed")))

    @property
    def counts(self) -> str:
        """Return how many cities have each status, in words."""
        count = Counter(outcome.status for outcome in self.outcomes)
        return ", ".join(f"{count[status]} {status}" for status in STATUSES)

    def __repr__(self) -> str:
        return f"<NationResult of {len(self.outcomes)} cities: {self.counts}: {self.manifest}>"


def city_folders(nation: str | Path) -> list[Path]:
    """Return the folder itself if it is a city, else the folders in it that hold files of a city, by name.

    Raises
    ------
    InvalidCity
        When there is no such folder, or nothing of a city in it.
    """
    folder = find_folder(nation)
    names = (NAME, *dictionary().names())
    if (folder / NAME).is_file():
        return [folder]
    found = [path for path in sorted(folder.iterdir()) if path.is_dir() and any((path / name).is_file() for name in names)]
    if not found:
        expected = f"{NAME} in it, or folders that have one"
        raise InvalidCity([Problem(str(nation), None, None, "", "no city in this folder", expected)])
    return found


def audit_nation(asked: NationSettings) -> NationResult:
    """Audit all cities of a folder and write findings and scores as Parquet by city.

    Results of earlier runs in `out` that belong to no city of the folder, or to one that is not sound any more, are removed.

    Raises
    ------
    InvalidParameters, InvalidStandard, InvalidCity
        For a setting, checklist or folder that is not right. What is wrong with single cities is in the outcomes.
    """
    out, workers = Path(asked.out), asked.jobs or os.cpu_count() or 1
    if asked.jobs < 0 or asked.at_once < 1:
        raise InvalidParameters("jobs must be 1 or more (0: as many as there are processors), at_once 1 or more")
    require_writable(out)
    require_apart(out, find_folder(asked.nation))
    known, span = load_checklist(asked.checklist, catalogue=asked.catalogue), period_of(asked.period)
    require_written(known, catalogue=asked.catalogue)
    require_measurable(known)
    folders, doubled = _distinct(city_folders(asked.nation))
    out.mkdir(parents=True, exist_ok=True)
    remove_unfinished(out)
    basis = digest({"checklist": checklist_hash(known), "package": package_hash(), "versions": _versions(), "period": span.label})
    chunks = [Chunk(folders=some, asked=asked, basis=basis) for some in _portions(folders, asked.at_once, workers)]
    outcomes = [*doubled, *_run(chunks, workers, cities=len(folders), quiet=asked.quiet)]
    for city in others(out, {outcome.city for outcome in outcomes if outcome.status in ("done", "skipped")}):
        remove_part(out, city)
    outcomes.sort(key=lambda outcome: (outcome.city, outcome.folder))
    return NationResult(outcomes=tuple(outcomes), manifest=_write_manifest(out, outcomes, known, asked.period))


def _versions() -> dict[str, str]:
    found = versions()
    return {name: found[name] for name in VERSIONS}


def _distinct(folders: Sequence[Path]) -> tuple[list[Path], list[CityOutcome]]:
    """Return the folders whose city has an id of its own, and the outcomes of the others: the first by name keeps it."""
    first: dict[str, Path] = {}
    doubled = []
    for folder in folders:
        city = city_name(folder)
        if first.setdefault(city, folder) is not folder:
            what = f"{NAME} id: the city in {first[city].name} is called {city!r} too; expected an id of its own"
            doubled.append(CityOutcome(city=city, folder=folder.name, status="invalid", problems=(what,)))
    return list(first.values()), doubled


def _portions(folders: Sequence[Path], at_once: int, workers: int) -> Iterator[tuple[Path, ...]]:
    """Yield folders in portions of at most `at_once`, smaller where some workers would have nothing to do."""
    size = max(1, min(at_once, -(-len(folders) // workers)))
    for start in range(0, len(folders), size):
        yield tuple(folders[start : start + size])


def _run(chunks: Sequence[Chunk], workers: int, *, cities: int, quiet: bool) -> Iterator[CityOutcome]:
    """Yield outcomes as chunks end; with one worker in this process. A worker that dies takes only its own chunk with it."""
    progress = _Progress(cities, quiet=quiet)
    if min(workers, len(chunks)) <= 1:
        for chunk in chunks:
            yield from progress.told(audit_chunk(chunk))
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(max_workers=min(workers, len(chunks)), mp_context=context, initializer=settle)
    try:
        waiting: dict[Future[list[CityOutcome]], Chunk] = {pool.submit(audit_chunk, chunk): chunk for chunk in chunks}
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                chunk = waiting.pop(future)
                try:
                    yield from progress.told(future.result())
                except BrokenProcessPool:
                    yield from progress.told(list(broken(chunk)))
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


class _Progress:
    """Counts cities; a line on stderr now and then."""

    def __init__(self, cities: int, *, quiet: bool) -> None:
        self.cities, self.quiet, self.done, self.start = cities, quiet, 0, time.monotonic()

    def told(self, outcomes: list[CityOutcome]) -> list[CityOutcome]:
        before, self.done = self.done, self.done + len(outcomes)
        step = max(1, self.cities // LINES)
        if not self.quiet and self.done // step > before // step:
            left = (time.monotonic() - self.start) / self.done * (self.cities - self.done)
            print(f"{self.done}/{self.cities} cities, about {left:.0f} s left", file=sys.stderr)  # noqa: T201
        return outcomes


def _write_manifest(out: Path, outcomes: Sequence[CityOutcome], checklist: Checklist, period: str) -> Path:
    """Write `manifest.json`: versions, hashes, and for each city its status, seconds, communities and fingerprint."""
    content = {
        "period": period,
        "checklist": {"id": checklist.id, "version": checklist.version, "sha256": checklist_hash(checklist)},
        "package_sha256": package_hash(),
        "versions": _versions(),
        "cities": [
            {
                "city": outcome.city,
                "folder": outcome.folder,
                "status": outcome.status,
                "seconds": round(outcome.seconds, 3),
                "communities": outcome.communities,
                "fingerprint": outcome.fingerprint,
                "problems": list(outcome.problems),
            }
            for outcome in outcomes
        ],
    }
    path = out / MANIFEST
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path
