"""Whether a threshold can be met and says one thing: limits, ladders, bands."""

from __future__ import annotations

from friendly_city.standards.complaints import Complaints, meant, one_of
from friendly_city.standards.fitting import measured_by, measured_in, units_that_fit
from friendly_city.standards.reader import Node
from friendly_city.standards.requirement import Band, Limits, Step, Threshold
from friendly_city.units import UNITS


def check_threshold(threshold: Threshold, node: Node, fits: frozenset[str], complaints: Complaints) -> None:
    """Note what is wrong with a threshold whose unit should measure one of `fits` (anything when empty)."""
    known = _check_unit(node.mapping["unit"], fits, complaints)
    share = known and threshold.unit == "share"
    if threshold.limits is not None and threshold.bands:
        complaints.at_key(node, "bands", "both limits and bands", expected="one of them")
    elif threshold.limits is not None:
        check_limits(threshold.limits, node, complaints, share=share)
    elif not threshold.bands:
        complaints.at(node, "nothing is asked", expected="at_least, at_most, steps or bands")
    _check_by(threshold, node, complaints)
    nodes = node.mapping["bands"].items if threshold.bands else ()
    for band, inner in zip(threshold.bands, nodes, strict=True):
        check_limits(band.limits, inner, complaints, share=share)
    _check_bands(threshold.bands, nodes, complaints)


def _check_unit(unit: Node, fits: frozenset[str], complaints: Complaints) -> bool:
    """Note a unit that is not known or does not fit; return whether it is known."""
    if unit.text not in UNITS:
        complaints.at(unit, f"unknown unit {unit.shown}", expected=one_of(UNITS), near=meant(unit.text, UNITS))
        return False
    if fits and measured_by(unit.text) not in fits:
        complaints.at(unit, f"unit {unit.shown} does not fit what is measured", expected=one_of(units_that_fit(fits)))
    return True


def _check_by(threshold: Threshold, node: Node, complaints: Complaints) -> None:
    if not threshold.bands:
        for key in ("by", "by_unit"):
            if key in node.mapping:
                complaints.at_key(node, key, f"{key!r} without bands", expected="bands")
        return
    for key in ("by", "by_unit"):
        if not getattr(threshold, key):
            complaints.at(node, f"{key!r} is missing", expected="what the bands go by, and its unit")
    if threshold.by_unit:
        measured = "counting" if threshold.by == "population" else measured_in(threshold.by)
        _check_unit(node.mapping["by_unit"], frozenset({measured} if measured else ()), complaints)


def _check_bands(bands: tuple[Band, ...], nodes: tuple[Node, ...], complaints: Complaints) -> None:
    for place, (band, node) in enumerate(zip(bands, nodes, strict=True)):
        if band.start is not None and band.below is not None and band.start >= band.below:
            complaints.at(node, f"a band from {band.start:g} to below {band.below:g}", expected="start < below")
        if not place:
            continue
        end = bands[place - 1].below
        if end is None:
            complaints.at(nodes[place - 1], "an open band that is not the last", expected="'below'")
        elif band.start != end:
            start = "an open start" if band.start is None else f"start {band.start:g}"
            where = node.mapping.get("start", node)
            complaints.at(where, f"{start} after a band below {end:g}", expected=f"start {end:g}, without gap or overlap")


def check_limits(limits: Limits, node: Node, complaints: Complaints, *, share: bool = False) -> None:
    """Note limits that cannot be met, part credit on the wrong side, and ladders that do not rise."""
    low, high = limits.at_least, limits.at_most
    if low is None and high is None and not limits.steps:
        complaints.at(node, "nothing is asked", expected="at_least, at_most or steps")
        return
    if low is not None and high is not None and low > high:
        complaints.at(node.mapping["at_least"], f"at_least {low:g} is above at_most {high:g}", expected="at_least ≤ at_most")
    if share:
        _check_shares(limits, node, complaints)
    if limits.zero_at is not None:
        _check_zero(limits, node.mapping["zero_at"], complaints)
    if limits.steps:
        _check_steps(limits, node, complaints)


def _check_shares(limits: Limits, node: Node, complaints: Complaints) -> None:
    given = {key: getattr(limits, key) for key in ("at_least", "at_most", "zero_at")}
    places = [(node.mapping[key], value) for key, value in given.items() if value is not None]
    rungs = node.mapping["steps"].items if limits.steps else ()
    places += [(rung.mapping["value"], step.value) for rung, step in zip(rungs, limits.steps, strict=True)]
    for place, value in places:
        if not 0 <= value <= 1:
            complaints.at(place, f"a share of {value:g}", expected="a number from 0 to 1")


def _check_zero(limits: Limits, node: Node, complaints: Complaints) -> None:
    low, high, zero = limits.at_least, limits.at_most, limits.zero_at or 0.0
    if limits.steps:
        complaints.at(node, "both zero_at and steps", expected="one of them")
    elif not ((low is not None and zero < low) or (high is not None and zero > high)):
        sides = [f"{side} {limit:g}" for side, limit in (("below", low), ("above", high)) if limit is not None]
        complaints.at(node, f"zero_at {zero:g} is not outside the limits", expected=" or ".join(sides))


def _check_steps(limits: Limits, node: Node, complaints: Complaints) -> None:
    rungs = node.mapping["steps"].items
    for step, rung in zip(limits.steps, rungs, strict=True):
        if not 0 <= step.degree <= 1:
            complaints.at(rung.mapping["degree"], f"a degree of {step.degree:g}", expected="a number from 0 to 1")
    for before, step, rung in zip(limits.steps, limits.steps[1:], rungs[1:], strict=False):
        for name in _fallen(before, step):
            low, value = getattr(before, name), getattr(step, name)
            complaints.at(rung.mapping[name], f"{name} {value:g} after {low:g}", expected="steps that rise")


def _fallen(before: Step, step: Step) -> list[str]:
    return [name for name in ("value", "degree") if getattr(step, name) <= getattr(before, name)]
