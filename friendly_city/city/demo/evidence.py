"""Inspections, answers and statistics: made for every item of ``items.csv``, so that each criterion has evidence.

Every community has a quality of its own, so that communities differ as a whole and not only item by item.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from friendly_city.city.demo.chance import apportion, stream
from friendly_city.city.demo.facilities import Facility, facility_ids
from friendly_city.city.demo.facts import Facts
from friendly_city.city.demo.facts import Row as Item
from friendly_city.city.demo.plan import Plan
from friendly_city.city.demo.registers import EXPIRED_BEFORE, as_twin, day, numbered
from friendly_city.city.demo.writing import Cell, Row

MISSING, LATE = 0.04, 0.02
"""Share of inspections that were not made, and that have expired: ours."""
EARLIER = 0.3
"""Share of inspections made a year earlier, where they are valid for two years or more: ours."""
SPREAD = 0.16
"""How far a community's quality moves the chance of a yes: ours."""
EXPIRED_EXAMINED = "2019-04-18"


def qualities(facts: Facts, plan: Plan, *, seed: int) -> list[float]:
    """Return the quality of each community, between -1 and 1."""
    rng = stream(seed, "quality")
    result = [2 * float(rng.random()) - 1 for _ in facts.codes]
    result[plan.twins[1]] = result[plan.twins[0]]
    return result


def answer(item: Item, quality: float, rng: np.random.Generator) -> str:
    """Return yes, partly or no for one inspection."""
    yes, partly = float(item["yes_share"] or 0.7), float(item["partly_share"] or 0.15)
    yes = min(max(yes + SPREAD * quality, 0.02), 0.99)
    point = float(rng.random())
    return "yes" if point < yes else "partly" if point < min(yes + partly, 0.995) else "no"


def months_later(day_text: str, months: int) -> str:
    """Return the day some months later (days after the 28th are not used).

    Examples
    --------
    >>> months_later("2022-11-05", 12)
    '2023-11-05'
    """
    start = date.fromisoformat(day_text)
    count = start.month - 1 + months
    return date(start.year + count // 12, count % 12 + 1, start.day).isoformat()


def inspected(item: Item, quality: float, rng: np.random.Generator, *, expired: bool) -> dict[str, Cell] | None:
    """Return the answer and dates of one inspection, or None when it was not made."""
    chance, late, result = float(rng.random()), float(rng.random()), answer(item, quality, rng)
    months, earlier = int(item["valid_months"] or 0), float(rng.random()) < EARLIER
    examined = day(rng, 2021 if months >= 24 and earlier else 2022)
    if expired or late < LATE:
        examined, until = EXPIRED_EXAMINED, EXPIRED_BEFORE
    else:
        until = months_later(examined, max(months, 12)) if months else ""
    if chance < MISSING and not expired:
        return None
    return {
        "item": item["item"],
        "method": item["method"] or "examine",
        "answer": result,
        "examined_date": examined,
        "expires_date": until or None,
        "provenance": "synthetic",
    }


def community_inspections(facts: Facts, plan: Plan, quality: list[float], *, seed: int) -> list[dict[str, Cell]]:
    """Return inspections whose subject is a community."""
    rows: list[dict[str, Cell]] = []
    for item in facts.items:
        if item["register"] != "inspections" or item["subject_kind"] != "community":
            continue
        rng = stream(seed, f"inspection {item['item']}")
        for number, code in enumerate(facts.codes):
            row = inspected(item, quality[number], rng, expired=number == plan.expired)
            if row:
                rows.append(row | {"subject_kind": "community", "community_code": code})
    return as_twin(rows, facts, plan)


def facility_inspections(
    facts: Facts, plan: Plan, quality: list[float], facilities: list[Facility], *, seed: int
) -> list[dict[str, Cell]]:
    """Return inspections of facilities: each open facility of the item's kind once; the second twin's as the first's."""
    rows: list[dict[str, Cell]] = []
    one, other = plan.twins
    numbered_facilities = list(zip(facility_ids(facilities), facilities, strict=True))
    for item in facts.items:
        if item["register"] != "inspections" or item["subject_kind"] != "facility":
            continue
        rng = stream(seed, f"inspection {item['item']} {item['facility_kind']}")
        first: list[dict[str, Cell] | None] = []
        for number, facility in numbered_facilities:
            if facility.kind != item["facility_kind"]:
                continue
            home = facility.community
            row = first.pop(0) if home == other else inspected(item, quality[home], rng, expired=home == plan.expired)
            if home == one:
                first.append(row)
            if row:
                code = facts.codes[home]
                rows.append(row | {"subject_kind": "facility", "community_code": code, "facility_id": number})
    return rows


def response_rows(facts: Facts, plan: Plan, quality: list[float], *, seed: int) -> list[dict[str, Cell]]:
    """Return answers from 1 to 5 of children, parents and staff: one row a community, item and score."""
    rows: list[dict[str, Cell]] = []
    for item in [row for row in facts.items if row["register"] == "responses"]:
        rng = stream(seed, f"responses {item['item']} {item['facility_kind']}")
        for number, code in enumerate(facts.codes):
            asked = 6 + int(rng.integers(40))
            liked = min(max(float(item["yes_share"] or 0.7) + 0.15 * quality[number], 0.05), 0.97)
            jitter = [0.7 + 0.6 * float(rng.random()) for _ in range(5)]
            shares = (0.25 * (1 - liked), 0.25 * (1 - liked), 0.5 * (1 - liked), 0.55 * liked, 0.45 * liked)
            counts = apportion(asked, [share * j for share, j in zip(shares, jitter, strict=True)])
            examined = day(rng)
            for score, count in enumerate(counts, 1):
                if count:
                    dates = (EXPIRED_EXAMINED, EXPIRED_BEFORE) if number == plan.expired else (examined, None)
                    rows.append(
                        {
                            "subject_kind": "community",
                            "community_code": code,
                            "item": item["item"],
                            "method": "interview",
                            "respondent": item["facility_kind"] or "child",
                            "answer": str(score),
                            "answers_count": count,
                            "examined_date": dates[0],
                            "expires_date": dates[1],
                            "provenance": "synthetic",
                        }
                    )
    return as_twin(rows, facts, plan)


def inspection_rows(facts: Facts, plan: Plan, facilities: list[Facility], *, seed: int) -> list[Row]:
    """Return the rows of ``inspections.csv``."""
    quality = qualities(facts, plan, seed=seed)
    rows = community_inspections(facts, plan, quality, seed=seed)
    rows += facility_inspections(facts, plan, quality, facilities, seed=seed)
    rows += response_rows(facts, plan, quality, seed=seed)
    order = ("subject_kind", "community_code", "facility_id", "item", "respondent", "answer")
    return numbered(rows, "inspection_id", "I", order)


def indicator_rows(facts: Facts, plan: Plan, *, seed: int) -> list[Row]:
    """Return the rows of ``indicators.csv``: each statistic of 2022, evenly about its mean."""
    quality = qualities(facts, plan, seed=seed)
    rows: list[dict[str, Cell]] = []
    for item in [row for row in facts.items if row["register"] == "indicators"]:
        rng = stream(seed, f"indicator {item['item']}")
        mean, spread, unit = float(item["yes_share"]), float(item["partly_share"] or 0), item["method"]
        for number, code in enumerate(facts.codes):
            value = mean + spread * (0.5 * quality[number] + float(rng.random()) - 0.5)
            value = min(max(value, 0.0), 1.0) if unit == "share" else max(value, 0.0)
            rows.append(
                {
                    "community_code": code,
                    "code": item["item"],
                    "year": 2022,
                    "value": round(value, 3),
                    "unit": unit,
                    "provenance": "synthetic",
                }
            )
    return numbered(as_twin(rows, facts, plan), "indicator_id", "N", ("community_code", "code"))
