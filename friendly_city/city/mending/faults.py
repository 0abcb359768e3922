"""Everything that is wrong with a city folder as one table: where, which value, what was expected, how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from friendly_city.city.dictionary import PARQUET, WORKBOOK, Field, dictionary
from friendly_city.city.doubtful import doubtful
from friendly_city.city.load import find_folder, load_city
from friendly_city.city.mending.cell import is_of_type, mended
from friendly_city.city.mending.copy import rows_of
from friendly_city.city.model import City
from friendly_city.city.personal import masked, personal_in
from friendly_city.errors import VALUE_LENGTH, InvalidCity, Problem, shorten
from friendly_city.labels import Text

WRONG, LOOKS_WRONG = "wrong", "looks wrong"
Cells = Mapping[int, Mapping[str, str]]
"""Cells by line and column."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a city folder.

    Attributes
    ----------
    file, sheet : str
        Where; `sheet` only in a workbook.
    row : int or None
        Line in the file or row in the sheet, the header being 1.
    column : str
        Column of the dictionary, or place in a settings file.
    value : str
        What stands there; personal data are never repeated.
    what, expected, nearest : str
        As in `Problem`.
    severity : str
        ``wrong`` stops a load; ``looks wrong`` does not.
    mend : Text
        How to mend it.
    by_fix : bool
        Whether ``friendly-city city check --fix`` does it.
    """

    file: str
    sheet: str
    row: int | None
    column: str
    value: str
    what: str
    expected: str
    nearest: str
    severity: str
    mend: Text
    by_fix: bool

    def to_dict(self) -> dict[str, object]:
        """Return the fault as plain values, its ways to mend as ``mend_zh`` and ``mend_en``."""
        said = asdict(self)
        said.pop("mend")
        return said | {"mend_zh": self.mend.zh, "mend_en": self.mend.en}


@dataclass(frozen=True, eq=False, slots=True)
class Checked:
    """A checked city folder: its faults, the city if it loads, the problems that stop it from loading otherwise."""

    folder: Path
    city: City | None
    faults: tuple[Fault, ...]
    problems: tuple[Problem, ...]


def check_folder(folder: str | Path) -> Checked:
    """Return everything that is wrong with a city folder and everything that looks wrong.

    Parameters
    ----------
    folder : str or Path
        A city folder.

    Raises
    ------
    InvalidParameters
        When there is no such folder.

    Examples
    --------
    >>> check_folder("data/futian").faults
    ()
    """
    path = find_folder(folder)
    try:
        city = load_city(path)
    except InvalidCity as err:
        return Checked(path, None, tuple(_faults(path, err.problems, WRONG)), err.problems)
    suspicions = tuple(doubtful(city))
    return Checked(path, city, tuple(_faults(path, suspicions, LOOKS_WRONG)), suspicions)


def _faults(folder: Path, problems: Iterable[Problem], severity: str) -> Iterator[Fault]:
    cells_of = cache(lambda file: cells(folder, file))
    for problem in problems:
        file, _, sheet = problem.file.partition("#")
        value = ""
        if problem.line is not None and problem.path:
            value = cells_of(problem.file).get(problem.line, {}).get(problem.path, "")
        field = field_of(sheet or Path(file).stem, problem.path)
        mend, by_fix = _way(problem, value, field)
        where = (file, sheet, problem.line, problem.path)
        shown = "" if personal_in(value) else masked(value)[:VALUE_LENGTH]
        yield Fault(*where, shown, problem.what, problem.expected, problem.nearest, severity, mend, by_fix)


def field_of(register: str, column: str) -> Field | None:
    """Return what the dictionary says of a column; None when it says nothing."""
    words = dictionary()
    item = words.registers.get(register) or words.decisions.get(register)
    return next((field for field in item.fields if field.name == column), None) if item else None


def _way(problem: Problem, value: str, field: Field | None) -> tuple[Text, bool]:
    """Return how a fault is mended, and whether the mended copy does it."""
    if field and value and not personal_in(value):
        new, why = mended(value, field)
        if why and is_of_type(new, field):
            return Text(f"改为「{shorten(new)}」（--fix可代改）", f"write {shorten(new)!r} (--fix does it)"), True
    if problem.line is not None and not problem.path and problem.what == "an empty line":
        return Text("删去该行（--fix可代改）", "leave the line out (--fix does it)"), True
    if problem.nearest:
        return Text(f"是否应为「{problem.nearest}」？", f"perhaps {problem.nearest!r}"), False
    if field and field.enum:
        return Text(f"取值之一：{'、'.join(field.enum)}", f"one of {', '.join(field.enum)}"), False
    return Text("按「应为」一栏改正", f"give {problem.expected}" if problem.expected else "as the message says"), False


def cells(folder: Path, file: str) -> Cells:
    """Return the cells of a register as they stand in its file, by line and column; none of what cannot be taken apart.

    Parameters
    ----------
    folder : Path
        A city folder.
    file : str
        As a `Problem` names it: ``homes.csv``, ``homes.parquet`` or ``registers.xlsx#homes``.
    """
    name, _, sheet = file.partition("#")
    path = folder / name
    if not path.is_file():
        return {}
    ways: dict[str, Callable[[], list[tuple[int, Sequence[str]]]]] = {
        ".csv": lambda: list(rows_of(path, _columns(path.stem))[1]),
        PARQUET: lambda: _parquet_rows(path),
        Path(WORKBOOK).suffix: lambda: _sheet_rows(path, sheet),
    }
    rows = ways[path.suffix]() if path.suffix in ways else []
    if not rows:
        return {}
    header = [cell.strip() for cell in rows[0][1]]
    return {line: dict(zip(header, row, strict=False)) for line, row in rows}


def _columns(register: str) -> list[str]:
    words = dictionary()
    item = words.registers.get(register) or words.decisions.get(register)
    return [field.name for field in item.fields] if item else []


def _parquet_rows(path: Path) -> list[tuple[int, Sequence[str]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (OSError, ValueError, pa.ArrowException):
        return []
    header = [name for name in table.column_names if name != "geometry"]
    columns = [["" if value is None else str(value) for value in table.column(name).to_pylist()] for name in header]
    body = zip(*columns, strict=True)
    return [(0, header), *enumerate(body, start=1)]


def _sheet_rows(path: Path, sheet: str) -> list[tuple[int, Sequence[str]]]:
    import zipfile

    from friendly_city.city.workbook import sheets_of, unsafe

    try:
        return [] if unsafe(path) else [(line, row) for line, row in dict(sheets_of(path)).get(sheet, [])]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile):
        return []
