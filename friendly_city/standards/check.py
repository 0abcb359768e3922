"""What a standard or checklist must mean, beyond its form: references, units, thresholds, honesty about its text.

Each check gets the object and the tree it was built from, so that it can point at the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from friendly_city.errors import Problem, nearest
from friendly_city.standards.model import Criterion, Standard, TextBasis
from friendly_city.standards.reader import Node, problem
from friendly_city.standards.requirement import Access, Attest, Band, Count, Limits, Ratio, Requirement, Size, Threshold
from friendly_city.units import UNITS, kind_of

IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
BANDS = ("0-3", "3-6", "6-12", "12-18", "children", "all")
Say = Callable[[Node, str, str], None]

SUFFIX_KINDS = {"m2": "area", "m": "length", "persons": "persons", "places": "places", "share": "share", "min": "time"}
"""What a column suffix measures; a threshold on the column must measure the same."""


class Complaints:
    """Collects problems of one file."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file, self.problems = file, problems

    def say(self, node: Node, what: str, expected: str = "", near: str = "") -> None:
        """Note a problem at a node."""
        self.problems.append(problem(self.file, node, what, expected=expected, nearest=near))

    def unknown(self, node: Node, kind: str, known: Iterable[str]) -> None:
        """Note a name that is not among those known."""
        names = tuple(known)
        self.say(node, f"no {kind} {node.text!r}", near=nearest(node.text, names))


def check_standard(standard: Standard, tree: Node, complaints: Complaints) -> None:
    """Note everything that is wrong with the meaning of a standard."""
    check_ids(tree.mapping["clauses"].items, complaints)
    check_ids(tree.mapping["criteria"].items, complaints)
    check_ids(tree.mapping["dimensions"].items, complaints, pattern=re.compile(r"[a-z_]+"))
    clauses = {clause.id: clause for clause in standard.clauses}
    dimensions = [dimension.id for dimension in standard.dimensions]
    for criterion, node in zip(standard.criteria, tree.mapping["criteria"].items, strict=True):
        if criterion.clause not in clauses:
            complaints.unknown(node.mapping["clause"], "clause", clauses)
        elif clauses[criterion.clause].text_basis is TextBasis.HEADING and not isinstance(criterion.requirement, Attest):
            complaints.say(
                node.mapping["requirement"], "a threshold on a clause of which only the title is known", "kind: attest"
            )
        if criterion.dimension not in dimensions:
            complaints.unknown(node.mapping["dimension"], "dimension", dimensions)
        check_requirement(criterion, node.mapping["requirement"], complaints)


def check_ids(nodes: Iterable[Node], complaints: Complaints, *, pattern: re.Pattern[str] = IDENTIFIER) -> None:
    """Note ids that are malformed or given twice."""
    seen: dict[str, int] = {}
    for node in nodes:
        name = node.mapping["id"]
        if not pattern.fullmatch(name.text):
            complaints.say(name, f"id {name.text!r}", f"small letters and digits, as in {pattern.pattern}")
        if name.text in seen:
            complaints.say(name, f"id {name.text!r} given twice (first in line {seen[name.text]})", "an id of its own")
        seen.setdefault(name.text, name.line)


def check_requirement(criterion: Criterion, node: Node, complaints: Complaints) -> None:
    """Note what does not hold together in a requirement."""
    requirement = criterion.requirement
    if isinstance(requirement, Attest):
        if requirement.register == "documents" and criterion.subject.value == "facility":
            complaints.say(node.mapping["register"], "documents of a facility", "inspections, or a community as subject")
        return
    if isinstance(requirement, Access):
        _check_access(requirement, node, complaints)
    if isinstance(requirement, Ratio):
        _check_quantities(requirement, node, complaints)
    threshold = node.mapping["threshold"]
    unit = threshold.mapping["unit"]
    if requirement.threshold.unit not in UNITS:
        complaints.say(unit, f"unknown unit {unit.text!r}", "a unit of units.py", nearest(unit.text, UNITS))
        return
    fitting = fitting_kinds(requirement)
    if fitting and kind_of(unit.text) not in fitting:
        complaints.say(unit, f"unit {unit.text!r} does not fit this requirement", f"a unit of {' or '.join(fitting)}")
    check_threshold(requirement.threshold, threshold, complaints)


def _check_access(requirement: Access, node: Node, complaints: Complaints) -> None:
    if requirement.age_band not in BANDS:
        complaints.unknown(node.mapping["age_band"], "age band", BANDS)
    if requirement.measure != "nearest" and requirement.within is None:
        complaints.say(node, "'within' is missing", "a distance or time")
    if requirement.within is not None and requirement.within <= 0:
        complaints.say(node.mapping["within"], f"within {requirement.within:g}", "more than 0")


def _check_quantities(requirement: Ratio, node: Node, complaints: Complaints) -> None:
    for name, side in (("numerator", requirement.numerator), ("denominator", requirement.denominator)):
        if sum((bool(side.register), bool(side.population), side.area)) != 1:
            complaints.say(node.mapping[name], "not one thing to count", "one of register, population, area: true")
        elif side.population and side.population not in BANDS:
            complaints.unknown(node.mapping[name].mapping["population"], "age band", BANDS)


def _suffix_kind(field: str) -> tuple[str, ...]:
    kind = SUFFIX_KINDS.get(field.rsplit("_", 1)[-1])
    return (kind,) if kind else ()


FITTING: dict[tuple[str, str], tuple[str, ...]] = {
    ("count", ""): ("count", "kinds", "documents", "persons", "places", "zones"),
    ("frequency", "months"): ("months", "count"),
    ("frequency", "events"): ("per year",),
    ("frequency", "participants"): ("persons",),
    ("frequency", "mean_participants"): ("persons",),
    ("access", "share_within"): ("share",),
    ("access", "nearest"): ("length", "time"),
    ("density", "street_density"): ("length per area",),
    ("density", "crossing_spacing"): ("length",),
    ("density", "length_share"): ("share",),
    ("response", "share"): ("share",),
    ("response", "mean"): ("points",),
}
"""Kinds of quantity a threshold's unit may have, by kind of requirement and measure; anything where nothing is said."""


def fitting_kinds(requirement: Requirement) -> tuple[str, ...]:
    """Return the kinds of quantity the threshold's unit may have; empty where anything may fit."""
    field = getattr(requirement, "field", "") if isinstance(requirement, (Size, Count)) else ""
    if field:
        return _suffix_kind(field)
    return FITTING.get((requirement.kind, getattr(requirement, "measure", "")), ())


def check_threshold(threshold: Threshold, node: Node, complaints: Complaints) -> None:
    """Note limits that contradict themselves, and bands that overlap or leave a gap."""
    if (threshold.limits is None) == (not threshold.bands):
        complaints.say(node, "neither or both of limits and bands", "at_least or at_most, or bands")
        return
    if threshold.limits is not None:
        check_limits(threshold.limits, node, threshold.unit, complaints)
        return
    if not threshold.by:
        complaints.say(node, "'by' is missing", "population, or a numeric column of the facility")
    if threshold.by_unit not in UNITS:
        complaints.say(node, f"by_unit {threshold.by_unit!r}", "a unit of units.py", nearest(threshold.by_unit, UNITS))
    for band, inner in zip(threshold.bands, node.mapping["bands"].items, strict=True):
        check_limits(band.limits, inner, threshold.unit, complaints)
    _check_bands(threshold.bands, node.mapping["bands"].items, complaints)


def _check_bands(bands: tuple[Band, ...], nodes: tuple[Node, ...], complaints: Complaints) -> None:
    for place, (band, node) in enumerate(zip(bands, nodes, strict=True)):
        if band.start is not None and band.below is not None and band.start >= band.below:
            complaints.say(node, f"a band from {band.start:g} to below {band.below:g}", "start < below")
        if place and band.start != bands[place - 1].below:
            complaints.say(
                node,
                f"a band from {band.start} after one to below {bands[place - 1].below}",
                "bands that follow without gap or overlap",
            )


def check_limits(limits: Limits, node: Node, unit: str, complaints: Complaints) -> None:
    """Note limits that cannot be met, part credit on the wrong side, and ladders that do not rise."""
    low, high = limits.at_least, limits.at_most
    numbers = [value for value in (low, high, limits.zero_at) if value is not None]
    if low is None and high is None and not limits.steps:
        complaints.say(node, "nothing is asked", "at_least, at_most or steps")
    if low is not None and high is not None and low > high:
        complaints.say(node, f"at_least {low:g} is above at_most {high:g}", "at_least ≤ at_most")
    if unit == "share" and any(not 0 <= value <= 1 for value in (*numbers, *(step.value for step in limits.steps))):
        complaints.say(node, f"a share of {max(numbers, default=0):g}", "0 to 1")
    if limits.zero_at is not None:
        right = (low is not None and limits.zero_at < low) or (low is None and high is not None and limits.zero_at > high)
        if not right:
            complaints.say(
                node.mapping["zero_at"], f"zero_at {limits.zero_at:g} lies within the limits", "below at_least or above at_most"
            )
    _check_steps(limits, node, complaints)


def _check_steps(limits: Limits, node: Node, complaints: Complaints) -> None:
    for wrong in _wrong_steps(limits):
        complaints.say(node.mapping["steps"], wrong, "values and degrees that rise, degrees from 0 to 1")


def _wrong_steps(limits: Limits) -> Iterator[str]:
    for place, step in enumerate(limits.steps):
        before = limits.steps[place - 1] if place else None
        if not 0 <= step.degree <= 1:
            yield f"a degree of {step.degree:g}"
        if before and (step.value <= before.value or step.degree < before.degree):
            yield f"step {step.value:g} after {before.value:g}"
