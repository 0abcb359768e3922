"""Children spread over residential buildings: made, never taken for known, and only where it was asked for.

Every row says `synthetic`. Adults are not made: what is asked per resident stays unknown.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from friendly_city.city.dasymetric import shared
from friendly_city.city.model import AGE_BANDS
from friendly_city.city.openstreetmap.communities import Communities
from friendly_city.city.openstreetmap.extract import Extract, ids_of, tags_of
from friendly_city.city.openstreetmap.kinds import Kinds, asked_of_extract, first_fit
from friendly_city.city.openstreetmap.streets import DECIMALS
from friendly_city.errors import InvalidCity, Problem

SEXES = ("male", "female")


def levels(text: str | None) -> float:
    """Return the storeys of a building, 1 where they are not known.

    Examples
    --------
    >>> levels("6"), levels("about 3"), levels(None)
    (6.0, 1.0, 1.0)
    """
    number = pd.to_numeric(pd.Series([text or ""]), errors="coerce").iloc[0]
    return float(number) if 1 <= number <= 200 else 1.0


def synthetic_homes(extract: Extract, kinds: Kinds, communities: Communities, children: int) -> list[dict[str, Any]]:
    """Return residential buildings with children by age band, by the floor area (footprint by storeys) of each.

    Raises
    ------
    InvalidCity
        When there is no residential building in a community.
    """
    crs = communities.table.crs
    found = extract.objects(asked_of_extract(kinds.homes))
    fits = [first_fit(kinds.homes, tags) is not None for tags in tags_of(found)]
    found = found[np.array(fits, bool) & found.geom_type.isin(["Polygon", "MultiPolygon"]).to_numpy()].reset_index(drop=True)
    points = found.geometry.make_valid().representative_point()
    codes = communities.code_at(points.to_crs(crs))
    there = (codes != "").to_numpy()
    if not there.any():
        what, expected = "no residential building in this extract", "buildings of the kinds under homes in kinds.yaml"
        raise InvalidCity([Problem(str(extract.path), None, None, "", what, expected)])
    storeys = np.array([levels(tags.get("building:levels")) for tags in tags_of(found)])
    weights = found.geometry.make_valid().to_crs(crs).area.to_numpy() * storeys
    years = np.array([below - start for start, below in AGE_BANDS.values()], dtype=float)
    by_band = [shared(int(total), weights[there]) for total in shared(children, years)]
    return [
        {"home_id": f"H{name}", "community_code": code}
        | {"longitude": round(point.x, DECIMALS), "latitude": round(point.y, DECIMALS)}
        | {f"children_{band.replace('-', '_')}_persons": int(n) for band, n in zip(AGE_BANDS, counts, strict=True)}
        | {"provenance": "synthetic"}
        for name, code, point, *counts in zip(
            np.array(ids_of(found))[there], codes[there], points[there], *by_band, strict=True
        )
    ]  # fmt: skip


def population_of(homes: list[dict[str, Any]], codes: list[str]) -> list[dict[str, Any]]:
    """Return the population register that agrees with homes: the children by band, one half of them (rounded up) male."""
    sums = pd.DataFrame(homes).groupby("community_code").sum(numeric_only=True)
    rows = []
    for code in codes:
        for band, (start, below) in AGE_BANDS.items():
            column = f"children_{band.replace('-', '_')}_persons"
            persons = int(sums[column].get(code, 0))
            rows += [
                {"population_id": f"P{code}-{start}-{sex}", "community_code": code, "age_from": start, "age_below": below}
                | {"sex": sex, "persons": count, "provenance": "synthetic"}
                for sex, count in zip(SEXES, (persons - persons // 2, persons // 2), strict=True)
            ]
    return rows
