"""Does a page need anything that is not there? Addresses it loads by itself, and links that lead nowhere.

A page may link to https addresses (a reader follows them or not); it may load nothing but itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import unquote, urlsplit

from friendly_city.errors import Problem, shorten
from friendly_city.report.page import Element, Page

LOADING = ("src", "srcset", "poster", "background", "data", "manifest", "archive", "codebase", "longdesc", "ping")
"""Attributes whose address a browser loads by itself, whatever the element."""
SENT = ("action", "formaction")
LINKS = frozenset({"a", "area"})
IN_STYLE = re.compile(r"url\(\s*['\"]?([^'\")]*)|@import\s+['\"]?([^'\";]+)", re.IGNORECASE)
HOST = re.compile(r"(?=.{1,253}$)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]|\d{1,3}(?:\.\d{1,3}){3}")

Exists = Callable[[str], bool]
"""Says whether a path, relative to the page, is there."""


def is_inside(path: str) -> bool:
    """Accept any file: for a page that does not know yet what will stand beside it."""
    return not path.startswith(("/", "\\"))


def link_problems(page: Page, *, file: str, exists: Exists = is_inside) -> Iterator[Problem]:
    """Yield what a page loads from elsewhere, and its links that are dead or not well formed.

    Parameters
    ----------
    page : Page
        The page.
    file : str
        Its name in messages.
    exists : callable
        Whether a file that is linked to, relative to the page, is there.

    Examples
    --------
    >>> for problem in link_problems(Page('<img src="http://x.cn/a.png"><a href="#b">b</a>'), file="p"):
    ...     print(problem)
    p img: loads http://x.cn/a.png; expected nothing from outside the page
    p a: link to #b, which is not on the page; expected the id of an element
    """
    ids = Counter(element.attributes["id"] for element in page.elements if "id" in element.attributes)
    for name, count in ids.items():
        if count > 1:
            yield Problem(file, None, None, f"#{shorten(name)}", f"id stands on {count} elements", "each id once")
    for found in IN_STYLE.finditer(page.styles):
        yield from _loaded("style", found[1] or found[2] or "", ids, file)
    alike = {(element.name, id(element.attributes)): element for element in page.elements}  # equal tags share their attributes
    for element in alike.values():
        yield from _of_element(element, ids, file, exists)


def _of_element(element: Element, ids: Counter[str], file: str, exists: Exists) -> Iterator[Problem]:
    for name, value in element.attributes.items():
        if name in {"href", "xlink:href"}:
            if element.name in LINKS:
                yield from _followed(value, ids, file, exists)
            else:
                yield from _loaded(element.name, value, ids, file)
        elif name in LOADING:
            for address in value.split(",") if name == "srcset" else [value]:
                yield from _loaded(element.name, address, ids, file)
        elif name in SENT:
            yield Problem(file, None, None, element.name, f"sends to {shorten(value)}", "nothing sent anywhere")
        elif "url(" in value:
            for found in IN_STYLE.finditer(value):
                yield from _loaded(element.name, found[1] or "", ids, file)
        elif name == "http-equiv" and value.lower() == "refresh":
            yield Problem(file, None, None, element.name, "goes to another address by itself", "no refresh")


def _loaded(where: str, address: str, ids: Counter[str], file: str) -> Iterator[Problem]:
    """Accept only data that stand in the page itself, and other elements of it."""
    address = address.strip()
    if address.startswith("#"):
        if unquote(address[1:]) not in ids:
            yield Problem(file, None, None, where, f"uses {shorten(address)}, which is not on the page", "the id of an element")
    elif not address.lower().startswith("data:"):
        what = f"loads {shorten(address)}" if address else "has an empty address"
        yield Problem(file, None, None, where, what, "nothing from outside the page")


def _followed(address: str, ids: Counter[str], file: str, exists: Exists) -> Iterator[Problem]:
    if address.startswith("#"):
        if address != "#" and unquote(address[1:]) in ids:
            return
        yield Problem(file, None, None, "a", f"link to {shorten(address)}, which is not on the page", "the id of an element")
        return
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        yield Problem(file, None, None, "a", f"link to {shorten(address)} is not well formed", "https://host/path")
        return
    if parts.scheme in {"http", "https"}:
        if not HOST.fullmatch(host) or re.search(r"[\s<>\"]", address):
            yield Problem(file, None, None, "a", f"link to {shorten(address)} is not well formed", "https://host/path")
    elif parts.scheme == "data":
        return
    elif parts.scheme or parts.netloc:
        yield Problem(
            file, None, None, "a", f"link of the kind {parts.scheme or '//'}: {shorten(address)}", "https, #id or a file"
        )
    elif not exists(unquote(parts.path)):
        yield Problem(file, None, None, "a", f"link to {shorten(address)}, which is not there", "a file beside the page")
