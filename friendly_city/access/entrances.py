"""Where a facility is entered: at any of its entrances, or at its own point when none is known.

The own point of a facility, often the middle of a park, is no door once there are entrances. An entrance too far from every
street leads nowhere; a facility none of whose entrances meets a street cannot be reached.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from friendly_city.access.network import parts_of
from friendly_city.city.belonging import rows_about
from friendly_city.errors import InvalidParameters

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from friendly_city.access.snapping import Snap
    from friendly_city.city.model import City

    Integers = NDArray[np.intp]

POSITION = ["x_m", "y_m"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Doors:
    """The points at which the rows of a table are entered.

    Attributes
    ----------
    xy : array (doors, 2)
        Metres.
    part : array (doors,) or 0
        Number of the city of each.
    owner : array (doors,)
        Row of the table it leads into, never falling; every row has one at least.
    size : int
        Rows of the table.
    """

    xy: NDArray[np.float64]
    part: Integers | int
    owner: Integers
    size: int

    def entered(self, points: Snap) -> Snap:
        """Return where the doors meet the streets (`points`) as places where the rows do."""
        if len(self.owner) == self.size:  # each row has one door, in the same order
            return points
        owner = self.owner[points.point]
        order = np.lexsort((points.edge, owner))
        return replace(
            points, size=self.size, point=owner[order], edge=points.edge[order], along_m=points.along_m[order],
            straight_m=points.straight_m[order],
        )  # fmt: skip


def doors(city: City, table: pd.DataFrame) -> Doors:
    """Return the doors of the rows of a table: entrances of facilities that have some, else the own point.

    Parameters
    ----------
    city : City
        With the register entrances where known.
    table : DataFrame
        Rows with `x_m` and `y_m` in the city's CRS; with `facility_id` they are facilities, which may have entrances.

    Raises
    ------
    InvalidParameters
        When there are no positions.
    """
    missing = [name for name in POSITION if name not in table.columns]
    if missing:
        raise InvalidParameters(f"points need columns x_m and y_m in the city's CRS; missing: {', '.join(missing)}")
    xy = table[POSITION].to_numpy(dtype=float)
    part = parts_of(city, table["community_code"]) if city.part_of else 0
    owner, entrance = rows_about(city, table, "entrances")
    if not len(owner):
        return Doors(xy=xy, part=part, owner=np.arange(len(xy)), size=len(xy))
    closed = np.setdiff1d(np.arange(len(xy)), owner)
    own = city.register("entrances")[POSITION].to_numpy(dtype=float)[entrance]
    owner, places = np.concatenate([closed, owner]), np.concatenate([xy[closed], own])
    order = np.argsort(owner, kind="stable")
    owner = owner[order]
    return Doors(xy=places[order], part=part if isinstance(part, int) else part[owner], owner=owner, size=len(xy))
