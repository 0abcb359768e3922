"""Inputs and outputs that are elsewhere: at any address fsspec knows, such as s3://, memory:// or file://.

The planner works on local folders: the city is fetched, and the output folder is mirrored: the heads of its pages, which
say whether they are up to date, and empty files for the rest. What a worker finishes goes to the address directly. Local
paths never come here.
"""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from friendly_city.batch.fingerprint import HEAD_LENGTH
from friendly_city.batch.jobs import Job
from friendly_city.batch.manifest import NAME as MANIFEST
from friendly_city.batch.manifest import read_manifest
from friendly_city.batch.settings import Settings, is_address, require_extra
from friendly_city.errors import InvalidCity, InvalidParameters, Problem
from friendly_city.report.files import UNFINISHED

MIB = 1024 * 1024
BYTES_A_CHARACTER = 4
"""At most, in UTF-8."""


class Store:
    """A folder at an address."""

    def __init__(self, address: str) -> None:
        from fsspec.core import url_to_fs

        self.address = address.rstrip("/")
        system, root = url_to_fs(self.address)
        self._system: Any = system
        self._root = str(root).rstrip("/")

    def names(self) -> tuple[str, ...]:
        """Return the files there, relative to the folder, as they are now."""
        self._system.invalidate_cache()
        with suppress(FileNotFoundError):
            return tuple(sorted(str(path)[len(self._root) + 1 :] for path in self._system.find(self._root)))
        return ()

    def fetch(self, folder: Path) -> None:
        """Copy the files of the folder itself, not of those in it, into a local folder."""
        names = [name for name in self.names() if "/" not in name]
        folder.mkdir(parents=True, exist_ok=True)
        self._system.get([self._path(name) for name in names], [str(folder / name) for name in names])

    def fetch_one(self, name: str, path: Path) -> None:
        """Copy one file."""
        self._system.get_file(self._path(name), str(path))

    def heads(self, names: Iterable[str]) -> dict[str, str]:
        """Return how files begin; as much as the fingerprint of a page needs."""
        paths = {self._path(name): name for name in names}
        if not paths:
            return {}
        found = self._system.cat_ranges(list(paths), 0, HEAD_LENGTH * BYTES_A_CHARACTER)
        return {name: raw.decode("utf-8", errors="ignore") for name, raw in zip(paths.values(), found, strict=True)}

    def sha256(self, name: str) -> str:
        """Return the sha256 of a file."""
        made = hashlib.sha256()
        with self._system.open(self._path(name), "rb") as file:
            while part := file.read(MIB):
                made.update(part)
        return made.hexdigest()

    def put(self, path: Path, name: str) -> None:
        """Put a local file in place, whole: under a temporary name first."""
        target = self._path(name)
        folder = target.rpartition("/")[0]
        temporary = f"{folder}/{UNFINISHED}{uuid.uuid4().hex}{path.suffix}"
        self._system.makedirs(folder, exist_ok=True)
        try:
            self._system.put_file(str(path), temporary)
            self._system.mv(temporary, target)
        except BaseException:
            with suppress(Exception):
                self._system.rm_file(temporary)
            raise

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""
        with suppress(FileNotFoundError):
            self._system.rm_file(self._path(name))

    def remove_unfinished(self) -> None:
        """Remove what a killed run left half-written."""
        for name in self.names():
            if PurePosixPath(name).name.startswith(UNFINISHED):
                self.remove(name)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"


@dataclass(slots=True)
class Away:
    """An output folder at an address, and its mirror here.

    Attributes
    ----------
    hashes : dict
        The sha256 of files there, by name, as far as they are known.
    there : set
        Names of the files there.
    """

    store: Store
    mirror: Path
    hashes: dict[str, str] = field(default_factory=dict)
    there: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, address: str, mirror: Path) -> Away:
        """Mirror what is at an address."""
        store = Store(address)
        there = set(store.names())
        pages = [name for name in there if name.endswith(".html")]
        mirror.mkdir(parents=True)
        for name, text in {**dict.fromkeys(there, ""), **store.heads(pages)}.items():
            (mirror / name).parent.mkdir(parents=True, exist_ok=True)
            (mirror / name).write_text(text, encoding="utf-8")
        if MANIFEST in there:
            store.fetch_one(MANIFEST, mirror / MANIFEST)
        known = read_manifest(mirror).get("outputs", {})
        return cls(store, mirror, {name: mark for name, mark in known.items() if name in there}, there)

    def name_of(self, path: Path) -> str:
        """Return the name at the address of a path in the mirror."""
        return path.relative_to(self.mirror).as_posix()

    def follow(self) -> None:
        """Remove there what a killed run left half-written, and what is not in the mirror any more."""
        self.store.remove_unfinished()
        for name in sorted(self.there):
            if not (self.mirror / name).exists():
                self.store.remove(name)
                self.there.discard(name)

    def put(self, paths: Iterable[Path]) -> None:
        """Put files of the mirror in place."""
        for path in paths:
            self.store.put(path, self.name_of(path))

    def bring(self, path: Path) -> None:
        """Make a file of the mirror what it is there, if it is."""
        if self.name_of(path) in self.there:
            self.store.fetch_one(self.name_of(path), path)

    def note(self, job: Job, files: Mapping[str, str]) -> None:
        """Note what a worker has put in place for a job; the mirror has files of these names."""
        for path in (job.page, job.executed):
            name = self.name_of(path)
            path.unlink(missing_ok=True)
            self.there.discard(name)
            if name in files:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
                self.there.add(name)
        self.hashes |= files

    def files_of(self, job: Job) -> dict[str, str]:
        """Return the sha256 of a job's files there, by name; those that are not known are read."""
        names = [name for name in map(self.name_of, (job.page, job.executed)) if name in self.there]
        return {name: self.hashes.get(name) or self.store.sha256(name) for name in names}


@contextmanager
def at_hand(settings: Settings) -> Iterator[Settings]:
    """Give settings whose city and output are local folders, for as long as the block runs; local ones stay as they are.

    Raises
    ------
    InvalidParameters
        When an address cannot be read, or needs what is not installed.
    InvalidCity
        When nothing is at the city's address.
    """
    if not (is_address(settings.city) or settings.out_address):
        yield settings
        return
    require_extra("fsspec", what=f"the address {settings.out_address or settings.city}")
    if not settings.scheduler:
        raise InvalidParameters("an address for CITY or --out needs --scheduler; without one, give local folders")
    require_addresses_apart(settings.out_address, settings.city)
    with tempfile.TemporaryDirectory(prefix="friendly-city-") as scratch:
        yield _brought(settings, Path(scratch).resolve())


def _brought(settings: Settings, scratch: Path) -> Settings:
    """Return settings with everything fetched into a scratch folder."""
    try:
        if is_address(settings.city):
            name = folder_of(settings.city)
            Store(settings.city).fetch(scratch / name)
            if not any((scratch / name).iterdir()):
                raise InvalidCity([Problem(settings.city, None, None, "", "there are no files at this address", "a city folder")])
            settings = replace(settings, city=name, city_folder=scratch / name, city_address=settings.city)
        if settings.out_address:
            mirror = scratch / "out"
            settings = replace(settings, out=mirror, away=Away.of(settings.out_address, mirror))
    except (OSError, ValueError, ImportError) as err:
        raise InvalidParameters(f"{settings.out_address or settings.city} cannot be used: {err}") from err
    return settings


def folder_of(address: str) -> str:
    """Return the local name of a city folder at an address: its last two parts, on every machine the same.

    Examples
    --------
    >>> folder_of("s3://bucket/data/futian/"), folder_of("memory://futian")
    ('data/futian', 'city/futian')
    """
    parts = [part for part in address.split("://", 1)[1].split("/") if part not in ("", ".", "..")]
    return "/".join(["city", *parts][-2:] if len(parts) < 2 else parts[-2:])


def require_addresses_apart(out: str, city: str) -> None:
    """Raise InvalidParameters when results would be written among the data they come from, or around them."""
    one, other = f"{out.rstrip('/')}/", f"{city.rstrip('/')}/"
    if out and (one.startswith(other) or other.startswith(one)):
        raise InvalidParameters(f"--out {out} and the data in {city} must not lie one in the other")
