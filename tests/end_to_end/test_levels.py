"""Audits of homes, subdistricts and the district, as a user runs them: pages, files and the check of both."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

pytestmark = pytest.mark.batch

ASKED = {
    "childrens_home": ("facility", ["F0001", "F0002"], "儿童友好设施评估", "audit_facility"),
    "subdistrict": ("subdistrict", ["440304001"], "儿童友好街道评估", "audit_district"),
    "district": ("district", ["440304"], "儿童友好城区评估", "audit_district"),
}


@pytest.fixture(scope="module", params=ASKED)
def output(request, run, tmp_path_factory):
    out = tmp_path_factory.mktemp("levels") / request.param
    subjects = [word for code in ASKED[request.param][1] for word in ("--subject", code)]
    words = ["audit", "data/futian", "--checklist", request.param, "--period", "2022", "--out", str(out), "-q"]
    done = run(*words, *subjects)
    assert done.returncode == 0, done.stdout + done.stderr
    return request.param, out


def test_each_subject_that_was_asked_for_has_a_page_in_the_words_of_its_level(output):
    name, out = output
    _, codes, said, notebook = ASKED[name]
    for code in codes:
        page = (out / code / "report.html").read_text(encoding="utf-8")
        assert said in page
        assert f'data-community="{code}"' in page
        assert 'id="map"' not in page
        cells = json.loads((out / code / "audit.ipynb").read_text(encoding="utf-8"))["cells"]
        named = {"audit_facility": "facility", "audit_district": "subject"}[notebook]
        assert any(f'{named} = "{code}"' in "".join(cell["source"]) for cell in cells)


def test_files_name_the_level_and_the_subjects(output):
    name, out = output
    level, codes, *_ = ASKED[name]
    findings = pd.read_csv(out / "findings.csv", dtype=str)
    scores = pd.read_csv(out / "scores.csv", dtype=str)
    assert set(findings["subject_kind"]) == {level}
    assert set(codes) <= set(findings["subject_code"]) == set(scores["community_code"])
    if level == "facility":
        assert findings["community_code"].str.fullmatch(r"\d{12}").all()


def test_the_report_check_finds_nothing(output, run):
    _, out = output
    done = run("report", "check", str(out))
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_number_that_was_changed_is_found(output, run):
    name, out = output
    page = out / ASKED[name][1][0] / "report.html"
    whole = page.read_text(encoding="utf-8")
    changed = re.sub(r'(data-field="lower" data-value=")[^"]+', r"\g<1>3.14", whole, count=1)
    page.write_text(changed, encoding="utf-8")
    try:
        assert changed != whole, "the test no longer changes the page"
        assert run("report", "check", str(out)).returncode == 1
    finally:
        page.write_text(whole, encoding="utf-8")


def test_a_subject_that_does_not_exist_is_told(run, tmp_path):
    words = ["audit", "data/futian", "--checklist", "childrens_home", "--period", "2022", "--out", str(tmp_path / "x")]
    done = run(*words, "--subject", "F9999")
    assert done.returncode == 2
    assert "no facility named 'F9999'" in done.stderr
