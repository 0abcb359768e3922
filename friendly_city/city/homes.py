"""Where children live, when a city has no register of homes: ``homes.csv`` made from population and what is built or lived on.

Every row says `derived`. How the children of a community are spread is in `dasymetric`; what was done is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.city.coordinates import converted, given_in, is_projected
from friendly_city.city.dasymetric import (
    CELL_M,
    STREET_M,
    Places,
    buildings_in,
    cells_by_streets,
    cells_of_land,
    joined,
    points_of,
    spread,
)
from friendly_city.city.descriptor import write_datapackage
from friendly_city.city.dictionary import WORKBOOK, Field, dictionary
from friendly_city.city.foreign import Foreign, chosen, read_polygons
from friendly_city.city.load import find_folder, load_part
from friendly_city.city.model import AGE_BANDS
from friendly_city.city.settings import read_settings
from friendly_city.city.workbook import read_workbook
from friendly_city.errors import InvalidCity, InvalidParameters, Problem
from friendly_city.labels import Text, number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from friendly_city.city.model import City

BUILDINGS, LAND, STREETS, POINT = "buildings", "land", "streets", "point"
WAYS = {
    BUILDINGS: Text("按居住建筑（占地面积×层数）", "by residential buildings (footprint × storeys)"),
    LAND: Text("按居住用地", "by residential land"),
    STREETS: Text("按可步行街道附近的方格", "by cells near walkable streets"),
    POINT: Text("集中于一点", "at one point"),
}
"""How the children of a community may be spread, from near to far from the truth."""
TRUNK = "trunk"
"""Class of the streets along which nobody is taken to live."""
MAX_STOREYS = 200
DEGREES, METRES = 6, 2
"""Decimals of positions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What tells where people live; the first that is there holds in each community.

    Attributes
    ----------
    buildings, land : Foreign or None
        Polygons of buildings, and of land where people live. With neither the streets tell, which is the weakest.
    storeys : str
        Column of the buildings with their storeys; '' for 1 everywhere.
    residential : tuple of str and tuple of str, or None
        Column of the buildings (of the land, without buildings) and its values where people live; None: in all.
    cell_m : float
        Side of the cells of land and along streets, metres.
    """

    buildings: Foreign | None = None
    land: Foreign | None = None
    storeys: str = ""
    residential: tuple[str, tuple[str, ...]] | None = None
    cell_m: float = CELL_M

    def __post_init__(self) -> None:
        """Refuse columns without a file, and cells without a side."""
        if self.storeys and self.buildings is None:
            raise InvalidParameters("storeys are a column of buildings; expected a file of buildings too")
        if self.residential and self.buildings is None and self.land is None:
            raise InvalidParameters("what is residential is said in a column; expected a file of buildings or land too")
        if not 0 < self.cell_m < float("inf"):
            raise InvalidParameters(f"a cell of {self.cell_m:g} m; expected more than 0")


@dataclass(frozen=True, eq=False, kw_only=True)
class MadeHomes:
    """Homes that were made.

    Attributes
    ----------
    table : DataFrame
        Columns of the register homes, one row a place with children.
    ways : mapping of str to int
        In how many communities with children each of `WAYS` was taken.
    notes, warnings : tuple of Text
        What was done, and what an officer should look at.
    """

    table: pd.DataFrame
    ways: dict[str, int]
    notes: tuple[Text, ...]
    warnings: tuple[Text, ...]

    @property
    def children(self) -> int:
        """Return the children in all homes."""
        return int(self.table[[_column(band) for band in AGE_BANDS]].to_numpy().sum())


@dataclass(slots=True)
class _Told:
    notes: list[Text] = field(default_factory=list)
    warnings: list[Text] = field(default_factory=list)


def write_homes(folder: str | Path, sources: Sources | None = None, *, force: bool = False) -> MadeHomes:
    """Write ``homes.csv`` into a city folder that has none, and ``datapackage.json`` anew.

    Parameters
    ----------
    folder : str or Path
        With city.yaml, communities, population and boundaries; streets, where nothing else tells where people live.
    sources : Sources, optional
        What tells where people live.
    force : bool
        Whether a ``homes.csv`` that is there is written over.

    Raises
    ------
    InvalidParameters
        When there are homes already, or no such folder.
    InvalidCity
        With every problem of the files read.
    """
    path = find_folder(folder)
    file = path / dictionary().registers["homes"].file
    _require_none(path, force=force)
    made = make_homes(path, sources)
    made.table.to_csv(file, index=False, lineterminator="\n", encoding="utf-8")
    write_datapackage(path)
    return made


def make_homes(folder: str | Path, sources: Sources | None = None) -> MadeHomes:
    """Return the homes of a city folder, made from its population and what tells where people live; nothing is written.

    Parameters and errors are those of `write_homes`.
    """
    asked, told = sources or Sources(), _Told()
    streets = asked.buildings is None and asked.land is None
    city = load_part(folder, ["communities", "population", "boundaries", *(["streets"] if streets else [])])
    told.notes += city.notes
    totals = np.column_stack([city.residents(band).to_numpy() for band in AGE_BANDS]).astype(np.int64)
    wanted = totals.sum(axis=1) > 0
    lots, ways, open_to = [], {}, wanted
    for way, places in _readings(city, asked, told):
        there = open_to & places.within(len(wanted))
        lots.append(places.of(there))
        ways[way], open_to = int(there.sum()), open_to & ~there
    lots.append(points_of(_shapes(city)).of(open_to))
    ways[POINT] = int(open_to.sum())
    places = joined(lots)
    table = _table(city, places, spread(totals, places))
    _tell(city, ways, open_to, told)
    return MadeHomes(table=table, ways=ways, notes=tuple(told.notes), warnings=tuple(told.warnings))


def _require_none(folder: Path, *, force: bool) -> None:
    """Refuse to make homes where there are some: in a file unless it may be written over, in a workbook or a database."""
    register, expected = dictionary().registers["homes"], "a city without homes"
    if (folder / register.file).exists() and not force:
        raise InvalidParameters(f"{folder / register.file}: there is something already; expected none, or --force")
    if (folder / register.parquet).exists():
        raise InvalidParameters(f"{folder / register.parquet}: there is something already; expected {expected}")
    if register.name in read_workbook(folder, {register.name: register}, []):
        raise InvalidParameters(f"{folder / WORKBOOK}: the sheet {register.name} has rows; expected {expected}")
    said = read_settings(folder, [])
    if said is not None and said.database is not None and register.name in said.database.tables:
        raise InvalidParameters(f"{folder}: city.yaml names a table of a database for homes; expected {expected}")


def _readings(city: City, asked: Sources, told: _Told) -> list[tuple[str, Places]]:
    """Return what tells where people live, the nearest to the truth first."""
    found = []
    if asked.buildings is not None:
        found.append((BUILDINGS, _by_buildings(city, asked.buildings, asked, told)))
    if asked.land is not None:
        residential = asked.residential if asked.buildings is None else None
        land = _polygons(city, asked.land, (), residential, told)
        found.append((LAND, cells_of_land(_shapes(city), land.geometry.to_numpy(), asked.cell_m)))
        _require_some(found[-1][1], asked.land)
    if not found:
        walked = city.streets.geometry.to_numpy()[(city.streets["street_class"] != TRUNK).to_numpy()]
        found.append((STREETS, cells_by_streets(_shapes(city), walked, asked.cell_m)))
        told.warnings.append(
            Text(
                f"没有建筑或居住用地图层：儿童平均分布于距非主干道街道{number(STREET_M)}米以内的方格，这是最弱的推算，"
                "只看出大致位置；有建筑图层时请用 --buildings 重做",
                "no layer of buildings or residential land: children are spread evenly over cells at most "
                f"{number(STREET_M)} m from a street that is no trunk road. This is the weakest reading; "
                "with a layer of buildings do it again (--buildings)",
            )
        )
    return found


def _by_buildings(city: City, file: Foreign, asked: Sources, told: _Told) -> Places:
    storeys = Field(
        name=asked.storeys, type="number", minimum=0, maximum=MAX_STOREYS, text=Text("层数", "storeys of the building")
    )
    table = _polygons(city, file, (storeys,) if asked.storeys else (), asked.residential, told)
    known = table[asked.storeys].to_numpy(dtype=float) if asked.storeys else np.full(len(table), np.nan)
    known = np.where(known > 0, known, np.nan)
    if not asked.storeys:
        told.warnings.append(
            Text("未给出层数列，建筑一律按1层计", "no column of storeys was named: every building counts as one storey")
        )
    elif missing := int(np.isnan(known).sum()):
        told.warnings.append(
            Text(
                f"{number(missing)}栋建筑层数不详，按1层计",
                f"buildings without storeys, counted as one storey: {number(missing)}",
            )
        )
    places = buildings_in(_shapes(city), table.geometry.to_numpy(), known)
    _require_some(places, file)
    if outside := len(table) - len(places.weight):
        told.notes.append(
            Text(
                f"{number(outside)}栋建筑不在任何社区内，不计",
                f"buildings in no community, left out: {number(outside)}",
            )
        )
    return places


def _polygons(
    city: City, file: Foreign, fields: Sequence[Field], residential: tuple[str, tuple[str, ...]] | None, told: _Told
) -> gpd.GeoDataFrame:
    """Return the polygons of a file, those that people live in, in the CRS of the city."""
    column, values = residential or ("", ())
    use = Field(name=column, type="string", text=Text("用途", "use"))
    table: gpd.GeoDataFrame = read_polygons(file, (*fields, use) if column else fields, told.notes)
    if column:
        kept = chosen(table, column, values, file.path.name)
        aside = int((~kept).sum())
        told.notes.append(
            Text(
                f"{file.path.name}：{number(int(kept.sum()))}个为居住，其余{number(aside)}个不计",
                f"{file.path.name}: residential {number(int(kept.sum()))}, others left out {number(aside)}",
            )
        )
        table = table.loc[kept]
    projected: gpd.GeoDataFrame = table.to_crs(city.crs)
    return projected


def _require_some(places: Places, file: Foreign) -> None:
    if not len(places.weight):
        expected = "polygons within the boundaries; if the map is shifted or projected, its system named (--coordinates)"
        raise InvalidCity([Problem(file.path.name, None, None, "geometry", "nothing lies in a community of this city", expected)])


def _shapes(city: City) -> NDArray[np.object_]:
    """Return the boundaries in the order of the codes."""
    return np.asarray(city.boundaries.geometry.reindex(city.codes).to_numpy(), dtype=object)


def _column(band: str) -> str:
    return f"children_{band.replace('-', '_')}_persons"


def _table(city: City, places: Places, persons: NDArray[np.int64]) -> pd.DataFrame:
    """Return the rows of the register, communities in order, without places that have no child."""
    lived = np.flatnonzero(persons.sum(axis=1) > 0)
    lived = lived[np.lexsort((places.xy[lived, 0], places.xy[lived, 1], places.community[lived]))]
    there = converted(places.xy[lived, 0], places.xy[lived, 1], city.crs)
    system = city.coordinates.get("homes", "wgs84")
    east, north = given_in(there.longitude, there.latitude, system)
    decimals, width = METRES if is_projected(system) else DEGREES, len(str(len(lived)))
    columns = {
        "home_id": [f"H{place:0{width}d}" for place in range(1, len(lived) + 1)],
        "community_code": city.codes.to_numpy()[places.community[lived]],
        "longitude": np.round(east, decimals),
        "latitude": np.round(north, decimals),
        **{_column(band): persons[lived, place] for place, band in enumerate(AGE_BANDS)},
        "provenance": "derived",
    }
    return pd.DataFrame(columns)


def _tell(city: City, ways: dict[str, int], left: NDArray[np.bool_], told: _Told) -> None:
    """Tell how many communities each way, and which have their children at one point."""
    for way, count in ways.items():
        if count:
            said = WAYS[way]
            told.notes.append(Text(f"{number(count)}个社区{said.zh}", f"communities {said.en}: {number(count)}"))
    if left.any():
        codes = city.codes[left]
        some = ", ".join(codes[:8]) + (" …" if len(codes) > 8 else "")
        told.warnings.append(
            Text(
                f"{number(len(codes))}个有儿童的社区没有可居住之处，其儿童集中于社区界线内一点（{some}）",
                "communities with children but no place to live in, their children at one point inside the boundary: "
                f"{number(len(codes))} ({some})",
            )
        )
