"""Did a page come out right? A notebook can run to its end and still have drawn nothing, or another community's figures.

Looks at the finished HTML and at the notebook beside it. What a page must say is `expected`, how it is read is `page`;
numbers are compared in `printed`, links followed in `links`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from friendly_city.errors import Problem, shorten
from friendly_city.labels import HTML_LANGUAGE, Language
from friendly_city.report.expected import Expected, ExpectedIndex
from friendly_city.report.links import Exists, is_inside, link_problems
from friendly_city.report.page import Element, Page
from friendly_city.report.printed import community_number_problems, index_number_problems
from friendly_city.report.printed_axes import axis_number_problems

LARGEST_PAGE = 500_000
"""Bytes of a community's page; it is sent by mail and opened on phones."""
BYTES_A_COMMUNITY = 5_000
"""Bytes by which the overview may be larger for each community: its row, its place on the map and in the ranking."""
SHOWN = 3
"""Problems of one page told in a line; the rest is counted."""
OVERVIEW = "index"
"""What the root of the overview's page is marked with, instead of the city."""

DRAWING = re.compile(r"<svg\b[^>]*>(.*?)</svg>", re.DOTALL)
MARK = re.compile(r"<(?:path|use|rect|circle|line|polygon|polyline|ellipse|image)\b")
TAG = re.compile(r"<[^>]*>")
WORDS = re.compile(r">[^<]*?[^<\s]")
OTHER_LANGUAGE = re.compile(r'<([a-z]+)\b[^>]*\blang="[^"]*"[^>]*>.*?</\1>', re.DOTALL)
CHINESE = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"[A-Za-z]+")
LETTERS = 30
"""Letters a section must have before its language is judged."""
CHINESE_AT_LEAST = 0.2
"""Share of Chinese among the letters of a Chinese section; the section on data, with its commands and digests, has a third."""
CHINESE_AT_MOST = 0.1
"""Share of Chinese in an English section, apart from what is marked as Chinese."""


def page_problems(  # noqa: PLR0913 - what may be known of a page, all named
    html: str,
    *,
    subject: str = "",
    name: str = "",
    title: str = "",
    language: Language | None = None,
    expected: Expected | ExpectedIndex | None = None,
    communities: int = 0,
    exists: Exists = is_inside,
    file: str = "report.html",
) -> tuple[Problem, ...]:
    """Return what is wrong with a finished page; empty when nothing is.

    Parameters
    ----------
    html : str
        The page.
    subject : str
        Code of the community (or id of the city) every part must be about; '' accepts any one.
    name, title : str
        What the heading of a section must name, and the title of the page; '' accepts any.
    language
        Language of the run; None accepts any.
    expected : Expected or ExpectedIndex
        What the result files say; without it numbers are not compared.
    communities : int
        How many communities the page is about, of which each may make it larger; an overview knows by `expected`.
    exists : callable
        Whether a file the page links to, relative to the page, is there.
    file : str
        Name of the page in messages.

    Examples
    --------
    >>> [str(p) for p in page_problems('<main><section data-community="2">x</section></main>', subject="1")]
    ['report.html section: shows 2; expected 1']
    >>> [str(p) for p in page_problems("<main> </main>")]
    ['report.html: shows nothing; expected sections with text']
    """
    page = Page(html)
    main = next(page.named("main"), None)
    if main is None or not WORDS.search(page.body, main.inside - 1, max(page.body.rfind("</main"), main.inside)):
        return (Problem(file, None, None, "", "shows nothing", "sections with text"),)
    problems = [
        *_size_problems(html, len(expected.totals) if isinstance(expected, ExpectedIndex) else communities, file),
        *_subject_problems(page, subject, file),
        *_figure_problems(page, file),
        *_title_problems(page, name, title, file),
        *(_language_problems(page, main, language, file) if language else ()),
    ]
    if isinstance(expected, Expected):
        problems += community_number_problems(page, expected, file=file)
        problems += axis_number_problems(page, expected, file=file)
    elif expected is not None:
        problems += index_number_problems(page, expected, file=file)
    return (*problems, *link_problems(page, file=file, exists=exists))


def in_one_line(problems: Iterable[Problem]) -> str:
    """Return problems as one line for a table of outcomes: the first few, and how many more there are.

    Examples
    --------
    >>> in_one_line([Problem("a.html", None, None, "", "shows nothing")] * 5)
    'a.html: shows nothing | a.html: shows nothing | a.html: shows nothing | and 2 more'
    """
    told = [str(problem) for problem in problems]
    rest = [f"and {len(told) - SHOWN} more"] if len(told) > SHOWN else []
    return " | ".join(told[:SHOWN] + rest)


def notebook_problems(notebook: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what forbids making a page of an executed notebook: errors, and anything written to stderr.

    Parameters
    ----------
    notebook : mapping
        A notebook as nbformat reads it, or its plain JSON.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook, new_output
    >>> cell = new_code_cell("1/0", outputs=[new_output("error", ename="ZeroDivisionError", evalue="division by zero")])
    >>> notebook_problems(new_notebook(cells=[cell]))
    ('cell 1: ZeroDivisionError: division by zero',)
    """
    problems = []
    for place, cell in enumerate(notebook["cells"], start=1):
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                problems.append(f"cell {place}: {output['ename']}: {output['evalue']}")
            elif output["output_type"] == "stream" and output["name"] == "stderr":
                text = "".join(output["text"])  # a list of lines in the file, one string once nbformat has read it
                first = next((line for line in text.splitlines() if line.strip()), "")
                problems.append(f"cell {place} wrote to stderr: {first.strip()}")
    return tuple(problems)


def _size_problems(html: str, communities: int, file: str) -> Iterator[Problem]:
    largest = LARGEST_PAGE + BYTES_A_COMMUNITY * communities
    size = len(html.encode())
    if size >= largest:
        yield Problem(
            file, None, None, "", f"is {size:,} bytes", f"fewer than {largest:,}: fewer decimals in figures, shorter tables"
        )


def _subject_problems(page: Page, subject: str, file: str) -> Iterator[Problem]:
    """Every part that says whom it is about says the same."""
    marked = [element for element in page.elements if "data-community" in element.attributes]
    parts = [element for element in marked if element.name != "html"]
    wanted = subject or next((element.attributes["data-community"] for element in parts), "")
    for element in marked:
        found = element.attributes["data-community"]
        if found != wanted and not (element.name == "html" and found == OVERVIEW):
            where = f"{element.name} {_anchor(element)}".strip()
            yield Problem(file, None, None, where, f"shows {shorten(found) or 'nobody'}", wanted)


def _anchor(element: Element) -> str:
    return f"#{element.attributes['id']}" if "id" in element.attributes else ""


def _figure_problems(page: Page, file: str) -> Iterator[Problem]:
    for place, figure in enumerate(page.named("figure"), start=1):
        where = f"figure {_anchor(figure) or place}"
        drawings = DRAWING.findall(page.markup_of(figure))
        if not drawings or not all(MARK.search(drawing) for drawing in drawings):
            yield Problem(file, None, None, where, "is empty", "a drawing with marks")
        elif not all(_is_described(drawing) for drawing in page.inside(figure) if drawing.name == "svg"):
            yield Problem(file, None, None, where, "does not say what it shows", "role img with an aria-label, or aria-hidden")


def _is_described(drawing: Element) -> bool:
    marks = drawing.attributes
    return marks.get("aria-hidden") == "true" or marks.get("role") != "img" or bool(marks.get("aria-label", "").strip())


def _title_problems(page: Page, name: str, title: str, file: str) -> Iterator[Problem]:
    found = next((page.text_of(element) for element in page.named("title")), "") if title else ""
    if title and found != title:
        yield Problem(file, None, None, "title", f"is {shorten(found)!r}", repr(title))
    marked = [section for section in page.named("section") if "data-community" in section.attributes] if name else []
    for heading in page.named("h1"):
        ours = any(section.start < heading.start < page.end_of(section) for section in marked)
        if ours and not (text := page.text_of(heading)).startswith(name):
            yield Problem(file, None, None, "h1", f"names {shorten(text)!r}", name)


def _language_problems(page: Page, main: Element, language: Language, file: str) -> Iterator[Problem]:
    root = next(page.named("html"), None)
    found = root.attributes.get("lang", "") if root else ""
    if found != HTML_LANGUAGE[language]:
        yield Problem(file, None, None, "html lang", f"is {shorten(found)!r}", HTML_LANGUAGE[language])
    parts = [section for section in page.named("section") if "data-community" in section.attributes] or [main]
    ends = [*(part.start for part in parts[1:]), len(page.body)]
    for part, end in zip(parts, ends, strict=True):
        share = chinese_share(page.body[part.inside : end])
        if share is not None and (share < CHINESE_AT_LEAST if language == "zh" else share > CHINESE_AT_MOST):
            where = f"{part.name} {_anchor(part)}".strip()
            wanted = "Chinese" if language == "zh" else "English"
            yield Problem(
                file, None, None, where, f"has {share:.0%} Chinese letters", f"text in {wanted}, the language of the run"
            )


def chinese_share(markup: str) -> float | None:
    """Return the share of Chinese among the letters of a text, apart from what is marked as of another language.

    None for fewer than `LETTERS` letters, of which nothing can be said.

    Examples
    --------
    >>> chinese_share("<p>" + "儿童" * 10 + "children" * 10 + "</p>")
    0.2
    """
    text = TAG.sub("", OTHER_LANGUAGE.sub("", markup) if ' lang="' in markup else markup)
    chinese = sum(map(len, CHINESE.findall(text)))
    letters = chinese + sum(map(len, LATIN.findall(text)))
    return chinese / letters if letters >= LETTERS else None
