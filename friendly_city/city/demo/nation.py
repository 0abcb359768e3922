"""Many cities like the demonstration city, for measuring what a nation costs: made once, then relabelled and varied.

Every city has its own id, codes and names, and all say that they are made. Ways, streets and totals of children stay;
children are moved among the homes of a community, answers among communities, dates and sizes change a little, so that no
two cities have the same findings. Registers are written as Parquet, layers as GeoParquet.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from friendly_city.city.demo.make import write_city
from friendly_city.city.descriptor import write_datapackage
from friendly_city.city.layers import WGS84
from friendly_city.city.load import load_city
from friendly_city.city.model import City

FIRST = 900_001
"""Six digits with which the codes of the first city begin; no district's code begins with 9."""
MOST = 99_999
SHIFT_DAYS = 30
"""Dates of a row move back by less than this; what happens in a year stays in it, and the day of a report stays."""
SIZES = (0.8, 1.25)
"""By what areas, places and numbers of people are multiplied."""
VARIED = ("_m2", "_places", "_count", "participants_persons", "_width_m")
ROLLED = {
    "inspections": (("item", "subject_kind", "method"), ("answer", "answers_count")),
    "reporting": (("register",), ("state",)),
}
"""By register: among which rows values are moved, and which values."""
GEO = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}}}
SETTINGS = """\
# Made for measuring: no such city exists. Everything is made.
id: made-{number:05d}
name: {{zh: 合成城市{number:05d}（合成数据）, en: Made city {number:05d} (synthetic data)}}
crs: {crs}
synthetic: true
notice: {{zh: 示意图 · 合成数据, en: schematic map · synthetic data}}
sources:
  - id: made
    title: {{zh: 本项目由示范城市改编号而成（合成数据）, en: "The demonstration city renumbered, values moved (synthetic data)"}}
    licence: CC0-1.0
"""
Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What all cities are made from: the demonstration city's registers, and its layers with shapes as WKB in WGS84."""

    crs: str
    registers: Frames
    layers: Frames


def write_nation(folder: Path, *, cities: int, seed: int) -> None:
    """Write `cities` made cities, each in a folder of its own named by its id; the same seed gives the same bytes.

    A city's files do not depend on how many there are.
    """
    with tempfile.TemporaryDirectory() as scratch:
        write_city(Path(scratch), seed=seed)
        pattern = _pattern(load_city(scratch))
    for number in range(1, cities + 1):
        _write(folder / f"made-{number:05d}", pattern, number, np.random.default_rng([seed, number]))


def _pattern(city: City) -> Pattern:
    registers = {
        name: _plain(table.drop(columns=["row", "x_m", "y_m"], errors="ignore")) for name, table in city.registers.items()
    }
    layers = {}
    for name, layer in {"boundaries": city.boundaries.reset_index(), "streets": city.streets, "barriers": city.barriers}.items():
        shapes = shapely.transform(layer.to_crs(WGS84).geometry.to_numpy(), lambda xy: xy.round(6))
        layers[name] = _plain(pd.DataFrame(layer.drop(columns=["row", "geometry"]))).assign(geometry=shapely.to_wkb(shapes))
    return Pattern(city.crs, registers, layers)


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return a register without the names of real places; everything in it is made."""
    table = table.assign(provenance="synthetic")
    for name, text in (("name", "合成{}"), ("name_en", "made {}"), ("title", "合成文件{}")):
        if name in table:
            table[name] = [text.format(key) for key in table.iloc[:, 0]]
    return table


def _write(folder: Path, pattern: Pattern, number: int, draw: np.random.Generator) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    codes = pattern.registers["communities"]["community_code"].to_numpy()
    renamed = dict(zip(codes, [f"{FIRST - 1 + number}{code[6:]}" for code in codes], strict=True))
    for name, table in pattern.registers.items():
        varied = _varied(name, table, draw).assign(community_code=table["community_code"].map(renamed))
        if name == "communities":
            varied = varied.assign(**_names(varied, number))
        _write_parquet(varied, folder / f"{name}.parquet")
    for name, layer in pattern.layers.items():
        mapped = {"community_code": layer["community_code"].map(renamed)} if "community_code" in layer else {}
        _write_parquet(layer.assign(**mapped), folder / f"{name}.parquet", geo=True)
    (folder / "city.yaml").write_text(SETTINGS.format(number=number, crs=pattern.crs), encoding="utf-8", newline="\n")
    write_datapackage(folder)


def _names(communities: pd.DataFrame, number: int) -> dict[str, list[str]]:
    last = [code[6:] for code in communities["community_code"]]
    return {
        "name": [f"合成{number:05d}-{code}社区" for code in last],
        "name_en": [f"Made {number:05d}-{code}" for code in last],
        "subdistrict_code": [code[:9] for code in communities["community_code"]],
        "subdistrict": [f"合成{number:05d}-{code[:3]}街道" for code in last],
        "subdistrict_en": [f"Made {number:05d}-{code[:3]}" for code in last],
    }


def _varied(register: str, table: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    """Return a register with dates, sizes and places of values changed a little."""
    size = len(table)
    columns: dict[str, Any] = {}
    shift = pd.to_timedelta(draw.integers(0, SHIFT_DAYS, size), unit="D")
    factor = draw.uniform(*SIZES, size)
    for name, cells in table.items():
        if pd.api.types.is_datetime64_any_dtype(cells):
            if name != "reported_date":
                first = cells.dt.to_period("Y").dt.start_time if name == "held_date" else cells - shift
                columns[str(name)] = (cells - shift).where(cells - shift >= first, first)
        elif str(name).endswith(VARIED) and register not in ("communities", "homes"):
            columns[str(name)] = (cells * factor).round().clip(lower=cells.clip(upper=1))
    if register == "homes":
        columns |= _rolled(table, ("community_code",), [str(name) for name in table if str(name).startswith("children_")], draw)
    for groups, values in [ROLLED[register]] if register in ROLLED else []:
        columns |= _rolled(table, groups, values, draw)
    return table.assign(**columns)


def _rolled(
    table: pd.DataFrame, groups: tuple[str, ...], values: Sequence[str], draw: np.random.Generator
) -> dict[str, np.ndarray]:
    """Return columns whose values have moved on by a drawn number of rows within each group."""
    group = table.groupby(list(groups), sort=False)
    first = group.ngroup().to_numpy()
    order = np.argsort(first, kind="stable")
    count = np.bincount(first)
    start = np.repeat(np.cumsum(count) - count, count)
    step = np.repeat(draw.integers(0, count), count)
    source = np.empty(len(table), np.intp)
    source[order] = order[start + (np.arange(len(table)) - start + step) % np.repeat(count, count)]
    return {name: table[name].to_numpy()[source] for name in values}


def _write_parquet(table: pd.DataFrame, path: Path, *, geo: bool = False) -> None:
    """Write a table: text, numbers (whole ones as integers), dates, booleans; empty cells are nulls."""
    columns = {str(name): _arrow(cells) for name, cells in table.items()}
    written = pa.table(columns)
    pq.write_table(written.replace_schema_metadata({"geo": json.dumps(GEO)} if geo else None), path)


def _arrow(cells: pd.Series[Any]) -> pa.Array:
    if isinstance(cells.dtype, pd.StringDtype) or cells.dtype == object:
        values = cells.to_numpy(dtype=object)
        return pa.array(values, pa.binary() if len(values) and isinstance(values[0], bytes) else pa.string(), mask=values == "")
    if pd.api.types.is_datetime64_any_dtype(cells):
        return pa.array(cells.to_numpy().astype("datetime64[D]"), pa.date32())
    if cells.dtype == "boolean":
        return pa.array(cells, pa.bool_())
    numbers = cells.to_numpy(dtype=float)
    known = numbers[~np.isnan(numbers)]
    if len(known) and (known == np.rint(known)).all() and np.abs(known).max() < 2**31:
        return pa.array(np.nan_to_num(numbers).astype(np.int32), mask=np.isnan(numbers))
    return pa.array(numbers, mask=np.isnan(numbers))
