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


@standards.command("compare")
@click.argument("old")
@click.argument("new")
@click.option("--city", default="", help="Also: what the change does to this city, with --period.")
@click.option("--period", default="", help="Year or quarter, with --city.")
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@catalogue_option
@explained
def standards_compare(old: str, new: str, city: str, period: str, language: Language, catalogue: str, *, as_json: bool) -> int:
    """Show what changed from OLD to NEW: two standards or two checklists, by name or YAML file.

    With --city and --period: which communities change rating, why, and by how much each criterion changes their score.

    Example: friendly-city standards compare community mine/our-list.yaml --city data/futian --period 2022
    """
    from friendly_city.standards.model import Standard

    if bool(city) != bool(period):
        raise InvalidParameters("--city and --period are given together")
    before, after = (_document(name, catalogue) for name in (old, new))
    if isinstance(before, Standard) != isinstance(after, Standard):
        raise InvalidParameters(f"{old} and {new}: one is a standard, the other a checklist; compare two of a kind")
    effect = _effect(before, after, city, period) if city else {}
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


def _effect(before: Any, after: Any, folder: str, period: str) -> dict[str, Any]:
    from friendly_city.audit.change import attributed, changed_findings
    from friendly_city.audit.engine import audit
    from friendly_city.city.load import load_city

    city = load_city(folder)
    audits = [audit(city, checklist, period=period) for checklist in (before, after)]
    was, now = (found.totals[["score", "grade"]] for found in audits)
    totals = was.add_suffix("_before").join(now.add_suffix("_after"), how="outer")
    moved = totals[(totals["score_before"] != totals["score_after"]) | (totals["grade_before"] != totals["grade_after"])]
    frames = {"ratings": changed_findings(*audits), "attribution": attributed(*audits), "scores": moved.reset_index()}
    return {name: json.loads(frame.to_json(orient="records", force_ascii=False)) for name, frame in frames.items()}


def _effect_lines(effect: dict[str, Any], language: Language) -> Iterator[str]:
    from friendly_city.labels import label

    if not effect:
        return
    yield ""
    yield f"{len(effect['ratings'])} findings changed"
    for row in effect["ratings"][:SHOWN]:
        ratings = (row["rating_before"], row["rating_after"])
        step = " → ".join("—" if rating == "not_there" else label("rating", rating).of(language) for rating in ratings)
        yield f"  {row['subject_code']}  {row['criterion_id']}  {step}  {row[f'reason_{language}']}"
    yield f"{len(effect['scores'])} scores or grades changed"
    for row in effect["scores"][:SHOWN]:
        scores = " → ".join("—" if row[name] is None else f"{row[name]:.1f}" for name in ("score_before", "score_after"))
        grades = f"{row['grade_before'] or '—'} → {row['grade_after'] or '—'}"
        yield f"  {row['community_code']}  {scores}  {grades}  {_because(effect['attribution'], row['community_code'])}"
    if len(effect["scores"]) > SHOWN:
        yield f"  … {len(effect['scores']) - SHOWN} more; --json has all"


def _because(attribution: list[dict[str, Any]], code: str) -> str:
    """Return the criteria that changed a score most, and what the others add."""
    parts = [part for part in attribution if part["subject_code"] == code and abs(part["change"]) > SMALL]
    parts.sort(key=lambda part: -abs(part["change"]))
    said = [f"{part['criterion_id']} {part['change']:+.2f}" for part in parts[:NAMED]]
    rest = parts[NAMED:]
    return ", ".join([*said, *([f"{len(rest)} more {sum(part['change'] for part in rest):+.2f}"] if rest else [])])
