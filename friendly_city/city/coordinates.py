"""Coordinate systems in which data come, and the way from each to WGS 84.

GCJ-02 is what maps in China must show: WGS 84 shifted by some hundred metres, differently from place to place; BD-09 is Baidu's
shift on top of it. Neither has a published inverse: it is found by iteration, to less than a millimetre. Outside of the box
`CHINA` both are WGS 84. CGCS2000 is taken as WGS 84, as EPSG and PROJ take it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from friendly_city.city.dictionary import Layer, Register

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Shift = Callable[[Floats, Floats], tuple[Floats, Floats]]

Item = TypeVar("Item", Register, Layer)

CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""Box (west, south, east, north) in which the shifts are applied, as everyone who implements them has it."""
AXIS_M = 6_378_245.0
"""Semi-major axis of Krasovsky's ellipsoid of 1940, which GCJ-02 reckons with."""
ECCENTRICITY_2 = 0.006_693_421_622_965_943
"""Square of its eccentricity."""
BAIDU = np.pi * 3000 / 180
ROUNDS = 30
"""Rounds of the iteration at most; each leaves about a hundredth of the error."""
STILL = 1e-11
"""Degrees of movement at which the iteration ends, about a micrometre."""
METRES_PER_DEGREE = 111_195.0
"""Of a great circle on a sphere of 6,371 km; for lengths that are told, not reckoned with."""
NAMES = {"wgs84": "WGS 84", "cgcs2000": "CGCS2000", "gcj02": "GCJ-02", "bd09": "BD-09"}
"""Systems in degrees, as written in ``city.yaml`` and as said."""
PROJECTED = r"EPSG:[0-9]{4,6}"


def gcj02_of(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Return GCJ-02 coordinates of places given in WGS 84 (degrees).

    Examples
    --------
    >>> [part.round(5).tolist() for part in gcj02_of(np.array([114.05, 0.0]), np.array([22.53, 51.5]))]
    [[114.0551, 0.0], [22.52727, 51.5]]
    """
    east, north = longitude - 105, latitude - 35
    root = np.sqrt(np.abs(east))
    ripple = 20 * np.sin(6 * np.pi * east) + 20 * np.sin(2 * np.pi * east)
    up = -100 + 2 * east + 3 * north + 0.2 * north**2 + 0.1 * east * north + 0.2 * root + 2 / 3 * ripple
    up += 2 / 3 * (_waves(north, 20, 1, 40, 3) + _waves(north, 160, 12, 320, 30))
    right = 300 + east + 2 * north + 0.1 * east**2 + 0.1 * east * north + 0.1 * root + 2 / 3 * ripple
    right += 2 / 3 * (_waves(east, 20, 1, 40, 3) + _waves(east, 150, 12, 300, 30))
    angle = np.radians(latitude)
    flat = 1 - ECCENTRICITY_2 * np.sin(angle) ** 2
    meridian = AXIS_M * (1 - ECCENTRICITY_2) / flat**1.5
    parallel = AXIS_M / np.sqrt(flat) * np.cos(angle)
    inside = in_china(longitude, latitude)
    return (
        np.where(inside, longitude + np.degrees(right / np.where(inside, parallel, 1)), longitude),
        np.where(inside, latitude + np.degrees(up / meridian), latitude),
    )


def _waves(x: Floats, one: float, one_length: float, other: float, other_length: float) -> Floats:
    waves: Floats = one * np.sin(np.pi / one_length * x) + other * np.sin(np.pi / other_length * x)
    return waves


def bd09_of(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Return BD-09 coordinates of places given in WGS 84 (degrees).

    Examples
    --------
    >>> [part.round(5).tolist() for part in bd09_of(np.array([114.05, 0.0]), np.array([22.53, 51.5]))]
    [[114.06165, 0.0], [22.53293, 51.5]]
    """
    x, y = gcj02_of(longitude, latitude)
    length = np.hypot(x, y) + 2e-5 * np.sin(BAIDU * y)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(BAIDU * x)
    inside = in_china(longitude, latitude)
    return (
        np.where(inside, length * np.cos(angle) + 0.0065, longitude),
        np.where(inside, length * np.sin(angle) + 0.006, latitude),
    )


def in_china(longitude: Floats, latitude: Floats) -> NDArray[np.bool_]:
    """Return which places lie in the box in which the shifts are applied."""
    west, south, east, north = CHINA
    return np.asarray((longitude >= west) & (longitude <= east) & (latitude >= south) & (latitude <= north))


def _undone(shift: Shift, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Return the places that a shift moves to the given ones."""
    x, y = longitude, latitude
    inside = in_china(longitude, latitude)
    for _ in range(ROUNDS):
        east, north = shift(x, y)
        off = np.where(inside, longitude - east, 0.0), np.where(inside, latitude - north, 0.0)
        x, y = x + off[0], y + off[1]
        if not max(np.nanmax(np.abs(part), initial=0.0) for part in off) > STILL:
            break
    return x, y


SHIFTS: dict[str, Shift] = {"gcj02": gcj02_of, "bd09": bd09_of}
"""Way from WGS 84 into each shifted system."""


@dataclass(frozen=True, slots=True, eq=False)
class Converted:
    """Places brought to WGS 84.

    Attributes
    ----------
    longitude, latitude : array
        Degrees in WGS 84; NaN where the way there is not defined.
    error_m : float
        Most metres by which the way back misses what was given; NaN when there was nothing.
    """

    longitude: Floats
    latitude: Floats
    error_m: float


def converted(longitude: Floats, latitude: Floats, system: str) -> Converted:
    """Return places in WGS 84.

    Parameters
    ----------
    longitude, latitude : array, shape (n,)
        In `system`: degrees, or metres east and north when it is projected.
    system : str
        A key of `NAMES`, or a code such as ``EPSG:4547``.

    Examples
    --------
    >>> found = converted(np.array([114.0551026]), np.array([22.5272669]), "gcj02")
    >>> found.longitude.round(5).tolist(), found.latitude.round(5).tolist(), found.error_m < 0.001
    ([114.05], [22.53], True)
    """
    if system in ("wgs84", "cgcs2000"):
        return Converted(longitude, latitude, 0.0 if len(longitude) else float("nan"))
    if system in SHIFTS:
        x, y = _undone(SHIFTS[system], longitude, latitude)
        back = given_in(x, y, system)
        return Converted(x, y, _most(_metres(back[0] - longitude, back[1] - latitude, latitude)))
    x, y = _transformer(system, forth=True).transform(longitude, latitude)
    back = given_in(x, y, system)
    known = np.isfinite(x) & np.isfinite(y)
    missed = np.where(known, np.hypot(back[0] - longitude, back[1] - latitude), np.nan)
    return Converted(np.where(known, x, np.nan), np.where(known, y, np.nan), _most(missed))


def given_in(longitude: Floats, latitude: Floats, system: str) -> tuple[Floats, Floats]:
    """Return places of WGS 84 as a file in another system has them: degrees, or metres east and north when it is projected.

    Examples
    --------
    >>> [part.round(5).tolist() for part in given_in(np.array([114.05]), np.array([22.53]), "gcj02")]
    [[114.0551], [22.52727]]
    """
    if system in ("wgs84", "cgcs2000"):
        return longitude, latitude
    if system in SHIFTS:
        return SHIFTS[system](longitude, latitude)
    x, y = _transformer(system, forth=False).transform(longitude, latitude)
    return x, y


def _most(metres: Floats) -> float:
    known = metres[np.isfinite(metres)]
    return float(known.max()) if len(known) else float("nan")


def _metres(east: Floats, north: Floats, latitude: Floats) -> Floats:
    """Return the length of small differences in degrees."""
    return np.asarray(METRES_PER_DEGREE * np.hypot(east * np.cos(np.radians(latitude)), north))


def _transformer(system: str, *, forth: bool) -> Any:
    import pyproj

    ends = (system, "EPSG:4326") if forth else ("EPSG:4326", system)
    return pyproj.Transformer.from_crs(*ends, always_xy=True)


def moved(longitude: Floats, latitude: Floats, to: tuple[Floats, Floats]) -> tuple[float, float]:
    """Return the median way from some places to others in metres east and north (degrees in, NaN where nothing is known)."""
    stretch = np.cos(np.radians(latitude))
    way = METRES_PER_DEGREE * np.array([(to[0] - longitude) * stretch, to[1] - latitude])
    known = np.isfinite(way).all(axis=0)
    east, north = np.median(way[:, known], axis=1) if known.any() else (np.nan, np.nan)
    return float(east), float(north)


def is_projected(system: str) -> bool:
    """Return whether a system is one in metres (a code, not a name)."""
    return re.fullmatch(PROJECTED, system) is not None


def as_said(system: str) -> str:
    """Return the name of a system as people say it.

    Examples
    --------
    >>> as_said("gcj02"), as_said("EPSG:4547")
    ('GCJ-02', 'EPSG:4547')
    """
    return NAMES.get(system, system)


def admitting(item: Item, system: str) -> Item:
    """Return what the dictionary says of a register or layer, so that a file with coordinates in `system` is taken."""
    if isinstance(item, Layer):
        return replace(item, system=system)
    if not is_projected(system):
        return item
    places = ("longitude", "latitude")
    fields = tuple(replace(f, minimum=None, maximum=None) if f.name in places else f for f in item.fields)
    return replace(item, fields=fields)
