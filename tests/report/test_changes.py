"""What a tailored checklist changed stands on every page, in both languages, and what is local is called local."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from friendly_city.labels import Text
from friendly_city.report.check import page_problems
from friendly_city.report.community import community_sections, page_title
from friendly_city.report.district import district_header, district_sections
from friendly_city.report.expected import expected_pages
from friendly_city.report.exporter import export_html, notebook_of
from friendly_city.standards.model import Approval, Change, ChangeKind
from friendly_city.standards.requirement import Attest, ThresholdBasis

SIGNED = Approval(proposed_by="甲办 <1>", by="乙办", on=date(2025, 3, 1), document="文件 7")


def tailored(audit):
    """The made-up audit as if its first measured criterion had a local threshold and another were gone."""
    checklist = audit.checklist
    item = next(item for item in checklist.items if not isinstance(item.criterion.requirement, Attest))
    threshold = replace(item.criterion.requirement.threshold, basis=ThresholdBasis.LOCAL)
    criterion = replace(item.criterion, requirement=replace(item.criterion.requirement, threshold=threshold))
    local = replace(item, criterion=criterion)
    common = {
        "was": Text("原先", "Former"),
        "now": Text("如今", "Current"),
        "reason": Text("缘由", "Because <b>"),
        "base": "whole",
    }
    changes = (
        Change(kind=ChangeKind.THRESHOLD, about=item.id, title=criterion.title, eases=True, approved=SIGNED, **common),
        Change(kind=ChangeKind.REMOVED, about="gone", title=Text("已去", "Gone one"), eases=False, **common),
        Change(kind=ChangeKind.SETTING, about="due", title=Text("期限", "Due date"), eases=False, **{**common, "base": "first"}),
    )
    items = tuple(local if other is item else other for other in checklist.items)
    return item.id, replace(audit, checklist=replace(checklist, items=items, base="whole 1", changes=changes))


def page(c, language):
    sections = community_sections(c, language=language)
    return export_html(notebook_of(sections, title=page_title(c, language=language), subject=c.code), language=language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_changes_are_on_the_page(audit, language):
    local, audit = tailored(audit)
    c = audit.of(audit.codes[0])
    html = page(c, language)
    expected = expected_pages(audit.findings, audit.scores, language=language)[c.code]
    assert [str(p) for p in page_problems(html, subject=c.code, language=language, expected=expected)] == []
    table = html.split('id="changes-table"', 1)[1].split("</table>", 1)[0]
    for said in {"zh": ("原先", "如今", "缘由", "甲办 &lt;1&gt; 提出，乙办 于 2025-03-01 批准：文件 7", "去掉指标", "基准 first", "放宽"),
                 "en": ("Former", "Current", "Because &lt;b&gt;", "approved by 乙办 on 2025-03-01", "Criterion removed", "base first", "loosens")}[
        language
    ]:  # fmt: skip
        assert said in table
    assert f'href="#change-{local}"' in html
    assert f'id="change-{local}"' in html
    assert {"zh": "清单以 whole 1 为基准，本地改动 3 处", "en": "Made from whole 1, changed locally in 3 places"}[
        language
    ] in html
    assert {"zh": "本地阈值", "en": "local threshold"}[language] in html


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_overview_says_it_too(audit, language):
    _, changed = tailored(audit)
    header = district_header(changed, language=language).html
    page = export_html(
        notebook_of(district_sections(changed, language=language), title="t", subject=audit.city.id), language=language
    )
    beside = {
        "report.html",
        "findings.csv",
        "findings.parquet",
        "scores.csv",
        "action_plan.xlsx",
        "communities.gpkg",
        "manifest.json",
        "index.ipynb",
    }
    exists = lambda path: path.rsplit("/", 1)[-1] in beside  # noqa: E731
    assert [str(p) for p in page_problems(page, subject=audit.city.id, language=language, exists=exists)] == []
    assert 'id="changes-table"' in header
    assert {"zh": "本地改动 3 处", "en": "changed locally in 3 places"}[language] in header


def test_nothing_is_said_of_a_checklist_made_from_none_and_that_nothing_changed_is_said(audit):
    c = audit.of(audit.codes[0])
    assert "changes-table" not in page(c, "zh")
    same = replace(audit, checklist=replace(audit.checklist, base="whole 1"))
    html = page(same.of(same.codes[0]), "zh")
    assert "本清单以 whole 1 为基准，没有改动" in html
