"""The section that reads an audit by other groups, and the check that holds it against the findings."""

from __future__ import annotations

import re

import pytest

from friendly_city.report.check import page_problems
from friendly_city.report.community import axes_section, community_sections, page_title
from friendly_city.report.expected import expected_pages
from friendly_city.report.exporter import export_html, notebook_of
from friendly_city.report.page import Page
from friendly_city.report.sections_axes import AXES
from friendly_city.standards.axes import load_axis

LARGEST = 45_000
"""Bytes of the section: it is a small part of a page of 500 kB."""


def page(c, language):
    sections = community_sections(c, language=language)
    return export_html(notebook_of(sections, title=page_title(c, language=language), subject=c.code), language=language)


def problems(c, html, language):
    expected = expected_pages(c.audit.findings, c.audit.scores, language=language)[c.code]
    return [str(p) for p in page_problems(html, subject=c.code, language=language, expected=expected)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("place", range(5))
def test_the_page_holds_against_the_findings(audit, place, language):
    c = audit.of(audit.codes[place])
    html = page(c, language)
    assert problems(c, html, language) == []
    for name in AXES:
        assert load_axis(name).title.of(language).lower() in html.lower()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_finding_stands_once_in_every_axis(audit, language):
    c = audit.of(audit.codes[0])
    section = axes_section(c, language=language)
    rows = [e.attributes for e in Page(section.html).named("tr") if "data-axis" in e.attributes]
    for name in AXES:
        names = [x for row in rows if row["data-axis"] == name for x in row["data-criteria"].split()]
        assert sorted(names) == sorted(item.id for item in audit.checklist.items)
    assert len(section.html.encode()) < LARGEST


BROKEN = {
    "a score that is another": (r'(data-axis="cfci"[^>]*data-field="score" data-value=")[^"]*', r"\g<1>12.5", "cfci"),
    "what a reader sees": (r'(data-axis="national"[^>]*data-field="bounds"[^>]*>[\d.]+ – )[\d.]+', r"\g<1>1.5", "national"),
    "a lost finding": (r'(data-axis="crc"[^>]*data-criteria=")[^" ]+ ?', r"\g<1>", "axis crc"),
    "a doubled finding": (r'(data-axis="crc"[^>]*data-criteria=")([^" ]+)', r"\g<1>\g<2> \g<2>", "axis crc"),
    "a number that is gone": (
        r'data-axis="crc" data-group="[^"]*" data-field="criteria"',
        "",
        "does not show the numbers of crc",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_told(audit, name):
    c = audit.of(audit.codes[0])
    pattern, new, said = BROKEN[name]
    html, count = re.subn(pattern, new, page(c, "zh"), count=1)
    assert count == 1
    assert any(said in problem for problem in problems(c, html, "zh"))


def test_criteria_no_group_takes_are_told(audit):
    """The made-up checklist has a subsystem the axes do not know."""
    text = axes_section(audit.of(audit.codes[0]), language="en").html
    lost = [n for name in AXES for n in audit.by(name).not_placed]
    assert ("Not placed" in text) is bool(lost)
