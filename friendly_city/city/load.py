"""Loading a city folder: everything is read, checked and put together, or every problem is told at once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from friendly_city.city import descriptor
from friendly_city.city.arrival import in_wgs84
from friendly_city.city.check import check_indicators, checked
from friendly_city.city.coordinates import admitting
from friendly_city.city.crosscheck import check_between, check_keys
from friendly_city.city.decisions import applied
from friendly_city.city.dictionary import GEOPACKAGE, PARQUET, SHAPEFILE, WORKBOOK, Dictionary, Layer, Register, dictionary
from friendly_city.city.layers import placed, read_layer
from friendly_city.city.model import City
from friendly_city.city.positions import (
    are_in_own,
    check_area_of_use,
    check_boundaries,
    check_in_community,
    check_lines,
    check_overlaps,
    check_points,
    layer_is_near,
    near_own,
    surroundings,
    with_metres,
)
from friendly_city.city.settings import NAME, Settings, read_settings
from friendly_city.city.shifted import Ground, told
from friendly_city.city.tables import Reading, Stored, read_register
from friendly_city.city.telling import FORMS, in_order, named_as_there
from friendly_city.city.workbook import read_workbook
from friendly_city.errors import InvalidCity, InvalidParameters, Problem, nearest
from friendly_city.labels import Text
from friendly_city.prepared import hand_out, prepared

Item = TypeVar("Item", Register, Layer)
Tables = dict[str, pd.DataFrame]
Shapes = dict[str, gpd.GeoDataFrame]


READY = "city"
"""Name under which a city loaded beforehand is laid out, with the state of its folder."""


def find_folder(folder: str | Path) -> Path:
    """Return a city folder; a relative path is looked for in the current folder and then in those above it.

    So the same path works from the root of a project and from its ``notebooks``.

    Raises
    ------
    InvalidParameters
        When there is no such folder; the message says where it was looked for.
    InvalidCity
        When it is a file.
    """
    given = Path(folder)
    for base in (Path.cwd(), *Path.cwd().parents):
        if (base / given).is_dir():
            return base / given
    expected = "a city folder: city.yaml, registers (CSV), layers (GeoJSON)"
    if given.is_file():
        raise InvalidCity([Problem(str(folder), None, None, "", "this is a file, not a folder", expected)])
    where = "" if given.is_absolute() else f", neither in {Path.cwd()} nor above it"
    raise InvalidParameters(f"{folder}: there is no such folder{where}; expected {expected}")


def load_city(folder: str | Path) -> City:
    """Return a city, read and checked.

    Parameters
    ----------
    folder : str or Path
        Folder with ``city.yaml``, ``datapackage.json``, registers (CSV, Parquet or sheets of one workbook) and layers (GeoJSON,
        GeoParquet, GeoPackage or shapefile) named as in the data dictionary; or tables of a database that ``city.yaml`` names.
        A relative path is looked for in the current folder and then in those above it.

    Returns
    -------
    City
        Registers typed: text as text ('' when empty), numbers float64, dates datetime64, booleans nullable; column ``row`` is
        the line in the file; point registers have ``x_m`` and ``y_m`` (metres) in the city's CRS, as have the layers.

    Raises
    ------
    InvalidParameters
        When there is no such folder.
    InvalidCity
        With every problem of every file, each with file, line, column and what was expected.

    Examples
    --------
    >>> load_city("no/such/city")
    Traceback (most recent call last):
    ...
    friendly_city.errors.InvalidParameters: no/such/city: there is no such folder, ...
    """
    path = find_folder(folder)
    ready: tuple[object, City] | None = prepared(READY)
    if ready is not None and ready[0] == state_of(path):
        hand_out(READY)
        return ready[1]
    problems: list[Problem] = []
    descriptor.check_datapackage(path, problems)
    return _loaded(path, dictionary(), problems)


def load_part(folder: str | Path, names: Collection[str]) -> City:
    """Return a city of which only some registers and layers are read, each checked as `load_city` does; for what makes the rest.

    Parameters
    ----------
    folder : str or Path
        As for `load_city`; ``datapackage.json`` is not looked at.
    names : collection of str
        Registers and layers, ``communities`` and ``boundaries`` among them. Without ``streets`` the city has none.

    Raises
    ------
    InvalidParameters
        When there is no such folder.
    InvalidCity
        With every problem of the files read.
    """
    words = dictionary()
    registers = {name: item for name, item in words.registers.items() if name in names}
    layers = {name: item for name, item in words.layers.items() if name in names}
    return _loaded(find_folder(folder), replace(words, registers=registers, layers=layers), [])


def _loaded(path: Path, words: Dictionary, problems: list[Problem]) -> City:
    """Return the city of a folder with the registers and layers of `words`, or raise with every problem."""
    require_inside(path)
    said = read_settings(path, problems)
    check_names(path, dictionary(), problems)
    systems, notes = said.coordinates if said else {}, list[Text]()
    items, shapes_of = _admitting(words.registers.values(), systems), _admitting(words.layers.values(), systems)
    elsewhere, places = _elsewhere(path, said, items, shapes_of, problems)
    registers = _read(path, items, _register, problems, elsewhere.registers, places)
    layers = _read(path, shapes_of, _layer, problems, elsewhere.layers, places)
    notes += [note for reading in (*registers.values(), *layers.values()) for note in reading.notes]
    registers, layers = in_wgs84(registers, systems, notes), in_wgs84(layers, systems, notes)
    registers, layers = applied(path, registers, layers, notes, problems)
    tables = {name: reading.table for name, reading in registers.items()}
    whole = [name for name, reading in registers.items() if reading.whole]
    check_between(tables, whole, words, problems)
    shapes = {name: reading.table for name, reading in layers.items()}
    for name, table in shapes.items():
        check_keys(table, words.layers[name], {name: tables[name] for name in whole}, problems)
    if "boundaries" in shapes and layers["boundaries"].whole and "communities" in whole:
        check_boundaries(shapes["boundaries"], tables["communities"]["community_code"].sort_values(), problems)
    if said is not None:
        tables, shapes = _measured(tables, shapes, said, words, problems)
    if problems or said is None:
        names = {item.file: places.get(item.name) or file_of(path, item).name for item in words.items()}
        raise InvalidCity(placed(in_order(named_as_there(problems, names)), layers, words))
    return _city(path, said, tables, shapes, notes, elsewhere.hashes)


def state_of(folder: Path) -> tuple[object, ...]:
    """Return what changes when a file in a folder changes: names, sizes, times and places of its files."""
    files = sorted((path.name, path.stat()) for path in folder.iterdir())
    return (folder.resolve(), *((name, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino) for name, s in files))


def links_out(folder: Path) -> list[str]:
    """Return the files of a city folder that are links which lead out of it."""
    links = {entry.name for entry in os.scandir(folder) if entry.is_symlink()}
    names = [name for name in descriptor.input_names() if name in links]
    return [name for name in names if not (folder / name).resolve().is_relative_to(folder.resolve())]


def require_inside(folder: Path) -> None:
    """Raise when a file of a city folder is a link that leads out of it: data stay in the folder, and nothing else is read.

    Raises
    ------
    InvalidCity
        With every such file; where it leads is not told, nothing of it is read.
    """
    outside = links_out(folder)
    if outside:
        expected = "the file itself, in the folder of the city"
        raise InvalidCity([Problem(name, None, None, "", "the file is a link out of the folder", expected) for name in outside])


def check_names(folder: Path, words: Dictionary, problems: list[Problem]) -> None:
    """Note tables and layers that are not of the dictionary: one misspelt would count as one that is not there."""
    known = descriptor.input_names()
    for item in words.items():
        there = [name for name in item.forms if (folder / name).is_file()]
        problems += [Problem(name, None, None, "", f"{there[0]} is there too", "one of the two") for name in there[1:]]
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in (".csv", ".geojson", *FORMS) and path.name not in known:
            stem = nearest(path.stem.lower(), [item.name for item in words.items()])
            alike = [name for name in known if Path(name).stem == stem]
            near = next((name for name in alike if name.endswith(path.suffix.lower())), next(iter(alike), ""))
            problems.append(
                Problem(path.name, None, None, "", "no register or layer has this name", "names of the dictionary", near)
            )


def _register(path: Path, register: Register, problems: list[Problem]) -> Reading | None:
    if path.suffix == PARQUET:
        from friendly_city.city.parquet import read_parquet_register

        reading = read_parquet_register(path, register, problems)
    else:
        reading = read_register(path, register, problems)
        reading = reading and replace(reading, table=checked(reading.table, register, problems))
    if reading is not None and register.name == "indicators":
        check_indicators(reading.table, path.name, problems)
    return reading


def _layer(path: Path, layer: Layer, problems: list[Problem]) -> Reading | None:
    if path.suffix == PARQUET:
        from friendly_city.city.parquet import read_parquet_layer as read
    elif path.suffix == GEOPACKAGE:
        from friendly_city.city.geopackage import read_geopackage as read
    elif path.suffix == SHAPEFILE:
        from friendly_city.city.shapefile import read_shapefile as read
    else:
        read = read_layer
    return read(path, layer, problems)


def _admitting(items: Iterable[Item], systems: Mapping[str, str]) -> list[Item]:
    """Return what the dictionary says of registers or layers, to be read in the coordinate systems declared for them."""
    return [admitting(item, systems[item.name]) if item.name in systems else item for item in items]


def _elsewhere(
    folder: Path, said: Settings | None, registers: Iterable[Register], layers: Iterable[Layer], problems: list[Problem]
) -> tuple[Stored, dict[str, str]]:
    """Return what is not in files of its own: the sheets of a workbook, tables of a database; and what each place is called."""
    by_name = {register.name: register for register in registers}
    sheets = read_workbook(folder, by_name, problems)
    places = {name: f"{WORKBOOK}#{name}" for name in sheets}
    if said is None or said.database is None:
        return Stored(sheets, {}, {}), places
    from friendly_city.city.database import read_database

    for name in (name for name in said.database.tables if name in sheets):
        problems.append(Problem(places[name], None, None, "", f"{NAME} names a table for it too", "one of the two"))
    found = read_database(said.database, by_name, {layer.name: layer for layer in layers}, problems)
    return replace(found, registers=sheets | found.registers), places | said.database.places()


def _read(
    folder: Path,
    items: Sequence[Item],
    read: Callable[[Path, Item, list[Problem]], Reading | None],
    problems: list[Problem],
    elsewhere: Mapping[str, Reading],
    places: Mapping[str, str],
) -> dict[str, Reading]:
    """Return what could be read of the registers or layers; a required one that is not there is noted."""
    found = dict(elsewhere)
    for item in items:
        path = file_of(folder, item)
        if item.name in places:
            if path.is_file():
                what = f"{places[item.name].partition('#')[0]} has rows of {item.name} too"
                problems.append(Problem(path.name, None, None, "", what, "one of the two"))
            continue
        reading = read(path, item, problems) if path.is_file() else None
        if reading is not None:
            found[item.name] = reading
        elif item.required and not path.is_file():
            place = f"; or rows in the sheet {item.name} of {WORKBOOK}" if (folder / WORKBOOK).is_file() else ""
            place += "; friendly-city city homes makes it from population" if item.name == "homes" else ""
            problems.append(Problem(item.file, None, None, "", "the file is missing", item.text.en + place))
    return {item.name: found[item.name] for item in items if item.name in found}


def _measured(
    tables: Tables,
    shapes: Shapes,
    said: Settings,
    words: Dictionary,
    problems: list[Problem],
) -> tuple[Tables, Shapes]:
    """Return registers and layers in metres, everything checked to lie in the city; unchanged where its shape is not known."""
    if "boundaries" not in shapes or shapes["boundaries"].geometry.isna().any():
        return tables, shapes
    before, crs = len(problems), said.crs
    check_area_of_use(shapes["boundaries"], crs, problems)
    if len(problems) > before:
        return tables, shapes
    shapes = {name: table.to_crs(crs) for name, table in shapes.items()}
    if "community_code" in shapes["boundaries"]:
        check_overlaps(shapes["boundaries"], problems)
    _check_places(tables := _in_metres(tables, crs), shapes, said, words, problems)
    return tables, shapes


def _in_metres(tables: Tables, crs: str) -> Tables:
    """Return registers, those with longitude and latitude with metres too."""
    is_point = {"longitude", "latitude"}
    return {name: with_metres(table, crs) if is_point <= set(table.columns) else table for name, table in tables.items()}


def _check_places(
    tables: Tables,
    shapes: Shapes,
    said: Settings,
    words: Dictionary,
    problems: list[Problem],
) -> None:
    """Note what does not lie in the city; its shape is drawn only where a quick look does not settle it."""
    own, zone = shapes["boundaries"].geometry.to_numpy(), cache(lambda: surroundings(shapes["boundaries"]))
    codes = pd.Index(shapes["boundaries"].get("community_code", []))
    ground = Ground(codes, own, said.crs, said.coordinates) if len(codes) and codes.is_unique else None

    def community(table: pd.DataFrame) -> NDArray[np.intp] | None:
        return ground.place(table) if ground and "community_code" in table else None

    for name, layer in shapes.items():
        there = layer[layer.geometry.notna()]
        if name != "boundaries" and not layer_is_near(there, community(there), own):
            check_lines(there, words.layers[name].file, zone(), problems)
    for name, table in tables.items():
        if "x_m" not in table or _are_at_home(table, place := community(table), own):
            continue
        shifted = ground.of_register(name, table) if ground and place is not None else None
        if shifted:
            problems += told(shifted, words.registers[name], said.coordinates.get(name, "wgs84"))
            continue
        before = len(problems)
        check_points(table, words.registers[name].file, zone(), crs=said.crs, problems=problems)
        if len(problems) == before and place is not None:
            check_in_community(table, shapes["boundaries"], words.registers[name].file, problems)


def _are_at_home(table: pd.DataFrame, place: NDArray[np.intp] | None, own: NDArray[np.object_]) -> bool:
    """Return whether surely all points (with metres) are near the city and in or near their own community."""
    if place is None:
        return False
    points = table["x_m"].to_numpy(), table["y_m"].to_numpy(), place, own
    return bool(near_own(*points).all()) and are_in_own(*points)


def file_of(folder: Path, item: Register | Layer) -> Path:
    """Return where a register or layer is (to be) found: in another form only where there is no CSV or GeoJSON."""
    return next((folder / name for name in item.forms if (folder / name).is_file()), folder / item.file)


def _city(folder: Path, said: Settings, tables: Tables, shapes: Shapes, notes: Sequence[Text], hashes: Mapping[str, str]) -> City:
    there = [folder / name for name in sorted(descriptor.input_names()) if (folder / name).is_file()]
    return City(
        id=said.id,
        name=said.name,
        folder=folder,
        crs=said.crs,
        synthetic=said.synthetic,
        notice=said.notice,
        sources=said.sources,
        registers=tables,
        boundaries=shapes["boundaries"].set_index("community_code").sort_index(),
        streets=shapes["streets"] if "streets" in shapes else gpd.GeoDataFrame(geometry=[], crs=said.crs),
        barriers=shapes.get("barriers"),
        hashes={path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in there} | dict(hashes),
        coordinates=said.coordinates,
        notes=tuple(notes),
    )
