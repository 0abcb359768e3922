"""An audit and a plan walk to the entrances of facilities: by hand, together with other cities, cut, and planned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from friendly_city.access.impedance import Limit
from friendly_city.access.reach import cost_to_nearest, snapped
from friendly_city.audit.findings import findings_frame
from friendly_city.audit.planned import with_facilities
from friendly_city.audit.service_access import service_access
from friendly_city.audit.siting import plan_sites
from friendly_city.audit.together import audit_together
from friendly_city.city.level import cut
from friendly_city.city.model import City
from friendly_city.city.period import period_of
from friendly_city.city.together import joined
from friendly_city.standards.requirement import Access, Limits, Threshold
from tests.audit.cities import checklist_of, city_of, criterion, findings, where
from tests.audit.random_cities import random_city
from tests.audit.test_measures_properties import EVERYTHING
from tests.audit.test_together import renumbered

PARK = where(kind="park")
PERIOD = period_of("2022")
HOMES = [{"in": "A", "x_m": 100.0, "children_6_12_persons": 60}, {"in": "A", "x_m": 900.0, "children_6_12_persons": 40}]
DEEP = {"in": "A", "kind": "park", "x_m": 100.0, "y_m": 900.0}
"""A park whose middle is 400 m off the street of the community."""


def asked(measure="share_within", unit="share", **limits):
    threshold = Threshold(unit=unit, limits=Limits(**limits))
    return Access(
        where=PARK, age_band="6-12", measure=measure, within=300 if measure == "share_within" else None, threshold=threshold
    )


@pytest.mark.parametrize(
    ("gates", "share", "metres"),
    [
        ([], 0.0, 0.6 * 400 + 0.4 * 1200),
        ([150.0], 0.6, 0.6 * 50 + 0.4 * 750),
        ([150.0, 850.0], 1.0, 50.0),
    ],
)
def test_a_criterion_of_access_counts_from_the_gates(gates, share, metres):
    doors = [{"in": "A", "facility_id": "F001", "x_m": x} for x in gates]
    city = city_of(homes=HOMES, facilities=[DEEP], entrances=doors)
    assert findings(city, asked(at_least=1, zero_at=0)).loc["A", "value"] == pytest.approx(share)
    assert findings(city, asked("nearest", "m", at_most=100)).loc["A", "value"] == pytest.approx(metres)


def test_supply_is_shared_among_those_who_reach_a_gate():
    """1 park within 300 m of the 60 children at the gate: 1 for 60 there, 0 for the 40 others; in the mean 0.6 / 60."""
    door = [{"in": "A", "facility_id": "F001", "x_m": 150.0}]
    supply = Access(
        where=PARK, age_band="6-12", measure="supply", within=300, threshold=Threshold(unit="per_1000", limits=Limits(at_least=1))
    )
    assert findings(city_of(homes=HOMES, facilities=[DEEP], entrances=door), supply).loc["A", "value"] == pytest.approx(10)


def with_gates(city: City, seed: int) -> City:
    """The city with some gates of some of its facilities, some of them far from every street."""
    draw, table = np.random.default_rng(seed), city.register("facilities")
    owner = draw.integers(0, len(table), 2 * len(table)) if len(table) else np.empty(0, int)
    gates = pd.DataFrame({
        "entrance_id": [f"E{number}" for number in range(len(owner))],
        "facility_id": table["facility_id"].iloc[owner].to_numpy(), "community_code": table["community_code"].iloc[owner].to_numpy(),
        "x_m": draw.uniform(0, 3000, len(owner)), "y_m": draw.uniform(-200, 1200, len(owner)),
    }).astype({"facility_id": "str", "community_code": "str"})  # fmt: skip
    return replace(city, registers={**city.registers, "entrances": gates})


def test_each_city_among_others_has_the_findings_it_has_alone():
    cities = [renumbered(with_gates(random_city(seed), seed), seed) for seed in range(12)]
    groups = {}
    for city in cities:
        groups.setdefault(tuple(city.registers), []).append(city)
    differ = 0
    for group in groups.values():
        together = audit_together(joined(group), EVERYTHING, PERIOD).findings.to_frame()
        for city in group:
            alone = findings_frame(city, EVERYTHING, PERIOD)
            mine = together[together["community_code"].isin(city.codes)].reset_index(drop=True)
            pd.testing.assert_frame_equal(mine, alone, check_exact=True)
            bare = replace(city, registers={name: table for name, table in city.registers.items() if name != "entrances"})
            differ += not findings_frame(bare, EVERYTHING, PERIOD).equals(alone)
    assert differ > 3, "gates made no difference: nothing was tried"


def test_a_district_reaches_what_its_communities_reach():
    """A's children reach the gate in B 60 m beyond the border; at every level 60 of 100 children are within 300 m."""
    homes = [{"in": "A", "x_m": 990.0, "children_6_12_persons": 60}, {"in": "B", "x_m": 1900.0, "children_6_12_persons": 40}]
    deep = {"in": "B", "kind": "park", "x_m": 1050.0, "y_m": 900.0}
    gate = {"in": "B", "facility_id": "F001", "x_m": 1050.0}
    city = city_of("AB", homes=homes, facilities=[deep], entrances=[gate])
    names = {"subdistrict_code": "440304001", "subdistrict": "南", "subdistrict_en": "South", "residential_floor_area_m2": 1.0}
    city = replace(city, registers={**city.registers, "communities": city.register("communities").assign(**names)})
    for level, shares in (("community", [1.0, 0.0]), ("subdistrict", [0.6]), ("district", [0.6])):
        checklist = checklist_of(criterion(asked(at_least=1, zero_at=0), subject=level))
        assert findings_frame(cut(city, level), checklist, PERIOD)["value"].tolist() == pytest.approx(shares)


HALL = {"in": "A", "kind": "cultural_room", "x_m": 100.0, "y_m": 900.0}
ROOM = {"in": "A", "kind": "cultural_room", "x_m": 500.0}


def numbered(city):
    """The city with facilities that stand on lines of a file, as loaded ones do."""
    table = city.register("facilities")
    return replace(city, registers={**city.registers, "facilities": table.assign(row=np.arange(len(table)) + 2)})


def test_a_plan_walks_to_the_gate_of_what_a_service_moves_into():
    """Within 300 m of the middle of the hall lives nobody, within 300 m of its gate 60 children; of the room, nobody."""
    doors = [{"in": "A", "facility_id": "F001", "x_m": 150.0}]
    city = numbered(city_of(homes=HOMES, facilities=[HALL, ROOM], entrances=doors))
    planned = plan_sites(city, kind="library", period="2022", number=1, limit=Limit(300, "m"), candidates=["cultural_room"])
    assert planned.sites["site"].tolist() == ["F001"]
    assert planned.plan.share_after == pytest.approx(0.6)
    after = planned.city_after
    found = service_access(after, kind="library", age_band="6-12", period="2022")
    assert found.homes["cost_m"].tolist() == pytest.approx([50, 750])
    assert after.register("entrances")["facility_id"].tolist() == ["F001", "planned-001"]
    assert after.register("entrances")["entrance_id"].is_unique
    assert len(city.register("entrances")) == 1, "the city itself stays as it was"


def test_a_kept_facility_serves_from_its_gate():
    doors = [{"in": "A", "facility_id": "F001", "x_m": 150.0}]
    library = HALL | {"kind": "library"}
    for entrances, share in ((doors, 0.6), ([], 0.0)):
        city = city_of(homes=HOMES, facilities=[library, ROOM], entrances=entrances)
        planned = plan_sites(city, kind="library", period="2022", number=1, limit=Limit(300, "m"), candidates=["cultural_room"])
        assert planned.plan.share_before == pytest.approx(share)


def test_sites_on_a_grid_have_no_gates():
    doors = [{"in": "A", "facility_id": "F001", "x_m": 150.0}]
    city = numbered(city_of(homes=HOMES, facilities=[HALL], entrances=doors))
    sites = pd.DataFrame(
        {"site": ["grid-0001"], "name": ["grid-0001"], "community_code": city.codes[:1], "x_m": [900.0], "y_m": [500.0]}
    )
    after = with_facilities(city, "library", sites, period="2022")
    assert after.register("entrances") is city.register("entrances")
    new = after.register("facilities").query("kind == 'library'")
    assert cost_to_nearest(after, new).tolist() == pytest.approx([800, 0])
    assert snapped(after, new).size == 1
