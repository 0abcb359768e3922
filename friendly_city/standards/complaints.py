"""The list of everything that is wrong with one file, each thing at its node."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from friendly_city.errors import InvalidStandard, Problem, nearest
from friendly_city.standards.reader import Node

MAX_NAMES = 12
"""Names listed when something is unknown and like none of them."""
MEANT = {
    "percent": "share", "per_cent": "share", "%": "share", "m²": "m2", "sqm": "m2", "km²": "km2", "metre": "m", "meter": "m",
    "metres": "m", "meters": "m", "minutes": "min", "people": "persons", "person": "persons", "pieces": "count", "piece": "count",
    "number": "count", "per_month": "per_year", "‰": "per_1000",
    "min": "at_least", "minimum": "at_least", "target": "at_least", "max": "at_most", "maximum": "at_most",
}  # fmt: skip
"""What people write, and what it is called here."""


def one_of(names: Iterable[str]) -> str:
    """Return what is expected where a name must be one of several.

    Examples
    --------
    >>> one_of(["m", "km"]), one_of(["share"])
    ('one of m, km', 'share')
    """
    known = tuple(dict.fromkeys(names))
    return f"one of {', '.join(known)}" if len(known) > 1 else "".join(known)


def meant(name: str, known: Iterable[str]) -> str:
    """Return the known name that was probably meant, '' for none.

    Examples
    --------
    >>> meant("percent", ["share", "m2"]), meant("plces", ["places"]), meant("x", ["share"])
    ('share', 'places', '')
    """
    names = tuple(known)
    return MEANT[name] if MEANT.get(name) in names else nearest(name, names)


@dataclass(frozen=True, slots=True)
class Complaints:
    """Collects the problems of one file.

    Examples
    --------
    >>> complaints = Complaints("x.yaml")
    >>> complaints.at(Node("6", 3, 7, "weights.may"), "too heavy", expected="at most 3")
    >>> print(complaints.problems[0])
    x.yaml:3:7 weights.may: too heavy; expected at most 3
    """

    file: str
    problems: list[Problem] = field(default_factory=list)

    def at(self, node: Node, what: str, *, expected: str = "", near: str = "") -> None:
        """Note a problem at a node."""
        self.problems.append(Problem(self.file, node.line, node.column, node.path, what, expected, near))

    def at_key(self, node: Node, key: str, what: str, *, expected: str = "", near: str = "") -> None:
        """Note a problem at a key of a mapping."""
        line, column = node.keys.get(key, (node.line, node.column))
        path = f"{node.path}.{key}".lstrip(".")
        self.problems.append(Problem(self.file, line, column, path, what, expected, near))

    def unknown_key(self, node: Node, key: str, known: Iterable[str]) -> None:
        """Note a key of a mapping that is not among those known."""
        names = tuple(known)
        self.at_key(node, key, f"unknown key {key!r}", expected=one_of(names), near=meant(key, names))

    def unknown(self, node: Node, kind: str, known: Iterable[str], *, listed: str = "") -> None:
        """Note a name that refers to nothing; the names there are, if few and none is like it, else where they are listed."""
        names = tuple(known)
        near = nearest(node.text, names)
        few = not near and len(names) <= MAX_NAMES
        self.at(node, f"no {kind} {node.shown}", expected=one_of(names) if few else "" if near else listed, near=near)

    def sorted(self) -> list[Problem]:
        """Return every problem once, by its place in the file."""
        return sorted(dict.fromkeys(self.problems), key=_place)

    def require_none(self) -> None:
        """Raise when there is any problem.

        Raises
        ------
        InvalidStandard
            With every problem once, by its place in the file.
        """
        if self.problems:
            raise InvalidStandard(self.sorted())


def _place(problem: Problem) -> tuple[int, int]:
    return problem.line or 0, problem.column or 0
