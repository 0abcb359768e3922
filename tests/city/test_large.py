"""A large register: every row is checked, the cost grows with the rows and no faster, and faults beyond counting are cut short."""

from __future__ import annotations

import gc
import time
import tracemalloc

import pytest

from friendly_city.city import tables
from friendly_city.city.check import checked
from friendly_city.city.dictionary import dictionary
from friendly_city.city.tables import PIECE, read_register
from tests.city.conftest import problems_in
from tests.factories import CODES

ACTIVITIES = dictionary().registers["activities"]
HEADER = ",".join(field.name for field in ACTIVITIES.fields)
SMALL, LARGE = 50_000, 200_000
FASTER = 1.5
"""How much dearer a row of the large file may be than one of the small one."""


def written(path, rows, change=lambda number, cells: cells):
    cells = (
        change(n, [f"A{n}", CODES[n % 4], "F1", "2022-05-01", "culture_sport", "reading", "20", "synthetic"]) for n in range(rows)
    )
    path.write_text("\n".join([HEADER, *(",".join(row) for row in cells), ""]), encoding="utf-8")
    return path


def checked_register(path):
    problems = []
    reading = read_register(path, ACTIVITIES, problems)
    table = checked(reading.table, ACTIVITIES, problems)
    assert problems == []
    return table


@pytest.fixture
def nothing_else_to_collect():
    """Keep what other tests left behind out of the collector's rounds, whose number grows with the register."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def cost(path):
    """CPU seconds of the quickest of three readings."""
    found = []
    for _ in range(3):
        begun = time.process_time()
        checked_register(path)
        found.append(time.process_time() - begun)
    return min(found)


@pytest.mark.usefixtures("nothing_else_to_collect")
def test_the_cost_of_a_row_does_not_grow_with_the_register(tmp_path):
    small, large = (cost(written(tmp_path / f"{rows}.csv", rows)) / rows for rows in (SMALL, LARGE))
    assert large < FASTER * small


def test_a_register_in_pieces_is_the_register_as_a_whole(tmp_path, monkeypatch):
    path = written(tmp_path / "activities.csv", 2 * PIECE + 7)
    pieces = checked_register(path)
    assert pieces["row"].tolist() == list(range(2, 2 * PIECE + 9))
    monkeypatch.setattr(tables, "PIECE", 10 * PIECE)
    assert checked_register(path).equals(pieces)


def test_a_large_register_does_not_take_many_times_its_size(tmp_path):
    path = written(tmp_path / "activities.csv", LARGE)
    tracemalloc.start()
    checked_register(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * path.stat().st_size


@pytest.mark.parametrize("place", [0, PIECE - 1, PIECE, 3 * PIECE])
def test_a_fault_far_down_is_told_by_its_line(folder, place):
    def change(number, cells):
        return cells if number != place else [*cells[:5], "=1+1", *cells[6:]]

    written(folder / "activities.csv", 3 * PIECE + 1, change)
    assert problems_in(folder)[0].startswith(f"activities.csv:{place + 2} theme: '=1+1' would run as a formula")


def test_the_same_key_in_two_pieces_is_told(folder):
    written(folder / "activities.csv", PIECE + 2, lambda number, cells: cells if number <= PIECE else ["A3", *cells[1:]])
    assert problems_in(folder) == [
        f"activities.csv:{PIECE + 3} activity_id: 'A3' stands in an earlier row too; expected a value of its own"
    ]


def test_faults_beyond_counting_are_cut_short(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MAX_FAULTS", 10)
    path = written(tmp_path / "activities.csv", 3 * PIECE, lambda number, cells: cells[1:])
    problems = []
    reading = read_register(path, ACTIVITIES, problems)
    assert not reading.whole
    assert len(problems) == PIECE + 1
    assert (
        str(problems[-1])
        == f"activities.csv:{PIECE + 1}: more than 10 faults; expected a register with fewer (rows below were not read)"
    )


def test_a_file_of_empty_lines_is_told_shortly(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MAX_EMPTY", 5)
    path = written(tmp_path / "activities.csv", 1)
    path.write_bytes(path.read_bytes() + b"\n" * 1_000)
    problems = []
    read_register(path, ACTIVITIES, problems)
    assert len(problems) == 6
    assert str(problems[-1]) == "activities.csv:1002: 1,000 empty lines in all; expected a row on each line"
