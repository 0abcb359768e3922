"""The batch as a user runs it: what it writes, that it says what the result files say, and what it does when things go wrong."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import friendly_city as fc
from friendly_city.report.published import published_rows

ROOT = Path(__file__).parents[2]
RESULTS = [
    "findings.csv",
    "findings.parquet",
    "scores.csv",
    "action_plan.xlsx",
    "communities.gpkg",
    "manifest.json",
    "index.html",
]
FINDINGS_COLUMNS = [
    "period",
    "checklist",
    "standard",
    "clause",
    "criterion_id",
    "dimension",
    "obligation",
    "subject_kind",
    "subject_code",
    "community_code",
    "rating",
    "degree",
    "value",
    "unit",
    "threshold",
    "method",
    "evidence",
    "reason_zh",
    "reason_en",
    "remedy_zh",
    "remedy_en",
]
SCORES_COLUMNS = [
    "community_code",
    "dimension",
    "score",
    "lower",
    "upper",
    "data_coverage",
    "grade",
    "rank",
    "rank_low",
    "rank_high",
]
FEW = ["--community", "440304010002", "--community", "440304007019"]
pytestmark = pytest.mark.batch


@pytest.fixture(scope="module")
def findings(batch):
    return pd.read_csv(
        batch / "findings.csv",
        dtype={"community_code": "str", "clause": "str", "subject_code": "str", "period": "str"},
        keep_default_na=False,
        na_values={"degree": [""], "value": [""]},
    )


@pytest.fixture(scope="module")
def scores(batch):
    return pd.read_csv(batch / "scores.csv", dtype={"community_code": "str"})


@pytest.fixture(scope="module")
def pages(batch, page):
    return {path.parent.name: page(path) for path in sorted(batch.glob("*/report.html"))}


def values_withheld(names):
    """The findings whose value a public page keeps back because it would tell of few children; there are hardly any."""
    audit = fc.audit(fc.load_city(str(ROOT / "data/futian")), fc.load_checklist("community"), period="2022")
    found = set()
    for c in audit:
        both = zip(c.findings.rows, published_rows(c, edition="public"), strict=True)
        found |= {(c.code, exact["criterion_id"]) for exact, shown in both if exact["reason_zh"] != shown["reason_zh"]}
    assert found <= set(names)
    assert len(found) < 5
    return found


def test_every_file_of_the_contract_is_there(batch):
    assert [name for name in RESULTS if not (batch / name).is_file()] == []
    folders = sorted(path.name for path in batch.iterdir() if path.is_dir())
    assert len(folders) == 92
    assert all((batch / code / name).is_file() for code in folders for name in ("report.html", "audit.ipynb"))


def test_the_columns_are_those_of_the_contract(findings, scores, batch):
    assert list(findings.columns)[: len(FINDINGS_COLUMNS)] == FINDINGS_COLUMNS
    assert list(scores.columns) == SCORES_COLUMNS
    assert list(pd.read_parquet(batch / "findings.parquet").columns) == list(findings.columns)


def test_parquet_and_csv_hold_the_same(findings, batch):
    parquet = pd.read_parquet(batch / "findings.parquet")
    assert len(parquet) == len(findings) == 92 * findings["criterion_id"].nunique()
    pd.testing.assert_series_equal(parquet["degree"], findings["degree"], check_dtype=False)
    assert (parquet["rating"].to_numpy() == findings["rating"].to_numpy()).all()


def test_every_page_belongs_to_its_community_and_shows_no_other(pages):
    for code, page in pages.items():
        roots = {attributes["data-community"] for attributes in page.with_attribute("data-community")}
        assert roots == {code}


def test_every_number_on_92_pages_is_that_of_the_result_files(pages, findings, scores):
    by_finding = findings.set_index(["community_code", "criterion_id"])
    by_score = scores.set_index(["community_code", "dimension"])
    withheld, seen = values_withheld(by_finding.index), 0
    for code, page in pages.items():
        for attributes in page.with_attribute("data-criterion"):
            field, value = attributes.get("data-field"), attributes.get("data-value")
            if field in {"value", "degree"}:
                expected = by_finding.loc[(code, attributes["data-criterion"]), field]
                kept_back = (code, attributes["data-criterion"]) in withheld
                assert (value == "" and (pd.isna(expected) or kept_back)) or float(value) == expected, (code, attributes)
                seen += 1
            elif field == "rating":
                assert value == by_finding.loc[(code, attributes["data-criterion"]), "rating"], (code, attributes)
                seen += 1
        for attributes in page.with_attribute("data-dimension"):
            field, value = attributes.get("data-field"), attributes.get("data-value")
            if field in {"score", "lower", "upper", "data_coverage", "rank", "rank_low", "rank_high"}:
                expected = by_score.loc[(code, attributes["data-dimension"]), field]
                assert (value == "" and pd.isna(expected)) or float(value) == expected, (code, attributes)
                seen += 1
    assert seen > 92 * (findings["criterion_id"].nunique() + 20)


def test_every_finding_is_on_its_page_with_its_reason(pages, findings):
    withheld = values_withheld(findings.set_index(["community_code", "criterion_id"]).index)
    for code, rows in findings.groupby("community_code"):
        printed = rows[[(code, name) not in withheld for name in rows["criterion_id"]]]
        shown = {a["data-criterion"] for a in pages[code].with_attribute("data-criterion") if a.get("data-field") == "rating"}
        assert shown == set(rows["criterion_id"])
        text = re.sub(r"\s+", "", pages[code].text)
        missing = [reason for reason in printed["reason_zh"] if re.sub(r"\s+", "", reason) not in text]
        assert not missing, (code, missing[:3])


def test_scores_can_be_computed_from_the_findings_file_alone(findings, scores):
    rated = findings[findings["rating"].isin(["met", "partly_met", "not_met"])]
    gained = (rated["weight"] * rated["degree"]).groupby(rated["community_code"]).sum()
    expected = 100 * gained / rated.groupby("community_code")["weight"].sum()
    total = scores[scores["dimension"] == "total"].set_index("community_code")["score"]
    assert (expected.reindex(total.index) - total).abs().max() < 1e-6


def test_the_index_links_every_report_and_no_link_is_dead(batch, page):
    index = page(batch / "index.html")
    links = {a["href"] for tag, a in index.elements if tag == "a" and a.get("href") and not a["href"].startswith(("#", "data:"))}
    links |= {a["xlink:href"] for a in index.with_attribute("xlink:href") if not a["xlink:href"].startswith("#")}
    assert {f"{code}/report.html" for code in (path.name for path in batch.iterdir() if path.is_dir())} <= links
    assert [link for link in links if not (batch / link).is_file()] == []


def test_no_page_fetches_anything_or_is_too_large(batch, page):
    for path in [batch / "index.html", *batch.glob("*/report.html")]:
        assert page(path).fetched() == []
        assert path.stat().st_size < 500_000, (path, path.stat().st_size)


def test_the_executed_notebooks_hold_no_stderr_and_no_error(batch):
    for path in batch.glob("*/audit.ipynb"):
        outputs = [o for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] for o in cell.get("outputs", [])]
        assert not [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"], path


def test_the_manifest_says_what_was_made_from_what(batch):
    import hashlib

    manifest = json.loads((batch / "manifest.json").read_text(encoding="utf-8"))
    assert len(manifest["runs"]) == 93
    assert {run["status"] for run in manifest["runs"].values()} == {"done"}
    for name, digest in manifest["inputs"].items():
        assert hashlib.sha256((ROOT / "data/futian" / name).read_bytes()).hexdigest() == digest, name
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((batch / name).read_bytes()).hexdigest() == digest, name
    package = json.loads((ROOT / "data/futian/datapackage.json").read_text(encoding="utf-8"))
    assert [(s["id"], s["licence"]) for s in manifest["sources"]] == [(s["name"], s["licence"]) for s in package["sources"]]
    assert all(source["licence"] for source in manifest["sources"])


def test_the_action_plan_is_by_gain_and_holds_no_formula(batch):
    import openpyxl

    sheet = openpyxl.load_workbook(batch / "action_plan.xlsx").active
    header, *rows = sheet.iter_rows()
    assert [cell.value for cell in header][:3] == ["community_code", "community", "criterion_id"]
    assert not [cell for row in rows for cell in row if cell.data_type == "f"]
    gains = pd.DataFrame([(row[0].value, row[10].value) for row in rows], columns=["code", "gain"])
    assert all(group.is_monotonic_decreasing for _, group in gains.groupby("code")["gain"])


def test_the_map_layer_opens_with_geometry_and_scores(batch, scores):
    import geopandas as gpd

    layer = gpd.read_file(batch / "communities.gpkg").set_index("community_code")
    total = scores[scores["dimension"] == "total"].set_index("community_code")
    assert len(layer) == 92
    assert (layer["score"] - total["score"]).abs().max() < 1e-9
    assert set(layer["notice"]) == {"示意图 · 合成数据"}


def test_a_second_run_changes_nothing_and_runs_nothing(batch, run):
    before = {path: path.read_bytes() for path in batch.rglob("*") if path.is_file() and path.name != "manifest.json"}
    done = run("audit", "data/futian", "--period", "2022", "--out", str(batch), "--json", "-q")
    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout)["outcomes"]
    assert {outcome["status"] for outcome in outcomes} == {"skipped"}
    assert {path: path.read_bytes() for path in before} == before


def test_two_runs_in_two_places_give_the_same_bytes(batch, tmp_path, run):
    out = tmp_path / "again"
    done = run("audit", "data/futian", "--period", "2022", "--out", str(out), *FEW)
    assert done.returncode == 0, done.stderr
    names = ["findings.csv", "findings.parquet", "scores.csv", "action_plan.xlsx", "communities.gpkg"]
    names += [f"{code}/{name}" for code in FEW[1::2] for name in ("report.html", "audit.ipynb")]
    assert [name for name in names if (out / name).read_bytes() != (batch / name).read_bytes()] == []


def test_english_pages_are_english(english, page):
    for path in english.glob("*/report.html"):
        text = path.read_text(encoding="utf-8")
        assert '<html lang="en"' in text
        words = page(path).text
        chinese = len(re.findall(r"[\u4e00-\u9fff]", words))
        assert chinese < 0.02 * len(words), (path, chinese, len(words))


def test_a_dry_run_writes_nothing_and_says_what_would_run(tmp_path, run):
    done = run("audit", "data/futian", "--period", "2022", "--out", str(tmp_path / "x"), "--dry-run", *FEW)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--community", "999"], 2, "no community named '999'"),
        (["--checklist", "comunity"], 2, "did you mean 'community'?"),
        (["--period", "22"], 2, "neither a year"),
        (["--notebook", "nothing"], 2, "no notebooks/nothing.ipynb"),
        (["--lang", "fr"], 2, "'fr' is not one of 'zh', 'en'"),
        (["--jobs", "-1"], 2, "jobs must be 1 or more"),
    ],
)
def test_a_wrong_word_on_the_command_line_is_refused_and_nothing_written(tmp_path, run, words, code, message):
    done = run("audit", "data/futian", "--period", "2022", "--out", str(tmp_path / "x"), *words)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x").exists()


def test_bad_data_exit_with_3_name_every_problem_and_write_nothing(tmp_path, run):
    city = tmp_path / "city"
    shutil.copytree(ROOT / "data/futian", city)
    path = city / "facilities.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].replace("childrens_home", "childrens_hom", 1) if "childrens_home" in lines[3] else lines[3] + "x,y"
    lines[5] = lines[5] + ",one too many"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = run("audit", str(city), "--period", "2022", "--out", str(tmp_path / "x"))
    assert done.returncode == 3
    assert "facilities.csv:6" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x").exists()


def test_a_killed_run_is_resumed_and_what_was_whole_is_kept(tmp_path, run):
    out = tmp_path / "killed"
    words = ["audit", "data/futian", "--period", "2022", "--out", str(out), "-q", "--jobs", "1"]
    for code in ("440304010002", "440304007019", "440304001019"):
        words += ["--community", code]
    process = subprocess.Popen([sys.executable, "-m", "friendly_city.cli", *words], cwd=ROOT, start_new_session=True)
    deadline = time.monotonic() + 120
    while not list(out.glob("*/report.html")):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.05)
    import os

    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)
    whole = {path: path.stat().st_mtime_ns for path in out.glob("*/report.html")}
    done = run(*words, "--json")
    assert done.returncode == 0, done.stderr
    statuses = {o["key"]: o["status"] for o in json.loads(done.stdout)["outcomes"]}
    assert {statuses[path.parent.name] for path in whole} == {"skipped"}
    assert {path: path.stat().st_mtime_ns for path in whole} == whole
    assert len(list(out.glob("*/report.html"))) == 3
    assert not list(out.rglob(".unfinished-*"))
