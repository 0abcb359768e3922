"""A small city in which it is known by hand who reaches a library: for pages on access and what they may tell."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from friendly_city.access.impedance import Limit
from friendly_city.audit.service_access import service_access
from tests.report.conftest import CODES, SIDE_M, make_city

LIMIT = Limit(100, "m")
SOUTH, NORTH = "440304001", "440304002"
SUBDISTRICTS = (SOUTH, SOUTH, SOUTH, NORTH, NORTH)
FAR_M = 300.0
"""Metres from the far home of a community to its library; the near home is at its door."""


def made_city(halves, *, girls=0.5):
    """Return a city of five communities with so many children aged 6–12 within and without the limit in each."""
    city = make_city()
    rows = [(code, SIDE_M * place + 300.0, *half) for place, (code, half) in enumerate(zip(CODES, halves, strict=True))]
    homes = pd.DataFrame(
        {
            "home_id": f"{code}-{side}", "community_code": code, "x_m": x, "y_m": y, "provenance": "synthetic",
            "children_0_3_persons": 50, "children_3_6_persons": 50, "children_6_12_persons": count, "children_12_18_persons": 50,
        }
        for code, x, within, without in rows for side, y, count in (("near", 300.0, within), ("far", 0.0, without))
    )  # fmt: skip
    libraries = pd.DataFrame(
        {
            "facility_id": f"L{code}", "kind": "library", "name": "甲", "community_code": code, "x_m": x, "y_m": 300.0,
            "opened_date": pd.Timestamp("2020-01-01"), "closed_date": pd.NaT, "provenance": "synthetic",
        }
        for code, x, *_ in rows
    )  # fmt: skip
    shares = {"female": girls, "male": 1 - girls}
    population = pd.DataFrame(
        {
            "population_id": f"{code}-{low}-{sex}", "community_code": code, "age_from": low, "age_below": below, "sex": sex,
            "persons": share * (sum(half) if low == 6 else 100), "provenance": "published_total",
        }
        for code, _, *half in rows for low, below in ((0, 3), (3, 6), (6, 12), (12, 18), (18, 200)) for sex, share in shares.items()
    )  # fmt: skip
    communities = city.register("communities").assign(subdistrict_code=SUBDISTRICTS)
    changed = {"homes": homes, "facilities": libraries, "population": population, "communities": communities}
    return replace(city, registers=city.registers | changed)


def access(city, subdistrict=""):
    return service_access(city, kind="library", age_band="6-12", period="2022", subdistrict=subdistrict, limit=LIMIT)
