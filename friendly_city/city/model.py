"""A city: its registers, geometry and streets, checked and ready to be measured.

Knows how tables hang together; does not read files (`load`), nor judge (`audit`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.errors import UnknownName
from friendly_city.labels import Text

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

AGE_BANDS: dict[str, tuple[int, int]] = {"0-3": (0, 3), "3-6": (3, 6), "6-12": (6, 12), "12-18": (12, 18)}
"""Age bands of children: from, up to but without. ``children`` is their union, ``all`` every age."""

ADULT = 18
"""Age from which people are no children."""


def ages_of(band: str) -> tuple[int, int]:
    """Return the ages (from, below) of a band, of ``children`` or of ``all``.

    Examples
    --------
    >>> ages_of("children")
    (0, 18)
    """
    if band == "children":
        return (0, 18)
    if band == "all":
        return (0, 200)
    if band not in AGE_BANDS:
        raise UnknownName("age band", band, (*AGE_BANDS, "children", "all"))
    return AGE_BANDS[band]


OPENSTREETMAP = Text("© OpenStreetMap 贡献者，ODbL 1.0", "© OpenStreetMap contributors, ODbL 1.0")
"""What the Open Database Licence asks to be printed wherever data of OpenStreetMap are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """Where data of a city come from, printed under each map and table that uses them."""

    id: str
    title: Text
    licence: str
    url: str = ""
    accessed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The year or quarter audited; `end` is its last day.

    `label` is ``2022`` or ``2022Q3``; `years` its length in years.
    """

    label: str
    start: date
    end: date

    @property
    def years(self) -> float:
        """Return the length of the period in years (a quarter is 0.25)."""
        return 0.25 if "Q" in self.label else 1.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Cut:
    """How a city is cut into subjects of an audit.

    Attributes
    ----------
    level, kind : str
        ``subdistrict``, ``district``, or ``facility`` and the kind of facility.
    whole : City
        The city cut into communities.
    subjects : DataFrame
        Columns of the communities register, index code of the subject, sorted.
    subject_of : mapping of str to str
        Subject of each community; empty for facilities, whose rows carry their own code.
    lies_in : mapping of str to str
        Community of each facility; empty for larger subjects.
    """

    level: str
    kind: str
    whole: City
    subjects: pd.DataFrame
    subject_of: Mapping[str, str] = field(default_factory=dict)
    lies_in: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, kw_only=True)
class City:
    """Registers, geometry and streets of one city or district.

    Attributes
    ----------
    registers : mapping of str to DataFrame
        One table per register of the dictionary that is present, typed, row order as in the file. Column ``row`` is
        the line in the file. Point registers also have ``x_m`` and ``y_m`` in `crs`.
    boundaries : GeoDataFrame
        Index ``community_code`` in the order of `codes`; column ``geometry``; CRS `crs`.
    streets : GeoDataFrame
        Walkable street pieces in `crs`.
    barriers : GeoDataFrame or None
        Lines that cannot be crossed but at bridges; for maps only.
    crs : str
        Projected CRS in metres in which everything is measured, e.g. ``EPSG:4547``.
    hashes : mapping of str to str
        sha256 of each input file, by file name.
    part_of : mapping of str to int
        Where several cities are held as one to be audited together: number of the city of each community code.
    cut : Cut or None
        Into which subjects the city is cut (see `friendly_city.city.level`); None: into its communities.
    coordinates : mapping of str to str
        Coordinate system that the files of registers and layers were in, where it was not WGS 84.
    notes : tuple of Text
        What was done to the data at load: coordinates converted, codes renamed, duplicates set aside.
    """

    id: str
    name: Text
    folder: Path
    crs: str
    synthetic: bool
    notice: Text
    sources: tuple[DataSource, ...]
    registers: Mapping[str, pd.DataFrame]
    boundaries: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame | None
    hashes: Mapping[str, str] = field(default_factory=dict)
    part_of: Mapping[str, int] = field(default_factory=dict)
    coordinates: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    cut: Cut | None = None

    @property
    def whole(self) -> City:
        """Return the city as it was loaded, cut into communities."""
        return self if self.cut is None else self.cut.whole

    @property
    def subjects(self) -> str:
        """Return what the subjects are called when there are several, e.g. ``communities``."""
        return {"community": "communities", "facility": "facilities"}.get(self.level, f"{self.level}s")

    @property
    def level(self) -> str:
        """Return what the subjects are: ``community``, ``subdistrict``, ``district`` or ``facility``."""
        return "community" if self.cut is None else self.cut.level

    @cached_property
    def communities(self) -> pd.DataFrame:
        """Return the communities register, index ``community_code``, sorted by code; the subjects of a city that is cut."""
        if self.cut is not None:
            return self.cut.subjects
        return self.registers["communities"].set_index("community_code").sort_index()

    @cached_property
    def codes(self) -> pd.Index[str]:
        """Return the codes of the communities (or other subjects), sorted; every result by subject has this index."""
        return self.communities.index

    @cached_property
    def parts(self) -> NDArray[np.intp]:
        """Return the number of the city of each community, in the order of `codes`; all 0 where there is but one."""
        return np.array([self.part_of.get(code, 0) for code in self.codes], dtype=np.intp)

    def places(self, codes: pd.Series[str]) -> NDArray[np.intp]:
        """Return the position in `codes` of the subject of each of some community codes (text or categories), -1 for none."""
        if isinstance(codes.dtype, pd.CategoricalDtype):
            numbers, values = codes.cat.codes.to_numpy(), codes.cat.categories
        else:
            numbers, values = pd.factorize(codes)
        subjects = values if self.cut is None else [self.cut.subject_of.get(code, code) for code in values]
        found = np.append(self.codes.get_indexer(pd.Index(subjects, dtype=object)), -1)
        return np.asarray(found[numbers], dtype=np.intp)

    def has(self, register: str) -> bool:
        """Return whether a register is there."""
        return register in self.registers

    def register(self, name: str) -> pd.DataFrame:
        """Return a register.

        Raises
        ------
        UnknownName
            When the city has no such register.
        """
        if name not in self.registers:
            raise UnknownName("register", name, tuple(self.registers))
        return self.registers[name]

    def residents(self, band: str = "all") -> pd.Series[float]:
        """Return residents of an age band by community, in persons.

        Population rows whose ages lie inside the band are summed; the register's ranges must not straddle it. Asked for every
        age, NaN where there is no row of adults: who is not counted is not known to be none.
        """
        ages = ages_of(band)
        table = self.registers["population"]
        place = self.places(table["community_code"])
        inside = ((table["age_from"] >= ages[0]) & (table["age_below"] <= ages[1])).to_numpy() & (place >= 0)
        persons = table["persons"].to_numpy(dtype=float, na_value=np.nan)
        sums = np.bincount(place[inside], np.nan_to_num(persons[inside]), minlength=len(self.codes))
        if band == "all":
            adults = (table["age_below"] > ADULT).to_numpy() & (place >= 0)
            sums = np.where(np.bincount(place[adults], minlength=len(self.codes)) > 0, sums, np.nan)
        return pd.Series(sums, index=self.codes, name="persons")

    @cached_property
    def attribution(self) -> Text | None:
        """Return what must be printed under maps and tables: where any row is of OpenStreetMap, its contributors and licence."""
        tables = (self.boundaries, self.streets, self.barriers, *self.registers.values())
        mapped = any(table is not None and "provenance" in table and (table["provenance"] == "osm").any() for table in tables)
        return OPENSTREETMAP if mapped else None

    @cached_property
    def area_km2(self) -> pd.Series[float]:
        """Return the area of each community in km²."""
        area: pd.Series[float] = self.boundaries.geometry.area
        return area.reindex(self.codes) / 1e6

    def name_of(self, code: str) -> Text:
        """Return the name of a community in both languages."""
        if code not in self._names:
            raise UnknownName("community", code, tuple(self.codes))
        return self._names[code][0]

    def subdistrict_of(self, code: str) -> Text:
        """Return the name of the subdistrict of a community in both languages."""
        if code not in self._names:
            raise UnknownName("community", code, tuple(self.codes))
        return self._names[code][1]

    @cached_property
    def _names(self) -> dict[str, tuple[Text, Text]]:
        columns = (self.communities[name].astype(str) for name in ("name", "name_en", "subdistrict", "subdistrict_en"))
        return {code: (Text(zh, en), Text(*around)) for code, zh, en, *around in zip(self.codes, *columns, strict=True)}

    def __repr__(self) -> str:
        return f"<City {self.name.zh} {self.name.en}: {len(self.codes)} {self.subjects}, registers {', '.join(self.registers)}>"
