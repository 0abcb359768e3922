"""Facilities: published numbers exactly, the rest made; each beside a street in its community."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from friendly_city.city.demo.across import found_across
from friendly_city.city.demo.borders import Point
from friendly_city.city.demo.chance import apportion, stream
from friendly_city.city.demo.facility_kinds import BASE_TYPES, SHAPES, Making, drawn, makings
from friendly_city.city.demo.facts import Facts
from friendly_city.city.demo.ground import Ground
from friendly_city.city.demo.people import People
from friendly_city.city.demo.plan import FAR_M, HEART_M, NEAR_KINDS, Plan, anywhere, far_from, near_to
from friendly_city.city.demo.writing import Cell, Row, degrees

ORDINALS = ("", *(f"第{number}" for number in "二三四五六七八九十"), *(f"第十{number}" for number in "一二三四五六七八九"))
MADE_ZH, MADE_EN = "（示意）", " (schematic)"
SEATS = {
    "南园街道": "南园社区", "园岭街道": "红荔社区", "福田街道": "福田社区", "沙头街道": "新洲社区", "香蜜湖街道": "香梅社区",
    "梅林街道": "上梅社区", "莲花街道": "景田社区", "华富街道": "田面社区", "福保街道": "益田社区", "华强北街道": "通新岭社区",
}  # fmt: skip
"""In which community the facilities of a subdistrict's level stand: ours."""
DISTRICT_SEAT = "福中社区"
ACROSS_ZH, ACROSS_EN = "隔障儿童游戏场", "play site across the barrier"


@dataclass
class Facility:
    """A facility before it is written: community, its fields, and its position in metres once it is placed."""

    community: int
    fields: dict[str, Cell]
    point: Point = (0.0, 0.0)

    @property
    def kind(self) -> str:
        """Return its kind."""
        return str(self.fields["kind"])


@dataclass
class Maker:
    """Makes facilities of all kinds, community by community."""

    facts: Facts
    people: People
    ground: Ground
    plan: Plan
    seed: int
    made: list[Facility] = field(default_factory=list)

    def weights(self, spread: str) -> list[float]:
        """Return how much each community draws of what is shared out."""
        count = range(len(self.facts.codes))
        bands = {"infants": ("0_3",), "preschool": ("3_6",), "school": ("6_12", "12_18")}
        if spread == "area":
            return [0.15 + min(self.ground.areas_m2[i] / 1e6, 1.6) for i in count]
        if spread == "residents":
            return [float(self.people.residents(i)) for i in count]
        return [float(sum(self.people.children(i, band) for band in bands[spread])) for i in count]

    def counts(self, making: Making, rng: np.random.Generator) -> list[int]:
        """Return how many facilities each community gets; the twins get the same number."""
        size = len(self.facts.codes)
        if making.spread == "each":
            return [1] * size
        if making.spread == "even":
            result = [int(rng.integers(making.least, making.most + 1)) for _ in range(size)]
            result[self.plan.twins[1]] = result[self.plan.twins[0]]
            return result
        jitter = [w * (0.6 + 0.8 * float(rng.random())) for w in self.weights(making.spread)]
        needed = making.kind in NEAR_KINDS and making.category in {"", "community_park"}
        return self.plan.evened(apportion(making.total, jitter), int(needed))

    def sizes(self, making: Making, rng: np.random.Generator) -> dict[str, Cell]:
        """Return the drawn fields of one facility."""
        fields: dict[str, Cell] = {name: drawn(rng, reach) for name, reach in making.sizes.items()}
        fields |= SHAPES[making.shape](rng) if making.shape else {}
        if "court_area_m2" in fields and "site_area_m2" in fields:  # a court is part of the ground it lies on
            fields["court_area_m2"] = min(fields["court_area_m2"], fields["site_area_m2"], key=lambda area: float(str(area)))
        fields |= {name: bool(rng.random() < share) for name, share in making.yes.items()}
        year = int(rng.integers(making.opened[0], making.opened[1] + 1))
        fields["opened_date"] = f"{year}-{1 + int(rng.integers(12)):02d}-{1 + int(rng.integers(28)):02d}"
        return fields

    def make(self, making: Making) -> None:
        """Make all facilities of a kind; those of the second twin copy the first twin's sizes."""
        rng = stream(self.seed, f"facilities {making.kind} {making.category}")
        one, other = self.plan.twins
        for community, count in enumerate(self.counts(making, rng)):
            like = [f.fields for f in self.made if f.community == one and same_kind(f.fields, making)]
            for place in range(count):
                fields = dict(like[place]) if community == other else self.sizes(making, rng)
                if community == one:
                    fields |= dict.fromkeys(making.yes, True)
                self.add(making, community, place, fields)

    def add(self, making: Making, community: int, place: int, fields: dict[str, Cell]) -> Facility:
        """Add one facility with its name."""
        row = self.facts.communities[community]
        short = row["name"] if making.kind == "childrens_home" else row["name"].removesuffix("社区")
        plain = making.kind == "childrens_home"
        number = f" {place + 1}" if place else ""
        facility = Facility(
            community,
            fields
            | {
                "kind": making.kind,
                "name": f"{short}{ORDINALS[place]}{making.zh}{'' if plain else MADE_ZH}",
                "name_en": f"{row['name_en']} {making.en}{number}{'' if plain else MADE_EN}",
                "level": making.level or None,
                "category": making.category or None,
                "provenance": making.provenance,
            },
        )
        self.made.append(facility)
        return facility

    def add_upper(self, making: Making, zh: str, en: str, fields: dict[str, Cell]) -> None:
        """Add a facility for each subdistrict and one for the district."""
        rng = stream(self.seed, f"upper {making.kind}")
        places = [(name, SEATS[name], "subdistrict") for name in sorted(SEATS)] + [("福田区", DISTRICT_SEAT, "district")]
        english = {row["subdistrict"]: f"{row['subdistrict_en']} Subdistrict" for row in self.facts.communities}
        for name, seat, level in places:
            community = self.facts.codes.index(self.facts.code_of[seat])
            facility = self.add(making, community, 0, self.sizes(making, rng) | fields)
            names = {"name": f"{name}{zh}", "name_en": f"{english.get(name, 'Futian District')} {en}"}
            facility.fields |= names | {"level": level, "provenance": making.provenance}


def same_kind(fields: dict[str, Cell], making: Making) -> bool:
    """Return whether a facility is of the kind and category that is being made."""
    return fields["kind"] == making.kind and (fields["category"] or "") == making.category


def make_bases(maker: Maker) -> None:
    """Make the child-friendly bases: the published number, the types of the city's mix, 28 opened in 2022."""
    rng, totals = stream(maker.seed, "bases"), maker.facts.totals
    numbers = apportion(totals["bases"], [share for *_, share in BASE_TYPES])
    for (category, zh, en, _), number in zip(BASE_TYPES, numbers, strict=True):
        maker.make(
            Making(kind="base", zh=zh, en=en, category=category, spread="residents", total=number, level="district",
                   sizes={"floor_area_m2": (60, 2400, 20)}, opened=(2016, 2021), provenance="published_total")
        )  # fmt: skip
    bases = [f for f in maker.made if f.kind == "base" and f.community not in maker.plan.twins]
    order = [int(i) for i in rng.permutation(len(bases))]
    for place in order[: totals["bases_new_2022"]]:
        bases[place].fields["opened_date"] = f"2022-{1 + int(rng.integers(11)):02d}-{1 + int(rng.integers(28)):02d}"
    for place in order[-totals["bases_named_city_2022"] :]:
        bases[place].fields["level"] = "city"


def make_libraries(maker: Maker) -> None:
    """Make the library branches that the catalogue names, one library for each subdistrict and the district library."""
    rng = stream(maker.seed, "libraries")
    branch = Making(
        kind="library", zh="图书馆（社区分馆）", en="community library branch", spread="each", level="community",
        sizes={"floor_area_m2": (60, 600, 20), "books_count": (2000, 16_000, 250), "capacity_places": (20, 90, 5)},
        yes={"has_mother_baby_room": 0.3}, opened=(2004, 2020), provenance="register",
    )  # fmt: skip
    one, other = maker.plan.twins
    for community, code in enumerate(maker.facts.codes):
        if code not in maker.facts.branch_codes:
            continue
        like = [f.fields for f in maker.made if f.kind == "library" and f.community == one]
        fields = dict(like[0]) if community == other else maker.sizes(branch, rng)
        facility = maker.add(branch, community, 0, fields)
        facility.fields["name"] = str(facility.fields["name"]).removesuffix(MADE_ZH)
        facility.fields["name_en"] = str(facility.fields["name_en"]).removesuffix(MADE_EN)
    maker.add_upper(branch, "图书馆", "library", {"floor_area_m2": 1200.0, "books_count": 60_000})


def make_homes_and_stations(maker: Maker) -> None:
    """Make the children's homes and rights stations of subdistricts and district, and the communities' rights stations.

    103 homes are published; 92 + 10 + 1 fits and is our inference. The same for 103 rights stations.
    """
    home = next(making for making in makings(maker.facts.totals) if making.kind == "childrens_home")
    maker.add_upper(home, "儿童之家", "children's home", {"floor_area_m2": 260.0, "zones_count": 6})
    station = Making(kind="rights_station", zh="妇女儿童维权站", en="rights station", spread="each", level="community",
                     sizes={"floor_area_m2": (10, 60, 5)}, opened=(2012, 2021), provenance="published_total")  # fmt: skip
    maker.make(station)
    maker.add_upper(station, "妇女儿童维权站", "rights station", {})


def place_facilities(maker: Maker) -> None:
    """Give every facility a position; children's homes keep away from the homes of the unreached communities."""
    rng = stream(maker.seed, "sites")
    unreached = [home.point for home in maker.people.homes if home.community in maker.plan.unreached]
    for community in range(len(maker.facts.codes)):
        here = [f for f in maker.made if f.community == community]
        heart = near_to(maker.ground.middles[community], HEART_M) if community in maker.plan.twins else anywhere
        homes = [f for f in here if f.kind == "childrens_home"]
        near = [f for f in here if f.kind in NEAR_KINDS and f.kind != "childrens_home"]
        others = [f for f in here if f.kind not in NEAR_KINDS]
        of_homes = heart if community in maker.plan.twins else far_from(unreached, FAR_M)
        for some, fits in ((homes, of_homes), (near, heart), (others, anywhere)):
            sites = maker.ground.sites(community, len(some), rng, fits=fits, apart_m=30.0)
            for facility, site in zip(some, sites, strict=True):
                facility.point = site


def make_across(maker: Maker) -> None:
    """Make the play site that is near by air and far on foot."""
    across = found_across(maker.people, maker.ground, seed=maker.seed)
    rng = stream(maker.seed, "across site")
    making = next(m for m in makings(maker.facts.totals) if m.kind == "play_site")
    facility = maker.add(making, across.community, 0, maker.sizes(making, rng))
    name = maker.facts.communities[across.community]
    facility.point = across.point
    facility.fields |= {
        "name": f"{name['name'].removesuffix('社区')}{ACROSS_ZH}{MADE_ZH}",
        "name_en": f"{name['name_en']} {ACROSS_EN}{MADE_EN}",
    }


def made_facilities(facts: Facts, people: People, ground: Ground, plan: Plan, *, seed: int) -> list[Facility]:
    """Return all facilities, sorted by kind as in the dictionary, then community."""
    maker = Maker(facts, people, ground, plan, seed)
    for making in makings(facts.totals):
        maker.make(making)
    make_bases(maker)
    make_libraries(maker)
    make_homes_and_stations(maker)
    place_facilities(maker)
    make_across(maker)
    order = {kind: i for i, kind in enumerate(dict.fromkeys(f.kind for f in maker.made))}
    return sorted(maker.made, key=lambda f: (order[f.kind], f.community, str(f.fields["name"])))


def facility_ids(facilities: Sequence[Facility]) -> list[str]:
    """Return the ids of facilities in their order."""
    return [f"F{number:04d}" for number in range(1, len(facilities) + 1)]


def facility_rows(facts: Facts, facilities: Sequence[Facility]) -> list[Row]:
    """Return the rows of ``facilities.csv``."""
    places = degrees([facility.point for facility in facilities])
    rows: list[Row] = []
    for number, facility, (longitude, latitude) in zip(facility_ids(facilities), facilities, places, strict=True):
        position: dict[str, Cell] = {"longitude": longitude, "latitude": latitude}
        rows.append({"facility_id": number, "community_code": facts.codes[facility.community]} | position | facility.fields)
    return rows
