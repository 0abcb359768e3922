"""A finished page is looked at: does it show something, its own community, and no empty figure?"""

from __future__ import annotations

import pytest

from friendly_city.report.check import page_problems
from friendly_city.report.community import community_sections
from friendly_city.report.district import district_sections
from friendly_city.report.exporter import export_html, notebook_of


def page_of(sections, subject):
    return export_html(notebook_of(sections, title="t", subject=subject), language="zh")


def test_real_pages_have_no_problem(c, audit):
    assert page_problems(page_of(community_sections(c), c.code), subject=c.code) == ()
    assert page_problems(page_of(district_sections(audit), "index"), subject=audit.city.id) == ()


def test_a_page_of_another_community_is_found(c, all_met):
    page = page_of(community_sections(c), c.code)
    assert page_problems(page, subject=all_met.code) == (f"a section shows {c.code} instead of {all_met.code}",)


def test_one_section_of_another_community_is_found(c, all_met):
    own, other = community_sections(c), community_sections(all_met)
    page = page_of((*own[:2], other[2], *own[3:]), c.code)
    assert page_problems(page, subject="") == (f"a section shows {all_met.code} instead of {c.code}",)


@pytest.mark.parametrize(
    ("main", "problem"),
    [
        ("", "the page shows nothing"),
        ("<p> </p>", "the page shows nothing"),
        ("<figure>words</figure>", "figure 1 is empty"),
        ("<figure><svg><path d='M0 0'/></svg></figure><figure><svg><g></g></svg>x</figure>", "figure 2 is empty"),
    ],
)
def test_a_page_that_drew_nothing_is_found(main, problem):
    assert page_problems(f"<main>{main}</main>", subject="") == (problem,)
