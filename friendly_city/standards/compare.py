"""What changed between two editions of a standard: clause by clause and criterion by criterion, field by field.

Works on the trees that files hold, so that a field added to the model is compared by itself. Checklists are compared in
`changes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from friendly_city.labels import Language, Text, label
from friendly_city.standards.model import Clause, Criterion, Standard
from friendly_city.standards.strictness import Strictness, compare_requirements
from friendly_city.standards.tree import Tree, tree_of
from friendly_city.standards.write import on_one_line

What = Literal["standard", "clause", "criterion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One thing in which two editions differ.

    Attributes
    ----------
    what, about : str
        ``clause`` or ``criterion`` with its id, or ``standard``.
    title : Text
        What the clause says, what the criterion is called.
    field : str
        Field that differs, e.g. ``requirement.threshold.at_least``; '' where the whole was added or removed.
    was, now : str
        As a file has it; '' where it was or is not there.
    strictness : Strictness or None
        Of a criterion whose requirement changed: whether the new one asks more; None where that cannot be told.
    """

    what: What
    about: str
    title: Text
    field: str = ""
    was: str = ""
    now: str = ""
    strictness: Strictness | None = None


def compare(old: Standard, new: Standard) -> tuple[Edit, ...]:
    """Return everything in which an edition differs from an older one; clauses and criteria are known by their ids.

    Examples
    --------
    >>> from friendly_city.standards.load import load_standard
    >>> standard = load_standard("london-plan-s4")
    >>> compare(standard, standard)
    ()
    """
    parts = ("clauses", "criteria")
    heads = [
        {name: child for name, child in _leaves(tree_of(edition)) if name.split(".")[0] not in parts} for edition in (old, new)
    ]
    return (
        *_fields("standard", new.id, new.title, heads[0], heads[1], None),
        *_things("clause", {c.id: c for c in old.clauses}, {c.id: c for c in new.clauses}),
        *_things("criterion", {c.id: c for c in old.criteria}, {c.id: c for c in new.criteria}),
    )


def edit_lines(edits: Sequence[Edit], language: Language) -> Iterator[str]:
    """Yield what changed, one line each under the name of what it is about."""
    about = ("", "")
    for edit in edits:
        if (edit.what, edit.about) != about:
            about = (edit.what, edit.about)
            yield f"{label('edit', edit.what).of(language)} {edit.about}  {edit.title.of(language)}"
        if not edit.field:
            yield f"  {label('edit', 'added' if edit.now else 'removed').of(language)}"
            continue
        asks = f"  ({label('edit', edit.strictness).of(language)})" if edit.strictness else ""
        yield f"  {edit.field}: {edit.was or '—'} → {edit.now or '—'}{asks}"


def _things(what: What, old: Mapping[str, Clause | Criterion], new: Mapping[str, Clause | Criterion]) -> Iterator[Edit]:
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name), new.get(name)
        title = _title(now or was)
        if was is None or now is None:
            yield Edit(what=what, about=name, title=title, was="there" if was else "", now="there" if now else "")
        elif was != now:
            yield from _fields(what, name, title, dict(_leaves(tree_of(was))), dict(_leaves(tree_of(now))), _strictness(was, now))


def _title(thing: Clause | Criterion | None) -> Text:
    return thing.title if isinstance(thing, Criterion) else thing.text if thing else Text("", "")


def _strictness(was: Clause | Criterion, now: Clause | Criterion) -> Strictness | None:
    if not isinstance(was, Criterion) or not isinstance(now, Criterion) or was.requirement == now.requirement:
        return None
    return compare_requirements(now.requirement, was.requirement)


def _fields(
    what: What, about: str, title: Text, was: Mapping[str, str], now: Mapping[str, str], strictness: Strictness | None
) -> Iterator[Edit]:
    for name in dict.fromkeys((*was, *now)):
        if was.get(name) != now.get(name):
            asks = strictness if name.startswith("requirement") else None
            yield Edit(
                what=what, about=about, title=title, field=name, was=was.get(name, ""), now=now.get(name, ""), strictness=asks
            )


def _leaves(tree: Tree, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text of a tree with its path; a list of texts is one."""
    if isinstance(tree, dict) and tree:
        for name, child in tree.items():
            yield from _leaves(child, f"{path}.{name}".lstrip("."))
    elif isinstance(tree, list) and tree and not all(isinstance(entry, str) for entry in tree):
        for place, child in enumerate(tree):
            yield from _leaves(child, f"{path}.{place}")
    else:
        yield path, tree if isinstance(tree, str) else on_one_line(tree)
