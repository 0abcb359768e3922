"""The rows a finding rests on, so that a reader recognises them.

A facility is told by its name and the figure asked of it, others by title or date.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.access.network import once_per_city
from friendly_city.labels import Language, Text, label, quantity
from friendly_city.report.html import Content, Html, details, element, join, safe
from friendly_city.report.once import once_per_audit
from friendly_city.report.shown import in_its_language
from friendly_city.report.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from friendly_city.audit.model import Audit, Record
    from friendly_city.city.model import City

EVIDENCE_SHOWN = 8
"""Evidence rows listed in a table; the rest is in the download."""
COMMUNITY_CODE = re.compile(r"\d{12}")
NAMED_BY = {"facilities": ("name", "name_en"), "documents": ("title", "title")}
"""Columns that name a row of a register, in Chinese and English."""
DATED_BY = {"activities": "held_date", "meetings": "held_date", "inspections": "examined_date", "staff": "since_date"}
"""Columns that tell rows without a name apart. What a person answered is never shown."""
ID = {
    "facilities": "facility_id", "documents": "document_id", "activities": "activity_id", "meetings": "meeting_id",
    "inspections": "inspection_id", "staff": "staff_id",
}  # fmt: skip
UNITS = {
    "capacity_places": "places",
    "nursery_places": "places",
    "books_count": "books",
    "zones_count": "zones",
    "classes_count": "classes",
}


def evidence_cell(audit: Audit, row: Record, language: Language) -> Html:
    """Return how it was found out and the rows it rests on, folded when there are more than two."""
    rows = row["evidence"].split()
    how = element("span", label("method", row["method"]).of(language)) if row["method"] else None
    if not rows:
        return element("div", how or say("evidence_none", language), class_="evidence")
    listed = element("ul", *evidence_lines(audit, rows, measured(audit, row["criterion_id"]), language))
    if len(rows) > 2:
        listed = details(say("evidence_rows", language, count=len(rows)), listed)
    return element("div", how, listed, class_="evidence")


def evidence_lines(audit: Audit, rows: list[str], field: str, language: Language) -> list[Html]:
    """Return a line for each row, those of one register together; beyond `EVIDENCE_SHOWN` they are counted."""
    by_register: dict[str, list[str]] = {}
    for row in rows[:EVIDENCE_SHOWN]:
        register, _, row_id = row.partition("#")
        by_register.setdefault(register, []).append(row_id)
    lines = []
    for register, ids in by_register.items():
        for place, row_id in enumerate(ids):
            where = f"{label('register', register).of(language)} " if place == 0 else ""
            lines.append(element("li", where, _row(audit, register, row_id, field, language)))
    if len(rows) > EVIDENCE_SHOWN:
        lines.append(element("li", say("evidence_more", language, count=len(rows) - EVIDENCE_SHOWN)))
    return lines


def _row(audit: Audit, register: str, row_id: str, field: str, language: Language) -> Html:
    """Return a row by id and name; the code of the community stands for all its rows in a register."""
    if COMMUNITY_CODE.fullmatch(row_id):
        return safe(say("all_rows", language))
    parts: list[Content] = [element("code", row_id)]
    names = names_of_rows(audit.city).get(register)
    if names is not None and (name := names.of(row_id)):
        parts.append(in_its_language(name.of(language), language))
    if register == "facilities" and field and (value := values(audit, field).get(row_id)) is not None:
        parts.append(quantity(value, unit_of(field), language))
    return join(parts, " ")


def measured(audit: Audit, criterion_id: str) -> str:
    """Return the column of a facility that a criterion looks at, '' when it looks at none."""
    requirement = audit.checklist.item(criterion_id).criterion.requirement
    counted = getattr(requirement, "numerator", requirement)
    return str(getattr(counted, "field", ""))


def unit_of(field: str) -> str:
    """Return the unit of a column of facilities.

    Examples
    --------
    >>> unit_of("play_area_m2"), unit_of("books_count"), unit_of("play_sites_count")
    ('m2', 'books', 'count')
    """
    return "m2" if field.endswith("_m2") else UNITS.get(field, "count" if field.endswith("_count") else "none")


class Names:
    """What the rows of one register are called, found by id; as small as a register of a large city allows."""

    def __init__(self, frame: pd.DataFrame, register: str) -> None:
        ids = frame[ID[register]].to_numpy(dtype=str)
        self._order = np.argsort(ids, kind="stable")
        self._ids = ids[self._order]
        self._columns = [frame[name] for name in NAMED_BY.get(register) or (DATED_BY[register],) if name in frame]

    def of(self, row_id: str) -> Text | None:
        """Return the name of a row, or its date; None where it has neither."""
        place = int(np.searchsorted(self._ids, row_id))
        if place == len(self._ids) or self._ids[place] != row_id:
            return None
        said = [_said(column.iloc[self._order[place]]) for column in self._columns]
        return Text(said[0], said[-1] or said[0]) if said and said[0] else None


@once_per_city
def names_of_rows(city: City) -> Mapping[str, Names]:
    """Return what the rows of each register are called."""
    return {name: Names(city.registers[name], name) for name in (*NAMED_BY, *DATED_BY) if name in city.registers}


@once_per_audit
def values(audit: Audit, field: str) -> Mapping[str, float]:
    """Return a column of figures of the facilities, by facility; empty when there is none of that name."""
    frame = audit.city.registers.get("facilities")
    if frame is None or field not in frame or not pd.api.types.is_numeric_dtype(frame[field]):
        return {}
    known = frame[frame[field].notna()]
    return dict(zip(known["facility_id"], known[field].astype(float), strict=True))


def _said(value: object) -> str:
    if value is None or value != value or value is pd.NaT:  # noqa: PLR0124 - NaN
        return ""
    return str(value)[:10] if isinstance(value, pd.Timestamp) else str(value)
