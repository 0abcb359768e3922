"""The sentences of the pages, in two languages, from `texts.yaml` and the other files of texts.

The words of ratings, units and registers are interface words and live in `friendly_city.labels`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache, wraps
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

from friendly_city.errors import Invalid, Problem, UnknownName
from friendly_city.labels import LANGUAGES, Language
from friendly_city.report.html import Html

if TYPE_CHECKING:
    from friendly_city.city.model import City

Given = ParamSpec("Given")
Made = TypeVar("Made")


class HasCity(Protocol):
    """An audit, or one subject's view of it."""

    @property
    def city(self) -> City:
        """Return the city, cut as it was audited."""


Of = TypeVar("Of", bound=HasCity)

FILES = (
    "texts.yaml", "district_texts.yaml", "quality_texts.yaml", "access_texts.yaml", "opening_texts.yaml", "services_texts.yaml",
    "siting_texts.yaml", "runs_texts.yaml",
)  # fmt: skip
"""Files of texts; no key stands twice, in one or in several."""


class InvalidTexts(Invalid):
    """The sentences of the pages cannot be told apart."""

    subject = "texts"


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return every text: key to language to sentence."""
    return merged({name: files("friendly_city.report").joinpath(name).read_text(encoding="utf-8") for name in FILES})


def merged(sources: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the texts of several files by name.

    Raises
    ------
    InvalidTexts
        When a key stands twice: one sentence would silently hide the other.
    """
    import yaml

    found: dict[str, dict[str, str]] = {}
    twice = []
    for name, source in sources.items():
        root = yaml.compose(source, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        for key, sentences in root.value if root else ():
            if key.value in found:
                twice.append(
                    Problem(name, key.start_mark.line + 1, None, key.value, "stands twice", "each key once in all files")
                )
            found[key.value] = {language.value: sentence.value for language, sentence in sentences.value}
    if twice:
        raise InvalidTexts(twice)
    return found


_level: ContextVar[str] = ContextVar("level", default="community")
"""Level of the audit that is being written about; see `worded`."""
NOUNS = ("subject", "Subject", "subjects", "Subjects", "many")
"""What sentences call the subjects of an audit: one, several, and several after a number."""


def worded(make: Callable[Concatenate[Of, Given], Made]) -> Callable[Concatenate[Of, Given], Made]:
    """Let a function of an audit (or of one subject's) say everything in the words of its level.

    Every sentence may then name ``{subject}``, ``{subjects}`` or ``{many}`` without being told.
    """

    @wraps(make)
    def said(of: Of, /, *given: Given.args, **named: Given.kwargs) -> Made:
        before = _level.set(of.city.level)
        try:
            return make(of, *given, **named)
        finally:
            _level.reset(before)

    return said


@cache
def _nouns(level: str, language: Language) -> dict[str, str]:
    return {name: _template(f"{name}_{level}", language) for name in NOUNS}


def _template(key: str, language: Language) -> str:
    if key not in texts():
        raise UnknownName("text", key, tuple(texts()))
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
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
    return _template(key, language).format(**_nouns(_level.get(), language), **values)


def rich(key: str, language: Language, **values: object) -> Html:
    """Return a sentence that has markup of ours in it; the values are escaped unless they are markup already."""
    shown = {name: value if isinstance(value, Html) else escape(str(value), quote=False) for name, value in values.items()}
    return Html(_template(key, language).format(**_nouns(_level.get(), language), **shown))
