"""Sentences of findings about each facility: how many fit, from where to where they lie, and what was asked of each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from friendly_city.audit.reasons.words import amount, limits
from friendly_city.labels import Text, label, number

if TYPE_CHECKING:
    from friendly_city.audit.reasons.words import Case, Noun

FITS = "符合要求"
LISTED = 3
"""Facilities with a band each that are told one by one; of more, how many are in each band."""


@dataclass(frozen=True, slots=True)
class Size:
    """What is measured of each facility.

    Attributes
    ----------
    name : Text
        ``建筑面积``, ``floor area``; of a quotient ``每班学位``, ``places per class``.
    unit : str
        Unit of the threshold.
    is_quotient : bool
        In English the number then stands before the name: ``46 places per class``.
    banded_by, banded_unit : Text, str
        What the bands go by when it is a size of the facility itself, and its unit.
    """

    name: Text
    unit: str
    is_quotient: bool = False
    banded_by: Text | None = None
    banded_unit: str = ""

    def of(self, low: float, high: float) -> Text:
        """Return the name with one value, or with two from where to where they lie.

        Examples
        --------
        >>> Size(Text("建筑面积", "floor area"), "m2").of(5, 12).zh, Size(Text("分区", "functional zones"), "zones").of(1, 4).en
        ('建筑面积 5 至 12 m²', 'functional zones 1 to 4')
        """
        first, last = amount(low, "share").en if self.unit == "share" else number(low), amount(high, self.unit)
        zh = f"{self.name.zh} {last.zh if low == high else f'{first} 至 {last.zh}'}"
        end = number(high) if self.says_unit else last.en
        values = end if low == high else f"{first} to {end}"
        return Text(zh, f"{values} {self.name.en}" if self.is_quotient else f"{self.name.en} {values}")

    @property
    def says_unit(self) -> bool:
        """Return whether the English name says the unit already: ``places per class``, ``functional zones``."""
        word = label("unit", self.unit).en
        return self.is_quotient or bool(word and self.name.en.endswith(word))

    def limits(self, at_least: float, at_most: float) -> Text:
        """Return what is asked."""
        said = limits(at_least, at_most, self.unit)
        return Text(said.zh, limits(at_least, at_most, "none").en) if self.says_unit else said


def verdict(total: float, fit: float, measure_word: str) -> Text:
    """Return how many of some facilities fit.

    Examples
    --------
    >>> verdict(1, 0, "所").zh, verdict(3, 3, "处").en, verdict(3, 2, "处").zh
    ('不符合要求', 'all as asked', '其中 2 处符合要求')
    """
    if total == 1:
        return Text("符合要求", "as asked") if fit else Text("不符合要求", "not as asked")
    if fit == total:
        return Text("都符合要求", "all as asked")
    if fit == 0:
        return Text("都不符合要求", "none as asked")
    return Text(f"其中 {number(fit)} {measure_word}符合要求", f"{number(fit)} as asked")


def each(case: Case, noun: Noun, size: Size) -> Text:
    """Return the sentence of a criterion on each facility."""
    total, fit = case.facts["total"], case.facts["fit"]
    values, told = size.of(case.facts["smallest"], case.facts["largest"]), verdict(total, fit, noun.measure_word)
    close = Text("，未满足的按差距计部分得分", ", part credit for coming close") if _is_close(case) else Text("", "")
    if size.banded_by:
        bands = _bands(case.facts["banded"], size, noun)
        zh = f"{told.zh.removesuffix(FITS)}{size.name.zh}{FITS}" if told.zh.startswith("其中") else f"{size.name.zh}{told.zh}"
        return Text(
            f"{noun.zh} {number(total)} {noun.measure_word}，{zh}（{bands.zh}）{close.zh}",
            f"{number(total)} {noun.many(total)}, {size.name.en}: {told.en} ({bands.en}){close.en}",
        )
    said = Text("按各自分级", "by its own band") if case.facts["differ"] else size.limits(case.at_least, case.at_most)
    every = Text(f"每{noun.measure_word}", " each") if total > 1 else Text("", "")
    return Text(
        f"{noun.zh} {number(total)} {noun.measure_word}，{values.zh}，{told.zh}（{every.zh}{said.zh}）{close.zh}",
        f"{number(total)} {noun.many(total)}: {values.en}; {told.en} ({said.en}{every.en}){close.en}",
    )


def _is_close(case: Case) -> bool:
    return case.degree > case.value + 1e-9


def _bands(rows: list[tuple[float, float, float, float]], size: Size, noun: Noun) -> Text:
    """Return for each facility its band and what it has; of many, how many are in each band.

    Parameters
    ----------
    rows : list of (by, at_least, at_most, value)
        Of each facility what its band goes by (in `banded_unit`), its limits and its value.
    """
    by_name = size.banded_by or Text("", "")
    if len(rows) <= LISTED:
        told = []
        for by, low, high, value in rows:
            at, has, asked = amount(by, size.banded_unit), amount(value, size.unit), size.limits(low, high)
            told.append(
                Text(f"{by_name.zh} {at.zh} → {asked.zh}，实有 {has.zh}", f"{by_name.en} {at.en} → {asked.en}, has {has.en}")
            )
        return Text("；".join(text.zh for text in told), "; ".join(text.en for text in told))
    counts: dict[tuple[float, float], int] = {}
    for _, low, high, _ in rows:
        key = (-1.0 if math.isnan(low) else low, -1.0 if math.isnan(high) else high)
        counts[key] = counts.get(key, 0) + 1
    said = [(size.limits(*(math.nan if limit < 0 else limit for limit in key)), count) for key, count in sorted(counts.items())]
    zh = "、".join(f"{text.zh} 的 {count} {noun.measure_word}" for text, count in said)
    en = ", ".join(f"{count} of {text.en}" for text, count in said)
    return Text(f"按{by_name.zh}分级：{zh}", f"by {by_name.en}: {en}")


ALONE = {"yes": "as asked", "partly": "partly as asked", "no": "not as asked"}
ALL = {"yes": "all as asked", "partly": "all partly as asked", "no": "none as asked"}
SOME = {"yes": Text("达到", "as asked"), "partly": Text("部分达到", "partly"), "no": Text("未达到", "not")}
"""What was found of one facility, of all, and of some of several."""


def attested(case: Case, noun: Noun) -> Text:
    """Return the sentence of what was found of each facility."""
    total, counts = case.facts["total"], {key: case.facts[key] for key in SOME if case.facts[key]}
    head = Text(f"{noun.zh} {number(total)} {noun.measure_word}", f"{number(total)} {noun.many(total)}")
    if len(counts) == 1:
        (only,) = counts
        return Text(
            f"{head.zh}，{'都' if total > 1 else ''}{SOME[only].zh}要求", f"{head.en}: {(ALL if total > 1 else ALONE)[only]}"
        )
    told_zh = "、".join(f"{number(count)} {noun.measure_word}{SOME[key].zh}" for key, count in counts.items())
    told_en = ", ".join(f"{number(count)} {SOME[key].en}" for key, count in counts.items())
    return Text(f"{head.zh}：{told_zh}，要求全部达到", f"{head.en}: {told_en}; asked: all")
