"""Which sheets and columns a standard or a checklist has as a workbook, worked out from the dataclasses.

A list of records is a sheet, a record a row, a field a column; a text in two languages is two columns side by side. What a
record holds many of (bands, steps) has a sheet of its own, whose first columns say to which row above it belongs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, get_args

from friendly_city.labels import LANGUAGES, Text
from friendly_city.standards.leaves import entry_of, parts_of
from friendly_city.standards.requirement import Requirement
from friendly_city.standards.tree import bare
from friendly_city.standards.words import closed_list

ABOUT = "about"
"""The sheet of what a document holds once: a row a field."""
IDENTITIES = ("id", "criterion")
"""Fields by which a row is known in the sheets below it; rows without one are known by their number."""
SINGULAR = {"criteria": "criterion", "select": "criterion"}


@dataclass(frozen=True, slots=True)
class Column:
    """One field, or one language of a text.

    Attributes
    ----------
    path : tuple of str
        Where it is within a row, e.g. ``threshold``, ``unit``.
    kind : type
        What it holds.
    of : (str, str)
        The class that has the field, and the name of the field.
    language : str
        ``zh`` or ``en`` of a text in two languages, else ''.
    choices : tuple of str
        The closed list of its values, if there is one.
    refers_to : str
        The sheet it names a row of, if any.
    required : bool
        Whether a workbook must have the column, whatever its rows are.
    """

    path: tuple[str, ...]
    kind: Any
    of: tuple[str, str]
    language: str = ""
    choices: tuple[str, ...] = ()
    refers_to: str = ""
    required: bool = True

    @property
    def name(self) -> str:
        """Return what stands in the first row."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table.

    Attributes
    ----------
    name : str
        Its name in the workbook.
    path : tuple of str
        Where its records lie below those of `parent`; ``*`` stands for their number in a list.
    keys : tuple of str
        Headings of the columns that say to which row of `parent` a row belongs.
    columns : tuple of Column
        The fields.
    parent : str
        Name of the sheet above; '' for lists of the document itself.
    identity : str
        Field by which a row is known in the sheets below; '' when it is its number.
    of : (str, str)
        The class and the field whose records these are.
    """

    name: str
    path: tuple[str, ...]
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    parent: str = ""
    identity: str = ""
    of: tuple[str, str] = ("", "")

    @property
    def headings(self) -> tuple[str, ...]:
        """Return the first row."""
        return (*self.keys, *(column.name for column in self.columns))

    @property
    def is_list(self) -> bool:
        """Return whether a row of the sheet above can have several rows here."""
        return self.path[-1:] == ("*",)

    @property
    def keys_below(self) -> tuple[str, ...]:
        """Return the keys of the sheets below this one."""
        own = SINGULAR.get(self.name, self.name.removesuffix("s"))
        return (own,) if self.identity else (*self.keys, own) if self.is_list else self.keys


@cache
def sheets_of(kind: Any) -> tuple[Sheet, ...]:
    """Return the sheets of a kind of document, parents before children; the first is `ABOUT`.

    Examples
    --------
    >>> from friendly_city.standards.model import Standard
    >>> [sheet.name for sheet in sheets_of(Standard)]
    ['about', 'sources', 'dimensions', 'clauses', 'criteria', 'requirement', 'steps', 'bands', 'bands.steps']
    """
    about = Sheet(ABOUT, (), (), tuple(_columns(kind, ())))
    sheets = {ABOUT: about}
    _add_below(about, kind, (), sheets)
    return tuple(sheets.values())


def variants(kind: Any) -> tuple[type, ...]:
    """Return the dataclasses a type stands for: each kind of requirement, or the one it is; none for a leaf."""
    inner = bare(kind)
    if inner is Requirement:
        return get_args(Requirement)
    return (inner,) if parts_of(inner) else ()


def _columns(kind: Any, above: tuple[str, ...]) -> Iterator[Column]:
    """Yield the columns of a record, of whatever kind it is; what has a sheet of its own is left out."""
    found: dict[tuple[str, ...], Column] = {}
    records = variants(kind)
    for record in records:
        for name, part in parts_of(record).items():
            inner, owner = bare(part.kind), (part.owner.__name__, name)
            if entry_of(inner) is not None or inner is Requirement:
                continue
            needed = part.required if len(records) == 1 else name == "kind"
            for column in _columns_of_field(inner, (*above, name), owner):
                found[column.path] = _merged(found.get(column.path), replace(column, required=column.required and needed))
    yield from found.values()


def _columns_of_field(kind: Any, path: tuple[str, ...], owner: tuple[str, str]) -> Iterator[Column]:
    if kind is Text:
        yield from (Column((*path, language), str, owner, language) for language in LANGUAGES)
    elif parts_of(kind):
        yield from _columns(kind, path)
    else:
        yield Column(path, kind, owner, choices=closed_list(path[-1], kind), refers_to=REFERENCES.get(owner, ""))


REFERENCES = {
    ("Criterion", "clause"): "clauses",
    ("Criterion", "dimension"): "dimensions",
    ("ChecklistFile", "gate_cap"): "grades",
}
"""Fields that name a row of another sheet."""


def _merged(first: Column | None, second: Column) -> Column:
    """Return a column that two kinds of requirement share: with the values of both, if both have closed lists."""
    if first is None:
        return second
    both = first.choices and second.choices
    return replace(first, choices=tuple(dict.fromkeys((*first.choices, *second.choices))) if both else ())


def _add_below(sheet: Sheet, kind: Any, above: tuple[str, ...], sheets: dict[str, Sheet]) -> None:
    """Add the sheets of what a record has many of, or of its requirement; depth first."""
    for record in variants(kind):
        for name, part in parts_of(record).items():
            path, entry = (*above, name), entry_of(part.kind)
            if entry is not None:
                _add(sheet, entry, (*path, "*"), sheets, (part.owner.__name__, name))
            elif bare(part.kind) is Requirement:
                _add(sheet, part.kind, path, sheets, (part.owner.__name__, name))
            else:
                _add_below(sheet, part.kind, path, sheets)


def _add(parent: Sheet, kind: Any, path: tuple[str, ...], sheets: dict[str, Sheet], of: tuple[str, str]) -> None:
    above = "" if parent.name == ABOUT else parent.name
    name = next(part for part in reversed(path) if part != "*")
    known = sheets.get(name)
    if known is not None and (known.parent, known.path) != (above, path):
        name = f"{parent.name}.{name}"
    if name in sheets:
        return
    columns = tuple(_columns(kind, ()))
    identity = next((name for name in IDENTITIES if (name,) in [column.path for column in columns]), "")
    sheets[name] = sheet = Sheet(name, path, parent.keys_below if above else (), columns, above, identity, of)
    _add_below(sheet, kind, (), sheets)
