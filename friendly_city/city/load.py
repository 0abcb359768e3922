"""Loading a city folder: everything is read, checked and put together, or every problem is told at once."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from friendly_city.city.check import check_share_indicators, to_register
from friendly_city.city.crosscheck import check_between, check_keys, check_positions
from friendly_city.city.descriptor import check_datapackage
from friendly_city.city.dictionary import Dictionary, dictionary
from friendly_city.city.layers import check_boundaries, degrees_bounds, read_layer, with_metres
from friendly_city.city.model import City, DataSource
from friendly_city.city.tables import decode, read_register
from friendly_city.errors import InvalidCity, Problem, shorten
from friendly_city.labels import Text

if TYPE_CHECKING:
    import geopandas as gpd

SETTINGS = "city.yaml"
REQUIRED = ("id", "name", "crs", "synthetic", "notice", "sources")


def find_folder(folder: str | Path) -> Path:
    """Return a city folder; a relative path is looked for in the current folder and then in those above it.

    So the same path works from the root of a project and from its ``notebooks``.

    Raises
    ------
    InvalidCity
        When there is no such folder.
    """
    given = Path(folder)
    for base in (Path.cwd(), *Path.cwd().parents):
        if (base / given).is_dir():
            return base / given
    raise InvalidCity([Problem(str(folder), None, None, "", "no such folder here or above", "a city folder with city.yaml")])


def load_city(folder: str | Path) -> City:
    """Return a city, read and checked.

    Parameters
    ----------
    folder : str or Path
        Folder with ``city.yaml``, ``datapackage.json``, registers (CSV) and layers (GeoJSON) named as in the data
        dictionary. A relative path is looked for in the current folder and then in those above it.

    Returns
    -------
    City
        Registers typed: text as text ('' when empty), numbers float64, dates datetime64, booleans nullable; column ``row`` is the
        line in the file; point registers have ``x_m`` and ``y_m`` in the city's CRS.

    Raises
    ------
    InvalidCity
        With every problem of every file, each with file, line, column and what was expected.
    """
    path = find_folder(folder)
    problems: list[Problem] = []
    settings = read_settings(path, problems)
    check_datapackage(path, problems)
    if settings is None:
        raise InvalidCity(problems)
    words = dictionary()
    registers = _read_registers(path, words, problems)
    layers = _read_layers(path, words, settings["crs"], problems)
    check_between(registers, words, problems)
    _check_layers(registers, layers, words, problems)
    if problems:
        raise InvalidCity(problems)
    return _city(path, settings, registers, layers)


def read_settings(folder: Path, problems: list[Problem]) -> dict[str, Any] | None:
    """Return the content of ``city.yaml``, or None with the reasons in `problems`."""
    import yaml

    path = folder / SETTINGS
    if not path.is_file():
        problems.append(Problem(SETTINGS, None, None, "", "the file is missing", "id, name, crs, sources"))
        return None
    text = decode(path.read_bytes(), SETTINGS, problems)
    if text is None:
        return None
    try:
        settings = yaml.safe_load(text)
    except yaml.YAMLError as err:
        problems.append(Problem(SETTINGS, None, None, "", f"not YAML: {shorten(err)}", "valid YAML"))
        return None
    before = len(problems)
    _check_settings(settings, problems)
    return settings if len(problems) == before else None


def _check_settings(settings: Any, problems: list[Problem]) -> None:
    if not isinstance(settings, dict):
        problems.append(Problem(SETTINGS, 1, None, "", "not a mapping", f"keys {', '.join(REQUIRED)}"))
        return
    problems += [
        Problem(SETTINGS, None, None, name, "the key is missing", "a value") for name in REQUIRED if name not in settings
    ]
    for name in ("name", "notice"):
        if name in settings and not (isinstance(settings[name], dict) and {"zh", "en"} <= set(settings[name])):
            problems.append(Problem(SETTINGS, None, None, name, "not in two languages", "{zh: …, en: …}"))
    if "crs" in settings and not _is_metric(str(settings["crs"])):
        problems.append(
            Problem(
                SETTINGS,
                None,
                None,
                "crs",
                f"{shorten(settings['crs'])} is not a projected CRS in metres",
                "for example EPSG:4547",
            )
        )
    if not isinstance(settings.get("synthetic", True), bool):
        problems.append(Problem(SETTINGS, None, None, "synthetic", f"{shorten(settings['synthetic'])!r}", "true or false"))


def _is_metric(crs: str) -> bool:
    import pyproj
    from pyproj.exceptions import CRSError

    try:
        found = pyproj.CRS.from_user_input(crs)
    except CRSError:
        return False
    return bool(found.is_projected and found.axis_info[0].unit_name == "metre")


def _read_registers(folder: Path, words: Dictionary, problems: list[Problem]) -> dict[str, pd.DataFrame]:
    tables = {}
    for name, register in words.registers.items():
        path = folder / register.file
        if not path.is_file():
            if register.required:
                problems.append(Problem(register.file, None, None, "", "the file is missing", register.text.en))
            continue
        raw = read_register(path, register, problems)
        if raw is not None:
            tables[name] = to_register(raw, register, problems)
    if "indicators" in tables:
        check_share_indicators(tables["indicators"], "indicators.csv", problems)
    return tables


def _read_layers(folder: Path, words: Dictionary, crs: str, problems: list[Problem]) -> dict[str, gpd.GeoDataFrame]:
    layers = {}
    for name, layer in words.layers.items():
        path = folder / layer.file
        if path.is_file():
            found = read_layer(path, layer, crs, problems)
            if found is not None:
                layers[name] = found
        elif layer.required:
            problems.append(Problem(layer.file, None, None, "", "the file is missing", layer.text.en))
    return layers


def _check_layers(
    registers: dict[str, pd.DataFrame], layers: dict[str, gpd.GeoDataFrame], words: Dictionary, problems: list[Problem]
) -> None:
    for name, layer in layers.items():
        check_keys(registers, words.layers[name], layer, problems)
    if "boundaries" not in layers or "communities" not in registers:
        return
    check_boundaries(layers["boundaries"], registers["communities"]["community_code"], problems)
    bounds = degrees_bounds(layers["boundaries"])
    for name, table in registers.items():
        if words.registers[name].is_point:
            check_positions(table, words.registers[name].file, bounds, problems)


def _city(
    folder: Path, settings: dict[str, Any], registers: dict[str, pd.DataFrame], layers: dict[str, gpd.GeoDataFrame]
) -> City:
    files = sorted(path for path in folder.iterdir() if path.suffix in (".csv", ".geojson", ".yaml", ".json"))
    sources = tuple(
        DataSource(
            id=str(source["id"]),
            title=Text(source["title"]["zh"], source["title"]["en"]),
            licence=str(source["licence"]),
            url=str(source.get("url", "")),
            accessed=str(source.get("accessed", "")),
        )
        for source in settings["sources"]
    )
    return City(
        id=str(settings["id"]),
        name=Text(settings["name"]["zh"], settings["name"]["en"]),
        folder=folder,
        crs=str(settings["crs"]),
        synthetic=settings["synthetic"],
        notice=Text(settings["notice"]["zh"], settings["notice"]["en"]),
        sources=sources,
        registers=with_metres(registers, settings["crs"]),
        boundaries=layers["boundaries"].set_index("community_code").sort_index(),
        streets=layers["streets"],
        barriers=layers.get("barriers"),
        hashes={path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    )
