"""What is done to registers and layers when they arrive, before they are compared: coordinates brought to WGS 84.

Only what the folder of the city asks for, and each thing is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from friendly_city.city.coordinates import as_said, converted
from friendly_city.city.tables import Reading
from friendly_city.labels import Text, number

WGS84 = "EPSG:4326"
TINY_M = 0.001
"""Metres below which an error is not written out."""


def in_wgs84(readings: Mapping[str, Reading], systems: Mapping[str, str], notes: list[Text]) -> dict[str, Reading]:
    """Return registers or layers with their places in WGS 84.

    Parameters
    ----------
    readings : mapping of str to Reading
        As read; each must have been read as one that may be in its system, see `coordinates.admitting`.
    systems : mapping of str to str
        Coordinate system of each that is not in WGS 84.
    notes : list of Text
        What was converted, and with what error, is added here.
    """
    return {
        name: _converted(name, reading, systems[name], notes) if name in systems else reading
        for name, reading in readings.items()
    }


def _converted(name: str, reading: Reading, system: str, notes: list[Text]) -> Reading:
    table = reading.table
    if isinstance(table, gpd.GeoDataFrame):
        shapes = table.geometry.to_numpy()
        given = shapely.get_coordinates(shapes)
        found = converted(given[:, 0], given[:, 1], system)
        places = np.column_stack([found.longitude, found.latitude])
        moved = shapely.set_coordinates(shapes.copy(), places)
        table = table.assign(geometry=gpd.GeoSeries(moved, index=table.index, crs=WGS84))
    elif {"longitude", "latitude"} <= set(table.columns):
        found = converted(table["longitude"].to_numpy(dtype=float), table["latitude"].to_numpy(dtype=float), system)
        table = table.assign(longitude=found.longitude, latitude=found.latitude)
    else:
        return reading
    notes.append(_told(name, system, len(found.longitude), found.error_m))
    return replace(reading, table=table)


def _told(name: str, system: str, count: int, error_m: float) -> Text:
    small = error_m < TINY_M
    missed = Text(f"不超过{number(TINY_M, digits=3)}米", f"less than {TINY_M} m") if small else Text("", "")
    if not small and not pd.isna(error_m):
        missed = Text(f"最大{number(error_m, digits=3)}米", f"at most {number(error_m, digits=3)} m")
    return Text(
        f"{name}：{number(count)}个点由{as_said(system)}转换为WGS 84；反算误差{missed.zh or '不详'}",
        f"{name}: {number(count)} points converted from {as_said(system)} to WGS 84; the way back misses by {missed.en or '—'}",
    )
