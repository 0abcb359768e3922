"""A district read by an axis: groups with their criteria, spread, every community in every group, a map of one group.

Each function takes a `friendly_city.audit.axes.Reading` (``audit.by("crc")``) and gives back one section for a notebook.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.patches import Rectangle

from friendly_city.audit.model import records
from friendly_city.errors import UnknownName
from friendly_city.labels import Language, number
from friendly_city.report import palette
from friendly_city.report.charts import LABEL, PHONE_WIDTH, axes, pixels, words
from friendly_city.report.district import MAP_HEIGHTS
from friendly_city.report.district_numbers import ordered
from friendly_city.report.figure import draw_figure
from friendly_city.report.html import Column, Html, element, join, swatches, table
from friendly_city.report.maps import class_colour, map_scores, score_classes
from friendly_city.report.section import Section, section
from friendly_city.report.sections_axes import basis_of
from friendly_city.report.shown import synthetic_warning, titled, under_map
from friendly_city.report.spread import plot_spread, spread_heights
from friendly_city.report.svg import drawing
from friendly_city.report.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from friendly_city.audit.axes import Reading

CLASSES = (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)
"""Class limits of the strips, in points: the same for every group, so that rows can be compared."""
STRIP, PHONE_STRIP = 34.0, 52.0


def axis_header(reading: Reading, *, language: Language = "zh") -> Section:
    """Return what was read by which axis, and who says where criteria stand."""
    audit, axis = reading.audit, titled(reading.axis.title.of(language))
    lead = say(
        "axis_header_lead", language, checklist=audit.checklist.title.of(language), period=audit.period.label, axis=axis,
        communities=len(audit), criteria=len(audit.checklist.items), groups=len(reading.groups),
    )  # fmt: skip
    head = join([synthetic_warning(audit.city, language), element("h1", axis), element("p", lead, class_="lead")])
    return section(head, basis_of(reading, language), id="axis", title=axis, subject=audit.city.id, heading=False, themed=True)


def axis_table(reading: Reading, *, language: Language = "zh") -> Section:
    """Return each group with its spread over the communities and its criteria."""
    columns = [
        Column(title=say("group", language), heads_row=True, width="22%"),
        *(Column(title=say(f"spread_{name}", language), numeric=True, half=True) for name in ("median", "lowest", "highest")),
        Column(title=say("coverage", language), numeric=True, half=True),
        Column(title=say("axis_criteria", language), width="44%"),
    ]
    titles = _titles(reading, language)
    rows = []
    for row in records(reading.district):
        numbers = [number(row[name], digits=1) for name in ("median", "lowest", "highest")]
        coverage = f"{number(100 * row['data_coverage'], digits=0)} %"
        rows.append([titles[row["group"]], *numbers, coverage, _criteria(reading, row["group"], language)])
    title = say("axis_table_title", language)
    grid = table(columns, rows, id="axis-table", caption=title, layout="cards", titled=True, class_="fixed")
    extremes = _extremes(reading, language)
    lead = say("axis_table_lead", language, **extremes) if extremes else None
    return section(grid, id="groups", title=title, subject=reading.audit.city.id, lead=lead)


def axis_spread(reading: Reading, *, language: Language = "zh") -> Section:
    """Return how the communities spread in each group."""
    titles = _titles(reading, language)
    shown = [f"{titles[group]} {number(median, digits=0)}" for group, median in _medians(reading).items()]
    medians = ("；" if language == "zh" else "; ").join(shown)
    figure = draw_figure(
        lambda ax: plot_spread(reading.regrouped, ax=ax, language=language),
        id="axis-spread-figure",
        heights=spread_heights(len(reading.district)),
        finding=say("axis_spread_finding", language, medians=medians),
        caption=say("axis_spread_caption", language),
        numbers=None,
        language=language,
    )
    return section(figure.html, id="spread", title=say("axis_spread_title", language), subject=reading.audit.city.id)


def axis_strips(reading: Reading, *, language: Language = "zh") -> Section:
    """Return every community's score in every group as strips of colour, with the numbers behind them."""
    audit, count = reading.audit, len(reading.district)
    extremes = _extremes(reading, language)
    finding = say(
        "axis_strips_finding", language, communities=len(audit), groups=count,
        lowest=extremes.get("lowest", ""), low=extremes.get("low", ""),
    )  # fmt: skip
    figure = draw_figure(
        lambda ax: plot_strips(reading, ax=ax, language=language),
        id="axis-strips-figure",
        heights=(STRIP * count + 8, PHONE_STRIP * count + 8),
        finding=finding,
        caption=_key(language),
        numbers=_numbers(reading, language),
        language=language,
    )
    title, lead = say("axis_strips_title", language), say("axis_strips_lead", language)
    return section(figure.html, id="strips", title=title, subject=audit.city.id, lead=lead)


def plot_strips(reading: Reading, *, ax: Axes | None = None, language: Language = "zh") -> Axes:
    """Draw a row of cells for each group: a cell a community, by falling total, coloured by its score in the group.

    Returns
    -------
    Axes
        In px; one row a group in the axis' order.
    """
    codes, names = list(ordered(reading.audit).index), {group.id: titled(group.name.of(language)) for group in reading.groups}
    groups = [str(group) for group in reading.district["group"]]
    with drawing():
        ax = axes(ax, (880, STRIP * len(groups) + 8))
        width, _ = pixels(ax)
        phone = width < PHONE_WIDTH
        left, step = (0.0, PHONE_STRIP) if phone else (210.0, STRIP)
        cell = (width - left) / max(len(codes), 1)
        for place, group in enumerate(groups):
            top = 4 + step * place + (22 if phone else 4)
            scores = reading.of_group(group)["score"].reindex(codes)
            for column, score in enumerate(scores.tolist()):
                colour = class_colour(float(score), CLASSES)
                ax.add_patch(Rectangle((left + cell * column, top), cell, 24, facecolor=colour, edgecolor="white", linewidth=0.3))
            x, y = (0.0, top - 10) if phone else (left - 10, top + 12)
            words(ax, x, y, names[group], size=LABEL, anchor="left" if phone else "right")
    return ax


def axis_map(reading: Reading, *, language: Language = "zh", group: str = "") -> Section:
    """Return the map of one group; without a name that of the group with the lowest median.

    Raises
    ------
    UnknownName
        When no criterion of the checklist stands in such a group.
    """
    titles = _titles(reading, language)
    medians = _medians(reading)
    chosen = group or (min(medians, key=medians.__getitem__) if medians else reading.groups[0].id)
    if chosen not in titles:
        raise UnknownName(f"group of {reading.axis.id}", chosen, tuple(titles))
    scores = reading.of_group(chosen)["score"]
    said = {"group": titles[chosen], "communities": int(scores.notna().sum())}
    figure = draw_figure(
        lambda ax: map_scores(reading.regrouped, ax=ax, language=language, dimension=chosen),
        id="axis-map",
        heights=MAP_HEIGHTS,
        finding=say(
            "axis_map_finding", language, **said, low=number(scores.min(), digits=1), high=number(scores.max(), digits=1)
        ),
        caption=join([under_map(reading.audit.city, language), _key(language, score_classes(scores))]),
        numbers=None,
        language=language,
        decimals=0,
    )
    title = say("axis_map_title", language, group=titles[chosen])
    return section(figure.html, id="axis-map-section", title=title, subject=reading.audit.city.id)


def _titles(reading: Reading, language: Language) -> dict[str, str]:
    return {group.id: titled(group.title.of(language)) for group in reading.groups}


def _criteria(reading: Reading, group: str, language: Language) -> Html:
    names = [reading.audit.checklist.item(name).criterion.title.of(language) for name in reading.criteria_of(group)]
    return element("ul", *(element("li", name) for name in names), class_="bare-list")


def _medians(reading: Reading) -> dict[str, float]:
    """Return the median score of each group that has one."""
    return {str(row["group"]): float(row["median"]) for row in records(reading.district) if not pd.isna(row["median"])}


def _extremes(reading: Reading, language: Language) -> dict[str, str]:
    """Return the groups with the lowest and the highest median, and these; empty when nothing is scored."""
    medians, titles = _medians(reading), _titles(reading, language)
    if not medians:
        return {}
    low, high = min(medians, key=medians.__getitem__), max(medians, key=medians.__getitem__)
    shown = {"low": number(medians[low], digits=0), "high": number(medians[high], digits=0)}
    return {"lowest": titles[low], "highest": titles[high], **shown}


def _key(language: Language, limits: tuple[float, ...] = CLASSES) -> Html:
    entries = [
        (class_colour(low, limits), say("class_between", language, low=number(low), high=number(high)))
        for low, high in pairwise(limits)
    ]
    entries.append((palette.SAND, say("no_score", language)))
    return element("ul", *swatches(entries), class_="key")


def _numbers(reading: Reading, language: Language) -> Html:
    titles, audit = _titles(reading, language), reading.audit
    columns = [Column(title=say("community", language), heads_row=True)]
    columns += [Column(title=titles[str(group)], numeric=True) for group in reading.district["group"]]
    known = {(row["community_code"], row["group"]): float(row["score"]) for row in records(reading.scores)}
    rows = [
        [
            audit.city.name_of(str(code)).of(language),
            *(number(known[code, g], digits=1) for g in reading.district["group"]),
        ]
        for code in ordered(audit).index
    ]
    return table(columns, rows, id="axis-strips-table", caption=say("axis_strips_title", language))
