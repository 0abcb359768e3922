"""Did a page come out right? A notebook can run to its end and still have drawn nothing, or another community's figures.

Looks at the finished HTML only. What went wrong while the notebook ran is `exporter.notebook_problems`.
"""

from __future__ import annotations

import re

SECTION = re.compile(r'<section\b[^>]*\bdata-community="([^"]*)"')
FIGURE = re.compile(r"<figure\b.*?</figure>", re.DOTALL)
DRAWING = re.compile(r"<svg\b[^>]*>(.*?)</svg>", re.DOTALL)
MARK = re.compile(r"<(?:path|use|rect|circle|line|polygon)\b")
MAIN = re.compile(r"<main\b[^>]*>(.*)</main>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def page_problems(page: str, *, subject: str) -> tuple[str, ...]:
    """Return what is wrong with a finished page, each in a few words; empty when nothing is.

    Parameters
    ----------
    page : str
        The HTML.
    subject : str
        Code of the community (or id of the city) the page is about; '' accepts any one.

    Examples
    --------
    >>> page_problems('<main><section data-community="2">x</section></main>', subject="1")
    ('a section shows 2 instead of 1',)
    >>> page_problems("<main> </main>", subject="")
    ('the page shows nothing',)
    """
    body = MAIN.search(page)
    if body is None or not TAG.sub("", body[1]).strip():
        return ("the page shows nothing",)
    shown = dict.fromkeys(SECTION.findall(page))
    wanted = subject or next(iter(shown), "")
    problems = [f"a section shows {other} instead of {wanted}" for other in shown if other != wanted]
    for place, figure in enumerate(FIGURE.findall(page), start=1):
        drawings = DRAWING.findall(figure)
        if not drawings or not all(MARK.search(drawing) for drawing in drawings):
            problems.append(f"figure {place} is empty")
    return tuple(problems)
