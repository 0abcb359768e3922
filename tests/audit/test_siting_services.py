"""Several services under one budget, and places that run out: worked out by hand, by trying all, and against one service alone."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest

import friendly_city as fc
from friendly_city.access.impedance import Limit
from friendly_city.audit.service_access import service_access
from friendly_city.audit.siting import plan_sites
from friendly_city.audit.siting_services import plan_services
from friendly_city.errors import InvalidParameters, UnknownName
from tests.audit.cities import city_of, code

HOMES = [("A", 100.0, 60), ("A", 500.0, 50), ("B", 1100.0, 40), ("B", 1900.0, 30)]
SPOTS = pd.DataFrame(
    {"site": ["west", "middle", "east"], "x_m": [100.0, 800.0, 1900.0], "y_m": 500.0, "community_code": [code(c) for c in "AAB"]}
).assign(name=lambda table: table["site"])
"""Within 300 m: west has the 60, the middle 50 and 40, east 30."""
ASKED = {"period": "2022", "limit": Limit(300, "m"), "candidates": SPOTS}


def town(*facilities):
    homes = [{"in": letter, "x_m": x, "children_6_12_persons": n} for letter, x, n in HOMES]
    return city_of("AB", homes=homes, facilities=list(facilities))


LIBRARY = {"in": "A", "kind": "library", "x_m": 100.0, "capacity_places": 20}
PARK = {"in": "A", "kind": "park", "x_m": 800.0}


def test_one_budget_goes_where_it_does_most():
    """A library stands in the west, a park in the middle. Two sites: a library in the middle (+90), a park in the west (+60)."""
    found = plan_services(town(LIBRARY, PARK), prices={"library": 1, "park": 1}, budget=2, **ASKED)
    assert found.sites[["service", "site", "children_persons"]].to_numpy().tolist() == [
        ["library", "middle", 90],
        ["park", "west", 60],
    ]
    assert found.by_service["share_before"].tolist() == pytest.approx([60 / 180, 90 / 180])
    assert found.by_service["share_after"].tolist() == pytest.approx([150 / 180, 150 / 180])
    assert found.by_service["spent"].tolist() == [1, 1]


def test_a_dear_service_gives_way():
    """A library in the middle (+90) would cost 3; the 2 there are buy parks in the west (+60) and east (+30)."""
    found = plan_services(town(LIBRARY, PARK), prices={"library": 3, "park": 1}, budget=2, **ASKED)
    assert set(zip(found.sites["service"], found.sites["site"], strict=True)) == {("park", "west"), ("park", "east")}
    assert found.sites["spent"].max() == 2


@pytest.mark.parametrize("budget", [1, 2, 3, 4, 5])
def test_no_choice_of_sites_serves_more(budget):
    prices = {"library": 2, "park": 1}
    newly = {
        ("library", "west"): 0, ("library", "middle"): 90, ("library", "east"): 30,
        ("park", "west"): 60, ("park", "middle"): 0, ("park", "east"): 30,
    }  # fmt: skip
    best = max(
        sum(newly[site] for site in sites)
        for count in range(len(newly) + 1)
        for sites in combinations(newly, count)
        if sum(prices[kind] for kind, _ in sites) <= budget
    )
    found = plan_services(town(LIBRARY, PARK), prices=prices, budget=budget, **ASKED)
    assert found.plan.value == pytest.approx(60 + 90 + best)
    assert found.plan.gap == 0


@pytest.mark.parametrize("objective", ["most_children", "least_cost", "fewest_sites", "fairest"])
def test_one_kind_is_the_plan_of_that_kind(objective):
    alone = plan_sites(town(LIBRARY), kind="library", number=1, objective=objective, **ASKED)
    found = plan_services(town(LIBRARY), prices={"library": 1}, budget=1, objective=objective, **ASKED)
    assert found.sites["site"].tolist() == alone.sites["site"].tolist()
    assert found.plan.value == pytest.approx(alone.plan.value)


def test_a_site_serves_no_more_than_it_has_places_for():
    """The library in the west has 20 for its 60; the two of the register have 20 and 50, so a new one has 35, wherever it is."""
    far = {"in": "B", "kind": "library", "x_m": 1500.0, "capacity_places": 50}
    town_ = town(LIBRARY, far)
    found = plan_services(town_, prices={"library": 1}, budget=3, with_places=True, **ASKED)
    assert found.plan.share_before == pytest.approx(20 / 180)
    new = found.places[~found.places["kept"]]
    assert new["places"].tolist() == [35, 35, 35]
    assert dict(zip(found.sites["site"], found.sites["children_persons"], strict=True)) == pytest.approx(
        {"west": 35, "middle": 35, "east": 30}
    )
    assert "capacity" in found.plan.binds


def test_places_that_are_not_known_are_presumed_and_counted():
    found = plan_services(town(LIBRARY, LIBRARY | {"capacity_places": None, "x_m": 800.0}), prices={"library": 1}, budget=0,
                          with_places=True, **ASKED)  # fmt: skip
    assert found.presumed == {"library": 1}
    assert found.places.loc[found.places["kept"], "places"].tolist() == [20, 20]


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"prices": {}}, InvalidParameters, "at least one kind"),
        ({"prices": {"libary": 1}}, UnknownName, "library"),
        ({"prices": {"library": -1}}, InvalidParameters, "price"),
        ({"budget": -1}, InvalidParameters, "budget"),
        ({"objective": "score"}, UnknownName, "objective"),
        ({"walk": "minutes"}, UnknownName, "way of walking"),
        ({"prices": {"park": 1}, "with_places": True}, InvalidParameters, "of the kind 'park' are the places known"),
    ],
)
def test_wrong_questions_are_refused(more, error, words):
    with pytest.raises(error, match=words):
        plan_services(town(LIBRARY, PARK), **{"prices": {"library": 1}, "budget": 1, **ASKED} | more)


@pytest.fixture(scope="module")
def futian():
    return fc.load_city("data/futian")


@pytest.fixture(scope="module")
def both(futian):
    """Two kinds with one budget, moving into public venues and service stations: a library and four children's homes."""
    return plan_services(
        futian,
        prices={"library": 2, "childrens_home": 1},
        budget=6,
        period="2022",
        candidates=["public_venue", "service_station"],
    )


def test_all_that_is_planned_stands_in_the_city_after(futian, both):
    assert both.sites["service"].nunique() == 2
    before, after = (one.register("facilities") for one in (futian, both.city_after))
    new = after.iloc[len(before) :]
    assert set(zip(new["kind"], new["name"], strict=True)) == set(zip(both.sites["service"], both.sites["name"], strict=True))
    assert new["facility_id"].tolist() == [f"planned-{number:03d}" for number in range(1, len(both.sites) + 1)]
    pd.testing.assert_frame_equal(after.iloc[: len(before)], before)
    for kind, share in both.by_service.set_index("service")["share_after"].items():
        found = service_access(both.city_after, kind=kind, age_band="6-12", period="2022")
        assert found.share_bounds[0] == pytest.approx(share, abs=1e-12)


def test_the_grades_after_are_those_of_an_audit_with_all_of_it(both):
    checklist = fc.load_checklist("community")
    graded = both.graded(checklist)
    alone = fc.audit(both.city_after, checklist, period="2022")
    assert graded.after.totals["score"].tolist() == alone.totals["score"].tolist()
    assert set(graded.criteria["community_code"]) >= set(graded.communities["community_code"])
    assert len(graded.criteria)


def test_the_grades_of_one_kind_are_those_of_its_own_plan(futian):
    checklist = fc.load_checklist("community")
    alone = plan_sites(futian, kind="library", number=2, period="2022", candidates=["public_venue"])
    found = plan_services(futian, prices={"library": 1}, budget=2, period="2022", candidates=["public_venue"])
    pd.testing.assert_frame_equal(found.graded(checklist).communities, alone.graded(checklist).communities)
