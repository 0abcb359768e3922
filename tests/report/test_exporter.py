"""From sections or an executed notebook to one file that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from friendly_city.report.community import SECTIONS, community_sections, page_title
from friendly_city.report.exporter import NotebookFailed, export_html, notebook_of, notebook_problems, write_report

ROOT = Path(__file__).parents[2]


def output(html):
    return new_output("display_data", data={"text/html": html})


def exported(cells, **metadata):
    return export_html(new_notebook(cells=cells, metadata=metadata), language="zh")


@pytest.fixture(scope="module")
def written(c, tmp_path_factory):
    return write_report(c, tmp_path_factory.mktemp("page") / "report.html").read_text(encoding="utf-8")


def test_two_reports_are_the_same_bytes(c, written, tmp_path):
    assert write_report(c, tmp_path / "again.html").read_text(encoding="utf-8") == written


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_asks_no_network_for_anything(c, language, tmp_path):
    page = write_report(c, tmp_path / "report.html", language=language).read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href|action|poster|srcset|data)\s*=\s*["']?\s*(?:https?:)?//""", page)
    assert not re.search(r"url\(\s*['\"]?(?:https?:|//)|@import", page)
    assert re.search(r"Content-Security-Policy\" content=\"default-src 'none'", page)


def test_a_page_is_small(written):
    assert len(written.encode()) < 500_000


def test_the_page_says_its_language_title_and_subject(c, written):
    assert written.startswith('<!DOCTYPE html>\n<html lang="zh-Hans" data-community="440304001001">')
    assert f"<title>{page_title(c)}</title>" in written
    assert written.count("<h1>") == 1
    assert '<main id="main"' in written


def test_the_style_stands_once_in_the_head(written):
    assert written.count(".fc .eyebrow{") == 1
    assert "<style" not in written.split("</head>")[1]


def test_the_policy_allows_the_script_of_the_page_and_no_other(written):
    script = re.search(r"<script>(.*?)</script>", written, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in written
    assert len(script.encode()) < 4096
    assert written.count("<script") == 1


def test_no_code_and_no_clutter_of_notebooks_is_left(written):
    assert not re.search(r"jp-|mathjax|require\.js|mermaid|highlight|celltag", written, re.IGNORECASE)


def test_hidden_cells_and_all_code_stay_out():
    def tagged(*tags):
        return new_code_cell("secret = 1", outputs=[output("<p>hidden</p>")], metadata={"tags": list(tags)})

    page = exported(
        [
            tagged("parameters"),
            tagged("injected-parameters"),
            tagged("remove-cell"),
            new_code_cell("shown = 2", outputs=[output("<p>ok</p>")]),
        ]
    )
    assert "<p>ok</p>" in page
    assert "<p>hidden" not in page
    assert "shown = 2" not in page


def test_plain_text_and_markdown_are_shown_and_escaped():
    text = new_output("execute_result", data={"text/plain": "<Audit of x>"}, execution_count=1)
    page = exported(
        [new_code_cell("", outputs=[text, new_output("stream", name="stdout", text="a < b")]), new_markdown_cell("## Heading")]
    )
    assert "<pre>&lt;Audit of x&gt;</pre>" in page
    assert "<pre>a &lt; b</pre>" in page
    assert "<h2" in page


def test_title_and_subject_are_escaped():
    page = exported([], title="<script>", friendly_city={"key": '"><script>', "fingerprint": "ab12"})
    assert page.count("<script>") == 1
    assert '<meta name="friendly-city-fingerprint" content="ab12">' in page[:4096]


def test_an_error_or_a_word_on_stderr_makes_no_page():
    failed = new_code_cell("1/0", outputs=[new_output("error", ename="ZeroDivisionError", evalue="division by zero")])
    noisy = new_code_cell("warn", outputs=[new_output("stream", name="stderr", text="\nFutureWarning: x\n")])
    book = new_notebook(cells=[failed, noisy])
    assert notebook_problems(book) == ("cell 1: ZeroDivisionError: division by zero", "cell 2 wrote to stderr: FutureWarning: x")
    with pytest.raises(NotebookFailed, match="cell 1: ZeroDivisionError"):
        export_html(book, language="zh")


def test_a_failed_write_leaves_the_old_page(c, tmp_path, monkeypatch):
    target = tmp_path / "report.html"
    target.write_text("old", encoding="utf-8")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_report(c, target)
    assert target.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_the_notebook_shows_the_same_sections_in_the_same_order(c, written):
    book = json.loads((ROOT / "notebooks" / "audit_community.ipynb").read_text(encoding="utf-8"))
    sources = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"][3:]
    assert sources == [f"page.{make.__name__}(c, **shown)" for make in SECTIONS]
    sections = community_sections(c)
    assert export_html(notebook_of(sections, title=page_title(c), subject=c.code), language="zh") == written


def test_the_notebook_is_valid_and_has_the_parameters_of_the_brief():
    book = nbformat.read(ROOT / "notebooks" / "audit_community.ipynb", as_version=4)
    nbformat.validate(book)
    parameters = next(cell.source for cell in book.cells if cell.cell_type == "code")
    assert re.findall(r"^(\w+): str = ", parameters, re.MULTILINE)[:6] == [
        "city",
        "checklist",
        "community",
        "period",
        "language",
        "edition",
    ]
    assert [cell.id for cell in book.cells] == [str(place) for place in range(len(book.cells))]


def test_a_page_leads_back_to_the_overview_only_where_one_stands_beside_it(c, written):
    book = notebook_of(community_sections(c), title=page_title(c), subject=c.code)
    book.metadata["friendly_city"]["overview"] = "../index.html"
    html = export_html(book, language="zh")
    assert '<a href="../index.html">← 总览</a></nav>' in html
    assert html.index('class="fc back"') < html.index("<main")
    assert "../index.html" not in written
