"""Words in two languages, and how numbers are written.

Knows the interface words of `labels.yaml` (ratings, obligations, bands, units …). Texts of a standard live with the
standard; sentences of a report live in `report`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, cast, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
HTML_LANGUAGE: dict[Language, str] = {"zh": "zh-Hans", "en": "en"}
ONE = {"classes": "class"} | {
    f"{word}s": word for word in ("kind", "zone", "document", "person", "book", "place", "month", "point")
}
"""English units as they are called after the number one."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Chinese and English.

    Examples
    --------
    >>> Text("满足", "met").of("en")
    'met'
    """

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """Return the text in `language`."""
        return self.zh if language == "zh" else self.en


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    import yaml

    text = files("friendly_city").joinpath("labels.yaml").read_text(encoding="utf-8")
    return cast("dict[str, dict[str, dict[str, str]]]", yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)))  # noqa: S506 - BaseLoader makes text only


@lru_cache(maxsize=1024)
def label(group: str, key: str) -> Text:
    """Return the interface word `key` of `group`; an unknown key is its own label.

    Examples
    --------
    >>> label("rating", "not_met").zh
    '未满足'
    """
    entry = _words()[group].get(key)
    return Text(entry["zh"], entry["en"]) if entry else Text(key, key)


def keys(group: str) -> tuple[str, ...]:
    """Return the keys of a group in the order of `labels.yaml`."""
    return tuple(_words()[group])


def number(value: float, *, digits: int | None = None) -> str:
    """Write a number for people: thousands with commas, few decimals, a real minus sign, ``—`` for none.

    `digits` fixes the decimals; without it: none from 100 on, one from 10 on, two below, trailing zeros dropped.

    Examples
    --------
    >>> number(1553225), number(62.04), number(0.5), number(float("nan"))
    ('1,553,225', '62', '0.5', '—')
    """
    if value is None or math.isnan(value):
        return "—"
    if digits is None:
        size = abs(value)
        digits = 0 if size >= 100 or float(value).is_integer() else 1 if size >= 10 else 2
        text = f"{value:,.{digits}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", "\u2212")


def quantity(value: float, unit: str, language: Language) -> str:
    """Write a value with its unit; a share is shown in per cent.

    Examples
    --------
    >>> quantity(0.62, "share", "zh"), quantity(6, "m2", "en")
    ('62 %', '6 m²')
    >>> quantity(1, "zones", "en")
    '1 zone'
    """
    if value is None or math.isnan(value):
        return "—"
    if unit == "share":
        return f"{number(value * 100)} %"
    word = label("unit", unit).of(language)
    if language == "en" and number(value) == "1":
        word = ONE.get(word, word)
    return f"{number(value)} {word}".strip()
