"""Marks and the ground of maps: as large as said, where the places are, and no more of them than a page can hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

import friendly_city as fc
from friendly_city.report.bare import BareAxes
from friendly_city.report.ground import CITY_MARGIN, GROUND, PART_MARGIN, bounds_of, draw_ground, seen
from friendly_city.report.marks import CROSS, MANY, ROUND, TRIANGLE, draw_marks, mark_size, thinned
from friendly_city.report.palette import STONE
from friendly_city.report.pen import Pen
from friendly_city.report.svg import svg_of

RED = "#aa0000"


@pytest.fixture(scope="module")
def city():
    return fc.load_city(Path(__file__).parents[2] / "data/futian")


def surface(width=880.0, metres=8800.0):
    """A square of so many px that shows so many metres."""
    ax = BareAxes((width, width))
    ax.set_xlim(0, metres)
    ax.set_ylim(0, metres)
    return ax


def drawn(mark, places, size=1.0, decimals=0):
    """The paths of a page of 880 px that shows 8,800 m."""

    def draw(ax):
        ax.set_xlim(0, 8800)
        ax.set_ylim(0, 8800)
        draw_marks(ax, np.array(places, dtype=float), mark, RED, size=size, gid="x")

    pen = Pen(prefix="", titles={}, decimals=decimals)
    return svg_of(draw, size=(880, 880), pen=pen, label="", class_="wide")


def test_a_dot_is_a_line_without_length_twelve_letters_long():
    page = drawn(ROUND, [(100, 8700), (4400, 4400)])
    assert 'd="M 10 10h0 M 440 440h0"' in page
    assert "stroke-width:6.5" in page
    assert "stroke-linecap:round" in page


def test_a_cross_is_two_lines_of_eight_px_and_smaller_when_asked():
    assert 'd="M 6 14 L 14 6 M 6 6 L 14 14"' in drawn(CROSS, [(100, 8700)])
    assert 'd="M 7 13 L 13 7 M 7 7 L 13 13"' in drawn(CROSS, [(100, 8700)], size=0.7)


def test_a_triangle_is_filled_with_a_light_edge():
    page = drawn(TRIANGLE, [(100, 8700)])
    assert 'd="M 3 15 L 17 15 L 10 3 L 3 15"' in page
    assert f"fill:{RED}" in page
    assert "stroke:#ffffff" in page


def test_no_place_is_no_path():
    ax = surface()
    draw_marks(ax, np.empty((0, 2)), ROUND, RED, gid="x")
    assert ax.artists == []


def test_marks_are_small_where_they_are_many_and_on_phones():
    wide, phone = surface(), surface(320.0)
    sizes = [mark_size(wide, MANY), mark_size(wide, MANY + 1), mark_size(phone, MANY), mark_size(phone, MANY + 1)]
    assert sizes == pytest.approx([1.0, 0.7, 0.6, 0.42])


@pytest.mark.parametrize(("mark", "width", "most"), [(ROUND, 880, 3000), (ROUND, 320, 1200), (CROSS, 880, 1000)])
def test_many_homes_do_not_make_a_map_large(mark, width, most):
    ax = surface(width)
    draw_marks(ax, np.random.default_rng(1).uniform(0, 8800, (20_000, 2)), mark, RED, gid="x")
    (path,) = (patch.get_path() for patch in ax.artists)
    assert most / 3 < (path.codes == path.MOVETO).sum() / len(mark.lines) <= most


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=60), st.integers(1, 60))
def test_thinning_keeps_some_of_the_points_and_none_of_its_own(points, most):
    xy = np.array(points)
    found = thinned(xy, 1.0, most)
    assert 1 <= len(found) <= max(most, 1)
    assert {*map(tuple, found)} <= {*map(tuple, xy)}
    assert len(xy) > most or found is xy


def areas(ax):
    return {to_hex(patch.get_facecolor()): patch for patch in ax.artists if patch.get_facecolor()[3]}


def area_of(patch):
    rings = patch.get_path().to_polygons(closed_only=True)
    return abs(sum(shapely.Polygon(ring).area * (1 if shapely.LinearRing(ring).is_ccw else -1) for ring in rings))


def test_the_ground_of_a_city_is_one_path_as_large_as_the_city(city):
    ax = BareAxes((880, 640))
    frame = draw_ground(ax, city, np.ones(len(city.codes), bool))
    assert set(areas(ax)) == {GROUND}
    assert area_of(areas(ax)[GROUND]) == pytest.approx(city.boundaries.area.sum(), rel=0.002)
    min_x, _, max_x, _ = city.boundaries.total_bounds
    assert frame[2] - frame[0] >= (max_x - min_x) * (1 + 2 * CITY_MARGIN) - 1e-6


def test_the_ground_of_a_part_has_its_neighbours_in_another_shade_and_a_border(city):
    asked = (city.communities["subdistrict_code"].astype(str) == "440304001").to_numpy()
    ax = BareAxes((880, 640))
    frame = draw_ground(ax, city, asked)
    here = city.boundaries.loc[city.codes[asked]]
    assert area_of(areas(ax)[GROUND]) == pytest.approx(here.area.sum(), rel=0.005)
    around = city.boundaries.loc[city.codes[~asked]].clip_by_rect(*frame).area.sum()
    assert area_of(areas(ax)[STONE]) == pytest.approx(around, rel=0.005)
    border = next(patch for patch in ax.artists if patch.get_linewidth() == 1.6)
    assert area_of(border) == pytest.approx(here.area.sum(), rel=0.005)
    min_x, min_y, max_x, max_y = bounds_of(city, asked)
    pad = PART_MARGIN * max(max_x - min_x, max_y - min_y)
    assert frame[0] <= min_x - pad + 1e-6
    assert frame[3] >= max_y + pad - 1e-6


def test_what_is_seen_is_inside_the_frame_edge_included():
    xy = np.array([(0, 0), (2, 2), (1, 1), (3, 1), (1, -1)], dtype=float)
    assert seen(xy, (0, 0, 2, 2)).tolist() == [[0, 0], [2, 2], [1, 1]]
    assert seen(np.empty((0, 2)), (0, 0, 2, 2)).shape == (0, 2)


def test_thinning_starts_at_a_px():
    """A mark is never drawn twice on one px where there are too many."""
    assert thinned(np.array([(0.1, 0.1), (0.2, 0.2), (5.0, 5.0)]), 1.0, most=2).tolist() == [[0.1, 0.1], [5.0, 5.0]]
