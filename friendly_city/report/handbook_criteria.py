"""One criterion of a handbook: what is measured, which value is enough, on both sides of each limit what it would rate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from friendly_city.audit.naming import banded_by, measured
from friendly_city.labels import Language, Text, label, number, quantity
from friendly_city.report.html import Column, Content, Html, element, join, link, obligation_tag, slug, table
from friendly_city.report.shown import clause_number, standard_name, titled
from friendly_city.report.words import say
from friendly_city.standards.fitting import COUNTING
from friendly_city.standards.requirement import Attest, Limits, Threshold
from friendly_city.standards.strictness import degree
from friendly_city.standards.wording import figures_of, limits_text

if TYPE_CHECKING:
    from friendly_city.standards.model import Clause, Criterion, Item, Standard

    Told = tuple[Criterion, Standard, Item | None]
else:
    Told = tuple

STEP = 0.1
"""How far beside a limit an example lies, as a share of it. Ours."""


def clause_id(standard: Standard, clause: Clause) -> str:
    """Return the anchor of a clause in the book."""
    return slug("clause", standard.id, clause.id)


def criterion_article(criterion: Criterion, standard: Standard, item: Item | None, language: Language) -> Html:
    """Return a criterion as an article: name, what is asked with worked examples, clause, evidence, remedy, our choice."""
    kind, subject = label("kind", criterion.requirement.kind), label("subject", criterion.subject)
    about = [criterion.id, kind.of(language), subject.of(language)]
    rows = _rows(criterion, standard, item, language)
    listed = [part for key, value in rows if value for part in (element("dt", titled(say(key, language))), element("dd", value))]
    return element(
        "article",
        element("h3", obligation_tag(criterion.obligation.value, language), " ", criterion.title.of(language)),
        element("p", " · ".join(about), class_="book-about"),
        element("dl", *listed),
        id=criterion.id, class_="criterion", aria_label=criterion.title.of(language),
    )  # fmt: skip


def _rows(criterion: Criterion, standard: Standard, item: Item | None, language: Language) -> list[tuple[str, Content]]:
    clause = standard.clause(criterion.clause)
    gate = f" · {label('change_word', 'gate').of(language)}" if item is not None and item.gate else ""
    return [
        ("book_measured", measured(criterion).of(language)),
        ("book_asked", _asked(criterion, language)),
        ("book_clause", _clause(standard, clause, language)),
        ("book_evidence", criterion.evidence.of(language)),
        ("book_remedy", criterion.remedy.of(language)),
        ("book_department", criterion.department.of(language)),
        ("ours", criterion.ours.of(language) if criterion.ours else None),
        ("book_weight", number(item.weight) + gate if item is not None else None),
    ]


def _clause(standard: Standard, clause: Clause, language: Language) -> Html:
    named = " ".join(filter(None, (standard_name(standard, language), clause_number(clause, language))))
    doubt = element("span", say("unverified", language), class_="warn") if not clause.verified else None
    basis = say("basis", language, basis=label("text_basis", clause.text_basis).of(language))
    said = element("small", clause.text.of(language), " ", f"（{basis}）" if language == "zh" else f"({basis})")
    return join([link(clause_id(standard, clause), named), doubt, said], " ")


def _asked(criterion: Criterion, language: Language) -> Html | str:
    asked = criterion.requirement
    if isinstance(asked, Attest):
        return figures_of(asked).of(language)
    if asked.threshold.bands:
        return _bands(criterion.id, asked.threshold, language)
    examples = element("div", *_chips(asked.threshold.limits or Limits(), asked.threshold.unit, language), class_="egs")
    return join([figures_of(asked).of(language), examples])


def _bands(criterion_id: str, threshold: Threshold, language: Language) -> Html:
    by = banded_by(threshold).of(language)
    unit = label("unit", threshold.by_unit).of(language)
    columns = [
        Column(title=f"{by} ({unit})" if unit else by, heads_row=True, width="26%"),
        Column(title=say("book_asked", language), width="30%"),
        Column(title=say("book_examples", language)),
    ]
    rows = [
        [
            band_text(band.start, band.below),
            limits_text(band.limits, threshold.unit, language),
            element("div", *_chips(band.limits, threshold.unit, language), class_="egs"),
        ]
        for band in threshold.bands
    ]
    caption = Text("按{by}分档", "bands by {by}").of(language).format(by=by)
    return table(columns, rows, id=f"{criterion_id}-bands", caption=caption, layout="cards", titled=True)


def _chips(limits: Limits, unit: str, language: Language) -> list[Html]:
    values = _values(limits, whole=unit in COUNTING)
    return [_chip(quantity(value, unit, language), degree(limits, value), language) for value in values]


def _chip(value: str, found: float, language: Language) -> Html:
    rating = rating_of(found)
    part = f" {number(found, digits=2)}" if rating == "partly_met" else ""
    symbol = element("i", label("symbol", rating).of(language), aria_hidden="true")
    return element("span", value, " ", symbol, f" {label('rating', rating).of(language)}{part}", class_=f"eg {rating}")


def worked_examples(threshold: Threshold) -> list[tuple[str, float, float]]:
    """Return values on both sides of every limit with the degree each gets: (band, value, degree); the band is '' without bands.

    Examples
    --------
    >>> worked_examples(Threshold(unit="m2", limits=Limits(at_least=6)))
    [('', 5.4, 0.0), ('', 6, 1.0)]
    """
    bands = [(band_text(band.start, band.below), band.limits) for band in threshold.bands] or [("", threshold.limits or Limits())]
    whole = threshold.unit in COUNTING
    return [(band, value, degree(limits, value)) for band, limits in bands for value in _values(limits, whole=whole)]


def band_text(start: float | None, below: float | None) -> str:
    """Return for which sizes a band holds.

    Examples
    --------
    >>> band_text(None, 5000), band_text(5000, 10000), band_text(10000, None)
    ('< 5,000', '5,000 – < 10,000', '≥ 10,000')
    """
    if start is None:
        return f"< {number(below or 0)}"
    return f"≥ {number(start)}" if below is None else f"{number(start)} – < {number(below)}"


def _values(limits: Limits, *, whole: bool) -> list[float]:
    """Return values at each limit and beside it; of things that are counted only whole numbers."""
    found: set[float] = set()
    for limit, side in ((limits.at_least, -1), (limits.at_most, 1)):
        if limit is not None:
            found |= {limit, _beside(limit, side, whole=whole)}
            if limits.zero_at is not None and (limits.zero_at < limit) == (side < 0):
                found |= {limits.zero_at, round((limits.zero_at + limit) / 2, 6)}
    found |= {step.value for step in limits.steps}
    return sorted(value for value in found if value >= 0 and (not whole or value == int(value)))


def _beside(limit: float, side: int, *, whole: bool) -> float:
    gap = abs(limit) * STEP or STEP
    return round(limit + side * (max(1, math.floor(gap)) if whole else gap), 6)


def rating_of(found: float) -> str:
    """Return the rating of a degree.

    Examples
    --------
    >>> rating_of(1.0), rating_of(0.4), rating_of(0)
    ('met', 'partly_met', 'not_met')
    """
    return "met" if found >= 1 else "partly_met" if found > 0 else "not_met"
