"""What is not forbidden but looks wrong in a city that loads: shifted coordinates, points that stand twice, doors far away.

Nothing here stops a load; `friendly-city city check` tells it, and fails for it only when asked to (`--strict`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.city.belonging import rows_about
from friendly_city.city.dictionary import dictionary
from friendly_city.city.shifted import shifted
from friendly_city.city.tables import ROW
from friendly_city.errors import Problem

if TYPE_CHECKING:
    from friendly_city.city.model import City

HEAP = 5
"""Rows of one register on the same spot, of whatever kind, that look like a place nobody measured; ours."""
FAR_M = 1000.0
"""Metres from the point of a facility beyond which an entrance looks like another facility's; ours."""
PLACE = ["longitude", "latitude"]
SAME = {"homes": PLACE, "facilities": [*PLACE, "kind"]}
"""Columns in which no two rows are the same; crossings of one junction may share its middle."""


def doubtful(city: City) -> list[Problem]:
    """Return what looks wrong in a city that loads; an empty list where all is well.

    Examples
    --------
    >>> from friendly_city.city.load import load_city
    >>> doubtful(load_city("data/futian"))
    []
    """
    return [*shifted(city), *doubled(city), *far_entrances(city)]


def doubled(city: City) -> list[Problem]:
    """Return rows of point registers that stand on the spot of an earlier row: of its kind, or one of many there."""
    words = dictionary()
    return [
        problem
        for name, table in city.registers.items()
        if words.registers[name].is_point
        for problem in _doubled(table, SAME.get(name), words.registers[name].file)
    ]


def _doubled(table: pd.DataFrame, same: list[str] | None, file: str) -> list[Problem]:
    heap = table.groupby(PLACE)[ROW].transform("size") >= HEAP
    again = heap & table.duplicated(PLACE)
    if same:
        again |= table.duplicated(same)
    first = table[again].merge(table.drop_duplicates(PLACE)[[*PLACE, ROW]], on=PLACE, suffixes=("", "_first"), how="left")
    expected = "a place of its own, or one row for one thing"
    return [
        Problem(file, int(row), None, "longitude", f"the same place as line {other}", expected)
        for row, other in zip(first[ROW], first[f"{ROW}_first"], strict=True)
    ]


def far_entrances(city: City) -> list[Problem]:
    """Return entrances farther than `FAR_M` from the point of their facility."""
    place, row = rows_about(city, city.register("facilities"), "entrances")
    if not len(row):
        return []
    facilities, entrances = city.register("facilities").iloc[place], city.register("entrances").iloc[row]
    away_m = np.hypot(*(entrances[axis].to_numpy() - facilities[axis].to_numpy() for axis in ("x_m", "y_m")))
    file, expected = dictionary().registers["entrances"].file, f"an entrance within {FAR_M:g} m of its facility"
    return [
        Problem(file, int(line), None, "facility_id", f"{metres:,.0f} m from facility {name}", expected)
        for line, metres, name in zip(entrances[ROW], away_m, facilities["facility_id"], strict=True)
        if metres > FAR_M
    ]
