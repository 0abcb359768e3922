"""Reading ``city.yaml``: what the city is called, the CRS it is measured in, whether it is made up, and its sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from friendly_city.city.cells import MARKUP
from friendly_city.city.connection import Database, database_faults, database_of
from friendly_city.city.coordinates import NAMES
from friendly_city.city.dictionary import dictionary
from friendly_city.city.model import DataSource
from friendly_city.city.tables import decode
from friendly_city.errors import Problem, nearest, shorten
from friendly_city.labels import Text

NAME = "city.yaml"
KEYS = ("id", "name", "crs", "synthetic", "notice", "sources")
OPTIONAL = ("coordinates", "database")
SOURCE_KEYS = ("id", "title", "licence", "url", "accessed")
ID = r"[a-z0-9][a-z0-9_-]{0,39}"
BOTH = "{zh: …, en: …}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The content of ``city.yaml``; `notice` is printed on every map.

    `coordinates` are the systems of the registers and layers that are not in WGS 84, by name. `database` is where those are
    that are not in the folder.
    """

    id: str
    name: Text
    crs: str
    synthetic: bool
    notice: Text
    sources: tuple[DataSource, ...]
    coordinates: Mapping[str, str] = field(default_factory=dict)
    database: Database | None = None


def read_settings(folder: Path, problems: list[Problem]) -> Settings | None:
    """Return the content of ``city.yaml``, or None with every reason in `problems`."""
    import yaml

    path = folder / NAME
    if not path.is_file():
        problems.append(Problem(NAME, None, None, "", "the file is missing", f"keys {', '.join(KEYS)}"))
        return None
    text = decode(path.read_bytes(), NAME, problems)
    if text is None:
        return None
    try:
        content = _content(text)
    except (yaml.YAMLError, ValueError, RecursionError) as err:  # ValueError: an impossible date
        mark = getattr(err, "problem_mark", None)
        problems.append(Problem(NAME, mark.line + 1 if mark else None, None, "", f"not YAML: {shorten(err)}", "valid YAML"))
        return None
    found = list(_faults(content))
    problems += [Problem(NAME, _line(text, key), None, key, *rest) for key, *rest in found]
    return None if found else _settings(content)


def _content(text: str) -> Any:
    """Return the content of a YAML text, read by the fast parser; what that refuses, the one with the clearer messages reads."""
    import yaml

    with suppress(yaml.YAMLError, ValueError, RecursionError):
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    return yaml.safe_load(text)


def _line(text: str, key: str) -> int | None:
    """Return the line of a top-level key."""
    found = re.search(rf"^{re.escape(key.partition('.')[0])}\s*:", text, re.MULTILINE)
    return text[: found.start()].count("\n") + 1 if found else None


def _faults(content: Any) -> Iterator[tuple[str, ...]]:
    """Yield key, what is wrong, what was expected and perhaps the nearest name, for each fault."""
    if not isinstance(content, dict):
        yield "", "not a mapping", f"keys {', '.join(KEYS)}"
        return
    for key in content:
        if key not in (*KEYS, *OPTIONAL):
            yield shorten(key), "unknown key", f"keys {', '.join((*KEYS, *OPTIONAL))}", nearest(str(key), (*KEYS, *OPTIONAL))
    for key in KEYS:
        if key not in content:
            yield key, "the key is missing", "a value"
        else:
            yield from FAULTS[key](key, content[key])
    if "coordinates" in content:
        yield from _coordinates("coordinates", content["coordinates"])
    if "database" in content:
        yield from database_faults("database", content["database"])


def _id(key: str, value: Any) -> Iterator[tuple[str, ...]]:
    if not re.fullmatch(ID, str(value)):
        yield key, f"{shorten(value)!r}", "a short name of small letters, digits, - and _"


def _both(key: str, value: Any) -> Iterator[tuple[str, ...]]:
    if not isinstance(value, dict) or set(value) != {"zh", "en"} or not all(isinstance(v, str) and v for v in value.values()):
        yield key, "not a text in two languages", BOTH
    elif any(MARKUP.search(part) for part in value.values()):
        yield key, f"{shorten(value)}: markup is not allowed", "plain text"


def _crs(key: str, value: Any) -> Iterator[tuple[str, ...]]:
    if not is_metric(str(value)):
        yield key, f"{shorten(value)} is not a projected CRS in metres", "a code such as EPSG:4547"


def is_metric(crs: str) -> bool:
    """Return whether a code names a projected CRS in metres.

    Examples
    --------
    >>> is_metric("EPSG:4547"), is_metric("EPSG:4326")
    (True, False)
    """
    import pyproj
    from pyproj.exceptions import CRSError

    if not re.fullmatch(r"EPSG:[0-9]{4,6}", crs):
        return False
    try:
        found = pyproj.CRS.from_user_input(crs)
    except CRSError:
        return False
    return bool(found.is_projected and found.axis_info[0].unit_name == "metre")


def _synthetic(key: str, value: Any) -> Iterator[tuple[str, ...]]:
    if not isinstance(value, bool):
        yield key, f"{shorten(value)!r}", "true or false"


def _sources(key: str, value: Any) -> Iterator[tuple[str, ...]]:
    if not isinstance(value, list) or not value:
        yield key, "no list of sources", "at least one, with id, title and licence"
        return
    for place, source in enumerate(value, start=1):
        path = f"{key}.{place}"
        if not isinstance(source, dict):
            yield path, "not a mapping", f"keys {', '.join(SOURCE_KEYS)}"
            continue
        for name in source:
            if name not in SOURCE_KEYS:
                yield f"{path}.{shorten(name)}", "unknown key", f"keys {', '.join(SOURCE_KEYS)}", nearest(str(name), SOURCE_KEYS)
        for name in ("id", "licence"):
            if not source.get(name) or isinstance(source[name], (dict, list)):
                yield f"{path}.{name}", "no value", "a text"
        yield from _both(f"{path}.title", source.get("title"))


def _coordinates(key: str, value: Any) -> Iterator[tuple[str, ...]]:
    """Yield what is wrong with the coordinate systems: one for all, or by register or layer."""
    said = dict.fromkeys(placed_names(), value) if isinstance(value, str) else value
    if not isinstance(said, dict):
        yield key, f"{shorten(value)!r}", f"a system ({', '.join(NAMES)}, EPSG:…) for all, or one for each register or layer"
        return
    for name, system in said.items():
        if name not in placed_names():
            expected = f"one with positions: {', '.join(placed_names())}"
            yield f"{key}.{shorten(name)}", "no such register or layer", expected, nearest(str(name), placed_names())
        elif str(system) not in NAMES and not is_metric(str(system)):
            path, what = (key, value) if isinstance(value, str) else (f"{key}.{name}", system)
            expected = f"{', '.join(NAMES)}, or a projected CRS in metres such as EPSG:4547"
            yield path, f"{shorten(what)!r} is no coordinate system", expected, nearest(str(what).lower(), NAMES)
            if isinstance(value, str):
                return


@cache
def placed_names() -> tuple[str, ...]:
    """Return the registers and layers that have positions."""
    words = dictionary()
    return (*(name for name, register in words.registers.items() if register.is_point), *words.layers)


def _systems(said: Any) -> dict[str, str]:
    """Return the system of each register and layer that is not in WGS 84."""
    systems = dict.fromkeys(placed_names(), said) if isinstance(said, str) else said or {}
    return {name: str(system) for name, system in systems.items() if system != "wgs84"}


FAULTS = {"id": _id, "name": _both, "crs": _crs, "synthetic": _synthetic, "notice": _both, "sources": _sources}


def _settings(content: dict[str, Any]) -> Settings:
    return Settings(
        id=str(content["id"]),
        name=Text(**content["name"]),
        crs=str(content["crs"]),
        synthetic=content["synthetic"],
        notice=Text(**content["notice"]),
        sources=tuple(_source(source) for source in content["sources"]),
        coordinates=_systems(content.get("coordinates")),
        database=database_of(content.get("database")),
    )


def _source(source: dict[str, Any]) -> DataSource:
    known = {key: str(source[key]) for key in ("id", "licence", "url", "accessed") if source.get(key) is not None}
    return DataSource(title=Text(**source["title"]), **known)
