"""The section on supply of a page on access: places for each 1,000 children who share them, by community.

Numbers come from `audit.supply`. The public edition counts only children who may be counted (`told`), and rounds so that
`FEW` children more or less at any one facility would not show; where even one digit says more, nothing is said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.access.equity import Gap, gap
from friendly_city.audit.model import records
from friendly_city.audit.supply import COUNTED, METHODS, ServiceSupply, service_supply
from friendly_city.labels import Language, number
from friendly_city.report import palette
from friendly_city.report.access_words import FEW_MORE, SHOWN, asked, exactly, subject_of, uncounted
from friendly_city.report.charts import LABEL, PHONE_WIDTH, axes, pixels, words
from friendly_city.report.figure import WIDE, Figure, draw_figure
from friendly_city.report.html import Cell, Column, Content, Html, Row, details, element, table
from friendly_city.report.published import countable
from friendly_city.report.section import Section, section
from friendly_city.report.suppression import FEW
from friendly_city.report.svg import drawing
from friendly_city.report.told import Told, told
from friendly_city.report.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from friendly_city.audit.service_access import ServiceAccess

HEIGHTS = (150.0, 150.0)
"""Height in px of the figure, wide and on phones."""
DOT, BINS = 8.0, 60
"""Width of a dot in px; dots of communities within one of so many parts of the scale are stacked."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ToldSupply:
    """Supply as far as it may be told.

    Attributes
    ----------
    supply : ServiceSupply
        Only children who may be counted share it.
    by_community : DataFrame
        As `ServiceSupply.by_community`, rounded; where it may not be told NaN, and these last, by code.
    per_1000 : float
        The mean over all children, rounded; NaN where it may not be told.
    gini, palma : float
        Rounded; NaN where they may not be told.
    """

    supply: ServiceSupply
    by_community: pd.DataFrame
    per_1000: float
    gini: float
    palma: float

    @property
    def shown(self) -> pd.DataFrame:
        """Return the communities that may be told."""
        return self.by_community[self.by_community["per_1000"].notna()]

    @property
    def ends(self) -> Gap | None:
        """Return the best- and the worst-served community among them."""
        values = self.shown.set_index("community_code")["per_1000"]
        return gap(values, better="higher") if len(values) else None


def told_supply(may: Told, *, method: str = "two_step") -> ToldSupply:
    """Return what may be told of the supply of a service.

    Parameters
    ----------
    may : Told
        What may be told of the access to it.
    method : str
        One of `audit.supply.METHODS`.

    Raises
    ------
    UnknownName
        When there is no such method.
    """
    city, public = may.found.city, may.edition == "public"
    counted = city.codes[countable(city, may.found.age_band)].astype(str) if public else None
    supply = service_supply(may.found, method=method, communities=counted)
    table, mean = supply.by_community, supply.per_1000
    figures = dict(zip(supply.equity["figure"], supply.equity["value"], strict=True))
    indices = {name: round(float(figures[f"{name}_of_supply"]), 2) if may.in_detail else math.nan for name in ("gini", "palma")}
    if public:
        codes = city.register("homes")["community_code"].astype(str).to_numpy()
        values = [
            rounded(row["per_1000"], _change(supply, codes == row["community_code"]))
            if row["community_code"] in may.communities
            else math.nan
            for row in records(table)
        ]
        table = table.assign(per_1000=values).sort_values(["per_1000", "community_code"], kind="stable", ignore_index=True)
        mean = rounded(mean, _change(supply, may.found.asked_homes)) if may.whole else math.nan
    return ToldSupply(supply=supply, by_community=table, per_1000=mean, **indices)


def _change(supply: ServiceSupply, homes: NDArray[np.bool_]) -> float:
    """Return by how much the supply per 1,000 of some homes could change by `FEW` children more or less at one facility."""
    pairs, people = supply.pairs, np.where(homes, supply.demand, 0.0)
    asking = np.bincount(pairs.destination, people[pairs.origin] * supply.asked, len(supply.supply))
    load, each = (supply.facilities[name].to_numpy() for name in ("asked_persons", "per_1000"))
    there = asking > 0
    part = (1 + asking[there] / load[there]) / people.sum() if there.any() else np.zeros(0)
    return float((FEW * each[there] * part).max(initial=0.0))


def rounded(value: float, change: float) -> float:
    """Return a value with two digits, or one, so that a change would not show; NaN where it would with one too.

    Examples
    --------
    >>> rounded(37.4, 0.9), rounded(37.4, 1.1), rounded(37.4, 11.0), rounded(0.0, 0.0)
    (37.0, 40.0, nan, 0.0)
    """
    if not value > 0:
        return value
    size = math.floor(math.log10(value))
    for digits in (2, 1):
        decimals = digits - 1 - size
        if change <= 10.0**-decimals:
            return round(value, decimals)
    return math.nan


def supply_section(
    found: ServiceAccess, *, language: Language = "zh", edition: str = "public", method: str = "two_step"
) -> Section:
    """Return the places for each 1,000 children by community, how evenly they are shared, and how that was worked out.

    Parameters
    ----------
    found : ServiceAccess
        Of a city or of one of its subdistricts.
    language
        Language of the page.
    edition
        ``public`` hides what would tell of 1 to 4 children, ``internal`` tells everything.
    method : str
        How places are shared, one of `audit.supply.METHODS`.
    """
    may = told(found, edition=edition)
    supplied, values = told_supply(may, method=method), asked(found, language)
    title, subject = say("supply", language), subject_of(found)
    if not len(found.open_facilities) or not may.children:
        key = "access_lead_nobody" if len(found.open_facilities) else "access_no_facility"
        return section(element("p", say(key, language, **values)), id="supply", title=title, subject=subject)
    shown: list[Content] = [uncounted(may, language), _unknown(supplied.supply, language)]
    if len(supplied.shown):
        shown.append(supply_figure(supplied, language=language).html)
    hidden = len(supplied.by_community) - len(supplied.shown)
    if hidden:
        shown.append(element("p", say("supply_hidden", language, count=number(hidden)), class_="small"))
    shown += [*_tables(supplied, language), _evenness(supplied, language), *_method(supplied.supply, edition, language)]
    return section(*shown, id="supply", title=title, subject=subject, lead=_lead(supplied, language))


def _of(supply: ServiceSupply, key: str) -> str:
    """Return the key of the sentence on places, or of that on facilities where these are counted."""
    return f"{key}_counted" if supply.field == COUNTED else key


def _lead(supplied: ToldSupply, language: Language) -> str:
    found, between = supplied.supply.found, "" if language == "zh" else " "
    values = asked(found, language)
    if not math.isfinite(supplied.per_1000):
        return say("supply_withheld", language)
    said = [say(_of(supplied.supply, "supply_lead"), language, **values, value=number(supplied.per_1000))]
    if (ends := supplied.ends) and ends.best_value > ends.worst_value:
        least, most = (_with_its_like(supplied, code, language) for code in (ends.worst, ends.best))
        low, high = number(ends.worst_value), number(ends.best_value)
        said.append(say("supply_ends", language, least=least, low=low, most=most, high=high))
    return between.join(said)


def _with_its_like(supplied: ToldSupply, code: str, language: Language) -> str:
    """Return the name of a community, and how many have as much as it, as shown."""
    values = supplied.shown.set_index("community_code")["per_1000"].map(number)
    alike, name = int((values == values[code]).sum()), supplied.supply.found.city.name_of(code).of(language)
    return name if alike == 1 else say("access_alike", language, community=name, count=number(alike))


def _unknown(supply: ServiceSupply, language: Language) -> Html | None:
    """Return of how many facilities places are not known; None where all are."""
    if not supply.unknown_count:
        return None
    values = {"count": number(len(supply.supply)), "unknown": number(supply.unknown_count)}
    return element("p", say(_of(supply, "supply_unknown"), language, **asked(supply.found, language) | values), class_="small")


def supply_figure(supplied: ToldSupply, *, language: Language = "zh") -> Figure:
    """Return the picture of the communities by supply, with its finding."""
    unit = say(_of(supplied.supply, "supply_per_1000"), language)
    finding = _lead(supplied, language)
    values = supplied.shown["per_1000"].to_numpy(dtype=float)
    return draw_figure(
        lambda ax: plot_supply(values, mean=supplied.per_1000, ax=ax, language=language),
        id="supply-figure", heights=HEIGHTS, finding=finding, numbers=None, language=language,
        caption=element("p", say("supply_caption", language, unit=unit)),
    )  # fmt: skip


def plot_supply(values: NDArray[np.float64], *, mean: float, ax: Axes | None = None, language: Language = "zh") -> Axes:
    """Draw a dot for each community along a scale from 0 on, and a tick at the mean of all children.

    Parameters
    ----------
    values : array
        Supply per 1,000 children of each community.
    mean : float
        Of all children; no tick where it is NaN.
    ax : Axes, optional
        In px; made when it is not given.
    """
    with drawing():
        ax = axes(ax, (WIDE, HEIGHTS[0]))
        width, height = pixels(ax)
        left, right, bottom = 16.0, width - 24, height - 34
        top = max(float(np.max(values, initial=0.0)), 0.0 if math.isnan(mean) else mean) or 1.0
        ax.plot([left, right], [bottom, bottom], color=palette.LINE, linewidth=1)
        for part in (0.0, 0.5, 1.0):
            words(ax, left + (right - left) * part, bottom + 16, number(top * part), color=palette.SOFT, anchor="center")
        across = np.round(values / top * (BINS if width >= PHONE_WIDTH else BINS // 2))
        rank = pd.Series(across).groupby(across).cumcount().to_numpy()
        most = int(rank.max(initial=0))
        step = min(DOT, (bottom - 44) / max(most, 1))
        x, y = left + (right - left) * values / top, bottom - DOT - step * rank
        ax.plot(x, y, marker="o", linestyle="none", markersize=DOT, color=palette.TEAL, alpha=0.6, markeredgewidth=0)
        if math.isfinite(mean):
            at = left + (right - left) * mean / top
            ax.plot([at, at], [24, bottom], color=palette.INK, linewidth=2, gid="supply-mean")
            near = at < (left + right) / 2
            said = say("supply_mean", language, value=number(mean))
            words(ax, at + (6 if near else -6), 16, said, size=LABEL, bold=True, anchor="left" if near else "right")
    return ax


def _tables(supplied: ToldSupply, language: Language) -> list[Content]:
    """Return the communities with least supply, and the others folded."""
    rows = [_row(supplied, place, language) for place in range(len(supplied.by_community))]
    rows, rest = (rows[:SHOWN], rows[SHOWN:]) if len(rows) > SHOWN + FEW_MORE else (rows, [])
    made: list[Content] = [_table(supplied, rows, "supply-table", language)]
    if rest:
        count = number(len(rest))
        made.append(details(say("access_rest", language, count=count), _table(supplied, rest, "supply-rest", language)))
        made.append(element("p", say("paper_unknown", language, count=count), class_="on-paper"))
    return made


def _table(supplied: ToldSupply, rows: list[Row], name: str, language: Language) -> Html:
    columns = [
        Column(title=say("community", language), heads_row=True),
        Column(title=say("access_children", language), numeric=True, half=True),
        Column(title=say(_of(supplied.supply, "supply_per_1000"), language), numeric=True, half=True),
    ]
    return table(columns, rows, id=name, caption=say("supply", language), layout="cards", titled=True)


def _row(supplied: ToldSupply, place: int, language: Language) -> Row:
    row = supplied.by_community.iloc[place]
    code, children, value = str(row["community_code"]), float(row["children_persons"]), float(row["per_1000"])
    shown = number(value) if math.isfinite(value) else say("withheld", language)
    return (
        Cell(supplied.supply.found.city.name_of(code).of(language), {"data_code": code}),
        exactly(number(children), "children_persons", children),
        exactly(shown, "supply_per_1000", value),
    )


def _evenness(supplied: ToldSupply, language: Language) -> Html | None:
    """Return Gini coefficient and Palma ratio in a sentence; None where they may not be told, or nobody has anything."""
    if not math.isfinite(supplied.gini):
        return None
    gini, palma = (number(value, digits=2) for value in (supplied.gini, supplied.palma))
    key = "supply_even" if math.isfinite(supplied.palma) else "supply_even_nothing"
    return element("p", say(key, language, gini=gini, palma=palma))


def _method(supply: ServiceSupply, edition: str, language: Language) -> list[Content]:
    doi = METHODS[supply.method]
    said = say(f"supply_{supply.method}", language, **asked(supply.found, language))
    made: list[Content] = [element("p", said, " ", f"doi {doi}", class_="small")]
    if edition == "public":
        made.append(element("p", say("supply_public", language, few=number(FEW)), class_="small"))
    return made
