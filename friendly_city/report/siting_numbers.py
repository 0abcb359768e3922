"""What may be said of a plan's children: no count from 1 to 4 follows from the numbers and shares on its page.

All children are those served before, those newly served, and those left without; each share is such a number divided by all.
So a share is printed only where it follows from numbers that are printed, and numbers follow the rule of `suppression`.
Sites are ranked by what they add, so that each number tells how large the next can be: where one of them is small, none is
printed (a test tries all small plans and replays the rule).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from friendly_city.access.siting.result import by_community
from friendly_city.access.siting.words import reachable
from friendly_city.audit.model import records
from friendly_city.errors import UnknownName
from friendly_city.labels import keys
from friendly_city.report.published import told_together
from friendly_city.report.suppression import FEW, State, is_few, states_in_sum

if TYPE_CHECKING:
    from friendly_city.audit.siting import CityPlan

WITHHELD: State = "withheld"
SAME = 1e-9
"""Difference of shares that is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStates:
    """What may be said of the children of a plan.

    Attributes
    ----------
    before, added, without : State
        Of the children served without the plan, newly served by all of it, and served by neither.
    sites : tuple of State
        Of the children newly served by each site, in the order of the plan.
    shares : tuple of bool
        Whether the share of children served may be printed: without any site, with the first, with two …
    gains : dict of (int, str) to State
        Of the children newly served by the site of a rank in a community, by its code.
    limits : bool
        Whether the notes of the plan may be printed as they are: they count whom no site reaches, and who is left.
    worst : bool
        Whether the share of the worst-served community (`Plan.value` of ``fairest``) may be printed.
    """

    before: State
    added: State
    without: State
    sites: tuple[State, ...]
    shares: tuple[bool, ...]
    gains: dict[tuple[int, str], State]
    limits: bool
    worst: bool

    @property
    def all_shown(self) -> bool:
        """Return whether nothing is hidden; only then may metres saved be printed: they tell of children and known ways."""
        return {self.before, self.added, self.without, *self.sites, *self.gains.values()} == {"shown"}


def plan_states(planned: CityPlan, *, edition: str) -> PlanStates:
    """Return what may be said of a plan's children in an edition.

    Raises
    ------
    UnknownName
        When there is no such edition.
    """
    require_edition(edition)
    before, sites, without = counts_of(planned)
    gains = {(int(row["rank"]), str(row["community"])): float(row["children_persons"]) for row in records(planned.plan.gains)}
    if edition != "public":
        every: State = "shown"
        return PlanStates(
            before=every, added=every, without=every, sites=(every,) * len(sites), shares=(True,) * (len(sites) + 1),
            gains=dict.fromkeys(gains, every), limits=True, worst=True,
        )  # fmt: skip
    whole, each, shares = states_of(before, sites, without)
    if not told_together(planned.city, planned.age_band, planned.asked_communities):  # shares of an unknown number may stand
        whole, each = [WITHHELD] * 3, (WITHHELD,) * len(sites)
    return PlanStates(
        before=whole[2], added=whole[0], without=whole[1], sites=each, shares=shares, gains=_of_communities(gains, each),
        limits=whole[1] == "shown" and _tells_all(planned), worst=_worst(planned),
    )  # fmt: skip


def states_of(before: float, sites: Sequence[float], without: float) -> tuple[list[State], tuple[State, ...], tuple[bool, ...]]:
    """Return what may be said of children whose whole number is known.

    Parameters
    ----------
    before : float
        Served without the plan.
    sites : sequence of float
        Newly served by each site, in the order of the plan.
    without : float
        Served by none.

    Returns
    -------
    states of all newly served, of those without, of those before; state of each site; whether each share may be printed

    Examples
    --------
    >>> states_of(800, [90, 40], 70)
    (['shown', 'shown', 'shown'], ('shown', 'shown'), (True, True, True))
    >>> states_of(800, [90, 40, 2], 70)[1:]
    (('withheld', 'withheld', 'withheld'), (True, False, False, True))
    >>> states_of(800, [90, 40], 2)
    (['withheld', 'few', 'shown'], ('withheld', 'withheld'), (True, False, False))
    """
    secret = any(map(is_few, sites))  # then no site's number: ranked, each tells how large the next can be
    together, room = sum(sites), (FEW - 1) * len(sites) + FEW
    if len(sites) > 1 and secret and together < room:  # nor their sum, where it alone would tell
        told = before >= FEW and together + without >= room + FEW
        whole: list[State] = [WITHHELD, WITHHELD, "shown" if told else WITHHELD]
    else:
        whole = states_in_sum([together, without, before])
    state: State = WITHHELD if secret or whole[0] != "shown" else "shown"
    each: tuple[State, ...] = (state if len(sites) > 1 else whole[0],) * len(sites)
    return whole, each, _shares(each, whole)


def require_edition(edition: str) -> None:
    """Raise unless there is such an edition: a misspelt one must not publish what is internal."""
    if edition not in keys("edition"):
        raise UnknownName("edition", edition, keys("edition"))


def counts_of(planned: CityPlan) -> tuple[float, list[float], float]:
    """Return the children served before, newly served by each site, and served by none."""
    served = [float(now[0].served.sum()) for now in planned.plan.standings]
    return served[0], np.diff(served).tolist(), float(planned.children.sum()) - served[-1]


def _shares(sites: tuple[State, ...], whole: list[State]) -> tuple[bool, ...]:
    """Return which shares follow from printed numbers, added up from the first site on or taken off from the last on."""
    added, without, before = (state == "shown" for state in whole)
    shown, ranks = [state == "shown" for state in sites], range(len(sites) + 1)
    if not added:
        return tuple((before and rank == 0) or (without and rank == len(sites)) for rank in ranks)
    return tuple((before and all(shown[:rank])) or (without and all(shown[rank:])) for rank in ranks)


def _of_communities(gains: dict[tuple[int, str], float], sites: tuple[State, ...]) -> dict[tuple[int, str], State]:
    """Return what may be said of each community's part in what a site adds; nothing where the site's own is not printed."""
    found: dict[tuple[int, str], State] = {}
    for rank, state in enumerate(sites, start=1):
        own = {key: count for key, count in gains.items() if key[0] == rank}
        states: list[State] = states_in_sum([*own.values()]) if state == "shown" else [WITHHELD] * len(own)
        found |= dict(zip(own, states, strict=True))
    return found


def _tells_all(planned: CityPlan) -> bool:
    """Return whether no community has few children beyond reach, and those left within reach are not few."""
    one = planned.plan.services[0]
    beyond = by_community(one, one.demand - reachable(one))
    left = float((reachable(one) - planned.plan.standings[-1][0].served).sum())
    return not any(map(is_few, [*beyond, beyond.sum(), left]))


def _worst(planned: CityPlan) -> bool:
    """Return whether no community with the share of the worst-served has few children served, or few not."""
    table = planned.plan.communities
    share, people = table["share_after"].to_numpy(), table["children_persons"].to_numpy()
    here = np.abs(share - planned.plan.value) < SAME
    return not any(map(is_few, [*(share * people)[here], *((1 - share) * people)[here]]))
