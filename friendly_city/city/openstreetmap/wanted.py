"""What a city folder is to be made with from an extract of OpenStreetMap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from friendly_city.city.settings import is_metric
from friendly_city.errors import InvalidParameters, shorten

CELL_M = 500.0
"""Side of a cell where communities are a grid; ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a city folder is made with.

    Attributes
    ----------
    communities : Path or None
        A vector file with their polygons, or a city folder whose communities, boundaries, population and homes are kept. None:
        administrative areas of the extract, else a grid.
    cell_m : float
        Side of a cell of the grid, metres.
    kinds : Path or None
        One's own list of kinds.
    synthetic_children : int
        So many children are made and spread over residential buildings; 0: nobody is made.
    complete : bool
        Whether the map counts as all there is of streets and of the kinds that are looked for.
    crs : str
        To measure in; '' for the UTM zone.
    name : str
        Of the city; '' for the name of the file.
    date : str
        Day the extract is of, as YYYY-MM-DD; '' for its latest edit. Its year is the one that can be audited.
    """

    communities: Path | None = None
    cell_m: float = CELL_M
    kinds: Path | None = None
    synthetic_children: int = 0
    complete: bool = False
    crs: str = ""
    name: str = ""
    date: str = ""

    def __post_init__(self) -> None:
        """Refuse a day or a coordinate system that is none."""
        if self.crs and not is_metric(self.crs):
            raise InvalidParameters(f"{shorten(self.crs)} is no projected CRS in metres; expected a code such as EPSG:4547")
        if self.date:
            try:
                date.fromisoformat(self.date)
            except ValueError as err:
                raise InvalidParameters(f"{shorten(self.date)!r} is no day; expected YYYY-MM-DD") from err
