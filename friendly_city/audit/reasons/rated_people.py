"""Sentences of findings that have a rating: frequency, access, density, response, indicator."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from friendly_city.audit.reasons.rated import partial
from friendly_city.audit.reasons.words import amount, asked, children_of, few, limits, noun_of
from friendly_city.labels import Text, number, quantity

if TYPE_CHECKING:
    from friendly_city.audit.reasons.rated import Say
    from friendly_city.audit.reasons.words import Case, Noun
    from friendly_city.standards.model import Item
    from friendly_city.standards.requirement import Access

CHILDREN_TAKING_PART = Text("人次", "children")
CHILDREN = Text("人", "children")


def frequency(item: Item) -> Say:
    """Return how findings of a `Frequency` are worded."""
    requirement: Any = item.criterion.requirement
    noun = noun_of(requirement.register, requirement.where)
    return {"events": _events, "months": _months, "participants": _participants, "mean_participants": _mean}[requirement.measure](
        noun
    )


def _asked_number(case: Case) -> Text:
    return limits(case.at_least, case.at_most, "none")


def _events(noun: Noun) -> Say:
    def say(case: Case) -> Text:
        said, note, events = _asked_number(case), partial(case), case.facts["events"]
        zh = f"{noun.zh} {number(events)} {noun.measure_word}" if events else f"没有{noun.zh}"
        yearly, some = number(case.value), number(events) if events else "no"
        same = case.value == events
        scaled = "" if same else f"，折合每年 {yearly} {noun.measure_word}"
        a_year = "" if same else f", {yearly} a year"
        return Text(
            f"本期{zh}{scaled}，要求每年 {said.zh} {noun.measure_word}{note.zh}",
            f"{some} {noun.many(events)} in the period{a_year}; asked: {said.en} a year{note.en}",
        )

    return say


def _months(noun: Noun) -> Say:
    def say(case: Case) -> Text:
        said, note, events = _asked_number(case), partial(case), case.facts["events"]
        months = number(case.value)
        return Text(
            f"本期{noun.zh} {number(events)} {noun.measure_word}，折合每年 {months} 个月有，要求 {said.zh} 个月{note.zh}",
            f"{number(events)} {noun.many(events)} in the period, in {months} months of a year; asked: {said.en}{note.en}",
        )

    return say


def _participants(noun: Noun) -> Say:
    def say(case: Case) -> Text:
        said, note, events = _asked_number(case), partial(case), case.facts["events"]
        people = few(case.value, CHILDREN_TAKING_PART)
        return Text(
            f"本期{noun.zh} {number(events)} {noun.measure_word}，折合每年参加儿童{people.zh}，要求 {said.zh} 人次{note.zh}",
            f"{number(events)} {noun.many(events)} in the period, with {people.en} a year; asked: {said.en}{note.en}",
        )

    return say


def _mean(noun: Noun) -> Say:
    def say(case: Case) -> Text:
        said, events, people = _asked_number(case), case.facts["events"], few(case.value, CHILDREN)
        return Text(
            f"{noun.zh} {number(events)} {noun.measure_word}，平均每{noun.measure_word}参加儿童{people.zh}，要求 {said.zh} 人",
            f"{number(events)} {noun.many(events)}, on average with {people.en}; asked: {said.en}",
        )

    return say


def access(item: Item) -> Say:
    """Return how findings of an `Access` are worded."""
    requirement: Any = item.criterion.requirement
    noun, people = noun_of("facilities", requirement.where), children_of(requirement.age_band)
    say = {"share_within": _share_within, "nearest": _nearest, "supply": _supply}[requirement.measure]

    def with_notes(case: Case) -> Text:
        said, notes = say(case, requirement, noun, people), _notes(case, noun)
        return Text(said.zh + notes.zh, said.en + notes.en)

    return with_notes


def reach_of(requirement: Access) -> Text:
    """Return the distance or time a facility is to be within."""
    within = requirement.within if requirement.within is not None else math.inf
    return Text(quantity(within, requirement.within_unit, "zh"), quantity(within, requirement.within_unit, "en"))


def _notes(case: Case, noun: Noun) -> Text:
    """Return why a share is low: none in the community, and who has not reported."""
    if case.rating == "met":
        return partial(case)
    inside, elsewhere = case.facts["inside"], case.facts["elsewhere"]
    zh = f"本社区内 {number(inside)} 处" if inside else f"本社区内没有{noun.zh}"
    en = f"{number(inside) if inside else 'none'} inside the community"
    if elsewhere:
        zh += f"；另有 {number(elsewhere)} 个社区未完整填报"
        en += f"; not fully reported in {number(elsewhere)} other {'community' if elsewhere == 1 else 'communities'}"
    return Text(f"（{zh}）", f" ({en})")


def _share_within(case: Case, requirement: Access, noun: Noun, people: Text) -> Text:
    share, reach, said = amount(case.value, "share"), reach_of(requirement), asked(case, "share")
    return Text(
        f"{people.zh} {share.zh} 能在 {reach.zh}内走到{noun.zh}，{said.zh}",
        f"{share.en} of {people.en} reach {noun.one_of} within {reach.en}; {said.en}",
    )


def _nearest(case: Case, requirement: Access, noun: Noun, people: Text) -> Text:
    unit = requirement.threshold.unit
    said = asked(case, unit)
    if math.isinf(case.value):
        return Text(
            f"有{people.zh}从住处走不到任何{noun.zh}，{said.zh}",
            f"some {people.en} have no way on foot to any {noun.en}; {said.en}",
        )
    cost = amount(case.value, unit)
    return Text(
        f"{people.zh}走到最近的{noun.zh}平均 {cost.zh}，{said.zh}",
        f"{people.en} walk {cost.en} on average to the nearest {noun.en}; {said.en}",
    )


def _supply(case: Case, requirement: Access, noun: Noun, people: Text) -> Text:
    unit, reach = requirement.threshold.unit, reach_of(requirement)
    value, said = amount(case.value, unit), asked(case, unit)
    per = {"per_1000": Text("每千名", "per 1,000"), "per_100": Text("每百名", "per 100")}.get(
        unit, Text("每名", "per child of the")
    )
    return Text(
        f"步行 {reach.zh}内，{per.zh}{people.zh}可分得的{noun.zh}供给为 {value.zh}，{said.zh}",
        f"within {reach.en} on foot, the supply of {noun.many()} shared out is {value.en} {per.en} {people.en}; {said.en}",
    )


def density(item: Item) -> Say:
    """Return how findings of a `Density` are worded."""
    requirement: Any = item.criterion.requirement
    unit, noun = requirement.threshold.unit, noun_of("streets", requirement.where)
    say = {"street_density": _street_density, "crossing_spacing": _spacing, "length_share": _length_share}[requirement.measure]
    return lambda case: say(case, unit, noun)


def _street_density(case: Case, unit: str, noun: Noun) -> Text:
    length, area = (
        amount(case.facts[name] * scale, of) for name, scale, of in (("street_m", 1e-3, "km"), ("area_km2", 1.0, "km2"))
    )
    value, said = amount(case.value, unit), asked(case, unit)
    return Text(
        f"{noun.zh} {length.zh}，社区面积 {area.zh}，密度 {value.zh}，{said.zh}",
        f"{length.en} of {noun.en} on {area.en}: {value.en}; {said.en}",
    )


def _spacing(case: Case, unit: str, noun: Noun) -> Text:
    length, said, crossings = amount(case.facts["street_m"] * 1e-3, "km"), asked(case, unit), case.facts["crossings"]
    if math.isinf(case.value):
        return Text(
            f"{noun.zh} {length.zh}，没有过街设施，间距{said.zh}",
            f"{length.en} of {noun.en} without any crossing; spacing {said.en}",
        )
    value = amount(case.value, unit)
    return Text(
        f"{noun.zh} {length.zh}，过街设施 {number(crossings)} 处，平均间距 {value.zh}，{said.zh}",
        f"{length.en} of {noun.en}, {number(crossings)} crossing{'s' * (crossings != 1)}, one every {value.en}; {said.en}",
    )


def _length_share(case: Case, unit: str, noun: Noun) -> Text:
    length, value, said = amount(case.facts["street_m"] * 1e-3, "km"), amount(case.value, unit), asked(case, unit)
    return Text(
        f"{noun.zh} {length.zh}，其中 {value.zh} 符合，{said.zh}",
        f"{value.en} of {length.en} of {noun.en} is as asked; {said.en}",
    )


def response(item: Item) -> Say:
    """Return how findings of a `Response` are worded."""
    requirement: Any = item.criterion.requirement
    unit, positive = requirement.threshold.unit, number(requirement.positive_from)

    def say(case: Case) -> Text:
        answers, value, said = few(case.facts["answers"], Text("份答复", "answers")), amount(case.value, unit), asked(case, unit)
        if requirement.measure == "mean":
            return Text(
                f"{answers.zh}，平均 {value.zh}（满分 5 分），{said.zh}", f"mean of {answers.en}: {value.en} of 5; {said.en}"
            )
        return Text(
            f"{answers.zh}中 {value.zh} 评分不低于 {positive} 分，{said.zh}",
            f"{value.en} of {answers.en} score {positive} or more; {said.en}",
        )

    return say


def indicator(item: Item) -> Say:
    """Return how findings of an `Indicator` are worded."""
    requirement: Any = item.criterion.requirement
    unit, target = requirement.threshold.unit, requirement.target_year
    by = Text(f"（{target} 年目标）", f" (target for {target})") if target else Text("", "")

    def say(case: Case) -> Text:
        value, said, year = amount(case.value, unit), asked(case, unit), f"{case.facts['year']:.0f}"
        return Text(f"{year} 年统计值为 {value.zh}，{said.zh}{by.zh}", f"the {year} figure is {value.en}; {said.en}{by.en}")

    return say
