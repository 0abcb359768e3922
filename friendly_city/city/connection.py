"""What ``city.yaml`` says of a database: which environment variable holds the connection, and which tables hold what.

Never the connection itself: a password has no place in a file that is handed on. What looks like one is refused and not repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from friendly_city.city.dictionary import dictionary
from friendly_city.errors import nearest, shorten

KEYS = ("connection", "tables", "layers")
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
TABLE = re.compile(r"(?:[^\W\d]\w{0,62}\.)?[^\W\d]\w{0,62}")
"""A table, perhaps of a schema: letters (Chinese ones too), digits and _, as PostgreSQL has them without quotes."""
PLACE = "database"
"""What tables are of in problems: ``database#schema.table``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where a city keeps registers and layers that are not in its folder.

    `connection` is the name of an environment variable; `tables` and `layers` are tables by the name of register or layer.
    """

    connection: str
    tables: Mapping[str, str] = field(default_factory=dict)
    layers: Mapping[str, str] = field(default_factory=dict)

    def places(self) -> dict[str, str]:
        """Return where each register and layer stands, as it is called in problems.

        Examples
        --------
        >>> Database(connection="CITY", tables={"staff": "gov.staff"}).places()
        {'staff': 'database#gov.staff'}
        """
        return {name: f"{PLACE}#{table}" for name, table in (self.tables | self.layers).items()}  # type: ignore[operator]


def database_faults(key: str, value: Any) -> Iterator[tuple[str, ...]]:
    """Yield key, what is wrong, what was expected and perhaps the nearest name, for each fault of the entry of ``city.yaml``.

    Examples
    --------
    >>> list(database_faults("database", {"connection": "postgresql://me:secret@host/city"}))[0][:2]
    ('database.connection', 'this is no name of an environment variable')
    """
    if not isinstance(value, dict):
        yield key, "not a mapping", f"keys {', '.join(KEYS)}"
        return
    for name in value:
        if name not in KEYS:
            yield f"{key}.{_said(name)}", "unknown key", f"keys {', '.join(KEYS)}", nearest(_said(name), KEYS)
    if not VARIABLE.fullmatch(str(value.get("connection", ""))):
        expected = "capital letters, digits and _: the variable, not the file, holds the connection and its password"
        yield f"{key}.connection", "this is no name of an environment variable", expected
    words = dictionary()
    if not value.get("tables") and not value.get("layers"):
        yield key, "no tables", "tables or layers"
    for part, known in (("tables", words.registers), ("layers", words.layers)):
        yield from _tables(f"{key}.{part}", value.get(part) or {}, list(known))


def _tables(key: str, value: Any, known: list[str]) -> Iterator[tuple[str, ...]]:
    if not isinstance(value, dict):
        yield key, "not a mapping", "the table of each register or layer"
        return
    for name, table in value.items():
        if name not in known:
            yield f"{key}.{_said(name)}", "no such register or layer", f"one of {', '.join(known)}", nearest(_said(name), known)
        elif not TABLE.fullmatch(str(table)):
            yield f"{key}.{name}", f"{_said(table)!r} is no table", "table or schema.table: letters, digits and _"


def _said(value: object) -> str:
    """Return a value as it may be repeated: nothing of what could be a connection."""
    text = shorten(value)
    return "…" if "://" in text or "@" in text or "password" in text.lower() else text


def database_of(said: Any) -> Database | None:
    """Return what a sound entry says, None where there is none."""
    if not said:
        return None
    tables, layers = ({name: str(table) for name, table in (said.get(part) or {}).items()} for part in ("tables", "layers"))
    return Database(connection=said["connection"], tables=tables, layers=layers)
