"""Specifications: a small drawn table in, ratings out.

A table starts with the name of its register on a line of its own, then a line of columns, then rows, cells separated
by ``|``. ``in`` is the letter of the community. An empty cell is not known. Streets may be given by ``metres``.
Everything is fully reported unless a table ``reporting`` says otherwise; a register that is not drawn is empty, one
listed after ``without:`` is missing altogether.
"""

from __future__ import annotations

import math

import pytest

from friendly_city.audit.measures.fields import registers as dictionary
from tests.audit.cities import city_of, findings

OPTIONAL = ("activities", "meetings", "documents", "staff", "inspections", "indicators", "crossings")


def cell(register, column, text):
    """A cell as the loader gives it."""
    if text == "":
        return None
    if column in ("x_m", "y_m", "metres"):
        return float(text)
    field = dictionary()[register].get(column)
    kind = field.type if field else "string"
    return {"number": float, "integer": int, "boolean": lambda value: value == "true"}.get(kind, str)(text)


def tables_of(text):
    """Parse drawn tables: register -> list of rows; and the registers that are missing."""
    tables, without, register, columns = {}, (), "", ()
    for line in (line.strip() for line in text.strip().splitlines()):
        if line.startswith("without:"):
            without = tuple(line.removeprefix("without:").split())
        elif line in dictionary():
            register, columns = line, ()
            tables[register] = []
        elif line and not columns:
            columns = [part.strip() for part in line.split("|")]
        elif line:
            cells = [part.strip() for part in line.split("|")]
            assert len(cells) == len(columns), line
            row = {name: cell(register, name, text) for name, text in zip(columns, cells, strict=True)}
            tables[register].append({name: value for name, value in row.items() if value is not None})
    return tables, without


def street(row, number):
    """A street piece of so many metres, in its own row."""
    west = 1000.0 * (ord(row["in"]) - 65)
    given = dict(row)
    metres = given.pop("metres")
    return given | {"line": [(west, 100.0 + number), (west + metres, 100.0 + number)]}


def city_from(text, communities):
    """The city that is drawn."""
    tables, without = tables_of(text)
    own = tables.pop("communities", None)
    if own is not None:
        tables["communities_of"] = [{key: value for key, value in row.items() if key != "in"} for row in own]
    for row in tables.get("population", []):
        row.setdefault("sex", "female")
    streets = tables.pop("streets", None)
    if streets is not None:
        streets = [street(row, number) for number, row in enumerate(streets)]
    for register in OPTIONAL:
        tables.setdefault(register, [])
    for register in without:
        tables[register] = None
    return city_of(communities, streets=streets, **tables)


def said(row):
    """A finding in short: its rating, with the degree when partly met and the cause when not rated."""
    if row["rating"] == "partly_met":
        return f"partly_met {row['degree']:.4g}"
    return f"{row['rating']} {row['cause']}".strip()


@pytest.fixture
def rate():
    """Return a function from a drawn city and a requirement to the ratings by community."""

    def rated(text, requirement, *, communities="A", **more):
        frame = findings(city_from(text, communities), requirement, **more)
        for reason in (*frame["reason_zh"], *frame["reason_en"]):
            assert reason
            assert not any(word in reason for word in ("nan", "inf", "None", "NaT"))
        assert all(
            math.isnan(degree) == (rating in ("no_data", "not_applicable"))
            for degree, rating in zip(frame["degree"], frame["rating"], strict=True)
        )
        return {letter: said(row) for letter, row in frame.iterrows()}

    return rated
