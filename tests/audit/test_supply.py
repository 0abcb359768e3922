"""Places per child: worked out by hand, nothing lost or counted twice, and the same as the audit's measure `supply`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from friendly_city.access.decay import Linear, Steps
from friendly_city.access.impedance import Limit
from friendly_city.access.supply import three_step_supply, two_step_supply
from friendly_city.audit.service_access import service_access
from friendly_city.audit.supply import COUNTED, METHODS, service_supply
from friendly_city.errors import InvalidParameters, UnknownName
from friendly_city.standards.requirement import Access, Limits, Threshold
from tests.audit.cities import city_of, code, findings, where

HOMES = [
    {"in": "A", "x_m": 100.0, "children_6_12_persons": 100},
    {"in": "A", "x_m": 500.0, "children_6_12_persons": 50},
    {"in": "B", "x_m": 1100.0, "children_6_12_persons": 50},
    {"in": "B", "x_m": 1900.0, "children_6_12_persons": 20},
]
LIBRARIES = [
    {"in": "A", "kind": "library", "x_m": 300.0, "capacity_places": 30},
    {"in": "A", "kind": "library", "x_m": 800.0, "capacity_places": 40},
]
ASKED = {"kind": "library", "age_band": "6-12", "period": "2022", "limit": Limit(300, "m")}
"""The first library is 200 m from the first two homes; the second 300 m from the second and the third; the fourth has none."""


def town(libraries=LIBRARIES, homes=HOMES):
    return city_of("AB", homes=homes, facilities=libraries)


def supply(libraries=LIBRARIES, homes=HOMES, *, subdistrict="", limit=ASKED["limit"], **more):
    return service_supply(service_access(town(libraries, homes), **ASKED | {"limit": limit}, subdistrict=subdistrict), **more)


def by_letter(found):
    return {chr(64 + int(c[-2:])): v for c, v in found.by_community.set_index("community_code")["per_1000"].items()}


def test_two_steps_by_hand():
    """30 places for 100 + 50, 40 for 50 + 50: 200 and 400 per 1,000; the second home has both."""
    found = supply()
    assert found.facilities["asked_persons"].tolist() == [150, 100]
    assert found.homes["per_1000"].tolist() == pytest.approx([200, 600, 400, 0])
    assert by_letter(found) == pytest.approx({"A": 50_000 / 150, "B": 20_000 / 70})
    assert found.by_community["per_1000"].is_monotonic_increasing
    assert found.per_1000 == pytest.approx(70_000 / 220)


@pytest.mark.parametrize("method", ["three_step", "balanced"])
def test_who_has_a_choice_asks_for_half_at_each(method):
    """The 50 of the second home count 25 here and 25 there: 30 places for 125, 40 for 75."""
    found = supply(method=method)
    assert found.facilities["asked_persons"].tolist() == [125, 75]
    per_1000 = 30_000 / 125, 40_000 / 75
    assert found.homes["per_1000"].tolist() == pytest.approx([per_1000[0], sum(per_1000) / 2, per_1000[1], 0])


def test_with_decay_the_methods_differ():
    """Full weight up to 250 m, half up to 300 m: the second home asks 1 and 1/2 (two steps), 2/3 and 1/3 of it (balanced)."""
    decay = Steps(limits=(250, 300), levels=(1.0, 0.5), unit="m")
    asked = {method: supply(method=method, decay=decay).facilities["asked_persons"].tolist() for method in METHODS}
    assert asked["two_step"] == pytest.approx([150, 25 + 25])
    assert asked["three_step"] == pytest.approx([100 + 50 * 2 / 3, 50 / 2 / 3 + 25])
    assert asked["balanced"] == pytest.approx([100 + 50 * 2 / 3, 50 / 3 + 50])


def test_a_decay_in_minutes_is_walked_at_the_speed_of_the_band():
    """60 m a minute: 200 m are 3 min 20 s, two thirds of 10 minutes are left at it; 300 m are 5 minutes, one half."""
    found = supply(decay=Linear(limit=10, unit="min"))
    assert found.facilities["asked_persons"].tolist() == pytest.approx([100, 50])


def test_evenness_is_weighted_by_children():
    """Of 220 children 20 have 0, 100 have 200, 50 have 400, 50 have 600."""
    figures = supply().equity.set_index("figure")["value"]
    amount, people = np.array([0, 200, 400, 600]), np.array([20, 100, 50, 50])
    apart = sum(p * q * abs(a - b) for a, p in zip(amount, people, strict=True) for b, q in zip(amount, people, strict=True))
    assert figures["gini_of_supply"] == pytest.approx(apart / (2 * 220 * 70_000))
    assert figures["palma_of_supply"] == pytest.approx(22 * 600 / (68 * 200))
    assert (figures["worst_community_per_1000"], figures["best_community_per_1000"]) == pytest.approx((20_000 / 70, 50_000 / 150))


def test_concentration_among_the_communities_that_rank_high():
    """A has 5/7 of the places for 15/22 of the children, so those of A have a little more than their part."""
    found = supply()
    high, low = (found.concentration(pd.Series({code("A"): one, code("B"): 1.0})) for one in (2.0, 0.0))
    assert high == pytest.approx(5 / 7 - 15 / 22)
    assert low == pytest.approx(-high)
    with pytest.raises(InvalidParameters, match="rank"):
        found.concentration(pd.Series({code("A"): 1.0}))


def test_unknown_places_count_as_none_and_are_told():
    found = supply([LIBRARIES[0], LIBRARIES[1] | {"capacity_places": None}])
    assert (found.unknown_count, found.field) == (1, "capacity_places")
    assert found.homes["per_1000"].tolist() == pytest.approx([200, 200, 0, 0])


def test_where_no_place_is_known_facilities_are_counted():
    """One for 150, one for 100: 6.67 and 10 per 1,000."""
    found = supply([row | {"capacity_places": None} for row in LIBRARIES])
    assert (found.unknown_count, found.field) == (2, COUNTED)
    assert found.homes["per_1000"].tolist() == pytest.approx([1000 / 150, 1000 / 150 + 10, 10, 0])


def test_only_what_is_open_gives_places():
    found = supply([LIBRARIES[0], LIBRARIES[1] | {"closed_date": "2022-06-30"}])
    assert found.homes["per_1000"].tolist() == pytest.approx([200, 200, 0, 0])


def test_children_of_communities_left_out_ask_nowhere():
    """Without B the second library has the 50 of the second home to itself."""
    found = supply(communities=[code("A")])
    assert found.homes["per_1000"].tolist() == pytest.approx([200, 1000, 800, 0])
    assert found.by_community["community_code"].tolist() == [code("A")]


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"method": "two"}, UnknownName, "method of sharing.*two_step, three_step, balanced"),
        ({"field": "places"}, InvalidParameters, "no number 'places'; places are 'capacity_places'"),
        ({"field": "name"}, InvalidParameters, "no number 'name'"),
    ],
)
def test_wrong_questions_are_refused(more, error, words):
    with pytest.raises(error, match=words):
        supply(**more)


FEW = settings(max_examples=30, deadline=None)
"""Each example builds two cities."""

spots = st.sampled_from([0.0, 100.0, 300.0, 450.0, 900.0, 1000.0, 1400.0, 2000.0])
homes_drawn = st.lists(
    st.builds(lambda x, n: {"in": "AB"[x > 1000], "x_m": x, "children_6_12_persons": n}, spots, st.integers(0, 40)),
    min_size=1, max_size=6,
)  # fmt: skip
libraries_drawn = st.lists(
    st.builds(
        lambda x, n: {"in": "AB"[x > 1000], "kind": "library", "x_m": x, "capacity_places": n},
        spots, st.one_of(st.none(), st.integers(0, 60)),
    ), max_size=5,
)  # fmt: skip


@FEW
@given(homes_drawn, libraries_drawn, st.sampled_from([*METHODS]), st.booleans())
def test_places_handed_out_are_the_places_anybody_asks_for(homes, libraries, method, bell):
    decay = Linear(limit=401, unit="m") if bell else None
    found = supply(libraries, homes, method=method, decay=decay, limit=Limit(400, "m"))
    handed_out = (found.homes["children"] * found.homes["per_1000"]).sum() / 1000
    assert handed_out == pytest.approx(found.supply[found.facilities["asked_persons"] > 0].sum())
    if method == "balanced":  # each child who reaches something asks once, in all
        reached = np.unique(found.pairs.origin)
        assert found.facilities["asked_persons"].sum() == pytest.approx(found.demand[reached].sum())


@FEW
@given(homes_drawn, libraries_drawn)
def test_the_audit_measures_the_same_supply(homes, libraries):
    found = supply(libraries, homes, limit=Limit(400, "m"))
    measured = findings(
        town(libraries, homes),
        Access(
            where=where(kind="library"), age_band="6-12", measure="supply", within=400, field="capacity_places",
            threshold=Threshold(unit="per_1000", limits=Limits(at_least=1)),
        ),
    )  # fmt: skip
    if found.field == COUNTED:  # the audit counts unknown places as none
        assert (measured["value"].dropna() == 0).all()
        return
    for letter, value in by_letter(found).items():
        if np.isfinite(measured.loc[letter, "value"]):
            assert value == pytest.approx(measured.loc[letter, "value"])


def test_the_audit_measures_the_same_supply_of_the_town():
    """As the property, where both surely have a value."""
    measured = findings(
        town(),
        Access(
            where=where(kind="library"), age_band="6-12", measure="supply", within=5, within_unit="min", field="capacity_places",
            threshold=Threshold(unit="per_1000", limits=Limits(at_least=1)),
        ),
    )  # fmt: skip
    assert by_letter(supply(limit=Limit(5, "min"))) == pytest.approx(measured["value"].to_dict())


@FEW
@given(homes_drawn, libraries_drawn)
def test_two_and_three_steps_are_those_of_access(homes, libraries):
    decay = Linear(limit=401, unit="m")
    for method, theirs in (("two_step", two_step_supply), ("three_step", three_step_supply)):
        found = supply(libraries, homes, method=method, decay=decay, limit=Limit(400, "m"))
        weight = decay.weights(found.pairs.cost_m, unit="m")
        expected = 1000 * theirs(found.pairs, found.supply, demand=found.demand, decay=weight)
        assert found.homes["per_1000"].to_numpy() == pytest.approx(expected)


@FEW
@given(homes_drawn, libraries_drawn, st.sampled_from([*METHODS]))
def test_a_home_written_as_two_changes_nothing(homes, libraries, method):
    """The level that the balanced method of `access.supply` hands back would be halved by it."""
    first = homes[0] | {"children_6_12_persons": 2 * homes[0]["children_6_12_persons"]}
    one, two = (
        supply(libraries, rows, method=method, limit=Limit(400, "m")) for rows in ([first, *homes[1:]], [homes[0], *homes])
    )
    assert by_letter(one) == pytest.approx(by_letter(two))
