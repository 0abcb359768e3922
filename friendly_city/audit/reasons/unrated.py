"""Sentences of findings without a rating: what is not known and how much is, or why a criterion does not apply."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

from friendly_city.audit.measures.indicator import OLDEST_YEARS
from friendly_city.audit.reasons.words import (
    REGISTERS_OF_PEOPLE,
    Noun,
    amount,
    asked,
    children_of,
    day,
    few,
    field_label,
    in_period,
    noun_of,
)
from friendly_city.labels import Text, label, number
from friendly_city.standards.model import SubjectKind
from friendly_city.standards.requirement import Filter

if TYPE_CHECKING:
    from friendly_city.audit.reasons.words import Case
    from friendly_city.standards.model import Item
    from friendly_city.standards.requirement import Threshold

REGISTERS = {
    "access": "facilities",
    "size": "facilities",
    "density": "streets",
    "response": "inspections",
    "indicator": "indicators",
}
"""Register of the kinds that read but one."""


def register_of(requirement: Any) -> str:
    """Return the register a criterion mainly reads."""
    if requirement.kind == "ratio":
        return next((side.register for side in (requirement.numerator, requirement.denominator) if side.register), "population")
    return REGISTERS.get(requirement.kind) or str(requirement.register)


def subject_of(item: Item) -> Noun:
    """Return what the criterion is about: the facilities, documents, activities … it counts."""
    return _subject(item.criterion.requirement, item.criterion.subject)


@cache
def _subject(requirement: Any, subject: SubjectKind) -> Noun:
    if requirement.kind == "attest" and subject is SubjectKind.FACILITY and requirement.register == "inspections":
        return noun_of("facilities", requirement.where)
    if requirement.kind == "ratio":
        sides = (requirement.numerator, requirement.denominator)
        return next(
            (noun_of(side.register, side.where) for side in sides if side.register), noun_of("population", sides[0].where)
        )
    if getattr(requirement, "measure", "") == "crossing_spacing":
        return noun_of("crossings", Filter())
    where = Filter() if requirement.kind == "attest" else getattr(requirement, "where", Filter())
    return noun_of(register_of(requirement), where)


def unrated(item: Item, case: Case) -> Text:
    """Return the sentence of a finding without a rating."""
    return FIXED[case.cause] if case.cause in FIXED else SENTENCES[case.cause](item, case)


def _no_register(item: Item, case: Case) -> Text:
    missing = label("register", str(case.facts.get("missing") or register_of(item.criterion.requirement)))
    return Text(f"本市数据中没有{missing.zh}，无法判断", f"the data have no register of {missing.en}, so this cannot be judged")


def _not_reported(item: Item, case: Case) -> Text:
    """Return which register was not reported; its rows do not count, for nobody says that they are all."""
    lacking = [each.said() for each in case.facts["unreported"]]
    when, left = in_period(case.facts["period"]), _left_open(item, case)
    zh, en = "，".join(each.zh for each in lacking), " and ".join(each.en for each in lacking)
    return Text(f"{when.zh}{zh}：{left.zh}", f"not reported for {when.en}: {en}; {left.en}")


def _left_open(item: Item, case: Case) -> Text:
    """Return what is not known; of facilities that are on record, that they are there."""
    total = case.facts.get("total", 0)
    if not total or any(each.register == "facilities" for each in case.facts["unreported"]):
        return Text("是否满足不清楚", "whether this is met is not known")
    noun = subject_of(item)
    return Text(
        f"{noun.zh} {number(total)} {noun.measure_word}是否满足要求不清楚",
        f"whether {number(total)} {noun.many(total)} {'is' if total == 1 else 'are'} as asked is not known",
    )


def _known(item: Item, case: Case) -> Text:
    """Return how much is known."""
    facts, noun, kind = case.facts, subject_of(item), item.criterion.requirement.kind
    if "total" in facts and "sum" not in facts:
        return _known_facilities(facts, noun)
    known = facts.get("sum", facts.get("known", math.nan))
    if math.isnan(known) or math.isinf(known):
        return Text(f"{noun.zh}情况不全", f"{noun.many()} not fully recorded")
    if kind == "count" and not item.criterion.requirement.field and not item.criterion.requirement.distinct:  # type: ignore[union-attr]
        return Text(f"{noun.zh}已知 {number(known)} {noun.measure_word}", f"{number(known)} {noun.many(known)} known")
    unit: str = item.criterion.requirement.threshold.unit  # type: ignore[union-attr]
    of_people = unit == "persons" and register_of(item.criterion.requirement) in REGISTERS_OF_PEOPLE
    said = few(known, Text("人", "persons")) if of_people else amount(known, unit)
    bound = Text("至多", "at most") if _falls(item) else Text("至少", "at least")
    return Text(f"目前已知{bound.zh} {said.zh}", f"known so far: {bound.en} {said.en}")


def _falls(item: Item) -> bool:
    """Return whether learning more can only lower the value (way to the nearest, spacing)."""
    return getattr(item.criterion.requirement, "measure", "") in ("nearest", "crossing_spacing")


def _known_facilities(facts: dict[str, Any], noun: Noun) -> Text:
    total, known = facts["total"], facts["known"]
    fit = facts["fit"] if "fit" in facts else facts["yes"]
    if not total:
        return Text(f"目前没有登记{noun.zh}", f"no {noun.en} on record so far")
    examined = Text("有有效核查结果的", "validly examined") if "yes" in facts else Text("已知", "known")
    return Text(
        f"{noun.zh} {number(total)} 处，{examined.zh} {number(known)} 处，其中 {number(fit)} 处符合",
        f"of {number(total)} {noun.many(total)}, {number(known)} {examined.en} and {number(fit)} of these as asked",
    )


def _asked(item: Item, case: Case) -> Text:
    if math.isnan(case.at_least) and math.isnan(case.at_most):
        return Text("", "")
    said = asked(case, item.criterion.requirement.threshold.unit)  # type: ignore[union-attr]
    return Text(f"，{said.zh}", f"; {said.en}")


def _partial_reporting(item: Item, case: Case) -> Text:
    if item.criterion.requirement.kind == "attest" and "documents" in case.facts:
        return Text(
            "文件台账只填报了一部分，其中没有该文件，是否另有尚不清楚",
            "the documents are only partly reported; this one is not among them so far",
        )
    known, said = _known(item, case), _asked(item, case)
    return Text(
        f"填报不完整：{known.zh}{said.zh}，是否还有尚不清楚",
        f"reporting is partial: {known.en}{said.en}; whether there is more is not known",
    )


def _unknown_value(item: Item, case: Case) -> Text:
    known, said, what = _known(item, case), _asked(item, case), _what(item)
    return Text(
        f"{what.zh}部分缺失：{known.zh}{said.zh}，无法判断",
        f"{what.en} not known everywhere: {known.en}{said.en}; not to be judged yet",
    )


def _what(item: Item) -> Text:
    """Return which entries are missing."""
    requirement: Any = item.criterion.requirement
    field = getattr(requirement, "field", "")
    if field:
        register = getattr(requirement, "register", "facilities")
        return field_label(register, field)
    return Text("所需数据", "entries needed")


def _not_examined(item: Item, case: Case) -> Text:
    kind = item.criterion.requirement.kind
    if kind == "indicator":
        return Text("没有公布该统计值，需要查找", "no figure has been published; it has to be found")
    if kind == "response":
        return Text("没有访谈答复，需要访谈", "no answers on record; people have yet to be asked")
    if "total" in case.facts:
        known = _known(item, case)
        return Text(f"{known.zh}，其余需要核查", f"{known.en}; the others have yet to be examined")
    return Text("没有核查记录，需要核查", "no inspection on record; it has yet to be examined")


def _expired(item: Item, case: Case) -> Text:
    kind, date = item.criterion.requirement.kind, day(case.facts.get("expired", ""))
    if kind == "indicator":
        year, oldest = f"{case.facts['year']:.0f}", number(OLDEST_YEARS)
        return Text(
            f"最近的统计值是 {year} 年的，早于本期 {oldest} 年以上，不作依据，需要查找新值",
            f"the latest figure is of {year}, more than {oldest} years before the period; a newer one has to be found",
        )
    if kind == "response":
        return Text("访谈答复均已过期，需要重新访谈", "all answers have expired; people have to be asked again")
    if "documents" in case.facts:
        return Text(f"文件已于 {date} 失效，需要更新", f"the document expired on {date} and has to be renewed")
    if "total" in case.facts:
        known = _known(item, case)
        return Text(
            f"{known.zh}；其余核查结果已过期（最近于 {date}），需要重新核查",
            f"{known.en}; other inspections have expired, the latest on {date}",
        )
    return Text(
        f"核查结果已于 {date} 过期（核查日期 {day(case.facts['date'])}），需要重新核查",
        f"the inspection of {day(case.facts['date'])} expired on {date}; it has to be repeated",
    )


def _few_answers(item: Item, case: Case) -> Text:
    minimum = number(item.criterion.requirement.minimum_answers)  # type: ignore[union-attr]
    answers = few(case.facts["answers"], Text("份", "answers"))
    return Text(f"答复{answers.zh}，少于所需的 {minimum} 份", f"{answers.en}; {minimum} are needed")


def _no_child(item: Item, case: Case) -> Text:
    del case
    bands = [children_of(band) for band in _bands(item)] or [Text("该年龄段儿童", "children of this age")]
    zh, en = "、".join(band.zh for band in bands), " or ".join(band.en for band in bands)
    return Text(f"该社区没有{zh}，不适用", f"the community has no {en}; not applicable")


def _bands(item: Item) -> tuple[str, ...]:
    requirement: Any = item.criterion.requirement
    if requirement.kind == "access":
        return (requirement.age_band,)
    if requirement.kind == "ratio" and requirement.denominator.population:
        return (requirement.denominator.population,)
    return tuple(band.value for band in item.criterion.age_bands)


def _no_facility(item: Item, case: Case) -> Text:
    del case
    noun = subject_of(item)
    return Text(f"该社区没有{noun.zh}（填报完整），不适用", f"the community has no {noun.en} (fully reported); not applicable")


def _outside_bands(item: Item, case: Case) -> Text:
    """Return whose size lies in no band: the community's residents, or a size of its facilities."""
    del case
    threshold: Threshold = item.criterion.requirement.threshold  # type: ignore[union-attr]
    first, last = threshold.bands[0].start, threshold.bands[-1].below
    low, high = ("" if limit is None else number(limit) for limit in (first, last))
    ends = Text(f"{low or 0} 至 {high}", f"from {low or 0} to {high}") if high else Text(f"{low} 起", f"from {low} on")
    if threshold.by == "population":
        return Text(
            f"标准只对常住人口 {ends.zh} 人的社区作要求，本社区不在其内，不适用",
            f"the standard asks this of communities with residents {ends.en}, which this one has not; not applicable",
        )
    noun, size = subject_of(item), field_label("facilities", threshold.by)
    unit = label("unit", threshold.by_unit)
    return Text(
        f"标准只对{size.zh} {ends.zh} {unit.zh}的{noun.zh}作要求，本社区的都不在其内，不适用",
        f"the standard asks this of {noun.many()} with {size.en} {ends.en} {unit.en}, and none here is; not applicable",
    )


FIXED = {
    "unknown_place": Text(
        "社区类型等信息为空，不清楚该要求是否适用",
        "what kind of place this is is not recorded, so whether the criterion applies is not known",
    ),
    "unknown_residents": Text(
        "没有成年居民的人口数据，常住人口不清楚，无法判断", "adults are not in the data, so the number of residents is not known"
    ),
    "no_street": Text("该社区没有此类街道，不适用", "the community has no street of this kind; not applicable"),
    "no_event": Text(
        "本期没有举办，无从计算平均人数，不适用", "nothing was held in the period, so there is no average; not applicable"
    ),
    "no_base": Text("比值的分母为零，不适用", "there is nothing to relate to; not applicable"),
    "not_this_kind_of_place": Text(
        "该要求不针对此类社区，不适用", "the criterion is not meant for this kind of community; not applicable"
    ),
    "another_counts": Text(
        "几项要求择一即可，另一项满足得更好（或尚不清楚），由它计分",
        "one of several suffices; another is better met, or not yet known, and counts instead",
    ),
    "other_subject": Text(
        "该要求针对街道或区，不针对社区，不适用",
        "the criterion is about the subdistrict or the district, not a community; not applicable",
    ),
}
"""Causes that need no number."""

SENTENCES = {
    "no_register": _no_register,
    "not_reported": _not_reported,
    "partial_reporting": _partial_reporting,
    "unknown_value": _unknown_value,
    "not_examined": _not_examined,
    "expired": _expired,
    "few_answers": _few_answers,
    "no_child": _no_child,
    "no_facility": _no_facility,
    "outside_bands": _outside_bands,
}
"""Causes whose sentence says how much is known."""
