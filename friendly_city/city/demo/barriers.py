"""Three barriers to walking, along borders between subdistricts, and where bridges cross them. All invented."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from math import hypot

from friendly_city.city.demo.blocks import Plane
from friendly_city.city.demo.borders import Arc, Point
from friendly_city.city.demo.facts import Facts

END_M = 18.0
"""How far from a barrier a street ends that does not cross it, m."""


@dataclass(frozen=True)
class BarrierPlan:
    """A barrier: the subdistricts on its two sides, and where along it bridges are wanted (shares of its length)."""

    id: str
    name: str
    name_en: str
    one_side: frozenset[str]
    other_side: frozenset[str]
    bridges: tuple[float, ...]


@dataclass(frozen=True)
class Barrier:
    """A barrier as drawn: its vertices in the plane, and those of them where a bridge crosses."""

    plan: BarrierPlan
    vertices: tuple[int, ...]
    bridges: tuple[int, ...]


PLANS = (
    BarrierPlan(
        "B1",
        "快速路（示意）",
        "expressway (schematic)",
        frozenset({"梅林街道"}),
        frozenset({"香蜜湖街道", "莲花街道", "华富街道", "园岭街道"}),
        (0.14, 0.34, 0.48, 0.62, 0.84),
    ),
    BarrierPlan(
        "B2",
        "河道（示意）",
        "river channel (schematic)",
        frozenset({"沙头街道"}),
        frozenset({"福保街道", "福田街道"}),
        (0.3, 0.72, 0.95),
    ),
    BarrierPlan(
        "B3",
        "铁路（示意）",
        "railway (schematic)",
        frozenset({"福田街道", "华富街道"}),
        frozenset({"南园街道", "华强北街道", "园岭街道"}),
        (0.16, 0.36, 0.5, 0.66, 0.82),
    ),
)


def barrier_arcs(arcs: list[Arc], facts: Facts, plan: BarrierPlan) -> list[int]:
    """Return the numbers of the arcs a barrier runs along."""
    subdistricts = [row["subdistrict"] for row in facts.communities]
    result = []
    for number, arc in enumerate(arcs):
        if min(arc.left, arc.right) < 0:
            continue
        pair = {subdistricts[arc.left], subdistricts[arc.right]}
        if pair & plan.one_side and pair & plan.other_side:
            result.append(number)
    return result


def chain_of(plane: Plane, numbers: list[int]) -> list[int]:
    """Return the vertices along some arcs, from one end to the other, the southern or western end first."""
    near: dict[int, list[int]] = {}
    for (a, b), line in plane.line.items():
        if line.kind == "border" and line.number in numbers:
            near.setdefault(a, []).append(b)
            near.setdefault(b, []).append(a)
    ends = [vertex for vertex, others in near.items() if len(others) == 1]
    if len(ends) != 2 or any(len(others) > 2 for others in near.values()):
        raise AssertionError("a barrier is not one line")
    chain = [min(ends, key=lambda vertex: sum(plane.points[vertex]))]
    while len(chain) < len(near):
        chain.append(next(vertex for vertex in near[chain[-1]] if len(chain) < 2 or vertex != chain[-2]))
    return chain


def turns_left(before: Point, at: Point, after: Point, to: Point) -> bool:
    """Return whether a street from `at` to `to` leaves a line before–at–after on its left."""
    ahead = (after[0] - before[0], after[1] - before[1])
    return ahead[0] * (to[1] - at[1]) - ahead[1] * (to[0] - at[0]) > 0


def ways_on_sides(plane: Plane, chain: list[int], streets: dict[int, list[int]]) -> dict[int, tuple[list[int], list[int]]]:
    """Return for inner vertices of a barrier the neighbours by street on its left and on its right."""
    result = {}
    for before, at, after in zip(chain, chain[1:], chain[2:], strict=False):
        left: list[int] = []
        right: list[int] = []
        for other in streets.get(at, []):
            points = (plane.points[before], plane.points[at], plane.points[after], plane.points[other])
            (left if turns_left(*points) else right).append(other)
        result[at] = (left, right)
    return result


def place_barrier(plane: Plane, plan: BarrierPlan, numbers: list[int], streets: dict[int, list[int]]) -> Barrier:
    """Return a barrier with its bridges: at vertices that streets reach from both sides, near the wanted places."""
    chain = chain_of(plane, numbers)
    places = [plane.points[vertex] for vertex in chain]
    steps = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(places)]
    along = {vertex: sum(steps[:i]) / sum(steps) for i, vertex in enumerate(chain)}
    both = [vertex for vertex, (left, right) in ways_on_sides(plane, chain, streets).items() if left and right]
    bridges: list[int] = []
    for wanted in plan.bridges:
        best = min(both, key=lambda vertex: (round(abs(along[vertex] - wanted), 9), vertex))
        if best not in bridges:
            bridges.append(best)
    return Barrier(plan, tuple(chain), tuple(bridges))
