"""Why a plan does not do more, in words: whom no candidate reaches, where places run out, what the budget leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from friendly_city.access.costs import within
from friendly_city.access.siting.result import Plan, Standing, by_community, standing
from friendly_city.labels import Text, number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.access.siting.service import Service

    Floats = NDArray[np.float64]

FEW = 0.5
"""Children; fewer are none."""

NAMED = 8
"""Communities named in a sentence; the others are counted."""

Note = tuple[str, Text]
"""What binds, and the sentence."""


def explained(plan: Plan) -> tuple[tuple[str, ...], tuple[Text, ...]]:
    """Return what stands in the way of a better plan, and the sentences that say it."""
    notes: list[Note] = []
    after = plan.standings[-1]
    everywhere = [standing(one, np.ones(len(one.sites), bool)) for one in plan.services]
    for one, now, most in zip(plan.services, after, everywhere, strict=True):
        notes += _reach(one)
        notes += _places(one, most)
        notes += _budget(plan, one, now, most)
    notes += _nothing(plan)
    if plan.gap > 1e-6:
        notes.append(("time", _time(plan)))
    return tuple(dict.fromkeys(what for what, _ in notes if what)), tuple(text for _, text in notes)


def reachable(one: Service) -> Floats:
    """Return the children at each origin whom some site, there or possible, would serve if it had room for all."""
    near_m = one.nearest_m(np.ones(len(one.sites), bool))
    return np.where(within(near_m, one.limit_m), one.demand, 0.0)


def _reach(one: Service) -> Iterator[Note]:
    """Say whom no site can reach."""
    people, reached = by_community(one, one.demand), by_community(one, reachable(one))
    beyond = people - reached
    if beyond.sum() <= FEW:
        return
    none = np.flatnonzero((people > FEW) & (reached <= 0))
    some = np.flatnonzero((beyond > FEW) & (reached > 0))
    many, metres = number(round(beyond.sum())), number(one.limit_m)
    head = Text(
        f"{one.title.zh}：{many} 名儿童在 {metres} 米内没有任何候选点或现有点可达",
        f"{one.title.en}: {many} children have no candidate or existing site within {metres} m",
    )
    whole = named(one, none)
    part = named(one, some)
    zh = [head.zh] + [f"完全不可达：{whole.zh}"] * bool(len(none)) + [f"部分不可达：{part.zh}"] * bool(len(some))
    en = [head.en] + [f"nobody in {whole.en}"] * bool(len(none)) + [f"not all in {part.en}"] * bool(len(some))
    yield "reach", Text("；".join(zh) + "。", "; ".join(en) + ".")


def named(one: Service, communities: Sequence[int] | NDArray[np.intp]) -> Text:
    """Return some communities by name, the first `NAMED` of them, and how many more."""
    names = [one.names[place] if one.communities[place] else one.title for place in communities]
    more = len(names) - NAMED
    rest = Text(f"等 {len(names)} 个", f" and {more} more") if more > 0 else Text("", "")
    zh, en = "、".join(name.zh for name in names[:NAMED]), ", ".join(name.en for name in names[:NAMED])
    return Text(zh + rest.zh, en + rest.en)


def _places(one: Service, most: Standing) -> Iterator[Note]:
    """Say that places run out even with every candidate open."""
    short = float((reachable(one) - most.served).sum())
    if one.capacity is None or short <= FEW:
        return
    lacking = by_community(one, reachable(one) - most.served)
    where = named(one, np.flatnonzero(lacking > FEW))
    total, without = number(float(one.capacity.sum())), number(round(short))
    yield (
        "capacity",
        Text(
            f"{one.title.zh}：全部候选点共 {total} 个名额，仍有 {without} 名可达儿童没有名额（{where.zh}）。",
            f"{one.title.en}: with every candidate open there are {total} places, and {without} children within reach "
            f"have none ({where.en}).",
        ),
    )


def _budget(plan: Plan, one: Service, now: Standing, most: Standing) -> Iterator[Note]:
    """Say what more money would do."""
    left = float((most.served - now.served).sum())
    farther_m = float((now.walked_m - most.walked_m).sum())
    if not np.isfinite(plan.budget) or not one.demand.sum() > 0:
        return
    if left > FEW:
        yield "budget", _more_children(one, plan.budget, left, float(most.served.sum() / one.demand.sum()))
    elif plan.objective == "least_cost" and farther_m > FEW * one.demand.sum():
        yield "budget", _less_far(one, plan.budget, farther_m / float(one.demand.sum()))


def _more_children(one: Service, budget: float, left: float, share: float) -> Text:
    money, people, whole = number(budget), number(round(left)), number(100 * share)
    return Text(
        f"{one.title.zh}：预算 {money} 为限；若建全部候选点，还可多服务 {people} 名儿童（共 {whole}%）。",
        f"{one.title.en}: the budget of {money} binds; with every candidate open {people} more children would be served "
        f"({whole}% in all).",
    )


def _less_far(one: Service, budget: float, mean_m: float) -> Text:
    money, metres = number(budget), number(mean_m)
    return Text(
        f"{one.title.zh}：预算 {money} 为限；若建全部候选点，人均还可少走 {metres} 米。",
        f"{one.title.en}: the budget of {money} binds; with every candidate open a child would walk {metres} m less.",
    )


def _nothing(plan: Plan) -> Iterator[Note]:
    """Say why no site was chosen."""
    if plan.chosen:
        return
    prices = [one.price[~one.kept] for one in plan.services]
    cheapest = min((float(price.min()) for price in prices if len(price)), default=np.inf)
    if not np.isfinite(cheapest):
        yield "", Text("没有候选点。", "There is no candidate.")
    elif cheapest > plan.budget:
        text = Text(
            f"最便宜的候选点需 {number(cheapest)}，预算只有 {number(plan.budget)}。",
            f"The cheapest candidate takes {number(cheapest)}, the budget is {number(plan.budget)}.",
        )
        yield "budget", text
    else:
        yield "", Text("没有候选点能增加什么。", "No candidate adds anything.")


def too_dear(plan: Plan, *, price: float, least: float) -> Plan:
    """Return a plan that does not serve all who could be served, with what all would take; `price` is inf when unknown.

    `least` is what they take at least, inf when there are not places for all.
    """
    if np.isfinite(price):
        text = Text(
            f"服务全部可达儿童需 {number(price)}，预算为 {number(plan.budget)}：改为在预算内服务最多儿童。",
            f"To serve all who can be reached takes {number(price)}, the budget is {number(plan.budget)}: the plan serves as "
            "many as it allows.",
        )
        binds = "budget"
    elif np.isinf(least):
        text = Text(
            "名额不足以服务全部可达儿童：改为服务最多儿童。",
            "There are not places for all who can be reached: the plan serves as many as there are.",
        )
        binds = "capacity"
    else:
        text = Text(
            f"在给定时间内未找到服务全部可达儿童的方案（至少需 {number(least)}）：改为服务最多儿童。",
            f"No plan was found in time that serves all who can be reached (it takes {number(least)} at least): the plan serves "
            "as many as it can.",
        )
        binds = "time"
    return replace(plan, binds=tuple(dict.fromkeys((binds, *plan.binds))), notes=(text, *plan.notes))


def _time(plan: Plan) -> Text:
    gap = number(100 * plan.gap, digits=2)
    return Text(
        f"在给定时间内未证明为最优：任何方案最多比本方案好 {gap}%。",
        f"Not proven best in the time given: no plan is more than {gap}% better.",
    )
