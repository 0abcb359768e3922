"""The question: who needs a service, where it could be, what is there already, and what a site costs.

Knows pairs of demand and site with their costs; knows no streets (`costs.costs_between` makes the pairs).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from friendly_city.access.costs import Pairs, within
from friendly_city.access.measures import nearest_of
from friendly_city.errors import InvalidParameters
from friendly_city.labels import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, kw_only=True)
class Service:
    """One service to be planned; made by `service`.

    Attributes
    ----------
    name : str
        What it is called in the plan.
    pairs : Pairs
        Costs of walking from demand (origin) to sites (destination), metres; what is not there cannot be reached.
    demand : array (origins,)
        Children at each origin.
    sites : tuple of str
        Names of the sites, in the order of `pairs.destination`.
    kept : array (sites,) of bool
        Sites that are there already and stay.
    price : array (sites,)
        What opening a site takes from the budget; 0 for those kept.
    capacity : array (sites,) or None
        Children a site has room for; None when that does not matter.
    limit_m : float
        A child within this many metres of a site is served.
    beyond_m : float
        What a child is counted to walk that has no site nearer than this, for the least mean cost.
    importance : float
        Weight of a child of this service against one of another.
    community : array (origins,) of int
        Number of the community of each origin.
    communities : tuple of str
        Codes or names of the communities.
    title : Text
        What sentences call the service.
    names : tuple of Text
        What sentences call the communities.
    """

    name: str
    pairs: Pairs
    demand: Floats
    sites: tuple[str, ...]
    kept: Flags
    price: Floats
    capacity: Floats | None
    limit_m: float
    beyond_m: float
    importance: float
    community: Integers
    communities: tuple[str, ...]
    title: Text
    names: tuple[Text, ...]

    def nearest_m(self, sites: Flags) -> Floats:
        """Return the metres from each origin to the nearest of some sites, inf when none is within reach."""
        chosen = sites[self.pairs.destination]
        return nearest_of(self._some(chosen), origins=len(self.demand))

    def within_limit(self) -> Pairs:
        """Return the pairs within `limit_m`."""
        return self._some(within(self.pairs.cost_m, self.limit_m))

    def _some(self, chosen: Flags) -> Pairs:
        pairs = self.pairs
        return Pairs(origin=pairs.origin[chosen], destination=pairs.destination[chosen], cost_m=pairs.cost_m[chosen])


def service(  # noqa: PLR0913 - what makes up the question
    name: str,
    pairs: Pairs,
    *,
    demand: Any,
    sites: Sequence[str],
    limit_m: float,
    beyond_m: float | None = None,
    kept: Any = False,
    price: Any = 1.0,
    capacity: Any = None,
    importance: float = 1.0,
    community: Any = None,
    communities: Sequence[str] = ("",),
    title: Text | None = None,
    names: Sequence[Text] | None = None,
) -> Service:
    """Return a service to be planned, or refuse what does not hang together.

    Parameters are those of `Service`. Without `kept` nothing is there yet; without `price` each site takes 1, so that the
    budget is a number of sites; without `beyond_m` it is the greatest cost of any pair, and at least the limit; without
    `title` or `names` sentences call the service and its communities as the plan does.

    Raises
    ------
    InvalidParameters
        When a length is wrong, a number is negative or not a number, or a pair names a site or an origin there is not.

    Examples
    --------
    >>> pairs = Pairs(origin=np.array([0, 1]), destination=np.array([0, 1]), cost_m=np.array([120.0, 300.0]))
    >>> base = service("base", pairs, demand=[40, 10], sites=["park", "school"], limit_m=250)
    >>> base.beyond_m, base.price.tolist()
    (300.0, [1.0, 1.0])
    """
    people = np.asarray(demand, dtype=float)
    stays = _spread(kept, len(sites), "kept").astype(bool)
    costs = np.where(stays, 0.0, _spread(price, len(sites), "price"))
    room = None if capacity is None else _spread(capacity, len(sites), "capacity")
    place = np.zeros(len(people), np.intp) if community is None else np.asarray(community, dtype=np.intp)
    far_m = max(limit_m, pairs.cost_m.max(initial=0.0)) if beyond_m is None else beyond_m
    made = Service(
        name=name, pairs=pairs, demand=people, sites=tuple(sites), kept=stays, price=costs, capacity=room, limit_m=limit_m,
        beyond_m=float(far_m), importance=importance, community=place, communities=tuple(communities),
        title=title or Text(name, name),
        names=tuple(Text(code, code) for code in communities) if names is None else tuple(names),
    )  # fmt: skip
    _require(made)
    return made


def _spread(given: Any, size: int, name: str) -> NDArray[Any]:
    """Return one number for each site, or refuse another count."""
    values = np.asarray(given)
    if values.ndim and len(values) != size:
        raise InvalidParameters(f"{name} must be one number or one for each of the {size} sites; got {len(values)}")
    return np.broadcast_to(values.astype(float), size)


def _require(made: Service) -> None:
    """Refuse a service that does not hang together."""
    numbers = {"demand": made.demand, "price": made.price, "cost": made.pairs.cost_m}
    if made.capacity is not None:
        numbers["capacity"] = made.capacity
    for name, values in numbers.items():
        if len(values) and not (values.min() >= 0 and values.max() < np.inf):
            raise InvalidParameters(f"{made.name}: {name} must be numbers from 0 on; got {values.min():g} to {values.max():g}")
    for name, number in (("limit_m", made.limit_m), ("beyond_m", made.beyond_m), ("importance", made.importance)):
        if not 0 <= number < np.inf:
            raise InvalidParameters(f"{made.name}: {name} must be a number from 0 on; got {number}")
    for name, index, size in (
        ("origin", made.pairs.origin, len(made.demand)),
        ("destination", made.pairs.destination, len(made.sites)),
        ("community", made.community, len(made.communities)),
    ):
        if len(index) and not (index.min() >= 0 and index.max() < size):
            raise InvalidParameters(f"{made.name}: {name} must be numbers from 0 to {size - 1}; got {index.max()}")
    if len(made.names) != len(made.communities):
        raise InvalidParameters(f"{made.name}: {len(made.communities)} communities but {len(made.names)} names of communities")
    if len(made.community) != len(made.demand):
        raise InvalidParameters(f"{made.name}: {len(made.demand)} origins but {len(made.community)} communities of origins")
