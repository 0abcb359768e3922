"""The demonstration city audited with a tailored checklist: each change does what it says, and the page shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

import friendly_city as fc
from friendly_city.report.check import page_problems
from friendly_city.report.community import community_sections, page_title
from friendly_city.report.expected import expected_pages
from friendly_city.report.exporter import export_html, notebook_of

ROOT = Path(__file__).parents[2]
TAILORED = ROOT / "tests" / "standards" / "tailored" / "community-tailored.yaml"


@pytest.fixture(scope="module")
def audits():
    city = fc.load_city(str(ROOT / "data/futian"))
    base, made = fc.load_checklist("community"), fc.load_checklist(TAILORED)
    return fc.audit(city, base, period="2022"), fc.audit(city, made, period="2022")


def of(audit, criterion):
    found = audit.findings[audit.findings["criterion_id"] == criterion]
    return found.set_index("community_code")


def test_each_change_does_what_it_says(audits):
    base, made = audits
    assert len(of(base, "sz236-p13c"))
    assert of(made, "sz236-p13c").empty
    assert of(base, "szpsg-t541-11e").empty
    assert len(of(made, "szpsg-t541-11e")) == len(made)
    assert len(of(made, "lg-homes")) == len(made)
    nearer, near = of(made, "szpsg-t541-18"), of(base, "szpsg-t541-18")
    assert (nearer["value"] <= near["value"] + 1e-9).all()
    assert (nearer["value"] < near["value"]).any()  # 300 m in place of 500 m
    share, all_of = of(made, "szpsg-t541-33"), of(base, "szpsg-t541-33")
    assert share["value"].equals(all_of["value"])
    between = share["value"].between(0.8, 0.999)
    assert (share["rating"][between] == "met").all()
    assert not (all_of["rating"][between] == "met").any()
    assert of(made, "sz236-p21")["gate"].all()
    assert not of(made, "sz236-p17a")["gate"].any()
    assert set(of(made, "sz236-p20")["weight"]) == {4.0}
    untouched = [i.id for i in base.checklist.items if i.id not in {c.about for c in made.checklist.changes}]
    columns = ["criterion_id", "rating", "degree", "value", "reason_zh", "weight"]
    left, right = (a.findings[a.findings["criterion_id"].isin(untouched)][columns].reset_index(drop=True) for a in audits)
    assert left.equals(right)


def test_a_finding_says_that_its_threshold_is_local(audits):
    base, made = audits
    rated = of(made, "szpsg-t541-18").query("rating in ('met', 'partly_met', 'not_met')")
    assert len(rated)
    assert rated["reason_zh"].str.endswith("（本地阈值）").all()
    assert rated["reason_en"].str.endswith("(local threshold)").all()
    assert rated["reason_zh"].str.contains("300").all()
    others = ~made.findings["criterion_id"].isin(["szpsg-t541-18", "szpsg-t541-33", "lg-homes"])
    assert not made.findings[others]["reason_zh"].str.contains("本地阈值").any()
    assert not base.findings["reason_zh"].str.contains("本地阈值").any()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_what_was_changed_and_holds_against_the_findings(audits, language):
    _, made = audits
    c = made.of("440304001019")
    html = export_html(
        notebook_of(community_sections(c, language=language), title=page_title(c, language=language), subject=c.code),
        language=language,
    )
    expected = expected_pages(made.findings, made.scores, language=language, codes=[c.code])[c.code]
    assert [str(p) for p in page_problems(html, subject=c.code, language=language, expected=expected)] == []
    table = html.split('id="changes-table"', 1)[1].split("</table>", 1)[0]
    for change in made.checklist.changes:
        assert f'data-about="{change.about}"' in table
        for text in (change.was, change.now, change.reason):
            assert text.of(language).replace("<", "&lt;") in table
    assert table.count("<tr") == len(made.checklist.changes) + 1
    assert "示例文件2号" in table
    assert len(html.encode()) < 500_000


def test_a_tailored_audit_is_read_by_an_axis_too(audits):
    _, made = audits
    for name in ("crc", "cfci", "national"):
        reading = made.by(name)
        assert reading.not_placed == ()
        assert sum(len(reading.criteria_of(group.id)) for group in reading.groups) == len(made.checklist.items)
    assert made.by("friendliness").places["lg-homes"] == "space"
