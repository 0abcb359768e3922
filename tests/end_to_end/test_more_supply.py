"""More supply that fits, and more data, lower no community's certain score: on the whole checklist, for every kind of facility.

Fitting: every field that some criterion asks of such a facility is as asked, and it was inspected: yes. A poor facility can
lower a criterion about the quality of each (see DECISIONS.md).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import friendly_city as fc
from friendly_city.city.dictionary import dictionary
from friendly_city.standards.model import SubjectKind

ROOT = Path(__file__).parents[2]
KINDS = dictionary().registers["facilities"].field("kind").enum
FITTING = {
    "childrens_home": {"level": "community", "floor_area_m2": 300, "books_count": 2000, "zones_count": 6, "capacity_places": 60},
    "base": {"category": "library", "floor_area_m2": 500},
    "mother_baby_room": {"floor_area_m2": 12, "zones_count": 3},
    "kindergarten": {"capacity_places": 240, "classes_count": 12, "nursery_places": 40, "site_area_m2": 4800, "play_area_m2": 1200},
    "primary_school": {"capacity_places": 900, "classes_count": 24, "site_area_m2": 15000},
    "middle_school": {"capacity_places": 900, "classes_count": 24, "site_area_m2": 18000},
    "nine_year_school": {"capacity_places": 1800, "classes_count": 45, "site_area_m2": 30000},
    "park": {"category": "community_park", "site_area_m2": 40000, "play_area_m2": 2000, "play_sites_count": 2, "nature_contact": True},
    "play_site": {"site_area_m2": 900, "play_area_m2": 800, "play_sites_count": 1, "nature_contact": True},
    "sports_ground": {"site_area_m2": 9000, "court_area_m2": 4000, "play_sites_count": 1},
    "residential_plot": {"site_area_m2": 40000, "play_area_m2": 1300, "play_sites_count": 2},
    "library": {"floor_area_m2": 900, "books_count": 20000, "capacity_places": 120},
    "health_centre": {"floor_area_m2": 1600},
    "childcare": {"capacity_places": 90, "floor_area_m2": 900},
    "management_room": {"floor_area_m2": 400},
    "police_room": {"floor_area_m2": 200},
    "service_station": {"floor_area_m2": 400},
    "cultural_room": {"floor_area_m2": 5000},
    "public_toilet": {"floor_area_m2": 90},
    "public_venue": {"floor_area_m2": 3000, "has_mother_baby_room": True},
    "rights_station": {"floor_area_m2": 30},
}  # fmt: skip
"""Not only the fields of this checklist: what any standard of the catalogue asks of such a facility, and generously."""


@cache
def city():
    return fc.load_city(str(ROOT / "data/futian"))


@cache
def checklist():
    return fc.load_checklist("community")


@cache
def before():
    return audited(city())


def audited(some):
    return fc.audit(some, checklist(), period="2022")


def with_rows(some, register, rows):
    """The city with rows added; a column that is not named is empty."""
    table = some.register(register)
    more = pd.DataFrame(rows).reindex(columns=table.columns)
    for column in table:
        if table[column].dtype == "str":
            more[column] = more[column].astype(object).where(more[column].notna(), "")
        elif column == "row":
            more[column] = 0
        more[column] = more[column].astype(table[column].dtype)
    return replace(some, registers={**some.registers, register: pd.concat([table, more], ignore_index=True)})


def items_about(kind):
    """The items that inspections of such a facility are asked for."""
    found = []
    for item in checklist().items:
        asked = item.criterion.requirement
        if asked.kind == "attest" and item.criterion.subject is SubjectKind.FACILITY:
            found += [asked.item for c in asked.where.conditions if c.field == "kind" and kind in c.any_of]
    return sorted(set(found))


def with_fitting(kind):
    """The city with one fitting facility beside the first home of each community, inspected, and its inspections reported."""
    homes = city().register("homes").drop_duplicates("community_code")
    places = {name: homes[name].to_numpy() for name in ("community_code", "longitude", "latitude", "x_m", "y_m")}
    ids = [f"X{number:03d}" for number in range(len(homes))]
    shared = {"kind": kind, "name": "新", "opened_date": pd.Timestamp("2020-01-01"), "provenance": "synthetic"}
    rows = pd.DataFrame({"facility_id": ids, **places}).assign(**shared, **FITTING[kind])
    result = with_rows(city(), "facilities", rows)
    for item in items_about(kind):
        inspected = {"subject_kind": "facility", "item": item, "method": "observe", "answer": "yes", "provenance": "synthetic"}
        dates = {"examined_date": pd.Timestamp("2022-12-01")}
        new = pd.DataFrame({"facility_id": ids, "community_code": places["community_code"]}).assign(
            inspection_id=[f"Y{item}{number}" for number in range(len(ids))], **inspected, **dates
        )
        result = with_rows(result, "inspections", new)
        reported = {"register": "inspections", "kind": item, "state": "complete", "year_from": 2022, "year_to": 2022}
        said = pd.DataFrame({"community_code": places["community_code"]}).assign(
            reporting_id=[f"Z{item}{number}" for number in range(len(ids))],
            **reported,
            reported_date=pd.Timestamp("2023-01-13"),
        )
        result = with_rows(result, "reporting", said)
    return result


def all_reported(some):
    table = some.register("reporting").assign(state="complete")
    return replace(some, registers={**some.registers, "reporting": table})


def all_cells(some):
    """The city with each empty size of a facility, and each empty number of people, filled in with one it may have."""
    facilities, activities = some.register("facilities").copy(), some.register("activities").copy()
    numbers = facilities.select_dtypes("number").columns.difference(["row", "longitude", "latitude", "x_m", "y_m"])
    for column in numbers:
        usual = facilities.groupby("kind")[column].transform("median")
        facilities[column] = facilities[column].fillna(usual)
    activities["participants_persons"] = activities["participants_persons"].fillna(0)
    return replace(some, registers={**some.registers, "facilities": facilities, "activities": activities})


def all_inspected(some, answer):
    """The city with an inspection wherever the checklist asks for one and none holds: of this year, with this answer."""
    table, rows = some.register("inspections"), []
    facilities = some.register("facilities")
    valid = table["expires_date"].isna() | (table["expires_date"] >= pd.Timestamp("2022-12-31"))
    table = table[valid & (table["examined_date"] >= pd.Timestamp("2021-01-01"))]
    for item in checklist().items:
        asked = item.criterion.requirement
        if asked.kind != "attest" or asked.register != "inspections":
            continue
        done = table[table["item"] == asked.item]
        if item.criterion.subject is SubjectKind.FACILITY:
            kinds = next(c.any_of for c in asked.where.conditions if c.field == "kind")
            open_ = facilities[facilities["kind"].isin(kinds) & ~facilities["facility_id"].isin(done["facility_id"])]
            pairs = list(zip(open_["community_code"], open_["facility_id"], strict=True))
        else:
            pairs = [(code, "") for code in some.codes if code not in set(done["community_code"])]
        rows += [
            {"inspection_id": f"W{asked.item}{place}", "subject_kind": item.criterion.subject.value, "community_code": code,
             "facility_id": facility, "item": asked.item, "method": "observe", "answer": answer, "provenance": "synthetic",
             "examined_date": pd.Timestamp("2022-12-02")}
            for place, (code, facility) in enumerate(pairs)
        ]  # fmt: skip
    assert rows
    return with_rows(some, "inspections", rows)


def assert_nothing_lower(after):
    keys = ["community_code", "dimension"]
    both = before().scores.merge(after.scores, on=keys, suffixes=("", "_after"))
    assert len(both) == len(before().scores)
    worse = both[both["lower_after"].fillna(100) < both["lower"].fillna(0) - 1e-9]
    if len(worse):
        codes = set(worse["community_code"])
        merged = before().findings.merge(after.findings, on=["community_code", "criterion_id"], suffixes=("", "_after"))
        changed = merged[merged["community_code"].isin(codes) & (merged["rating"] != merged["rating_after"])]
        raise AssertionError(changed[["community_code", "criterion_id", "reason_en", "reason_en_after"]].to_dict("records"))


def test_there_is_a_fitting_facility_of_every_kind():
    assert set(FITTING) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_one_more_fitting_facility_lowers_no_lower_bound(kind):
    assert_nothing_lower(audited(with_fitting(kind)))


@pytest.mark.parametrize("answer", ["yes", "partly", "no"])
def test_the_inspections_that_were_missing_lower_no_lower_bound_whatever_they_say(answer):
    assert_nothing_lower(audited(all_inspected(city(), answer)))


def test_empty_cells_filled_in_lower_no_lower_bound():
    assert_nothing_lower(audited(all_cells(city())))


def test_registers_reported_in_full_lower_no_lower_bound():
    after = audited(all_reported(city()))
    assert_nothing_lower(after)
    assert (after.totals["lower"] > before().totals["lower"] + 1).any()


@pytest.mark.parametrize("answer", ["partly", "no"])
def test_everything_filled_in_at_once_lowers_no_lower_bound(answer):
    assert_nothing_lower(audited(all_inspected(all_cells(all_reported(city())), answer)))


def with_holes(seed):
    """The city with a fifth of the sizes, of the numbers of people and of the inspections not known, and less reported."""
    draw = np.random.default_rng(seed)
    facilities, activities = city().register("facilities").copy(), city().register("activities").copy()
    for table in (facilities, activities):
        for column in table.select_dtypes(["number", "boolean"]).columns.difference(
            ["row", "longitude", "latitude", "x_m", "y_m"]
        ):
            table[column] = table[column].mask(draw.random(len(table)) < 0.2)
    inspections, reporting = city().register("inspections"), city().register("reporting").copy()
    worse = {
        "complete": ["complete", "partial", "not_reported"],
        "partial": ["partial", "not_reported"],
        "not_reported": ["not_reported"],
    }
    reporting["state"] = [
        worse[state][draw.integers(len(worse[state])) if draw.random() < 0.2 else 0] for state in reporting["state"]
    ]
    tables = {"facilities": facilities, "activities": activities, "reporting": reporting}
    opinion = inspections["answer"].str.isdigit().to_numpy()  # a further opinion revises an estimate; it fills no gap
    tables["inspections"] = inspections[opinion | (draw.random(len(inspections)) > 0.2)].reset_index(drop=True)
    return replace(city(), registers={**city().registers, **tables})


@pytest.mark.parametrize("seed", range(3))
def test_what_was_not_known_lowers_no_lower_bound_once_it_is(seed):
    """Compared the other way round: the city as it is against itself with holes."""
    holes = audited(with_holes(seed))
    both = holes.scores.merge(before().scores, on=["community_code", "dimension"], suffixes=("_holes", ""))
    assert (both["lower"].fillna(100) >= both["lower_holes"].fillna(0) - 1e-9).all()
    assert holes.totals["data_coverage"].mean() < before().totals["data_coverage"].mean() - 0.1


def test_a_poor_facility_can_lower_a_criterion_on_the_quality_of_each():
    """What the property does not say: a health centre of 100 m2 beside a good one is a worse state of the health centres."""
    whole = with_fitting("health_centre")
    table = whole.register("facilities")
    table.loc[table["facility_id"].str.startswith("X"), "floor_area_m2"] = 100.0
    after = audited(replace(whole, registers={**whole.registers, "facilities": table}))
    with pytest.raises(AssertionError, match="szpsg-t541-22"):
        assert_nothing_lower(after)
