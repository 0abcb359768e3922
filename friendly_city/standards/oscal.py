"""A standard as a catalogue in the manner of NIST's OSCAL, as JSON.

It follows the shape of an OSCAL 1.1 catalogue: metadata, groups, controls with params, props, links and parts, back matter with
resources. A clause is a control of class ``clause``; a dimension is a group, whose controls are the criteria, with a link each to
its clause; a source is a resource of the back matter. Numbers are params; texts in two languages are parts, their class the
language. OSCAL has no words for the rest (obligation, text basis, kind of requirement, filter …): that is in props of our own
namespace, named by where the field is in our model. So a tool for OSCAL can show the catalogue, but not understand it, and only
this project can read it back. Where OSCAL has one title, it is the Chinese one; the English stands in a part or prop.

Nothing is taken from a clock: ``last-modified`` is the day from which the standard is in force, or of issue, and identifiers are
worked out from the content. These, ``version`` and the title of a clause (its number) are for other tools and are not read back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from friendly_city.labels import LANGUAGES, Text
from friendly_city.standards.leaves import Leaf, Path, dotted, entry_of, leaves_of, parts_of
from friendly_city.standards.model import Clause, Criterion, Dimension, Standard
from friendly_city.standards.tree import bare, tree_of

OURS = "urn:friendly-city:standard"
"""Our namespace."""
OSCAL_VERSION = "1.1.2"
NO_DATE = "1970-01-01"
"""Said to be last modified then: the date is not known, and OSCAL must have one."""
VALUE = re.compile(r"\S(.*\S)?")
"""What OSCAL takes as the value of a prop: one line, no space around it."""
REMARKS = "see-remarks"
"""The value of a prop whose text is not such a line and stands in its remarks."""
CLAUSES = "clauses"
STATEMENT = "statement"
"""OSCAL's name for what a control says: the text of a clause."""
PLACED = ("sources", "dimensions", "clauses", "criteria")
"""Lists of a standard that have their own place in a catalogue."""

Json = dict[str, Any]


def oscal_text(standard: Standard) -> str:
    """Return a standard as the text of a JSON catalogue.

    Parameters
    ----------
    standard : Standard
        Any standard.

    Raises
    ------
    InvalidParameters
        When something cannot be written: an entry with nothing in it, two conditions on one field.
    """
    return json.dumps(catalog_of(standard), ensure_ascii=False, indent=1) + "\n"


def catalog_of(standard: Standard) -> Json:
    """Return a standard as an OSCAL catalogue: nested mappings, lists and texts.

    Examples
    --------
    >>> from friendly_city.standards.load import load_standard
    >>> [group["id"] for group in catalog_of(load_standard("london-plan-s4"))["catalog"]["groups"]][:2]
    ['clauses', 'dimension_health']
    """
    leaves = list(leaves_of(tree_of(standard), Standard))
    clauses = [_control("clause", standard, leaves, place) for place in range(len(standard.clauses))]
    criteria = [_control("criterion", standard, leaves, place) for place in range(len(standard.criteria))]
    groups = [{"id": CLAUSES, "class": CLAUSES, "title": "条文 Clauses", "controls": clauses}]
    for place, dimension in enumerate(standard.dimensions):
        under = [made for made, criterion in zip(criteria, standard.criteria, strict=True) if criterion.dimension == dimension.id]
        groups.append(_group(dimension, _below(leaves, ("dimensions", place)), under))
    catalog = {
        "metadata": _metadata(standard, leaves),
        "groups": groups,
        "back-matter": {"resources": _resources(standard, leaves)},
    }
    return {"catalog": {"uuid": _uuid(json.dumps(catalog)), **catalog}}


def _uuid(text: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{OURS}:{text}"))


def _below(leaves: Iterable[Leaf], path: Path) -> list[Leaf]:
    """Return the leaves under a path, with what remains of theirs."""
    return [Leaf(leaf.path[len(path) :], leaf.text, leaf.kind) for leaf in leaves if leaf.path[: len(path)] == path]


def _metadata(standard: Standard, leaves: list[Leaf]) -> Json:
    day = max((day.isoformat() for day in (standard.in_force, standard.issued) if day), default=NO_DATE)
    head = [leaf for leaf in leaves if leaf.path[0] not in PLACED and leaf.path != ("title", "zh")]
    return {
        "title": standard.title.zh,
        "last-modified": f"{day}T00:00:00+08:00",
        "version": standard.number.strip() or standard.id,
        "oscal-version": OSCAL_VERSION,
        "props": [_prop(dotted(leaf.path), leaf.text) for leaf in head],
    }


def _resources(standard: Standard, leaves: list[Leaf]) -> list[Json]:
    made = []
    for place in range(len(standard.sources)):
        found = {dotted(leaf.path): leaf.text for leaf in _below(leaves, ("sources", place))}
        resource: Json = {"uuid": _uuid(f"{standard.id}:source:{place}:{json.dumps(found)}")}
        if "title" in found:
            resource["title"] = found.pop("title")
        if "url" in found:
            resource["rlinks"] = [{"href": found.pop("url")}]
        made.append(resource | _filled({"props": [_prop(name, text) for name, text in found.items()]}))
    return made


def _group(dimension: Dimension, leaves: list[Leaf], controls: list[Json]) -> Json:
    head = f"dimension_{dimension.id}"
    rest = [leaf for leaf in leaves if leaf.path not in (("id",), ("title", "zh"))]
    group = {"id": head, "class": "dimension", "title": dimension.title.zh, **dressed(rest, Dimension, head)}
    return group | _filled({"controls": controls})


def _control(word: str, standard: Standard, leaves: list[Leaf], place: int) -> Json:
    """Return a clause or a criterion as a control; its place among all of them is OSCAL's ``sort-id``."""
    thing: Clause | Criterion = standard.clauses[place] if word == "clause" else standard.criteria[place]
    head = f"{word}_{thing.id}"
    inner = _below(leaves, ("clauses" if word == "clause" else "criteria", place))
    if isinstance(thing, Criterion):
        placed: tuple[Path, ...] = (("id",), ("title", "zh"), ("clause",), ("dimension",))
        control: Json = {"id": head, "class": word, "title": thing.title.zh}
        control["links"] = [{"href": f"#clause_{thing.clause}", "rel": "clause"}]
    else:
        placed = (("id",),)
        control = {"id": head, "class": word, "title": thing.number.strip() or thing.id}
    control |= dressed([leaf for leaf in inner if leaf.path not in placed], type(thing), head)
    control["props"] = [{"name": "sort-id", "value": f"{place + 1:05d}"}, *control.get("props", [])]
    return control


def dressed(leaves: Iterable[Leaf], kind: type, head: str) -> Json:
    """Return the params, props and parts of a record: numbers, texts in two languages, and the rest."""
    made: dict[str, list[Json]] = {"params": [], "props": [], "parts": []}
    for leaf in leaves:
        name, last = dotted(leaf.path), leaf.path[-1]
        if bare(leaf.kind) in (int, float):
            made["params"].append({"id": f"{head}_{name}", "label": name, "values": [leaf.text]})
        elif last in LANGUAGES and _is_text(kind, leaf.path[:-1]):
            part_name = STATEMENT if kind is Clause and leaf.path[0] == "text" else dotted(leaf.path[:-1])
            part = {"id": f"{head}_{name}", "name": part_name, "ns": OURS, "class": last, "prose": leaf.text}
            made["parts"].append(part)
        else:
            made["props"].append(_prop(name, leaf.text))
    return _filled(made)


def _is_text(kind: Any, path: Path) -> bool:
    """Return whether a path within a record leads to a text in two languages."""
    for part in path:
        inner = parts_of(bare(kind)).get(str(part))
        kind = entry_of(kind) if isinstance(part, int) else inner.kind if inner else None
    return bare(kind) is Text


def _prop(name: str, text: str) -> Json:
    if VALUE.fullmatch(text):
        return {"name": name, "ns": OURS, "value": text}
    return {"name": name, "ns": OURS, "value": REMARKS, "remarks": text}


def _filled(parts: dict[str, list[Json]]) -> Json:
    return {name: entries for name, entries in parts.items() if entries}
