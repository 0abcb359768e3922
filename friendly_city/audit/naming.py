"""What a criterion measures, in words. Its figures are in `standards.wording`; knows no findings.

The names of registers, fields and facilities come from the data dictionary, so this is the lowest room that can say them:
`standards show` and the handbook speak through it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from friendly_city.audit.measures.fields import registers
from friendly_city.audit.reasons.rated import quotient_label, side
from friendly_city.audit.reasons.rated_people import reach_of
from friendly_city.audit.reasons.words import NAMED, children_of, field_label, limits, noun_of, size_label, tidy
from friendly_city.labels import Text, label, number
from friendly_city.standards.model import SubjectKind

if TYPE_CHECKING:
    from friendly_city.standards.model import Criterion
    from friendly_city.standards.requirement import Condition, Filter, Threshold

YES, NO = Text("是", "yes"), Text("否", "no")
PEOPLE = {
    "child": Text("儿童", "children"),
    "parent": Text("家长", "parents"),
    "staff": Text("工作人员", "staff"),
    "any": Text("受访者", "people asked"),
}
STREETS = {
    "street_density": Text("每平方公里的{zh}长度", "length of {en} for each km²"),
    "crossing_spacing": Text("{zh}上过街设施的平均间距", "mean spacing of crossings on {en}"),
    "length_share": Text("{zh}中{having_zh}的长度占比", "share of the length of {en} with {having_en}"),
}
EVENTS = {
    "events": Text("一年内{zh}的次数", "{en} in a year"),
    "months": Text("有{zh}的月数", "months of the period with {en}"),
    "participants": Text("{zh}的参加人次合计", "people taking part in {en}, in all"),
    "mean_participants": Text("{zh}平均每次的参加人数", "people taking part in {en}, on average"),
}
REACHED = {
    "share_within": Text(
        "沿街道步行 {within_zh}以内有{zh}的{people_zh}占比", "share of {people_en} with {en} within {within_en} on foot"
    ),
    "nearest": Text("{people_zh}沿街道步行到最近{zh}的平均距离或时间", "mean walk of {people_en} to the nearest {en}"),
    "supply": Text("{people_zh}步行 {within_zh}以内的{zh}供给", "supply of {en} within {within_en} on foot, for {people_en}"),
}


def measured(criterion: Criterion) -> Text:
    """Return what a criterion measures.

    Examples
    --------
    >>> from friendly_city.standards.load import load_standard
    >>> rooms = next(c for c in load_standard("db4403-t-236-2022").criteria if c.requirement.kind == "size")
    >>> measured(rooms).en.startswith("Floor")
    True
    """
    asked: Any = criterion.requirement
    said = _MEASURED[asked.kind](asked, criterion.subject)
    more = _conditions_of(asked)
    if more.zh:
        said = Text(f"{said.zh}（只计：{more.zh}）", f"{said.en} (only: {more.en})")
    return tidy(said)


def banded_by(threshold: Threshold) -> Text:
    """Return what bands go by: residents, or a field of the facility."""
    return Text("常住人口", "residents") if threshold.by == "population" else field_label("facilities", threshold.by)


def filter_words(register: str, where: Filter) -> Text:
    """Return all conditions of a filter in words."""
    said = [_condition(register, condition) for condition in where.conditions]
    return Text("；".join(text.zh for text in said), "; ".join(text.en for text in said))


def _joined(parts: list[Text]) -> Text:
    said = [part for part in parts if part.zh]
    return Text("，".join(part.zh for part in said), "; ".join(part.en for part in said))


def _condition(register: str, condition: Condition) -> Text:
    field = registers()[register].get(condition.field) if register in registers() else None
    name = field.label if field is not None else Text(condition.field, condition.field)
    if condition.any_of:
        values = [value_words(register, condition.field, value) for value in condition.any_of]
        return Text(f"{name.zh}为{'、'.join(v.zh for v in values)}", f"{name.en}: {' or '.join(v.en for v in values)}")
    low, high = (math.nan if end is None else end for end in (condition.at_least, condition.at_most))
    said = limits(low, high, field.unit if field is not None else "none")
    return Text(f"{name.zh} {said.zh}", f"{name.en}: {said.en}")


def value_words(register: str, field: str, value: str) -> Text:
    """Return the name of a value of a column; the value itself where it has none."""
    if value in ("true", "false"):
        return YES if value == "true" else NO
    group = NAMED.get(register, {}).get(field)
    return label(group, value) if group else Text(value, value)


def _register_of(asked: Any) -> str:
    return getattr(asked, "register", "") or {"size": "facilities", "access": "facilities", "density": "streets"}.get(
        asked.kind, ""
    )


def _conditions_of(asked: Any) -> Text:
    """Return the conditions that the noun of a requirement does not say itself."""
    if asked.kind == "ratio":
        sides = [(part.register, part.where) for part in (asked.numerator, asked.denominator) if part.register]
        said = [_left(register, where) for register, where in dict.fromkeys(sides)]
        return _joined(list(dict.fromkeys(said)))
    register = "facilities" if asked.kind == "attest" else _register_of(asked)
    return _left(register, asked.where) if hasattr(asked, "where") else Text("", "")


def _left(register: str, where: Filter) -> Text:
    noun, named = noun_of(register, where), NAMED.get(register, {})
    rest = [
        c for c in where.conditions if c.field not in named or not noun.names or not c.any_of or _unsaid(register, c, noun.zh)
    ]
    said = [_condition(register, condition) for condition in rest]
    return Text("；".join(text.zh for text in said), "; ".join(text.en for text in said))


def _unsaid(register: str, condition: Condition, noun: str) -> bool:
    return not all(value_words(register, condition.field, value).zh in noun for value in condition.any_of)


def _attest(asked: Any, subject: str) -> Text:
    if asked.register == "documents":
        said = Text(f"有现行文件“{asked.item}”", f"there is a document in force: {asked.item}")
    elif subject == SubjectKind.FACILITY:
        noun = noun_of("facilities", asked.where)
        said = Text(f"每一{noun.measure_word}{noun.zh}的核查“{asked.item}”", f"inspection of each {noun.en}: {asked.item}")
    else:
        said = Text(f"核查“{asked.item}”", f"inspection: {asked.item}")
    if asked.valid_months is None:
        return said
    return Text(f"{said.zh}，{asked.valid_months} 个月内有效", f"{said.en}, valid for {asked.valid_months} months")


def _count(asked: Any, subject: str) -> Text:  # noqa: ARG001 - one signature for all
    noun = noun_of(asked.register, asked.where)
    if asked.distinct:
        field = field_label(asked.register, asked.distinct)
        return Text(f"{noun.zh}中不同{field.zh}的数量", f"how many different values of {field.en} among {noun.many()}")
    if asked.field:
        field = size_label(asked.field, asked.where, asked.register)
        return Text(f"{noun.zh}的{field.zh}合计", f"{field.en} of {noun.many()} in all")
    return Text(f"{noun.zh}的数量", f"how many {noun.many()}")


def _size(asked: Any, subject: str) -> Text:  # noqa: ARG001 - one signature for all
    noun, field = noun_of("facilities", asked.where), size_label(asked.field, asked.where)
    return {
        "each": Text(f"每一{noun.measure_word}{noun.zh}的{field.zh}", f"{field.en} of each {noun.en}"),
        "best": Text(f"最好的一{noun.measure_word}{noun.zh}的{field.zh}", f"{field.en} of the best {noun.en}"),
        "total": Text(f"{noun.zh}的{field.zh}合计", f"{field.en} of {noun.many()} in all"),
    }[asked.of]


def _ratio(asked: Any, subject: str) -> Text:
    above, below = asked.numerator, asked.denominator
    if subject == SubjectKind.FACILITY:
        noun, label_of = noun_of("facilities", below.where), quotient_label(above, below)
        return Text(f"每一{noun.measure_word}{noun.zh}的{label_of.zh}", f"{label_of.en}, of each {noun.en}")
    top, bottom = side(above), side(below)
    if asked.threshold.unit == "share":
        return Text(f"{top.zh}占{bottom.zh}的比例", f"{top.en} as a share of {bottom.en}")
    return Text(f"{top.zh}，按{bottom.zh}计", f"{top.en}, for {bottom.en}")


def _frequency(asked: Any, subject: str) -> Text:  # noqa: ARG001 - one signature for all
    noun = noun_of(asked.register, asked.where)
    return _filled(EVENTS[asked.measure], zh=noun.zh, en=noun.many())


def _access(asked: Any, subject: str) -> Text:  # noqa: ARG001 - one signature for all
    noun, people, within = noun_of("facilities", asked.where), children_of(asked.age_band), reach_of(asked)
    named = noun.en if asked.measure == "nearest" else noun.one_of if asked.measure == "share_within" else noun.many()
    return _filled(
        REACHED[asked.measure], zh=noun.zh, en=named, people_zh=people.zh, people_en=people.en,
        within_zh=within.zh, within_en=within.en,
    )  # fmt: skip


def _density(asked: Any, subject: str) -> Text:  # noqa: ARG001 - one signature for all
    noun, having = noun_of("streets", asked.where), filter_words("streets", asked.having)
    return _filled(STREETS[asked.measure], zh=noun.zh, en=noun.many(), having_zh=having.zh, having_en=having.en)


def _response(asked: Any, subject: str) -> Text:  # noqa: ARG001 - one signature for all
    people = PEOPLE[asked.respondent]
    if asked.measure == "mean":
        return Text(f"{people.zh}对“{asked.item}”的平均分（1–5）", f"mean answer of {people.en} to {asked.item} (1–5)")
    start = number(asked.positive_from)
    return Text(
        f"{people.zh}对“{asked.item}”打 {start} 分以上的比例", f"share of {people.en} who give {asked.item} {start} or more of 5"
    )


def _indicator(asked: Any, subject: str) -> Text:  # noqa: ARG001 - one signature for all
    year = asked.target_year
    said = Text(f"统计值“{asked.code}”", f"published figure {asked.code}")
    return Text(f"{said.zh}（{year} 年目标）", f"{said.en} (target for {year})") if year else said


def _filled(text: Text, **parts: str) -> Text:
    return Text(text.zh.format(**parts), text.en.format(**parts))


_MEASURED: dict[str, Callable[[Any, str], Text]] = {
    "attest": _attest, "count": _count, "size": _size, "ratio": _ratio, "frequency": _frequency,
    "access": _access, "density": _density, "response": _response, "indicator": _indicator,
}  # fmt: skip
