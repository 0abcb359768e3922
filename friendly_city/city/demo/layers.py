"""The three layers of the map as features: communities, streets with their furniture, barriers."""

from __future__ import annotations

import numpy as np

from friendly_city.city.demo.borders import Point
from friendly_city.city.demo.chance import pick, stream
from friendly_city.city.demo.facts import Facts
from friendly_city.city.demo.ground import Ground
from friendly_city.city.demo.plan import Plan
from friendly_city.city.demo.streets import Piece
from friendly_city.city.demo.writing import Cell, Row

Feature = tuple[Row, list[Point]]

SIDES = {"trunk": (0.01, 0.05), "secondary": (0.02, 0.13), "branch": (0.14, 0.3), "path": (0.45, 0.35)}  # none, one
WIDTHS = {"trunk": (2.0, 6.0), "secondary": (1.5, 4.5), "branch": (1.0, 3.0), "path": (1.0, 2.0)}
CYCLE = {"trunk": (0.8, 1.5, 3.5), "secondary": (0.5, 1.0, 2.5), "branch": (0.12, 1.0, 2.0), "path": (0.05, 1.0, 2.0)}
AS_IT_SHOULD_BE: dict[str, Cell] = {
    "pavement_sides": 2,
    "pavement_width_m": 4.0,
    "cycle_lane_width_m": 2.5,
    "kerb_m": 0.1,
}


def boundary_features(facts: Facts, ground: Ground) -> list[Feature]:
    """Return the communities, sorted by code."""
    return [
        ({"community_code": code, "provenance": "synthetic"}, ring) for code, ring in zip(facts.codes, ground.rings, strict=True)
    ]


def furniture(piece: Piece, rng: np.random.Generator) -> dict[str, Cell]:
    """Return pavements, cycle lane and kerb of a street piece (made)."""
    none, one = SIDES[piece.street_class]
    sides = int(pick(rng, ("0", "1", "2"), (none, one, 1 - none - one)))
    low, high = WIDTHS[piece.street_class]
    width = round(low + 0.5 * int(rng.integers(round((high - low) / 0.5) + 1)), 1) if sides else 0.0
    share, narrow, wide = CYCLE[piece.street_class]
    lane = round(narrow + 0.5 * int(rng.integers(round((wide - narrow) / 0.5) + 1)), 1) if rng.random() < share else 0.0
    kerb = (0.0, 0.05, 0.1, 0.12, 0.15, 0.18)[int(rng.integers(6))]
    return {"pavement_sides": sides, "pavement_width_m": width, "cycle_lane_width_m": lane, "kerb_m": kerb}


def street_features(facts: Facts, ground: Ground, plan: Plan, *, seed: int) -> list[Feature]:
    """Return the street pieces, sorted by community and place."""
    rng = stream(seed, "furniture")
    pieces = sorted(ground.pieces, key=lambda piece: (piece.community, piece.points))
    result: list[Feature] = []
    for number, piece in enumerate(pieces, 1):
        head: dict[str, Cell] = {
            "street_id": f"S{number:04d}",
            "community_code": facts.codes[piece.community],
            "street_class": piece.street_class,
            "bridge": piece.bridge,
        }
        drawn = furniture(piece, rng)
        rest = AS_IT_SHOULD_BE if piece.community in plan.twins else drawn
        result.append((head | rest | {"provenance": "synthetic"}, list(piece.points)))
    return result


def barrier_features(ground: Ground) -> list[Feature]:
    """Return the three invented barriers."""
    return [
        ({"barrier_id": b.plan.id, "name": b.plan.name, "name_en": b.plan.name_en, "provenance": "synthetic"}, line)
        for b, line in zip(ground.barriers, ground.barrier_lines, strict=True)
    ]
