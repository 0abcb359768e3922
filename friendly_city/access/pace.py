"""Walking from the homes of a city at a child's pace: minutes by age band, along pavements and over crossings.

Centre-line metres are in `reach`; here a trunk road is crossed by the rules of `walking`, on the corners of `corners`.
Where a street has ``steps`` (true or false) or ``slope_percent``, a stroller takes no steps and slopes cost time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.access.corners import Corners, corners_of, on_pavements
from friendly_city.access.costs import Pairs, costs_between, nearest_costs
from friendly_city.access.crossings import cut_at_crossings, kinds_by_node, presumed_signals, trunk_crossings
from friendly_city.access.entrances import doors
from friendly_city.access.network import StreetNetwork, once_per_city, street_network
from friendly_city.access.snapping import Snap, snap
from friendly_city.access.walking import SIGNAL, Walker, crossing_kinds, major_classes, slope_factor, walker

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from friendly_city.city.model import City

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Pavements:
    """The streets of a city as one kind of walker meets them.

    Attributes
    ----------
    corners : Corners
        Pavements and corners; steps are left out where they cannot be taken.
    kinds : array (nodes, kinds) of bool
        Which kinds of crossing each node has.
    factor : array (edges,)
        By how much longer a metre takes on each edge, for its slope.
    homes : Snap
        Where every home meets a pavement.
    """

    corners: Corners
    kinds: NDArray[np.bool_]
    factor: Floats
    homes: Snap

    def network(self, who: Walker) -> StreetNetwork:
        """Return the network of an age band; costs are metres of walking, `Walker.speed` makes minutes of them."""
        return self.corners.network(who.link_m(self.kinds), factor=self.factor)


def pavements(city: City, *, takes_steps: bool = True, presumed: Collection[str] = ()) -> Pavements:
    """Return the pavements of a city for those who take steps or do not, built once for each city object.

    Without a register of crossings nothing is known of them: then no street counts as a trunk road. In the communities
    `presumed`, whose crossings are not completely reported, a signal is presumed at each junction of trunk roads without a
    known crossing (between junctions none is). Only that is worked out anew.
    """
    laid = _without_steps(city) if _has(city, "steps") and not takes_steps else _with_steps(city)
    return _with_presumed(city, laid, presumed) if presumed else laid


def _with_presumed(city: City, laid: Pavements, presumed: Collection[str]) -> Pavements:
    """Return pavements with the signals that may stand in some communities without having been reported."""
    streets, major = laid.corners.streets, laid.corners.major
    unreported = city.streets["community_code"].isin(list(presumed)).to_numpy()[streets.row]
    kinds = laid.kinds.copy()
    kinds[:, crossing_kinds().index(SIGNAL)] |= presumed_signals(streets, major, unreported) & ~kinds.any(axis=1)
    return replace(laid, kinds=kinds)


@once_per_city
def _with_steps(city: City) -> Pavements:
    return _laid(city, street_network(city))


@once_per_city
def _without_steps(city: City) -> Pavements:
    streets = street_network(city)
    steps = city.streets["steps"].fillna(False).to_numpy(dtype=bool)[streets.row]
    kept = {name: getattr(streets, name)[~steps] for name in ("tail", "head", "length_m", "lines", "row", "part")}
    return _laid(city, replace(streets, **kept))


def _has(city: City, column: str) -> bool:
    return column in city.streets.columns


def _laid(city: City, streets: StreetNetwork) -> Pavements:
    """Return the pavements along some streets of a city."""
    kinds = np.zeros((len(streets.xy), len(crossing_kinds())), bool)
    if "crossings" in city.registers and _has(city, "street_class"):
        crossings = trunk_crossings(city)
        streets = cut_at_crossings(streets, _major(city, streets), crossings)
        kinds = kinds_by_node(streets, crossings)
        corners = corners_of(streets, _major(city, streets))
    else:
        corners = corners_of(streets, np.zeros(len(streets.row), bool))
    factor = _factor(city, streets)
    homes = _met(city, corners, factor, city.register("homes"))
    return Pavements(corners=corners, kinds=kinds, factor=factor, homes=homes)


def _major(city: City, streets: StreetNetwork) -> NDArray[np.bool_]:
    """Return which edges are trunk roads."""
    return np.asarray(city.streets["street_class"].isin(major_classes()).to_numpy()[streets.row], dtype=bool)


def _factor(city: City, streets: StreetNetwork) -> Floats:
    """Return by how much longer a metre takes on each edge, 1 where no slope is known."""
    if not _has(city, "slope_percent"):
        return np.ones(len(streets.row))
    return slope_factor(city.streets["slope_percent"].to_numpy(dtype=float, na_value=np.nan)[streets.row])


def _met(city: City, corners: Corners, factor: Floats, table: pd.DataFrame) -> Snap:
    """Return where the rows of a table with `x_m` and `y_m` meet the pavements; facilities do at their entrances."""
    there = doors(city, table)
    met = on_pavements(corners, snap(corners.streets, there.xy, part=there.part), there.xy, factor=factor)
    return there.entered(met)


def walking_costs(city: City, band: str, sites: pd.DataFrame, *, presumed: Collection[str] = ()) -> pd.Series[float]:
    """Return for each home the minutes in which children of a band walk to the nearest of some sites.

    Parameters
    ----------
    city : City
        With the register homes; crossings are read where given.
    band : str
        Age band, see `walking.walker`.
    sites : DataFrame
        Rows with `x_m` and `y_m`, e.g. of the register facilities; it may be empty.
    presumed : collection of str
        Codes of communities whose crossings are not completely reported; minutes are then those with a signal at each of
        their junctions of trunk roads, see `pavements`.

    Returns
    -------
    Series
        ``minutes`` by ``home_id``, in the order of the register: straight to the street, along pavements and over
        crossings, straight to the site. inf when none can be reached; never NaN.

    Raises
    ------
    UnknownName
        When there is no such band.
    InvalidParameters
        When columns are missing or the streets are not in metres.
    """
    return walking_costs_by_band(city, [band], sites, presumed=presumed)[band].rename("minutes")


def walking_costs_by_band(
    city: City, bands: Sequence[str], sites: pd.DataFrame, *, presumed: Collection[str] = ()
) -> pd.DataFrame:
    """Return for each home the minutes in which children of each of some bands walk to the nearest of some sites.

    Parameters
    ----------
    city, sites, presumed : City, DataFrame and collection of str
        As for `walking_costs`, which tells what is raised too.
    bands : sequence of str
        Age bands, see `walking.walker`.

    Returns
    -------
    DataFrame (homes, bands)
        The columns are the bands, each as `walking_costs` returns it; where the sites lie is worked out once for all.
    """
    met = cache(lambda laid: _met(city, laid.corners, laid.factor, sites))
    minutes = {}
    for band in bands:
        who, laid, network = _walked(city, band, presumed)
        minutes[band] = nearest_costs(network, laid.homes, destinations=met(laid)) / who.speed.m_per_min
    return pd.DataFrame(minutes, index=pd.Index(city.register("homes")["home_id"], name="home_id"))


def walking_costs_within(city: City, band: str, sites: pd.DataFrame, *, limit_min: float) -> pd.DataFrame:
    """Return every pair of home and site within some minutes at the pace of a band.

    Parameters
    ----------
    city, band : City and str
        As for `walking_costs`.
    sites : DataFrame
        Rows with `facility_id`, `x_m` and `y_m`.
    limit_min : float
        Greatest cost in minutes, inclusive.

    Returns
    -------
    DataFrame
        ``home_id``, ``facility_id``, ``minutes``, in the order of homes, then of sites.
    """
    m_per_min = walker(band).speed.m_per_min
    pairs = walking_pairs(city, band, sites, limit_m=limit_min * m_per_min)
    homes, ids = city.register("homes")["home_id"].to_numpy(), sites["facility_id"].to_numpy()
    minutes = pairs.cost_m / m_per_min
    return pd.DataFrame({"home_id": homes[pairs.origin], "facility_id": ids[pairs.destination], "minutes": minutes})


def _walked(city: City, band: str, presumed: Collection[str] = ()) -> tuple[Walker, Pavements, StreetNetwork]:
    """Return how a band walks, on which pavements as they are known, and on which network."""
    who = walker(band)
    return who, pavements(city, takes_steps=who.takes_steps), _network(city, band, frozenset(presumed))


@once_per_city
def _network(city: City, band: str, presumed: frozenset[str]) -> StreetNetwork:
    who = walker(band)
    return pavements(city, takes_steps=who.takes_steps, presumed=presumed).network(who)


def walking_pairs(city: City, band: str, sites: pd.DataFrame, *, limit_m: float) -> Pairs:
    """Return every pair of home and site within some metres of walking at the pace of a band.

    Parameters
    ----------
    city, band : City and str
        As for `walking_costs`.
    sites : DataFrame
        Rows with `x_m` and `y_m`.
    limit_m : float
        Greatest cost in metres of walking, inclusive: minutes times the speed of the band, so that a wait at a crossing
        counts as the metres that could be walked in it.

    Returns
    -------
    Pairs
        Homes are the origins, sites the destinations, both by their place in their table.

    Raises
    ------
    UnknownName, InvalidParameters
        As for `walking_costs`; also when the limit is below 0.
    """
    _, laid, network = _walked(city, band)
    there = _met(city, laid.corners, laid.factor, sites)
    return costs_between(network, laid.homes, destinations=there, limit_m=limit_m)
