"""The demonstration city: Futian with real names, codes and totals, and made geometry and distribution.

``make_demo(folder)`` writes it; the same seed gives the same bytes everywhere.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["make_demo"]


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
    from friendly_city.errors import InvalidParameters

    if Path(folder).exists() and not Path(folder).is_dir():
        raise InvalidParameters(f"{folder} is a file; name a folder to write the city to")
    if seed < 0:
        raise InvalidParameters(f"seed must be 0 or more, not {seed}")
    from friendly_city.city.demo.make import write_city

    write_city(Path(folder), seed=seed)
