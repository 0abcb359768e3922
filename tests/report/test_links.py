"""Nothing is loaded from elsewhere, and no link is dead."""

from __future__ import annotations

import pytest

from friendly_city.report.links import is_inside, link_problems
from friendly_city.report.page import Page

NOT_LOADED = "expected nothing from outside the page"


def told(html, **settings):
    return [str(problem) for problem in link_problems(Page(html), file="p", **settings)]


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ('<img src="https://x.cn/a.png">', "p img: loads https://x.cn/a.png"),
        ("<IMG SRC='//x.cn/a.png'>", "p img: loads //x.cn/a.png"),
        ("<img src=a.png>", "p img: loads a.png"),
        ('<img srcset="data:image/png;base64 1x, http://x.cn/b.png 2x">', "p img: loads http://x.cn/b.png 2x"),
        ('<script src="https://cdn.x.cn/m.js"></script>', "p script: loads https://cdn.x.cn/m.js"),
        ('<script src=""></script>', "p script: has an empty address"),
        ('<link rel="stylesheet" href="theme.css">', "p link: loads theme.css"),
        ('<iframe src="http://x.cn"></iframe>', "p iframe: loads http://x.cn"),
        ('<object data="x.svg"></object>', "p object: loads x.svg"),
        ('<video poster="http://x.cn/p.png"></video>', "p video: loads http://x.cn/p.png"),
        ('<svg><image xlink:href="http://x.cn/a.png"/></svg>', "p image: loads http://x.cn/a.png"),
        ('<svg><use href="http://x.cn/a.svg#b"/></svg>', "p use: loads http://x.cn/a.svg#b"),
        ('<p style="background:url(http://x.cn/a.png)">x</p>', "p p: loads http://x.cn/a.png"),
        ("<style>@import 'http://x.cn/a.css';</style>", "p style: loads http://x.cn/a.css"),
        ("<style>p{background:url( 'http://x.cn/a.png' )}</style>", "p style: loads http://x.cn/a.png"),
    ],
)
def test_what_a_page_loads_from_elsewhere_is_found(html, problem):
    assert told(html) == [f"{problem}; {NOT_LOADED}"]


@pytest.mark.parametrize(
    "html",
    [
        '<img src="data:image/png;base64,AAAA">',
        '<svg><defs><path id="a"/></defs><use xlink:href="#a"/><g clip-path="url(#a)"/></svg>',
        "<style>p{background:url(data:image/svg+xml;base64,AA)}</style>",
        "<script>var x = '<img src=\"http://x.cn\">';</script>",
        '<!-- <img src="http://x.cn/a.png"> -->',
        "<code>&lt;img src=&quot;http://x.cn/a.png&quot;&gt; url(http://x.cn)</code>",
        '<p id="a">x</p><a href="#a">x</a>',
        '<p id="指标-1">x</p><a href="#%E6%8C%87%E6%A0%87-1">x</a>',
        '<a href="https://www.sz.gov.cn/a/b.html?x=1&amp;y=2#z">x</a>',
        '<a href="https://深圳.中国/a">x</a>',
        '<a href="https://192.168.1.1:8080/">x</a>',
        '<a href="data:text/csv;base64,AAAA" download="x.csv">x</a>',
        "<a>x</a>",
    ],
)
def test_what_a_page_may_hold_is_not_complained_about(html):
    assert told(html) == []


@pytest.mark.parametrize(
    ("href", "problem"),
    [
        ("#b", "p a: link to #b, which is not on the page; expected the id of an element"),
        ("#", "p a: link to #, which is not on the page; expected the id of an element"),
        ("https://", "p a: link to https:// is not well formed; expected https://host/path"),
        ("https://nowhere", "p a: link to https://nowhere is not well formed; expected https://host/path"),
        ("https://a.cn/b c", "p a: link to https://a.cn/b c is not well formed; expected https://host/path"),
        ("https://[a", "p a: link to https://[a is not well formed; expected https://host/path"),
        ("javascript:alert(1)", "p a: link of the kind javascript: javascript:alert(1); expected https, #id or a file"),
        ("//a.cn/b", "p a: link of the kind //: //a.cn/b; expected https, #id or a file"),
        ("file:///tmp/a", "p a: link of the kind file: file:///tmp/a; expected https, #id or a file"),
        ("a.csv", "p a: link to a.csv, which is not there; expected a file beside the page"),
        ("", "p a: link to , which is not there; expected a file beside the page"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(href, problem):
    assert told(f'<p id="a">x</p><a href="{href}">x</a>', exists=lambda path: False) == [problem]


def test_a_link_to_a_file_is_asked_for_by_its_path_alone():
    asked = []
    told('<a href="440304/report.html?x=1#map">x</a><a href="%E8%A1%A8.csv">x</a>', exists=lambda path: not asked.append(path))
    assert asked == ["440304/report.html", "表.csv"]


def test_a_path_from_the_root_of_the_disk_is_never_beside_the_page():
    assert is_inside("a.csv")
    assert not is_inside("/etc/a.csv")


def test_a_reference_to_a_mark_that_is_not_there_is_found():
    expected = "p {}: uses #a, which is not on the page; expected the id of an element"
    assert told('<svg><use href="#a"/></svg>') == [expected.format("use")]
    assert told('<svg><g fill="url(#a)"/></svg>') == [expected.format("g")]


def test_an_id_on_two_elements_is_found():
    assert told('<p id="a">x</p><p id="a">y</p>') == ["p #a: id stands on 2 elements; expected each id once"]


def test_forms_and_refreshes_are_refused():
    assert told('<form action="http://x.cn"></form>') == ["p form: sends to http://x.cn; expected nothing sent anywhere"]
    assert told('<meta http-equiv="refresh" content="0;url=x">') == [
        "p meta: goes to another address by itself; expected no refresh"
    ]
