"""No count from 1 to 4 follows from a published table, whoever attacks it: by trying all, by integer programming, by the rule itself."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from friendly_city.report.suppression import FEW, Published, is_few, published, states_in_sum
from tests.report.attack import intervals

PROTECTION = FEW - 2
"""Width that the interval of a hidden count must keep: from 1 to 4."""
COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 30), st.integers(0, 500))
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(COUNTS, min_size=width, max_size=width), min_size=1, max_size=6)
)


def printed(table, found):
    """What a reader sees: numbers, 'few', or 'withheld'."""
    sums = [sum(row) for row in table]
    cells = [
        [count if state == "shown" else state for count, state in zip(*pair, strict=True)]
        for pair in zip(table, found.cells, strict=True)
    ]
    totals = [count if state == "shown" else state for count, state in zip(sums, found.totals, strict=True)]
    return cells, totals, sum(sums) if found.whole == "shown" else found.whole


def possible(table, found, *, known_whole=False):
    """The least and most that each hidden count of a table can be."""
    cells, totals, whole = printed(table, found)
    hidden = [(place, group) for place, row in enumerate(table) for group, count in enumerate(row) if is_few(count)]
    small = [place for place, row in enumerate(table) if is_few(sum(row))]
    whole = sum(map(sum, table)) if known_whole else whole
    return intervals(cells, totals, whole, hidden_cells=hidden, hidden_totals=small)


@settings(max_examples=150)
@given(TABLES)
def test_integer_programming_recovers_nothing(table):
    found = published(table)
    for least, most in possible(table, found):
        assert most - least >= 1
        assert most - least >= PROTECTION or least == 0 or found.whole == "few"


@settings(max_examples=150)
@given(TABLES)
def test_who_knows_the_sum_of_all_from_elsewhere_recovers_nothing(table):
    """But for a city in which there is nothing to withhold beside what is hidden."""
    found = published(table)
    assume(found.whole != "few")
    assume(found.whole == "shown" or any(state == "withheld" for state in found.totals))
    assert all(most > least for least, most in possible(table, found, known_whole=True))


@given(TABLES)
def test_subtraction_recovers_nothing(table):
    """Where a sum is printed and something in it hidden, at least two numbers of it are not printed."""
    cells, totals, whole = printed(table, published(table))
    for row, total in [*zip(cells, totals, strict=True), (totals, whole)]:
        missing = [cell for cell in row if not isinstance(cell, int)]
        if isinstance(total, int):
            assert len(missing) != 1


@given(TABLES)
def test_no_small_number_is_printed_and_nothing_is_hidden_without_need(table):
    found = published(table)
    cells, totals, _ = printed(table, found)
    numbers = [cell for cell in (*np.array(cells, dtype=object).ravel(), *totals) if isinstance(cell, int)]
    assert not any(map(is_few, numbers))
    if not any(is_few(count) for row in table for count in row):
        assert found == Published(tuple(("shown",) * len(row) for row in table), ("shown",) * len(table), "shown")


@pytest.mark.parametrize("groups", [2, 3, 4])
def test_who_replays_the_rule_on_all_rows_recovers_nothing(groups):
    """All rows with a sum up to 20: of those that print the same, each hidden count differs; and where it is called few, from 1 to 4."""
    same = defaultdict(list)
    for row in product(range(21), repeat=groups):
        if FEW <= sum(row) <= 20:
            states = states_in_sum(row)
            same[tuple(states), tuple(c if s == "shown" else None for c, s in zip(row, states, strict=True)), sum(row)].append(
                row
            )
    for (states, _, total), rows in same.items():
        for place, state in enumerate(states):
            values = {row[place] for row in rows}
            if state == "few":
                assert values == set(range(1, FEW)), (states, total, rows)
            elif state == "withheld" and any(is_few(value) for value in values):
                assert len(values) > 1, (states, total, rows)


def numbers_with_sum_up_to(most, length):
    if not length:
        yield ()
        return
    for first in range(most + 1):
        for rest in numbers_with_sum_up_to(most - first, length - 1):
            yield (first, *rest)


def test_who_replays_the_rule_on_all_small_tables_recovers_nothing():
    """All cities of three communities with two groups and up to 18 children in all, as far as they print the same."""
    same = defaultdict(list)
    for numbers in numbers_with_sum_up_to(18, 6):
        table = [list(numbers[place : place + 2]) for place in (0, 2, 4)]
        same[repr(printed(table, published(table)))].append(numbers)
    leaks = [
        (key, tables[0], place)
        for key, tables in same.items()
        for place in range(6)
        if len(values := {numbers[place] for numbers in tables}) == 1 and is_few(min(values))
    ]
    assert leaks == []
    assert len(same) > 1_000


def test_a_row_whose_sum_is_small_says_nothing_of_its_parts():
    """1, 1, 1, 1 were told by four times “fewer than 5” and a sum below 5."""
    found = published([[1, 1, 1, 1], [10, 20, 30, 40]])
    assert found.cells[0] == ("withheld",) * 4
    assert found.totals == ("few", "withheld")


def test_the_only_community_with_few_children_does_not_follow_from_the_city():
    """600 children in the city, 597 in the others: without a second withheld sum there would be 3."""
    found = published([[1, 2], [100, 200], [150, 147]])
    assert found.totals == ("few", "withheld", "shown")
    assert found.cells[1] == ("withheld", "shown")
    assert found.whole == "shown"
