"""Communities that were renamed or merged are taken for what they are now, everywhere, and it is said."""

from __future__ import annotations

import pytest
import shapely

import friendly_city as fc
from tests.city.conftest import problems_in
from tests.factories import CODES, load_tiny, write_city

HEADER = "old,new,since_date,reason\n"


def aliased(folder, rows, **changes):
    write_city(folder, **changes)
    (folder / "aliases.csv").write_text(HEADER + rows, encoding="utf-8")
    return folder


def renamed(old, new):
    return lambda rows: [row | {"community_code": new} if row["community_code"] == old else row for row in rows]


def test_rows_with_a_former_code_are_of_the_community_it_is_now(tmp_path):
    plain = load_tiny(tmp_path / "plain")
    folder = aliased(tmp_path / "a", f"440304001099,{CODES[1]},2021-07-01,区划调整\n", homes=renamed(CODES[1], "440304001099"))
    city = fc.load_city(str(folder))
    assert city.registers["homes"]["community_code"].tolist() == plain.registers["homes"]["community_code"].tolist()
    assert [note.en for note in city.notes] == ["homes.csv: 2 rows of 440304001099 are of what it is now, by aliases.csv"]
    assert "aliases.csv" in city.hashes


def test_a_former_name_is_understood_too(tmp_path):
    folder = aliased(tmp_path, f"西园村,{CODES[1]},,\n", staff=renamed(CODES[1], "西园村"))
    assert fc.load_city(str(folder)).registers["staff"]["community_code"].tolist() == list(CODES)


def test_merged_communities_have_one_shape_and_their_people_together(tmp_path):
    """The first two squares lie side by side: together 2.06 km by 1.11 km, with 200 children."""
    plain = load_tiny(tmp_path / "plain")
    city = fc.load_city(str(aliased(tmp_path / "a", f"{CODES[1]},{CODES[0]},2022-01-01,合并\n")))
    assert city.codes.tolist() == [CODES[0], *CODES[2:]]
    assert city.residents("children")[CODES[0]] == 200
    assert city.residents()[CODES[0]] == plain.residents()[list(CODES[:2])].sum()
    assert city.area_km2[CODES[0]] == pytest.approx(plain.area_km2[list(CODES[:2])].sum())
    assert shapely.get_num_geometries(city.boundaries.geometry[CODES[0]]) == 1
    assert (city.registers["facilities"]["community_code"] == CODES[1]).sum() == 0
    assert any("communities.csv: 1 rows of 440304001002 set aside" in note.en for note in city.notes)


def test_a_chain_of_renamings_is_followed_to_its_end(tmp_path):
    folder = aliased(tmp_path, f"A,B,,\nB,{CODES[1]},,\n", staff=renamed(CODES[1], "A"))
    assert fc.load_city(str(folder)).registers["staff"]["community_code"].tolist() == list(CODES)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("A,B,,\nB,A,,\n", "aliases.csv:2 new: A leads back to itself"),
        ("A,440304001003,,\n", "aliases.csv:2 new: no communities row '440304001003'"),
        ("A,,,\n", "aliases.csv:2 new: the cell is empty"),
        (f"A,{CODES[0]},2022-13-01,\n", "aliases.csv:2 since_date: '2022-13-01' is not in the calendar"),
    ],
)
def test_an_alias_that_leads_nowhere_is_told_by_row(tmp_path, rows, told):
    assert problems_in(aliased(tmp_path, rows))[0].startswith(told)


def test_figures_of_merged_communities_that_cannot_both_hold_are_told(tmp_path):
    folder = aliased(
        tmp_path, f"{CODES[1]},{CODES[0]},,\n",
        indicators=lambda rows: [row | {"value": "0.3"} if row["community_code"] == CODES[1] else row for row in rows],
    )  # fmt: skip
    assert any(problem.startswith("indicators.csv:3 value: 0.3 though line 2 gives 0.4") for problem in problems_in(folder))


def test_people_who_stand_twice_are_not_added_up_by_a_merger(tmp_path):
    folder = aliased(tmp_path, f"{CODES[1]},{CODES[0]},,\n", population=lambda rows: [*rows, rows[0] | {"population_id": "P99"}])
    assert any("overlaps another row of this community and sex" in problem for problem in problems_in(folder))
