"""Pages are taken apart by regular expressions; `html.parser` is the reference."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from friendly_city.report.community import community_sections
from friendly_city.report.exporter import export_html, notebook_of
from friendly_city.report.html import Html, element
from friendly_city.report.page import Page, plain


class Reference(HTMLParser):
    """Elements and text as the standard library sees them."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.texts, self._silent = [], [], False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        found = {}
        for name, value in attrs:
            found.setdefault(name, value or "")
        self.elements.append((tag, found))
        self._silent = tag in {"script", "style"}

    def handle_endtag(self, tag):
        self._silent = False

    def handle_data(self, data):
        if not self._silent:
            self.texts.append(data)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12) | st.sampled_from(
    ["<b>", "a > b", "'", '"', "&amp;", "</p>", "<!--", "url(x)", "孖岭"]
)
ATTRIBUTES = st.dictionaries(st.sampled_from(["id", "class_", "data_value", "href", "aria_label"]), TEXT | st.none(), max_size=4)
TREES = st.recursive(
    TEXT,
    lambda inner: st.builds(
        lambda tag, children, attributes: element(tag, *children, **attributes),
        st.sampled_from(["div", "p", "span", "td", "section"]),
        st.lists(inner, max_size=4),
        ATTRIBUTES,
    ),
    max_leaves=12,
)


@given(st.lists(TREES, max_size=4))
def test_both_see_the_same_elements_and_the_same_text(trees):
    html = element("main", *trees)
    page, reference = Page(html), Reference(html)
    assert [(e.name, e.attributes) for e in page.elements] == reference.elements
    assert plain(html) == " ".join("".join(reference.texts).split())


@given(TREES, TREES, ATTRIBUTES)
def test_the_text_of_an_element_is_that_of_its_content_only(inside, after, attributes):
    page = Page(element("div", element("div", inside, **attributes), after))
    assert page.text_of(page.elements[1]) == plain(element("div", inside))
    assert len(page.inside(page.elements[1])) == len(Page(element("div", inside)).elements) - 1


def test_both_see_the_same_elements_of_a_whole_page(c):
    html = export_html(notebook_of(community_sections(c), title="t", subject=c.code), language="zh")
    assert [(e.name, e.attributes) for e in Page(html).elements] == Reference(html).elements


@pytest.mark.parametrize(
    ("html", "elements"),
    [
        ("<P CLASS=x hidden>", [("p", {"class": "x", "hidden": ""})]),
        ("<a href='x' href='y'>", [("a", {"href": "x"})]),
        ("<br/><hr />", [("br", {}), ("hr", {})]),
        ("<p title='a>b' id = c>", [("p", {"title": "a>b", "id": "c"})]),
        ("<script>if (a<b) x('<p>')</script>", [("script", {})]),
        ("<!-- <p> --><b>", [("b", {})]),
        ("1 < 2 <b>", [("b", {})]),
    ],
)
def test_html_written_by_others_is_read_as_well(html, elements):
    assert [(e.name, e.attributes) for e in Page(html).elements] == elements
    assert Reference(html).elements == elements


def test_what_styles_hold_is_kept_apart():
    page = Page("<style>a{}</style><p>x</p><STYLE media=print>b{}</STYLE><script>c</script>")
    assert page.styles == "a{}\nb{}"
    assert plain(page.body) == "x"


def test_an_element_that_is_not_closed_goes_on_to_the_end():
    page = Page("<p>one <b>two")
    assert page.text_of(page.elements[0]) == "one two"
    assert Html("x") == "x"
