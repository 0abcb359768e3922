"""How facilities of each kind are made: how many, where, how large. All sizes are ours, spread about the thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np

from friendly_city.city.demo.writing import Cell

Reach = tuple[float, float, float]  # least, most, step


@dataclass(frozen=True, kw_only=True)
class Making:
    """How facilities of a kind (and category) are made.

    Attributes
    ----------
    spread : str
        ``each``: one in every community; ``residents``, ``infants``, ``preschool``, ``school``, ``area``: shared out by
        that weight; ``even``: between `least` and `most` in every community.
    total : int
        Number to be shared out (0 with ``each`` and ``even``).
    sizes : mapping of str to Reach
        Fields drawn evenly between least and most, in steps.
    shape : str
        Name of a rule in `SHAPES` for fields that hang together.
    yes : mapping of str to float
        Boolean fields and how often they are true.
    opened : tuple of int
        Years in which such facilities opened.
    """

    kind: str
    zh: str
    en: str
    spread: Literal["each", "residents", "infants", "preschool", "school", "area", "even"]
    total: int = 0
    least: int = 0
    most: int = 0
    level: str = ""
    category: str = ""
    sizes: Mapping[str, Reach] = field(default_factory=dict)
    shape: str = ""
    yes: Mapping[str, float] = field(default_factory=dict)
    opened: tuple[int, int] = (2006, 2021)
    provenance: str = "synthetic"


def drawn(rng: np.random.Generator, reach: Reach) -> float:
    """Return a number between least and most (inclusive), in steps."""
    least, most, step = reach
    return round(least + step * int(rng.integers(round((most - least) / step) + 1)), 3)


def kindergarten_shape(rng: np.random.Generator) -> dict[str, Cell]:
    """Return classes, places, land and bicycle places of a kindergarten."""
    classes = int((6, 9, 9, 12, 12, 12, 15, 18)[int(rng.integers(8))])
    places = classes * int(drawn(rng, (26, 31, 1)))
    nursery = 20 * int(rng.integers(1, 4)) if rng.random() < 0.55 else 0
    land = classes * drawn(rng, (250, 370, 10))
    bicycles = round(places * drawn(rng, (1, 6, 0.5)) / 100)
    return {
        "classes_count": classes,
        "capacity_places": places,
        "nursery_places": nursery,
        "site_area_m2": land,
        "bicycle_places": bicycles,
        "play_area_m2": round(places * drawn(rng, (2, 5, 0.5))),
        "serves_age_from": 2 if nursery else 3,
        "serves_age_below": 6,
    }


def school_shape(rng: np.random.Generator, seats: int, ages: tuple[int, int], bicycles: Reach) -> dict[str, Cell]:
    """Return classes, places, land and bicycle places of a school with `seats` a class."""
    classes = int((18, 24, 24, 30, 36, 36, 48)[int(rng.integers(7))])
    places = classes * (seats - int(rng.integers(6)) + 2)
    return {
        "classes_count": classes,
        "capacity_places": places,
        "site_area_m2": classes * drawn(rng, (360, 620, 10)),
        "court_area_m2": drawn(rng, (800, 4200, 100)),
        "bicycle_places": round(places * drawn(rng, bicycles) / 100),
        "serves_age_from": ages[0],
        "serves_age_below": ages[1],
    }


def primary_shape(rng: np.random.Generator) -> dict[str, Cell]:
    """Return the sizes of a primary school."""
    return school_shape(rng, 45, (6, 12), (4, 14, 0.5))


def middle_shape(rng: np.random.Generator) -> dict[str, Cell]:
    """Return the sizes of a junior middle school."""
    return school_shape(rng, 50, (12, 15), (12, 32, 1))


def nine_year_shape(rng: np.random.Generator) -> dict[str, Cell]:
    """Return the sizes of a nine-year school."""
    return school_shape(rng, 48, (6, 15), (6, 20, 1))


def play_shape(rng: np.random.Generator, land: float, wanted: float) -> dict[str, Cell]:
    """Return land and play sites of a park or plot: mostly about what is wanted, sometimes none."""
    share = float(rng.random())
    sites = 0 if share < 0.1 else 2 if share > 0.75 else 1
    area = round(wanted * drawn(rng, (0.6, 1.7, 0.05)), -1) if sites else 0.0
    return {"site_area_m2": land, "play_sites_count": sites, "play_area_m2": min(area, round(land / 4, -1))}


def plot_shape(rng: np.random.Generator) -> dict[str, Cell]:
    """Return land and play sites of a residential plot."""
    land = drawn(rng, (2400, 9900, 100)) if rng.random() < 0.45 else drawn(rng, (10_000, 48_000, 500))
    return play_shape(rng, land, 300 if land < 10_000 else 600 if land < 30_000 else 1200)


def community_park_shape(rng: np.random.Generator) -> dict[str, Cell]:
    """Return land and play sites of a community park."""
    land = drawn(rng, (1200, 9000, 100)) if rng.random() < 0.5 else drawn(rng, (9000, 62_000, 500))
    sizes = play_shape(rng, land, 300 if land < 3000 else 600 if land < 30_000 else 1200)
    return sizes | {"serves_age_from": int((0, 0, 3, 6)[int(rng.integers(4))]), "serves_age_below": 13}


def large_park_shape(rng: np.random.Generator) -> dict[str, Cell]:
    """Return land and play sites of a comprehensive or country park."""
    land = drawn(rng, (52_000, 420_000, 1000))
    sites = 1 + int(rng.integers(3))
    area = drawn(rng, (1400, 4600, 100))
    return {"site_area_m2": land, "play_sites_count": sites, "play_area_m2": area, "serves_age_from": 0, "serves_age_below": 18}


def childcare_shape(rng: np.random.Generator) -> dict[str, Cell]:
    """Return floor area and places of a childcare institution."""
    places = int(drawn(rng, (20, 90, 5)))
    return {
        "capacity_places": places,
        "nursery_places": places,
        "floor_area_m2": max(220.0, places * drawn(rng, (7, 13, 1))),
        "serves_age_from": 0,
        "serves_age_below": 3,
    }


def play_site_shape(rng: np.random.Generator) -> dict[str, Cell]:
    """Return the size of a children's play site."""
    area = drawn(rng, (180, 1500, 20))
    young = rng.random() < 0.6
    return {
        "site_area_m2": area,
        "play_area_m2": area,
        "play_sites_count": 1,
        "serves_age_from": 0 if young else 3,
        "serves_age_below": 6 if young else 13,
    }


SHAPES = MappingProxyType(
    {
        "kindergarten": kindergarten_shape,
        "primary": primary_shape,
        "middle": middle_shape,
        "nine_year": nine_year_shape,
        "plot": plot_shape,
        "community_park": community_park_shape,
        "large_park": large_park_shape,
        "childcare": childcare_shape,
        "play_site": play_site_shape,
    }
)

ROOM: Mapping[str, Reach] = {"floor_area_m2": (4, 22, 0.5), "zones_count": (1, 4, 1)}

BASE_TYPES = (
    ("practice", "儿童友好实践基地", "child-friendly practice base", 36),
    ("community", "儿童友好社区", "child-friendly community", 16),
    ("school", "儿童友好学校", "child-friendly school", 15),
    ("park", "儿童友好公园", "child-friendly park", 9),
    ("hospital", "儿童友好医疗机构", "child-friendly clinic", 7),
    ("library", "儿童友好图书馆", "child-friendly library", 4),
    ("mobility", "儿童友好出行场所", "child-friendly mobility place", 2),
    ("street", "儿童友好街区", "child-friendly street", 1),
)
"""Types of bases and the mix of the 90 bases Shenzhen added in 2021 (facts: iewzx.com, 2021-06-01)."""


def makings(total: Mapping[str, int]) -> tuple[Making, ...]:
    """Return how all kinds are made (bases, libraries and rights stations apart), with the published totals."""
    nine_year, middle = 34, 26
    return (
        Making(kind="childrens_home", zh="儿童之家", en="children's home", spread="each", level="community",
               sizes={"floor_area_m2": (30, 320, 10), "zones_count": (2, 7, 1), "capacity_places": (15, 60, 5),
                      "books_count": (100, 1500, 50)}, opened=(2014, 2021), provenance="published_total"),
        Making(kind="mother_baby_room", zh="母婴室", en="mother-baby room", spread="residents",
               total=total["mother_baby_rooms"], sizes=ROOM, opened=(2015, 2021), provenance="published_total"),
        Making(kind="kindergarten", zh="幼儿园", en="kindergarten", spread="preschool", total=total["kindergartens"],
               shape="kindergarten", provenance="published_total"),
        Making(kind="primary_school", zh="小学", en="primary school", spread="school",
               total=total["schools"] - nine_year - middle, shape="primary", provenance="published_total"),
        Making(kind="middle_school", zh="初级中学", en="junior middle school", spread="school", total=middle,
               shape="middle", provenance="published_total"),
        Making(kind="nine_year_school", zh="九年一贯制学校", en="nine-year school", spread="school", total=nine_year,
               shape="nine_year", provenance="published_total"),
        Making(kind="park", zh="社区公园", en="community park", spread="area", total=total["parks"] - 11,
               category="community_park", shape="community_park", yes={"nature_contact": 0.8},
               provenance="published_total"),
        Making(kind="park", zh="综合公园", en="comprehensive park", spread="area", total=9, shape="large_park",
               category="comprehensive_park", yes={"nature_contact": 1.0, "has_mother_baby_room": 0.8},
               provenance="published_total"),
        Making(kind="park", zh="郊野公园", en="country park", spread="area", total=2, shape="large_park",
               category="country_park", yes={"nature_contact": 1.0, "has_mother_baby_room": 0.5},
               provenance="published_total"),
        Making(kind="play_site", zh="儿童游戏场", en="play site", spread="residents", total=210, shape="play_site",
               yes={"nature_contact": 0.55}, opened=(2010, 2021)),
        Making(kind="sports_ground", zh="体育活动场地", en="sports ground", spread="residents", total=160,
               sizes={"site_area_m2": (400, 6400, 100), "court_area_m2": (200, 2400, 50)}),
        Making(kind="residential_plot", zh="居住用地", en="residential plot", spread="even", least=5, most=9,
               shape="plot", opened=(1986, 2019)),
        Making(kind="health_centre", zh="社区健康服务中心", en="community health centre", spread="residents", total=88,
               sizes={"floor_area_m2": (500, 2600, 50)}, yes={"has_mother_baby_room": 0.7}),
        Making(kind="childcare", zh="托育中心", en="childcare centre", spread="infants", total=118, shape="childcare",
               opened=(2017, 2021)),
        Making(kind="management_room", zh="社区管理用房", en="management room", spread="each",
               sizes={"floor_area_m2": (180, 460, 10)}),
        Making(kind="police_room", zh="社区警务室", en="police room", spread="each",
               sizes={"floor_area_m2": (15, 70, 5)}),
        Making(kind="service_station", zh="党群服务中心", en="Party-mass service centre", spread="each",
               sizes={"floor_area_m2": (300, 1800, 20)}),
        Making(kind="cultural_room", zh="文化活动室", en="cultural room", spread="residents", total=104,
               sizes={"floor_area_m2": (400, 2400, 50)}),
        Making(kind="public_toilet", zh="公共厕所", en="public toilet", spread="area", total=236,
               sizes={"floor_area_m2": (40, 130, 5)}),
        Making(kind="public_venue", zh="公共场所", en="public venue", spread="residents", total=150,
               sizes={"floor_area_m2": (1000, 30_000, 500)}, yes={"has_mother_baby_room": 0.62}),
    )  # fmt: skip
