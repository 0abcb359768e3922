"""A register or layer in another coordinate system is told from the ground it should stand on, and the demonstration city is not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from click.testing import CliRunner

from friendly_city.city.coordinates import SHIFTS, as_said
from friendly_city.city.doubtful import doubled, doubtful
from friendly_city.city.load import load_city
from friendly_city.city.positions import with_metres
from friendly_city.city.shifted import FEWEST, Ground, shifted
from friendly_city.cli import main
from tests.city.conftest import problems_in
from tests.city.shifting import features_in, rows_in
from tests.factories import CODES, load_tiny, position, rows_of, write_city

POINTS = ("homes", "facilities", "crossings")
FUTIAN = Path(__file__).parents[2] / "data" / "futian"


@cache
def futian():
    return load_city(FUTIAN)


def with_places(city, name, way, rows=None):
    """The city with a register whose places are moved (some rows of it, or all)."""
    table = city.registers[name].copy()
    some = np.arange(len(table)) if rows is None else rows
    x, y = way(table["longitude"].to_numpy()[some], table["latitude"].to_numpy()[some])
    table.loc[table.index[some], "longitude"], table.loc[table.index[some], "latitude"] = x, y
    return replace(city, registers={**city.registers, name: with_metres(table, city.crs)})


def many(rows):
    """Twelve homes in each community, with the same children in all."""
    blank = dict.fromkeys((key for key in rows[0] if key.startswith("children")), "0")
    more = [
        rows[2 * place] | blank | {"home_id": f"M{place}{number}"} | position(place, 0.1 + 0.07 * number, 0.15 + 0.06 * number)
        for place in range(len(CODES))
        for number in range(12)
    ]
    return [*rows, *more]


def test_no_false_alarm_on_the_demonstration_city():
    assert doubtful(futian()) == []


@pytest.mark.parametrize("system", SHIFTS)
@pytest.mark.parametrize("name", POINTS)
def test_every_shifted_register_is_recognised(name, system):
    (problem,) = shifted(with_places(futian(), name, SHIFTS[system]))
    assert problem.file == f"{name}.csv"
    assert f"these {len(futian().registers[name]):,} places" in problem.what
    assert problem.what.endswith(as_said(system))
    assert f"coordinates: {{{name}: {system}}}" in problem.expected
    if system == "gcj02":
        assert "525 m east and 302 m south" in problem.what or "m east and 30" in problem.what


@pytest.mark.parametrize("system", SHIFTS)
@pytest.mark.parametrize("name", POINTS)
def test_ten_points_are_enough(name, system):
    """Any ten: of 60 draws of ten points over the district each is recognised, and none before it is shifted."""
    city, rng = futian(), np.random.default_rng(236)
    ground = Ground(city.codes, city.boundaries.geometry.to_numpy(), city.crs)
    moved = with_places(city, name, SHIFTS[system]).registers[name]
    missed = 0
    for _ in range(60):
        some = rng.choice(len(moved), FEWEST, replace=False)
        found = ground.of_register(name, moved.iloc[some])
        missed += found is None or found.system != system
        assert ground.of_register(name, city.registers[name].iloc[some]) is None
    assert missed == 0


def test_fewer_than_ten_points_are_not_judged():
    city = futian()
    ground = Ground(city.codes, city.boundaries.geometry.to_numpy(), city.crs)
    moved = with_places(city, "facilities", SHIFTS["bd09"]).registers["facilities"]
    assert ground.of_register("facilities", moved.iloc[: FEWEST - 1]) is None


@pytest.mark.parametrize("kind", sorted(futian().registers["facilities"]["kind"].unique()))
def test_every_kind_of_facility_alone_is_recognised(kind):
    city = futian()
    ground = Ground(city.codes, city.boundaries.geometry.to_numpy(), city.crs)
    moved = with_places(city, "facilities", SHIFTS["gcj02"]).registers["facilities"]
    assert ground.of_register("facilities", moved[moved["kind"] == kind]).system == "gcj02"


def test_rows_of_one_department_among_others_are_told_row_by_row():
    some = np.arange(100, 160)
    found = shifted(with_places(futian(), "facilities", SHIFTS["bd09"], some))
    rows = futian().registers["facilities"]["row"].to_numpy()[some]
    assert set(rows) >= {problem.line for problem in found}
    assert len(found) >= 55
    assert all("BD-09" in problem.what for problem in found)


def test_scattered_errors_are_no_shift():
    """A fifth of the homes anywhere within 2 km of where they are: bad, but in no coordinate system."""
    rng = np.random.default_rng(1)
    some = rng.choice(len(futian().registers["homes"]), 460, replace=False)
    assert (
        shifted(
            with_places(futian(), "homes", lambda x, y: (x + rng.normal(0, 0.01, len(x)), y + rng.normal(0, 0.01, len(y))), some)
        )
        == []
    )


@pytest.mark.parametrize("system", SHIFTS)
def test_shifted_streets_are_recognised(system):
    city = futian()
    streets = _shapes_in(city.streets, system, city.crs)
    (problem,) = shifted(replace(city, streets=streets))
    assert (problem.file, problem.path) == ("streets.geojson", "geometry")
    assert problem.what.endswith(as_said(system))


@pytest.mark.parametrize("system", SHIFTS)
def test_shifted_boundaries_are_told_once_and_not_as_a_fault_of_everything_else(system):
    city = futian()
    (problem,) = shifted(replace(city, boundaries=_shapes_in(city.boundaries, system, city.crs)))
    assert problem.file == "boundaries.geojson"
    assert problem.what.endswith(as_said(system))
    assert " m east " in problem.what


def _shapes_in(layer, system, crs):
    shapes = layer.to_crs("EPSG:4326").geometry.to_numpy()
    moved = shapely.transform(shapes, lambda places: np.column_stack(SHIFTS[system](*places.T)))
    return layer.set_geometry(gpd.GeoSeries(moved, index=layer.index, crs="EPSG:4326").to_crs(crs))


def test_a_load_tells_the_shift_once_and_not_each_row(tmp_path):
    (problem,) = problems_in(write_city(tmp_path, homes=lambda rows: rows_in("bd09")(many(rows))))
    assert problem.startswith("homes.csv longitude: these 56 places look ")
    assert "coordinates: {homes: bd09}" in problem


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_a_declared_system_is_converted_and_said(tmp_path, system):
    plain = load_tiny(tmp_path / "plain", homes=many)
    city = load_city(
        write_city(tmp_path / "in", settings={"coordinates": {"homes": system}}, homes=lambda rows: rows_in(system)(many(rows)))
    )
    off = np.hypot(*(city.registers["homes"][c] - plain.registers["homes"][c] for c in ("x_m", "y_m")))
    assert off.max() < 0.05  # seven decimals of a degree
    assert [note.en for note in city.notes] == [
        f"homes: 56 points converted from {as_said(system)} to WGS 84; the way back misses by less than 0.001 m"
    ]
    assert doubtful(city) == []


def test_a_whole_city_may_be_declared_at_once(tmp_path):
    layers = {name: features_in("gcj02") for name in ("boundaries", "streets", "barriers")}
    registers = {name: rows_in("gcj02") for name in (*POINTS, "entrances")}
    city = load_city(write_city(tmp_path / "in", settings={"coordinates": "gcj02"}, **layers, **registers))
    plain = load_tiny(tmp_path / "plain")
    assert len(city.notes) == 7
    assert shapely.hausdorff_distance(city.streets.geometry.union_all(), plain.streets.geometry.union_all()) < 0.05
    assert city.area_km2.sum() == pytest.approx(plain.area_km2.sum(), rel=1e-4)


def test_projected_metres_may_be_declared(tmp_path):
    plain = load_tiny(tmp_path / "plain")
    metres = plain.registers["homes"][["x_m", "y_m"]].to_numpy()

    def projected(rows):
        return [row | {"longitude": f"{x:.2f}", "latitude": f"{y:.2f}"} for row, (x, y) in zip(rows, metres, strict=True)]

    city = load_city(write_city(tmp_path / "in", settings={"coordinates": {"homes": "EPSG:4547"}}, homes=projected))
    assert np.abs(city.registers["homes"][["x_m", "y_m"]].to_numpy() - metres).max() < 0.02
    undeclared = problems_in(write_city(tmp_path / "not", homes=projected))
    assert all("the position looks projected" in problem for problem in undeclared)


def test_cgcs2000_is_no_alarm(tmp_path):
    city = load_city(write_city(tmp_path, settings={"coordinates": "cgcs2000"}, homes=many))
    assert doubtful(city) == []


def test_what_is_declared_though_it_is_not_so_is_told(tmp_path):
    (problem,) = problems_in(write_city(tmp_path, settings={"coordinates": {"homes": "bd09"}}, homes=many))
    assert "WGS 84" in problem
    assert "take homes out of coordinates" in problem


def test_bd09_declared_as_gcj02_is_told(tmp_path):
    folder = write_city(tmp_path, settings={"coordinates": {"homes": "gcj02"}}, homes=lambda rows: rows_in("bd09")(many(rows)))
    (problem,) = problems_in(folder)
    assert "BD-09" in problem


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("gcj2", "coordinates: 'gcj2' is no coordinate system; expected wgs84, cgcs2000, gcj02, bd09"),
        ({"homes": "EPSG:4326"}, "coordinates.homes: 'EPSG:4326' is no coordinate system"),
        ({"staff": "gcj02"}, "coordinates.staff: no such register or layer"),
        (["gcj02"], "coordinates: \"['gcj02']\""),
    ],
)
def test_a_system_that_is_not_known_is_told(problems_of, said, wrong):
    (problem,) = problems_of(settings={"coordinates": said})
    assert wrong in problem


def test_swapped_longitude_and_latitude_are_told_by_row(problems_of):
    def swapped(rows):
        return [
            row | {"longitude": row["latitude"], "latitude": row["longitude"]} if row["home_id"] in ("H2", "H5") else row
            for row in rows
        ]

    found = problems_of(homes=swapped)
    assert [problem.split()[0] for problem in found] == ["homes.csv:3", "homes.csv:6"]
    assert all("longitude and latitude look swapped" in problem for problem in found)


def test_points_that_stand_twice_are_told_by_row(tmp_path):
    def doubled_rows(rows):
        return [*rows, rows[0] | {"facility_id": "F9"}]

    (problem,) = doubled(load_tiny(tmp_path, facilities=doubled_rows))
    assert str(problem).startswith("facilities.csv:8 longitude: the same place as line 2")


def test_two_kinds_in_one_house_are_no_doubles_but_a_heap_is(tmp_path):
    kinds = ("library", "childcare", "health_centre", "police_room")

    def others(count):
        def change(rows):
            return [*rows, *(rows[0] | {"facility_id": f"K{n}", "kind": kind} for n, kind in enumerate(kinds[:count]))]

        return change

    assert doubled(load_tiny(tmp_path / "two", facilities=others(1))) == []
    assert [problem.line for problem in doubled(load_tiny(tmp_path / "heap", facilities=others(4)))] == [8, 9, 10, 11]


def test_the_command_tells_what_looks_wrong_and_fails_only_when_strict(tmp_path):
    folder = write_city(tmp_path, facilities=lambda rows: [*rows, rows[0] | {"facility_id": "F9"}])
    done = CliRunner().invoke(main, ["city", "check", str(folder)])
    assert done.exit_code == 0
    assert "looks wrong: facilities.csv:8" in done.output
    assert CliRunner().invoke(main, ["city", "check", str(folder), "--strict"]).exit_code == 3
    assert CliRunner().invoke(main, ["city", "check", str(FUTIAN), "--strict"]).exit_code == 0


def test_rows_of_the_tiny_city_are_as_the_shift_expects():
    assert len(rows_of("homes")) == 8
