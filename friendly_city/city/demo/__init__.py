"""The demonstration city: Futian with real names, codes and totals, and made geometry and distribution.

``make_demo(folder)`` writes it; the same seed gives the same bytes everywhere.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["make_demo", "make_nation"]


def make_demo(folder: str | Path, *, seed: int = 236) -> None:
    """Write the demonstration city to a folder, with ``datapackage.json``.

    Parameters
    ----------
    folder : str or Path
        Made if missing; files of the same names are replaced.
    seed : int
        Whole number, 0 or more, from which everything made is drawn. The committed ``data/futian`` has 236.

    Raises
    ------
    InvalidParameters
        When the folder is a file, or the seed is below 0.
    """
    from friendly_city.city.demo.make import write_city

    _require(folder, seed)
    write_city(Path(folder), seed=seed)


def make_nation(folder: str | Path, *, cities: int, seed: int = 236) -> None:
    """Write a folder of made cities for measuring, each like the demonstration city with codes and names of its own.

    Parameters
    ----------
    folder : str or Path
        Made if missing; each city has a folder in it, with registers as Parquet and layers as GeoParquet.
    cities : int
        How many, 92 communities each.
    seed : int
        As in `make_demo`.

    Raises
    ------
    InvalidParameters
        As in `make_demo`, and when there are to be none, or more than there are codes for.
    """
    from friendly_city.city.demo.nation import MOST, write_nation
    from friendly_city.errors import InvalidParameters

    _require(folder, seed)
    if not 1 <= cities <= MOST:
        raise InvalidParameters(f"cities must be 1 to {MOST:,}, not {cities}")
    write_nation(Path(folder), cities=cities, seed=seed)


def _require(folder: str | Path, seed: int) -> None:
    from friendly_city.errors import InvalidParameters

    if Path(folder).exists() and not Path(folder).is_dir():
        raise InvalidParameters(f"{folder} is a file; name a folder to write the city to")
    if seed < 0:
        raise InvalidParameters(f"seed must be 0 or more, not {seed}")
