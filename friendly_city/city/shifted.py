"""Telling from the ground that places came in another coordinate system than they were taken for.

A point stands in the community it is said to be of. Where points do not, and would if they were read as GCJ-02 or BD-09, they
are such. Whole registers are told, and parts of them; streets by their middles; boundaries when everything else contradicts
them. Where all of a city is shifted alike nothing contradicts anything, and nothing can be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from friendly_city.city.coordinates import SHIFTS, as_said, converted, moved
from friendly_city.city.dictionary import Layer, Register, dictionary
from friendly_city.city.positions import metres_of
from friendly_city.city.tables import ROW
from friendly_city.errors import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.city.model import City

    Floats = NDArray[np.float64]
    Way = tuple[Floats, Floats]

FEWEST = 10
"""Points below which nothing is told: chance could do it; ours."""
ASTRAY = 3
"""Points outside their community that it takes at least; ours."""
AGREE = 0.9
"""Share of the points outside their community that another reading must bring home; ours."""
EDGE_M = 20
"""Metres outside a boundary that count as inside, for coarse boundaries; ours."""
ASKED = "write 'coordinates: {{{}: {}}}' in city.yaml and they are converted at load"
OVER = "over"
"""Reading of places that were shifted back once too often, or stand on boundaries that are shifted themselves."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Places of a register or layer with the community each is said to be of.

    Attributes
    ----------
    longitude, latitude : array
        Degrees, as taken for WGS 84.
    community : array of int
        Position of each place's community in the boundaries, -1 for none.
    rows : array of int
        Where each stands in its file.
    system : str
        What the file was declared to be in.
    """

    longitude: Floats
    latitude: Floats
    community: NDArray[np.intp]
    rows: NDArray[np.int64]
    system: str = "wgs84"

    @classmethod
    def of_table(cls, table: pd.DataFrame, community: NDArray[np.intp], system: str = "wgs84") -> Places:
        """Return the places of a register, those whose place and community are known."""
        x, y = table["longitude"].to_numpy(dtype=float), table["latitude"].to_numpy(dtype=float)
        known = np.isfinite(x) & np.isfinite(y) & (np.abs(x) <= 180) & (np.abs(y) <= 90) & (community >= 0)
        return cls(x[known], y[known], community[known], table[ROW].to_numpy()[known], system)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a register looks like.

    Attributes
    ----------
    system : str
        A shifted system, ``wgs84``, or `OVER` with the name of the shift that was undone or is missing.
    places : int
        All places compared.
    astray : array of int
        Rows of those that stand outside their community as they are taken.
    whole : bool
        Whether the other reading fits all places, so that it holds for the register and not for some rows.
    east_m, north_m : float
        How far the places concerned are off.
    """

    system: str
    places: int
    astray: NDArray[np.int64]
    whole: bool
    east_m: float
    north_m: float


def reading_of(places: Places, boundaries: NDArray[np.object_], crs: str) -> Reading | None:
    """Return how places are to be read if they are not what they were taken for, else None.

    Parameters
    ----------
    places : Places
        At least `FEWEST`; with fewer nothing is told.
    boundaries : array of Polygon
        Of the communities, in metres.
    crs : str
        Projected CRS of the boundaries.
    """
    if len(places.rows) < FEWEST:
        return None
    there = (places.longitude, places.latitude)
    at_home = _at_home(there, places, boundaries, crs)
    if np.count_nonzero(~at_home) < ASTRAY:
        return None
    best, most = None, AGREE * np.count_nonzero(~at_home)
    for system, way in _ways(places):
        fits = _at_home(way, places, boundaries, crs)
        brought = np.count_nonzero(fits & ~at_home)
        if brought >= most and brought > np.count_nonzero(best[1] & ~at_home if best else fits & False):
            best = system, fits, way
    return None if best is None else _reading(places, at_home, *best)


def _reading(places: Places, at_home: NDArray[np.bool_], system: str, fits: NDArray[np.bool_], way: Way) -> Reading:
    whole = bool(np.count_nonzero(fits) >= AGREE * len(fits))
    some = slice(None) if whole else ~at_home
    east, north = moved(way[0][some], way[1][some], (places.longitude[some], places.latitude[some]))
    return Reading(system, len(places.rows), places.rows[~at_home], whole, east, north)


def _ways(places: Places) -> Iterator[tuple[str, Way]]:
    """Yield every other reading of some places, with where they then are."""
    there = (places.longitude, places.latitude)
    raw = SHIFTS[places.system](*there) if places.system in SHIFTS else there
    for system in ("wgs84", *SHIFTS):
        if system != places.system:
            found = converted(*raw, system)
            yield system, (found.longitude, found.latitude)
    for system, shift in SHIFTS.items():
        if system != places.system:
            yield f"{OVER} {system}", shift(*there)


def _at_home(way: Way, places: Places, boundaries: NDArray[np.object_], crs: str) -> NDArray[np.bool_]:
    """Return which places stand in their community, or at most `EDGE_M` outside."""
    x, y = metres_of(*way, crs)
    own = boundaries[places.community]
    inside = shapely.intersects_xy(own, x, y)
    out = np.flatnonzero(~inside & np.isfinite(x) & np.isfinite(y))
    inside[out] = shapely.distance(shapely.points(x[out], y[out]), own[out]) <= EDGE_M
    return np.asarray(inside)


def told(found: Reading, item: Register | Layer, declared: str) -> list[Problem]:
    """Return what is to be said of a register or layer that looks shifted, and how it is mended; row by row if some are."""
    column = "geometry" if isinstance(item, Layer) else "longitude"
    off = f"{_way(found.east_m, 'east', 'west')} and {_way(found.north_m, 'north', 'south')}"
    over = found.system.startswith(OVER)
    system = found.system.removeprefix(OVER).strip()
    name = f"{'beyond ' if over else ''}{as_said(system)}"
    if not found.whole:
        what = f"this and {len(found.astray) - 1:,} more of {found.places:,} places look {off} of where they belong: {name}"
        expected = f"{as_said(declared)} in every row of a file, or the code of the community it stands in"
        return [Problem(item.file, int(row), None, column, what, expected) for row in found.astray]
    if over:
        expected = f"WGS 84 once; undo the conversion from {as_said(system)}, or the boundaries are in {as_said(system)}"
    elif system == "wgs84":
        expected = f"{as_said(declared)}, as city.yaml declares; take {item.name} out of coordinates there"
    else:
        expected = f"{as_said(declared)}; {ASKED.format(item.name, system)}"
    what = f"these {found.places:,} places look {off} of where they belong: {name}"
    return [Problem(item.file, None, None, column, what, expected)]


def _way(metres: float, forth: str, back: str) -> str:
    return f"{abs(metres):,.0f} m {forth if metres >= 0 else back}"


@dataclass(slots=True, eq=False)
class Ground:
    """The boundaries places are compared with: positions of the communities, shapes in metres and their CRS."""

    codes: pd.Index[str]
    shapes: NDArray[np.object_]
    crs: str
    declared: Mapping[str, str] = field(default_factory=dict)

    def place(self, table: pd.DataFrame) -> NDArray[np.intp]:
        """Return the position of the community of each row."""
        return np.asarray(self.codes.get_indexer(pd.Index(table["community_code"].astype("str"))))

    def of_register(self, name: str, table: pd.DataFrame) -> Reading | None:
        """Return how a register with positions and communities is to be read, if otherwise than it is."""
        system = self.declared.get(name, "wgs84")
        return reading_of(Places.of_table(table, self.place(table), system), self.shapes, self.crs)

    def of_lines(self, name: str, layer: gpd.GeoDataFrame) -> Reading | None:
        """Return how a layer (in metres) with communities is to be read, by the middles of its lines."""
        middles = gpd.GeoSeries(layer.geometry.interpolate(0.5, normalized=True), crs=self.crs).to_crs("EPSG:4326")
        table = pd.DataFrame({"longitude": middles.x, "latitude": middles.y, ROW: layer[ROW]})
        return reading_of(Places.of_table(table, self.place(layer), self.declared.get(name, "wgs84")), self.shapes, self.crs)


def shifted(city: City) -> list[Problem]:
    """Return which registers and layers of a city look as if they were in another coordinate system; none where all is well.

    Boundaries are told when every register and layer that was compared contradicts them in the same way.
    """
    words = dictionary()
    ground = Ground(city.codes, city.boundaries.geometry.reindex(city.codes).to_numpy(), city.crs, city.coordinates)
    points = {name: table for name, table in city.registers.items() if words.registers[name].is_point and len(table) >= FEWEST}
    found = {name: ground.of_register(name, table) for name, table in points.items()}
    found["streets"] = ground.of_lines("streets", city.streets)
    systems = {reading.system if reading and reading.whole else "" for reading in found.values()}
    if len(found) > 1 and len(systems) == 1 and (system := systems.pop()).startswith(OVER):
        return [_boundaries(system.removeprefix(OVER).strip(), next(r for r in found.values() if r))]
    items = {item.name: item for item in words.items()}
    readings = ((items[name], reading) for name, reading in found.items() if reading is not None)
    return [problem for item, reading in readings for problem in told(reading, item, city.coordinates.get(item.name, "wgs84"))]


def _boundaries(system: str, seen: Reading) -> Problem:
    off = f"{_way(-seen.east_m, 'east', 'west')} and {_way(-seen.north_m, 'north', 'south')}"
    what = f"the boundaries look {off} of everything else: {as_said(system)}"
    expected = f"WGS 84; {ASKED.format('boundaries', system)}"
    return Problem(dictionary().layers["boundaries"].file, None, None, "geometry", what, expected)
