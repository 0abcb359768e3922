"""The handbook: everything of a standard or checklist is in it, its examples are what the rating code gives, it needs no network."""

from __future__ import annotations

import re
from html import unescape

import numpy as np
import pytest
from click.testing import CliRunner

from friendly_city.audit.measures.limits import judge
from friendly_city.cli import main
from friendly_city.report.handbook import handbook_sections, worked_examples, write_handbook
from friendly_city.standards.load import checklist_names, load_checklist, load_standard, standard_names
from friendly_city.standards.requirement import Attest
from friendly_city.standards.telling import items_told

DOCUMENTS = {name: load_standard(name) for name in standard_names()} | {name: load_checklist(name) for name in checklist_names()}
SPEC = [
    ("sz236-p21", "db4403-t-236-2022", "", 6, "met"),
    ("sz236-p22", "db4403-t-236-2022", "", 3, "met"),
    ("sz236-p01", "db4403-t-236-2022", "", 1.12, "met"),
    ("sz236-p01", "db4403-t-236-2022", "", 1.008, "not_met"),
    ("sys-2", "shuangyashan-homes-2013", "", 40, "met"),
    ("sys-2", "shuangyashan-homes-2013", "", 36, "not_met"),
    ("gb55014-3-1-2-park", "gb-55014-2021", "", 8, "met"),
]
"""Worked examples as plain facts: criterion, standard, band, value, rating."""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_every_criterion_and_clause_is_in_the_book(name, language):
    document = DOCUMENTS[name]
    html = "".join(section.html for section in handbook_sections(document, language=language))
    text = unescape(re.sub(r"<[^>]+>", "", html))
    for criterion, standard, _ in items_told(document):
        assert f'id="{criterion.id}"' in html
        assert criterion.title.of(language) in text
        assert standard.clause(criterion.clause).text.of(language) in text
    assert not re.search(r"\bNone\b|\bnan\b|\{\w+\}", re.sub(r"<code>.*?</code>", "", html))


@pytest.mark.parametrize("name", sorted(standard_names()))
def test_examples_are_what_the_rating_code_gives(name):
    """`judge` rates values of communities; the handbook works on the limits alone: both must agree on both sides of each."""
    for criterion in DOCUMENTS[name].criteria:
        if isinstance(criterion.requirement, Attest):
            continue
        threshold = criterion.requirement.threshold
        for band, value, degree in worked_examples(threshold):
            place = next((b for b in threshold.bands if _name(b) == band), None)
            by = np.array([_inside(place)]) if place is not None else None
            judged = judge(np.array([value]), np.array([value]), threshold, by=by)
            assert judged.least[0] == pytest.approx(degree, abs=1e-12), (criterion.id, band, value)


def _inside(band):
    return band.start if band.start is not None else (band.below or 1) / 2


def _name(band):
    from friendly_city.report.handbook import _band

    return _band(band.start, band.below)


@pytest.mark.parametrize(
    ("criterion", "standard", "band", "value", "rating"),
    [row for row in SPEC if row[0] in {c.id for c in DOCUMENTS[row[1]].criteria}],
)
def test_worked_examples_as_plain_facts(criterion, standard, band, value, rating):
    from friendly_city.report.handbook import rating_of

    asked = next(c for c in DOCUMENTS[standard].criteria if c.id == criterion).requirement
    found = {(b, v): rating_of(d) for b, v, d in worked_examples(asked.threshold)}
    assert found[band, value] == rating


def test_the_book_is_one_file_without_network(tmp_path):
    path = write_handbook(DOCUMENTS["community"], tmp_path / "book.html", language="en")
    html = path.read_text(encoding="utf-8")
    assert html.startswith("<!DOCTYPE html>")
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)
    assert len(re.findall(r"<h1", html)) == 1


def test_the_commands(tmp_path):
    out = tmp_path / "b.html"
    assert CliRunner().invoke(main, ["standards", "handbook", "london-plan-s4", "--lang", "en", "--out", str(out)]).exit_code == 0
    assert out.is_file()
    shown = CliRunner().invoke(main, ["standards", "show", "db4403-t-236-2022", "sz236-p21", "--lang", "en"])
    assert shown.exit_code == 0
    assert "≥ 6 m²" in shown.output
    whole = CliRunner().invoke(main, ["standards", "show", "community"])
    assert all(item.id in whole.output for item in DOCUMENTS["community"].items)
    wrong = CliRunner().invoke(main, ["standards", "show", "community", "sz236-p2"])
    assert wrong.exit_code == 2
    assert "did you mean 'sz236-p2" in wrong.output
