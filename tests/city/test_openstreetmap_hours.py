"""Opening hours of the map become rows only where every sign of them is understood."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import friendly_city as fc
from friendly_city.city.dictionary import dictionary
from friendly_city.city.hours import days_of, open_at
from friendly_city.city.openstreetmap import folder
from friendly_city.city.openstreetmap.folder import make_city
from friendly_city.city.openstreetmap.opening import hours_of
from friendly_city.city.openstreetmap.wanted import Wanted
from friendly_city.city.plain import fulfils
from tests.city.test_openstreetmap import Drawn, line, place, square

NOON = datetime.fromisoformat("2022-07-16 12:00")


def rows(text):
    return [" ".join(row.values()) for row in hours_of(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24/7", ["mo-su 00:00 24:00"]),
        ("09:00-17:00", ["mo-su 09:00 17:00"]),
        ("Mo-Fr 09:00-17:00; Sa 10:00-16:00", ["mo-fr 09:00 17:00", "sa 10:00 16:00"]),
        ("Mo-Th 09:00-20:00, Fr 09:00-18:00, Su 12:00-18:00", ["mo-th 09:00 20:00", "fr 09:00 18:00", "su 12:00 18:00"]),
        ("Mo,We,Fr 08:00-12:00,13:00-17:00", ["mo we fr 08:00 12:00", "mo we fr 13:00 17:00"]),
        ("Mo 08:00-12:00, 13:00-24:00", ["mo 08:00 12:00", "mo 13:00 24:00"]),
        ("Mo-Fr 08:00-20:00; Sa 11:00-17:00, Su closed", ["mo-fr 08:00 20:00", "sa 11:00 17:00"]),
        ("Mo-Sa 08:00-20:00; Su off; PH off", ["mo-sa 08:00 20:00"]),
    ],
)
def test_plain_days_and_times_are_read(text, expected):
    assert rows(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "off", "Su off", "Mo-Fr", "sunrise-sunset", "Apr-Oct 09:00-17:00", "Mo-Fr 20:00-02:00", "Mo-Fr 8:00-16:00", "Mo-Fr 09:00+",
     "Mo-Fr 09:00-17:00; PH 10:00-12:00", "Mo-Fr 09:00-17:00; Fr 09:00-12:00", "Mo-We,Tu 09:00-17:00", "Fr-Mo 09:00-17:00",
     "Mo-Fr 09:00-25:00", "Mo-Fr 09:00-17:75", 'Mo-Fr 09:00-17:00 "by appointment"', "mo-fr 09:00-17:00", "Mo-Fr 09:00-17:00;",
     "24/7; Su off", "Mo[1] 09:00-12:00", "week 1-20 Mo-Fr 09:00-12:00", 'Mo-Fr 09:00-17:00 || "call"', "Mo-Fr 09:00-09:00",
     "Sa 10:00-12:00; Sa off"],
)  # fmt: skip
def test_what_is_more_than_that_is_left_out_as_a_whole(text):
    assert rows(text) == []


pieces = st.sampled_from(
    [
        "Mo",
        "Tu",
        "Fr",
        "Su",
        "PH",
        "-",
        ",",
        ", ",
        "; ",
        ";",
        " ",
        "09:00",
        "17:00",
        "24:00",
        "29:59",
        "off",
        "closed",
        "24/7",
        "+",
        "[1]",
    ]
)


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.lists(pieces, max_size=9).map("".join) | st.text(max_size=20))
def test_whatever_stands_on_the_map_a_row_is_one_that_a_register_may_hold(text):
    found, register = hours_of(text), dictionary().registers["hours"]
    for name in ("days", "opens", "closes"):
        assert fulfils(pd.Series([row[name] for row in found], dtype="str"), register.field(name))
    assert all(days_of(row["days"]) and row["opens"] < row["closes"] for row in found)


def test_a_city_from_the_map_has_the_hours_that_are_understood(tmp_path, monkeypatch):
    ways = [(n, line((0, n), (5, n), (9, n)), {"highway": "residential"}) for n in range(1, 9)]
    libraries = [
        (
            "node",
            n,
            shapely.Point(*place(n, 4)),
            {"amenity": "library", "name": f"L{n}"} | ({"opening_hours": text} if text else {}),
        )
        for n, text in ((1, "Mo-Fr 09:00-17:00; Sa 10:00-16:00"), (2, "Mo-Fr 09:00-17:00"), (3, "Mo-Fr 09:00+"), (4, ""))
    ]
    there = [*libraries, ("way", 33, square(2, 5), {"building": "apartments"})]
    monkeypatch.setattr(folder, "Extract", lambda path: Drawn(ways=ways, objects=there))
    made = make_city("x.osm.pbf", tmp_path / "city", Wanted(synthetic_children=90))
    assert "left out: opening hours of 1 facilities, more than days of the week and times" in made.notes
    city = fc.load_city(made.folder)
    hours = city.register("hours")
    assert hours["hours_id"].tolist() == ["n1-1", "n1-2", "n2-1"]
    assert set(hours["provenance"]) == {"osm"}
    facilities = city.register("facilities")
    assert dict(zip(facilities["facility_id"], open_at(city, facilities, NOON), strict=True)) == {
        "n1": "open", "n2": "closed", "n3": "unknown", "n4": "unknown",
    }  # fmt: skip


def test_without_any_hours_there_is_no_register_of_them(tmp_path, monkeypatch):
    ways = [(n, line((0, n), (9, n)), {"highway": "residential"}) for n in range(1, 9)]
    there = [("node", 32, shapely.Point(*place(8, 4)), {"amenity": "library"}), ("way", 33, square(2, 5), {"building": "house"})]
    monkeypatch.setattr(folder, "Extract", lambda path: Drawn(ways=ways, objects=there))
    made = make_city("x.osm.pbf", tmp_path / "city", Wanted(synthetic_children=9))
    assert not (made.folder / "hours.csv").exists()
    assert not any("opening hours" in note for note in made.notes)
