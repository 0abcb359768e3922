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
        Whole number from which everything made is drawn. The committed ``data/futian`` has 236.
    """
    from friendly_city.city.demo.make import write_city

    write_city(Path(folder), seed=seed)
