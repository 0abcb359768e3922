"""How evenly access is spread: among all children, and between the best- and the worst-served community.

The indices are for amounts of a good of which more is better and 0 is none (places per child, facilities in reach, a
share), each counted for `weight` children. A cost is no such good, least of all where it is without end: turn it into one
first (`decay`, `measures.share_within`), or compare communities by `gap`, which takes costs as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from friendly_city.access.impedance import Limit, walking_speed
from friendly_city.errors import InvalidParameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]

BEST_SHARE, WORST_SHARE = 0.1, 0.4
"""Parts of the children compared by the Palma ratio: the best-served tenth and the worst-served four tenths."""


def gini(amount: Floats, weight: Floats) -> float:
    """Return the Gini coefficient of an amount over weighted children: 0 when all have the same, near 1 when one has all.

    Parameters
    ----------
    amount : array (origins,)
        What each child at an origin has, from 0 on.
    weight : array (origins,)
        Children at each origin.

    Returns
    -------
    float
        0–1; NaN when nobody has anything, or there is nobody.

    Raises
    ------
    InvalidParameters
        When an amount or a weight is negative, infinite or not a number.

    References
    ----------
    It is the concentration index ranked by the amount itself: Kakwani, N., Wagstaff, A. and van Doorslaer, E. (1997),
    doi 10.1016/S0304-4076(96)01807-6.

    Examples
    --------
    >>> round(gini(np.array([1.0, 3.0]), np.array([1.0, 1.0])), 12)
    0.25
    """
    return concentration_index(amount, weight, rank_by=amount)


def concentration_index(amount: Floats, weight: Floats, *, rank_by: Floats) -> float:
    """Return how far an amount is concentrated among those high in another ranking.

    Parameters
    ----------
    amount : array (origins,)
        What each child at an origin has, from 0 on.
    weight : array (origins,)
        Children at each origin.
    rank_by : array (origins,)
        By what children are ranked, from low to high, e.g. income or the share of children of migrant families; children of
        the same rank share the middle rank.

    Returns
    -------
    float
        -1 to 1: above 0 when those of high rank have more, below 0 when those of low rank have. NaN when nobody has anything.

    Raises
    ------
    InvalidParameters
        As `gini`; also when a rank is not a number.

    References
    ----------
    Wagstaff, A., Paci, P. and van Doorslaer, E. (1991), On the measurement of inequalities in health,
    doi 10.1016/0277-9536(91)90212-U. Kakwani, N., Wagstaff, A. and van Doorslaer, E. (1997), Socioeconomic inequalities in
    health: measurement, computation, and statistical inference, doi 10.1016/S0304-4076(96)01807-6.

    Examples
    --------
    >>> round(concentration_index(np.array([1.0, 3.0]), np.array([1.0, 1.0]), rank_by=np.array([9.0, 2.0])), 12)
    -0.25
    """
    _check(amount, weight)
    if np.isnan(rank_by).any():
        raise InvalidParameters("every origin must have a rank; some are not numbers")
    people, total = weight.sum(), float((amount * weight).sum())
    if not people > 0 or not total > 0:
        return float("nan")
    levels, level = np.unique(rank_by, return_inverse=True)
    at_level = np.bincount(level, weight, len(levels))
    middle = ((np.cumsum(at_level) - at_level / 2) / people)[level]
    return float(2 * (amount * weight * middle).sum() / total - 1)


def palma_ratio(amount: Floats, weight: Floats) -> float:
    """Return what the best-served tenth of children have together, for each unit the worst-served four tenths have.

    It is 0.25 when all have the same. An origin that lies across a cut counts with the part of its children on each side.

    Returns
    -------
    float
        inf when the worst-served four tenths have nothing; NaN when nobody has anything, or there is nobody.

    Raises
    ------
    InvalidParameters
        As `gini`.

    References
    ----------
    Palma, J. G. (2011), Homogeneous middles vs. heterogeneous tails, and the end of the 'inverted-U',
    doi 10.1111/j.1467-7660.2011.01694.x.

    Examples
    --------
    >>> round(palma_ratio(np.array([1.0, 1.0, 4.0]), np.array([4.0, 5.0, 1.0])), 12)
    1.0
    """
    _check(amount, weight)
    order = np.argsort(amount, kind="stable")
    people = np.concatenate([[0.0], np.cumsum(weight[order])])
    held = np.concatenate([[0.0], np.cumsum((amount * weight)[order])])
    if not held[-1] > 0:
        return float("nan")
    worst, below_best = np.interp([WORST_SHARE * people[-1], (1 - BEST_SHARE) * people[-1]], people, held)
    return float((held[-1] - below_best) / worst) if worst > 0 else float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The best- and the worst-served community and what lies between them.

    Attributes
    ----------
    best, worst : str
        Names of the communities; of several alike the first.
    best_value, worst_value : float
        What they have.
    """

    best: str
    worst: str
    best_value: float
    worst_value: float

    @property
    def difference(self) -> float:
        """Return how far apart the two are, from 0 on; inf when the worst is without end, 0 when both are."""
        return 0.0 if self.best_value == self.worst_value else abs(self.best_value - self.worst_value)

    @property
    def ratio(self) -> float:
        """Return how many times the smaller is in the larger, from 1 on; inf when only the smaller is 0."""
        low, high = sorted((self.best_value, self.worst_value))
        if low == high:
            return 1.0
        return high / low if low > 0 else float("inf")


def gap(value: pd.Series[float], *, better: Literal["higher", "lower"]) -> Gap:
    """Return the best- and the worst-served community.

    Parameters
    ----------
    value : Series
        One value for each community, by its code, from 0 on; a community without one (NaN: no child) is left out.
    better : str
        ``higher`` for shares and supply, ``lower`` for costs.

    Raises
    ------
    InvalidParameters
        When no community has a value, one is negative, or `better` is another word.

    Examples
    --------
    >>> found = gap(pd.Series({"a": 0.9, "b": 0.3, "c": float("nan")}), better="higher")
    >>> found.best, found.worst, round(found.difference, 12), round(found.ratio, 12)
    ('a', 'b', 0.6, 3.0)
    """
    if better not in ("higher", "lower"):
        raise InvalidParameters(f"better must be one of 'higher' or 'lower'; not {better!r}")
    known = value.dropna()
    if known.empty or (known < 0).any():
        raise InvalidParameters("a gap needs a value from 0 on of at least one community")
    ends = (str(known.idxmax()), str(known.idxmin()))
    best, worst = ends if better == "higher" else ends[::-1]
    return Gap(best=best, worst=worst, best_value=float(known[best]), worst_value=float(known[worst]))


def left_out(cost_m: Floats, limit: Limit, *, children: Mapping[str, Floats], community: pd.Series[str]) -> pd.DataFrame:
    """Return who lacks access, by community and age band.

    Parameters
    ----------
    cost_m : array (homes,)
        Metres on foot from each home to the nearest facility, inf where there is no way.
    limit : Limit
        How far or how long at most; minutes are walked at the speed of each band.
    children : mapping of str to array (homes,)
        Children of each band at each home. A key may say more than the band, e.g. ``6-12 girls``: its first word is the band.
    community : Series (homes,)
        Code of each home's community.

    Returns
    -------
    DataFrame
        Sorted by community, then in the order of `children`: ``community_code``, ``band``, ``children_persons``,
        ``within_persons``, ``beyond_persons`` (a way, but too long), ``no_way_persons``, ``share_within`` (0–1, NaN without
        children). Small counts are not hidden here: that is the edition's business.

    Raises
    ------
    UnknownName
        When a key does not begin with an age band.

    Examples
    --------
    >>> homes = pd.Series(["a", "a", "b"])
    >>> children = {"6-12": np.array([10.0, 5.0, 4.0])}
    >>> table = left_out(np.array([300.0, 900.0, np.inf]), Limit(500, "m"), children=children, community=homes)
    >>> table[["community_code", "within_persons", "beyond_persons", "no_way_persons"]].values.tolist()
    [['a', 10.0, 5.0, 0.0], ['b', 0.0, 0.0, 4.0]]
    """
    place, codes = pd.factorize(community, sort=True)
    parts = []
    for order, (key, persons) in enumerate(children.items()):
        band = key.split()[0]
        walking_speed(band)
        inside = Limit(limit.metres(band), "m").holds(cost_m, unit="m")
        where = {"children": np.full(inside.shape, 1.0), "within": inside, "beyond": ~inside & np.isfinite(cost_m)}
        where["no_way"] = np.isinf(cost_m) & ~inside
        counts = {f"{name}_persons": np.bincount(place, persons * mask, len(codes)) for name, mask in where.items()}
        parts.append(pd.DataFrame({"community_code": codes, "order": order, "band": key, **counts}))
    table = pd.concat(parts).sort_values(["community_code", "order"], kind="stable", ignore_index=True).drop(columns="order")
    known = table["children_persons"].where(table["children_persons"] > 0)
    return table.assign(share_within=table["within_persons"] / known)


def _check(amount: Floats, weight: Floats) -> None:
    """Refuse amounts and weights that cannot be shared."""
    for name, values in (("amounts", amount), ("weights", weight)):
        if len(values) and not (values.min() >= 0 and values.max() < np.inf):
            what = f"{name} must be numbers from 0 on; got {values.min():g} to {values.max():g}"
            hint = " (a cost without end is no amount: use the share within a limit, or `gap`)" if values.max() == np.inf else ""
            raise InvalidParameters(what + hint)
