"""What can be mended in a cell without judgement: there is one thing it can have meant.

Typed fields only take values that are right afterwards; free text keeps its words and its full-width marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from friendly_city.city.cells import CONTROL, FORMULA
from friendly_city.city.check import DATE, INTEGER, NUMBER
from friendly_city.city.dictionary import Field
from friendly_city.labels import Text

REASONS = {
    "hidden": Text("去掉看不见的字符", "characters that cannot be seen left out"),
    "breaks": Text("单元格内换行改为空格", "a space for a line break"),
    "space": Text("去掉首尾空格", "space around the cell left out"),
    "width": Text("全角改为半角", "half-width for full-width characters"),
    "number": Text("数字写法", "the number as it is to be written"),
    "date": Text("日期改为年-月-日", "the date as year-month-day"),
    "truth": Text("是否改为true、false", "true or false"),
    "name": Text("取值的写法", "the value as the list writes it"),
}
"""Why a cell was changed."""
LOST = "\ufffd"
"""Stands for a character that was lost: nothing can be mended there."""
HALF = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Half-width characters by their full-width forms."""
BREAKS = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")
THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}([,'’][0-9]{3})+(\.[0-9]+)?")
WHOLE = re.compile(r"([+-]?[0-9]+)\.0+")
PERCENT = re.compile(r"([0-9]+)(?:\.([0-9]+))? ?%")
DAYS = (
    re.compile(r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})(?:[ T]0?0:00(?::00(?:\.0+)?)?)?"),
    re.compile(r"(?P<year>[0-9]{4}) ?年 ?(?P<month>[0-9]{1,2}) ?月 ?(?P<day>[0-9]{1,2}) ?[日号]"),
    re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
)
"""Forms in which a day is written, the year first: others could be read in two ways."""
TRUTHS = dict.fromkeys(("true", "yes", "是", "有"), "true") | dict.fromkeys(("false", "no", "否", "无"), "false")


def mended(cell: str, field: Field) -> tuple[str, tuple[Text, ...]]:
    """Return a cell as it must have been meant, and what was done to it; unchanged where that takes judgement.

    Parameters
    ----------
    cell : str
        As it stands in the file.
    field : Field
        What the dictionary says of its column.

    Examples
    --------
    >>> from friendly_city.city.dictionary import dictionary
    >>> facilities = dictionary().registers["facilities"]
    >>> mended(" １,２００", facilities.field("floor_area_m2"))[0]
    '1200'
    >>> mended("2022年3月5日", facilities.field("opened_date"))[0]
    '2022-03-05'
    >>> mended("5/3/2022", facilities.field("opened_date"))
    ('5/3/2022', ())
    """
    if not cell or LOST in cell:
        return cell, ()
    done: list[Text] = []
    last = cell
    for name, step in STEPS.items():
        changed = step(last, field)
        if changed != last:
            done.append(REASONS[name])
            last = changed
    return (cell, ()) if FORMULA.search(last) else (last, tuple(done))


def is_of_type(cell: str, field: Field) -> bool:
    """Return whether a text is a value of a field: of its type, its list, its pattern and bounds. An empty one is not known."""
    if not cell:
        return not field.required
    if field.numeric:
        is_number = bool((NUMBER if field.type == "number" else INTEGER).fullmatch(cell))
        return is_number and _is_between(float(cell), field.minimum, field.maximum)
    if field.type == "date":
        is_day = bool(DATE.fullmatch(cell)) and _is_day(cell)
        return is_day and _is_between(date.fromisoformat(cell), field.minimum, field.maximum)
    if field.type == "boolean":
        return cell in ("true", "false")
    return (not field.enum or cell in field.enum) and (not field.pattern or bool(re.fullmatch(field.pattern, cell)))


def _is_between(value: Any, minimum: Any, maximum: Any) -> bool:
    return (minimum is None or value >= minimum) and (maximum is None or value <= maximum)


def _is_day(cell: str) -> bool:
    try:
        date.fromisoformat(cell)
    except ValueError:
        return False
    return True


def _hidden(cell: str, _: Field) -> str:
    return CONTROL.sub(lambda found: found[0] if found[0] in "\u2028\u2029" else "", cell)


def _breaks(cell: str, _: Field) -> str:
    return BREAKS.sub(" ", cell.strip()) if BREAKS.search(cell) else cell


def _space(cell: str, _: Field) -> str:
    return cell.strip()


def _width(cell: str, field: Field) -> str:
    """Free text keeps its marks: a full-width bracket in a Chinese name is right."""
    free = field.type == "string" and not (field.enum or field.pattern or field.refers)
    return cell if free else cell.translate(HALF).strip()


def _number(cell: str, field: Field) -> str:
    if not field.numeric:
        return cell
    plain = re.sub("[,'’]", "", cell) if THOUSANDS.fullmatch(cell) else cell
    if field.type == "integer" and (whole := WHOLE.fullmatch(plain)):
        plain = whole[1]
    if field.unit == "share" and (percent := PERCENT.fullmatch(plain)):
        plain = _hundredth(percent[1], percent[2] or "")
    return plain if NUMBER.fullmatch(plain) else cell


def _hundredth(whole: str, rest: str) -> str:
    """Return a hundredth of a number written in digits, digit by digit.

    Examples
    --------
    >>> _hundredth("85", "5"), _hundredth("100", ""), _hundredth("7", "")
    ('0.855', '1', '0.07')
    """
    digits = whole.zfill(3)
    head, tail = digits[:-2].lstrip("0") or "0", (digits[-2:] + rest).rstrip("0")
    return f"{head}.{tail}" if tail else head


def _date(cell: str, field: Field) -> str:
    if field.type != "date":
        return cell
    for form in DAYS:
        if found := form.fullmatch(cell):
            day = f"{found['year']}-{int(found['month']):02}-{int(found['day']):02}"
            return day if _is_day(day) else cell
    return cell


def _truth(cell: str, field: Field) -> str:
    return TRUTHS.get(cell.lower(), cell) if field.type == "boolean" else cell


def _name(cell: str, field: Field) -> str:
    same = cell.lower().replace(" ", "_").replace("-", "_")
    return same if same in field.enum else cell


STEPS: dict[str, Callable[[str, Field], str]] = {
    "hidden": _hidden,
    "breaks": _breaks,
    "space": _space,
    "width": _width,
    "number": _number,
    "date": _date,
    "truth": _truth,
    "name": _name,
}
"""In this order; each begins with what the one before left."""
