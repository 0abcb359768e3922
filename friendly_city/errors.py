"""What can go wrong, said so that a person can mend it.

Knows: how one problem is written down, and which exit code a kind of failure has. Does not know who found it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

MAX_SHOWN = 40
"""Problems printed in a message; the rest is counted and stays in ``problems``."""

VALUE_LENGTH = 60
"""Characters of a faulty value that are echoed back."""


def shorten(value: object) -> str:
    """Return a value as one short line, so that no message echoes a megabyte.

    Examples
    --------
    >>> shorten("a" * 100)[-12:]
    'aaaaaaaaaaa…'
    """
    text = " ".join(str(value).split())
    return text if len(text) <= VALUE_LENGTH else text[: VALUE_LENGTH - 1] + "…"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name most like `name`, or an empty string.

    Examples
    --------
    >>> nearest("obligaton", ["obligation", "dimension"])
    'obligation'
    """
    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in one place.

    Attributes
    ----------
    file : str
        File as the user named it, e.g. ``facilities.csv`` or ``catalogue/x.yaml``.
    line : int or None
        Line in that file, from 1 (the header of a table is line 1).
    column : int or None
        Column of a text file, from 1; None for tables.
    path : str
        Name of the field, column or key, e.g. ``criteria.3.threshold.unit`` or ``area_m2``.
    what : str
        What is wrong, with the value.
    expected : str
        What would have been right.
    nearest : str
        The known name most like the one found, if any.
    """

    file: str
    line: int | None
    column: int | None
    path: str
    what: str
    expected: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        """Return ``file:line:column path: what; expected …; did you mean …?``."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        head = f"{place} {self.path}".strip()
        text = f"{head}: {self.what}"
        if self.expected:
            text += f"; expected {self.expected}"
        if self.nearest:
            text += f"; did you mean {self.nearest!r}?"
        return text


class FriendlyCityError(Exception):
    """Any failure this package explains itself; `exit_code` is what the command line ends with."""

    exit_code = 1


class UnknownName(FriendlyCityError):
    """A community, checklist, standard or place was asked for that is not there."""

    exit_code = 2

    def __init__(self, kind: str, name: object, known: Sequence[str], aliases: Mapping[str, str] | None = None) -> None:
        """Say what is known, and by which other names (`aliases`, to the known ones)."""
        super().__init__(kind, name, tuple(known), aliases)
        self.kind, self.name, self.known, self.aliases = kind, name, tuple(known), aliases or {}

    def __str__(self) -> str:
        guess = nearest(str(self.name), (*self.known, *self.aliases))
        hint = f"; did you mean {self.aliases.get(guess, guess)!r}?" if guess else ""
        some = ", ".join(self.known[:8]) + (" …" if len(self.known) > 8 else "")
        return f"no {self.kind} named {shorten(self.name)!r}{hint}" + (f" (known: {some})" if some else "")


class InvalidParameters(FriendlyCityError):
    """A parameter is unknown, ill-typed or out of range."""

    exit_code = 2


class Invalid(FriendlyCityError):
    """Base of errors that carry every problem found, not only the first."""

    exit_code = 3
    subject = "input"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        count = len(self.problems)
        lines = [f"{count} problem{'s' * (count != 1)} in the {self.subject}:"]
        lines += [f"  {problem}" for problem in self.problems[:MAX_SHOWN]]
        if count > MAX_SHOWN:
            lines.append(f"  … and {count - MAX_SHOWN} more")
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """Return the problems as a table: file, line, column, path, what, expected, nearest."""
        import pandas as pd

        names = ("file", "line", "column", "path", "what", "expected", "nearest")
        return pd.DataFrame([[getattr(p, n) for n in names] for p in self.problems], columns=list(names))


class InvalidStandard(Invalid):
    """A standard or checklist file does not say what it must."""

    subject = "standard"


class InvalidCity(Invalid):
    """The registers, geometry or streets of a city do not hold together."""

    subject = "city data"
