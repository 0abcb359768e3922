"""Entrances and opening hours of a city folder: read, checked, held together and cut; what is open at a moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import friendly_city as fc
from friendly_city.city.doubtful import doubtful
from friendly_city.city.hours import DAYS, days_of, moment_of, open_at
from friendly_city.city.level import cut
from friendly_city.city.mending.faults import check_folder
from friendly_city.city.together import joined, load_together
from friendly_city.errors import InvalidParameters
from tests.audit.cities import city_of
from tests.audit.test_together import renumbered
from tests.city.conftest import problems_in
from tests.city.test_parquet import as_parquet, rewritten
from tests.factories import CODES, load_tiny, position, rows_of, write_city

CALM = settings(max_examples=100, deadline=None, derandomize=True, database=None)
SATURDAY = datetime.fromisoformat("2022-07-16 10:00")


def gate(**values):
    return rows_of("entrances")[0] | values


def row(**values):
    return rows_of("hours")[0] | values


def test_a_city_may_have_neither(tmp_path):
    city = load_tiny(tmp_path, entrances=None, hours=None)
    assert not city.has("entrances")
    assert not city.has("hours")


def test_an_entrance_has_metres_like_every_point(tiny):
    assert tiny.register("entrances")[["x_m", "y_m"]].notna().all(axis=None)
    facility = tiny.register("facilities").set_index("facility_id").loc["F1"]
    assert tiny.register("entrances")["x_m"].tolist() == [facility["x_m"]]


FAULTS = {
    "an unknown facility": (
        {"entrances": [gate(facility_id="F77")]},
        "entrances.csv:2 facility_id: no facilities row 'F77'; expected a facility_id of facilities.csv",
    ),
    "hours of an unknown facility": ({"hours": [row(facility_id="X")]}, "hours.csv:2 facility_id: no facilities row 'X'"),
    "no facility": ({"entrances": [gate(facility_id="")]}, "entrances.csv:2 facility_id: the cell is empty"),
    "an entrance far from its community": (
        {"entrances": [gate(**position(3, 0.5, 0.5))]},
        "entrances.csv:2 community_code: 756 m outside community",
    ),
    "no day": ({"hours": [row(days="everyday")]}, "hours.csv:2 days: 'everyday' has another form; expected text like (mo|"),
    "capitals": ({"hours": [row(days="Mo-Fr")]}, "hours.csv:2 days: 'Mo-Fr' has another form"),
    "commas": ({"hours": [row(days="mo,tu")]}, "hours.csv:2 days: 'mo,tu' has another form"),
    "a range backwards": (
        {"hours": [row(), row(hours_id="H9", days="mo fr-tu")]},
        "hours.csv:3 days: 'mo fr-tu' has a range that ends before it begins; expected days in the order of the week",
    ),
    "an hour without a nought": (
        {"hours": [row(opens="9:00")]},
        "hours.csv:2 opens: '9:00' has another form; expected text like ([01][0-9]|2[0-3]):[0-5][0-9]: opens, HH:MM",
    ),
    "the hour 24 to open": ({"hours": [row(opens="24:00")]}, "hours.csv:2 opens: '24:00' has another form"),
    "past the end of the day": ({"hours": [row(closes="24:30")]}, "hours.csv:2 closes: '24:30' has another form"),
    "over midnight in one row": (
        {"hours": [row(opens="20:00", closes="02:00")]},
        "hours.csv:2 closes: 02:00 is not after opens 20:00; expected a later minute; over midnight is two rows, up to 24:00",
    ),
    "no time at all": ({"hours": [row(opens="09:00", closes="09:00")]}, "hours.csv:2 closes: 09:00 is not after opens 09:00"),
    "a season backwards": (
        {"hours": [row(from_date="2022-09-01", until_date="2022-06-30")]},
        "hours.csv:2 until_date: 2022-06-30 is before from_date 2022-09-01",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_by_file_line_and_column(problems_of, fault):
    changes, expected = FAULTS[fault]
    found = problems_of(**changes)
    assert len(found) == 1
    assert found[0].startswith(expected)


@pytest.mark.parametrize(
    "column", [{"days": "everyday"}, {"days": "fr-mo"}, {"opens": "9"}, {"closes": "07:00"}, {"facility_id": "X"}]
)
def test_faults_in_parquet_are_told_once_and_seen_when_cities_are_read_together(folder, column):
    as_parquet(folder)
    assert load_together([folder]) is not None
    rewritten(folder, "hours", lambda table: table.assign(**column))
    (name,) = column
    found = problems_in(folder)
    assert [problem.split(": ")[0] for problem in found] == [f"hours.parquet:{number} {name}" for number in (1, 2)]
    assert load_together([folder]) is None


def test_a_time_that_excel_made_of_an_hour_is_read(tmp_path):
    """Who types 9:00 into a sheet of their own gets a cell that holds a time."""
    import openpyxl

    from friendly_city.city.descriptor import write_datapackage

    folder = write_city(tmp_path / "city", hours=None)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "hours"
    cells = row() | {"opens": (SATURDAY - timedelta(hours=1)).time(), "closes": SATURDAY.time()}
    sheet.append(list(cells))
    sheet.append([None if cell == "" else cell for cell in cells.values()])
    book.save(folder / "registers.xlsx")
    write_datapackage(folder)
    assert fc.load_city(folder).register("hours")[["opens", "closes"]].to_numpy().tolist() == [["09:00", "10:00"]]


def test_an_entrance_a_kilometre_from_its_facility_looks_wrong(tmp_path):
    """F1 stands at 0.45, 0.45 of its square; 0.0098 degrees of longitude are 1,008 m there, 0.0096 are 987 m."""
    near, far = (gate(entrance_id=name, community_code=CODES[1]) for name in ("E1", "E2"))
    near |= position(0, 0.45 + 0.96, 0.45)
    far |= position(0, 0.45 + 0.98, 0.45)
    folder = write_city(tmp_path / "city", entrances=[near, far])
    (found,) = doubtful(fc.load_city(folder))
    assert str(found).startswith("entrances.csv:3 facility_id: 1,00")
    assert str(found).endswith("m from facility F1; expected an entrance within 1000 m of its facility")
    assert [fault.severity for fault in check_folder(folder).faults] == ["looks wrong"]


def test_what_is_said_of_a_double_is_said_of_the_facility_that_is_kept(tmp_path):
    """F1 and F4 are one: the gate of F4 and its hours are those of F1."""
    folder = write_city(tmp_path / "city", entrances=[gate(facility_id="F4")], hours=[row(facility_id="F4")])
    (folder / "same.csv").write_text("one,other,likelihood,decision,by,on\nF1,F4,,same,office,2022-01-01\n", encoding="utf-8")
    city = fc.load_city(folder)
    assert city.register("entrances")["facility_id"].tolist() == city.register("hours")["facility_id"].tolist() == ["F1"]


# ---- hours


@pytest.mark.parametrize(
    ("text", "days"),
    [("mo", "mo"), ("mo-fr", "mo tu we th fr"), ("sa su", "sa su"), ("mo-su", " ".join(DAYS)), ("mo we fr", "mo we fr"),
     ("fr-su mo", "mo fr sa su"), ("mo-we tu-th", "mo tu we th"), ("su-su", "su")],
)  # fmt: skip
def test_days_are_read(text, days):
    assert [DAYS[day] for day in sorted(days_of(text))] == days.split(" ")


def states(hours, *moments, facilities=({"in": "A", "kind": "library"},)):
    """Return what is known of each facility at each moment, the first at all moments first."""
    city = city_of(facilities=list(facilities), hours=[{"in": "A", "facility_id": "F001"} | each for each in hours])
    found = [open_at(city, city.register("facilities"), datetime.fromisoformat(moment)).tolist() for moment in moments]
    return [list(each) for each in zip(*found, strict=True)]


def test_a_facility_is_open_from_the_minute_it_opens_up_to_the_one_it_closes():
    """2022-07-15 is a Friday, the 16th a Saturday."""
    week = [{"days": "mo-fr", "opens": "09:00", "closes": "17:30"}]
    moments = ["2022-07-15 08:59", "2022-07-15 09:00", "2022-07-15 17:29", "2022-07-15 17:30", "2022-07-16 10:00"]
    assert states(week, *moments) == [["closed", "open", "open", "closed", "closed"]]


def test_without_any_row_it_is_not_known():
    both = ({"in": "A", "kind": "library"}, {"in": "A", "kind": "library"})
    rows = [{"days": "mo-su", "opens": "00:00", "closes": "24:00"}]
    assert states(rows, "2022-07-15 23:59", facilities=both) == [["open"], ["unknown"]]
    assert states([], "2022-07-15 23:59") == [["unknown"]]
    assert states(rows, "2022-07-15 12:00", facilities=()) == []


def test_over_midnight_is_two_rows():
    night = [{"days": "fr", "opens": "20:00", "closes": "24:00"}, {"days": "sa", "opens": "00:00", "closes": "01:00"}]
    assert states(night, "2022-07-15 23:59", "2022-07-16 00:00", "2022-07-16 01:00") == [["open", "open", "closed"]]


def test_a_break_at_noon_is_two_rows_of_one_day():
    parts = [{"days": "mo-fr", "opens": "09:00", "closes": "12:00"}, {"days": "mo-fr", "opens": "14:00", "closes": "18:00"}]
    assert states(parts, "2022-07-15 11:00", "2022-07-15 13:00", "2022-07-15 14:00") == [["open", "closed", "open"]]


def test_a_season_holds_on_its_first_and_last_day_and_outside_the_facility_is_closed():
    summer = [{"days": "mo-su", "opens": "08:00", "closes": "20:00"}
              | {"from_date": pd.Timestamp("2022-07-01"), "until_date": pd.Timestamp("2022-08-31")}]  # fmt: skip
    days = ["06-30", "07-01", "08-31", "09-01"]
    assert states(summer, *(f"2022-{day} 08:00" for day in days)) == [["closed", "open", "open", "closed"]]
    ends = [{"days": "mo-su", "opens": "08:00", "closes": "20:00", "until_date": pd.Timestamp("2022-08-31")}]
    assert states(ends, "1999-01-01 08:00", "2022-09-01 08:00") == [["open", "closed"]]


@pytest.mark.parametrize(
    ("text", "said"),
    [("saturday", "such as '2022-07-16 10:00', not 'saturday'"), ("2022-07-16", "a day and a minute"),
     ("2022-07-16T10:00", "a day and a minute"), ("2022-02-30 10:00", "a day and a minute"), ("2022-7-16 10:00", "a day and a minute"),
     ("2022-07-16 24:00", "a day and a minute"), (20220716, "a day and a minute"), ("2022-06-30 10:00", "not in 2022Q3: 2022-07-01 to")],
)  # fmt: skip
def test_a_moment_that_is_none_is_refused_with_an_example(text, said):
    with pytest.raises(InvalidParameters, match=said):
        moment_of(text, "2022Q3")
    assert moment_of("2022-07-16 10:00", "2022Q3") == SATURDAY


clock = st.integers(0, 1440).map(lambda minutes: f"{minutes // 60:02d}:{minutes % 60:02d}")
one_row = st.builds(
    lambda days, ends: {"days": " ".join(days), "opens": min(ends), "closes": max(ends)},
    st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True),
    st.lists(clock, min_size=2, max_size=2, unique=True),
)
moment = st.integers(0, 7 * 1440 - 1).map(lambda minutes: datetime.fromisoformat("2022-07-11") + timedelta(minutes=minutes))


@CALM
@given(st.lists(one_row, min_size=1, max_size=4), one_row, moment)
def test_more_hours_never_close_a_facility_and_a_row_is_what_it_says(rows, more, when):
    def holds(each):
        return DAYS[when.weekday()] in each["days"].split(" ") and each["opens"] <= f"{when:%H:%M}" < each["closes"]

    (before,), (after,) = states(rows, when.isoformat(" ")), states([*rows, more], when.isoformat(" "))
    assert before == (["open"] if any(map(holds, rows)) else ["closed"])
    assert after == (["open"] if before == ["open"] or holds(more) else ["closed"])


# ---- several cities as one, and a city that is cut


def pair():
    """Two cities that both call a facility F001; the second one has a gate elsewhere and other hours."""
    library = [{"in": "A", "kind": "library", "x_m": 100.0, "y_m": 500.0}]
    gates = [[], [{"in": "A", "facility_id": "F001", "x_m": 700.0, "y_m": 500.0}]]
    opens = [[{"in": "A", "facility_id": "F001", "days": days, "opens": "09:00", "closes": "12:00"}] for days in ("mo-fr", "sa")]
    homes = [{"in": "A", "x_m": 900.0, "children_6_12_persons": 10}]
    cities = [city_of(homes=homes, facilities=library, entrances=doors, hours=hours)
              for doors, hours in zip(gates, opens, strict=True)]  # fmt: skip
    return [renumbered(city, number) for number, city in enumerate(cities)]


def test_each_city_among_others_has_its_own_entrances_and_hours():
    from friendly_city.access.pace import walking_costs
    from friendly_city.access.reach import cost_to_nearest

    cities = pair()
    whole = joined(cities)
    table = whole.register("facilities")
    assert cost_to_nearest(whole, table).tolist() == pytest.approx([800, 200])
    assert open_at(whole, table, SATURDAY).tolist() == ["closed", "open"]
    for number, city in enumerate(cities):
        alone = walking_costs(city, "6-12", city.register("facilities"))
        assert walking_costs(whole, "6-12", table).iloc[[number]].tolist() == alone.tolist()


def test_a_city_read_with_others_at_once_has_the_entrances_and_hours_it_has_alone(folder):
    alone, whole = load_tiny_parquet(folder)
    for name in ("entrances", "hours"):
        table = alone.register(name)
        pd.testing.assert_frame_equal(whole.register(name).astype(table.dtypes), table)
    for when in (SATURDAY, SATURDAY + timedelta(days=2)):
        assert (
            open_at(whole, whole.register("facilities"), when).tolist()
            == open_at(alone, alone.register("facilities"), when).tolist()
        )


def load_tiny_parquet(folder):
    """Return the tiny city from Parquet, loaded by itself and as one of several."""
    as_parquet(folder)
    return fc.load_city(folder), load_together([folder])


def test_cities_may_be_held_together_with_one_that_has_no_entrances():
    first, second = pair()
    bare = replace(
        first, registers={name: table for name, table in first.registers.items() if name not in ("entrances", "hours")}
    )
    for cities in ([bare, second], [second, bare]):
        whole = joined(cities)
        at = cities.index(second)
        assert open_at(whole, whole.register("facilities"), SATURDAY).tolist()[at] == "open"
        assert open_at(whole, whole.register("facilities"), SATURDAY).tolist()[1 - at] == "unknown"


@pytest.mark.parametrize("level", ["subdistrict", "district", "facility"])
def test_a_city_that_is_cut_is_entered_and_opens_as_before(tmp_path, level):
    from friendly_city.access.reach import snapped

    moved = gate(**position(0, 0.1, 0.48))
    city = load_tiny(tmp_path, entrances=[moved])
    part = cut(city, level, "childrens_home" if level == "facility" else "")
    for one in (city, part):
        home = one.register("facilities").query("facility_id == 'F1'")
        assert open_at(one, home, SATURDAY).tolist() == ["open"]
        assert snapped(one, home).straight_m == pytest.approx([0.02 * 0.01 * 110_740], rel=0.01), "metres of a degree north"
    rows = part.register("entrances")
    assert rows["community_code"].tolist() == (["F1"] if level == "facility" else [CODES[0]])
    pd.testing.assert_frame_equal(rows.drop(columns="community_code"), city.register("entrances").drop(columns="community_code"))
