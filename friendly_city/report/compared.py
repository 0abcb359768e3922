"""What changed between two editions, and what that does to a city, as text for a terminal and as plain data for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from friendly_city.audit.telling import asked, credit_of, limits_of, measured
from friendly_city.labels import Language, Text, keys, label, number
from friendly_city.standards.compare import Sort
from friendly_city.standards.model import Aspect, Criterion, Friendliness, Item, Obligation, TextBasis
from friendly_city.standards.requirement import Attest, Band, Filter, Limits

if TYPE_CHECKING:
    from friendly_city.audit.change import AuditChange
    from friendly_city.standards.compare import Change, Comparison

NOTHING = "—"
ENUMS: dict[type, str] = {Obligation: "obligation", TextBasis: "text_basis", Friendliness: "friendliness", Aspect: "aspect"}
SORTS = {"added": Text("新增", "added"), "removed": Text("删去", "removed"), "changed": Text("改动", "changed")}
DIRECTIONS = {"stricter": Text("更严", "stricter"), "looser": Text("更宽", "looser")}
PARTS = {
    "head": Text("文件", "document"),
    "dimensions": Text("子体系", "dimension"),
    "clauses": Text("条文", "clause"),
    "criteria": Text("指标", "criterion"),
    "items": Text("清单指标", "item"),
    "grades": Text("等级", "grade"),
}
WHYS = {
    "added": Text("新增指标", "new criterion"),
    "removed": Text("删去指标", "criterion gone"),
    "data": Text("数据有无", "data came or went"),
    "scope": Text("适用范围", "came or ceased to apply"),
    "value and threshold": Text("数值与要求", "value and limit"),
    "threshold": Text("要求变动", "limit moved"),
    "value": Text("数值变动", "value moved"),
    "evidence": Text("凭证变动", "other evidence"),
    "requirement": Text("要求的读法", "requirement reads differently"),
    "weight": Text("权重", "weight"),
}


def value_words(value: object, unit: str, language: Language) -> str:
    """Return an old or new value of a change in words; `unit` is that of the threshold it belongs to.

    Examples
    --------
    >>> value_words(Limits(at_least=6), "m2", "en"), value_words(None, "", "en"), value_words(3.0, "", "en")
    ('at least 6 m²', '—', '3')
    """
    if value is None or value in ("", ()) or (isinstance(value, Filter) and not value.conditions):
        return NOTHING
    if isinstance(value, tuple):
        return ", ".join(value_words(part, unit, language) for part in value)
    if is_dataclass(value):
        return _compound(value, unit, language)
    if type(value) in ENUMS:
        return label(ENUMS[type(value)], str(value)).of(language)
    return number(value) if isinstance(value, float) else str(value)


def _compound(value: Any, unit: str, language: Language) -> str:
    if isinstance(value, Text):
        return value.of(language)
    if isinstance(value, Limits):
        parts = (limits_of(value, unit).of(language), credit_of(value, unit).of(language))
        return ("，" if language == "zh" else "; ").join(part for part in parts if part)
    if isinstance(value, Filter):
        return "; ".join(f"{c.field}: {', '.join(c.any_of) or f'{c.at_least} – {c.at_most}'}" for c in value.conditions)
    if isinstance(value, Band):
        end = "∞" if value.below is None else number(value.below)
        return f"[{number(value.start or 0)}, {end}) {_compound(value.limits, unit, language)}"
    return _entry(value, language)


def _entry(value: Any, language: Language) -> str:
    """Return a clause, criterion, item, dimension or requirement that came or went, in one line."""
    if isinstance(value, Item):
        value = value.criterion
    if isinstance(value, Criterion):
        bound = label("obligation", value.obligation).of(language)
        return f"{value.title.of(language)} ({bound}) – {measured(value).of(language)}: {asked(value.requirement).of(language)}"
    if isinstance(value, Attest):
        return value.item
    if hasattr(value, "threshold"):
        return asked(value).of(language)
    named = getattr(value, "text", None) or getattr(value, "title", None)
    if named is not None:
        return named.of(language) if isinstance(named, Text) else str(named)
    return ", ".join(f"{field.name} {getattr(value, field.name)}" for field in fields(value))


def told(comparison: Comparison, language: Language) -> str:
    """Return every change as a line, clause by clause and criterion by criterion."""
    return "\n".join(_lines(comparison, language))


def _lines(comparison: Comparison, language: Language) -> Iterator[str]:
    old, new = comparison.old, comparison.new
    yield f"{old.id} {getattr(old, 'version', '')} → {new.id} {getattr(new, 'version', '')}".replace("  ", " ").strip()
    if not comparison.changes:
        yield {"zh": "没有改动。", "en": "Nothing changed."}[language]
    for change in comparison.changes:
        way = f"  [{DIRECTIONS[change.direction].of(language)}]" if change.direction else ""
        head = f"{PARTS[change.part].of(language)} {change.id}".strip()
        if change.sort is Sort.CHANGED:
            was, now = sides(change, language)
            yield f"  ~ {head} {change.field}{way}"
            yield f"      {was}"
            yield f"    → {now}"
        else:
            sign, side = ("+", change.new) if change.sort is Sort.ADDED else ("−", change.old)
            yield f"  {sign} {head}{way}  {SORTS[change.sort].of(language)}: {value_words(side, '', language)}"


def sides(change: Change, language: Language) -> tuple[str, str]:
    """Return what stood there before and after a change, in words."""
    was, now = change.units
    return value_words(change.old, was, language), value_words(change.new, now, language)


def told_effect(change: AuditChange, language: Language) -> str:
    """Return what a change does to a city: by criterion, then the communities whose grade or score moves."""
    return "\n".join(_effect(change, language))


def _effect(change: AuditChange, language: Language) -> Iterator[str]:
    names = change.after.city
    moved = change.scores[change.scores["changed"] > 0]
    yield {
        "zh": f"影响：{len(moved)} 个社区、{len(change.findings)} 条评估结果",
        "en": f"Effect: {len(moved)} communities, {len(change.findings)} findings",
    }[language]
    for row in moved.to_dict("records"):
        code = str(row["community_code"])
        grades = _grades(row["grade_before"], row["grade_after"], change, language)
        scores = " → ".join(number(row[f"score_{side}"], digits=1) for side in ("before", "after"))
        yield f"  {code} {names.name_of(code).of(language)}: {scores} ({_signed(row['difference'])}){grades}"
        for found in change.of(code).to_dict("records"):
            yield f"      {_finding(found, language)}"


def _grades(before: object, after: object, change: AuditChange, language: Language) -> str:
    titles = {g.id: g.title.of(language) for audit in (change.before, change.after) for g in audit.checklist.grades}
    was, now = (titles.get(str(grade), NOTHING) for grade in (before, after))
    return "" if was == now else f", {was} → {now}"


def _finding(found: dict[Any, Any], language: Language) -> str:
    was, now = (
        label("rating", rating).of(language) if rating in keys("rating") else NOTHING
        for rating in (found["rating_before"], found["rating_after"])
    )  # fmt: skip
    return f"{_signed(found['effect'])}  {found['criterion_id']}: {was} → {now} ({WHYS[found['why']].of(language)})"


def _signed(points: float) -> str:
    return f"{'+' if points > 0 else ''}{number(points, digits=2)}"


def plain(comparison: Comparison, language: Language, effect: AuditChange | None = None) -> dict[str, Any]:
    """Return changes, and their effect on a city, as plain data for JSON."""
    result: dict[str, Any] = {
        "old": comparison.old.id,
        "new": comparison.new.id,
        "changes": [
            {
                "sort": str(c.sort), "part": c.part, "id": c.id, "field": c.field, "direction": str(c.direction),
                "old": sides(c, language)[0], "new": sides(c, language)[1],
            }
            for c in comparison.changes
        ],
    }  # fmt: skip
    if effect is not None:
        for name in ("findings", "scores"):
            frame = getattr(effect, name)
            result[name] = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return result
