"""What of the access to a service may be told: in the public edition no number from which 1 to 4 children could be counted.

Pages of one service and age band, of a city and of each of its subdistricts, are looked at together: what may be told is
found for the whole city, and pages show parts of it. Communities whose children may not be counted are left out of every
number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.access.costs import within
from friendly_city.access.equity import Gap, gap
from friendly_city.audit.question import children_of
from friendly_city.audit.service_access import CURVE_MIN, service_access
from friendly_city.errors import UnknownName
from friendly_city.labels import keys
from friendly_city.report.published import countable
from friendly_city.report.suppression import halves_in_sum, is_few

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from friendly_city.audit.question import Asked
    from friendly_city.audit.service_access import ServiceAccess

MANY = 5_000
"""Children from which on rounded figures made of all homes stand even where single communities are withheld: in so many
the few of one community do not show (ours)."""

HALVES = ["within_persons", "without_persons"]
WITHOUT = ["beyond_persons", "no_way_persons"]
"""Those without have a way that is too long, or none."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Told:
    """Access to a service as far as it may be told.

    Attributes
    ----------
    found : ServiceAccess
        Only the homes whose children may be counted.
    uncounted : int
        Communities with children who may not be counted.
    whole : bool
        Whether it may be told how many are within the limit.
    no_way : bool
        Whether it may be told how many have no way.
    communities : frozenset of str
        Communities of which it may be told how many of their children are within the limit.
    minutes : tuple of int
        Minutes within which it may be told how many reach a facility.
    edition : str
        ``public`` or ``internal``.
    """

    found: ServiceAccess
    uncounted: int
    whole: bool
    no_way: bool
    communities: frozenset[str]
    minutes: tuple[int, ...]
    edition: str

    @cached_property
    def children(self) -> float:
        """Return the children counted, persons."""
        return float(self.found.homes["children"].sum())

    @cached_property
    def within(self) -> float:
        """Return the children within the limit, persons; NaN where it may not be told."""
        return float(self.found.left_out["within_persons"].sum()) if self.whole else np.nan

    @property
    def share_within(self) -> float:
        """Return the share of children within the limit, 0–1."""
        return self.within / self.children if self.children else np.nan

    @property
    def share_no_way(self) -> float:
        """Return the share of children without any way, 0–1."""
        return float(self.found.left_out["no_way_persons"].sum()) / self.children if self.children and self.no_way else np.nan

    @cached_property
    def curve(self) -> pd.DataFrame:
        """Return ``minutes`` and ``share`` (0–1), at the minutes that may be told."""
        return self.found.curve.iloc[list(self.minutes)].reset_index(drop=True)

    def minutes_of(self, share: float) -> float:
        """Return the first minute told within which such a share of the children reach a facility; NaN beyond the curve."""
        there = self.curve[self.curve["share"] >= share - 1e-12]
        return float(there["minutes"].iloc[0]) if len(there) else np.nan

    @cached_property
    def by_community(self) -> pd.DataFrame:
        """Return `ServiceAccess.left_out` of communities with children; where it may not be told NaN, and these last, by code."""
        table = self.found.left_out
        table = table[table["children_persons"] > 0]
        told = table["community_code"].isin(self.communities)
        hidden = table[~told].sort_values("community_code", kind="stable")
        hidden = hidden.assign(**dict.fromkeys(("within_persons", "without_persons", "share_within"), np.nan))
        shown: pd.DataFrame = pd.concat([table[told], hidden], ignore_index=True)[
            ["community_code", "children_persons", "within_persons", "without_persons", "share_within"]
        ]
        return shown

    @cached_property
    def ends(self) -> Gap | None:
        """Return the best- and the worst-served community among those that may be told."""
        shares = self.by_community.set_index("community_code")["share_within"]
        return gap(shares, better="higher") if shares.notna().any() else None

    @property
    def in_detail(self) -> bool:
        """Return whether rounded figures made of all homes may be told."""
        every = self.uncounted == 0 and self.whole and set(self.by_community["community_code"]) <= self.communities
        return self.edition != "public" or (self.whole and (every or self.children >= MANY))


def told(found: ServiceAccess, *, edition: str = "public") -> Told:
    """Return what may be told of the access to a service.

    Parameters
    ----------
    found : ServiceAccess
        Of a city or of one of its subdistricts.
    edition : str
        ``public`` hides what would tell of 1 to 4 children, ``internal`` tells everything.

    Raises
    ------
    UnknownName
        When there is no such edition: a mistyped ``public`` must not tell everything.
    """
    require_edition(edition)
    if edition != "public":
        codes = frozenset(found.homes["community_code"].astype(str))
        steps = tuple(range(CURVE_MIN + 1))
        return Told(found=found, uncounted=0, whole=True, no_way=True, communities=codes, minutes=steps, edition=edition)
    mine, every = (_counted(one) for one in (found, _of_city(found)))
    halves = _halves(every)
    parts = halves.groupby("subdistrict_code", sort=True)[[*HALVES, *WITHOUT]].sum()
    said = dict(zip(parts.index.astype(str), _parts_said(parts[HALVES].to_numpy().tolist()), strict=True))
    beside = [_of_part(every, code) for code in said] if found.subdistrict else [every]
    whole = said.get(found.subdistrict, True) if found.subdistrict else not _any_small(parts[HALVES].sum())
    without = parts[WITHOUT].to_numpy().ravel() if found.subdistrict else parts[WITHOUT].sum()
    return Told(
        found=mine,
        uncounted=found.homes[found.homes["children"] > 0]["community_code"].nunique()
        - mine.homes[mine.homes["children"] > 0]["community_code"].nunique(),
        whole=whole,
        no_way=whole and not _any_small(without),
        communities=_communities_said(halves, said) & frozenset(mine.homes["community_code"].astype(str)),
        minutes=minutes_said(beside, list(said.values()) if found.subdistrict else [whole]),
        edition=edition,
    )


def share_told(asked: Asked, inside: NDArray[np.bool_], *, edition: str = "public") -> float:
    """Return the share of the children asked about who live at some homes, as far as it may be told.

    In the public edition children of communities that may not be counted are left out, and nothing is told where 1 to 4 children
    inside or outside would follow, from this page or from those of the other subdistricts.

    Parameters
    ----------
    asked : Asked
        Whose children.
    inside : array (homes,) of bool
        Homes of the whole city, in the order of the register.
    edition : str
        ``public`` or ``internal``.

    Returns
    -------
    float
        0–1; NaN without children, or where it may not be told.
    """
    require_edition(edition)
    city, people = asked.city, children_of(asked.city, asked.age_band).to_numpy(dtype=float)
    place = city.places(city.register("homes")["community_code"])
    if edition != "public":
        own = asked.asked_homes
        return float(people[own & inside].sum() / people[own].sum()) if people[own].sum() else np.nan
    kept = (place >= 0) & countable(city, asked.age_band)[place]
    codes, part = np.unique(city.communities["subdistrict_code"].astype(str).to_numpy(), return_inverse=True)
    halves = np.column_stack(
        [np.bincount(part[place[some]], people[some], len(codes)) for some in (kept & inside, kept & ~inside)]
    )
    said = _parts_said(halves.tolist())
    if not asked.subdistrict:
        within, without = halves.sum(axis=0)
        return float(within / (within + without)) if within + without and not _any_small((within, without)) else np.nan
    mine = list(codes).index(asked.subdistrict)
    total = halves[mine].sum()
    return float(halves[mine][0] / total) if said[mine] and total else np.nan


def steps_told(
    asked: Asked, cost: NDArray[np.float64], steps: Sequence[float], *, limit: float, edition: str = "public"
) -> tuple[float, ...]:
    """Return the steps of a curve of shares that may be told beside the share within a limit.

    Between two of them, and between them and the limit, no children or enough for `share_told` are added.

    Parameters
    ----------
    asked : Asked
        Whose children.
    cost : array (homes,)
        What the curve is drawn over, in the unit of the steps.
    steps : sequence of float
        Rising.
    limit : float
        In the unit of the steps.

    Returns
    -------
    tuple of float
        Empty where the share within the limit may not be told.
    """

    def may(low: float, high: float) -> bool:
        return bool(np.isfinite(share_told(asked, within(cost, high) & ~within(cost, low), edition=edition)))

    kept, before = [], -1.0
    if not (may(before, limit) and may(limit, np.inf)):
        return ()
    for step in steps:
        if step > limit > before:
            before = limit
        end = limit if step < limit else np.inf
        if step == limit or (may(before, step) and may(step, end)):
            kept.append(step)
            before = step
    return tuple(kept)


def require_edition(edition: str) -> None:
    """Refuse an edition there is not: a mistyped ``public`` must not tell everything.

    Raises
    ------
    UnknownName
        When there is no such edition.
    """
    if edition not in keys("edition"):
        raise UnknownName("edition", edition, keys("edition"))


def _of_city(found: ServiceAccess) -> ServiceAccess:
    """Return the same for the children of the whole city."""
    if not found.subdistrict:
        return found
    return service_access(
        found.city, kind=found.kind, age_band=found.age_band, period=found.period, limit=found.limit, when=found.when
    )


def _counted(found: ServiceAccess) -> ServiceAccess:
    """Return access of the children who may be counted."""
    codes = found.city.codes[countable(found.city, found.age_band)]
    return replace(found, homes=found.homes[found.homes["community_code"].isin(codes)].reset_index(drop=True))


def _of_part(every: ServiceAccess, subdistrict: str) -> ServiceAccess:
    """Return access of the children of a subdistrict."""
    part = replace(every, subdistrict=subdistrict)
    codes = every.city.codes[part.asked_communities]
    return replace(part, homes=every.homes[every.homes["community_code"].isin(codes)].reset_index(drop=True))


def _halves(every: ServiceAccess) -> pd.DataFrame:
    """Return ``within_persons`` and ``without_persons`` by community and ``subdistrict_code``, in the order of their codes."""
    there = dict(zip(every.city.codes, every.city.communities["subdistrict_code"].astype(str), strict=True))
    table = every.left_out.sort_values("community_code", kind="stable", ignore_index=True)
    return table.assign(subdistrict_code=table["community_code"].map(there))


def _any_small(counts: Iterable[float]) -> bool:
    return any(map(is_few, counts))


def _parts_said(halves: list[list[float]]) -> list[bool]:
    """Return of which subdistricts it may be told how many are within the limit."""
    if _any_small(np.sum(halves, axis=0) if halves else ()):
        return [False] * len(halves)
    return halves_in_sum([(within, without) for within, without in halves])


def _communities_said(halves: pd.DataFrame, said: Mapping[str, bool]) -> frozenset[str]:
    """Return the communities, of subdistricts of which it may be told, of which it may be told too."""
    told_of: list[str] = []
    for code, rows in halves.groupby("subdistrict_code", sort=True):
        if said[str(code)]:
            pairs = [(w, o) for w, o in rows[HALVES].to_numpy().tolist()]
            told_of += rows["community_code"].astype(str)[halves_in_sum(pairs)].tolist()
    return frozenset(told_of)


def minutes_said(beside: Sequence[ServiceAccess], said: Sequence[bool]) -> tuple[int, ...]:
    """Return the minutes within which it may be told how many reach a facility.

    Between two of them, and to the limit where those within it are told, no or at least `FEW` children are added in any part.
    """
    steps = np.arange(CURVE_MIN + 1, dtype=float)
    if not beside:
        return tuple(range(CURVE_MIN + 1))
    limit_min, at_limit = beside[0].limit_min, np.array(said, dtype=bool)
    edge = np.array([one.reached([limit_min])[0] for one in beside])
    total = np.array([one.homes["children"].sum() for one in beside], dtype=float)
    kept, before, passed = [], np.zeros(len(beside)), False
    for minute, now in zip(steps, np.column_stack([one.reached(steps) for one in beside]).reshape(len(steps), -1), strict=True):
        if minute > limit_min + 1e-9 and not passed:
            before, passed = np.where(at_limit, np.maximum(before, edge), before), True
        end = np.where(at_limit, edge, total) if minute <= limit_min + 1e-9 else total
        if not _any_small(np.concatenate([now - before, end - now, total - now])):
            kept.append(int(minute))
            before = now
    return tuple(kept)
