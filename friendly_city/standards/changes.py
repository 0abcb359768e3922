"""What differs between two checklists, found by comparing them: nothing else says what a tailored checklist changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from friendly_city.labels import LANGUAGES, Language, Text, label, number
from friendly_city.standards.model import Change, ChangeKind, Checklist, Item, Obligation
from friendly_city.standards.strictness import eases
from friendly_city.standards.wording import figures_of

SETTINGS = ("grades", "gate_cap", "minimum_coverage", "due", "alternatives")
"""Settings of a checklist that a tailored one may have otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing in which two checklists differ; the fields are those of `Change`."""

    kind: ChangeKind
    about: str
    title: Text
    was: Text
    now: Text
    eases: bool = False


def changes(checklist: Checklist) -> tuple[Change, ...]:
    """Return what a checklist changes in the one it is made from; empty when it is made from none."""
    return checklist.changes


def change_lines(checklist: Checklist, language: Language) -> Iterator[str]:
    """Yield what a checklist changes in its base, a line each: what, was → is, why, who stands for it."""
    for change in checklist.changes:
        kind, title = label("change", change.kind).of(language), change.title.of(language)
        step = f"{change.was.of(language)} → {change.now.of(language)}"
        yield f"{change.about}  {kind}: {title}: {step}; {change.reason.of(language)}"
        if change.approved:
            signed = change.approved
            yield f"    {signed.proposed_by} → {signed.by}, {signed.on.isoformat()}, {signed.document}"


def differences(base: Checklist, made: Checklist) -> tuple[Difference, ...]:
    """Return everything in which a checklist differs from its base, criteria in their order, settings last.

    Criteria are compared by id: one that is in both may differ in figures, weight and gate.
    """
    before = {item.id: item for item in base.items}
    after = {item.id: item for item in made.items}
    known = {standard.id for standard in base.standards}
    found: list[Difference] = []
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            found.append(_removed(before[name]))
        elif name not in before:
            found.append(_added(after[name], local=after[name].standard.id == made.id and made.id not in known))
        else:
            found += _changed(before[name], after[name])
    return (*found, *_settings(base, made))


def word(name: str, value: str = "") -> Text:
    """Return a word about changes in both languages, with a value in its place."""
    text = label("change_word", name)
    return Text(text.zh.replace("*", value), text.en.replace("*", value))


def is_binding(item: Item) -> bool:
    """Return whether a criterion must be met: a ``shall``, or a gate."""
    return item.gate or item.criterion.obligation is Obligation.SHALL


def _state(item: Item) -> Text:
    """Return what is asked by a criterion, with weight and gate."""
    parts = [figures_of(item.criterion.requirement), word("weighs", number(item.weight))]
    parts += [word("gate")] if item.gate else []
    bound = label("obligation", item.criterion.obligation)
    return Text(f"{bound.zh}，" + "，".join(p.zh for p in parts), f"{bound.en}, " + ", ".join(p.en for p in parts))


def _removed(item: Item) -> Difference:
    return Difference(
        kind=ChangeKind.REMOVED, about=item.id, title=item.criterion.title, was=_state(item), now=word("removed"),
        eases=is_binding(item),
    )  # fmt: skip


def _added(item: Item, *, local: bool) -> Difference:
    kind = ChangeKind.LOCAL if local else ChangeKind.ADDED
    return Difference(kind=kind, about=item.id, title=item.criterion.title, was=word("not_in"), now=_state(item))


def _changed(was: Item, now: Item) -> Iterator[Difference]:
    before, after = was.criterion.requirement, now.criterion.requirement
    binding, title = is_binding(was), now.criterion.title
    if before != after:
        yield Difference(
            kind=ChangeKind.THRESHOLD, about=was.id, title=title, was=figures_of(before), now=figures_of(after),
            eases=binding and eases(before, after),
        )  # fmt: skip
    if was.weight != now.weight:
        yield Difference(
            kind=ChangeKind.WEIGHT, about=was.id, title=title, was=word("weighs", number(was.weight)),
            now=word("weighs", number(now.weight)), eases=binding and now.weight < was.weight,
        )  # fmt: skip
    if was.gate != now.gate:
        states = [word("gate") if item.gate else word("no_gate") for item in (was, now)]
        yield Difference(kind=ChangeKind.GATE, about=was.id, title=title, was=states[0], now=states[1], eases=was.gate)


def _settings(base: Checklist, made: Checklist) -> Iterator[Difference]:
    for name in SETTINGS:
        if getattr(base, name) != getattr(made, name):
            yield Difference(
                kind=ChangeKind.SETTING, about=name, title=label("setting", name),
                was=_setting(base, name), now=_setting(made, name),
                eases=name == "gate_cap" and any(item.gate for item in made.items) and _cap(made) > _cap(base),
            )  # fmt: skip


def _cap(checklist: Checklist) -> float:
    return next(grade.at_least for grade in checklist.grades if grade.id == checklist.gate_cap)


def _setting(checklist: Checklist, name: str) -> Text:
    if name == "grades":
        lines = {language: [f"{g.title.of(language)} {number(g.at_least)}" for g in checklist.grades] for language in LANGUAGES}
        return Text("、".join(lines["zh"]), ", ".join(lines["en"]))
    if name == "gate_cap":
        return next(grade.title for grade in checklist.grades if grade.id == checklist.gate_cap)
    if name == "alternatives":
        return (
            Text(*["; ".join(" / ".join(group.criteria) for group in checklist.alternatives)] * 2)
            if checklist.alternatives
            else word("none")
        )
    if name == "minimum_coverage":
        return Text(*[f"{number(100 * checklist.minimum_coverage)} %"] * 2)
    return Text(*[checklist.due.isoformat()] * 2) if checklist.due else word("none")
