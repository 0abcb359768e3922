"""Which rows of a register are about which facilities: its entrances, its opening hours.

Several cities may be held as one, and each may call a facility F1: a row is about the facility of its own city.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from friendly_city.city.plain import shared_codes

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from friendly_city.city.model import City

    Numbers = NDArray[np.intp]


def rows_about(city: City, facilities: pd.DataFrame, register: str) -> tuple[Numbers, Numbers]:
    """Return which rows of a register name which of some facilities.

    Parameters
    ----------
    city : City
        It may lack the register; then no row does.
    facilities : DataFrame
        Any table; without `facility_id` its rows are no facilities. `community_code` tells cities apart that are held as one.
    register : str
        One with `facility_id`, e.g. ``entrances``.

    Returns
    -------
    (array of int, array of int)
        Position in `facilities` and position in the register of each pair, by the first, then by the second.
    """
    nothing = np.empty(0, np.intp)
    if not city.has(register) or "facility_id" not in facilities:
        return nothing, nothing
    table = city.register(register)
    wanted, given, count = shared_codes(facilities["facility_id"], table["facility_id"])
    if city.part_of:
        wanted, given = (number + (count + 1) * _part(city, rows) for number, rows in ((wanted, facilities), (given, table)))
    order = np.argsort(given, kind="stable")
    first = np.searchsorted(given[order], wanted, side="left")
    found = np.searchsorted(given[order], wanted, side="right") - first
    place = np.repeat(np.arange(len(wanted)), found)
    step = np.arange(len(place)) - np.repeat(np.cumsum(found) - found, found)
    return place, order[np.repeat(first, found) + step]


def _part(city: City, table: pd.DataFrame) -> Numbers:
    return np.asarray(np.append(city.parts, -1)[city.places(table["community_code"])], dtype=np.intp)
