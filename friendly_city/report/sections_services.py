"""The page of all services at once: what children of each age reach, how many services, and ways by several in order.

Numbers come from `audit.services`; one service in depth has its own page.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from friendly_city.access.costs import within
from friendly_city.access.impedance import walking_speed
from friendly_city.audit.model import records
from friendly_city.city.model import AGE_BANDS
from friendly_city.labels import Language, label, number
from friendly_city.report import palette
from friendly_city.report.access_words import limit_words, percent, place_of, subject_of
from friendly_city.report.charts import LABEL, PHONE_WIDTH, axes, pixels, words
from friendly_city.report.figure import draw_figure
from friendly_city.report.html import Cell, Column, Row, element, exact, join, table
from friendly_city.report.published import countable
from friendly_city.report.section import Section, section
from friendly_city.report.shading import shaded, shades
from friendly_city.report.shown import synthetic_warning, titled
from friendly_city.report.svg import drawing
from friendly_city.report.told import share_told, steps_told
from friendly_city.report.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from friendly_city.audit.services import Chain, Services

SHOWN = 12
"""Communities of the list of those who reach fewest services."""
STEPS = tuple(range(31))
"""Minutes of the curve of a chain."""
BAR, PHONE_BAR = 26.0, 34.0


def services_header(found: Services, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return whose children are asked about, which service most and fewest of them reach, and how many services."""
    shares = _shares(found, found.age_band, edition)
    known = {kind: share for kind, share in shares.items() if not np.isnan(share)}
    title = say("services_title", language, place=place_of(found, language), period=found.period)
    lead = None
    if known:
        most, least = max(known, key=known.__getitem__), min(known, key=known.__getitem__)
        lead = say(
            "services_lead", language, age=_age(found.age_band, language), minutes=limit_words(found.limit, language),
            kinds=len(shares),
            most=label("facility", most).of(language), most_share=percent(known[most]),
            least=label("facility", least).of(language), least_share=percent(known[least]),
        )  # fmt: skip
    eyebrow = say(
        "services_eyebrow", language, place=place_of(found, language), period=found.period,
        edition=label("edition", edition).of(language),
    )  # fmt: skip
    parts = [
        synthetic_warning(found.city, language),
        element("p", eyebrow, class_="eyebrow"),
        element("h1", say("services_heading", language)),
        element("p", lead, class_="lead") if lead else None,
    ]
    head = join(parts)
    figures: dict[str, float | str] = {f"share_{kind}": share for kind, share in known.items()}
    mean = _mean(found, edition)
    if np.isfinite(mean):
        figures["mean_services"] = mean
    return section(
        head, id="services", title=title, subject=subject_of(found), heading=False, themed=True, figures=figures
    )  # fmt: skip


def services_table(found: Services, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return the share of children of each age who reach each service, darker for more."""
    shares = {band: _shares(found, band, edition) for band in AGE_BANDS}
    sorted_by = _shares(found, found.age_band, edition)
    columns = [
        Column(title=say("service", language), heads_row=True),
        Column(title=say("services_open", language), numeric=True),
        *(Column(title=_age(band, language), numeric=True) for band in AGE_BANDS),
    ]
    kinds = sorted(found.cost_m.columns, key=lambda kind: -np.nan_to_num(sorted_by[kind], nan=-1.0))
    rows: list[Row] = [
        [
            _kind(kind, language),
            number(float(found.facilities[kind])),
            *(shaded(shares[band][kind], marks={"data_kind": kind, "data_age": band}) for band in AGE_BANDS),
        ]
        for kind in kinds
    ]
    title = say("services_table_title", language, minutes=limit_words(found.limit, language))
    grid = table(
        columns,
        rows,
        id="services-table",
        caption=say("services_caption", language),
        class_="dense",
        sortable=say("list_sort", language),
    )
    return section(grid, shades(language), id="services-by-age", title=title, subject=subject_of(found))


def services_counts(found: Services, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return how many of the services children reach: bars by number of services."""
    title = say("services_counts_title", language, age=_age(found.age_band, language))
    if not found.persons.sum():
        return section(element("p", say("services_nobody", language)), id="counts", title=title, subject=subject_of(found))
    mean, bars = _mean(found, edition), _binned(found, edition)
    if np.isnan(mean):
        return section(element("p", say("value_withheld", language)), id="counts", title=title, subject=subject_of(found))
    figure = draw_figure(
        lambda ax: plot_counts(found, ax=ax, language=language, edition=edition),
        id="counts-figure",
        heights=(BAR * len(bars) + 10, PHONE_BAR * len(bars) + 10),
        finding=say(
            "services_counts_finding", language, mean=number(mean, digits=1), kinds=len(found.cost_m.columns),
            age=_age(found.age_band, language),
        ),
        caption=say("services_counts_caption", language),
        numbers=None,
        language=language,
    )  # fmt: skip
    return section(figure.html, id="counts", title=title, subject=subject_of(found))


def services_fewest(found: Services, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return the communities whose children reach fewest services; in the public edition only those that may be counted."""
    rows: list[Row] = []
    hidden = set(found.city.codes[~countable(found.city, found.age_band)]) if edition == "public" else set()
    for row in records(found.by_community):
        if row["community_code"] in hidden:
            continue
        code = str(row["community_code"])
        mean = Cell(number(row["mean_services"], digits=1), {"data_code": code, "data_value": exact(row["mean_services"])})
        where = [] if found.subdistrict else [found.city.subdistrict_of(code).of(language)]
        rows.append([found.city.name_of(code).of(language), *where, mean])
    columns = [
        Column(title=say("community", language), heads_row=True),
        *([] if found.subdistrict else [Column(title=say("subdistrict", language))]),
        Column(title=say("services_mean", language), numeric=True),
    ]
    title = say("services_fewest", language)
    key = "services_fewest_caption" if len(rows) > SHOWN else "services_fewest_every"
    caption = say(key, language, count=SHOWN, of=len(rows))
    grid = (
        table(columns, rows[:SHOWN], id="fewest-table", caption=caption)
        if rows
        else element("p", say("services_nobody", language))
    )
    return section(grid, id="fewest", title=title, subject=subject_of(found))


def services_method(found: Services, *, language: Language = "zh") -> Section:
    """Return how fast children of each age are taken to walk, by which source, and how ways are measured."""
    columns = [
        Column(title=say("age", language), heads_row=True, width="8em"),
        Column(title=say("speed_m_per_min", language), numeric=True),
        Column(title=say("basis_of_speed", language)),
    ]
    speeds = {band: walking_speed(band) for band in AGE_BANDS}
    rows: list[Row] = [
        [titled(_age(band, language)), number(speed.m_per_min, digits=1), speed.source.of(language)]
        for band, speed in speeds.items()
    ]
    title = say("services_method", language)
    grid = table(columns, rows, id="speeds", caption=title, layout="cards", titled=True)
    return section(grid, id="method", title=title, subject=subject_of(found), lead=say("services_method_lead", language))


def plot_counts(found: Services, *, ax: Axes | None = None, language: Language = "zh", edition: str = "public") -> Axes:
    """Draw the share of children by how many services they reach, in fifths of all services.

    A share that may not be told has no bar.

    Returns
    -------
    Axes
        In px; one bar for each fifth, none to all.
    """
    bars = _binned(found, edition)
    with drawing():
        ax = axes(ax, (880, BAR * len(bars) + 10))
        width, height = pixels(ax)
        phone = width < PHONE_WIDTH
        left, right = (104.0, width - 60) if phone else (150.0, width - 76)
        step = (height - 10) / len(bars)
        for place, (low, high, share) in enumerate(bars):
            y = 5 + step * (place + 0.5)
            said = str(low) if low == high else f"{low}–{high}"
            words(ax, left - 10, y, say("services_many", language, count=said), size=LABEL, anchor="right")
            long = (right - left) * share
            if np.isfinite(share):
                bar = Rectangle((left, y - 8), max(long, 0.5), 16, facecolor=palette.TEAL, linewidth=0, gid=f"reach-{low}")
                ax.add_patch(bar)
            words(ax, left + np.nan_to_num(long) + 8, y, percent(share), size=LABEL)
    return ax


def chain_section(found: Chain, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return the way from home by way of several stops: the share within the limit, and the curve."""
    stops = " → ".join([say("chain_home", language), *(_stop(stop, language) for stop in found.stops)])
    title = say("chain_title", language, stops=stops)
    whole, each = found.inside[:, 0], np.asarray(found.inside[:, 1:].all(axis=1))
    share = share_told(found, whole, edition=edition)
    if np.isnan(share):
        why = say("value_withheld" if found.persons.sum() else "services_nobody", language)
        return section(element("p", why), id="chain", title=title, subject=subject_of(found))
    both = np.isfinite(share_told(found, each & ~whole, edition=edition))
    said = {
        "age": _age(found.age_band, language), "minutes": limit_words(found.limit, language), "share": percent(share),
        "each": percent(share_told(found, each, edition=edition) if both else np.nan), "stops": stops,
    }  # fmt: skip
    curve = _curve(found, edition)
    rows: list[Row] = [
        [number(row["minutes"]), Cell(percent(row["share"]), {"data_value": exact(row["share"])})] for row in records(curve)
    ]
    columns = [
        Column(title=say("minutes_on_foot", language), heads_row=True),
        Column(title=say("share_of_children", language), numeric=True),
    ]
    figure = draw_figure(
        lambda ax: plot_chain(found, ax=ax, edition=edition),
        id="chain-figure",
        heights=(250, 220),
        finding=say("chain_finding", language, **said),
        caption=say("chain_caption", language, **said),
        numbers=table(columns, rows, id="chain-table", caption=title),
        language=language,
    )
    return section(
        figure.html, id="chain", title=title, subject=subject_of(found),
        lead=say("chain_lead" if both else "chain_finding", language, **said), figures={"share_chain": share},
    )  # fmt: skip


def plot_chain(found: Chain, *, ax: Axes | None = None, edition: str = "public") -> Axes:
    """Draw the share of children who walk the whole way by minutes, with a mark at the limit, as far as it may be told.

    Returns
    -------
    Axes
        In px, minutes across, share up.
    """
    curve, told = _curve(found, edition), share_told(found, found.inside[:, 0], edition=edition)
    with drawing():
        ax = axes(ax, (880, 250))
        width, height = pixels(ax)
        left, right, top, low = 56.0, width - 16, 12.0, height - 34

        def x(minutes: float) -> float:
            return left + (right - left) * minutes / STEPS[-1]

        def y(share: float) -> float:
            return low - (low - top) * share

        for share in (0.0, 0.5, 1.0):
            ax.plot([left, right], [y(share)] * 2, color=palette.LINE, linewidth=1)
            words(ax, left - 8, y(share), f"{100 * share:.0f}%", color=palette.SOFT, anchor="right")
        for minutes in range(0, STEPS[-1] + 1, 5):
            words(ax, x(minutes), low + 20, str(minutes), color=palette.SOFT, anchor="center")
        line = [x(m) for m in curve["minutes"]], [y(s) for s in curve["share"]]
        ax.plot(*line, color=palette.TEAL, linewidth=2.5, gid="chain-curve")
        limit = found.limit_min
        if np.isfinite(told) and limit <= STEPS[-1]:
            ax.plot([x(limit)], [y(told)], marker="o", color=palette.TEAL, markersize=8)
            words(ax, x(limit) + 10, y(told) + 18, percent(told), size=LABEL, bold=True)
    return ax


def _curve(found: Chain, edition: str) -> pd.DataFrame:
    """Return ``minutes`` and ``share`` (0–1) of the children who may be counted, where it may be told."""
    walked = np.asarray(found.minutes, dtype=np.float64)
    steps = steps_told(found, walked, STEPS, limit=found.limit_min, edition=edition)
    shares = [share_told(found, within(walked, step), edition=edition) for step in steps]
    return pd.DataFrame({"minutes": steps, "share": shares}, dtype=float).dropna(ignore_index=True)


def _mean(found: Services, edition: str) -> float:
    """Return how many services a child reaches on average, to the decimal of the page; NaN where it may not be told."""
    people = found.persons
    if not people.sum() or any(np.isnan(share) for _, _, share in _binned(found, edition)):
        return np.nan
    return round(float(people @ np.asarray(found.reached) / people.sum()), 1)


def _shares(found: Services, age_band: str, edition: str) -> dict[str, float]:
    """Return the share of the children of a band who reach each service; NaN where it may not be told."""
    asked, inside = replace(found, age_band=age_band), found.within(age_band)
    return {str(kind): share_told(asked, inside[:, place], edition=edition) for place, kind in enumerate(found.cost_m.columns)}


def _binned(found: Services, edition: str) -> list[tuple[int, int, float]]:
    """Return (from, to, share of children) for fifths of the number of services, none apart; NaN where it may not be told."""
    reached, kinds = found.reached.to_numpy(), len(found.cost_m.columns)
    edges = sorted({round(kinds * part / 5) for part in range(6)})
    bins = [(0, 0)] + [(low + 1, high) for low, high in pairwise(edges)]
    return [(low, high, share_told(found, (reached >= low) & (reached <= high), edition=edition)) for low, high in bins]


def _kind(kind: str, language: Language) -> str:
    return titled(label("facility", kind).of(language))


def _stop(kinds: tuple[str, ...], language: Language) -> str:
    return ("或" if language == "zh" else " or ").join(label("facility", kind).of(language) for kind in kinds)


def _age(band: str, language: Language) -> str:
    return label("age_band", band).of(language)
