"""The data dictionary as objects: registers, layers, fields. What a city folder may contain and what it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from friendly_city.labels import Text

PARQUET = ".parquet"
GEOPACKAGE, SHAPEFILE = ".gpkg", ".shp"
SIDES = (".shx", ".dbf", ".prj", ".cpg")
"""Files that belong to a shapefile."""
WORKBOOK = "registers.xlsx"
"""File that may hold registers as sheets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column: its Table Schema type, unit, constraints, and description in both languages.

    `refers` is ``register.field`` for a foreign key; `not_before` names a column of the same row with an earlier
    date or year. An `optional` column may be left out of a file. `enum` are all values there may be, `known` those of free text
    that standards may ask for.
    """

    name: str
    type: str
    text: Text
    unit: str = ""
    required: bool = False
    optional: bool = False
    unique: bool = False
    enum: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | date | None = None
    maximum: float | date | None = None
    refers: str = ""
    not_before: str = ""

    @property
    def numeric(self) -> bool:
        """Return whether values are numbers."""
        return self.type in ("number", "integer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One table of a city folder."""

    name: str
    file: str
    key: str
    required: bool
    text: Text
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        """Return a field by name."""
        return next(field for field in self.fields if field.name == name)

    @property
    def parquet(self) -> str:
        """Return the name of the file when it is Parquet."""
        return f"{self.name}{PARQUET}"

    @property
    def forms(self) -> tuple[str, ...]:
        """Return the names of the files it may be in; one of them is there."""
        return (self.file, self.parquet)

    @property
    def is_point(self) -> bool:
        """Return whether rows have a position."""
        return {"longitude", "latitude"} <= {field.name for field in self.fields}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer of a city folder, as a rule GeoJSON; `system` is the coordinate system its file is in, see `coordinates`.

    A `foreign` one is no file of a city folder: columns that are not among its fields may be there, and are not read.
    """

    name: str
    file: str
    geometry: tuple[str, ...]
    required: bool
    text: Text
    fields: tuple[Field, ...]
    system: str = "wgs84"
    foreign: bool = False

    @property
    def parquet(self) -> str:
        """Return the name of the file when it is GeoParquet."""
        return f"{self.name}{PARQUET}"

    @property
    def forms(self) -> tuple[str, ...]:
        """Return the names of the files it may be in; one of them is there."""
        return (self.file, self.parquet, f"{self.name}{GEOPACKAGE}", f"{self.name}{SHAPEFILE}")

    @property
    def key(self) -> str:
        """Return the name of the field that identifies a feature, '' where there is none."""
        return next((field.name for field in self.fields if field.unique), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionary:
    """All registers and layers, in the order of the file; `decisions` are tables that say how to read them."""

    registers: dict[str, Register]
    layers: dict[str, Layer]
    decisions: dict[str, Register] = field(default_factory=dict)

    def items(self) -> list[Register | Layer]:
        """Return all registers, then all layers."""
        return [*self.registers.values(), *self.layers.values()]

    def names(self) -> list[str]:
        """Return every file name a register or layer may have."""
        return [name for item in self.items() for name in item.forms]

    def sides(self) -> list[str]:
        """Return the names of the files that belong to layers that are shapefiles."""
        return [f"{layer.name}{suffix}" for layer in self.layers.values() for suffix in SIDES]


def _field(name: str, entry: dict[str, Any]) -> Field:
    known = {key: value for key, value in entry.items() if key not in ("zh", "en", "enum", "known")}
    enum, some = (tuple(str(value) for value in entry.get(key, ())) for key in ("enum", "known"))
    return Field(name=name, text=Text(str(entry["zh"]), str(entry["en"])), enum=enum, known=some, **known)


def _fields(entry: dict[str, Any]) -> tuple[Field, ...]:
    return tuple(_field(name, field) for name, field in entry["fields"].items())


@cache
def dictionary() -> Dictionary:
    """Return the data dictionary of the package.

    Examples
    --------
    >>> dictionary().registers["facilities"].field("floor_area_m2").unit
    'm2'
    """
    import yaml

    text = files("friendly_city.city").joinpath("dictionary.yaml").read_text(encoding="utf-8")
    raw = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader, the fast one where there is one
    raw.pop("provenance")
    layers = {
        name: Layer(
            name=name,
            file=entry["file"],
            geometry=tuple(entry["geometry"]),
            required=entry["required"],
            text=Text(entry["zh"], entry["en"]),
            fields=_fields(entry),
        )
        for name, entry in raw.pop("layers").items()
    }
    decisions = {name: _register(name, entry) for name, entry in raw.pop("decisions").items()}
    return Dictionary(registers={name: _register(name, entry) for name, entry in raw.items()}, layers=layers, decisions=decisions)


def _register(name: str, entry: dict[str, Any]) -> Register:
    return Register(
        name=name,
        file=entry["file"],
        key=entry["key"],
        required=entry["required"],
        text=Text(entry["zh"], entry["en"]),
        fields=_fields(entry),
    )
