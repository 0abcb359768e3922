"""One process's share of many cities: read together, audited together, written one by one.

What cannot be read together is read one city at a time, which tells what is wrong.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa

from friendly_city.audit.engine import require_covered, uncovered
from friendly_city.audit.reasons.alike import Told
from friendly_city.audit.together import audit_together
from friendly_city.batch.fingerprint import digest
from friendly_city.batch.parts import is_up_to_date, remove_part, write_part
from friendly_city.batch.settings import NationSettings
from friendly_city.city.dictionary import dictionary
from friendly_city.city.load import links_out, load_city
from friendly_city.city.model import City
from friendly_city.city.period import period_of
from friendly_city.city.settings import Settings, read_settings
from friendly_city.city.together import hashes_of, joined, load_together
from friendly_city.errors import InvalidCity, InvalidParameters
from friendly_city.standards.load import load_checklist
from friendly_city.standards.model import Checklist

SELDOM = 500_000
"""Objects made between two looks for cycles."""
CityStatus = Literal["done", "skipped", "invalid", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CityOutcome:
    """What became of one city.

    Attributes
    ----------
    city : str
        Its id; the name of its folder where the id cannot be read.
    folder : str
        Name of its folder.
    seconds : float
        Wall time; of cities audited together, an equal share.
    fingerprint : str
        Stands for all its files and everything else its results were made from.
    problems : tuple of str
        What is wrong with its data, or why it failed.
    """

    city: str
    folder: str
    status: CityStatus
    seconds: float = 0.0
    communities: int = 0
    fingerprint: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Cities to be audited by one process at a time, and how.

    Attributes
    ----------
    folders : tuple of Path
        City folders.
    asked : NationSettings
        Of the whole run.
    basis : str
        Stands for everything the results are made from but the cities' files.
    """

    folders: tuple[Path, ...]
    asked: NationSettings
    basis: str

    @property
    def out(self) -> Path:
        """Return where results go."""
        return Path(self.asked.out)


def settle() -> None:
    """Prepare a process for chunks: arrays hold no cycles, so looking for them seldom saves a tenth of the time."""
    gc.freeze()
    gc.set_threshold(SELDOM)


def city_name(folder: Path) -> str:
    """Return the id of the city in a folder; the name of the folder where it cannot be read."""
    settings = _settings(folder)
    return folder.name if settings is None else settings.id


def _settings(folder: Path) -> Settings | None:
    """Return the settings of a city; None where they cannot be read, or a file is a link out of the folder."""
    return None if links_out(folder) else read_settings(folder, [])


@lru_cache(maxsize=1)
def _known(checklist: str, catalogue: str, basis: str) -> tuple[Checklist, Told]:
    """Return a checklist and the sentences told so far, kept while all chunks have one basis."""
    del basis
    return load_checklist(checklist, catalogue=catalogue), Told()


def audit_chunk(chunk: Chunk) -> list[CityOutcome]:
    """Audit the cities of a chunk that are not up to date and write their parts; return what became of each."""
    settings = {folder: _settings(folder) for folder in chunk.folders}
    jobs = [_planned(chunk, folder, settings[folder]) for folder in chunk.folders]
    folders = {folder.name: folder for folder in chunk.folders}
    stored = {folder.name for folder, said in settings.items() if said and said.database}  # of these no hash is known yet
    fresh = [
        job
        for job in jobs
        if chunk.asked.force or job.folder in stored or not is_up_to_date(chunk.out, job.city, job.fingerprint)
    ]
    outcomes = [replace(job, status="skipped") for job in jobs if job not in fresh]
    for group in _alike([folders[job.folder] for job in fresh], settings):
        of_group = [job for job in fresh if folders[job.folder] in group]
        outcomes += _audit_group(chunk, of_group, group)
    return outcomes


def _planned(chunk: Chunk, folder: Path, settings: Settings | None) -> CityOutcome:
    made_from = {"basis": chunk.basis, "files": {} if links_out(folder) else hashes_of(folder)}
    city = settings.id if settings else folder.name
    return CityOutcome(city=city, folder=folder.name, status="done", fingerprint=digest(made_from))


def _alike(folders: Sequence[Path], settings: Mapping[Path, Settings | None]) -> list[list[Path]]:
    """Return folders in groups that may be held together: of one CRS and with the same files."""
    groups: dict[object, list[Path]] = {}
    for folder in folders:
        said, files = settings[folder], tuple(name for name in dictionary().names() if (folder / name).is_file())
        groups.setdefault((said.crs if said else "", files), []).append(folder)
    return list(groups.values())


def _audit_group(chunk: Chunk, jobs: Sequence[CityOutcome], folders: Sequence[Path]) -> list[CityOutcome]:
    """Audit cities together; when they do not load together, or something fails, each by itself."""
    start = time.perf_counter()
    try:
        whole = load_together(folders)
        lacking = {} if whole is None else uncovered(whole, period_of(chunk.asked.period))
        if lacking:
            return _audit_covered(chunk, jobs, folders, lacking)
        if whole is not None:
            return _audited(chunk, jobs, whole, start)
    except Exception:  # noqa: BLE001, S110 - each is audited by itself below, and tells what failed
        pass
    return [outcome for job, folder in zip(jobs, folders, strict=True) for outcome in _audit_alone(chunk, job, folder)]


def _audit_covered(
    chunk: Chunk, jobs: Sequence[CityOutcome], folders: Sequence[Path], lacking: Mapping[int, str]
) -> list[CityOutcome]:
    """Audit the cities that cover some of the period; of the others, by number, `lacking` says what they cover."""
    for number in lacking:
        remove_part(chunk.out, jobs[number].city)
    outcomes = [replace(jobs[number], status="invalid", problems=(said,)) for number, said in lacking.items()]
    rest = [number for number in range(len(jobs)) if number not in lacking]
    if rest:
        outcomes += _audit_group(chunk, [jobs[number] for number in rest], [folders[number] for number in rest])
    return outcomes


def _audit_alone(chunk: Chunk, job: CityOutcome, folder: Path) -> list[CityOutcome]:
    """Audit one city, whatever is wrong with it."""
    start = time.perf_counter()
    try:
        city = load_city(folder)
        require_covered(city, period_of(chunk.asked.period))
        return _audited(chunk, [job], joined([city]), start)
    except InvalidCity as err:
        status, problems = "invalid", tuple(str(problem) for problem in err.problems)
    except InvalidParameters as err:
        status, problems = "invalid", (str(err),)
    except Exception as err:  # noqa: BLE001 - one city must never stop the others
        status, problems = "failed", (f"{type(err).__name__}: {err}",)
    remove_part(chunk.out, job.city)
    seconds = time.perf_counter() - start
    return [replace(job, status=status, problems=problems, seconds=seconds)]  # type: ignore[arg-type]


def _audited(chunk: Chunk, jobs: Sequence[CityOutcome], whole: City, start: float) -> list[CityOutcome]:
    """Audit cities that are held as one, write the parts of each, return the outcomes."""
    checklist, told = _known(chunk.asked.checklist, chunk.asked.catalogue, chunk.basis)
    told.make_room()
    result = audit_together(whole, checklist, period_of(chunk.asked.period), told)
    scores = pa.Table.from_pandas(result.scores.astype({"community_code": "str", "dimension": "str"}), preserve_index=False)
    part_of_score = whole.parts[result.scores["community_code"].cat.codes.to_numpy()]
    for number, job in enumerate(jobs):
        findings = result.findings.to_arrow(whole.parts == number)
        write_part(findings, chunk.out, "findings", city=job.city, fingerprint=job.fingerprint)
        own = scores.filter(pa.array(part_of_score == number))
        write_part(own, chunk.out, "scores", city=job.city, fingerprint=job.fingerprint)
    counts = np.bincount(whole.parts, minlength=len(jobs)).tolist()
    seconds = (time.perf_counter() - start) / len(jobs)
    return [replace(job, communities=count, seconds=seconds) for job, count in zip(jobs, counts, strict=True)]


def broken(chunk: Chunk) -> Iterator[CityOutcome]:
    """Yield the outcomes of a chunk whose process was killed."""
    for folder in chunk.folders:
        why = ("the process auditing it was killed",)
        yield CityOutcome(city=city_name(folder), folder=folder.name, status="failed", problems=why)
