"""What a batch is asked to do, in the words of the command line."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from friendly_city.batch.jobs import FORKED
from friendly_city.errors import InvalidParameters
from friendly_city.labels import LANGUAGES, Language

if TYPE_CHECKING:
    from friendly_city.batch.away import Away

EDITIONS = ("public", "internal")
RESULTS = ("findings.csv", "findings.parquet", "scores.csv", "action_plan.xlsx", "communities.gpkg")
"""Result files of a batch, in the output folder."""
NOTEBOOKS = {
    "community": "audit_community",
    "facility": "audit_facility",
    "subdistrict": "audit_district",
    "district": "audit_district",
}
"""The notebook for each subject, by level of audit."""
AT_ONCE = 32
"""Cities held in memory at a time in each process; about 20 MB each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a batch is asked to do; the same words as the command line.

    Attributes
    ----------
    communities : tuple of str
        Codes of those that get a report; none means all.
    jobs : int
        Notebooks at a time; 0: as many as there are processors.
    timeout_s : int
        Seconds a notebook may take in all.
    memory_mb : int
        MiB of data a notebook may allocate beyond what all share; 0: no limit.
    catalogue : str
        Folder with standards of one's own; '' for none.
    engine : str
        papermill engine: ``friendly-city`` or, for real kernels, ``friendly-city-kernel``.
    notebook : str
        Name or path of the notebook for each subject; '' for that of the checklist's level, see `NOTEBOOKS`.
    scheduler : str
        Address of a dask scheduler, or path of its scheduler file; '' for this machine alone.
    out_address, city_address : str
        Where results and city are when that is no local path; `away.at_hand` then sets `out`, `city_folder`, `away`.
    """

    city: str
    checklist: str = "community"
    period: str
    out: Path
    communities: tuple[str, ...] = ()
    jobs: int = 0
    language: Language = "zh"
    edition: str = "public"
    force: bool = False
    notebook: str = ""
    overview: str = "district_overview"
    timeout_s: int = 600
    memory_mb: int = 2048
    engine: str = FORKED
    quiet: bool = False
    catalogue: str = ""
    scheduler: str = ""
    out_address: str = ""
    city_address: str = ""
    city_folder: Path | None = None
    away: Away | None = None

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

    @property
    def index(self) -> Path:
        """Return where the overview goes."""
        return self.out / "index.html"

    @property
    def results(self) -> tuple[Path, ...]:
        """Return where the result files go."""
        return tuple(self.out / name for name in RESULTS)

    @property
    def workers(self) -> int:
        """Return how many notebooks run at a time."""
        return self.jobs or os.cpu_count() or 1

    @property
    def data(self) -> Path:
        """Return the folder the city is loaded from."""
        return self.city_folder or Path(self.city)

    @property
    def sources(self) -> tuple[Path, ...]:
        """Return the checklist and standards that are files of one's own."""
        own = sorted(Path(self.catalogue).glob("*.y*ml")) if self.catalogue else []
        return tuple(path for path in (Path(self.checklist), *own) if path.is_file())

    def shown(self, path: Path) -> str:
        """Return a path of the output as a person finds it: local, or at its address."""
        return f"{self.out_address.rstrip('/')}/{path.relative_to(self.out).as_posix()}" if self.out_address else str(path)


def is_address(text: str | Path) -> bool:
    """Return whether this is an address such as s3://bucket/folder and not a local path.

    Examples
    --------
    >>> is_address("s3://bucket/futian"), is_address("data/futian")
    (True, False)
    """
    return "://" in str(text)


def out_of(out: str | Path) -> dict[str, Any]:
    """Return where results go as fields of `Settings`: a folder, or an address."""
    return {"out": Path(), "out_address": str(out)} if is_address(out) else {"out": Path(out)}


def require_extra(*modules: str, what: str) -> None:
    """Raise InvalidParameters when the optional part that `what` needs is not installed."""
    if any(find_spec(name) is None for name in modules):
        raise InvalidParameters(f"{what} needs dask; it is not installed: pip install 'friendly-city[dask]'")


@dataclass(frozen=True, slots=True, kw_only=True)
class NationSettings:
    """What a run over many cities without notebooks is asked to do; the same words as the command line.

    Attributes
    ----------
    nation : str or Path
        A city folder, or a folder of city folders.
    period : str
        Year or quarter, as text.
    out : str or Path
        Folder for ``findings``, ``scores`` and ``manifest.json``; made when missing.
    checklist : str
        Name of a checklist, a YAML file, or the id of a standard.
    catalogue : str
        Folder with standards of one's own; '' for none.
    jobs : int
        Processes; 0: one a processor.
    at_once : int
        Cities held in memory at a time in each process.
    force : bool
        Audit again what is unchanged.
    quiet : bool
        No progress on stderr.
    """

    nation: str | Path
    period: str
    out: str | Path
    checklist: str = "community"
    catalogue: str = ""
    jobs: int = 0
    at_once: int = AT_ONCE
    force: bool = False
    quiet: bool = True


def require_settings(settings: Settings) -> None:
    """Raise InvalidParameters when a setting is not one of those allowed."""
    if settings.language not in LANGUAGES:
        raise InvalidParameters(f"lang must be one of {', '.join(LANGUAGES)}, not {settings.language!r}")
    if settings.edition not in EDITIONS:
        raise InvalidParameters(f"edition must be one of {', '.join(EDITIONS)}, not {settings.edition!r}")
    if settings.jobs < 0:
        raise InvalidParameters("jobs must be 1 or more (0: as many as there are processors)")
    if settings.timeout_s < 1 or settings.memory_mb < 0:
        raise InvalidParameters("timeout must be 1 second or more, memory 0 MiB (no limit) or more")
    require_writable(settings.out)
    require_apart(settings.out, settings.data)
    if settings.scheduler:
        require_extra("dask", "distributed", what="--scheduler")


def require_writable(out: Path) -> None:
    """Raise InvalidParameters unless files can be made in `out`, which need not be there yet."""
    there = next(path for path in (out.absolute(), *out.absolute().parents) if path.exists())
    if not there.is_dir():
        raise InvalidParameters(f"{there} is a file; --out names a folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise InvalidParameters(f"{there} cannot be written to; --out names a folder of yours")


def require_apart(out: Path, city: Path) -> None:
    """Raise InvalidParameters when results would be written among the data they come from, or around them."""
    results, data = out.resolve(), city.resolve()
    if results == data or data in results.parents or results in data.parents:
        raise InvalidParameters(f"--out {out} and the data in {city} must not lie one in the other; try --out reports")
