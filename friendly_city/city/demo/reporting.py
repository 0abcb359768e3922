"""What each community has reported: complete, in part, or nothing; and the crossings of its streets."""

from __future__ import annotations

from friendly_city.city.demo.chance import pick, stream
from friendly_city.city.demo.facts import Facts
from friendly_city.city.demo.ground import Ground
from friendly_city.city.demo.plan import Plan
from friendly_city.city.demo.registers import numbered
from friendly_city.city.demo.writing import Cell, Row, degrees

REGISTERS = (
    "facilities", "activities", "meetings", "documents", "staff", "inspections", "indicators", "crossings", "streets",
)  # fmt: skip
ALWAYS = {"facilities", "streets"}
PER_KIND = ("childcare", "play_site", "sports_ground", "public_toilet", "cultural_room", "mother_baby_room")
REPORTED, YEAR = "2023-01-12", 2022
CROSSINGS = {"trunk": 0.5, "secondary": 0.55, "branch": 0.06, "path": 0.0}
KINDS = {"trunk": (0.55, 0.05, 0.25, 0.15), "secondary": (0.45, 0.5, 0.03, 0.02), "branch": (0.1, 0.9, 0.0, 0.0)}


def reporting_rows(facts: Facts, plan: Plan, *, seed: int) -> list[Row]:
    """Return the rows of ``reporting.csv``: mostly complete, about one in twelve not."""
    rng = stream(seed, "reporting")
    rows: list[dict[str, Cell]] = []
    planted = {
        (plan.silent, "activities"): "not_reported",
        (plan.idle, "activities"): "complete",
        (plan.rare, ""): "complete",
        (plan.twins[0], ""): "complete",
        (plan.twins[1], ""): "complete",
    }
    offices = {row["community_code"]: f"{row['subdistrict']}办事处" for row in facts.communities}
    for number, code in enumerate(facts.codes):
        for register in REGISTERS:
            state = pick(rng, ("complete", "partial", "not_reported"), (0.9, 0.06, 0.04))
            state = "complete" if register in ALWAYS else state
            state = planted.get((number, register), planted.get((number, ""), state))
            rows.append({"community_code": code, "register": register, "kind": None, "state": state})
        for kind in PER_KIND:
            state = pick(rng, ("", "partial", "not_reported"), (0.9, 0.06, 0.04))
            if state and (number, "") not in planted:
                rows.append({"community_code": code, "register": "facilities", "kind": kind, "state": state})
    said: dict[str, Cell] = {"year_from": YEAR, "year_to": YEAR, "reported_date": REPORTED, "provenance": "synthetic"}
    rows = [row | said | {"reported_by": offices[str(row["community_code"])]} for row in rows]
    return numbered(rows, "reporting_id", "R", ("community_code", "register", "kind"))


def crossing_rows(facts: Facts, ground: Ground, plan: Plan, *, seed: int) -> list[Row]:
    """Return the rows of ``crossings.csv``: at ends of street pieces, mostly on main roads; bridges over barriers."""
    rng = stream(seed, "crossings")
    kinds = ("signal", "zebra", "bridge", "underpass")
    rows: list[dict[str, Cell]] = []
    for piece in ground.pieces:
        chance, end = float(rng.random()), piece.points[0] if rng.random() < 0.5 else piece.points[-1]
        place = piece.points[1] if piece.bridge else end
        always = piece.bridge or (piece.community in plan.twins and piece.street_class == "secondary")
        if not always and chance >= CROSSINGS[piece.street_class]:
            continue
        longitude, latitude = degrees([place])[0]
        kind = "bridge" if piece.bridge else pick(rng, kinds, KINDS[piece.street_class])
        rows.append(
            {
                "community_code": facts.codes[piece.community],
                "kind": kind,
                "street_class": piece.street_class,
                "longitude": longitude,
                "latitude": latitude,
                "provenance": "synthetic",
            }
        )
    return numbered(rows, "crossing_id", "C", ("community_code", "longitude", "latitude", "kind"))
