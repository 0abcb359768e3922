"""Walking from the homes of a city to facilities: thin words over `costs` and `catchment`.

Facilities count wherever they lie: community boundaries stop nobody. A home or facility farther than
`snapping.SNAP_LIMIT_M` from every street cannot be reached (`unreachable` says which and why). A facility with entrances is
reached at any of them and nowhere else (`entrances`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from friendly_city.access.catchment import catchment
from friendly_city.access.costs import costs_between, nearest_costs
from friendly_city.access.entrances import doors
from friendly_city.access.network import once_per_city, street_network
from friendly_city.access.snapping import Snap, snap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.access.network import StreetNetwork
    from friendly_city.city.model import City

FAR_FROM_STREET = "far_from_street"
NO_FACILITY = "no_facility"
NO_WAY = "no_way"


def snapped(city: City, table: pd.DataFrame) -> Snap:
    """Return where the rows of a table with `x_m` and `y_m` (city CRS) meet the streets; facilities do at their entrances.

    Raises
    ------
    InvalidParameters
        When the table has no such columns.
    """
    there = doors(city, table)
    return there.entered(snap(street_network(city), there.xy, part=there.part))


@once_per_city
def snapped_homes(city: City) -> Snap:
    """Return where the homes of a city meet the streets, worked out once for each city object."""
    return snapped(city, city.register("homes"))


def homes_and_facilities(city: City, facilities: NDArray[np.intp]) -> tuple[StreetNetwork, Snap, Snap]:
    """Return the network, where every home meets it, and where some facilities do, given by their rows of the register."""
    return (
        street_network(city),
        snapped_homes(city),
        snapped(city, city.register("facilities")[["facility_id", "community_code", "x_m", "y_m"]].iloc[facilities]),
    )


def _by_home(city: City, values: object, name: str) -> pd.Series[float]:
    index = pd.Index(city.register("homes")["home_id"], name="home_id")
    return pd.Series(values, index=index, name=name)


def cost_to_nearest(city: City, facilities: pd.DataFrame) -> pd.Series[float]:
    """Return for each home the metres on foot to the nearest of some facilities.

    Parameters
    ----------
    city : City
        With the register homes.
    facilities : DataFrame
        Rows with `x_m` and `y_m`, e.g. of the register facilities, filtered; it may be empty.

    Returns
    -------
    Series
        ``cost_m`` in metres by ``home_id``, in the order of the register: straight to the street, along the streets,
        straight to the facility. inf when none can be reached; never NaN.

    Raises
    ------
    InvalidParameters
        When columns are missing or the streets are not in metres.
    """
    network = street_network(city)
    cost_m = nearest_costs(network, snapped_homes(city), destinations=snapped(city, facilities))
    return _by_home(city, cost_m, "cost_m")


def costs_within(city: City, facilities: pd.DataFrame, *, limit_m: float) -> pd.DataFrame:
    """Return every pair of home and facility within a limit.

    Parameters
    ----------
    city : City
        With the register homes.
    facilities : DataFrame
        Rows with `facility_id`, `x_m` and `y_m`.
    limit_m : float
        Greatest cost in metres, inclusive.

    Returns
    -------
    DataFrame
        ``home_id``, ``facility_id``, ``cost_m`` (metres on foot), in the order of homes, then of facilities.

    Raises
    ------
    InvalidParameters
        When the limit is negative or not a number, or columns are missing.
    """
    network = street_network(city)
    pairs = costs_between(network, snapped_homes(city), destinations=snapped(city, facilities), limit_m=limit_m)
    homes = city.register("homes")["home_id"].to_numpy()
    ids = facilities["facility_id"].to_numpy()
    return pd.DataFrame({"home_id": homes[pairs.origin], "facility_id": ids[pairs.destination], "cost_m": pairs.cost_m})


def edges_within(city: City, facilities: pd.DataFrame, *, limits_m: Sequence[float]) -> gpd.GeoDataFrame:
    """Return the street pieces from which a facility is reached within limits, cut where each limit ends.

    Parameters
    ----------
    city : City
        With streets.
    facilities : DataFrame
        Rows with `x_m` and `y_m`.
    limits_m : sequence of float
        Limits in metres, rising.

    Returns
    -------
    GeoDataFrame
        ``street_id``, ``limit_m`` (smallest limit within which the whole piece lies), ``cost_m`` (metres on foot from the
        middle of the piece), ``length_m``, ``geometry`` in the city's CRS. Pieces beyond the last limit are left out.

    Raises
    ------
    InvalidParameters
        When the limits do not rise or columns are missing.
    """
    network = street_network(city)
    pieces = catchment(network, snapped(city, facilities), limits_m=limits_m)
    street = city.streets["street_id"].to_numpy()[network.row[pieces.edge]]
    columns = {"street_id": street, "limit_m": pieces.limit_m, "cost_m": pieces.cost_m, "length_m": pieces.to_m - pieces.from_m}
    return gpd.GeoDataFrame(columns, geometry=pieces.lines, crs=city.streets.crs)


def unreachable(city: City, facilities: pd.DataFrame) -> pd.DataFrame:
    """Return the homes from which none of some facilities can be reached, and why.

    Returns
    -------
    DataFrame
        ``home_id``, ``community_code``, ``cause``: ``far_from_street`` (the home is farther than the snapping limit from
        every street), ``no_facility`` (no facility is on a street), ``no_way`` (the streets do not connect them).
    """
    cost_m = cost_to_nearest(city, facilities).to_numpy()
    homes = city.register("homes")
    anywhere = bool(snapped(city, facilities).near.any())
    cause = np.where(~snapped_homes(city).near, FAR_FROM_STREET, NO_WAY if anywhere else NO_FACILITY)
    table = homes[["home_id", "community_code"]].assign(cause=cause)
    return table[np.isinf(cost_m)].reset_index(drop=True)
