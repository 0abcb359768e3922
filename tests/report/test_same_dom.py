"""The quick way from a notebook to a page gives what nbconvert itself gives with our template, for every kind of output."""

from __future__ import annotations

import base64
import copy
import io
from html.parser import HTMLParser

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from friendly_city.report import exporter
from friendly_city.report.community import community_sections, page_title
from friendly_city.report.exporter import PageExporter, export_html, notebook_of, page_exporter, page_of, shown


class Tree(HTMLParser):
    """What a browser would make of a page: tags, attributes, text; spaces between blocks do not count."""

    def __init__(self):
        super().__init__()
        self.seen, self.preformatted = [], 0

    def handle_starttag(self, tag, attrs):
        self.preformatted += tag == "pre"
        self.seen.append((tag, tuple(attrs)))

    def handle_endtag(self, tag):
        self.preformatted -= tag == "pre"
        self.seen.append(("/", tag))

    def handle_data(self, data):
        if self.preformatted or data.strip():
            self.seen.append(data if self.preformatted else data.strip())

    def handle_decl(self, decl):
        self.seen.append(decl)


def dom(page):
    tree = Tree()
    tree.feed(page)
    tree.close()
    return tree.seen


def by_nbconvert(notebook, language="zh"):
    """Return the page as nbconvert makes it: a new exporter, its own copies, checks and preprocessors."""
    book = copy.deepcopy(notebook)
    book.cells = shown(book)["cells"]
    return PageExporter().from_notebook_node(book, resources={"page": page_of(book, language)})[0]


def picture():
    from matplotlib.figure import Figure

    figure, file = Figure(figsize=(1, 1)), io.BytesIO()
    figure.add_subplot().plot([1, 2])
    figure.savefig(file, format="png")
    return base64.encodebytes(file.getvalue()).decode()


def data(kind="display_data", metadata=None, **bundle):
    mime = {"html": "text/html", "svg": "image/svg+xml", "png": "image/png", "markdown": "text/markdown", "text": "text/plain"}
    more = {"execution_count": 1} if kind == "execute_result" else {}
    return new_output(kind, data={mime[name]: value for name, value in bundle.items()}, metadata=metadata or {}, **more)


OUTPUTS = {
    "html": [data(html="<p>甲</p>", text="甲")],
    "pandas table": [data("execute_result", html=pd.DataFrame({"名": ["<b>", "乙"], "n": [1, 2]})._repr_html_(), text="x")],
    "svg": [data(svg='<svg viewBox="0 0 1 1"><path d="M 0 0 L 1 1"/></svg>', text="<Figure>")],
    "png": [data(png=picture(), text="<Figure>")],
    "png with words": [data(png=picture(), text="x", metadata={"alt": 'a "map" & more'})],
    "markdown": [data(markdown="**bold**\n\n- one\n- two\n\n`a < b`", text="x")],
    "text": [data("execute_result", text="<Audit of 益田>\n\n  two lines below")],
    "stream": [new_output("stream", name="stdout", text="a < b\n\n\nc\n")],
    "stream in parts": [new_output("stream", name="stdout", text=part) for part in ("10%\r", "50%\r100%\n", "done\n")],
    "two streams": [new_output("stream", name="stdout", text="out\n"), new_output("stream", name="stderr", text="err\n")],
    "error": [new_output("error", ename="ValueError", evalue="no", traceback=["\x1b[31mValueError\x1b[0m: no"])],
    "several": [data(html="<i>1</i>", text="1"), new_output("stream", name="stdout", text="2"), data("execute_result", text="3")],
    "none": [],
}


@pytest.mark.parametrize("kind", OUTPUTS)
def test_each_kind_of_output_gives_the_page_nbconvert_gives(kind):
    book = new_notebook(cells=[new_code_cell("1", outputs=OUTPUTS[kind]), new_code_cell("2")], metadata={"title": "t <1>"})
    before = copy.deepcopy(book)
    assert dom(page_exporter().render(shown(book), page_of(book, "zh"))) == dom(by_nbconvert(book))
    assert book == before, "the notebook is not changed"


def test_a_notebook_with_everything_gives_the_page_nbconvert_gives():
    cells = [new_markdown_cell("# 标题\n\ntext with $x^2$ & <em>markup</em>\n\n| a | b |\n|---|---|\n| 1 | 2 |")]
    cells += [new_code_cell("x", outputs=outputs) for outputs in OUTPUTS.values()]
    cells += [new_raw_cell("raw <b>text</b>"), new_code_cell("y", outputs=OUTPUTS["html"], metadata={"tags": ["remove-cell"]})]
    book = new_notebook(cells=cells, metadata={"title": "all", "friendly_city": {"key": "k", "fingerprint": "f"}})
    assert dom(page_exporter().render(shown(book), page_of(book, "en"))) == dom(by_nbconvert(book, "en"))


def test_a_report_is_the_page_nbconvert_gives(c):
    book = notebook_of(community_sections(c), title=page_title(c), subject=c.code)
    stock = by_nbconvert(book).replace(exporter.theme_style(), "")
    assert dom(export_html(book, language="zh")) == dom(stock)


def test_a_notebook_of_ones_own_shows_tables_pictures_and_words():
    kinds = ("pandas table", "png", "markdown", "stream")
    book = new_notebook(cells=[new_markdown_cell("## Mine"), *(new_code_cell("x", outputs=OUTPUTS[kind]) for kind in kinds)])
    page = export_html(book, language="en")
    assert '<table border="1" class="dataframe">' in page
    assert '<img alt="' in page
    assert 'src="data:image/png;base64,iVBOR' in page
    assert "<strong>bold</strong>" in page
    assert "<h2" in page
    assert "a &lt; b\n\n\nc" in page, "empty lines of preformatted text stay"


def test_the_template_is_compiled_once_in_a_process(c, monkeypatch):
    from jinja2 import Environment

    page_exporter().render({"cells": []}, page_of(new_notebook(), "zh"))
    monkeypatch.setattr(Environment, "compile", None)
    book = notebook_of(community_sections(c)[:2], title="t", subject=c.code)
    assert export_html(book, language="zh").count("<section") == 2
