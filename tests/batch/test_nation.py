"""Many cities at once: each one's results are those of its own audit, whatever stands beside it and however it is cut up."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import friendly_city as fc
from friendly_city.batch import nation as nations
from friendly_city.batch.nation import city_folders
from friendly_city.batch.parts import path_of
from friendly_city.batch.settings import NationSettings
from friendly_city.city.demo import make_nation
from friendly_city.cli import main
from friendly_city.errors import InvalidCity, InvalidParameters

FUTIAN = Path(__file__).parents[2] / "data" / "futian"
CITIES = 10


def audit_nation(nation, **settings):
    return nations.audit_nation(NationSettings(nation=nation, **settings))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    make_nation(folder, cities=CITIES)
    return folder


@pytest.fixture(scope="module")
def nation(made, tmp_path_factory):
    """The made cities and, among them, the committed one in CSV."""
    folder = tmp_path_factory.mktemp("nation")
    for city in sorted(made.iterdir()):
        (folder / city.name).symlink_to(city)
    (folder / "in-the-middle-futian").symlink_to(FUTIAN)
    return folder


@pytest.fixture(scope="module")
def whole(nation, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "results"
    result = audit_nation(nation, period="2022", out=out, jobs=1)
    assert [o.status for o in result.outcomes] == ["done"] * (CITIES + 1)
    return out


def few(made, folder, *numbers):
    """A nation of some of the made cities, copied so that a test may spoil them."""
    for number in numbers:
        shutil.copytree(made / f"made-{number:05d}", folder / f"made-{number:05d}")
    return folder


def part(out, data_set, city):
    return pd.read_parquet(path_of(out, data_set, city), partitioning=None)


def assert_same(out, city, audit):
    pd.testing.assert_frame_equal(part(out, "findings", city), audit.findings, check_exact=True)
    pd.testing.assert_frame_equal(part(out, "scores", city), audit.scores, check_exact=True)


@pytest.mark.parametrize("folder", ["made-00001", "made-00007", "made-00010", "in-the-middle-futian"])
def test_the_results_of_a_city_are_those_of_its_own_audit(nation, whole, folder):
    city = fc.load_city(nation / folder)
    assert_same(whole, city.id, fc.audit(city, fc.load_checklist("community"), period="2022"))


def test_no_two_made_cities_have_the_same_findings(whole):
    reasons = [tuple(part(whole, "findings", f"made-{number:05d}")["reason_zh"]) for number in range(1, CITIES + 1)]
    assert len(set(reasons)) == CITIES


def test_neither_the_order_of_cities_nor_how_many_are_taken_at_once_matters(made, whole, tmp_path):
    few(made, tmp_path / "n", 1, 2, 3, 4, 5)
    (tmp_path / "n" / "made-00002").rename(tmp_path / "n" / "zz")  # read last now
    for at_once in (1, 3):
        audit_nation(tmp_path / "n", period="2022", out=tmp_path / str(at_once), jobs=1, at_once=at_once)
        for number in range(1, 6):
            for data_set in ("findings", "scores"):
                path = path_of(Path(), data_set, f"made-{number:05d}")
                assert (tmp_path / str(at_once) / path).read_bytes() == (whole / path).read_bytes()


def test_all_parts_are_read_as_one_table_with_the_city_as_a_column(whole):
    findings, scores = pd.read_parquet(whole / "findings"), pd.read_parquet(whole / "scores")
    assert findings["city"].nunique() == scores["city"].nunique() == CITIES + 1
    assert len(findings) == (CITIES + 1) * 92 * 72
    assert not findings.duplicated(["community_code", "criterion_id"]).any()
    of_one = pq.read_table(whole / "scores", filters=[("city", "=", "made-00003"), ("dimension", "=", "total")]).to_pandas()
    assert len(of_one) == 92
    assert of_one["rank"].min() == 1
    assert of_one["rank_high"].max() == 92  # places are counted within the city


def test_the_manifest_says_what_became_of_each_city(whole):
    said = json.loads((whole / "manifest.json").read_text(encoding="utf-8"))
    assert {city["city"] for city in said["cities"]} >= {"futian", "made-00001"}
    for city in said["cities"]:
        assert (city["status"], city["communities"], city["problems"]) == ("done", 92, [])
        assert len(city["fingerprint"]) == 64
    assert said["checklist"]["id"] == "community"
    assert said["versions"]["pandas"] == pd.__version__


def spoil_answer(folder):
    table = pd.read_parquet(folder / "inspections.parquet")
    table.loc[5, "answer"] = "perhaps"
    table.to_parquet(folder / "inspections.parquet", index=False)


def test_a_bad_city_is_told_and_does_not_stop_the_others(made, whole, tmp_path):
    few(made, tmp_path / "n", 1, 2, 3)
    spoil_answer(tmp_path / "n" / "made-00002")
    (tmp_path / "n" / "made-00003" / "city.yaml").unlink()
    result = audit_nation(tmp_path / "n", period="2022", out=tmp_path / "out", jobs=1)
    assert {o.city: o.status for o in result.outcomes} == {"made-00001": "done", "made-00002": "invalid", "made-00003": "invalid"}
    assert result.exit_code == 3
    problem = result.outcomes[1].problems[0]
    assert problem.startswith("inspections.parquet:6 answer: 'perhaps' is not known")
    assert "city.yaml" in result.outcomes[2].problems[0]
    path = path_of(Path(), "findings", "made-00001")
    assert (tmp_path / "out" / path).read_bytes() == (whole / path).read_bytes()
    assert [p.name for p in (tmp_path / "out" / "findings").iterdir()] == ["city=made-00001"]


def test_a_city_that_turns_bad_or_goes_away_leaves_no_old_results(made, tmp_path):
    few(made, tmp_path / "n", 1, 2, 3)
    audit_nation(tmp_path / "n", period="2022", out=tmp_path / "out", jobs=1)
    spoil_answer(tmp_path / "n" / "made-00002")
    shutil.rmtree(tmp_path / "n" / "made-00003")
    result = audit_nation(tmp_path / "n", period="2022", out=tmp_path / "out", jobs=1)
    assert [o.status for o in result.outcomes] == ["skipped", "invalid"]
    assert [p.name for p in (tmp_path / "out" / "scores").iterdir()] == ["city=made-00001"]


def test_what_is_unchanged_is_skipped_and_what_changed_is_not(made, tmp_path):
    few(made, tmp_path / "n", 1, 2)
    run = {"out": tmp_path / "out", "jobs": 1}
    audit_nation(tmp_path / "n", period="2022", **run)
    assert {o.status for o in audit_nation(tmp_path / "n", period="2022", **run).outcomes} == {"skipped"}
    table = pd.read_parquet(tmp_path / "n/made-00002/staff.parquet").iloc[:-1]
    table.to_parquet(tmp_path / "n/made-00002/staff.parquet", index=False)
    assert [o.status for o in audit_nation(tmp_path / "n", period="2022", **run).outcomes] == ["skipped", "done"]
    assert {o.status for o in audit_nation(tmp_path / "n", period="2022Q4", **run).outcomes} == {"done"}


def test_two_cities_of_one_id_are_not_mixed_up(made, tmp_path):
    few(made, tmp_path / "n", 1)
    shutil.copytree(tmp_path / "n" / "made-00001", tmp_path / "n" / "other")
    result = audit_nation(tmp_path / "n", period="2022", out=tmp_path / "out", jobs=1)
    assert [(o.folder, o.status) for o in result.outcomes] == [("made-00001", "done"), ("other", "invalid")]
    assert "is called 'made-00001' too" in result.of("invalid")[0].problems[0]


def test_cities_that_share_community_codes_are_audited_one_by_one(made, tmp_path):
    few(made, tmp_path / "n", 1)
    other = Path(shutil.copytree(tmp_path / "n" / "made-00001", tmp_path / "n" / "other"))
    text = (other / "city.yaml").read_text(encoding="utf-8")
    (other / "city.yaml").write_text(text.replace("id: made-00001", "id: other"), encoding="utf-8")
    result = audit_nation(tmp_path / "n", period="2022", out=tmp_path / "out", jobs=1)
    assert [o.status for o in result.outcomes] == ["done", "done"]
    pd.testing.assert_frame_equal(part(tmp_path / "out", "scores", "other"), part(tmp_path / "out", "scores", "made-00001"))


def test_a_run_that_was_killed_goes_on_where_it_was(made, whole, tmp_path):
    few(made, tmp_path / "n", *range(1, 7))
    run = "from friendly_city.batch import nation, settings\n"
    run += "nation.audit_nation(settings.NationSettings(nation='n', period='2022', out='out', jobs=1, at_once=1))"
    environment = os.environ | {"PYTHONPATH": str(Path(fc.__file__).parents[1])}
    process = subprocess.Popen([sys.executable, "-c", run], cwd=tmp_path, env=environment)
    until = time.monotonic() + 60
    while len(list(tmp_path.glob("out/scores/city=*/part.parquet"))) < 2:
        assert time.monotonic() < until, "no city was finished"
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    result = audit_nation(tmp_path / "n", period="2022", out=tmp_path / "out", jobs=1)
    assert 2 <= len(result.of("skipped")) <= 5
    assert len(result.of("skipped", "done")) == 6
    assert not list((tmp_path / "out").rglob(".unfinished-*"))
    for number in range(1, 7):
        path = path_of(Path(), "scores", f"made-{number:05d}")
        assert (tmp_path / "out" / path).read_bytes() == (whole / path).read_bytes()


def test_the_command_ends_with_3_after_a_bad_city_and_tells_why(made, tmp_path):
    few(made, tmp_path / "n", 1, 2)
    spoil_answer(tmp_path / "n" / "made-00002")
    command = ["audit", str(tmp_path / "n"), "--results-only", "--period", "2022", "--out", str(tmp_path / "out"), "--jobs", "2"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 3, done.output
    assert "invalid  made-00002" in done.output
    assert "'perhaps' is not known" in done.output
    assert "1 done, 0 skipped, 1 invalid, 0 failed" in done.output


def test_one_city_folder_is_a_nation_of_one(tmp_path):
    assert city_folders(FUTIAN) == [FUTIAN]
    result = audit_nation(FUTIAN, period="2022", out=tmp_path / "out")
    assert [(o.city, o.status) for o in result.outcomes] == [("futian", "done")]


def test_wrong_settings_are_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidCity, match="no city in this folder"):
        audit_nation(tmp_path / "empty", period="2022", out=tmp_path / "out")
    with pytest.raises(InvalidParameters):
        audit_nation(FUTIAN, period="2022", out=tmp_path / "out", at_once=0)
    assert not (tmp_path / "out").exists()


def test_sentences_made_for_all_alike_are_those_made_one_by_one(made):
    """The words of every finding, from its own facts, against what grouping by what is shown gives."""
    from friendly_city.audit.measures.context import Context
    from friendly_city.audit.measures.kinds import measure
    from friendly_city.audit.reasons.alike import More
    from friendly_city.audit.reasons.sentences import RATED, _missing_register, bands_of, cases, reasons_of
    from friendly_city.audit.reasons.unrated import unrated
    from friendly_city.audit.reasons.unreported import unreported
    from friendly_city.audit.reasons.words import tidy
    from friendly_city.city.period import period_of

    checklist = fc.load_checklist("community")
    for folder in (FUTIAN, made / "made-00004"):
        context = Context(fc.load_city(folder), period_of("2022"))
        for item in checklist.items:
            measured = measure(context, item)
            sort, texts = reasons_of(context, item, measured)
            say = RATED[item.criterion.requirement.kind](item)
            more = More(
                _missing_register(context, item), context.period, unreported(context, item, measured), bands_of(context, item)
            )
            every = cases(measured, more, np.arange(context.size))
            assert [texts[number] for number in sort] == [tidy(unrated(item, c) if c.cause else say(c)) for c in every]


def test_a_failure_while_auditing_together_is_told_of_the_city_alone(made, whole, tmp_path, monkeypatch):
    from friendly_city.batch import chunk

    few(made, tmp_path / "n", 1, 2)
    audit = chunk.audit_together

    def failing(city, *rest):
        if "900002" in {code[:6] for code in city.codes}:
            raise RuntimeError("no such thing")
        return audit(city, *rest)

    monkeypatch.setattr(chunk, "audit_together", failing)
    result = audit_nation(tmp_path / "n", period="2022", out=tmp_path / "out", jobs=1)
    assert [(o.status, o.problems) for o in result.outcomes] == [("done", ()), ("failed", ("RuntimeError: no such thing",))]
    assert result.exit_code == 1
    path = path_of(Path(), "findings", "made-00001")
    assert (tmp_path / "out" / path).read_bytes() == (whole / path).read_bytes()
    alone = audit_nation(tmp_path / "n" / "made-00002", period="2022", out=tmp_path / "alone", jobs=1)
    assert [o.status for o in alone.outcomes] == ["failed"]


@pytest.mark.parametrize("extra", [["--community", "440304002016"], ["--dry-run"], ["--fail-on", "gate"]])
def test_options_that_need_notebooks_are_refused_with_results_only(extra, tmp_path):
    command = ["audit", str(FUTIAN), "--results-only", "--period", "2022", "--out", str(tmp_path / "out"), *extra]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 2
    assert extra[0] in done.output
    assert not (tmp_path / "out").exists()
