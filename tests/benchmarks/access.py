"""Walking costs, supply and siting by size, against pandana, networkx and pysal access where they are installed.

Besides, every measure of access of the demonstration city.

All in one run, in one process, CPU seconds; the peak of the million nodes is that of a process of their own.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec

import networkx as nx
import numpy as np
import pandas as pd

import friendly_city as fc
from friendly_city.access.costs import Pairs, node_costs
from friendly_city.access.network import StreetNetwork
from friendly_city.access.reach import snapped_homes
from friendly_city.access.siting.plan import Effort, least_cost, most_children
from friendly_city.access.siting.service import service
from friendly_city.access.snapping import Snap
from friendly_city.access.supply import two_step_supply
from friendly_city.audit.opening import access_by_hour
from friendly_city.audit.paces import paces
from friendly_city.audit.service_access import ServiceAccess, service_access
from friendly_city.audit.services import NO_SERVICE, chain, services
from tests.benchmarks.measure import run
from tests.benchmarks.steps import CITY, cpu_seconds

SERVICES, FACILITIES = 10, 50
"""Services, and facilities of each."""
HORIZON_M = 5_000.0
"""How far pandana looks; beyond it everything is as far."""


def streets(side: int) -> StreetNetwork:
    """Return a grid of side × side corners with pieces of 60 to 140 m."""
    number = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    head = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    xy = np.column_stack(np.divmod(np.arange(side * side), side)) * 100.0
    length_m = np.random.default_rng(0).uniform(60, 140, len(tail))
    count = len(tail)
    lines, zero = np.empty(count, object), np.zeros(count, np.intp)
    return StreetNetwork(xy=xy, tail=tail, head=head, length_m=length_m, lines=lines, row=np.arange(count), part=zero)


def corners(network: StreetNetwork) -> list[np.ndarray]:
    """Return the corners at which the facilities of each service stand."""
    rng = np.random.default_rng(1)
    return [rng.choice(network.tail, FACILITIES, replace=False) for _ in range(SERVICES)]


def ours(network: StreetNetwork, services: list[np.ndarray]) -> np.ndarray:
    """Return the nearest of each service from every corner, graph built anew."""
    first = np.full(len(network.xy), -1)
    first[network.tail[::-1]] = np.arange(len(network.tail))[::-1]
    zero = np.zeros(FACILITIES)
    points = [Snap(size=len(s), point=np.arange(len(s)), edge=first[s], along_m=zero, straight_m=zero) for s in services]
    return np.array([node_costs(network, some) for some in points])


def pandana(network: StreetNetwork, services: list[np.ndarray]) -> np.ndarray:
    """Return the same by pandana up to `HORIZON_M`, its network built anew."""
    import pandana

    x, y = (pd.Series(column) for column in network.xy.T)
    ends = pd.Series(network.tail), pd.Series(network.head)
    net = pandana.Network(x, y, *ends, pd.DataFrame({"m": network.length_m}))
    found = []
    for number, some in enumerate(services):
        net.set_pois(str(number), HORIZON_M, 1, x[some], y[some])
        found.append(net.nearest_pois(HORIZON_M, str(number)).iloc[:, 0].to_numpy())
    return np.array(found)


def networkx(network: StreetNetwork, services: list[np.ndarray]) -> np.ndarray:
    """Return the same by networkx, its graph built anew."""
    graph = nx.Graph()
    graph.add_weighted_edges_from(zip(network.tail.tolist(), network.head.tolist(), network.length_m.tolist(), strict=True))
    found = [nx.multi_source_dijkstra_path_length(graph, set(some.tolist())) for some in services]
    return np.array([[costs[node] for node in range(len(network.xy))] for costs in found])


def timed(work: Callable[[], object]) -> tuple[object, float, float]:
    """Return a result, its CPU and its wall seconds."""
    cpu, wall = cpu_seconds(), time.perf_counter()
    result = work()
    return result, cpu_seconds() - cpu, time.perf_counter() - wall


def nearest_of_ten() -> dict[str, float]:
    """Compare the nearest of ten services over 100,000 corners."""
    network = streets(316)
    services = corners(network)
    expected, seconds, _ = timed(lambda: ours(network, services))
    figures = {"nodes": len(network.xy), "ours cpu_s": round(seconds, 3)}
    near = np.minimum(expected, HORIZON_M)
    for name, other, within_m in (("networkx", networkx, 1e-6), ("pandana", pandana, 1.0)):
        if find_spec(name):
            found, theirs, _ = timed(lambda other=other: other(network, services))
            figures |= {f"{name} cpu_s": round(theirs, 2), f"{name} times": round(theirs / seconds, 1)}
            apart = float(np.abs(np.minimum(found, HORIZON_M) - near).max())
            figures[f"{name} farthest apart, m"] = apart
            assert apart <= within_m
    return figures


def supply_of_a_million(pairs: int = 1_000_000) -> dict[str, float]:
    """Compare supply by two steps on a million pairs."""
    rng = np.random.default_rng(0)
    origins, destinations = pairs // 10, 2000
    origin = np.repeat(np.arange(origins), 10)
    destination = (rng.integers(0, destinations, origins)[:, None] + 7 * np.arange(10)).ravel() % destinations
    reach = Pairs(origin=origin, destination=destination, cost_m=rng.uniform(0, 900, pairs))
    people, places = rng.integers(1, 90, origins).astype(float), rng.integers(1, 60, destinations).astype(float)
    found, seconds, _ = timed(lambda: two_step_supply(reach, places, demand=people))
    figures = {"pairs": pairs, "ours cpu_s": round(seconds, 4)}
    if find_spec("access"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from access import fca
        demand = pd.DataFrame({"geoid": np.arange(origins), "demand": people})
        supply = pd.DataFrame({"supply": places}, index=pd.Index(np.arange(destinations), name="geoid"))
        cost = pd.DataFrame({"origin": origin, "dest": destination, "cost": reach.cost_m})
        other, theirs, _ = timed(lambda: fca.two_stage_fca(demand, supply, cost, max_cost=900.0))
        apart = float((np.abs(other.to_numpy() / found - 1)).max())
        figures |= {"pysal cpu_s": round(theirs, 3), "pysal times": round(theirs / seconds, 1), "apart, relative": apart}
        assert apart < 1e-12
    return figures


def siting(homes: int = 5000, candidates: int = 2000, number: int = 28) -> dict[str, object]:
    """Plan 28 bases among 2,000 candidates for 5,000 places where children live, in a square of 12 km."""
    rng = np.random.default_rng(1)
    home, site = rng.uniform(0, 12_000, (homes, 2)), rng.uniform(0, 12_000, (candidates, 2))
    metres = np.abs(home[:, None] - site).sum(axis=2)
    origin, destination = np.nonzero(metres <= 3000)
    pairs = Pairs(origin=origin, destination=destination, cost_m=metres[origin, destination])
    base = service(
        "base", pairs, demand=rng.integers(5, 200, homes), sites=[str(n) for n in range(candidates)], limit_m=900, beyond_m=3000
    )
    figures: dict[str, object] = {"pairs": len(origin)}
    efforts = {"quick": Effort(quick=True), "gap 1 %": Effort(gap=0.01), "gap 0": Effort()}
    for make in (most_children, least_cost):
        for name, effort in efforts.items():
            plan, cpu, wall = timed(lambda make=make, effort=effort: make(base, budget=number, effort=effort))
            told = {"wall_s": round(wall, 2), "cpu_s": round(cpu, 2), "value": plan.value, "gap": round(plan.gap, 5)}
            figures[f"{make.__name__}, {name}"] = told
    return figures


def of_the_demonstration_city() -> dict[str, object]:
    """Ask every measure of access there is of the demonstration city once, from registers just loaded: streets and all.

    One service in depth, the hours of a week and children's pace for every kind, all services at once, a way by two stops.
    """
    city, asked = fc.load_city(CITY), {"age_band": "6-12", "period": "2022"}
    kinds = sorted(set(city.register("facilities")["kind"]) - NO_SERVICE)

    found = list[ServiceAccess]()

    def each_kind() -> int:
        found.extend(service_access(city, kind=kind, **asked) for kind in kinds)
        return sum(len(one.curve) + len(one.left_out) + len(one.straight_m) for one in found)

    def at_once() -> int:
        every = services(city, **asked)
        return len(every.shares) + len(every.counts) + len(every.by_community)

    def by_stops() -> float:
        way = chain(city, stops=["primary_school|nine_year_school", "park|play_site"], **asked)
        return way.share_within + way.share_each

    steps: dict[str, Callable[[], object]] = {
        "streets and where homes lie on them": lambda: snapped_homes(city),
        f"service_access, {len(kinds)} kinds": each_kind,
        "services, all ages": at_once,
        "chain of two stops": by_stops,
        f"access_by_hour, {len(kinds)} kinds": lambda: [access_by_hour(city, kind=kind, **asked) for kind in kinds],
        f"paces, {len(kinds)} kinds": lambda: [paces(one) for one in found],
    }
    seconds = {name: timed(step)[1] for name, step in steps.items()}
    return {"homes": len(city.register("homes")), "cpu_s": round(sum(seconds.values()), 2)} | {
        name: round(spent, 3) for name, spent in seconds.items()
    }


def million() -> None:
    """Find the nearest of ten services over a million corners; run in a process of its own."""
    network = streets(1000)
    assert np.isfinite(ours(network, corners(network))).all()


def access() -> dict[str, object]:
    """Measure all of it."""
    whole = run([[sys.executable, "-m", "tests.benchmarks.access"]])
    network = streets(1000)
    _, seconds, _ = timed(lambda: ours(network, corners(network)))
    figures = {
        "every measure of the demonstration city": of_the_demonstration_city(),
        "ten services, nearest, 100,000 nodes": nearest_of_ten(),
        "ten services, nearest, a million nodes": {
            "cpu_s": round(seconds, 2), "whole process with imports, cpu_s": round(whole.cpu_s, 2), "peak_mb": round(whole.peak_mb),
        },
        "two-step supply, a million pairs": supply_of_a_million(),
        "28 sites of 2,000 for 5,000 homes": siting(),
    }  # fmt: skip
    for name, found in figures.items():
        print(f"{name}: {found}", flush=True)
    return figures


if __name__ == "__main__":
    million()
