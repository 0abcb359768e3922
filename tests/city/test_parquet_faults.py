"""What is wrong with a register is told of Parquet as of CSV, and seen when cities are read together."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
import shapely

from friendly_city.city.check import typed
from friendly_city.city.dates import dates_agree
from friendly_city.city.demo.nation import _write_parquet
from friendly_city.city.descriptor import write_datapackage
from friendly_city.city.dictionary import dictionary
from friendly_city.city.load import load_city
from friendly_city.city.tables import ROW
from friendly_city.city.together import load_together
from tests.city.conftest import problems_in
from tests.city.test_bad_registers import CELLS, as_it_is, cell, more
from tests.factories import CODES, write_city


def as_text(value):
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def parquet_city(folder, changes):
    """Write the tiny city with changes as CSV and as Parquet."""
    left_out = {item.name: None for item in dictionary().items() if not item.required}
    csv, parquet, lost = write_city(folder / "csv", **left_out | changes), folder / "parquet", []
    parquet.mkdir()
    for register in dictionary().registers.values():
        if (csv / register.file).is_file():
            text = pd.read_csv(csv / register.file, dtype="str", keep_default_na=False)
            table = typed(text.assign(**{ROW: np.arange(1, len(text) + 1)}), register, lost)
            _write_parquet(table.drop(columns=ROW), parquet / register.parquet)
    for layer in dictionary().layers.values():
        if (csv / layer.file).is_file():
            features = json.loads((csv / layer.file).read_text(encoding="utf-8"))["features"]
            shapes = [shapely.to_wkb(shapely.from_geojson(json.dumps(feature["geometry"]))) for feature in features]
            said = [{key: as_text(value) for key, value in feature["properties"].items()} for feature in features]
            table = typed(pd.DataFrame(said, dtype="str").assign(**{ROW: 0}), layer, lost).drop(columns=ROW)
            _write_parquet(table.assign(geometry=pd.Series(shapes, dtype=object)), parquet / layer.parquet, geo=True)
    (parquet / "city.yaml").write_bytes((csv / "city.yaml").read_bytes())
    write_datapackage(parquet)
    assert not lost, "Parquet cannot hold this"
    return csv, parquet


def as_said_of_parquet(problem):
    """A problem of a CSV file, as it is told of the same row of a Parquet file: no header, so one line less."""
    problem = re.sub(r"^(\w+)\.csv:(\d+)", lambda found: f"{found[1]}.csv:{int(found[2]) - 1}", problem)
    problem = re.sub(r"though line (\d+)", lambda found: f"though line {int(found[1]) - 1}", problem)
    return problem.replace(".csv", ".parquet")


NOT_HELD = {
    "formula for a number", "thousands separator", "full-width digits", "per cent", "not a number", "NaN", "infinite", "not whole",
    "not a boolean", "impossible date", "date of another form", "required register without rows",
}  # fmt: skip
"""Text where something else is asked (a whole column of text is refused), and what is told with a line of the header."""


@pytest.mark.parametrize("fault", [name for name in CELLS if name not in NOT_HELD])
def test_a_fault_of_a_cell_is_told_in_the_same_words_and_seen_together(tmp_path, fault):
    csv, parquet = parquet_city(tmp_path, CELLS[fault][0])
    assert problems_in(parquet) == [as_said_of_parquet(problem) for problem in problems_in(csv)]
    assert load_together([parquet]) is None


SOUND = {
    "nothing": {"facilities": as_it_is, "activities": as_it_is, "inspections": as_it_is, "reporting": as_it_is},
    "a later report": {"reporting": more(state="partial", reported_date="2022-07-01")},
    "another year of the same day": {"reporting": more(state="partial", year_from="2019", year_to="2020")},
    "old evidence": {"inspections": cell(2, examined_date="2019-05-05"), "reporting": as_it_is},
    "an event in the second of two spans": {
        "activities": cell(1, held_date="2019-02-10"),
        "reporting": more(register="activities", community_code=CODES[0], year_from="2019", year_to="2019"),
    },
    "events of a community that did not report them": {
        "activities": cell(1, held_date="2005-02-10"),
        "reporting": lambda rows: [row for row in rows if row["register"] != "activities"],
    },
    "not quite within its community": {"facilities": cell(5, latitude="22.537")},
}  # fmt: skip


@pytest.mark.parametrize("change", SOUND)
def test_what_is_sound_is_read_together(tmp_path, change):
    csv, parquet = parquet_city(tmp_path, SOUND[change])
    assert list(load_city(csv).codes) == list(load_city(parquet).codes) == list(load_together([parquet]).codes)


@pytest.mark.parametrize("name", ["staff.parquet", "streets.parquet", "city.yaml"])
def test_a_link_out_of_a_folder_of_parquet_is_refused(tmp_path, name):
    _, parquet = parquet_city(tmp_path, {"staff": as_it_is})
    (parquet / name).rename(tmp_path / "secret")
    (parquet / name).symlink_to(tmp_path / "secret")
    (told,) = problems_in(parquet)
    assert told.startswith(f"{name}: the file is a link out of the folder")
    assert load_together([parquet]) is None


def events(draw, size, codes, **columns):
    return pd.DataFrame({"community_code": draw.choice(codes, size), **columns}).astype({"community_code": "str"})


def days(draw, size, first, last):
    return draw.integers(np.datetime64(first, "D").astype(int), np.datetime64(last, "D").astype(int), size).astype(
        "datetime64[D]"
    )


@pytest.mark.parametrize("seed", range(40))
def test_dates_are_held_against_every_span_of_years_and_the_last_report(seed):
    """The quick answer over all rows against one that goes through them row by row."""
    draw, codes = np.random.default_rng(seed), np.array(list("ABCD")[: 1 + seed % 4])
    start = draw.integers(2018, 2023, 6)
    reporting = events(
        draw, 6, codes, register=draw.choice(["activities", "staff"], 6), year_from=start.astype(float),
        year_to=(start + draw.integers(0, 3, 6)).astype(float), reported_date=pd.Series(days(draw, 6, "2022-06-01", "2024-01-01")),
    )  # fmt: skip
    held = pd.Series(days(draw, 3, "2018-01-01", "2023-06-01")).where(draw.random(3) < 0.9)
    activities = events(draw, 3, codes, held_date=held)
    wrong = False
    for code, day in zip(activities["community_code"], activities["held_date"], strict=True):
        said = reporting[(reporting["community_code"] == code) & (reporting["register"] == "activities")]
        if len(said) and not pd.isna(day):
            late = day > max(said["reported_date"])
            wrong |= late or not any(a <= day.year <= b for a, b in zip(said["year_from"], said["year_to"], strict=True))
    tables = {"reporting": reporting, "activities": activities}
    assert dates_agree(tables) is not bool(wrong)
    categories = {name: table.astype({"community_code": "category"}) for name, table in tables.items()}
    assert dates_agree(categories) is not bool(wrong)
