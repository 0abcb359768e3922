"""Worked examples of each kind of requirement: small drawn tables in, ratings out. Read by the spec tests and the handbook."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from friendly_city.labels import Text
from friendly_city.standards.build import build, build_requirement
from friendly_city.standards.complaints import Complaints
from friendly_city.standards.reader import Node, read_nodes
from friendly_city.standards.requirement import Requirement

FILE = "examples.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One register as it is drawn: column names and rows of cells, '' for a cell that is not known."""

    register: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A requirement, registers to put it to, and the rating of each community.

    Attributes
    ----------
    id : str
        The kind it shows, or ``bands``.
    drawn : str
        The registers, as `drawn_tables` reads them.
    rated : tuple of (str, str, float or None)
        Letter of the community, its rating, and the degree when it is partly met.
    """

    id: str
    said: Text
    requirement: Requirement
    drawn: str
    rated: tuple[tuple[str, str, float | None], ...]


@cache
def examples() -> tuple[Example, ...]:
    """Return every worked example, in the order of the kinds.

    Examples
    --------
    >>> [example.id for example in examples()][:3]
    ['attest', 'count', 'bands']
    """
    raw = files("friendly_city.standards").joinpath(FILE).read_bytes()
    complaints = Complaints(FILE)
    # a file is a mapping; the examples are one list in it
    tree = read_nodes(b"examples:\n" + raw, FILE)
    made = tuple(_example(node, complaints) for node in tree.mapping["examples"].items)
    complaints.require_none()
    return made


def _example(node: Node, complaints: Complaints) -> Example:
    parts = node.mapping
    said, asked = build(parts["said"], Text, complaints), build_requirement(parts["requirement"], complaints)
    complaints.require_none()
    assert said is not None
    assert asked is not None
    rated = tuple(_rated(letter, outcome.text) for letter, outcome in parts["rated"].mapping.items())
    return Example(id=parts["id"].text, said=said, requirement=asked, drawn=parts["drawn"].text, rated=rated)


def _rated(letter: str, outcome: str) -> tuple[str, str, float | None]:
    rating, _, degree = outcome.partition(" ")
    return letter, rating, float(degree) if degree else None


def drawn_tables(drawn: str) -> tuple[Drawn, ...]:
    r"""Return the registers of a drawing: a name on a line of its own, a line of columns, then rows, cells parted by ``|``.

    Examples
    --------
    >>> drawn_tables("staff\nin | role\nA | child_director")[0].rows
    (('A', 'child_director'),)
    """
    tables: list[Drawn] = []
    lines = [tuple(cell.strip() for cell in line.split("|")) for line in drawn.strip().splitlines()]
    starts = [place for place, cells in enumerate(lines) if len(cells) == 1]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        tables.append(Drawn(register=lines[start][0], columns=lines[start + 1], rows=tuple(lines[start + 2 : end])))
    return tuple(tables)
