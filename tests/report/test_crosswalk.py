"""The district read by an axis: sections that say what the reading says, in both languages."""

from __future__ import annotations

import pytest

from friendly_city.audit.scores import TOTAL
from friendly_city.errors import UnknownName
from friendly_city.labels import number
from friendly_city.report import crosswalk
from friendly_city.report.check import page_problems
from friendly_city.report.exporter import export_html, notebook_of
from friendly_city.standards.axes import axis_names

MAKE = ["axis_header", "axis_table", "axis_spread", "axis_strips", "axis_map"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("axis", axis_names())
def test_the_sections_make_a_page(audit, axis, language):
    reading = audit.by(axis)
    sections = [getattr(crosswalk, name)(reading, language=language) for name in MAKE]
    html = export_html(notebook_of(sections, title="t", subject=audit.city.id), language=language)
    assert [str(p) for p in page_problems(html, subject=audit.city.id, language=language)] == []
    for row in reading.district.itertuples():
        assert number(row.median, digits=1) in sections[1].html
    for item in audit.checklist.items:
        assert sections[1].html.count(f"<li>{item.criterion.title.of(language)}</li>") == 1


def test_the_totals_are_those_of_the_audit(audit):
    for axis in axis_names():
        again = audit.by(axis).regrouped
        assert again.totals.equals(audit.totals)
        assert len(again.findings) == len(audit.findings)
        assert set(again.scores["dimension"]) - {TOTAL} <= {g.id for g in audit.by(axis).groups}


def test_a_map_of_a_group_that_is_not_there_is_told(audit):
    with pytest.raises(UnknownName, match="no group of cfci named 'g7'"):
        crosswalk.axis_map(audit.by("cfci"), group="g7")
