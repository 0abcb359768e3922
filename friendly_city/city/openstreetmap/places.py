"""Facilities of an extract: what the list of kinds names, where it stands, how large it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from friendly_city.city.cells import check_cells
from friendly_city.city.dictionary import Field, dictionary
from friendly_city.city.openstreetmap.extract import Extract, Tags, ids_of, tags_of
from friendly_city.city.openstreetmap.kinds import Kinds, asked_of_extract, first_fit
from friendly_city.city.openstreetmap.opening import hours_of
from friendly_city.city.openstreetmap.streets import DECIMALS
from friendly_city.errors import Problem
from friendly_city.labels import Text, label


@dataclass(frozen=True, slots=True)
class Places:
    """Facilities, the columns of the register but the community, and what was left out: id and name of each.

    `hours` are rows of the register of opening hours, as far as the map's are understood; of `unread` facilities they are not.
    """

    rows: tuple[dict[str, Any], ...]
    left_out: tuple[str, ...]
    hours: tuple[dict[str, Any], ...] = ()
    unread: tuple[str, ...] = ()


def facility_places(extract: Extract, kinds: Kinds, crs: str) -> Places:
    """Return the facilities of an extract, by type and number of the OpenStreetMap object.

    Parameters
    ----------
    extract : Extract
        Where they are looked for.
    kinds : Kinds
        Which objects are facilities of which kind. The same object counts once, under the first rule that fits.
    crs : str
        In metres, for the areas of polygons.
    """
    found = extract.objects(asked_of_extract(kinds.facilities))
    areas = found.geometry.to_crs(crs).area.where(found.geometry.is_valid, 0.0)  # cut at the edge of the extract: not known
    rows, left_out, written = [], [], dict[str, str]()
    for name, tags, shape, area in zip(ids_of(found), tags_of(found), found.geometry, areas, strict=True):
        rule = first_fit(kinds.facilities, tags)
        if rule is not None and rule.kind:
            size = {rule.area: round(float(area), 1)} if rule.area and area > 0 else {}
            written |= {name: tags["opening_hours"]} if tags.get("opening_hours") else {}
            rows.append({"facility_id": name, "kind": rule.kind, **_named(tags, rule.kind, name), **_spot(shape), **size})
        elif rule is not None:
            left_out.append(f"{name} {tags.get('name', '')}".strip())
    read = {name: hours_of(text) for name, text in written.items()}
    hours = [
        {"hours_id": f"{name}-{number}", "facility_id": name, **row, "provenance": "osm"}
        for name, said in read.items()
        for number, row in enumerate(said, start=1)
    ]
    unread = tuple(name for name, said in read.items() if not said)
    return Places(tuple(row | {"provenance": "osm"} for row in rows), tuple(left_out), tuple(hours), unread)


def _spot(shape: shapely.Geometry) -> dict[str, float]:
    """Return a point on a shape, for sure inside of a polygon."""
    point = shape.representative_point() if shape.geom_type in ("Polygon", "MultiPolygon") else shape.centroid
    return {"longitude": round(point.x, DECIMALS), "latitude": round(point.y, DECIMALS)}


def _named(tags: Tags, kind: str, object_id: str) -> dict[str, str | None]:
    """Return the names of a facility; one without a name on the map is called by its kind and number."""
    called = label("facility", kind)
    unnamed = Text(f"{called.zh}（无名，OSM {object_id}）", f"{called.en} (no name, OSM {object_id})")
    name = next((text for key in ("name:zh-Hans", "name:zh", "name") if (text := admitted(tags.get(key)))), "")
    english = next((text for key in ("name:en", "int_name") if (text := admitted(tags.get(key)))), "")
    return {"name": name or unnamed.zh, "name_en": english or (None if name else unnamed.en)}


def admitted(text: str | None) -> str:
    """Return a name as a register may hold it, '' for none or for one that a register would refuse.

    Examples
    --------
    >>> admitted(" Green  Park "), admitted("=cmd()"), admitted(None)
    ('Green Park', '', '')
    """
    plain = " ".join((text or "").split())
    faults: list[Problem] = []
    check_cells([plain], _name_field(), [1], file="", problems=faults)
    return "" if faults else plain


@cache
def _name_field() -> Field:
    return dictionary().registers["facilities"].field("name")


def frame_of(rows: tuple[dict[str, Any], ...] | list[dict[str, Any]], crs: str) -> gpd.GeoDataFrame:
    """Return rows with longitude and latitude as points in metres."""
    table = pd.DataFrame(rows, columns=["longitude", "latitude"] if not rows else None)
    points = gpd.points_from_xy(table["longitude"], table["latitude"], crs="EPSG:4326")
    return gpd.GeoDataFrame(table, geometry=points).to_crs(crs)
