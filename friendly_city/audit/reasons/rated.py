"""Sentences of findings that have a rating: attest, count, size, ratio. The other kinds are in `rated_people`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from friendly_city.audit.measures.measured import PARTIAL
from friendly_city.audit.reasons.words import (
    REGISTERS_OF_PEOPLE,
    Noun,
    amount,
    asked,
    children_of,
    day,
    few,
    field_label,
    have,
    limits,
    noun_of,
)
from friendly_city.labels import Text, label, number
from friendly_city.standards.model import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from friendly_city.audit.reasons.words import Case
    from friendly_city.standards.model import Item
    from friendly_city.standards.requirement import Quantity

    Say = Callable[[Case], Text]

ANSWERS = {"yes": Text("是", "yes"), "partly": Text("部分", "partly"), "no": Text("否", "no")}
PER = {"per_1000": Text("千", "1,000"), "per_100": Text("百", "100")}
EXAMINED = {"observe": "observed", "interview": "asked in interviews", "examine": "examined"}


def partial(case: Case) -> Text:
    """Return the note that a rating is sure although not everything was reported."""
    if case.facts.get("state") == PARTIAL:
        return Text("（填报不完整，但已足以判断）", " (reporting is partial, yet enough to tell)")
    return Text("", "")


def attest(item: Item) -> Say:
    """Return how findings of an `Attest` are worded."""
    requirement: Any = item.criterion.requirement
    if requirement.register == "documents":
        return _document
    if item.criterion.subject is SubjectKind.FACILITY:
        noun = noun_of("facilities", requirement.where)
        return lambda case: _attested_facilities(case, noun)
    return _answer


def _document(case: Case) -> Text:
    count = case.facts["documents"]
    if not count:
        return Text("文件台账填报完整，其中没有该文件", "The documents are fully reported and this one is not among them")
    issued = day(case.facts["issued"])
    are = "document is" if count == 1 else "documents are"
    return Text(
        f"有 {number(count)} 份有效文件，最近一份于 {issued} 印发",
        f"{number(count)} {are} in force, the latest issued on {issued}",
    )


def _answer(case: Case) -> Text:
    answer, date = ANSWERS[case.facts["answer"]], day(case.facts["date"])
    method = case.facts["method"]
    return Text(
        f"{date} {label('method', method).zh}结果为“{answer.zh}”，要求为“是”",
        f"{EXAMINED[method].capitalize()} on {date}: {answer.en}; asked: yes",
    )


def _attested_facilities(case: Case, noun: Noun) -> Text:
    total = case.facts["total"]
    counts = {key: case.facts[key] for key in ANSWERS if case.facts[key]}
    zh = "、".join(f"{number(count)} 处为“{ANSWERS[key].zh}”" for key, count in counts.items())
    en = ", ".join(f"{number(count)} {ANSWERS[key].en}" for key, count in counts.items())
    return Text(
        f"{noun.zh} {number(total)} 处，{zh}，要求每处均为“是”",
        f"Of {number(total)} {noun.many(total)}: {en}; asked: yes for each",
    )


def count(item: Item) -> Say:
    """Return how findings of a `Count` are worded."""
    requirement: Any = item.criterion.requirement
    noun, unit = noun_of(requirement.register, requirement.where), requirement.threshold.unit
    if requirement.distinct:
        return lambda case: _distinct(case, noun)
    if requirement.field:
        field = field_label(requirement.register, requirement.field)
        people = unit == "persons" and requirement.register in REGISTERS_OF_PEOPLE
        return lambda case: _sum(case, noun, field, unit, people=people)
    return lambda case: _rows(case, noun)


def _rows(case: Case, noun: Noun) -> Text:
    said, note = limits(case.at_least, case.at_most, "none"), partial(case)
    some = number(case.value) if case.value else "no"
    zh = f"{noun.zh} {number(case.value)} {noun.measure_word}" if case.value else f"没有{noun.zh}"
    return Text(
        f"{zh}，要求 {said.zh} {noun.measure_word}{note.zh}", f"{some} {noun.many(case.value)}; asked: {said.en}{note.en}"
    )


def _distinct(case: Case, noun: Noun) -> Text:
    said, note, rows = limits(case.at_least, case.at_most, "none"), partial(case), case.facts["rows"]
    return Text(
        f"{noun.zh} {number(rows)} {noun.measure_word}，共 {number(case.value)} 类，要求 {said.zh} 类{note.zh}",
        f"{number(case.value)} different kinds among {number(rows)} {noun.many(rows)}; asked: {said.en}{note.en}",
    )


def _sum(case: Case, noun: Noun, field: Text, unit: str, *, people: bool) -> Text:
    total, said, note, rows = amount(case.value, unit), asked(case, unit), partial(case), case.facts["rows"]
    if people:
        total = few(case.value, Text("人", "persons"))
    return Text(
        f"{noun.zh} {number(rows)} {noun.measure_word}，{field.zh}合计{total.zh}，{said.zh}{note.zh}",
        f"{field.en} of {number(rows)} {noun.many(rows)}: {total.en} in all; {said.en}{note.en}",
    )


def size(item: Item) -> Say:
    """Return how findings of a `Size` are worded."""
    requirement: Any = item.criterion.requirement
    noun, field = noun_of("facilities", requirement.where), field_label("facilities", requirement.field)
    unit = requirement.threshold.unit
    if requirement.of == "each":
        return lambda case: _each(case, noun, field, unit)
    if requirement.of == "best":
        return lambda case: _best(case, noun, field, unit)
    return lambda case: _total(case, noun, field, unit)


def _extremes(case: Case, unit: str) -> Text:
    """Return the smallest value, and the largest too where there is a ceiling or several limits."""
    low, high = (amount(case.facts[name], unit) for name in ("smallest", "largest"))
    if math.isnan(case.at_most) and not case.facts["differ"]:
        return Text(f"最小值 {low.zh}", f"smallest {low.en}")
    if low == high:
        return low
    return Text(f"{low.zh} 至 {high.zh}", f"{low.en} to {high.en}")


def _each(case: Case, noun: Noun, field: Text, unit: str) -> Text:
    total, fit, extreme = case.facts["total"], case.facts["fit"], _extremes(case, unit)
    said = Text("按各自分级", "by its own band") if case.facts["differ"] else limits(case.at_least, case.at_most, unit)
    close = (
        Text("，未达到的按差距计部分得分", ", part credit for coming close") if case.degree > case.value + 1e-9 else Text("", "")
    )
    return Text(
        f"{noun.zh} {number(total)} 处，其中 {number(fit)} 处{field.zh}符合要求（每处{said.zh}；{extreme.zh}）{close.zh}",
        f"Of {number(total)} {noun.many(total)}, {have(fit)} the {field.en} asked of each: {said.en} ({extreme.en}){close.en}",
    )


def _best(case: Case, noun: Noun, field: Text, unit: str) -> Text:
    best, said, total = amount(case.value, unit), asked(case, unit), case.facts["total"]
    return Text(
        f"{noun.zh} {number(total)} 处，最好的一处{field.zh} {best.zh}，{said.zh}",
        f"the best of {number(total)} {noun.many(total)}: {field.en} {best.en}; {said.en}",
    )


def _total(case: Case, noun: Noun, field: Text, unit: str) -> Text:
    whole, said, total = amount(case.value, unit), asked(case, unit), case.facts["total"]
    return Text(
        f"{noun.zh} {number(total)} 处，{field.zh}合计 {whole.zh}，{said.zh}",
        f"{field.en} of {number(total)} {noun.many(total)}: {whole.en} in all; {said.en}",
    )


def ratio(item: Item) -> Say:
    """Return how findings of a `Ratio` are worded."""
    requirement: Any = item.criterion.requirement
    unit, above, below = requirement.threshold.unit, requirement.numerator, requirement.denominator
    if item.criterion.subject is SubjectKind.FACILITY:
        fields = [field_label("facilities", part.field) for part in (above, below)]
        field = Text(f"{fields[0].zh}与{fields[1].zh}之比", f"{fields[0].en} per {fields[1].en}")
        each = noun_of("facilities", below.where)
        return lambda case: _each(case, each, field, unit)
    if unit == "share" and below.register and not below.field and not above.field:
        whole = noun_of(below.register, below.where)
        return lambda case: _part(case, whole)
    if unit == "share" and above.register == below.register and above.field and below.field:
        fields = [field_label(below.register, part.field) for part in (above, below)]
        whole = noun_of(below.register, below.where)
        return lambda case: _part_of_sum(case, whole, *fields)
    sides = side(above), side(below)
    if below.area:
        return lambda case: _per_area(case, sides[0], unit)
    if unit in PER:
        word = "名" if below.population else "个"
        return lambda case: _per_people(case, *sides, unit, word=word)
    return lambda case: _quotient(case, *sides, unit)


def side(quantity: Quantity) -> Text:
    """Return one side of a ratio in words."""
    if quantity.population:
        words = children_of(quantity.population)
    elif quantity.area:
        words = Text("社区面积", "area of the community")
    else:
        noun = noun_of(quantity.register, quantity.where)
        field = field_label(quantity.register, quantity.field) if quantity.field else None
        words = Text(f"{noun.zh}的{field.zh}", f"{field.en} of {noun.many()}") if field else Text(noun.zh, noun.many())
    return words


def _part(case: Case, noun: Noun) -> Text:
    part, whole, share, said = (
        case.facts["numerator"],
        case.facts["denominator"],
        amount(case.value, "share"),
        asked(case, "share"),
    )
    return Text(
        f"{noun.zh} {number(whole)} {noun.measure_word}，其中 {number(part)} {noun.measure_word}符合，占 {share.zh}，{said.zh}",
        f"{number(part)} of {number(whole)} {noun.many(whole)} fit ({share.en}); {said.en}",
    )


def _part_of_sum(case: Case, noun: Noun, above: Text, below: Text) -> Text:
    share, said = amount(case.value, "share"), asked(case, "share")
    return Text(
        f"{noun.zh}的{below.zh}中，{above.zh}占 {share.zh}，{said.zh}",
        f"{above.en}: {share.en} of {below.en} of {noun.many()}; {said.en}",
    )


def _per_people(case: Case, above: Text, below: Text, unit: str, *, word: str) -> Text:
    per, said, value = PER[unit], asked(case, unit), number(case.value)
    return Text(
        f"每{per.zh}{word}{below.zh}有{above.zh} {value}，{said.zh}", f"{above.en}: {value} per {per.en} {below.en}; {said.en}"
    )


def _per_area(case: Case, above: Text, unit: str) -> Text:
    value, said = amount(case.value, unit), asked(case, unit)
    return Text(
        f"按社区面积计，{above.zh} {value.zh}，{said.zh}", f"{above.en} for the area of the community: {value.en}; {said.en}"
    )


def _quotient(case: Case, above: Text, below: Text, unit: str) -> Text:
    value, said = amount(case.value, unit), asked(case, unit)
    return Text(f"{above.zh}与{below.zh}之比为 {value.zh}，{said.zh}", f"{above.en} to {below.en}: {value.en}; {said.en}")
