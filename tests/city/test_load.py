"""What a loaded city holds: types, lines, metres, hashes; and that neither row order nor text changes what is known."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from friendly_city.city.cells import TESTS
from friendly_city.city.dictionary import dictionary
from friendly_city.city.load import load_city
from friendly_city.labels import Text
from tests.city.conftest import problems_in
from tests.factories import CODES, csv_text, load_tiny, rows_of, write_city

FUTIAN = Path(__file__).parents[2] / "data" / "futian"
PROPERTY = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def test_settings_become_the_city(tiny):
    assert (tiny.id, tiny.name, tiny.crs, tiny.synthetic) == ("tiny", Text("小城", "Tiny City"), "EPSG:4547", True)
    assert tiny.notice == Text("示意图 · 合成数据", "schematic map · synthetic data")
    assert [(source.id, source.licence, source.url) for source in tiny.sources] == [("made", "CC0-1.0", "")]
    assert tuple(tiny.codes) == CODES


def test_every_register_has_the_columns_and_types_of_the_dictionary(tiny):
    dtypes = {"string": "str", "number": "float64", "integer": "float64", "boolean": "boolean"}
    assert list(tiny.registers) == list(dictionary().registers)
    for name, table in tiny.registers.items():
        register = dictionary().registers[name]
        metres = ["x_m", "y_m"] if register.is_point else []
        assert list(table.columns) == [field.name for field in register.fields] + ["row", *metres]
        for field in register.fields:
            if field.type == "date":
                assert pd.api.types.is_datetime64_dtype(table[field.name])
            else:
                assert table[field.name].dtype == dtypes[field.type], field


def test_an_empty_cell_is_unknown_and_not_zero(tiny):
    park = tiny.registers["facilities"].set_index("facility_id").loc["F3"]
    assert np.isnan(park["books_count"])
    assert pd.isna(park["closed_date"])
    assert pd.isna(park["has_mother_baby_room"])
    assert park["level"] == ""
    assert park["nature_contact"]
    assert park["opened_date"] == pd.Timestamp("2019-05-01")


def test_an_empty_column_of_dates_or_booleans_keeps_its_type(tmp_path):
    from tests.factories import load_tiny

    blank = {"opened_date": "", "closed_date": "", "nature_contact": "", "has_mother_baby_room": ""}
    facilities = load_tiny(tmp_path, facilities=lambda rows: [row | blank for row in rows]).registers["facilities"]
    assert facilities["opened_date"].isna().all()
    assert (facilities["opened_date"] <= pd.Timestamp("2022-12-31")).sum() == 0
    assert facilities["nature_contact"].dtype == "boolean"


def test_row_is_the_line_in_the_file(tiny):
    lines = (tiny.folder / "facilities.csv").read_text(encoding="utf-8").splitlines()
    facilities = tiny.registers["facilities"]
    assert all(
        lines[line - 1].startswith(f"{name},") for name, line in zip(facilities["facility_id"], facilities["row"], strict=True)
    )
    streets = (tiny.folder / "streets.geojson").read_text(encoding="utf-8").splitlines()
    assert all(
        f'"{name}"' in streets[line - 1] for name, line in zip(tiny.streets["street_id"], tiny.streets["row"], strict=True)
    )


def test_codes_stay_text_and_leading_zeros_stay(tmp_path):
    from tests.factories import load_tiny

    city = load_tiny(tmp_path, staff=lambda rows: [row | {"staff_id": f"00{number}"} for number, row in enumerate(rows)])
    assert city.registers["staff"]["staff_id"].tolist() == ["000", "001", "002", "003"]


def test_positions_are_in_metres_of_the_city_s_crs(tiny):
    """One degree of latitude at 22.5° N is 110.74 km (WGS84): 0.0055 degrees of it are about 609 m.

    Homes 1 and 3 are 0.01 degrees apart in longitude: 0.01 · 111.32 km · cos 22.533° is about 1,028 m (sphere), 1,029 m on WGS84.
    """
    homes = tiny.registers["homes"]
    assert homes["x_m"].iloc[2] - homes["x_m"].iloc[0] == pytest.approx(1029, abs=2)
    assert homes["y_m"].iloc[4] - homes["y_m"].iloc[0] == pytest.approx(1107.4, abs=2)
    for layer in (tiny.boundaries, tiny.streets, tiny.barriers):
        assert layer.crs == tiny.crs
    assert tiny.boundaries.index.tolist() == sorted(CODES)
    assert tiny.area_km2.sum() == pytest.approx(4 * 1.029 * 1.1074, rel=0.002)


def test_each_input_file_has_its_hash_and_other_files_have_none(folder):
    (folder / "truths.yaml").write_text("a: 1\n", encoding="utf-8")
    city = load_city(folder)
    inputs = {path.name for path in folder.iterdir()} - {"truths.yaml"}
    assert set(city.hashes) == inputs
    assert city.hashes["staff.csv"] == hashlib.sha256((folder / "staff.csv").read_bytes()).hexdigest()


def test_a_register_that_was_edited_after_its_descriptor_was_written_loads(folder):
    path = folder / "facilities.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("12000", "13000"), encoding="utf-8")
    assert load_city(folder).registers["facilities"]["site_area_m2"].max() == 13_000


def test_lines_may_end_as_windows_ends_them(folder):
    before = load_city(folder).registers["staff"]
    path = folder / "staff.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    pd.testing.assert_frame_equal(load_city(folder).registers["staff"], before)


def test_columns_may_stand_in_any_order(folder):
    before = load_city(folder).registers["meetings"]
    rows = rows_of("meetings")
    (folder / "meetings.csv").write_text(csv_text(rows, list(rows[0])[::-1]), encoding="utf-8")
    pd.testing.assert_frame_equal(load_city(folder).registers["meetings"], before)


def sums(city):
    """Return all that can be added up, by community."""
    parts = [city.residents("all"), city.residents("children"), city.area_km2.round(9)]
    for name, table in city.registers.items():
        if name != "communities":
            numbers = table.drop(columns="row").select_dtypes("float64")
            parts.append(numbers.groupby(table["community_code"]).sum().round(6).add_prefix(f"{name}."))
    return pd.concat(parts, axis=1)


@settings(PROPERTY, max_examples=6)
@given(st.randoms(use_true_random=False))
def test_permuted_rows_load_to_equal_sums_of_each_community(random):
    def mixed(rows):
        return random.sample(rows, len(rows))

    with tempfile.TemporaryDirectory() as there:
        expected = sums(load_city(write_city(there)))
        found = sums(load_city(write_city(there, **dict.fromkeys((*dictionary().registers, "boundaries", "streets"), mixed))))
    pd.testing.assert_frame_equal(found, expected)


def is_allowed(text):
    """Return whether a text is one that a register may hold: neither refused by a test nor a personal number."""
    return (
        text != ""
        and not any(test(text) for test in TESTS)
        and not any(len(part) >= 11 for part in text.split() if part.isdigit())
    )


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(is_allowed)


@PROPERTY
@given(
    st.lists(
        TEXTS | st.sampled_from(["a,b", 'say "yes"', "'quoted'", "孖岭", "a;b", "None", "NaN", "NULL", "true", "007"]),
        min_size=6,
        max_size=6,
    )
)
def test_any_text_that_a_register_may_hold_survives_the_way_into_the_city(names):
    def named(rows):
        return [row | {"name": name} for row, name in zip(rows, names, strict=True)]

    optional = {item.name: None for item in dictionary().items() if not item.required}
    with tempfile.TemporaryDirectory() as there:
        city = load_city(write_city(there, **optional, facilities=named))
    assert city.registers["facilities"]["name"].tolist() == names


def test_the_demonstration_city_loads_without_a_problem():
    city = load_city(FUTIAN)
    assert len(city.codes) == 92
    assert city.residents("all").sum() == 1_553_225
    assert set(dictionary().registers) == {*city.registers, "entrances", "hours"}
    assert not city.has("entrances")
    assert not city.has("hours")


def test_a_spoilt_demonstration_city_does_not_load(tmp_path):
    from tests.city.conftest import problems_in

    folder = shutil.copytree(FUTIAN, tmp_path / "futian")
    path = folder / "population.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",male,", ",mal,", 1), encoding="utf-8")
    (told,) = problems_in(folder)
    assert told == "population.csv:2 sex: 'mal' is not known; expected one of male, female; did you mean 'male'?"


@pytest.mark.parametrize("name", ["staff.csv", "streets.geojson", "city.yaml", "datapackage.json"])
def test_a_link_out_of_the_folder_is_refused_and_nothing_of_it_is_told(folder, tmp_path, name):
    secret = tmp_path / "secret"
    secret.write_text("root:x:0:0", encoding="utf-8")
    (folder / name).unlink()
    (folder / name).symlink_to(secret)
    (told,) = problems_in(folder)
    assert told == f"{name}: the file is a link out of the folder; expected the file itself, in the folder of the city"


def test_a_link_within_the_folder_is_followed(folder):
    (folder / "staff.csv").rename(folder / "staff-2022.txt")
    (folder / "staff.csv").symlink_to("staff-2022.txt")
    from friendly_city.city.load import load_city

    assert len(load_city(folder).register("staff"))


@pytest.mark.parametrize("given", [{}, {"steps": True, "slope_percent": 4.5}, {"steps": None, "slope_percent": None}])
def test_an_optional_property_may_be_left_out_of_a_layer(tmp_path, given):
    def change(rows):
        return [{key: value for key, value in row.items() if key not in ("steps", "slope_percent")} | given for row in rows]

    city = load_tiny(tmp_path, streets=change)
    assert ("steps" in city.streets) == bool(given)
    if given.get("steps"):
        assert city.streets["steps"].all()
        assert set(city.streets["slope_percent"]) == {4.5}


def test_an_optional_property_is_checked_where_it_stands(problems_of):
    told = problems_of(streets=lambda rows: [row | {"steps": "maybe", "slope_percent": 120} for row in rows[:1]] + rows[1:])
    assert [line.split(";")[0] for line in told][:1] == ["streets.geojson:2 steps: 'maybe' is not true or false"]
