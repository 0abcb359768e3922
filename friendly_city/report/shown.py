"""How results of an audit are written on a page: each printed number carries the exact one it stands for.

``data-criterion`` or ``data-dimension`` with ``data-field`` and ``data-value`` let a test compare a page with the result files.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from friendly_city.labels import Language, Text, keys, label, number, quantity
from friendly_city.report.html import (
    CHINESE,
    Attribute,
    Cell,
    Content,
    Html,
    element,
    exact,
    join,
    link,
    obligation_tag,
    safe,
    slug,
)
from friendly_city.report.suppression import State, is_few, states_in_sum
from friendly_city.report.words import rich, say

if TYPE_CHECKING:
    from friendly_city.city.model import City
    from friendly_city.standards.model import Clause, Item, Standard

WHOLE = 18
"""Numbers of standards and clauses up to this many characters are not broken over two lines."""
LEAST = 0.1
"""Points of a gain below this are not counted out."""
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
OWN_UNIT = re.compile(r"\s+([^\d\s.,–…≥≤%]\S*)$")
"""The unit a threshold brings along, at its end."""


def of_finding(criterion_id: str, field: str, value: float | str) -> dict[str, Attribute]:
    """Return the attributes of something printed from a finding."""
    return {"data_criterion": criterion_id, "data_field": field, "data_value": value if isinstance(value, str) else exact(value)}


def of_score(dimension: str, field: str, value: float) -> dict[str, Attribute]:
    """Return the attributes of something printed from the scores."""
    return {"data_dimension": dimension, "data_field": field, "data_value": exact(value)}


def points(dimension: str, field: str, value: float, *, digits: int = 0) -> Html:
    """Return a score as a number that carries its exact value."""
    return element("span", number(value, digits=digits), **of_score(dimension, field, value))


def points_cell(dimension: str, field: str, value: float, *, digits: int = 1) -> Cell:
    """Return a score as a table cell."""
    return Cell(number(value, digits=digits), of_score(dimension, field, value))


def gain_text(gain: float) -> str:
    """Return the points an action brings; less than a tenth is said as that, so that it does not look like none.

    Examples
    --------
    >>> gain_text(2.14), gain_text(0.013)
    ('+2.1', '<0.1')
    """
    return f"+{number(gain, digits=1)}" if gain >= LEAST else f"<{number(LEAST, digits=1)}"


def value_text(value: float, unit: str, language: Language) -> str:
    """Return a measured value with its unit as it stands in a reason; '' when there is none."""
    return "" if math.isnan(value) or math.isinf(value) else quantity(value, unit, language)


def threshold_text(threshold: str, unit: str, language: Language) -> str:
    """Return a threshold of the findings table with its unit; shares become per cent.

    A share of facilities that fit carries the unit of what is asked of each; it is kept.

    Examples
    --------
    >>> threshold_text("≥ 0.85", "share", "zh"), threshold_text("250–300", "m2", "en")
    ('≥ 85 %', '250–300 m²')
    >>> threshold_text("≥ 1400 m²", "share", "zh"), threshold_text("≥ 3 zones", "share", "en")
    ('≥ 1,400 m²（每处）', '≥ 3 zones each')
    >>> threshold_text("yes", "none", "zh"), threshold_text("≥ 1", "share", "zh")
    ('是', '全部')
    """
    if threshold in ("", "yes"):
        return say("yes", language) if threshold else ""
    own = OWN_UNIT.search(threshold)
    if own:
        each = f"{_figures(threshold[: own.start()], 1)} {_unit_word(own[1], language)}"
        return say("of_each", language, threshold=each)
    if unit == "share":
        return say("all_of", language) if threshold == "≥ 1" else f"{_figures(threshold, 100)} %"
    return f"{_figures(threshold, 1)} {label('unit', unit).of(language)}".strip()


def _figures(text: str, times: float) -> str:
    return NUMBER.sub(lambda found: number(float(found[0].replace(",", "")) * times), text).rstrip()


def _unit_word(word: str, language: Language) -> str:
    """Return a unit written in English in the language of the page."""
    return next((label("unit", key).of(language) for key in keys("unit") if label("unit", key).en == word), word)


def people(count: float, *, edition: str, language: Language) -> str:
    """Return a number of people; from 1 to below `FEW` it is not shown in the public edition.

    Examples
    --------
    >>> people(4, edition="public", language="zh"), people(4, edition="internal", language="zh")
    ('少于 5', '4')
    """
    return say("few", language) if edition == "public" and is_few(count) else number(count)


def people_by_group(counts: Mapping[str, float], *, edition: str, language: Language) -> dict[str, str]:
    """Return numbers of people in groups whose sum is known too: none from 1 to 4 follows from it, see `suppression`.

    Examples
    --------
    >>> people_by_group({"a": 3, "b": 40, "c": 90}, edition="public", language="en")
    {'a': 'fewer than 5', 'b': 'withheld', 'c': '90'}
    >>> people_by_group({"a": 0, "b": 40, "c": 90}, edition="public", language="en")
    {'a': '0', 'b': '40', 'c': '90'}
    """
    states: Sequence[State] = states_in_sum(tuple(counts.values())) if edition == "public" else ["shown"] * len(counts)
    return {name: said_as(state, counts[name], language) for name, state in zip(counts, states, strict=True)}


def said_as(state: State, count: float, language: Language) -> str:
    """Return a number of people as far as it may be said."""
    return number(count) if state == "shown" else say(state, language)


def name_of(name: Text, language: Language) -> Html:
    """Return a name; on an English page the Chinese follows in brackets, marked as Chinese."""
    if language == "zh" or name.zh == name.en:
        return join([name.of(language)])
    return join([name.en, " ", element("span", f"({name.zh})", lang="zh-Hans", class_="other")])


def titled(text: str) -> str:
    """Return a title with a capital first letter, as headings and labels begin.

    Examples
    --------
    >>> titled("culture and sport"), titled("文体")
    ('Culture and sport', '文体')
    """
    return text[:1].upper() + text[1:]


def in_its_language(text: str, language: Language) -> Html:
    """Return text of a source as it is; Chinese on an English page is marked as Chinese."""
    if language == "en" and CHINESE.search(text):
        return element("span", text, lang="zh-Hans")
    return safe(text)


def bilingual(text: str, language: Language) -> str:
    """Return the half of a note ``中文 / English`` that is in the language of the page; a note in one language as it is.

    Examples
    --------
    >>> bilingual("报道 / article", "en"), bilingual("article", "zh")
    ('article', 'article')
    """
    halves = text.split(" / ", 1)
    return halves[0] if language == "zh" else halves[-1]


def clause_anchor(item: Item) -> str:
    """Return the id of a clause in the list of clauses."""
    return slug("clause", item.standard.id, item.clause.id)


def synthetic_warning(city: City, language: Language) -> Html | None:
    """Return the sentence that stands at the top of each page made from synthetic data; None for real data."""
    if not city.synthetic:
        return None
    return element("p", rich("synthetic_warning", language, notice=city.notice.of(language)), class_="notice")


def under_map(city: City, language: Language) -> Html:
    """Return what stands under a map: on phones the notice, which elsewhere stands on it, and whose data are drawn."""
    notice = element("p", city.notice.of(language), class_="on-phone") if city.synthetic else None
    return join([notice, attributed(city, language)])


def attributed(city: City, language: Language) -> Html | None:
    """Return the attribution that the licence of the data asks for; None where none does."""
    return element("p", city.attribution.of(language), class_="small") if city.attribution else None


def finding_anchor(criterion_id: str) -> str:
    """Return the id of a finding's row."""
    return slug("finding", criterion_id)


def change_anchor(about: str) -> str:
    """Return the id of what a tailored checklist changed of a criterion or setting."""
    return slug("change", about)


def standard_name(standard: Standard, language: Language) -> str:
    """Return the number of a standard, or what it is called when it has none."""
    return standard.name.of(language)


def clause_number(clause: Clause, language: Language) -> str:
    """Return the number of a clause; the Chinese word for a table is said in English on an English page."""
    return clause.number.replace("表", "table ") if language == "en" else clause.number


def clause_cell(item: Item, language: Language) -> Html:
    """Return obligation, a link to the clause, and how its text is known."""
    clause = item.clause
    parts = [standard_name(item.standard, language), clause_number(clause, language)]
    where = join((element("span", part, class_="whole" if len(part) <= WHOLE else None) for part in parts if part), " ")
    unseen = None if clause.number else f" · {say('number_unseen', language)}"
    basis = say("basis", language, basis=label("text_basis", clause.text_basis.value).of(language))
    doubt = element("span", say("unverified", language), class_="warn") if not clause.verified else None
    tag = obligation_tag(item.criterion.obligation.value, language)
    return join([tag, link(clause_anchor(item), where), element("small", join([basis, unseen])), doubt])


def ended(sentence: str, language: Language) -> str:
    """Return a sentence with a full stop, whether it had one or not."""
    stop = "。" if language == "zh" else "."
    return sentence.rstrip(" 。.；;") + stop if sentence else ""


def items_list(items: list[Content], *, class_: str = "plain") -> Html:
    """Return a plain list."""
    return element("ul", *(element("li", item) for item in items), class_=class_)
