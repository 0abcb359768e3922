"""The level of an audit: how a city is cut into subjects.

A city that is cut is a city like any other, only that its "communities" are its subdistricts, the district as one, or the
facilities of a kind. So everything that measures, scores and shows communities does the same for them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from friendly_city.city.model import City, Cut
from friendly_city.errors import InvalidParameters, UnknownName

if TYPE_CHECKING:
    from collections.abc import Mapping

LEVELS = ("community", "subdistrict", "district", "facility")
"""What an audit can be about."""
DISTRICT_DIGITS = 6
"""Digits of a code of the national register that name the district (GB/T 2260)."""
NEAR_M = 100.0
"""Radius in metres by which the place of a facility is drawn on a map. Ours."""
OF_FACILITIES = ("facilities", "inspections", "activities", "entrances", "hours")
"""Registers whose rows name a facility."""


def cut(city: City, level: str, kind: str = "") -> City:
    """Return a city cut into subjects of a level.

    Parameters
    ----------
    city : City
        From `load_city`.
    level : str
        One of `LEVELS`.
    kind : str
        Kind of facility, e.g. ``childrens_home``; for the level ``facility`` only.

    Returns
    -------
    City
        The same city for ``community``. Else one whose `codes` are those of subdistricts, of the district (the first
        6 digits all communities share, else the id of the city), or facility ids. Every row belongs to the subject in which
        its community lies; of a city cut into facilities only the rows that name one of them are left.

    Raises
    ------
    UnknownName
        For a level that does not exist, or a kind of which the city has no facility.
    InvalidParameters
        When a kind is missing, or is given for another level; and for several cities held as one.
    """
    if level not in LEVELS:
        raise UnknownName("level", level, LEVELS)
    if bool(kind) != (level == "facility"):
        raise InvalidParameters(f"level {level!r} {'takes no kind' if kind else 'needs a kind of facility'}")
    if level == "community":
        return city.whole
    if city.part_of:
        raise InvalidParameters(f"several cities held as one are audited by community, not by {level}")
    return _facilities(city.whole, kind) if level == "facility" else _areas(city.whole, level)


def _areas(city: City, level: str) -> City:
    table = city.communities
    if level == "subdistrict":
        code = table["subdistrict_code"].astype(str)
        names = table.groupby(code, sort=True)[["subdistrict", "subdistrict_en"]].first()
        names.columns = pd.Index(["name", "name_en"])
    else:
        shared = sorted({str(community)[:DISTRICT_DIGITS] for community in table.index})
        code = pd.Series(shared[0] if len(shared) == 1 and len(shared[0]) == DISTRICT_DIGITS else city.id, index=table.index)
        names = pd.DataFrame({"name": city.name.zh, "name_en": city.name.en}, index=code.unique()[:1])
    subjects = _summed(table, code).assign(name=names["name"], name_en=names["name_en"])
    subjects = subjects.assign(subdistrict_code=subjects.index, subdistrict=city.name.zh, subdistrict_en=city.name.en)
    subjects.index.name = table.index.name
    subject_of = {str(community): str(subject) for community, subject in code.items()}
    shapes = city.boundaries[["geometry"]].assign(subject=[subject_of[str(name)] for name in city.boundaries.index])
    boundaries = shapes.dissolve("subject").rename_axis(city.boundaries.index.name)
    made = Cut(level=level, kind="", whole=city, subjects=subjects[list(table.columns)], subject_of=subject_of)
    return replace(city, boundaries=boundaries, cut=made)


def _summed(table: pd.DataFrame, code: pd.Series[str]) -> pd.DataFrame:
    """Return numbers summed (unknown where one is), and text where all agree, by subject."""
    groups = table.groupby(code, sort=True)
    columns = {}
    for name in table.columns:
        if pd.api.types.is_numeric_dtype(table[name]):
            columns[name] = groups[name].agg(lambda values: values.sum(skipna=False))
        else:
            agreed = groups[name].first() == groups[name].last()
            columns[name] = groups[name].first().where(agreed, "")
    return pd.DataFrame(columns).astype({name: table[name].dtype for name in columns})


def _facilities(city: City, kind: str) -> City:
    every = city.registers.get("facilities", pd.DataFrame({"kind": []}))
    chosen = every[every["kind"] == kind].sort_values("facility_id")
    if chosen.empty:
        raise UnknownName("kind of facility in this city", kind, tuple(sorted(every["kind"].unique())))
    lies_in = {str(place): str(code) for place, code in zip(chosen["facility_id"], chosen["community_code"], strict=True)}
    around = city.communities.loc[list(lies_in.values())]
    subjects = around.assign(
        subdistrict=around["name"].to_numpy(),
        subdistrict_en=around["name_en"].to_numpy(),
        name=chosen["name"].to_numpy(),
        name_en=np.where(chosen["name_en"] == "", chosen["name"], chosen["name_en"]),
    ).set_axis(pd.Index(list(lies_in), dtype=around.index.dtype, name=around.index.name))
    shapes = gpd.points_from_xy(chosen["x_m"], chosen["y_m"], crs=city.crs).buffer(NEAR_M)
    boundaries = gpd.GeoDataFrame(geometry=shapes, index=pd.Index(list(lies_in), name=city.boundaries.index.name))
    made = Cut(level="facility", kind=kind, whole=city, subjects=subjects, lies_in=lies_in)
    registers = {name: _of_subjects(city.registers[name], lies_in) for name in OF_FACILITIES if city.has(name)}
    kept = {name: city.registers[name] for name in ("communities", "population", "homes", "reporting") if city.has(name)}
    return replace(city, registers=kept | registers, boundaries=boundaries, cut=made)


def _of_subjects(table: pd.DataFrame, lies_in: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows that name one of some facilities; the facility is their subject."""
    own = table[table["facility_id"].isin(list(lies_in))]
    return own.assign(community_code=own["facility_id"])
