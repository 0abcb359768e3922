"""What is planted in the city on purpose, so that a test knows the answer: which communities play which part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING

from friendly_city.city.demo.borders import Point
from friendly_city.city.demo.facts import Facts

if TYPE_CHECKING:
    from friendly_city.city.demo.ground import Ground

FAR_M = 960.0
"""Straight distance kept between the unreached homes and every children's home; 15 min at 60 m/min are 900 m."""

CORE_M, HEART_M = 160.0, 90.0
"""In the twins, how far from the middle homes are, and the facilities that children walk to: all within reach."""
NEAR_KINDS = frozenset(
    {
        "childrens_home",
        "kindergarten",
        "primary_school",
        "middle_school",
        "nine_year_school",
        "park",
        "play_site",
        "library",
        "health_centre",
        "childcare",
    }
)
"""Kinds of which each twin has one at least, near its middle."""


def anywhere(_point: Point) -> bool:
    """Accept every place."""
    return True


@dataclass(frozen=True)
class Plan:
    """Numbers of the communities with a planted part (see `TRUTHS` in `truths`).

    Attributes
    ----------
    unreached : tuple of int
        No children's home within 15 minutes of any home.
    twins : tuple of int
        Two communities equal in all that is counted; what children walk to is in reach of all, and their streets are
        furnished as they should be, so that their audits are equal too.
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

    def evened(self, counts: list[int], least: int = 0) -> list[int]:
        """Return counts where the twins have the same, `least` or more; the sum is kept at the cost of the largest.

        Examples
        --------
        >>> from friendly_city.city.demo.facts import known_facts
        >>> made_plan(known_facts()).evened([5] * 91 + [7])[-1]
        7
        """
        one, other = self.twins
        largest = max((i for i in range(len(counts)) if i not in self.twins), key=lambda i: (counts[i], -i))
        result = list(counts)
        result[one] = result[other] = max(counts[one], least)
        result[largest] += counts[one] + counts[other] - 2 * result[one]
        return result

    def home_fits(self, community: int, ground: Ground) -> Callable[[Point], bool]:
        """Return where homes of a community may be: unreached ones keep to one end, twins to the middle."""
        if community in self.twins:
            return near_to(ground.middles[community], CORE_M)
        if community not in self.unreached:
            return anywhere
        axis = self.unreached.index(community)
        reach = [point[axis] for point in ground.rings[community]]
        end = min(reach) + 0.3 * (max(reach) - min(reach))
        return lambda point: point[axis] < end


def far_from(points: list[Point], metres: float) -> Callable[[Point], bool]:
    """Return whether a place is at least so far from all of some points."""
    return lambda point: all(hypot(point[0] - x, point[1] - y) >= metres for x, y in points)


def near_to(middle: Point, metres: float) -> Callable[[Point], bool]:
    """Return whether a place is at most so far from a point."""
    return lambda point: hypot(point[0] - middle[0], point[1] - middle[1]) <= metres


def made_plan(facts: Facts) -> Plan:
    """Return which communities play which part."""

    def number(name: str) -> int:
        return facts.codes.index(facts.code_of[name])

    return Plan(
        unreached=(number("翠湾社区"), number("梅京社区")),
        twins=(number("福民社区"), number("海滨社区")),
        without_infants=number("新港社区"),
        expired=number("口岸社区"),
        silent=number("福安社区"),
        idle=number("天安社区"),
        rare=number("孖岭社区"),
        balance=number("皇岗社区"),
    )
