"""From a file that names a ``base`` to a checklist: the base with changes, each with a reason. No criterion is copied.

What was changed is found by comparing the result with the base, never taken from the file; the file gives the reasons. A
change that removes or loosens a ``shall`` or a gate must be signed off: proposed by one, approved by another, in a document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import cached_property
from typing import Any, Literal

from friendly_city.errors import nearest
from friendly_city.labels import Text
from friendly_city.standards.build import build
from friendly_city.standards.changes import SETTINGS, Difference, differences
from friendly_city.standards.check import check_id, check_ids
from friendly_city.standards.checklist import Find, check_grades, check_selected, criteria_of
from friendly_city.standards.complaints import Complaints
from friendly_city.standards.fitting import fitting
from friendly_city.standards.model import Approval, Change, ChangeKind, Checklist, Item, Obligation, Standard
from friendly_city.standards.reader import Node
from friendly_city.standards.requirement import Access, Attest, Requirement, Threshold, ThresholdBasis
from friendly_city.standards.standard import entries
from friendly_city.standards.tailored_file import (
    GateFile,
    LocalCriterion,
    Reasoned,
    SelectFile,
    TailoredFile,
    ThresholdFile,
    WeightFile,
    WithoutFile,
    local_criterion,
)
from friendly_city.standards.thresholds import check_threshold
from friendly_city.standards.wording import figures

FindBase = Callable[[Node, Complaints], Checklist | None]
"""Finds the checklist a node names, or notes why there is none."""
NUMBER = re.compile(r"\d+(?:\.\d+)?")
SIGNED = "approved: {proposed_by, by, on, document}"
SHORT = Text("本地规定", "local rule")
CONSULTED = Text("由所在地增加的指标，出处见各条。", "Criteria added locally; each says where it is from.")


def tailored_from(tree: Node, complaints: Complaints, *, find: Find, find_base: FindBase) -> Checklist | None:
    """Return the checklist a tree with a ``base`` describes, or None when its form is wrong; every problem is noted.

    Parameters
    ----------
    tree : Node
        The whole file, from `read_nodes`.
    complaints : Complaints
        Every problem of form and meaning is noted here.
    find, find_base : callable
        Return the standard or checklist a node names, or note why not and return None.
    """
    written = build(tree, TailoredFile, complaints, given={"criteria": ()})
    local = [local_criterion(node, complaints) for node in entries(tree, "criteria")]
    base = find_base(tree.mapping["base"], complaints) if "base" in tree.mapping else None
    standards = [find(node, complaints) for node in entries(tree, "standards")]
    if "id" in tree.mapping:
        check_id(tree.mapping["id"], complaints)
    check_ids(entries(tree, "criteria"), complaints)
    if written is None or base is None or not all(standards) or not all(local):
        return None
    found = _Tailoring(written, base, tuple(s for s in standards if s), tuple(c for c in local if c), tree, complaints)
    return found.made()


class _Tailoring:
    """Makes the changes of one file, and notes what cannot be changed so."""

    def __init__(
        self,
        written: TailoredFile,
        base: Checklist,
        standards: tuple[Standard, ...],
        local: tuple[LocalCriterion, ...],
        tree: Node,
        complaints: Complaints,
    ) -> None:
        self.written, self.base, self.standards, self.local = written, base, standards, local
        self.tree, self.complaints = tree, complaints
        self.items = {item.id: item for item in base.items}
        self.dimensions = (*base.dimensions, *written.dimensions)
        self.reasons: dict[tuple[ChangeKind, str], tuple[Reasoned, Node]] = {}

    def made(self) -> Checklist | None:
        """Return the checklist with all changes and the reasons of each; None where something cannot be."""
        steps: dict[str, Callable[[Any, Node], None]] = {
            "without": self._without,
            "select": self._select,
            "criteria": self._local,
            "thresholds": self._threshold,
            "weights": self._weight,
            "gates": self._gate,
        }
        for name, step in steps.items():
            for entry, node in self._entries(name):
                step(entry, node)
        checklist = self._with_settings(self._checklist())
        if self.complaints.problems:
            return None
        self._check_weights(checklist)
        found = differences(self.base, checklist)
        self._check_reasons(found)
        return replace(checklist, changes=(*self.base.changes, *(self._change(difference) for difference in found)))

    def _entries(self, name: str) -> Iterator[tuple[Any, Node]]:
        """Yield the entries of a list with their nodes; a criterion that comes again is noted and left out."""
        written = self.local if name == "criteria" else getattr(self.written, name)
        seen: dict[str, int] = {}
        for entry, node in zip(written, entries(self.tree, name), strict=True):
            about = node.mapping.get("criterion")
            if about is not None and about.text in seen:
                what = f"criterion {about.shown} given twice (first in line {seen[about.text]})"
                self.complaints.at(about, what, expected="once")
                continue
            if about is not None:
                seen[about.text] = about.line
            yield entry, node

    def _because(self, kind: ChangeKind, about: str, entry: Reasoned, node: Node) -> None:
        self.reasons[kind, about] = (entry, node)

    def _known(self, name: str, node: Node) -> Item | None:
        """Return the item with this id, or note that the checklist has none."""
        if name not in self.items:
            place = node.mapping["criterion"]
            known = tuple(self.items)
            self.complaints.at(place, f"criterion {place.shown} is not in the checklist", near=nearest(name, known))
        return self.items.get(name)

    def _without(self, entry: WithoutFile, node: Node) -> None:
        if self._known(entry.criterion, node):
            del self.items[entry.criterion]
            self._because(ChangeKind.REMOVED, entry.criterion, entry, node)

    def _select(self, entry: SelectFile, node: Node) -> None:
        name, offered = node.mapping["criterion"], criteria_of((*self.base.standards, *self.standards))
        if name.text not in offered:
            self.complaints.unknown(name, "criterion", offered)
            return
        if name.text in {item.id for item in self.base.items}:
            self.complaints.at(name, f"criterion {name.shown} is in the base already", expected="one that is not")
            return
        criterion, standard = offered[name.text]
        check_selected(criterion, name, tuple(d.id for d in self.dimensions), self.complaints, level=self.base.level)
        weight = self._weight_of(criterion.obligation) if entry.weight is None else entry.weight
        clause = standard.clause(criterion.clause)
        self.items[criterion.id] = Item(criterion=criterion, standard=standard, clause=clause, weight=weight)
        self._because(ChangeKind.ADDED, criterion.id, entry, node)

    def _local(self, entry: LocalCriterion, node: Node) -> None:
        name, criterion = node.mapping["id"], entry.criterion
        if name.text in criteria_of((*self.base.standards, *self.standards)):
            self.complaints.at(name, f"criterion {name.shown} is in a standard already", expected="an id of its own")
            return
        check_selected(criterion, name, tuple(d.id for d in self.dimensions), self.complaints, level=self.base.level)
        weight = self._weight_of(criterion.obligation)
        self.items[criterion.id] = Item(criterion=criterion, standard=self._standard, clause=entry.clause, weight=weight)
        self._because(ChangeKind.LOCAL, criterion.id, entry, node)

    @cached_property
    def _standard(self) -> Standard:
        """Return the local criteria as a standard of their own, named as the checklist."""
        return Standard(
            id=self.written.id,
            number="",
            title=self.written.title,
            issuer=SHORT,
            issued=None,
            in_force=None,
            consulted=CONSULTED,
            sources=(),
            dimensions=self.dimensions,
            clauses=tuple(made.clause for made in self.local),
            criteria=tuple(made.criterion for made in self.local),
            short=SHORT,
            items=self.written.items,
        )

    def _weight_of(self, obligation: Obligation) -> float:
        """Return the weight most criteria of the base have that bind so, or one between its neighbours'."""
        weights = [item.weight for item in self.base.items if item.criterion.obligation is obligation]
        return max(set(weights), key=lambda weight: (weights.count(weight), weight)) if weights else 1.0

    def _threshold(self, entry: ThresholdFile, node: Node) -> None:
        item = self._known(entry.criterion, node)
        if item is None:
            return
        was = item.criterion
        asked = self._asked(entry, was.requirement, node)
        if asked is None:
            return
        gone = _in_title(was.title, {*figures(was.requirement)} - {*figures(asked)})
        if gone and entry.title is None:
            what = f"the title of {was.id!r} still says {gone:g}"
            self.complaints.at(node, what, expected="a 'title' with the new figure")
        self.items[item.id] = replace(item, criterion=replace(was, requirement=asked, title=entry.title or was.title))
        self._because(ChangeKind.THRESHOLD, item.id, entry, node)

    def _asked(self, entry: ThresholdFile, asked: Requirement, node: Node) -> Requirement | None:
        """Return a requirement with other figures, or None when it cannot have them."""
        noted = len(self.complaints.problems)
        if isinstance(asked, Attest):
            place = node.mapping["criterion"]
            self.complaints.at(
                place, f"criterion {place.shown} has no threshold: it is attested", expected="one that is measured"
            )
            return None
        if entry.threshold is None and entry.within is None:
            self.complaints.at(node, "no new figure", expected="threshold or within")
        made, threshold = asked, asked.threshold
        if entry.threshold is not None:
            threshold = entry.threshold
            self._check_figures(entry.threshold, asked, node.mapping["threshold"])
        if entry.within is not None:
            place = node.mapping["within"]
            if not isinstance(asked, Access) or asked.within is None:
                self.complaints.at_key(node, "within", "nothing is walked to in this criterion", expected="threshold")
                return None
            if entry.within <= 0:
                self.complaints.at(place, f"{entry.within:g}", expected="more than 0")
            made = replace(asked, within=entry.within)
        if replace(threshold, basis=asked.threshold.basis) == asked.threshold and made == asked:
            return asked  # the figures of the base: nothing is local
        made = replace(made, threshold=replace(threshold, basis=ThresholdBasis.LOCAL))
        return made if len(self.complaints.problems) == noted else None

    def _check_figures(self, threshold: Threshold, asked: Requirement, node: Node) -> None:
        check_threshold(threshold, node, fitting(asked), self.complaints)
        if "basis" in node.mapping:
            self.complaints.at_key(node, "basis", "the basis of a local threshold is 'local'", expected="no basis")
        if isinstance(asked, Attest):
            return
        if threshold.unit != asked.threshold.unit:
            what = f"unit {threshold.unit!r} in place of {asked.threshold.unit!r}"
            self.complaints.at(node.mapping["unit"], what, expected=asked.threshold.unit)
        if threshold.by and threshold.by != asked.threshold.by:
            had = f"bands by {asked.threshold.by}" if asked.threshold.by else "no bands, as in the base"
            self.complaints.at_key(node, "by", f"bands by {threshold.by!r}", expected=had)

    def _weight(self, entry: WeightFile, node: Node) -> None:
        if bool(entry.criterion) == (entry.obligation is not None):
            self.complaints.at(node, "a weight of nothing or of two", expected="one of criterion, obligation")
            return
        if entry.weight <= 0:
            self.complaints.at(node.mapping["weight"], f"a weight of {entry.weight:g}", expected="more than 0")
            return
        if entry.criterion:
            found = [item for item in (self._known(entry.criterion, node),) if item]
        else:
            named = {other.criterion for other in self.written.weights}
            found = [i for i in self.items.values() if i.criterion.obligation is entry.obligation and i.id not in named]
        for item in found:
            self.items[item.id] = replace(item, weight=entry.weight)
            self._because(ChangeKind.WEIGHT, item.id, entry, node)

    def _gate(self, entry: GateFile, node: Node) -> None:
        item = self._known(entry.criterion, node)
        if item is None:
            return
        if entry.gate and item.criterion.obligation is not Obligation.SHALL:
            place = node.mapping["criterion"]
            what = f"gate {place.shown} is a {str(item.criterion.obligation)!r}"
            self.complaints.at(place, what, expected="a 'shall'")
            return
        self.items[item.id] = replace(item, gate=entry.gate)
        self._because(ChangeKind.GATE, item.id, entry, node)

    def _checklist(self) -> Checklist:
        """Return the base with the items as they are now."""
        used = {item.criterion.dimension for item in self.items.values()}
        return replace(
            self.base,
            id=self.written.id,
            version=self.written.version,
            title=self.written.title,
            purpose=self.written.purpose or self.base.purpose,
            dimensions=tuple(dimension for dimension in self.dimensions if dimension.id in used),
            items=tuple(self.items.values()),
            choices=(*self.base.choices, *self.written.choices),
            base=f"{self.base.id} {self.base.version}",
        )

    def _with_settings(self, checklist: Checklist) -> Checklist:
        """Return the checklist with the settings that are otherwise here."""
        written = self.written.settings
        if not self.items:
            self.complaints.at(self.tree.mapping["without"], "nothing is left", expected="at least one criterion")
        if written is None:
            return checklist
        node = self.tree.mapping["settings"]
        given = {name: getattr(written, name) for name in SETTINGS if name in node.mapping}
        for name in given:
            self._because(ChangeKind.SETTING, name, written, node)
        share = given.get("minimum_coverage", 0.0)
        if share is None or not 0 <= share <= 1:
            place = node.mapping["minimum_coverage"]
            self.complaints.at(place, f"a share of {place.text or 'nothing'}", expected="0 to 1")
        made = replace(checklist, **given)
        check_grades(made.grades, made.gate_cap, node, self.complaints)
        return made

    def _check_weights(self, checklist: Checklist) -> None:
        """Note a weight given here that makes a 'should' or 'may' cost as much as a 'shall'."""
        binding = [item for item in checklist.items if item.criterion.obligation is Obligation.SHALL]
        others = [item for item in checklist.items if item.criterion.obligation is not Obligation.SHALL]
        if not binding or not others:
            return
        least, most = min(binding, key=lambda item: item.weight), max(others, key=lambda item: item.weight)
        if least.weight > most.weight:
            return
        for item in (least, most):
            known = self.reasons.get((ChangeKind.WEIGHT, item.id)) or self.reasons.get((ChangeKind.ADDED, item.id))
            if known and "weight" in known[1].mapping:
                what = f"weight {most.weight:g} of {most.id!r} is not below {least.weight:g} of {least.id!r}"
                self.complaints.at(known[1].mapping["weight"], what, expected="every 'shall' above every 'should' and 'may'")
                return

    def _check_reasons(self, found: tuple[Difference, ...]) -> None:
        """Note entries that change nothing."""
        changed = {(difference.kind, difference.about) for difference in found}
        by_node: dict[int, list[tuple[ChangeKind, str]]] = {}
        for key, (_, node) in self.reasons.items():
            by_node.setdefault(id(node), []).append(key)
        for keys in by_node.values():
            node = self.reasons[keys[0]][1]
            if keys[0][0] is ChangeKind.SETTING:
                for _, name in (key for key in keys if key not in changed):
                    self.complaints.at_key(node, name, f"{name!r} is as in the base", expected="another value, or no entry")
            elif not set(keys) & changed:
                self.complaints.at(node, "this changes nothing", expected="another value than the base has, or no entry")

    def _change(self, difference: Difference) -> Change:
        """Return a difference with its reason; note one that nobody signed off."""
        known = self.reasons.get((difference.kind, difference.about))
        if known is None:
            raise AssertionError(f"{difference.about}: changed without an entry")
        entry, node = known
        signed = entry.approved
        if difference.eases and signed is None:
            what = f"{difference.about!r} must be met, and this {_does(difference)} it without sign-off"
            self.complaints.at(node, what, expected=SIGNED)
        if signed is not None and "approved" in node.mapping:
            _check_approval(signed, node.mapping["approved"], self.complaints)
        written = {f.name: getattr(difference, f.name) for f in fields(Difference)}
        return Change(**written, reason=entry.reason, base=self.base.id, approved=signed)


def _in_title(title: Text, numbers: set[float]) -> float:
    """Return a figure of the requirement, or of its per cent, that stands in a title; 0 when none does."""
    said = {float(found) for found in NUMBER.findall(title.zh)}
    return next((value for number in sorted(numbers) for value in (number, 100 * number) if value in said), 0.0)


def _does(difference: Difference) -> Literal["removes", "loosens"]:
    return "removes" if difference.kind is ChangeKind.REMOVED else "loosens"


def _check_approval(signed: Approval, node: Node, complaints: Complaints) -> None:
    for name in ("proposed_by", "by", "document"):
        if not getattr(signed, name).strip():
            complaints.at(node.mapping[name], f"nothing for {name!r}", expected="a name" if name != "document" else "a document")
    if signed.by.strip() and _same(signed.by) == _same(signed.proposed_by):
        complaints.at(node.mapping["by"], f"{signed.by!r} proposed and approved it", expected="two of them")


def _same(name: str) -> str:
    return "".join(name.split()).casefold()
