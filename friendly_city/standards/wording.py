"""What a requirement asks, in a few words: its figures with their units."""

from __future__ import annotations

from collections.abc import Iterator

from friendly_city.labels import LANGUAGES, Language, Text, label, number, quantity
from friendly_city.standards.requirement import Access, Attest, Limits, Requirement, Threshold


def figures_of(asked: Requirement) -> Text:
    """Return the figures of a requirement.

    Examples
    --------
    >>> from friendly_city.standards.requirement import Filter, Size
    >>> limits = Limits(at_least=6, zero_at=3)
    >>> figures_of(Size(of="each", where=Filter(), field="floor_area_m2", threshold=Threshold(unit="m2", limits=limits))).en
    '≥ 6 m², no credit from 3 m²'
    """
    if isinstance(asked, Attest):
        return label("change_word", "yes")
    return Text(*(_figures(asked, language) for language in LANGUAGES))


def figures(asked: Requirement) -> Iterator[float]:
    """Yield the figures that a requirement asks to be reached or kept, without part credit.

    Examples
    --------
    >>> from friendly_city.standards.requirement import Filter
    >>> way = Access(where=Filter(), age_band="3-6", within=300, threshold=Threshold(unit="share", limits=Limits(at_least=0.8)))
    >>> list(figures(way))
    [300, 0.8]
    """
    if isinstance(asked, Attest):
        return
    if isinstance(asked, Access) and asked.within is not None:
        yield asked.within
    threshold = asked.threshold
    for limits in (threshold.limits or Limits(), *(band.limits for band in threshold.bands)):
        yield from (value for value in (limits.at_least, limits.at_most) if value is not None)


def _figures(asked: Requirement, language: Language) -> str:
    if isinstance(asked, Attest):
        return ""
    parts = [_threshold(asked.threshold, language)]
    if isinstance(asked, Access) and asked.within is not None:
        parts.insert(0, f"≤ {quantity(asked.within, asked.within_unit, language)}")
    return _comma(language).join(parts)


def _comma(language: Language) -> str:
    return "，" if language == "zh" else ", "


def _threshold(threshold: Threshold, language: Language) -> str:
    if not threshold.bands:
        return limits_text(threshold.limits or Limits(), threshold.unit, language)
    shown = []
    for band in threshold.bands:
        start, below = (number(end) if end is not None else "" for end in (band.start, band.below))
        stretch = f"{start}–{below}" if start and below else f"≥ {start}" if start else f"< {below}"
        shown.append(f"{stretch} {label('unit', threshold.by_unit).of(language)}".strip())
        shown[-1] += ("：" if language == "zh" else ": ") + limits_text(band.limits, threshold.unit, language)
    return ("；" if language == "zh" else "; ").join(shown)


def limits_text(limits: Limits, unit: str, language: Language) -> str:
    """Return limits with their unit and part credit.

    Examples
    --------
    >>> limits_text(Limits(at_most=300), "m", "zh"), limits_text(Limits(at_least=0.8, zero_at=0.2), "share", "en")
    ('≤ 300 米', '≥ 80 %, no credit from 20 %')
    """
    signs = ((limits.at_least, "≥"), (limits.at_most, "≤"))
    parts = [f"{sign} {quantity(value, unit, language)}" for value, sign in signs if value is not None]
    if limits.zero_at is not None:
        zero = quantity(limits.zero_at, unit, language)
        parts.append(label("change_word", "zero").of(language).replace("*", zero))
    for step in limits.steps:
        parts.append(f"{quantity(step.value, unit, language)} → {quantity(step.degree, 'share', language)}")
    return _comma(language).join(parts)
