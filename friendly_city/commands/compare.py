"""The command that compares two editions, and shows what the change does to a city."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from friendly_city.commands.explained import catalogue_option, explained
from friendly_city.commands.standards import standards
from friendly_city.errors import InvalidParameters

if TYPE_CHECKING:
    from friendly_city.labels import Language
    from friendly_city.standards.model import Checklist, Standard

SHOWN = 20
"""Subjects of a change that are listed; the others are counted. All are in the JSON."""
NAMED = 4
"""Criteria named for each change of a score."""
SMALL = 1e-9
"""Points below which nothing has changed."""


@standards.command("compare", short_help="Show what changed between two standards or checklists.")
@click.argument("old")
@click.argument("new")
@click.option("--city", default="", help="Also: what the change does to this city, with --period.")
@click.option("--period", default="", help="Year or quarter, with --city.")
@click.option(
    "--checklist", "listed", default="", help="With --city: audit by this checklist, with either edition of the standard."
)
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@catalogue_option
@explained
def standards_compare(
    old: str, new: str, city: str, period: str, listed: str, *, language: Language, catalogue: str, as_json: bool
) -> int:
    """Show what changed from OLD to NEW: two standards or two checklists, by name or YAML file.

    With --city and --period: which communities change rating, why, and by how much each criterion changes their score.
    A standard is audited whole, or as --checklist uses it.

    Example: friendly-city standards compare community mine/our-list.yaml --city data/futian --period 2022
    """
    from friendly_city.standards.model import Standard

    if bool(city) != bool(period):
        raise InvalidParameters("--city and --period are given together")
    if listed and not city:
        raise InvalidParameters("--checklist needs --city and --period")
    before, after = (_document(name, catalogue) for name in (old, new))
    if isinstance(before, Standard) != isinstance(after, Standard):
        raise InvalidParameters(f"{old} and {new}: one is a standard, the other a checklist; compare two of a kind")
    effect = _effect(before, after, city, period, listed, catalogue) if city else {}
    if as_json:
        click.echo(json.dumps({"changes": _plain(before, after), **effect}, ensure_ascii=False))
        return 0
    for line in (*_lines(before, after, language), *_effect_lines(effect, language)):
        click.echo(line)
    return 0


def _document(name: str, catalogue: str) -> Standard | Checklist:
    from friendly_city.standards.load import load_named

    return load_named(name, catalogue=catalogue)


def _lines(before: Any, after: Any, language: Language) -> Iterator[str]:
    from friendly_city.labels import label
    from friendly_city.standards.changes import differences
    from friendly_city.standards.compare import compare, edit_lines
    from friendly_city.standards.model import Standard

    if isinstance(before, Standard):
        edits = compare(before, after)
        yield from edit_lines(edits, language)
        yield f"{len(edits)} changes"
        return
    found = differences(before, after)
    for one in found:
        step = f"{one.was.of(language)} → {one.now.of(language)}"
        yield f"{one.about}  {label('change', one.kind).of(language)}: {one.title.of(language)}: {step}"
    yield f"{len(found)} changes"


def _plain(before: Any, after: Any) -> list[dict[str, Any]]:
    from dataclasses import asdict

    from friendly_city.standards.changes import differences
    from friendly_city.standards.compare import compare
    from friendly_city.standards.model import Standard

    found = compare(before, after) if isinstance(before, Standard) else differences(before, after)
    return [asdict(one) for one in found]


def _effect(before: Any, after: Any, folder: str, period: str, listed: str, catalogue: str) -> dict[str, Any]:
    """Return findings that changed, with the effect of each on its score, and scores that moved, as plain data."""
    import friendly_city as fc
    from friendly_city.audit.change import compare

    city, sides = fc.load_city(folder), _audited(before, after, listed, catalogue)
    change = compare(*(fc.audit(city, side, period=period) for side in sides))
    moved = change.scores[
        (change.scores["difference"].abs() > SMALL) | (change.scores["grade_before"] != change.scores["grade_after"])
    ]
    frames = {"findings": change.findings, "scores": moved}
    return {
        name: json.loads(frame.to_json(orient="records", force_ascii=False, double_precision=15))
        for name, frame in frames.items()
    }


def _audited(before: Any, after: Any, listed: str, catalogue: str) -> list[Any]:
    """Return what is audited before and after: both documents themselves, or one checklist with either edition."""
    from friendly_city.standards.compare import with_edition
    from friendly_city.standards.load import load_checklist
    from friendly_city.standards.model import Standard

    if not listed:
        return [before, after]
    if not isinstance(before, Standard):
        raise InvalidParameters("--checklist is for two standards; two checklists are audited as they are")
    checklist = load_checklist(listed, catalogue=catalogue or None)
    if before.id not in {standard.id for standard in checklist.standards}:
        raise InvalidParameters(
            f"checklist {listed} selects nothing of {before.id}: its standards are "
            f"{', '.join(standard.id for standard in checklist.standards)}"
        )
    return [with_edition(checklist, edition, instead_of=before.id) for edition in (before, after)]


def _effect_lines(effect: dict[str, Any], language: Language) -> Iterator[str]:
    if not effect:
        return
    yield ""
    changed = [row for row in effect["findings"] if row["rating_before"] != row["rating_after"]]
    yield f"{len(changed)} findings changed rating, {len(effect['findings']) - len(changed)} more value, limit or weight"
    for row in changed[:SHOWN]:
        yield f"  {row['subject_code']}  {row['criterion_id']}  {_step(row, language)}  {_reason(row, language)}"
    if len(changed) > SHOWN:
        yield f"  … {len(changed) - SHOWN} more; --json has all"
    yield f"{len(effect['scores'])} scores or grades changed"
    for row in effect["scores"][:SHOWN]:
        scores = " → ".join("—" if row[name] is None else f"{row[name]:.1f}" for name in ("score_before", "score_after"))
        grades = f"{row['grade_before'] or '—'} → {row['grade_after'] or '—'}"
        yield f"  {row['subject_code']}  {scores}  {grades}  {_because(effect['findings'], row['subject_code'])}"
    if len(effect["scores"]) > SHOWN:
        yield f"  … {len(effect['scores']) - SHOWN} more; --json has all"


def _step(row: dict[str, Any], language: Language) -> str:
    from friendly_city.labels import label

    shown = ["—" if row[name] is None else label("rating", row[name]).of(language) for name in ("rating_before", "rating_after")]
    return f"{' → '.join(shown)} ({label('why', row['why']).of(language)})"


def _reason(row: dict[str, Any], language: Language) -> str:
    return row[f"reason_{language}_after"] or row[f"reason_{language}_before"] or ""


def _because(findings: list[dict[str, Any]], code: str) -> str:
    """Return the criteria that changed a score most, and what the others add; together they are the whole change."""
    parts = [row for row in findings if row["subject_code"] == code and abs(row["effect"] or 0) > SMALL]
    parts.sort(key=lambda row: -abs(row["effect"]))
    said = [f"{row['criterion_id']} {row['effect']:+.2f}" for row in parts[:NAMED]]
    rest = parts[NAMED:]
    return ", ".join([*said, *([f"{len(rest)} more {sum(row['effect'] for row in rest):+.2f}"] if rest else [])])
