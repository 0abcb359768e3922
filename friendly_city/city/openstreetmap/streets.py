"""Ways that may be walked, as rows of the streets layer; places to cross, as rows of the crossings register."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from friendly_city.city.openstreetmap.extract import Extract, Tags, ids_of, tags_of
from friendly_city.city.openstreetmap.kinds import OTHER_STREET, Kinds, asked_of_extract, first_fit

INCLINE = re.compile(r"-?([0-9]+(?:\.[0-9]+)?) ?%")
CLASSES = ("trunk", "secondary", "branch", OTHER_STREET)
"""From the largest to the smallest."""
DECIMALS = 6
"""Of a degree, about 0.1 m, as in every city folder."""
SIDES = {"both": 2, "left": 1, "right": 1, "yes": None, "separate": None, "no": 0, "none": 0}
"""Sides with a pavement by the tag `sidewalk`; None: there is one, it is not said on which sides."""
TOUCH_M = 0.2
"""A crossing lies on the streets nearer than this: twice the rounding of positions."""
METRES = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?: ?m)?")


def pavement_sides(tags: Tags) -> int | None:
    """Return on how many sides of a street there is a pavement, None where the map does not say.

    Examples
    --------
    >>> [pavement_sides(tags) for tags in ({"sidewalk": "both"}, {"sidewalk:left": "no", "sidewalk:right": "separate"}, {})]
    [2, 1, None]
    """
    for key in ("sidewalk:both", "sidewalk"):
        if key in tags:
            both = {"yes": 2, "separate": 2} if key == "sidewalk:both" else {}
            return (SIDES | both).get(tags[key])
    sides = [tags.get(f"sidewalk:{side}") for side in ("left", "right")]
    return None if None in sides else sum(side in ("yes", "separate") for side in sides)


def metres(text: str | None) -> float | None:
    """Return a width in metres, None for what is no plain number of metres.

    Examples
    --------
    >>> [metres(text) for text in ("2.5", "3 m", "6'", None)]
    [2.5, 3.0, None, None]
    """
    found = METRES.fullmatch(text or "")
    return float(found[1]) if found else None


def cycle_lane(tags: Tags) -> float | None:
    """Return the width of the cycle lane, 0 where the map says there is none, None where it does not say."""
    if any(tags.get(key) == "no" for key in ("cycleway", "cycleway:both")):
        return 0.0
    widths = [metres(tags.get(f"{key}:width")) for key in ("cycleway", "cycleway:both", "cycleway:left", "cycleway:right")]
    return max((width for width in widths if width is not None), default=None)


def street_rows(extract: Extract, kinds: Kinds) -> gpd.GeoDataFrame:
    """Return the streets of an extract in WGS84, the columns of the layer but the community; ends where OpenStreetMap joins.

    Pieces shorter than the rounding of positions are left out.
    """
    edges = extract.ways_on_foot
    shapes = shapely.set_precision(edges.geometry.to_numpy(), 10.0**-DECIMALS, mode="pointwise")
    rows = [_street(tags, kinds) for tags in tags_of(edges)]
    number = edges.groupby("id").cumcount() + 1
    ids = [f"{way}-{part}" for way, part in zip(ids_of(edges.assign(osm_type="way")), number, strict=True)]
    table = gpd.GeoDataFrame(pd.DataFrame(rows, dtype=object), geometry=shapes, crs="EPSG:4326").assign(street_id=ids)
    long = shapely.length(shapes) > 0
    return table[long].assign(order=edges["id"][long], number=number[long]).sort_values(["order", "number"], ignore_index=True)


def _street(tags: Tags, kinds: Kinds) -> dict[str, Any]:
    kind = kinds.street_class(tags.get("highway", ""))
    road = kind != OTHER_STREET
    widths = [metres(tags.get(key)) for key in ("sidewalk:width", "sidewalk:both:width")]
    return {
        "street_class": kind,
        "bridge": tags.get("bridge", "no") != "no",
        "pavement_sides": pavement_sides(tags) if road else None,
        "pavement_width_m": next((width for width in widths if width is not None), None) if road else None,
        "cycle_lane_width_m": cycle_lane(tags) if road else None,
        "kerb_m": None,
        "steps": tags.get("highway") == "steps",
        "slope_percent": slope(tags),
        "provenance": "osm",
    }


def slope(tags: Tags) -> float | None:
    """Return the slope of a way in per cent, None when its tag gives no figure.

    Examples
    --------
    >>> [slope(tags) for tags in ({"incline": "-8%"}, {"incline": "6.5 %"}, {"incline": "up"}, {})]
    [8.0, 6.5, None, None]
    """
    found = INCLINE.fullmatch(tags.get("incline", ""))
    return min(float(found[1]), 100.0) if found else None


def crossing_rows(extract: Extract, kinds: Kinds, streets: gpd.GeoDataFrame) -> tuple[list[dict[str, Any]], int]:
    """Return marked crossings, the columns of the register but the community, and how many others were left out.

    Parameters
    ----------
    extract : Extract
        Where the nodes are looked for.
    kinds : Kinds
        Which are crossings.
    streets : GeoDataFrame
        As of `street_rows`, but in metres: the class of the largest street that meets at a crossing is that of the crossed.
    """
    found = extract.objects(asked_of_extract(kinds.crossings), points_only=True)
    rules = [first_fit(kinds.crossings, tags) for tags in tags_of(found)]
    crossed = list(_crossed(found, streets))
    rows = [
        {
            "crossing_id": name, "kind": rule.kind, "street_class": CLASSES[over],
            "longitude": round(point.x, DECIMALS), "latitude": round(point.y, DECIMALS), "provenance": "osm",
        }
        for name, rule, over, point in zip(ids_of(found), rules, crossed, found.geometry, strict=True)
        if rule is not None and over is not None
    ]  # fmt: skip
    return rows, len(found) - len(rows)


def _crossed(points: gpd.GeoDataFrame, streets: gpd.GeoDataFrame) -> Iterator[int | None]:
    """Yield the class of the largest street at each point, as its place in `CLASSES`; None where there is no street."""
    rank = np.array([CLASSES.index(name) for name in streets["street_class"]])
    tree = shapely.STRtree(streets.geometry.to_numpy())
    point, street = tree.query(points.geometry.to_crs(streets.crs).to_numpy(), predicate="dwithin", distance=TOUCH_M)
    best = np.full(len(points), len(CLASSES))
    np.minimum.at(best, point, rank[street])
    yield from (int(found) if found < len(CLASSES) else None for found in best)
