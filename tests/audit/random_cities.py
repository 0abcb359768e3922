"""Small cities drawn from a seed, with gaps of every sort, for properties and references."""

from __future__ import annotations

import random

from tests.audit.cities import SIDE_M, city_of

KINDS = ("park", "library", "primary_school")
STATES = ("complete", "complete", "complete", "partial", "not_reported")
REGISTERS = ("facilities", "activities", "documents", "inspections", "crossings", "streets")
DATES = ("2021-06-30", "2022-01-31", "2022-02-01", "2022-07-15", "2022-12-31", "2023-01-01")


def tables(seed: int) -> dict:
    """Rows of every register, and the letters of the communities."""
    draw = random.Random(seed)
    letters = "ABCD"[: draw.randint(1, 4)]

    def rows(most, make):
        return [make() for _ in range(draw.randint(0, most))]

    def maybe(value, chance=0.2):
        return None if draw.random() < chance else value

    def place():
        letter = draw.choice(letters)
        return {"in": letter, "x_m": SIDE_M * (ord(letter) - 65) + draw.choice((0.0, 100.0, 250.0, 500.0, 900.0))}

    facilities = rows(9, lambda: {
        **place(), "kind": draw.choice(KINDS), "site_area_m2": maybe(float(draw.choice((100, 200, 500, 1000)))),
        "capacity_places": maybe(draw.choice((0, 10, 40))), "nature_contact": maybe(draw.random() < 0.5),
        "opened_date": maybe(draw.choice(DATES)), "closed_date": maybe(draw.choice(DATES[3:]), 0.8),
    })  # fmt: skip
    names = [f"F{number:03d}" for number in range(1, len(facilities) + 1)]
    answers = ("yes", "partly", "no")
    inspections = [
        {"in": row["in"], "subject_kind": "facility", "facility_id": name, "item": "x", "method": draw.choice(("observe", "examine")),
         "answer": draw.choice(answers), "examined_date": draw.choice(DATES), "expires_date": maybe("2022-11-30", 0.8)}
        for row, name in zip(facilities, names, strict=True) for _ in range(draw.randint(0, 2))
    ]  # fmt: skip
    inspections += rows(8, lambda: {
        "in": draw.choice(letters), "subject_kind": "community", "item": "x", "method": "observe", "answer": draw.choice(answers),
        "examined_date": draw.choice(DATES), "expires_date": maybe("2022-11-30", 0.8),
    })  # fmt: skip
    inspections += rows(12, lambda: {
        "in": draw.choice(letters), "subject_kind": "community", "item": "q", "method": "interview", "answer": draw.choice("12345"),
        "respondent": draw.choice(("child", "parent")), "answers_count": maybe(draw.randint(1, 6)),
        "examined_date": draw.choice(DATES), "expires_date": maybe("2022-11-30", 0.8),
    })  # fmt: skip
    return {
        "communities": letters,
        "facilities": facilities,
        "inspections": inspections,
        "population": rows(6, lambda: {
            "in": draw.choice(letters), "age_from": 0, "age_below": 3, "sex": "male", "persons": draw.choice((0, 7, 100))}),
        "homes": rows(7, lambda: {**place(), "children_6_12_persons": draw.choice((0, 1, 10))}),
        "activities": rows(9, lambda: {
            "in": draw.choice(letters), "held_date": draw.choice(DATES), "category": draw.choice(("care", "culture_sport")),
            "participants_persons": maybe(draw.randint(0, 20))}),
        "documents": rows(6, lambda: {
            "in": draw.choice(letters), "item": draw.choice("xy"), "title": "t", "issued_date": draw.choice(DATES[:4]),
            "expires_date": maybe(draw.choice(DATES[3:]), 0.5)}),
        "indicators": rows(6, lambda: {
            "in": draw.choice(letters), "code": "x", "year": draw.randint(2020, 2023), "value": draw.random(), "unit": "share"}),
        "crossings": rows(5, lambda: {
            "in": draw.choice(letters), "kind": "zebra", "street_class": maybe(draw.choice(("branch", "trunk")), 0.1)}),
        "streets": rows(7, lambda: _street(draw, letters, maybe)),
        "reporting": [
            {"in": letter, "register": register, "kind": kind, "state": draw.choice(STATES)}
            for letter in letters for register in REGISTERS for kind in (None, "park")
            if draw.random() < 0.4 and (kind is None or register == "facilities")
        ],
    }  # fmt: skip


def _street(draw, letters, maybe):
    west, y = SIDE_M * draw.randrange(len(letters)), draw.choice((100.0, 200.0, 300.0, 500.0))
    start = draw.choice((0.0, 100.0, 400.0))
    return {
        "in": letters[int(west // SIDE_M)], "street_class": draw.choice(("branch", "trunk")),
        "kerb_m": maybe(draw.choice((0.1, 0.2))), "line": [(west + start, y), (west + start + draw.choice((50.0, 300.0)), y)],
    }  # fmt: skip


def build(drawn: dict):
    """The city of drawn tables."""
    given = {name: [dict(row) for row in rows] for name, rows in drawn.items() if name != "communities"}
    walk = [{"in": letter, "street_class": "path", "kerb_m": 0.0} for letter in drawn["communities"]]
    given["streets"] = walk + given["streets"]
    return city_of(drawn["communities"], **given)


def random_city(seed: int):
    """The city of a seed."""
    return build(tables(seed))
