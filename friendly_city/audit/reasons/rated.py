"""Sentences of findings that have a rating: attest, count, size, ratio. The other kinds are in `rated_people`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from friendly_city.audit.measures.measured import PARTIAL
from friendly_city.audit.measures.natural import unit_in
from friendly_city.audit.reasons.rated_each import Size, attested, each
from friendly_city.audit.reasons.words import (
    REGISTERS_OF_PEOPLE,
    Noun,
    amount,
    asked,
    children_of,
    day,
    few,
    field_label,
    limits,
    noun_of,
    size_label,
)
from friendly_city.labels import Text, number
from friendly_city.standards.model import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from friendly_city.audit.reasons.words import Case
    from friendly_city.standards.model import Item
    from friendly_city.standards.requirement import Quantity, Threshold

    Say = Callable[[Case], Text]

ANSWERS = {
    "examine": {
        "yes": Text("查阅，凭证符合要求", "the evidence is there"),
        "partly": Text("查阅，凭证只符合一部分要求", "there is evidence for part of it"),
        "no": Text("查阅，未见符合要求的凭证", "there is no evidence of it"),
    },
    "observe": {
        "yes": Text("现场核查，达到要求", "as asked"),
        "partly": Text("现场核查，部分达到要求", "partly as asked"),
        "no": Text("现场核查，未达到要求", "not as asked"),
    },
    "interview": {
        "yes": Text("访谈，答复是已经做到", "it is done"),
        "partly": Text("访谈，答复是做到一部分", "it is done in part"),
        "no": Text("访谈，答复是没有做到", "it is not done"),
    },
}
"""What was found, by method and answer."""
EACH = {"classes_count": Text("每班", "per class"), "capacity_places": Text("每个学位的", "per place")}
"""How a size is named that another is divided by."""
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
        return lambda case: attested(case, noun)
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
    method, date = case.facts["method"], day(case.facts["date"])
    answer = ANSWERS[method][case.facts["answer"]]
    return Text(f"{date} {answer.zh}", f"{EXAMINED[method].capitalize()} on {date}: {answer.en}")


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
    noun, field = noun_of("facilities", requirement.where), size_label(requirement.field, requirement.where)
    unit = requirement.threshold.unit
    if requirement.of == "each":
        measured = Size(field, unit, False, *banded_by(requirement.threshold))
        return lambda case: each(case, noun, measured)
    if requirement.of == "best":
        return lambda case: _best(case, noun, field, unit)
    return lambda case: _total(case, noun, field, unit)


def banded_by(threshold: Threshold) -> tuple[Text | None, str]:
    """Return the name and unit of the size of a facility that bands go by; None where they go by something else."""
    if threshold.by in ("", "population"):
        return None, ""
    return field_label("facilities", threshold.by), threshold.by_unit or unit_in("facilities", threshold.by)


def _best(case: Case, noun: Noun, field: Text, unit: str) -> Text:
    best, said, total = amount(case.value, unit), asked(case, unit), case.facts["total"]
    return Text(
        f"{noun.zh} {number(total)} {noun.measure_word}，最好的一{noun.measure_word}{field.zh} {best.zh}，{said.zh}",
        f"the best of {number(total)} {noun.many(total)}: {field.en} {best.en}; {said.en}",
    )


def _total(case: Case, noun: Noun, field: Text, unit: str) -> Text:
    whole, said, total = amount(case.value, unit), asked(case, unit), case.facts["total"]
    return Text(
        f"{noun.zh} {number(total)} {noun.measure_word}，{field.zh}合计 {whole.zh}，{said.zh}",
        f"{field.en} of {number(total)} {noun.many(total)}: {whole.en} in all; {said.en}",
    )


def ratio(item: Item) -> Say:
    """Return how findings of a `Ratio` are worded."""
    requirement: Any = item.criterion.requirement
    unit, above, below = requirement.threshold.unit, requirement.numerator, requirement.denominator
    if item.criterion.subject is SubjectKind.FACILITY:
        of_each = Size(quotient_label(above, below), unit, True, *banded_by(requirement.threshold))
        facilities = noun_of("facilities", below.where)
        return lambda case: each(case, facilities, of_each)
    if unit == "share" and below.register and not below.field and not above.field and not above.distinct:
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


def quotient_label(above: Quantity, below: Quantity) -> Text:
    """Return the name of one size per another: ``每班学位``, ``places per class``."""
    top, bottom = size_label(above.field, above.where), field_label("facilities", below.field)
    if below.field in EACH:
        return Text(f"{EACH[below.field].zh}{top.zh}", f"{top.en} {EACH[below.field].en}")
    return Text(f"{top.zh}与{bottom.zh}之比", f"{top.en} per {bottom.en}")


def side(quantity: Quantity) -> Text:
    """Return one side of a ratio in words."""
    if quantity.distinct == "community_code":
        noun = noun_of(quantity.register, quantity.where)
        words = Text(f"有{noun.zh}的社区", f"communities with {noun.many()}")
    elif quantity.population:
        words = children_of(quantity.population)
    elif quantity.area:
        words = Text("社区面积", "area of the community")
    else:
        noun = noun_of(quantity.register, quantity.where)
        field = size_label(quantity.field, quantity.where, quantity.register) if quantity.field else None
        words = Text(f"{noun.zh}的{field.zh}", f"{field.en} of {noun.many()}") if field else Text(noun.zh, noun.many())
    return words


def _part(case: Case, noun: Noun) -> Text:
    part, whole, said = case.facts["numerator"], case.facts["denominator"], asked(case, "share")
    head, things = f"{noun.zh} {number(whole)} {noun.measure_word}", f"{number(whole)} {noun.many(whole)}"
    wanted = said.zh.replace("全部", "全部符合")
    if whole == 1:
        return Text(f"{head}，{'' if part else '不'}符合，{wanted}", f"{things}, {'' if part else 'not '}as asked; {said.en}")
    if part in (0, whole):
        en = f"all {things} are" if part else f"not one of {things} is"
        return Text(f"{head}，都{'' if part else '不'}符合，{wanted}", f"{en} as asked; {said.en}")
    share = amount(case.value, "share")
    return Text(
        f"{head}，其中 {number(part)} {noun.measure_word}符合，占 {share.zh}，{wanted}",
        f"{number(part)} of {things} {'is' if part == 1 else 'are'} as asked ({share.en}); {said.en}",
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
