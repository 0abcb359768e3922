"""Reading registers and layers from PostgreSQL with PostGIS: nothing but columns of tables, as text, and shapes.

One transaction that can only read, and ends by itself after a time. No SQL is put together from text: tables and columns are
objects of SQLAlchemy, which quotes their names. Only columns of the dictionary are asked for: what else a table holds stays
in the database. Nothing of the connection is ever repeated.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from friendly_city.city.check import check_indicators, checked
from friendly_city.city.connection import Database
from friendly_city.city.dictionary import Layer, Register
from friendly_city.city.layers import expected_crs, from_columns, is_expected
from friendly_city.city.settings import NAME as SETTINGS
from friendly_city.city.tables import Reading, Stored, tabulated
from friendly_city.errors import Problem, nearest

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Executable, Table

DRIVER = "postgresql+psycopg"
CONNECT_S, STATEMENT_S, LOCK_S = 10, 300, 10
"""Seconds after which a server that does not answer, a query that does not end, or a table that is locked is given up; ours."""
AT_ONCE = 5_000
"""Rows fetched at once."""
EXAMPLE = "postgresql://user:password@host:5432/database"
REFUSALS = {
    "password authentication failed": "user or password is not right",
    "no password supplied": "user or password is not right",
    "does not exist": "the user or the database does not exist",
    "no pg_hba.conf entry": "the server does not let this user in from here",
}
STATES = {
    "57014": (f"it took longer than {STATEMENT_S} s", "an index on the key, or a smaller table"),
    "55P03": ("the table is locked", "nobody changing it just now"),
    "22021": ("text that is not in the encoding of the database", "UTF-8"),
    "25006": ("reading it would change the database", "a table, or a view that only reads"),
    "42501": ("the user may not read it", "GRANT SELECT on the table, USAGE on its schema"),
}
"""What PostgreSQL's codes of errors mean here, and what helps."""


class _Unreadable(Exception):
    """A database or table that cannot be read: what, expected and perhaps the nearest name."""


def read_database(
    said: Database, registers: Mapping[str, Register], layers: Mapping[str, Layer], problems: list[Problem]
) -> Stored:
    """Return the registers and layers of a city that are in a database, typed and checked by themselves.

    Parameters
    ----------
    said : Database
        What ``city.yaml`` says.
    registers, layers : mapping
        What the dictionary says of each, by name; tables of others are not read.
    problems : list of Problem
        Every fault found is added here, those of a table under ``database#schema.table``. `ROW` is the number of the row in
        the order of the key.
    """
    found = Stored({}, {}, {})
    try:
        with _connected(said) as connection:
            readers: tuple[tuple[Any, Any, Any, Any], ...] = (
                (said.tables, registers, _register, found.registers),
                (said.layers, layers, _layer, found.layers),
            )
            for tables, items, read, into in readers:
                for name in (name for name in tables if name in items):
                    item = replace(items[name], file=said.places()[name])
                    reading = _told(connection, partial(read, connection, tables[name], item, problems), item, problems)
                    if reading is not None:
                        into[name] = reading
                        found.hashes[item.file] = hashlib.sha256(reading.table.to_csv(index=False).encode()).hexdigest()
    except _Unreadable as err:
        problems.append(Problem(SETTINGS, None, None, "database.connection", *err.args))
    return found


def _told(
    connection: Connection, read: Callable[[], Reading | None], item: Register | Layer, problems: list[Problem]
) -> Reading | None:
    """Return what is read of a table, None with the reason in `problems`; the next table can be read all the same."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        with connection.begin_nested():
            return read()
    except _Unreadable as err:
        problems.append(Problem(item.file, None, None, "", *err.args))
    except SQLAlchemyError as err:
        state = getattr(getattr(err, "orig", None), "sqlstate", None)
        what, expected = STATES.get(
            str(state), (f"it cannot be read (PostgreSQL error {state or 'without a code'})", item.text.en)
        )
        problems.append(Problem(item.file, None, None, "", what, expected))
    return None


def _url(variable: str) -> URL:
    """Return the connection that an environment variable holds."""
    try:
        import geoalchemy2  # noqa: F401 - teaches SQLAlchemy what a column of shapes is
        import psycopg  # noqa: F401 - told here if it is missing
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError as err:
        raise _Unreadable(f"{err.name} is not installed", "pip install 'friendly-city[sql]'") from None
    text = os.environ.get(variable, "")
    if not text:
        raise _Unreadable(f"the environment variable {variable} is not set", f"a connection in it, such as {EXAMPLE}")
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.get_backend_name() != "postgresql":
        raise _Unreadable(f"what the environment variable {variable} holds is no connection to PostgreSQL", EXAMPLE)
    return url.set(drivername=DRIVER)


@contextmanager
def _connected(said: Database) -> Iterator[Connection]:
    """Yield a connection in a transaction that sees one state of the database and can change nothing."""
    url = _url(said.connection)
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.pool import NullPool

    limits = f"-c statement_timeout={STATEMENT_S}s -c lock_timeout={LOCK_S}s -c default_transaction_read_only=on -c datestyle=ISO"
    given = url.query.get("options", "")
    options = " ".join([*([given] if isinstance(given, str) else given), limits])
    engine = create_engine(
        url.difference_update_query(["options"]),
        poolclass=NullPool,
        hide_parameters=True,
        isolation_level="REPEATABLE READ",
        connect_args={"connect_timeout": CONNECT_S, "options": options, "client_encoding": "utf8"},
    )
    try:
        connection = engine.connect().execution_options(postgresql_readonly=True)
    except SQLAlchemyError as err:
        text = str(err)
        what = next((said for sign, said in REFUSALS.items() if sign in text), "the server cannot be reached")
        raise _Unreadable(what, f"a connection in the environment variable {said.connection} that works") from None
    with connection:
        yield connection


def _table(connection: Connection, name: str, item: Register | Layer) -> tuple[Table, str]:
    """Return a table with the columns of the dictionary that it has, and the name of its column of shapes."""
    from geoalchemy2 import Geometry
    from sqlalchemy import Column, MetaData, Table, inspect
    from sqlalchemy.exc import NoSuchTableError

    schema, _, plain = name.rpartition(".")
    look = inspect(connection)
    try:
        columns = {column["name"]: column["type"] for column in look.get_columns(plain, schema=schema or None)}
    except NoSuchTableError:
        near = nearest(plain, [*look.get_table_names(schema or None), *look.get_view_names(schema or None)])
        raise _Unreadable("there is no such table", "a table or view the user may read", near) from None
    shapes = [column for column, kind in columns.items() if isinstance(kind, Geometry)]
    if isinstance(item, Layer) and len(shapes) != 1:
        raise _Unreadable(f"{len(shapes)} columns of shapes", "one of the type geometry")
    known = [field.name for field in item.fields if field.name in columns and field.name not in shapes]
    made = [*known, *shapes] if isinstance(item, Layer) else known
    return Table(plain, MetaData(), *map(Column, made), schema=schema or None), next(iter(shapes), "")


def _as_text(table: Table, item: Register | Layer) -> Executable:
    """Return the query that asks for the columns of a table as text (shapes as WKB in hex), in the order of the key."""
    from sqlalchemy import Text, cast, select

    texts = {column.name: cast(column, Text) for column in table.columns}
    keys = [item.key] if item.key in texts else list(texts)
    asked = [text.label(name) for name, text in texts.items()]
    return select(*asked).order_by(*(texts[key].collate("C") for key in keys))


def _register(connection: Connection, name: str, item: Register, problems: list[Problem]) -> Reading | None:
    table, _ = _table(connection, name, item)
    names = [column.name for column in table.columns] or [""]
    pieces = {"yield_per": AT_ONCE}
    rows = connection.execute(_as_text(table, item), execution_options=pieces) if len(table.columns) else ()
    cells = (["" if cell is None else cell for cell in row] for row in rows)
    numbered: Iterator[tuple[int, list[str]]] = chain([(1, names)], enumerate(cells, start=1))
    reading = tabulated(numbered, item, item.file, before=len(problems), problems=problems)
    reading = reading and replace(reading, table=checked(reading.table, item, problems))
    if reading is not None and item.name == "indicators":
        check_indicators(reading.table, item.file, problems)
    return reading


def _layer(connection: Connection, name: str, item: Layer, problems: list[Problem]) -> Reading | None:
    table, place = _table(connection, name, item)
    rows = connection.execute(_as_text(table, item)).all()
    columns = {column.name: [row[number] for row in rows] for number, column in enumerate(table.columns)}
    given = columns.pop(place)
    shapes = shapely.from_wkb(np.array([None, *given], dtype=object)[1:], on_invalid="ignore")
    for srid in set(shapely.get_srid(shapes[~shapely.is_missing(shapes)]).tolist()):
        if not is_expected(f"EPSG:{srid}", item.system):
            raise _Unreadable(f"coordinates in {f'EPSG:{srid}' if srid else 'an unnamed system'}", expected_crs(item.system))
    return from_columns(columns, shapely.set_srid(shapes, 0), given, layer=item, problems=problems)
