"""One notebook, many questions: which combinations of parameters there are, and the job of each. Writes nothing (`swept` runs).

Any notebook of this project will do: `access` for each service and subdistrict, `crosswalk` for each axis. Every parameter is
checked before anything runs.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from friendly_city.batch.files import sha256_of
from friendly_city.batch.fingerprint import Foundation, fingerprint, package_hash, versions
from friendly_city.batch.jobs import FORKED, OVERVIEW, Job, is_up_to_date
from friendly_city.batch.manifest import NAME as MANIFEST
from friendly_city.batch.manifest import read_manifest, require_own
from friendly_city.batch.parameters import default_parameters, find_notebook, require_parameters, typed
from friendly_city.batch.settings import require_apart, require_writable
from friendly_city.city.load import find_folder, load_city
from friendly_city.city.model import AGE_BANDS
from friendly_city.errors import InvalidParameters, UnknownName
from friendly_city.labels import LANGUAGES, Language, Text, label

if TYPE_CHECKING:
    from friendly_city.city.model import City

ALL = "all"
"""Value that stands for every one there is, of the parameters in `EVERY`."""
EVERY = ("kind", "subdistrict", "community", "age_band")
PLACES = ("subdistrict", "community")
MOST = 5_000
"""Pages of one sweep at most (ours): more is a slip of the pen."""
LONGEST = 120
"""Characters of the name of a folder at most."""
PAGE, INDEX, TABLE = "report.html", "index.html", "runs.csv"
UNFIT = re.compile(r"[^A-Za-z0-9_.-]+")
"""What stands in no name of a folder."""
TAKEN = frozenset({OVERVIEW, INDEX, TABLE, MANIFEST})
"""Names that no folder of a run may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What a sweep is asked to do; the same words as the command line.

    Attributes
    ----------
    notebook : str
        Name or path.
    each : mapping of str to tuple of str
        Values of each parameter that varies, as text; every combination is run. ``all`` stands for every kind of facility the
        city has, every subdistrict, every community, every age band.
    shared : mapping of str to str
        Values, as text, of parameters that are the same in all runs.
    out : Path
        Folder for ``<key>/report.html``, ``<key>/<notebook>.ipynb``, ``index.html``, ``runs.csv``, ``manifest.json``.
    language : str
        Language of the pages, given to the notebook as its parameter.
    jobs, timeout_s, memory_mb, engine, force, quiet
        As in `friendly_city.batch.settings.Settings`.
    """

    notebook: str
    each: Mapping[str, tuple[str, ...]]
    out: Path
    shared: Mapping[str, str] = field(default_factory=dict)
    language: Language = "zh"
    jobs: int = 0
    timeout_s: int = 600
    memory_mb: int = 2048
    engine: str = FORKED
    force: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One combination.

    Attributes
    ----------
    job : Job
        What is to be run.
    given : mapping of str to str
        Values of the parameters that vary, as text.
    words : mapping of str to Text
        What these values are called.
    """

    job: Job
    given: Mapping[str, str]
    words: Mapping[str, Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A sweep that has been planned.

    Attributes
    ----------
    sweep : Sweep
        What was asked.
    notebook : Path
        The notebook that is run.
    city : City or None
        The city all runs are about, loaded once; None where they differ or the notebook has none.
    shared : mapping
        The parameters all runs share, typed.
        Those that vary hold their defaults.
    runs : tuple of Run
        One for each combination.
    """

    sweep: Sweep
    notebook: Path
    city: City | None
    shared: Mapping[str, Any]
    runs: tuple[Run, ...]

    @property
    def fresh(self) -> tuple[Job, ...]:
        """Return the jobs that must run: all with `force`, else those whose page is missing or out of date."""
        return tuple(run.job for run in self.runs if self.sweep.force or not is_up_to_date(run.job))

    @property
    def strays(self) -> tuple[Path, ...]:
        """Return the pages in the folder that no run of this sweep makes, e.g. of one with other values."""
        return strays(self.sweep.out, (run.job.key for run in self.runs))


def strays(out: Path, keys: Iterable[str]) -> tuple[Path, ...]:
    """Return the pages in a folder that are of none of the runs with these keys."""
    own = {out / key / PAGE for key in keys}
    return tuple(sorted(path for path in out.glob(f"*/{PAGE}") if path not in own))


def plan_sweep(sweep: Sweep) -> Planned:
    """Check everything a sweep asks for and say which notebooks are to run; writes nothing.

    Raises
    ------
    InvalidParameters, UnknownName
        For a notebook, parameter or value that is not there or of another type, and for combinations that cannot be told
        apart or are too many.
    """
    notebook = find_notebook(sweep.notebook)
    defaults = default_parameters(notebook)
    given = {**sweep.shared, **({"language": sweep.language} if "language" in defaults else {})}
    _require_sane(sweep)
    require_own(read_manifest(sweep.out), sweep.out, notebook=notebook.stem)
    shared = typed(notebook, given)
    require_parameters(notebook, shared)
    _require_values(notebook, {name: [value for value in wanted if value != ALL] or [ALL] for name, wanted in sweep.each.items()})
    city = _city_of(sweep, {**defaults, **shared})
    values = {name: _values(name, wanted, city) for name, wanted in sweep.each.items()}
    _require_values(notebook, values)
    count = math.prod(map(len, values.values()))
    if not count:
        lacking = ", ".join(name for name, found in values.items() if not found)
        raise InvalidParameters(f"nothing to run: no value of {lacking}")
    if count > MOST:
        raise InvalidParameters(f"{count:,} combinations; one sweep runs at most {MOST:,}")
    foundation = _foundation([*defaults.values(), *shared.values(), *(value for found in values.values() for value in found)])
    words = {name: _words(name, found, city) for name, found in values.items()}
    runs = [
        _run(sweep, notebook, foundation, shared, dict(zip(values, found, strict=True)), words, len(city.codes) if city else 0)
        for found in product(*values.values())
    ]
    _require_distinct(runs)
    return Planned(sweep=sweep, notebook=notebook, city=city, shared={**defaults, **shared}, runs=tuple(runs))


def _run(
    sweep: Sweep, notebook: Path, foundation: Foundation, shared: Mapping[str, Any], values: Mapping[str, str],
    called: Mapping[str, Mapping[str, Text]], communities: int,
) -> Run:  # fmt: skip
    """Return one combination and its job."""
    parameters = {**shared, **typed(notebook, values)}
    words = {name: called[name][value] for name, value in values.items()}
    key = "-".join(UNFIT.sub("-", value).strip("-.") or "none" for value in values.values())
    job = Job(
        key=key,
        name=" · ".join(word.of(sweep.language) for word in words.values()),
        notebook=notebook,
        parameters=parameters,
        page=sweep.out / key / PAGE,
        executed=sweep.out / key / notebook.name,
        title="",
        language=sweep.language,
        fingerprint=fingerprint(foundation, notebook, {**parameters, "language": sweep.language}),
        subject="",
        working_folder=Path.cwd(),
        timeout_s=sweep.timeout_s,
        memory_mb=sweep.memory_mb,
        engine=sweep.engine,
        communities=communities,
    )
    return Run(job=job, given=values, words=words)


def _require_values(notebook: Path, each: Mapping[str, Sequence[str]]) -> None:
    """Refuse values of parameters that the notebook does not have, or that are of another type."""
    for name, values in each.items():
        for value in values:
            require_parameters(notebook, typed(notebook, {name: value}))


def _require_distinct(runs: Sequence[Run]) -> None:
    """Refuse combinations whose folders would have one name, and a name that is taken."""
    seen: dict[str, Run] = {}
    for run in runs:
        other = seen.setdefault(run.job.key.lower(), run)
        if other is not run:
            said = " and ".join(str(dict(one.given)) for one in (other, run))
            raise InvalidParameters(f"{said} would both be in the folder {run.job.key}")
        if run.job.key.lower() in TAKEN or len(run.job.key) > LONGEST:
            taken = ", ".join(sorted(TAKEN))
            raise InvalidParameters(f"{run.job.key} cannot name a folder: at most {LONGEST} characters, and none of {taken}")


def _require_sane(sweep: Sweep) -> None:
    """Refuse settings that cannot be."""
    if not sweep.each:
        raise InvalidParameters("nothing varies: name a parameter and its values, e.g. --each kind=library,park")
    for name in sweep.each:
        if name in {*sweep.shared, "language"}:
            raise InvalidParameters(f"{name} cannot both vary and be the same in all runs")
    if sweep.jobs < 0 or sweep.timeout_s < 1 or sweep.memory_mb < 0:
        raise InvalidParameters("jobs and memory must be 0 or more, timeout 1 second or more")
    require_writable(sweep.out)


def _city_of(sweep: Sweep, given: Mapping[str, Any]) -> City | None:
    """Return the city all runs are about, or None; none lies around the folder of the results or in it."""
    for each in sweep.each.get("city", ()):
        require_apart(sweep.out, find_folder(each))
    folder = given.get("city")
    if "city" in sweep.each or not isinstance(folder, str):
        return None
    require_apart(sweep.out, find_folder(folder))
    return load_city(folder)


def _values(name: str, wanted: Sequence[str], city: City | None) -> tuple[str, ...]:
    """Return the values of a parameter, each once, `ALL` written out.

    Raises
    ------
    UnknownName
        For a subdistrict or community that the city does not have.
    """
    found = dict.fromkeys(value for text in wanted for value in (_every(name, city) if text == ALL else (text,)))
    if name in PLACES and city is not None:
        there = _every(name, city)
        for value in found:
            if value and value not in there:
                raise UnknownName(name, value, there)
    return tuple(found)


def _every(name: str, city: City | None) -> tuple[str, ...]:
    """Return every value of a parameter there is."""
    if name == "age_band":
        return tuple(AGE_BANDS)
    if name not in EVERY or city is None:
        raise InvalidParameters(f"{name}={ALL}: only {', '.join(EVERY)} of one city can be written out; name the values")
    if name == "kind":
        return tuple(sorted(city.register("facilities")["kind"].unique()))
    if name == "community":
        return tuple(str(code) for code in city.codes)
    return tuple(sorted(city.communities["subdistrict_code"].astype(str).unique()))


def _words(name: str, values: Sequence[str], city: City | None) -> dict[str, Text]:
    """Return what the values of a parameter are called; those called alike have their value beside it."""
    words = {value: _word(name, value, city) for value in values}
    times = {language: Counter(word.of(language) for word in words.values()) for language in LANGUAGES}
    return {
        value: Text(f"{word.zh}（{value}）", f"{word.en} ({value})")
        if any(times[language][word.of(language)] > 1 for language in LANGUAGES)
        else word
        for value, word in words.items()
    }


def _word(name: str, value: str, city: City | None) -> Text:
    """Return what a value is called."""
    if name == "kind":
        return label("facility", value)
    if name == "age_band":
        return label("age_band", value)
    if name == "community" and city is not None and value in city.codes:
        return city.name_of(value)
    if name == "subdistrict" and city is not None:
        there = city.communities["subdistrict_code"].astype(str).eq(value)
        return city.subdistrict_of(str(city.codes[there][0])) if there.any() else Text(value or "全部", value or "all")
    return Text(value, value)


def _foundation(given: Iterable[Any]) -> Foundation:
    """Return what every page of a sweep depends on: the files that parameters name, this package, the libraries."""
    named = {value for value in given if isinstance(value, str) and value}
    files = {f"{name}/{path.name}": sha256_of(path) for name in sorted(named) for path in _files_of(Path(name))}
    return Foundation(files, "", package_hash(), versions())


def _files_of(path: Path) -> tuple[Path, ...]:
    """Return the file, or the files of the folder, that a parameter names here or in a folder above; none for a plain word."""
    try:
        for base in (Path.cwd(), *Path.cwd().parents):
            if (base / path).is_file():
                return (base / path,)
            if (base / path).is_dir():
                return tuple(sorted(file for file in (base / path).iterdir() if file.is_file()))
    except OSError:  # too long to name a file, or a folder that is not open to us
        return ()
    return ()
