"""What is planted in the city on purpose, so that a test knows the answer: which communities play which part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot

from friendly_city.city.demo.borders import Point
from friendly_city.city.demo.facts import Facts
from friendly_city.city.demo.ground import Ground, anywhere

FAR_M = 960.0
"""Straight distance kept between the unreached homes and every children's home; 15 min at 60 m/min are 900 m."""


@dataclass(frozen=True)
class Plan:
    """Numbers of the communities with a planted part (see `TRUTHS` in `truths`).

    Attributes
    ----------
    unreached : tuple of int
        No children's home within 15 minutes of any home.
    twins : tuple of int
        Two communities equal in all that is counted.
    without_infants : int
        No child of the band 0–3.
    expired : int
        All evidence has expired.
    silent : int
        Reported nothing about activities.
    idle : int
        Reported completely that there was no activity.
    rare : int
        孖岭社区, whose first character is outside GB2312.
    balance : int
        Takes the persons that rounding leaves over.
    """

    unreached: tuple[int, int]
    twins: tuple[int, int]
    without_infants: int
    expired: int
    silent: int
    idle: int
    rare: int
    balance: int

    def evened(self, counts: list[int]) -> list[int]:
        """Return counts by community where the twins have the same and the sum is kept, at the cost of the largest.

        Examples
        --------
        >>> from friendly_city.city.demo.facts import known_facts
        >>> made_plan(known_facts()).evened([5] * 91 + [7])[-1]
        7
        """
        one, other = self.twins
        largest = max((i for i in range(len(counts)) if i not in self.twins), key=lambda i: (counts[i], -i))
        result = list(counts)
        result[largest] += counts[other] - counts[one]
        result[other] = counts[one]
        return result

    def home_fits(self, community: int, ground: Ground) -> Callable[[Point], bool]:
        """Return where homes of a community may be: those of the unreached ones keep to its western, southern end."""
        if community not in self.unreached:
            return anywhere
        axis = self.unreached.index(community)
        reach = [point[axis] for point in ground.rings[community]]
        end = min(reach) + 0.3 * (max(reach) - min(reach))
        return lambda point: point[axis] < end


def far_from(points: list[Point], metres: float) -> Callable[[Point], bool]:
    """Return whether a place is at least so far from all of some points."""
    return lambda point: all(hypot(point[0] - x, point[1] - y) >= metres for x, y in points)


def made_plan(facts: Facts) -> Plan:
    """Return which communities play which part."""

    def number(name: str) -> int:
        return facts.codes.index(facts.code_of[name])

    return Plan(
        unreached=(number("翠湾社区"), number("梅京社区")),
        twins=(number("长城社区"), number("南天社区")),
        without_infants=number("新港社区"),
        expired=number("口岸社区"),
        silent=number("福安社区"),
        idle=number("天安社区"),
        rare=number("孖岭社区"),
        balance=number("皇岗社区"),
    )
