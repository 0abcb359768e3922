"""The sentences of the pages, in two languages, from `texts.yaml` and `district_texts.yaml`.

The words of ratings, units and registers are interface words and live in `friendly_city.labels`.
"""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.resources import files
from typing import cast

from friendly_city.errors import UnknownName
from friendly_city.labels import Language
from friendly_city.report.html import Html

FILES = ("district_texts.yaml", "texts.yaml")
"""Files of texts; a word in both is taken from the last."""


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return every text: key to language to sentence."""
    import yaml

    merged: dict[str, dict[str, str]] = {}
    for name in FILES:
        raw = files("friendly_city.report").joinpath(name).read_text(encoding="utf-8")
        merged |= cast("dict[str, dict[str, str]]", yaml.load(raw, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)))  # noqa: S506 - BaseLoader makes text only
    return merged


def _template(key: str, language: Language) -> str:
    if key not in texts():
        raise UnknownName("text", key, tuple(texts()))
    return texts()[key][language]


def say(key: str, language: Language, **values: object) -> str:
    """Return a sentence as plain text, to be escaped by whoever puts it on a page.

    Raises
    ------
    UnknownName
        When there is no such text.

    Examples
    --------
    >>> say("children", "en")
    'children'
    """
    return _template(key, language).format(**values)


def rich(key: str, language: Language, **values: object) -> Html:
    """Return a sentence that has markup of ours in it; the values are escaped unless they are markup already."""
    shown = {name: value if isinstance(value, Html) else escape(str(value), quote=False) for name, value in values.items()}
    return Html(_template(key, language).format(**shown))
