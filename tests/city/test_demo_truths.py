"""Each planted truth of the demonstration city holds, checked without the package's own access code."""

from __future__ import annotations

import csv
import heapq
import json
from collections import Counter
from math import hypot
from pathlib import Path

import numpy as np
import pytest
import yaml
from pyproj import Transformer

FUTIAN = Path(__file__).parents[2] / "data" / "futian"
METRES = Transformer.from_crs("EPSG:4326", "EPSG:4547", always_xy=True)


def table(name):
    with (FUTIAN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def place(row):
    return METRES.transform(float(row["longitude"]), float(row["latitude"]))


TRUTHS = {truth["id"]: truth for truth in yaml.safe_load((FUTIAN / "truths.yaml").read_text(encoding="utf-8"))["truths"]}


class Walker:
    """Dijkstra over straight street segments; a point joins the nearest one."""

    def __init__(self):
        text = (FUTIAN / "streets.geojson").read_text(encoding="utf-8")
        self.near, self.segments = {}, []
        for feature in json.loads(text)["features"]:
            points = [METRES.transform(*pair) for pair in feature["geometry"]["coordinates"]]
            keys = [tuple(pair) for pair in feature["geometry"]["coordinates"]]
            for i in range(len(points) - 1):
                length = hypot(points[i + 1][0] - points[i][0], points[i + 1][1] - points[i][1])
                self.near.setdefault(keys[i], []).append((keys[i + 1], length))
                self.near.setdefault(keys[i + 1], []).append((keys[i], length))
                self.segments.append((keys[i], keys[i + 1], points[i], points[i + 1]))
        self.a = np.array([segment[2] for segment in self.segments])
        self.way = np.array([segment[3] for segment in self.segments]) - self.a
        self.square = (self.way**2).sum(axis=1)

    def foot(self, point):
        off = np.array(point) - self.a
        part = np.clip((off * self.way).sum(axis=1) / self.square, 0, 1)
        gap = np.hypot(*(off - part[:, None] * self.way).T)
        best = int(gap.argmin())
        along = float(part[best]) * self.square[best] ** 0.5
        return best, along, float(self.square[best] ** 0.5) - along, float(gap[best])

    def metres(self, start, ends):
        """Metres on foot from a point to the nearest of some points."""
        segment, back, ahead, straight = self.foot(start)
        queue = [(back + straight, self.segments[segment][0]), (ahead + straight, self.segments[segment][1])]
        heapq.heapify(queue)
        cost = {}
        while queue:
            so_far, at = heapq.heappop(queue)
            if at in cost:
                continue
            cost[at] = so_far
            for other, length in self.near[at]:
                if other not in cost:
                    heapq.heappush(queue, (so_far + length, other))
        best = float("inf")
        for end in ends:
            other, to_back, to_ahead, gap = self.foot(end)
            first, last = self.segments[other][:2]
            best = min(best, cost[first] + to_back + gap, cost[last] + to_ahead + gap)
            if other == segment:
                best = min(best, abs(back - to_back) + straight + gap)
        return best


@pytest.fixture(scope="module")
def walker():
    return Walker()


def test_every_truth_is_in_both_languages_and_names_communities():
    codes = {row["community_code"] for row in table("communities")}
    assert len(TRUTHS) == 8
    for truth in TRUTHS.values():
        assert truth["zh"]
        assert truth["zh"] != truth["en"]
        assert set(truth["communities"]) <= codes


@pytest.mark.parametrize("code", TRUTHS["no_childrens_home_in_reach"]["communities"])
def test_no_childrens_home_is_within_15_minutes_of_any_home(walker, code):
    homes = [row for row in table("homes") if row["community_code"] == code]
    places = [place(row) for row in table("facilities") if row["kind"] == "childrens_home"]
    children = [int(row["children_6_12_persons"]) for row in homes]
    assert sum(children) > 0
    assert min(walker.metres(place(row), places) for row in homes) > 900


def test_these_two_communities_have_a_childrens_home_of_their_own():
    codes = {row["community_code"] for row in table("facilities") if row["kind"] == "childrens_home"}
    assert set(TRUTHS["no_childrens_home_in_reach"]["communities"]) <= codes


def test_most_homes_have_a_childrens_home_in_reach(walker):
    places = [place(row) for row in table("facilities") if row["kind"] == "childrens_home"]
    some = table("homes")[::60]
    assert sum(walker.metres(place(row), places) <= 900 for row in some) > 0.6 * len(some)


def test_a_play_site_is_near_by_air_and_far_on_foot(walker):
    truth = TRUTHS["near_by_air_far_on_foot"]
    home = next(place(row) for row in table("homes") if row["home_id"] == truth["home_id"])
    site = next(place(row) for row in table("facilities") if row["facility_id"] == truth["facility_id"])
    straight = hypot(home[0] - site[0], home[1] - site[1])
    on_foot = walker.metres(home, [site])
    assert straight < 250
    assert on_foot > 1000
    assert abs(straight - float(truth["straight_m"])) < 2
    assert abs(on_foot - float(truth["on_foot_m"])) < 5


def test_that_play_site_is_on_the_other_side_of_a_barrier():
    from shapely.geometry import LineString

    truth = TRUTHS["near_by_air_far_on_foot"]
    home = next(row for row in table("homes") if row["home_id"] == truth["home_id"])
    site = next(row for row in table("facilities") if row["facility_id"] == truth["facility_id"])
    ends = [(float(row["longitude"]), float(row["latitude"])) for row in (home, site)]
    text = (FUTIAN / "barriers.geojson").read_text(encoding="utf-8")
    barriers = [LineString(f["geometry"]["coordinates"]) for f in json.loads(text)["features"]]
    assert any(LineString(ends).intersects(barrier) for barrier in barriers)
    assert [home["community_code"], site["community_code"]] == truth["communities"]


POSITION = {"longitude", "latitude", "name", "name_en", "title", "facility_id", "community_code"}


@pytest.mark.parametrize(
    ("register", "key"),
    [
        ("population", "population_id"),
        ("facilities", "facility_id"),
        ("activities", "activity_id"),
        ("meetings", "meeting_id"),
        ("documents", "document_id"),
        ("staff", "staff_id"),
        ("inspections", "inspection_id"),
        ("indicators", "indicator_id"),
    ],
)
def test_the_twins_are_equal_in_everything_but_place(register, key):
    def content(code):
        rows = [row for row in table(register) if row["community_code"] == code]
        return sorted(tuple((k, v) for k, v in row.items() if k not in POSITION | {key}) for row in rows)

    one, other = TRUTHS["twins"]["communities"]
    assert content(one) == content(other)
    assert content(one)


def test_one_community_has_no_child_under_three():
    (code,) = TRUTHS["no_child_of_a_band"]["communities"]
    young = Counter()
    for row in table("population"):
        if int(row["age_below"]) <= 3:
            young[row["community_code"]] += int(row["persons"])
    assert young[code] == 0
    assert sum(number == 0 for number in young.values()) == 1
    assert sum(int(row["children_3_6_persons"]) for row in table("homes") if row["community_code"] == code) > 0


def test_the_community_with_the_rare_character_stands_in_every_register():
    (code,) = TRUTHS["rare_character"]["communities"]
    row = next(row for row in table("communities") if row["community_code"] == code)
    assert row["name"] == "孖岭社区"
    with pytest.raises(UnicodeEncodeError):
        row["name"].encode("gb2312")
    for path in FUTIAN.glob("*.csv"):
        assert any(row["community_code"] == code for row in table(path.stem)), path.name
    for name in ("boundaries", "streets"):
        assert code in (FUTIAN / f"{name}.geojson").read_text(encoding="utf-8")


@pytest.mark.parametrize("register", ["inspections", "documents"])
def test_all_evidence_of_one_community_has_expired(register):
    truth = TRUTHS["evidence_expired"]
    rows = [row for row in table(register) if row["community_code"] == truth["communities"][0]]
    assert rows
    assert all(row["expires_date"] and row["expires_date"] < truth["expired_before"] for row in rows)


@pytest.mark.parametrize("truth", ["activities_not_reported", "activities_none"])
def test_no_rows_of_activities_with_and_without_a_report(truth):
    (code,) = TRUTHS[truth]["communities"]
    assert [row for row in table("activities") if row["community_code"] == code] == []
    states = [row["state"] for row in table("reporting") if row["community_code"] == code and row["register"] == "activities"]
    assert states == [TRUTHS[truth]["state"]]
