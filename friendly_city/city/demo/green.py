"""Green and open ground of the sketch: hills, wetlands and large parks, where few streets lead and nobody lives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import cos, radians, sin

import numpy as np

from friendly_city.city.demo.facts import rows_of
from friendly_city.city.demo.sketch import to_metres


@dataclass(frozen=True)
class Green:
    """An ellipse: middle and half-lengths in metres, turned counter-clockwise by an angle."""

    name: str
    x: float
    y: float
    across_m: float
    up_m: float
    turn: float

    def holds(self, x: float, y: float) -> bool:
        """Return whether a position lies in it."""
        dx, dy = x - self.x, y - self.y
        along = (dx * cos(self.turn) + dy * sin(self.turn)) / self.across_m
        over = (dy * cos(self.turn) - dx * sin(self.turn)) / self.up_m
        return along * along + over * over <= 1


@cache
def greens() -> tuple[Green, ...]:
    """Return the green areas of the sketch."""
    result = []
    for row in rows_of("green.csv"):
        x, y = to_metres(np.array([float(row["longitude"])]), np.array([float(row["latitude"])]))
        size = float(row["across_m"]), float(row["up_m"]), radians(float(row["turn_degrees"]))
        result.append(Green(row["name"], round(float(x[0]), 1), round(float(y[0]), 1), *size))
    return tuple(result)


def is_green(x: float, y: float) -> bool:
    """Return whether a position in metres lies in a green area."""
    return any(green.holds(x, y) for green in greens())
