"""No 1 to 4 children follow from what is told of the access to a service: by sums, and for who replays the rules."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from friendly_city.access.costs import within
from friendly_city.access.impedance import Limit
from friendly_city.audit.service_access import ServiceAccess
from friendly_city.errors import UnknownName
from friendly_city.report.suppression import FEW, halves_in_sum, is_few
from friendly_city.report.told import minutes_said, share_told, steps_told, told
from tests.report.conftest import CODES, make_city
from tests.report.made import LIMIT, NORTH, SOUTH, SUBDISTRICTS, access, made_city

HALVES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).filter(lambda half: not is_few(sum(half))), max_size=6)


def test_a_place_with_few_on_one_side_takes_another_along():
    assert halves_in_sum([(97, 3), (60, 40), (50, 50)]) == [False, False, True]
    assert halves_in_sum([(3, 97), (60, 0), (50, 50)]) == [False, True, False]
    assert halves_in_sum([(97, 0), (60, 40), (0, 50)]) == [True, True, True]


def test_where_nobody_can_take_it_up_nothing_is_told():
    assert halves_in_sum([(97, 3), (60, 0)]) == [False, False]
    assert halves_in_sum([(97, 3), (60, 5)]) == [False, False]  # 3 + 5 without 4 leaves 4, a small one


@given(HALVES, st.randoms(use_true_random=False))
def test_whatever_the_small_ones_are_the_same_is_told(halves, random):
    """The hidden small halves drawn anew, the withheld place taking up the difference: nobody sees a difference."""
    said = halves_in_sum(halves)
    hidden = [place for place, shown in enumerate(said) if not shown]
    assume(any(said) and hidden)
    spare = next(place for place, half in enumerate(halves) if min(half) >= FEW)
    again, moved = list(halves), 0
    for place in hidden:
        if place != spare:
            within, without = halves[place]
            small = random.randint(1, FEW - 1)
            drawn = small if is_few(without) else within + without - small
            if within + without > 2 * FEW - 2:
                again[place], moved = (within + without - drawn, drawn), moved + drawn - without
    again[spare] = (halves[spare][0] + moved, halves[spare][1] - moved)
    assert halves_in_sum(again) == said


@pytest.mark.parametrize("sizes", [(5, 5), (7, 14), (20, 11, 6), (11, 12, 13), (9, 9, 9), (30, 8), (14, 9, 5, 6)])
def test_who_replays_the_rule_on_all_halves_recovers_nothing(sizes):
    same = defaultdict(list)
    for without in product(*(range(size + 1) for size in sizes)):
        if not is_few(sum(without)) and not is_few(sum(sizes) - sum(without)):
            said = halves_in_sum([(size - out, out) for size, out in zip(sizes, without, strict=True)])
            printed = tuple(out if shown else None for shown, out in zip(said, without, strict=True))
            same[printed, sum(without)].append(without)
    assert not [key for key, tables in same.items() for place in range(len(sizes)) if leaks(tables, place, sizes[place])]
    assert len(same) >= 5


def leaks(tables, place, size):
    """Whether all tables that look alike have one value at a place, and it or its rest is small."""
    values = {table[place] for table in tables}
    return len(values) == 1 and (is_few(min(values)) or is_few(size - min(values)))


ANYWHERE = make_city()


def walking(added):
    """Children added within each minute from 0 on; the last of them beyond."""
    homes = pd.DataFrame({"children": map(float, added), "minutes": [*range(len(added) - 1), np.inf]})
    return ServiceAccess(city=ANYWHERE, kind="", age_band="6-12", period="", limit=Limit(1, "min"), homes=homes)


def sums_up_to(most, length):
    if not length:
        yield ()
        return
    for first in range(most + 1):
        for rest in sums_up_to(most - first, length - 1):
            yield (first, *rest)


def test_who_replays_the_rule_on_all_small_curves_recovers_nothing():
    """All curves of three minutes and up to 13 children, a limit of 1 minute, as far as they print the same."""
    same = defaultdict(list)
    for added in sums_up_to(13, 4):
        reached = np.cumsum(added)
        if not is_few(reached[-1]):
            whole = not (is_few(reached[1]) or is_few(reached[-1] - reached[1]))
            minutes = [minute for minute in minutes_said([walking(added)], [whole]) if minute < 3]
            printed = tuple((minute, reached[minute]) for minute in minutes)
            same[printed, reached[-1], reached[1] if whole else None].append(added)
    parts = [slice(first, last) for first in range(4) for last in range(first + 1, 5)]
    told_of = [{sum(added[part]) for added in alike} for alike in same.values() for part in parts]
    assert not [values for values in told_of if len(values) == 1 and is_few(min(values))]
    assert len(same) > 100


def test_a_minute_is_told_when_enough_children_are_added():
    assert minutes_said([walking((0, 9, 3, 2, 8))], [True])[:4] == (0, 1, 3, 4)
    assert minutes_said([walking((0, 9, 3, 2, 8)), walking((0, 9, 2, 2, 9))], [True, True])[:2] == (0, 1)
    assert 3 not in minutes_said([walking((0, 9, 3, 2, 8)), walking((0, 9, 2, 2, 9))], [True, True])


CITIES = {
    "one community": [(57, 3), (30, 40), (20, 20), (50, 0), (0, 12)],
    "few in a subdistrict": [(30, 20), (20, 20), (25, 25), (50, 2), (40, 0)],
    "few in all": [(57, 3), (40, 0), (33, 0), (9, 0), (12, 0)],
    "few and no room": [(57, 3), (40, 4), (33, 0), (30, 9), (12, 20)],
    "few within": [(3, 57), (30, 40), (20, 20), (2, 50), (30, 12)],
}


@pytest.mark.parametrize("halves", CITIES.values(), ids=CITIES)
def test_pages_of_city_and_subdistricts_together_give_no_small_count(halves):
    city = made_city(halves)
    pages = {code: told(access(city, code)) for code in ("", SOUTH, NORTH)}
    shown, known = set.union(*(set(page.communities) for page in pages.values())), []
    for code, page in pages.items():
        if page.whole:
            known.append((np.array([not code or part == code for part in SUBDISTRICTS]), page.children - page.within))
    known += [(np.array(CODES) == code, halves[CODES.index(code)][1]) for code in shown]
    for place, half in enumerate(halves):
        least, most = extremes(halves, known, place)
        if any(map(is_few, half)):
            assert most - least >= FEW - 2, (place, least, most)
    for part in (SOUTH, NORTH, ""):
        inside = [half for half, code in zip(halves, SUBDISTRICTS, strict=True) if code == part or not part]
        assert not (pages[part].whole and any(map(is_few, np.sum(inside, axis=0))))


def extremes(halves, known, place):
    """The least and most children without that a place can have, given sums that are known."""
    aim = np.eye(len(halves))[place]
    rows, sums = (np.array(side, dtype=float) for side in zip(*known, strict=True)) if known else (np.zeros((1, 5)), [0.0])
    bounds = Bounds(0, [sum(half) for half in halves])
    found = [
        milp(sign * aim, constraints=LinearConstraint(rows, sums, sums), bounds=bounds, integrality=np.ones(5)).fun * sign
        for sign in (1, -1)
    ]
    return round(found[0]), round(found[1])


def test_what_is_told_of_the_made_cities():
    page = told(access(made_city(CITIES["one community"])))
    assert page.whole
    assert (page.children, page.within) == (232, 157)
    assert page.communities == {CODES[2], CODES[3], CODES[4]}
    assert not page.in_detail
    page = told(access(made_city(CITIES["few in a subdistrict"])))
    assert page.whole
    assert page.communities == frozenset()
    assert not told(access(made_city(CITIES["few in a subdistrict"]), NORTH)).whole
    page = told(access(made_city(CITIES["few in all"])))
    assert not page.whole
    assert np.isnan(page.share_within)


def test_communities_whose_children_may_not_be_counted_are_in_no_number():
    city = made_city([(2, 1), (30, 40), (20, 20), (50, 0), (0, 12)])
    page = told(access(city))
    assert page.uncounted == 1
    assert set(page.found.homes["community_code"]) == set(CODES[1:])
    assert page.children == 70 + 40 + 50 + 12


def test_the_internal_edition_tells_everything():
    page = told(access(made_city(CITIES["few in all"])), edition="internal")
    assert (page.children, page.within, page.whole, page.in_detail) == (154, 151, True, True)
    assert page.communities == set(CODES)
    assert page.minutes == tuple(range(31))


def test_an_edition_that_is_not_there_is_told():
    with pytest.raises(UnknownName, match="edition"):
        told(access(made_city(CITIES["few in all"])), edition="Public")


@pytest.mark.parametrize("name", CITIES)
@pytest.mark.parametrize("edition", ["public", "internal"])
@pytest.mark.parametrize("subdistrict", ["", SOUTH, NORTH])
def test_a_share_of_homes_is_told_just_when_the_page_of_the_service_tells_it(name, edition, subdistrict):
    found = access(made_city(CITIES[name]), subdistrict)
    every = access(made_city(CITIES[name]))
    share = share_told(found, within(every.homes["cost_m"], LIMIT.value), edition=edition)
    page = told(found, edition=edition)
    assert share == pytest.approx(page.share_within, nan_ok=True)


def test_steps_of_a_curve_add_nobody_or_enough():
    cost = np.array([100.0, 200.0] * 5)
    far = access(made_city([(30, 40)] * 5))
    assert steps_told(far, cost, [50, 100, 150, 200, 250], limit=200) == (50, 100, 150, 200, 250)
    # From 100 on 2 children more of one community of the south would be told: that step is left out, the limit stays.
    few = access(made_city([(2, 68), (30, 40), (0, 40), (30, 40), (30, 40)]), SOUTH)
    assert steps_told(few, np.where(np.arange(10) < 2, cost, 200.0), [50, 100, 150, 200, 250], limit=200) == (50, 200, 250)
    assert steps_told(few, cost, [50, 100], limit=100, edition="internal") == (50, 100)
    # Where the share within the limit itself may not be told there is no curve.
    assert steps_told(few, np.where(np.arange(10) < 2, cost, 300.0), [50, 100], limit=150) == ()


def test_a_mistyped_edition_tells_nothing():
    found = access(made_city(CITIES["few in all"]))
    with pytest.raises(UnknownName, match="edition"):
        share_told(found, np.ones(10, bool), edition="Public")
