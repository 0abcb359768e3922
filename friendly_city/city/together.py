"""Several cities held as one, to be audited together: rows one after another, each community knowing its city.

Two ways to get there: `joined` takes cities that are loaded; `load_together` reads Parquet folders at once and looks at all
columns together, quickly. It does not say what is wrong: where it is not sure that a city is sound it returns none, and
`load_city` tells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from friendly_city.city import descriptor
from friendly_city.city.check import check_indicators
from friendly_city.city.consistency import is_consistent
from friendly_city.city.crosscheck import (
    ages_are_apart,
    ages_are_covered,
    children_agree,
    refer,
    subjects_agree,
)
from friendly_city.city.dates import dates_agree
from friendly_city.city.dictionary import WORKBOOK, Dictionary, Field, Layer, Register, dictionary
from friendly_city.city.layers import WGS84, sound_shapes
from friendly_city.city.load import check_names, links_out
from friendly_city.city.model import City
from friendly_city.city.parquet import GEOMETRY, frame_of, read_columns
from friendly_city.city.personal import LEAST_MOBILE
from friendly_city.city.plain import fulfils, has_plain_cells
from friendly_city.city.positions import are_in_own, check_area_of_use, check_overlaps, layer_is_near, near_own, with_metres
from friendly_city.city.settings import Settings, read_settings
from friendly_city.city.tables import ROW
from friendly_city.errors import Problem
from friendly_city.labels import Text

Numbers = NDArray[np.intp]
NOBODY = Text("", "")


def joined(cities: Sequence[City]) -> City:
    """Return several cities as one.

    Parameters
    ----------
    cities : sequence of City
        Of one CRS, with the same registers (but entrances and hours, which any may lack), and no community code twice.

    Returns
    -------
    City
        Registers and layers one after another in the order of `cities`; `City.part_of` tells the number of each community's
        city. It has no name, no folder and no hashes.
    """
    names = dict.fromkeys(name for city in cities for name in city.registers)
    having = {name: [city.registers[name] for city in cities if city.has(name)] for name in names}
    tables = {name: pd.concat(some, ignore_index=True) for name, some in having.items()}
    part_of = {code: number for number, city in enumerate(cities) for code in city.codes}
    return _city(
        cities[0].crs,
        tables,
        boundaries=gpd.GeoDataFrame(pd.concat([city.boundaries for city in cities])).sort_index(),
        streets=gpd.GeoDataFrame(pd.concat([city.streets for city in cities], ignore_index=True)),
        part_of=part_of,
    )


def _city(
    crs: str,
    tables: Mapping[str, pd.DataFrame],
    *,
    boundaries: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    part_of: Mapping[str, int],
) -> City:
    return City(
        id="", name=NOBODY, folder=Path(), crs=crs, synthetic=False, notice=NOBODY, sources=(), registers=tables,
        boundaries=boundaries, streets=streets, barriers=None, part_of=part_of,
    )  # fmt: skip


def hashes_of(folder: Path) -> dict[str, str]:
    """Return the sha256 of each file of a city that is read, by name, as in `City.hashes`."""
    names = sorted(descriptor.input_names())
    there = [folder / name for name in names if (folder / name).is_file()]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in there}


def load_together(folders: Sequence[Path]) -> City | None:
    """Return the cities of several folders as one, or None unless all are surely sound and can be held together.

    Parameters
    ----------
    folders : sequence of Path
        City folders; to be held together they have one CRS, the same registers and layers, all as Parquet, and no community
        code twice.

    Returns
    -------
    City or None
        As from `joined`; text is categories.
    """
    if any(links_out(folder) for folder in folders):
        return None
    problems: list[Problem] = []
    said = [_said(folder, problems) for folder in folders]
    items = _items_of(folders)
    if problems or not items or len({None if one is None else one.crs for one in said}) != 1 or said[0] is None:
        return None
    names = [WORKBOOK, *(item.file for item in dictionary().decisions.values())]
    decided = any((folder / name).is_file() for folder in folders for name in names)
    if decided or any(one and (one.coordinates or one.database) for one in said):
        return None
    reading = {item.name: _Stack.read(folders, item, problems) for item in items}
    if problems:
        return None
    stacks = {name: stack for name, stack in reading.items() if stack is not None}
    if not all(_fulfils(stack) for stack in stacks.values()) or not _agree(stacks, dictionary()):
        return None
    return _measured(stacks, said[0].crs, len(folders))


def _said(folder: Path, problems: list[Problem]) -> Settings | None:
    descriptor.check_datapackage(folder, problems)
    check_names(folder, dictionary(), problems)
    return read_settings(folder, problems)


def _items_of(folders: Sequence[Path]) -> list[Register | Layer]:
    """Return the registers and layers that all folders have as Parquet; none when some folder has others or lacks one."""
    items = dictionary().items()
    there = {tuple((folder / item.parquet).is_file() for item in items) for folder in folders}
    others = any((folder / name).is_file() for folder in folders for item in items for name in item.forms if name != item.parquet)
    if others or len(there) != 1:
        return []
    chosen = [item for item, is_there in zip(items, there.pop(), strict=True) if is_there]
    return chosen if all(item in chosen for item in items if item.required) else []


@dataclass(frozen=True, slots=True, eq=False)
class _Stack:
    """One register or layer of several cities, one after another.

    Attributes
    ----------
    item : Register or Layer
    table : DataFrame
        Typed; text as categories; `ROW` is the number of the row in its file.
    part : array of int, shape (rows,)
        Number of each row's city, rising.
    shapes : array of Geometry, shape (rows,)
        In WGS84; none for registers.
    """

    item: Register | Layer
    table: pd.DataFrame
    part: Numbers
    shapes: NDArray[np.object_]

    @classmethod
    def read(cls, folders: Sequence[Path], item: Register | Layer, problems: list[Problem]) -> _Stack | None:
        """Read the same item of several folders."""
        tables = [read_columns(folder / item.parquet, item, problems) for folder in folders]
        if problems:
            return None
        counts = [table.num_rows for table in tables if table is not None]
        columns = pa.concat_tables(tables, promote_options="default")  # an optional column that one lacks is empty there
        rows = np.concatenate([np.arange(1, count + 1) for count in counts])
        table = frame_of(columns, item).assign(**{ROW: rows})
        shapes = np.empty(0, dtype=object)
        if isinstance(item, Layer):
            shapes = shapely.from_wkb(columns[GEOMETRY].to_numpy(), on_invalid="ignore")
            shapes = sound_shapes(shapes, [None] * len(table), rows, layer=item, problems=problems)
        return cls(item, table, np.repeat(np.arange(len(folders)), counts), shapes)


def _fulfils(stack: _Stack) -> bool:
    """Return whether surely every cell is as the dictionary asks."""
    table, problems = stack.table, list[Problem]()
    for field in stack.item.fields:
        if field.optional and field.name not in table:
            continue
        cells = table[field.name]
        if field.numeric and not _are_numbers(cells.to_numpy(), field):
            return False
        if field.type == "string" and not has_plain_cells(cells, field):
            return False
        if not fulfils(cells, field, stack.part):
            return False
        if field.not_before and bool((cells < table[field.not_before]).any()):
            return False
    if stack.item.name == "indicators":
        check_indicators(table.astype({"unit": "str"}), stack.item.file, problems)
    return not problems


def _are_numbers(values: NDArray[np.float64], field: Field) -> bool:
    """Return whether numbers are finite, and whole where the field asks for it; NaN is an empty cell."""
    if np.isinf(values).any() or (values >= LEAST_MOBILE).any():
        return False
    return field.type != "integer" or not ((values != np.rint(values)) & ~np.isnan(values)).any()


def _agree(stacks: Mapping[str, _Stack], words: Dictionary) -> bool:
    """Return whether surely the registers and layers of each city agree with each other."""
    for stack in stacks.values():
        for field in stack.item.fields:
            target, _, column = field.refers.partition(".")
            if target in stacks and target in words.registers:
                known = stacks[target]
                if not refer(stack.table[field.name], known.table[column], stack.part, known.part):
                    return False
    codes = stacks["communities"].table["community_code"]
    population, homes, boundaries = (stacks[name].table for name in ("population", "homes", "boundaries"))
    return (
        not codes.duplicated().any()
        and ages_are_apart(population)
        and ages_are_covered(population, codes)
        and children_agree(homes, population)
        and len(boundaries) == len(codes)
        and _subjects_agree(stacks)
        and is_consistent(tables := {name: stack.table for name, stack in stacks.items()})
        and ("reporting" not in tables or dates_agree(tables))
    )


def _subjects_agree(stacks: Mapping[str, _Stack]) -> bool:
    """Return whether surely every inspection of a facility names it, and in its own community."""
    if "inspections" not in stacks:
        return True
    inspections, facilities = stacks["inspections"], stacks["facilities"]
    return subjects_agree(inspections.table, facilities.table, inspections.part, facilities.part)


def _measured(stacks: Mapping[str, _Stack], crs: str, cities: int) -> City | None:
    """Return the city with everything in metres; None where something may lie outside of its city or over another shape."""
    layers = {
        name: gpd.GeoDataFrame(stack.table, geometry=gpd.GeoSeries(stack.shapes, index=stack.table.index, crs=WGS84))
        for name, stack in stacks.items()
        if isinstance(stack.item, Layer)
    }
    problems: list[Problem] = []
    _each_area_of_use(layers["boundaries"], stacks["boundaries"].part, crs, problems)
    layers = {name: layer.to_crs(crs) for name, layer in layers.items()}
    boundaries, part = layers["boundaries"], stacks["boundaries"].part
    for number in range(cities):
        check_overlaps(boundaries[part == number], problems)
    if problems:
        return None
    tables = {name: stack.table for name, stack in stacks.items() if isinstance(stack.item, Register)}
    tables = {name: with_metres(table, crs) if "longitude" in table else table for name, table in tables.items()}
    codes = boundaries["community_code"]
    city = _city(
        crs,
        tables,
        boundaries=boundaries.set_index("community_code").sort_index(),
        streets=layers["streets"],
        part_of=dict(zip(codes.tolist(), part.tolist(), strict=True)),
    )
    return city if _all_near(city, layers, stacks) else None


def _each_area_of_use(boundaries: gpd.GeoDataFrame, part: Numbers, crs: str, problems: list[Problem]) -> None:
    for number in np.unique(part):
        check_area_of_use(boundaries[part == number], crs, problems)


def _all_near(city: City, layers: Mapping[str, gpd.GeoDataFrame], stacks: Mapping[str, _Stack]) -> bool:
    """Return whether surely everything lies near its own city, and points in or near their own community."""
    own = city.boundaries.geometry.to_numpy()
    for table in city.registers.values():
        if "x_m" in table:
            points = table["x_m"].to_numpy(), table["y_m"].to_numpy(), city.places(table["community_code"]), own
            if not (near_own(*points).all() and are_in_own(*points)):
                return False
    if not layer_is_near(layers["streets"], city.places(layers["streets"]["community_code"]), own):
        return False
    if "barriers" not in layers:
        return True
    barriers, part = layers["barriers"], stacks["barriers"].part
    return all(layer_is_near(barriers[part == number], None, own[city.parts == number]) for number in np.unique(part))
