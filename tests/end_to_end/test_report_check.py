"""`friendly-city report check` on what a batch really wrote, as it is and with defects planted; and a batch that fails by it."""

from __future__ import annotations

import json
import re
import shutil
import time
from html.parser import HTMLParser

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from friendly_city.batch.check import check_output

ONE, TWO = "440304010002", "440304007019"
pytestmark = pytest.mark.batch


@pytest.fixture
def out(english, tmp_path):
    return shutil.copytree(english, tmp_path / "en")


def change(path, pattern, by):
    old = path.read_text(encoding="utf-8")
    new, times = re.subn(pattern, by, old, count=1, flags=re.DOTALL)
    assert times == 1
    assert new != old
    path.write_text(new, encoding="utf-8", newline="\n")


def part(path, pattern):
    return re.search(pattern, path.read_text(encoding="utf-8"), re.DOTALL)[0]


def empty_map(out):
    figure = part(out / ONE / "report.html", r'<figure[^>]*id="map-figure".*?</figure>')
    bare = re.sub(r"<(?:path|use|rect|circle|line|polygon)\b[^>]*>", "", figure)
    change(out / ONE / "report.html", re.escape(figure), lambda _: bare)


def foreign_section(out):
    section = r'<section id="findings".*?</section>'
    change(out / ONE / "report.html", section, lambda _: part(out / TWO / "report.html", section))


def stderr_output(out):
    path = out / ONE / "audit.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    code = next(cell for cell in book["cells"] if cell["cell_type"] == "code")
    code["outputs"].append({"output_type": "stream", "name": "stderr", "text": ["DeprecationWarning: old\n"]})
    path.write_text(json.dumps(book), encoding="utf-8")


def in_a_chinese_run(out):
    change(out / "manifest.json", '"language": "en"', '"language": "zh"')


def on_page(pattern, by):
    return lambda out: change(out / ONE / "report.html", pattern, by)


PAGE = f"{ONE}/report.html"


def test_what_a_batch_writes_passes(english, run):
    done = run("report", "check", str(english))
    assert (done.returncode, done.stdout) == (0, ""), done.stdout
    assert done.stderr == "4 pages looked at, 0 problems in 0 files\n"


@pytest.mark.parametrize(
    ("plant", "message"),
    [
        (foreign_section, rf"^{PAGE} section #findings: shows {TWO}; expected {ONE}$"),
        (empty_map, rf"^{PAGE} figure #map-figure: is empty; expected a drawing with marks$"),
        (
            on_page(r'(data-dimension="total" data-field="score" data-value="[^"]*">)\d+', r"\g<1>99"),
            rf"^{PAGE} total score: shows '99'; expected [\d.]+ \(scores.csv\)$",
        ),
        (on_page('href="#finding-', 'href="#findnig-'), rf"^{PAGE} a: link to #findnig-\S+, which is not on the page"),
        (
            on_page("</main>", '<img src="https://example.org/a.png" alt=""></main>'),
            rf"^{PAGE} img: loads https://example.org/a.png; expected nothing from outside the page$",
        ),
        (on_page("</main>", "<p>" + "children " * 60_000 + "</p></main>"), rf"^{PAGE}: is [\d,]+ bytes; expected fewer than 500,000"),
        (stderr_output, rf"^{ONE}/audit.ipynb: cell \d+ wrote to stderr: DeprecationWarning: old; expected no error"),
        (in_a_chinese_run, rf"^{PAGE} html lang: is 'en'; expected zh-Hans$"),
        (in_a_chinese_run, rf"^{PAGE} section #method: has 0% Chinese letters; expected text in Chinese"),
        (lambda out: (out / PAGE).unlink(), rf"^{PAGE}: is not there; expected a page"),
        (lambda out: (out / "action_plan.xlsx").unlink(), r"^action_plan.xlsx: is not there; expected a file written by"),
        (
            lambda out: change(out / "index.html", r'(data-field="bounds"[^>]*>)[\d.]+', r"\g<1>1.0"),
            r"^index.html \d+ bounds: shows '1.0 – [\d.]+'; expected [\d.]+ – [\d.]+ \(scores.csv\)$",
        ),
    ],
    ids=[
        "another community's section", "an emptied figure", "a changed score", "a dead anchor", "a remote image", "a page over size",
        "stderr", "the language attribute", "the language of the text", "a missing page", "a missing result file", "the overview",
    ],
)  # fmt: skip
def test_a_planted_defect_is_named(out, plant, message):
    plant(out)
    found = [str(problem) for problem in check_output(out)]
    assert [problem for problem in found if re.search(message, problem)], found


def test_the_exit_codes_are_those_of_the_contract(out, run):
    on_page("<title>[^<]*", "<title>x")(out)
    done = run("report", "check", str(out))
    assert done.returncode == 1
    assert done.stdout.startswith(f"{PAGE} title: is 'x'; expected ")
    assert f"--community {ONE}" in done.stderr
    (out / "findings.csv").unlink()
    done = run("report", "check", str(out))
    assert done.returncode == 3
    assert "findings.csv: is not there" in done.stderr
    assert run("report", "check", str(out / "nothing")).returncode == 2
    assert run("report", "check").returncode == 2


def test_all_pages_of_the_whole_city_pass_and_cost_about_what_parsing_them_costs(batch, run):
    """Seconds are of this machine at this hour; so the check is held against the standard library's parser in the same run."""
    start = time.process_time()
    assert check_output(batch) == ()
    checked = time.process_time()
    for path in batch.glob("*/report.html"):
        HTMLParser().feed(path.read_text(encoding="utf-8"))
    assert checked - start < 1.8 * (time.process_time() - checked)
    assert run("report", "check", str(batch)).stderr == "93 pages looked at, 0 problems in 0 files\n"


def test_a_page_that_prints_another_number_fails_the_batch_with_its_reason(tmp_path, run):
    sources = [
        (
            'city: str = "data/futian"  # folder\nchecklist: str = "community"  # name\ncommunity: str = "1"  # code\n'
            'period: str = "2022"  # year\nlanguage: str = "zh"  # language\nedition: str = "public"  # edition'
        ),
        (
            "import friendly_city as fc\nfrom IPython.display import HTML\n"
            "c = fc.audit(fc.load_city(city), fc.load_checklist(checklist), period=period).of(community)\n"
            "html = ''.join(section.html for section in fc.community_sections(c, language=language, edition=edition))"
        ),
        f"HTML(html.replace(f'>{{c.score:.0f}}<', '>3<') if community == {ONE!r} else html)",
    ]
    cells = [new_code_cell(source) for source in sources]
    cells[0].metadata["tags"] = ["parameters"]
    book = new_notebook(
        cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    nbformat.write(book, tmp_path / "wrong.ipynb")
    out, few = tmp_path / "out", ["--community", ONE, "--community", TWO]
    done = run("audit", "data/futian", "--period", "2022", "--out", str(out), "--notebook", str(tmp_path / "wrong.ipynb"), *few)
    assert done.returncode == 1
    assert re.search(
        rf"^failed  {ONE}  .*report.html total score: shows '3'; expected [\d.]+ \(scores.csv\)", done.stdout, re.MULTILINE
    )
    runs = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["runs"]
    assert "total score: shows '3'" in runs[ONE]["error"]
    assert {key: of["status"] for key, of in runs.items()} == {ONE: "failed", TWO: "done", "index": "done"}
    assert not (out / PAGE).exists()
    assert f'href="{PAGE}"' not in (out / "index.html").read_text(encoding="utf-8")
    found = [str(problem) for problem in check_output(out)]
    assert any(problem.startswith(f"{PAGE}: is not there: report.html total score: shows '3'") for problem in found), found


def test_a_dead_link_of_an_unchanged_overview_fails_the_next_run(out, run):
    change(out / "index.html", 'href="scores.csv"', 'href="score.csv"')
    codes = [word for path in sorted(out.glob("*/report.html")) for word in ("--community", path.parent.name)]
    done = run("audit", "data/futian", "--period", "2022", "--lang", "en", "--out", str(out), *codes)
    assert done.returncode == 1
    assert "index.html a: link to score.csv, which is not there" in done.stdout
    assert "0 done, 3 unchanged, 1 failed" in done.stdout
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["runs"]["index"]["status"] == "failed"
