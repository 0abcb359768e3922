"""What happened and who works: activities, council meetings, staff, documents. Totals published, the rest made."""

from __future__ import annotations

import numpy as np

from friendly_city.city.demo.chance import apportion, pick, stream
from friendly_city.city.demo.facilities import Facility, facility_ids
from friendly_city.city.demo.facts import Facts, rows_of
from friendly_city.city.demo.plan import Plan
from friendly_city.city.demo.writing import Cell
from friendly_city.city.demo.writing import Row as Written

CATEGORIES = {
    "education_training": (0.27, ("reading", "early_childhood", "family_education", "road_safety", "nature_play")),
    "rights_protection": (0.11, ("law", "road_safety", "other")),
    "care": (0.14, ("festival", "health", "other")),
    "relationship_mediation": (0.08, ("family_education", "law")),
    "psychological_service": (0.1, ("health", "family_education", "other")),
    "culture_sport": (0.2, ("sport", "festival", "reading", "nature_play")),
    "child_participation": (0.1, ("council", "walking_bus", "other")),
}
"""The seven categories with our shares and themes; five are named in the 2022 summary, the last two by us."""
EXPIRED_BEFORE = "2022-06-30"


def day(rng: np.random.Generator, year: int = 2022) -> str:
    """Return a day of a year, no later than the 28th of its month."""
    return f"{year}-{1 + int(rng.integers(12)):02d}-{1 + int(rng.integers(28)):02d}"


def shared_events(total: int, weights: list[float], plan: Plan) -> list[int]:
    """Return how many events each community has; the twins have equally many, the total is kept."""
    return plan.evened(apportion(total, weights))


def as_twin(rows: list[dict[str, Cell]], facts: Facts, plan: Plan) -> list[dict[str, Cell]]:
    """Return rows in which the second twin repeats what the first twin has (ids and places come later)."""
    one, other = (facts.codes[i] for i in plan.twins)
    rest = [row for row in rows if row["community_code"] != other]
    return rest + [row | {"community_code": other} for row in rows if row["community_code"] == one]


def numbered(rows: list[dict[str, Cell]], key: str, letter: str, order: tuple[str, ...]) -> list[Written]:
    """Return rows sorted and with an id each."""
    some = sorted(rows, key=lambda row: tuple(str(row.get(name) or "") for name in order))
    width = max(4, len(str(len(some))))
    return [{key: f"{letter}{number:0{width}d}"} | row for number, row in enumerate(some, 1)]


def homes_by_code(facts: Facts, facilities: list[Facility]) -> dict[str, str]:
    """Return the id of each community's own children's home."""
    ids = zip(facility_ids(facilities), facilities, strict=True)
    return {facts.codes[f.community]: i for i, f in ids if f.kind == "childrens_home" and f.fields["level"] == "community"}


def activity_rows(facts: Facts, facilities: list[Facility], plan: Plan, *, seed: int) -> list[Written]:
    """Return the rows of ``activities.csv``: 800 in 2022 (published: nearly 800), each in a children's home."""
    rng, homes = stream(seed, "activities"), homes_by_code(facts, facilities)
    weights = [0.0 if i in (plan.silent, plan.idle) else 0.35 + float(rng.random()) for i in range(len(facts.codes))]
    rows: list[dict[str, Cell]] = []
    for code, count in zip(facts.codes, shared_events(facts.totals["activities"], weights, plan), strict=True):
        for _ in range(count):
            category = pick(rng, tuple(CATEGORIES), [share for share, _ in CATEGORIES.values()])
            themes = CATEGORIES[category][1]
            rows.append(
                {
                    "community_code": code,
                    "held_date": day(rng),
                    "category": category,
                    "theme": themes[int(rng.integers(len(themes)))],
                    "participants_persons": 8 + int(rng.integers(38)),
                    "provenance": "published_total",
                }
            )
    rows = [row | {"facility_id": homes[str(row["community_code"])]} for row in as_twin(rows, facts, plan)]
    return numbered(rows, "activity_id", "A", ("community_code", "held_date", "category", "theme"))


def meeting_rows(facts: Facts, plan: Plan, *, seed: int) -> list[Written]:
    """Return the rows of ``meetings.csv``: 400 in 2022 (published: nearly 400)."""
    rng = stream(seed, "meetings")
    weights = [0.25 + float(rng.random()) for _ in facts.codes]
    rows: list[dict[str, Cell]] = []
    for code, count in zip(facts.codes, shared_events(facts.totals["meetings"], weights, plan), strict=True):
        for _ in range(count):
            proposals = int(rng.integers(6))
            rows.append(
                {
                    "community_code": code,
                    "held_date": day(rng),
                    "participants_persons": 6 + int(rng.integers(18)),
                    "proposals_count": proposals,
                    "answered_count": int(rng.integers(proposals + 1)) if rng.random() < 0.5 else proposals,
                    "provenance": "published_total",
                }
            )
    return numbered(as_twin(rows, facts, plan), "meeting_id", "M", ("community_code", "held_date"))


def staff_counts(facts: Facts, *, seed: int) -> dict[str, list[int]]:
    """Return how many posts of each role a community has."""
    rng, size = stream(seed, "staff"), len(facts.codes)
    without = {int(i) for i in rng.permutation(size)[:4]}
    executives = apportion(facts.totals["executive_members"], [0.7 + 0.6 * float(rng.random()) for _ in range(size)])
    mediators = apportion(facts.totals["senior_mediators"], [0.2 + float(rng.random()) for _ in range(size)])
    return {
        "child_director": [0 if i in without else 1 for i in range(size)],
        "child_supervisor": [int(rng.random() < 0.72) for _ in range(size)],
        "executive_member": executives,
        "mediator": mediators,
        "social_worker": [int(rng.integers(4)) for _ in range(size)],
        "volunteer": [int(rng.integers(5)) for _ in range(size)],
    }


def staff_rows(facts: Facts, plan: Plan, *, seed: int) -> list[Written]:
    """Return the rows of ``staff.csv``; 1,732 executive members and 20 mediators are published totals."""
    rng, counts = stream(seed, "staff dates"), staff_counts(facts, seed=seed)
    published = {"executive_member", "mediator"}
    rows: list[dict[str, Cell]] = []
    for role, numbers in counts.items():
        for code, number in zip(facts.codes, plan.evened(numbers), strict=True):
            for _ in range(number):
                source = "published_total" if role in published else "synthetic"
                since = day(rng, 2017 + int(rng.integers(5)))
                rows.append({"community_code": code, "role": role, "since_date": since, "provenance": source})
    return numbered(as_twin(rows, facts, plan), "staff_id", "T", ("community_code", "role", "since_date"))


def document_titles() -> dict[str, str]:
    """Return the Chinese title of each kind of document."""
    return {row["item"]: row["title"] for row in rows_of("documents.csv")}


def document_rows(facts: Facts, plan: Plan, *, seed: int) -> list[Written]:
    """Return the rows of ``documents.csv``; a few have expired, all of the planted community's have."""
    rng, titles = stream(seed, "documents"), document_titles()
    rows: list[dict[str, Cell]] = []
    for item in [row for row in facts.items if row["register"] == "documents"]:
        for number, row in enumerate(facts.communities):
            chance, late = float(rng.random()), float(rng.random())
            issued = day(rng, 2019 + int(rng.integers(4)))
            if chance >= float(item["yes_share"] or 0.8) and number not in (plan.rare, plan.expired):
                continue
            expires = issued.replace(issued[:4], str(int(issued[:4]) + 5))
            if late < 0.03 or number == plan.expired:
                issued, expires = "2018-05-10", EXPIRED_BEFORE
            rows.append(
                {
                    "community_code": row["community_code"],
                    "item": item["item"],
                    "title": f"{row['name']}{titles.get(item['item'], '制度文件')}",
                    "issued_date": issued,
                    "expires_date": expires,
                    "provenance": "synthetic",
                }
            )
    twins = as_twin(rows, facts, plan)
    names = [facts.by_code[facts.codes[i]]["name"] for i in plan.twins]
    other = facts.codes[plan.twins[1]]
    for twin in twins:
        if twin["community_code"] == other:
            twin["title"] = str(twin["title"]).replace(names[0], names[1])
    return numbered(twins, "document_id", "D", ("community_code", "item", "issued_date"))
