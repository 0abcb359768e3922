"""What the map of a community is drawn from: lines that can be cut to a frame, open facilities, who reaches one.

Each is worked out once for all communities; a page takes from it what lies in its frame. Draws nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from friendly_city.access.impedance import WALKING
from friendly_city.access.network import once_per_city
from friendly_city.access.reach import cost_to_nearest, edges_within
from friendly_city.report.once import once_per_audit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from friendly_city.audit.model import Audit, CommunityAudit
    from friendly_city.city.model import City

Frame = tuple[float, float, float, float]
"""min_x, min_y, max_x, max_y in metres."""
Vertices = tuple["NDArray[np.float64]", "NDArray[np.bool_]"]
"""Positions, and for each whether a line begins there."""
MINUTES = (5, 10, 15)
"""Bands of the catchment (15-, 10- and 5-minute circles of GB 50180—2018, 2.0.x)."""
GOAL = "childrens_home"
"""The kind of facility whose catchment is shown."""
BAND = "6-12"
"""Whose children walk there."""


class Lines:
    """Lines of a whole city with an index, so that cutting out a frame costs what is in the frame.

    Examples
    --------
    >>> street = shapely.LineString([(0, 0), (100, 0)])
    >>> xy, first = Lines(np.array([street])).within((20, -10, 60, 10))
    >>> xy.tolist(), first.tolist()
    ([[20.0, 0.0], [60.0, 0.0]], [True, False])
    """

    def __init__(self, lines: NDArray[np.object_]) -> None:
        self.lines = lines
        self.tree = shapely.STRtree(lines)

    def within(self, frame: Frame) -> Vertices:
        """Return the vertices of the lines clipped to a frame."""
        near = self.lines[self.tree.query(shapely.box(*frame))]
        parts = shapely.get_parts(shapely.clip_by_rect(near, *frame))
        return _vertices(parts[(shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(parts)])

    def whole(self) -> Vertices:
        """Return the vertices of all lines."""
        return _vertices(self.lines)


def _vertices(lines: NDArray[np.object_]) -> Vertices:
    xy, line = shapely.get_coordinates(lines, return_index=True)
    return xy, np.diff(line, prepend=-1) > 0


class Places:
    """Points of a whole city with an index."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.xy = table[["x_m", "y_m"]].to_numpy(dtype=float)
        self.tree = shapely.STRtree(shapely.points(self.xy))

    def within(self, frame: Frame) -> NDArray[np.float64]:
        """Return the positions in a frame, its edge included, in the order of the table."""
        inside: NDArray[np.float64] = self.xy[np.sort(self.tree.query(shapely.box(*frame)))]
        return inside


@dataclass(frozen=True, eq=False)
class Reach:
    """Who reaches the nearest children's home within the last of `MINUTES`: for a map and for its words.

    `homes` has x_m, y_m, children (of the band), minutes (inf when unreachable), served.
    """

    band: str
    limit_min: int
    homes: pd.DataFrame

    @property
    def unserved(self) -> float:
        """Return the number of children of the band who do not reach one in time."""
        return float(self.homes["children"].to_numpy()[~self.homes["served"].to_numpy()].sum())

    @property
    def served(self) -> float:
        """Return the number of children of the band who reach one in time."""
        return self.children - self.unserved

    @property
    def children(self) -> float:
        """Return the number of children of the band."""
        return float(self.homes["children"].to_numpy().sum())


def facilities_open(audit: Audit, kind: str) -> pd.DataFrame:
    """Return the facilities of a kind that are open at the end of the audited period, in the whole city."""
    table = audit.city.register("facilities")
    end = pd.Timestamp(audit.period.end)
    opened = table["opened_date"].isna() | (table["opened_date"] <= end)
    closed = table["closed_date"].notna() & (table["closed_date"] <= end)
    return table[(table["kind"] == kind) & opened & ~closed]


@once_per_audit
def places(audit: Audit, kind: str) -> Places:
    """Return where the open facilities of a kind are."""
    return Places(facilities_open(audit, kind))


@once_per_audit
def _reaches(audit: Audit, kind: str, band: str) -> Mapping[str, Reach]:
    """Return who reaches the nearest facility, by community."""
    city = audit.city
    homes = city.register("homes")
    minutes = cost_to_nearest(city, facilities_open(audit, kind)).to_numpy() / WALKING[band].m_per_min
    table = homes[["home_id", "x_m", "y_m"]].assign(
        children=homes[f"children_{band.replace('-', '_')}_persons"].to_numpy(dtype=float),
        minutes=minutes,
        served=minutes <= MINUTES[-1],
    )
    subject = city.codes.to_numpy()[city.places(homes["community_code"])]
    groups = table.groupby(subject)
    found = {str(code): Reach(band, MINUTES[-1], frame.reset_index(drop=True)) for code, frame in groups}
    nobody = Reach(band, MINUTES[-1], table.iloc[:0])
    return {code: found.get(code, nobody) for code in audit.codes}


def reach_of(c: CommunityAudit, *, kind: str = GOAL, band: str = BAND) -> Reach:
    """Return who in a community reaches the nearest facility of `kind` within the last of `MINUTES`."""
    return _reaches(c.audit, kind, band)[c.code]


@once_per_city
def streets(city: City) -> Lines:
    """Return the streets of a city."""
    return Lines(city.streets.geometry.to_numpy())


@once_per_city
def barriers(city: City) -> Lines | None:
    """Return the barriers of a city, if it has any."""
    return None if city.barriers is None else Lines(city.barriers.geometry.to_numpy())


@once_per_audit
def catchment(audit: Audit) -> tuple[Lines, ...]:
    """Return the streets within each of `MINUTES` of a children's home, one band after the other."""
    limits = tuple(minutes * WALKING[BAND].m_per_min for minutes in MINUTES)
    pieces = edges_within(audit.city, facilities_open(audit, GOAL), limits_m=limits)
    lines, limit_m = pieces.geometry.to_numpy(), pieces["limit_m"].to_numpy()
    return tuple(Lines(lines[np.isclose(limit_m, limit)]) for limit in limits)


@once_per_city
def outlines(city: City) -> Mapping[str, BaseGeometry]:
    """Return the boundary of each community."""
    return dict(zip(city.boundaries.index, city.boundaries.geometry.to_numpy(), strict=True))
