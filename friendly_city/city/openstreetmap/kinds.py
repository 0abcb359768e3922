"""Which tags of OpenStreetMap become which class, kind or column: an editable list, read and checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from friendly_city.city.dictionary import dictionary
from friendly_city.city.openstreetmap.extract import Tags
from friendly_city.errors import InvalidCity, Problem, nearest, shorten

SHIPPED = "kinds.yaml"
PARTS = ("streets", "crossings", "homes", "facilities")
KEYS = ("kind", "tags", "unless", "area")
ANY, PATTERN = "*", "~"
OTHER_STREET = "path"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the list: objects with all of `tags` and none of `unless` are of a kind; `area` takes a polygon's area."""

    kind: str
    tags: Mapping[str, tuple[str, ...]]
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    area: str = ""

    def fits(self, tags: Tags) -> bool:
        """Return whether an object with these tags is meant.

        Examples
        --------
        >>> Rule("park", {"leisure": ("park",)}, {"access": ("private",)}).fits({"leisure": "park", "access": "yes"})
        True
        """
        asked = all(has_value(tags.get(key), values) for key, values in self.tags.items())
        return asked and not any(has_value(tags.get(key), values) for key, values in self.unless.items())


@dataclass(frozen=True, slots=True)
class Kinds:
    """The whole list: class of street by `highway`, and rules by what they are for."""

    streets: Mapping[str, str]
    crossings: tuple[Rule, ...]
    homes: tuple[Rule, ...]
    facilities: tuple[Rule, ...]

    def street_class(self, highway: str) -> str:
        """Return the class of a street."""
        return self.streets.get(highway, OTHER_STREET)


def has_value(found: str | None, values: Sequence[str]) -> bool:
    """Return whether a value is among some; ``*`` is any, ``~`` begins a pattern for the whole. Several values are split at ;.

    Examples
    --------
    >>> has_value("clinic;doctors", ["clinic"]), has_value(None, ["*"]), has_value("第一小学", ["~.*小学.*"])
    (True, False, True)
    """
    if found is None:
        return False
    parts = {found, *(part.strip() for part in found.split(";"))}
    return any(
        value == ANY or value in parts or (value.startswith(PATTERN) and re.fullmatch(value[1:], found) is not None)
        for value in values
    )


def first_fit(rules: Iterable[Rule], tags: Tags) -> Rule | None:
    """Return the first rule that fits an object."""
    return next((rule for rule in rules if rule.fits(tags)), None)


def asked_of_extract(rules: Iterable[Rule]) -> dict[str, set[str] | bool]:
    """Return what to look for: the values of the first tag of each rule, True for any of a key.

    Examples
    --------
    >>> asked_of_extract([Rule("park", {"leisure": ("park",)}), Rule("x", {"name": ("~A.*",)})])
    {'leisure': {'park'}, 'name': True}
    """
    asked: dict[str, set[str] | bool] = {}
    for rule in rules:
        key, values = next(iter(rule.tags.items()))
        known = asked.get(key, set())
        open_ended = known is True or any(value == ANY or value.startswith(PATTERN) for value in values)
        asked[key] = True if open_ended or isinstance(known, bool) else known | set(values)
    return asked


def read_kinds(path: Path | None = None) -> Kinds:
    """Return the list shipped with the package, or one's own.

    Raises
    ------
    InvalidCity
        With everything in the file that is no kind, class or column of the data dictionary.

    Examples
    --------
    >>> read_kinds().street_class("residential")
    'branch'
    """
    import yaml

    shipped = files("friendly_city.city.openstreetmap").joinpath(SHIPPED)
    file = SHIPPED if path is None else str(path)
    try:
        text = shipped.read_text(encoding="utf-8") if path is None else path.read_text(encoding="utf-8")
        content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - text only: "no" stays text, nothing is executed
    except (yaml.YAMLError, ValueError, RecursionError) as err:
        raise InvalidCity([Problem(file, None, None, "", f"not YAML: {shorten(err)}", "valid YAML")]) from err
    problems = list(_faults(content, file))
    if problems:
        raise InvalidCity(problems)
    streets = {highway: name for name, highways in content["streets"].items() for highway in _texts(highways)}
    return Kinds(streets, *(tuple(_rule(said) for said in content[part]) for part in PARTS[1:]))


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _rule(said: Mapping[str, Any]) -> Rule:
    tags, unless = ({key: _texts(value) for key, value in said.get(name, {}).items()} for name in ("tags", "unless"))
    return Rule(said.get("kind", ""), tags, unless, said.get("area", ""))


def _faults(content: Any, file: str) -> Iterator[Problem]:
    if not isinstance(content, dict) or set(content) != set(PARTS):
        yield Problem(file, None, None, "", "not the parts of such a list", f"keys {', '.join(PARTS)}")
        return
    words = dictionary()
    classes = next(f.enum for f in words.layers["streets"].fields if f.name == "street_class")
    if not isinstance(content["streets"], dict) or not all(_are_values(value) for value in content["streets"].values()):
        yield Problem(file, None, None, "streets", "not a mapping", "class: values of the tag highway")
        return
    for name in content["streets"]:
        yield from _unknown(file, f"streets.{name}", name, classes)
    for part in PARTS[1:]:
        rules = content[part] if isinstance(content[part], list) else [None]
        for place, said in enumerate(rules, start=1):
            yield from _rule_faults(said, part, f"{part}.{place}", file)


def _rule_faults(said: Any, part: str, path: str, file: str) -> Iterator[Problem]:
    tags = said.get("tags") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(tags, dict) or not tags:
        yield Problem(file, None, None, path, "not a rule", f"keys {', '.join(KEYS)}; tags: key: value")
        return
    for name in said:
        yield from _unknown(file, path, name, KEYS)
    for name in ("tags", "unless"):
        values = said.get(name, {})
        if not isinstance(values, dict) or not all(_are_values(value) for value in values.values()):
            yield Problem(file, None, None, f"{path}.{name}", "not tags", "key: value, or key: [value, value]")
            continue
        for key, value in values.items():
            for pattern in (text[1:] for text in _texts(value) if text.startswith(PATTERN)):
                yield from _pattern_faults(file, f"{path}.{name}.{key}", pattern)
    if part == "homes":
        return
    register = dictionary().registers[part]
    if said.get("kind", "") or part == "crossings":
        yield from _unknown(file, f"{path}.kind", said.get("kind", ""), register.field("kind").enum)
    if said.get("area"):
        yield from _unknown(file, f"{path}.area", said["area"], [f.name for f in register.fields if f.unit == "m2"])


def _are_values(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and bool(value) and all(isinstance(text, str) for text in value))


def _pattern_faults(file: str, path: str, pattern: str) -> Iterator[Problem]:
    try:
        re.compile(pattern)
    except re.error as err:
        yield Problem(file, None, None, path, f"{shorten(pattern)!r} is no pattern: {err}", "a regular expression")


def _unknown(file: str, path: str, name: str, known: Sequence[str]) -> Iterator[Problem]:
    if name not in known:
        what, expected = f"{shorten(name)!r} is not known", f"one of {', '.join(known)}"
        yield Problem(file, None, None, path, what, expected, nearest(str(name), known))
