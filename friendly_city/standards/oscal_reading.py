"""A catalogue that `oscal` wrote, maybe edited since, back to the tree of a standard; whatever would be lost is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from friendly_city.standards.complaints import Complaints, one_of
from friendly_city.standards.leaves import Path, assembled
from friendly_city.standards.model import Standard
from friendly_city.standards.oscal import CLAUSES, OURS, STATEMENT
from friendly_city.standards.reader import Node

KEYS = {
    "catalog": ("uuid", "metadata", "groups", "back-matter"),
    "metadata": ("title", "last-modified", "version", "oscal-version", "props"),
    "back-matter": ("resources",),
    "resource": ("uuid", "title", "rlinks", "props"),
    "rlink": ("href",),
    "group": ("id", "class", "title", "params", "props", "parts", "controls"),
    "control": ("id", "class", "title", "links", "params", "props", "parts"),
    "link": ("href", "rel"),
    "param": ("id", "label", "values"),
    "prop": ("name", "ns", "value", "remarks"),
    "part": ("id", "name", "ns", "class", "prose"),
}
"""What is read; anything else in a catalogue would be lost."""
SORT_ID = "sort-id"


@dataclass(slots=True)
class _Found:
    """The leaves found so far, and where the things they belong to stand."""

    complaints: Complaints
    leaves: list[tuple[Path, Node]] = field(default_factory=list)
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def add(self, path: Path, node: Node) -> None:
        """Keep a text; one that is empty is none."""
        if not isinstance(node.value, str):
            self.complaints.at(node, node.shown, expected="a text")
        elif node.value:
            self.leaves.append((path, node))

    def place(self, path: Path) -> tuple[int, int]:
        """Return where what is missing should stand: in the nearest thing that is there."""
        return next(self.places[path[:length]] for length in range(len(path), -1, -1) if path[:length] in self.places)


def tree_from_oscal(document: Node, complaints: Complaints) -> Node:
    """Return the tree of the standard that a catalogue holds, as `standard_from` reads it.

    Parameters
    ----------
    document : Node
        The whole file, from `read_json`.
    complaints : Complaints
        Everything that is not as `oscal` writes it is noted here.
    """
    found = _Found(complaints)
    catalog = document.mapping.get("catalog", document)
    if catalog is document:
        complaints.at(document, "no catalogue", expected='{"catalog": …}, as it was exported')
    found.places[()] = (catalog.line, catalog.column)
    parts = _parts(catalog, "catalog", complaints)
    if "metadata" in parts:
        _read_metadata(parts["metadata"], found)
    groups = _entries(parts, "groups", complaints)
    _read_groups(groups, found)
    if "back-matter" in parts:
        resources = _entries(_parts(parts["back-matter"], "back-matter", complaints), "resources", complaints)
        for place, resource in enumerate(resources):
            _read_resource(resource, ("sources", place), found)
    return assembled(found.leaves, Standard, found.place, complaints)


def _parts(node: Node, kind: str, complaints: Complaints) -> dict[str, Node]:
    """Return the values of a mapping, and note when it is none or has keys that are not read."""
    if not isinstance(node.value, dict):
        complaints.at(node, node.shown, expected=f"a {kind}")
    for key in node.mapping:
        if key not in KEYS[kind]:
            complaints.unknown_key(node, key, KEYS[kind])
    return node.mapping


def _entries(parts: dict[str, Node], name: str, complaints: Complaints) -> tuple[Node, ...]:
    node = parts.get(name)
    if node is not None and not isinstance(node.value, tuple):
        complaints.at(node, node.shown, expected="a list")
    return node.items if node is not None else ()


def _read_metadata(node: Node, found: _Found) -> None:
    parts = _parts(node, "metadata", found.complaints)
    if "title" in parts:
        found.add(("title", "zh"), parts["title"])
    _read_dress(parts, (), found)


def _read_resource(node: Node, path: Path, found: _Found) -> None:
    found.places[path] = (node.line, node.column)
    parts = _parts(node, "resource", found.complaints)
    if "title" in parts:
        found.add((*path, "title"), parts["title"])
    for link in _entries(parts, "rlinks", found.complaints):
        inner = _parts(link, "rlink", found.complaints)
        found.add((*path, "url"), inner.get("href", link))
    _read_dress(parts, path, found)


def _read_groups(groups: Sequence[Node], found: _Found) -> None:
    """Read the group of clauses and the groups of criteria, these in the order of their ``sort-id``."""
    dimensions = 0
    clauses: list[Node] = []
    criteria: list[tuple[Node, Node]] = []
    for group in groups:
        parts = _parts(group, "group", found.complaints)
        kind, controls = parts.get("class", group), _entries(parts, "controls", found.complaints)
        if kind.text == CLAUSES:
            clauses.extend(controls)
        elif kind.text == "dimension":
            dimension = _read_dimension(group, parts, ("dimensions", dimensions), found)
            criteria.extend((control, dimension) for control in controls)
            dimensions += 1
        else:
            found.complaints.at(kind, f"a group of class {kind.shown}", expected=one_of((CLAUSES, "dimension")))
    for place, clause in enumerate(_sorted(clauses, found.complaints)):
        _read_control(clause, "clause", ("clauses", place), found)
    under = {id(control): dimension for control, dimension in criteria}
    for place, criterion in enumerate(_sorted([control for control, _ in criteria], found.complaints)):
        _read_control(criterion, "criterion", ("criteria", place), found)
        found.add(("criteria", place, "dimension"), under[id(criterion)])


def _sorted(controls: Iterable[Node], complaints: Complaints) -> list[Node]:
    order: dict[int, str] = {}
    kept = []
    for control in controls:
        props = [prop.mapping for prop in control.mapping.get("props", control).items]
        places = [prop["value"].text for prop in props if "value" in prop and "name" in prop and prop["name"].text == SORT_ID]
        if not places:
            complaints.at(control, f"no prop {SORT_ID!r}", expected=f"{SORT_ID}: the place among all clauses or criteria")
        order[id(control)] = places[0] if places else ""
        kept.append(control)
    return sorted(kept, key=lambda control: order[id(control)])


def _read_dimension(node: Node, parts: dict[str, Node], path: Path, found: _Found) -> Node:
    """Read what a group says of its dimension and return its id."""
    found.places[path] = (node.line, node.column)
    name = _without(parts.get("id", node), "dimension_", found.complaints)
    found.add((*path, "id"), name)
    if "title" in parts:
        found.add((*path, "title", "zh"), parts["title"])
    _read_dress(parts, path, found)
    return name


def _read_control(node: Node, word: str, path: Path, found: _Found) -> None:
    found.places[path] = (node.line, node.column)
    parts = _parts(node, "control", found.complaints)
    if (kind := parts.get("class", node)).text != word:
        found.complaints.at(kind, f"a control of class {kind.shown}", expected=word)
    found.add((*path, "id"), _without(parts.get("id", node), f"{word}_", found.complaints))
    if "title" in parts and word == "criterion":
        found.add((*path, "title", "zh"), parts["title"])
    for link in _entries(parts, "links", found.complaints):
        inner = _parts(link, "link", found.complaints)
        if word == "clause" or inner.get("rel", link).text != "clause":
            found.complaints.at(link, "a link that is not read", expected="a link of a criterion with rel: clause")
        else:
            found.add((*path, "clause"), _without(inner.get("href", link), "#clause_", found.complaints))
    _read_dress(parts, path, found)


def _without(node: Node, head: str, complaints: Complaints) -> Node:
    """Return a text without what it must start with."""
    if not node.text.startswith(head):
        complaints.at(node, node.shown, expected=f"{head}<id>")
    return node.of(node.text.removeprefix(head))


def _read_dress(parts: dict[str, Node], path: Path, found: _Found) -> None:
    """Read the params, props and parts of a record."""
    for param in _entries(parts, "params", found.complaints):
        inner = _parts(param, "param", found.complaints)
        values = _entries(inner, "values", found.complaints)
        if len(values) != 1:
            found.complaints.at(inner.get("values", param), f"{len(values)} values", expected="one")
        for value in values:
            found.add((*path, *_path(inner.get("label", param))), value)
    for prop in _entries(parts, "props", found.complaints):
        inner = _parts(prop, "prop", found.complaints)
        if inner.get("name", prop).text != SORT_ID and _is_ours(inner, prop, found.complaints):
            found.add((*path, *_path(inner["name"])), inner.get("remarks", inner.get("value", prop)))
    for part in _entries(parts, "parts", found.complaints):
        inner = _parts(part, "part", found.complaints)
        if _is_ours(inner, part, found.complaints):
            name = inner["name"] if inner["name"].text != STATEMENT else inner["name"].of("text")
            found.add((*path, *_path(name), inner.get("class", part).text), inner.get("prose", part))


def _is_ours(inner: dict[str, Node], node: Node, complaints: Complaints) -> bool:
    space = inner.get("ns", node)
    if space.text == OURS and inner.get("name", node).text:
        return True
    complaints.at(space, f"a prop or part of another namespace, {space.shown}", expected=f"a name, and ns: {OURS}")
    return False


def _path(name: Node) -> Path:
    return tuple(_numbered(name.text))


def _numbered(name: str) -> Iterator[str | int]:
    for part in name.split("."):
        yield int(part) if part.isascii() and part.isdigit() else part
