"""Parts of speech: what is counted, how much of it, what is asked.

Numbers of children below `SMALL` are not written out: a reason may be published.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from friendly_city.audit.measures.fields import registers
from friendly_city.city.model import ages_of
from friendly_city.labels import ONE, Text, label, number

if TYPE_CHECKING:
    from friendly_city.city.model import Period
    from friendly_city.standards.requirement import Filter

SMALL = 5
"""Fewer children than this are called "fewer than 5"."""

NOUNS = {
    "facilities": ("设施", "facility", "处"),
    "activities": ("活动", "activity", "次"),
    "meetings": ("儿童议事会", "children's council meeting", "次"),
    "documents": ("文件", "document", "份"),
    "staff": ("岗位人员", "staff member", "人"),
    "inspections": ("核查记录", "inspection", "条"),
    "indicators": ("统计值", "published figure", "项"),
    "crossings": ("过街设施", "crossing", "处"),
    "entrances": ("出入口", "entrance", "个"),
    "hours": ("开放时间", "row of opening hours", "条"),
    "homes": ("居住点", "home", "处"),
    "streets": ("可步行街道", "walkable street", "段"),
    "communities": ("社区", "community", "个"),
    "population": ("人口记录", "population record", "条"),
}
NAMED = {
    "facilities": {"kind": "facility"},
    "staff": {"role": "role"},
    "activities": {"theme": "theme", "category": "activity"},
    "streets": {"street_class": "street"},
}
"""Columns whose values have a name of their own, and the group of labels it stands in."""

MEASURE_WORDS = dict.fromkeys(("kindergarten", "primary_school", "middle_school", "nine_year_school"), "所") | {"childcare": "家"}
"""Chinese measure words of facilities that have one of their own."""
PLACES = dict.fromkeys(("kindergarten", "primary_school", "middle_school", "nine_year_school"), "学位") | {
    "childcare": "托位",
    "library": "座位",
}
"""What a place is called, by kind of facility."""

MOST_NAMES = 3
"""So many kinds are named one by one."""

REGISTERS_OF_PEOPLE = ("activities", "meetings", "homes", "population")
"""Registers in which persons are children or residents, not posts."""

CLOSE, CLOSED = re.compile(r"([\u4e00-\u9fff])([\d≥≤])"), re.compile(r"([）」”]) (\d)")
"""Where a space is to be between a Chinese character and a number, and where none."""
PER_CENT = Text("%", "%")
BARE_UNITS = ("per_1000", "per_100", "none")
"""Units that are said by the sentence, not after the number."""


@dataclass(frozen=True, slots=True)
class Noun:
    """What is counted: Chinese, English in the singular (one word for each kind), Chinese measure word."""

    zh: str
    names: tuple[str, ...]
    measure_word: str

    @property
    def en(self) -> str:
        """Return the English noun in the singular: ``park``, ``primary school or nine-year school``."""
        return either(self.names)

    @property
    def one_of(self) -> str:
        """Return the English noun with an article: ``a primary school or a nine-year school``."""
        return either([f"a {name}" for name in self.names])

    def many(self, count: float = 2) -> str:
        """Return the English noun for a number of things."""
        return self.en if count == 1 else either([plural(name) for name in self.names])


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One finding, ready to be put into words."""

    facts: dict[str, Any]
    value: float
    degree: float
    at_least: float
    at_most: float
    rating: str
    cause: str


def either(words: Sequence[str]) -> str:
    """Return English words as alternatives.

    Examples
    --------
    >>> either(["a"]), either(["a", "b", "c"])
    ('a', 'a, b or c')
    """
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def plural(noun: str) -> str:
    """Return the English plural of a regular noun.

    Examples
    --------
    >>> plural("library"), plural("children's home"), plural("crossing")
    ('libraries', "children's homes", 'crossings')
    """
    head, _, rest = noun.partition(" of ")
    if rest:
        return f"{plural(head)} of {rest}"
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2] not in "aeiou" else noun + "s"


@cache
def noun_of(register: str, where: Filter) -> Noun:
    """Return what the rows of a register are that pass a filter; conditions beyond that only say "qualifying".

    Examples
    --------
    >>> from friendly_city.standards.requirement import Condition, Filter
    >>> noun_of("facilities", Filter(conditions=(Condition(field="kind", any_of=("park",)),)))
    Noun(zh='公园', names=('park',), measure_word='处')
    """
    zh, en, measure_word = NOUNS.get(register, ("记录", "record", "条"))
    groups, names = NAMED.get(register, {}), [Text(zh, en)]
    named = next((c for c in where.conditions if c.field in groups and 0 < len(c.any_of) <= MOST_NAMES), None)
    if named is not None:
        names = [label(groups[named.field], value) for value in named.any_of]
    if (
        register == "facilities"
        and named is not None
        and len(words := {MEASURE_WORDS.get(kind, measure_word) for kind in named.any_of}) == 1
    ):
        (measure_word,) = words
    zh = "或".join([*filter(None, ["、".join(name.zh for name in names[:-1])]), names[-1].zh])
    if all(condition is named for condition in where.conditions):
        return Noun(zh, tuple(name.en for name in names), measure_word)
    return Noun(f"符合条件的{zh}", tuple(f"qualifying {name.en}" for name in names), measure_word)


def field_label(register: str, field: str) -> Text:
    """Return the label of a field."""
    return registers()[register][field].label


def size_label(field: str, where: Filter, register: str = "facilities") -> Text:
    """Return the label of a size; a place is called by the kind of facility that a filter names.

    Examples
    --------
    >>> from friendly_city.standards.requirement import Condition, Filter
    >>> size_label("capacity_places", Filter(conditions=(Condition(field="kind", any_of=("primary_school",)),)))
    Text(zh='学位', en='places')
    """
    text = field_label(register, field)
    kinds = next((condition.any_of for condition in where.conditions if condition.field == "kind"), ())
    names = {PLACES.get(kind, "") for kind in kinds}
    return Text(names.pop(), text.en) if field == "capacity_places" and len(names) == 1 and "" not in names else text


def amount(value: float, unit: str) -> Text:
    """Return a value with its unit in both languages; without it where the sentence says the unit.

    Examples
    --------
    >>> amount(0.62, "share"), amount(4.5, "per_1000")
    (Text(zh='62 %', en='62 %'), Text(zh='4.5', en='4.5'))
    """
    if math.isinf(value):
        return Text("无穷大", "without bound")
    if unit in BARE_UNITS or math.isnan(value):
        return Text(number(value), number(value))
    shown, word = number(value * 100 if unit == "share" else value), PER_CENT if unit == "share" else label("unit", unit)
    en = ONE.get(word.en, word.en) if shown == "1" else word.en
    return Text(f"{shown} {word.zh}".strip(), f"{shown} {en}".strip())


def limits(at_least: float, at_most: float, unit: str) -> Text:
    """Return what is asked, e.g. ``≥ 85 %`` and ``at least 85 %``.

    Examples
    --------
    >>> limits(0.85, float("nan"), "share")
    Text(zh='≥ 85 %', en='at least 85 %')
    >>> limits(250, 300, "m2").zh
    '250–300 m²'
    """
    return _limits(None if math.isnan(at_least) else at_least, None if math.isnan(at_most) else at_most, unit)


@lru_cache(maxsize=4096)
def _limits(at_least: float | None, at_most: float | None, unit: str) -> Text:
    if at_least is None and at_most is None:
        return Text("见标准", "see the standard")
    if unit == "share" and at_least is not None and at_least >= 1:
        return Text("全部", "all")
    low, high = (amount(math.nan if limit is None else limit, unit) for limit in (at_least, at_most))
    if at_most is None:
        return Text(f"≥ {low.zh}", f"at least {low.en}")
    if at_least is None:
        return Text(f"≤ {high.zh}", f"at most {high.en}")
    start = number(at_least * 100 if unit == "share" else at_least)
    return Text(f"{start}–{high.zh}", f"{start}–{high.en}")


def asked(case: Case, unit: str) -> Text:
    """Return the clause that says what is asked: ``要求 ≥ 85 %``, ``asked: at least 85 %``."""
    said, band = limits(case.at_least, case.at_most, unit), case.facts.get("band") or Text("", "")
    space = " " if said.zh[0] in "≥≤0123456789" else ""
    return Text(f"要求{space}{said.zh}{band.zh}", f"asked: {said.en}{band.en}")


def children_of(band: str) -> Text:
    """Return the children of an age band.

    Examples
    --------
    >>> children_of("6-12")
    Text(zh='6–12 岁儿童', en='children aged 6–12')
    """
    if band == "children":
        return Text("儿童", "children")
    if band == "all":
        return Text("居民", "residents")
    start, below = ages_of(band)
    return Text(f"{start}–{below} 岁儿童", f"children aged {start}–{below}")


def few(value: float, unit: Text) -> Text:
    """Return a number of people, but not one that is small enough to know them.

    Examples
    --------
    >>> few(3, Text("人", "children")), few(12, Text("人", "children"))
    (Text(zh='不足 5 人', en='fewer than 5 children'), Text(zh='12 人', en='12 children'))
    """
    if 0 < value < SMALL:
        return Text(f"不足 {SMALL} {unit.zh}", f"fewer than {SMALL} {unit.en}")
    return Text(f"{number(value)} {unit.zh}", f"{number(value)} {unit.en}")


def in_period(period: Period) -> Text:
    """Return a period as part of a sentence.

    Examples
    --------
    >>> from friendly_city.city.period import period_of
    >>> in_period(period_of("2022")), in_period(period_of("2022Q3"))
    (Text(zh='2022 年', en='2022'), Text(zh='2022 年第 3 季度', en='2022 Q3'))
    """
    year, _, quarter = period.label.partition("Q")
    return Text(f"{year} 年第 {quarter} 季度", f"{year} Q{quarter}") if quarter else Text(f"{year} 年", year)


def day(date: Any) -> str:
    """Return a date as ISO text."""
    return str(date)[:10]


def tidy(text: Text) -> Text:
    """Return a sentence with a space between Chinese characters and numbers after them, and an English capital first.

    Examples
    --------
    >>> tidy(Text("没有0–3 岁儿童", "no children"))
    Text(zh='没有 0–3 岁儿童', en='No children')
    """
    zh = CLOSE.sub(r"\1 \2", CLOSED.sub(r"\1\2", text.zh))
    return Text(zh, text.en[:1].upper() + text.en[1:])
