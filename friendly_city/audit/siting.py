"""Where a city should build next: from its homes, streets and facilities to a plan, and to the grades after it.

Demand are the children at the homes of the city; facilities of the kind that are open stay; candidates are facilities of
other kinds, where the service could move in, or a grid. What a planned facility is like is in `planned`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from friendly_city.access.costs import costs_between, within
from friendly_city.access.network import street_network
from friendly_city.access.pace import walking_pairs
from friendly_city.access.reach import snapped, snapped_homes
from friendly_city.access.siting.fair import fairest
from friendly_city.access.siting.plan import DEFAULT, Effort, fewest_sites, least_cost, most_children, told
from friendly_city.access.siting.result import Plan
from friendly_city.access.siting.service import Service, service
from friendly_city.audit.engine import audit
from friendly_city.audit.planned import Regraded, mean_score, regraded, with_facilities
from friendly_city.audit.question import WITHIN, Question, open_facilities, require_amount, require_limit
from friendly_city.city.model import City
from friendly_city.errors import InvalidParameters, UnknownName
from friendly_city.labels import Text, label, number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.access.impedance import Limit
    from friendly_city.standards.model import Checklist, Standard

FARTHEST = 2.0
"""A child without a site within so many times the limit counts as walking that far, for the least mean cost (ours)."""

GRID_M = 500.0
"""Spacing of a grid of candidates, unless said (ours)."""

TRIED = 8
"""Candidates audited anew for each site of the objective ``score``: those that serve most children more (ours)."""

WALKS = ("metres", "pace")
"""How children walk: metres along centre lines, or along pavements and crossings at their own pace (`access.pace`)."""

WAYS: Mapping[str, Callable[..., Plan]] = MappingProxyType(
    {"most_children": most_children, "least_cost": least_cost, "fewest_sites": fewest_sites, "fairest": fairest}
)


@dataclass(frozen=True, eq=False, kw_only=True)
class CityPlan(Question):
    """A plan for a city, or for one of its subdistricts.

    Attributes
    ----------
    plan : Plan
        The answer; its sites are named by `places`.
    places : DataFrame
        Every site, existing and possible: ``site`` (facility id, or number in the grid), ``name``, ``community_code``,
        ``x_m``, ``y_m``, ``kept``.
    walk : str
        How children walk, one of `WALKS`; at a pace, metres are minutes times the speed of the band.
    """

    plan: Plan
    places: pd.DataFrame
    walk: str = "metres"

    def __repr__(self) -> str:
        return f"<Siting of {self.kind} for {self.whose}, {self.period}: {self.plan!r}>"

    @property
    def sites(self) -> pd.DataFrame:
        """Return the list of sites, best first: that of the plan, with ``name``, ``community_code``, ``x_m``, ``y_m``."""
        return self.plan.sites.merge(self.places.drop(columns="kept"), on="site", how="left", validate="one_to_one")

    @cached_property
    def city_after(self) -> City:
        """Return the city with the planned facilities in its register."""
        return with_facilities(self.city, self.kind, self.sites, period=self.period)

    def graded(self, checklist: Checklist | Standard) -> Regraded:
        """Return the audits of the city without and with the planned facilities."""
        return regraded(self.city, self.city_after, checklist, period=self.period)


def plan_sites(  # noqa: PLR0913 - what makes up the question, all named
    city: City,
    *,
    kind: str,
    period: str,
    number: float = 5,
    objective: str = "most_children",
    limit: Limit = WITHIN,
    age_band: str = "6-12",
    subdistrict: str = "",
    candidates: Sequence[str] | pd.DataFrame | float = GRID_M,
    walk: str = "metres",
    checklist: Checklist | Standard | None = None,
    effort: Effort = DEFAULT,
) -> CityPlan:
    """Plan where facilities of a kind should be added in a city.

    Parameters
    ----------
    city : City
        With the registers homes and facilities.
    kind : str
        Kind of facility to be added; those open at the end of the period stay.
    period : str
        Year or quarter.
    number : float
        How many sites at most.
    objective : str
        ``most_children``, ``least_cost``, ``fewest_sites``, ``fairest``, or ``score``: the gain in the mean audit score of all
        communities. That is a greedy search: for each site the `TRIED` candidates that serve most children more are put
        into the city one by one and the whole audit is made anew; the best stays. The gain is exact, the plan not proven.
    limit : Limit
        A child is served within so many minutes at the speed of the age band, or metres.
    age_band : str
        Whose children count: a band, or ``children``.
    subdistrict : str
        Code of the subdistrict that plans: its children count and sites lie in it; facilities elsewhere serve them too.
    candidates : sequence of str, DataFrame or float
        Kinds of facilities that could house the service; a table with ``site`` (of a facility its id), ``name``,
        ``community_code``, ``x_m``, ``y_m``; or the spacing in metres of a grid over the communities.
    walk : str
        ``metres`` along centre lines, or ``pace``: along pavements and over crossings by the rules of the age band, a wait
        counting as the metres walked in it. The audit of ``score`` walks centre lines either way.
    checklist : Checklist, optional
        For ``score``.
    effort : Effort
        How hard to look.

    Raises
    ------
    InvalidParameters, UnknownName
        When the objective, kind, band or way of walking is unknown, a number is none, or ``score`` has no checklist.
    """
    if objective not in {*WAYS, "score"}:
        raise UnknownName("objective", objective, (*WAYS, "score"))
    if walk not in WALKS:
        raise UnknownName("way of walking", walk, WALKS)
    require_amount("number", number)
    require_limit(limit)
    if objective == "score" and checklist is None:
        raise InvalidParameters("the objective 'score' needs a checklist: checklist=load_checklist('community')")
    asked = Question(city=city, kind=kind, age_band=age_band, period=period, subdistrict=subdistrict)
    places = sites_of(asked, candidates)
    limit_m = limit.metres(age_band)
    base = service_of(asked, places, limit_m=limit_m, walk=walk)
    if objective == "score" and checklist is not None:
        plan = _by_score(city, base, places, checklist, kind=kind, period=period, number=number)
        plan = replace(plan, notes=(*plan.notes, AUDITED_BY_METRES)) if walk == "pace" else plan
    else:
        plan = WAYS[objective](base, budget=number, effort=effort)
    return CityPlan(
        city=city, kind=kind, age_band=age_band, period=period, subdistrict=subdistrict, plan=plan, places=places, walk=walk
    )  # fmt: skip


def grid(city: City, spacing_m: float) -> pd.DataFrame:
    """Return candidates on a grid over the communities: ``site``, ``name``, ``community_code``, ``x_m``, ``y_m``."""
    if not 0 < spacing_m < np.inf:
        raise InvalidParameters(f"the spacing of a grid must be metres above 0; got {spacing_m}")
    shapes = city.boundaries.geometry.to_numpy()
    min_x, min_y, max_x, max_y = shapely.total_bounds(shapes)
    across, up = (np.arange(low + spacing_m / 2, high, spacing_m) for low, high in ((min_x, max_x), (min_y, max_y)))
    x_m, y_m = (axis.ravel() for axis in np.meshgrid(across, up))
    point, shape = shapely.STRtree(shapes).query(shapely.points(x_m, y_m), predicate="intersects")
    point, first = np.unique(point, return_index=True)
    names = [f"grid-{place + 1:04d}" for place in range(len(point))]
    codes = city.boundaries.index.to_numpy()[shape[first]]
    return pd.DataFrame({"site": names, "name": names, "community_code": codes, "x_m": x_m[point], "y_m": y_m[point]})


def sites_of(asked: Question, candidates: Sequence[str] | pd.DataFrame | float) -> pd.DataFrame:
    """Return existing and possible sites, the existing first; possible ones lie in the subdistrict asked about."""
    city = asked.city
    if isinstance(candidates, pd.DataFrame):
        possible = candidates
    elif isinstance(candidates, int | float):
        possible = grid(city, candidates)
    else:
        named = [candidates] if isinstance(candidates, str) else list(candidates)
        possible = open_facilities(city, named, asked.period).rename(columns={"facility_id": "site"})
        possible = possible[possible["kind"] != asked.kind]
    columns = ["site", "name", "community_code", "x_m", "y_m"]
    missing = [name for name in columns if name not in possible.columns]
    if missing:
        raise InvalidParameters(f"candidates need columns {', '.join(columns)}; missing: {', '.join(missing)}")
    if asked.subdistrict:
        possible = possible[possible["community_code"].isin(city.codes[asked.asked_communities])]
    kept = asked.open_facilities.rename(columns={"facility_id": "site"})[columns].assign(kept=True)
    return pd.concat([kept, possible[columns].assign(kept=False)], ignore_index=True)


def service_of(
    asked: Question,
    places: pd.DataFrame,
    *,
    limit_m: float,
    walk: str,
    price: float = 1.0,
    capacity: NDArray[np.float64] | None = None,
) -> Service:
    """Return the question as siting takes it: children at homes, sites, and the way from one to the other."""
    city = asked.city
    homes, far_m = city.register("homes"), FARTHEST * limit_m
    there = places.assign(facility_id=places["site"])  # a site that is a facility has its entrances
    if walk == "pace":
        pairs = walking_pairs(city, asked.age_band, there, limit_m=far_m)
    else:
        pairs = costs_between(street_network(city), snapped_homes(city), destinations=snapped(city, there), limit_m=far_m)
    return service(
        asked.kind, pairs, demand=asked.children.to_numpy(), sites=places["site"].tolist(), kept=places["kept"].to_numpy(),
        limit_m=limit_m, beyond_m=far_m, community=city.places(homes["community_code"]), communities=city.codes.tolist(),
        price=price, capacity=capacity, title=label("facility", asked.kind),
        names=[city.name_of(code) for code in city.codes],
    )  # fmt: skip


def _by_score(
    city: City, base: Service, places: pd.DataFrame, checklist: Checklist | Standard, *, kind: str, period: str, number: float
) -> Plan:
    """Return the plan found by adding, site by site, the candidate with which the audit made anew scores best."""
    began, chosen = time.monotonic(), list[int]()
    start = best = mean_score(audit(city, checklist, period=period))
    while len(chosen) + 1 <= number:
        tried = dict.fromkeys(_promising(base, chosen), 0.0)
        for site in tried:
            now = with_facilities(city, kind, places.iloc[[*chosen, site]], period=period)
            tried[site] = mean_score(audit(now, checklist, period=period))
        if not tried or max(tried.values()) <= best + 1e-9:
            break
        chosen.append(max(tried, key=lambda site: (tried[site], -site)))
        best = tried[chosen[-1]]
    plan = Plan(
        objective="score", services=(base,), chosen=tuple((0, site) for site in chosen), budget=number, value=best, bound=np.nan,
        gap=np.nan,
    )  # fmt: skip
    plan = told(plan, value=best, bound=np.nan, gap=np.nan, began=began)
    return replace(plan, notes=(_about_score(start, best), *plan.notes))


def _promising(base: Service, chosen: Sequence[int]) -> list[int]:
    """Return the candidates that serve most children more, then save most metres, at most `TRIED`."""
    opened = base.kept.copy()
    opened[list(chosen)] = True
    pairs = base.pairs
    now_m, people = base.nearest_m(opened)[pairs.origin], base.demand[pairs.origin]
    new = within(pairs.cost_m, base.limit_m) & ~within(now_m, base.limit_m)
    served = np.bincount(pairs.destination, people * new, len(base.sites))
    saved_m = np.maximum(np.minimum(now_m, base.beyond_m) - pairs.cost_m, 0.0)
    walked = np.bincount(pairs.destination, people * saved_m, len(base.sites))
    order = np.lexsort((-walked, -served))
    return [int(site) for site in order[~opened[order] & (walked[order] > 0)][:TRIED]]


AUDITED_BY_METRES = Text(
    "选点按人行道与过街计步行；评估本身仍按道路中心线计距离。",
    "Sites are chosen by walks along pavements and crossings; the audit itself measures along centre lines of streets.",
)


def _about_score(start: float, best: float) -> Text:
    gain, points = number(best - start, digits=2), number(best, digits=2)
    return Text(
        f"各社区平均分提高 {gain} 分，至 {points} 分；每一步对最有希望的 {TRIED} 个候选点逐一重新审核，未证明为最优。",
        f"The mean score of all communities rises by {gain} to {points}; at each step the {TRIED} most promising candidates were "
        "audited anew one by one; not proven best.",
    )
