"""What a cell of text may be: text that can be seen, and tells of nobody.

Register text is data. What could run elsewhere (formulas, markup), hides (control characters) or tells who a person is, is
refused at the door.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from friendly_city.city.dictionary import Field
from friendly_city.city.personal import personal_in
from friendly_city.errors import Problem, shorten

MAX_CELL = 10_000
"""Characters of one cell."""
SIGNED = r"[+-][0-9.]+([eE][+-]?[0-9]+)?"
# OWASP "CSV injection": these characters begin a formula, in some East Asian locales the full-width ones too.
FORMULA = re.compile(rf"^(?:[=@\t＝＠＋－]|(?!{SIGNED}$)[+-])")
MARKUP = re.compile(r"<\s*/?[a-zA-Z!]")
# C0 and C1 controls but tab and line ends, zero-width and bidirectional marks, line separators, the replacement character.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]")
SUSPECT = re.compile(rf"^(?:[=@\t＝＠＋－]|(?!{SIGNED}$)[+-])|{MARKUP.pattern}|{CONTROL.pattern}|^[^\S\n]|[^\S\n]$", re.MULTILINE)


def may_hold_personal(field: Field) -> bool:
    """Return whether a cell of a field could hold personal data and not be refused for being no value of the field.

    What must be one of a list, or a row of another register, is refused in any case.
    """
    return not (field.enum or field.refers)


def check_cells(cells: Sequence[str], field: Field, lines: Sequence[int], *, file: str, problems: list[Problem]) -> None:
    """Note the cells of a column that cannot be taken as plain text; each once, by the first fault in it.

    A clean column costs one search over its joined text.
    """
    free = may_hold_personal(field)
    joined = "\n".join(cells)
    too_long = bool(cells) and max(map(len, cells)) > MAX_CELL
    broken = joined.count("\n") >= max(len(cells), 1) or "\r" in joined
    if not (too_long or broken or SUSPECT.search(joined) or (free and personal_in(joined))):
        return
    tests = [*TESTS, _personal] if free else TESTS
    for cell, line in zip(cells, lines, strict=True):
        fault = next((found for test in tests if (found := test(cell))), None)
        if fault:
            problems.append(Problem(file, line, None, field.name, *fault))


def _too_long(cell: str) -> tuple[str, str] | None:
    return (f"a cell of {len(cell):,} characters", f"at most {MAX_CELL:,}") if len(cell) > MAX_CELL else None


def _hidden(cell: str) -> tuple[str, str] | None:
    if "\n" in cell or "\r" in cell:
        return "a line break inside a cell", "one line a row"
    found = CONTROL.search(cell)
    return (f"a control character U+{ord(found[0]):04X}", "text that can be seen") if found else None


def _formula(cell: str) -> tuple[str, str] | None:
    if not FORMULA.search(cell):
        return None
    return f"{shorten(cell)!r} would run as a formula in a spreadsheet", "text that does not start with = + - @ or a tab"


def _markup(cell: str) -> tuple[str, str] | None:
    return (f"{shorten(cell)!r}: markup is not allowed in a register", "plain text") if MARKUP.search(cell) else None


def _spaced(cell: str) -> tuple[str, str] | None:
    return (f"{shorten(repr(cell))} has space around it", "no space around a cell") if cell != cell.strip() else None


def _personal(cell: str) -> tuple[str, str] | None:
    kind = personal_in(cell)  # the value itself is never repeated
    return told_personal(kind) if kind else None


def told_personal(kind: str) -> tuple[str, str]:
    """Return what is said of a cell with personal data, and what was expected."""
    return f"the cell holds what looks like {kind}; personal data may not be in a register", "no such data"


TESTS: tuple[Callable[[str], tuple[str, str] | None], ...] = (_too_long, _hidden, _formula, _markup, _spaced)
