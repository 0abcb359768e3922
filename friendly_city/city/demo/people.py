"""Who lives where: published totals by age and sex, shared over communities and over places to live."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from friendly_city.city.demo.borders import Point
from friendly_city.city.demo.chance import apportion, stream
from friendly_city.city.demo.facts import Facts
from friendly_city.city.demo.green import is_green
from friendly_city.city.demo.ground import Ground
from friendly_city.city.demo.plan import Plan
from friendly_city.city.demo.writing import Row, degrees

RANGES = ((0, 1), (1, 3), (3, 5), (5, 6), (6, 10), (10, 12), (12, 15), (15, 18), (18, 20), (20, 200))
PUBLISHED = {"0": (0,), "1_4": (1, 2), "5_9": (3, 4), "10_14": (5, 6), "15_19": (7, 8)}  # key -> places in RANGES
BANDS = {"0_3": (0, 1), "3_6": (2, 3), "6_12": (4, 5), "12_18": (6, 7)}
SEXES = ("male", "female")
CROWDING = {"urban_village": 1.5, "old_estate": 1.15, "estate": 0.95, "business": 0.55}  # ours
CHILDREN = {"urban_village": 0.85, "old_estate": 1.0, "estate": 1.2, "business": 0.75}  # ours
HUAFU = "华富街道"

Persons = dict[tuple[int, str, int], int]


@dataclass(frozen=True)
class People:
    """Persons by community, sex and age range (place in `RANGES`); homes with their children by band."""

    persons: Persons
    homes: list[Home] = field(default_factory=list)

    def children(self, community: int, band: str) -> int:
        """Return the children of a band in a community."""
        return sum(self.persons[community, sex, place] for sex in SEXES for place in BANDS[band])

    def residents(self, community: int) -> int:
        """Return all residents of a community."""
        return sum(self.persons[community, sex, place] for sex in SEXES for place in range(len(RANGES)))


@dataclass(frozen=True)
class Home:
    """A place where people live, with the children there by band."""

    community: int
    point: Point
    children: dict[str, int]


def settled_weights(facts: Facts, ground: Ground, rng: np.random.Generator) -> list[float]:
    """Return how many people a community draws: built area times crowding, with some chance."""
    result = []
    for number, row in enumerate(facts.communities):
        ring = np.array(ground.rings[number])
        spots = [tuple(0.5 * (ring[i] + ring.mean(axis=0))) for i in range(len(ring))]
        built = 0.25 + 0.75 * sum(not is_green(float(x), float(y)) for x, y in spots) / len(spots)
        area = min(ground.areas_m2[number] / 1e6 * built, 1.4)
        result.append((0.25 + area) * CROWDING[row["character"]] * (0.8 + 0.4 * float(rng.random())))
    return result


def age_totals(facts: Facts) -> dict[tuple[str, int], int]:
    """Return the district's persons by sex and age range; five-year groups are split evenly by years of age."""
    totals: dict[tuple[str, int], int] = {}
    for sex in SEXES:
        for key, places in PUBLISHED.items():
            years = [RANGES[place][1] - RANGES[place][0] for place in places]
            parts = apportion(facts.totals[f"{sex}_{key}"], years)
            totals |= {(sex, place): part for place, part in zip(places, parts, strict=True)}
        young = sum(totals[sex, place] for place in range(9))
        totals[sex, 9] = facts.totals[f"residents_{sex}"] - young
    return totals


def shared_persons(facts: Facts, ground: Ground, plan: Plan, *, seed: int) -> Persons:
    """Return persons by community, sex and age range; sums are the published totals."""
    rng = stream(seed, "people")
    weights = settled_weights(facts, ground, rng)
    weights[plan.twins[1]] = weights[plan.twins[0]]
    totals = age_totals(facts)
    persons: Persons = {}
    likely = [CHILDREN[row["character"]] for row in facts.communities]
    young = [w * share * (0.85 + 0.3 * float(rng.random())) for w, share in zip(weights, likely, strict=True)]
    young[plan.twins[1]] = young[plan.twins[0]]
    for (sex, place), total in totals.items():
        if place == 9:
            continue
        drawn = [0.0 if place < 2 and i == plan.without_infants else w for i, w in enumerate(young)]
        persons |= {(i, sex, place): part for i, part in enumerate(apportion(total, drawn))}
    huafu = {i for i, row in enumerate(facts.communities) if row["subdistrict"] == HUAFU}
    wanted = facts.totals["residents_huafu"] - sum(n for (i, _, _), n in persons.items() if i in huafu)
    adults = apportion(wanted, [totals["male", 9], totals["female", 9]])
    for sex, part in zip(SEXES, adults, strict=True):
        groups = ((huafu, part), (set(range(len(weights))) - huafu, totals[sex, 9] - part))
        for group, total in groups:
            shares = apportion(total, [w if i in group else 0.0 for i, w in enumerate(weights)])
            persons |= {(i, sex, 9): shares[i] for i in group}
    return even_twins(persons, plan)


def even_twins(persons: Persons, plan: Plan) -> Persons:
    """Return persons where the twin communities are equal; one person more or less goes to a third community."""
    one, other = plan.twins
    for sex in SEXES:
        for place in range(len(RANGES)):
            gap = persons[other, sex, place] - persons[one, sex, place]
            persons[other, sex, place] -= gap
            persons[plan.balance, sex, place] += gap
    return persons


def home_counts(people: People, community: int, points: int, rng: np.random.Generator) -> list[dict[str, int]]:
    """Return the children by band of each home of a community."""
    size = [0.4 + float(rng.random()) for _ in range(points)]
    result: list[dict[str, int]] = [{} for _ in range(points)]
    for band in BANDS:
        tilt = [s * (0.85 + 0.3 * float(rng.random())) for s in size]
        for home, part in zip(result, apportion(people.children(community, band), tilt), strict=True):
            home[band] = part
    return result


def made_people(facts: Facts, ground: Ground, plan: Plan, *, seed: int) -> People:
    """Return the people of the city and the places where they live."""
    people = People(shared_persons(facts, ground, plan, seed=seed))
    rng = stream(seed, "homes")
    for community in range(len(facts.communities)):
        count = 20 + int(rng.integers(11))
        fits = plan.home_fits(community, ground)
        points = ground.sites(community, count, rng, away_m=(15.0, 85.0), apart_m=70.0, fits=fits)
        counts = home_counts(people, community, count, rng)
        people.homes.extend(Home(community, p, c) for p, c in zip(sorted(points), counts, strict=True))
    return people


def population_rows(facts: Facts, people: People) -> list[Row]:
    """Return the rows of ``population.csv``."""
    rows: list[Row] = []
    for i, code in enumerate(facts.codes):
        for sex in SEXES:
            for place, (start, below) in enumerate(RANGES):
                rows.append(
                    {
                        "population_id": f"P{len(rows) + 1:04d}",
                        "community_code": code,
                        "age_from": start,
                        "age_below": below,
                        "sex": sex,
                        "persons": people.persons[i, sex, place],
                        "provenance": "published_total",
                    }
                )
    return rows


def home_rows(facts: Facts, people: People) -> list[Row]:
    """Return the rows of ``homes.csv``."""
    rows: list[Row] = []
    places = degrees([home.point for home in people.homes])
    for home, (longitude, latitude) in zip(people.homes, places, strict=True):
        row: dict[str, str | float] = {
            "home_id": f"H{len(rows) + 1:04d}",
            "community_code": facts.codes[home.community],
            "longitude": longitude,
            "latitude": latitude,
            "provenance": "synthetic",
        }
        rows.append(row | {f"children_{band}_persons": number for band, number in home.children.items()})
    return rows
