"""The page of all services at once: what children of each age reach, how many services, and ways by several in order.

Numbers come from `audit.services`; one service in depth has its own page.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from friendly_city.access.impedance import walking_speed
from friendly_city.audit.model import records
from friendly_city.city.model import AGE_BANDS
from friendly_city.labels import Language, Text, label, number
from friendly_city.report import palette
from friendly_city.report.charts import LABEL, PHONE_WIDTH, axes, pixels, words
from friendly_city.report.figure import draw_figure
from friendly_city.report.html import Cell, Column, Row, element, exact, join, table
from friendly_city.report.section import Section, section
from friendly_city.report.shading import shaded, shades
from friendly_city.report.shown import synthetic_warning, titled
from friendly_city.report.suppression import is_few
from friendly_city.report.svg import drawing
from friendly_city.report.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from friendly_city.audit.model import Record
    from friendly_city.audit.question import Asked
    from friendly_city.audit.services import Chain, Services

SHOWN = 12
"""Communities of the list of those who reach fewest services."""
STEPS = tuple(range(31))
"""Minutes of the curve of a chain."""
BAR, PHONE_BAR = 26.0, 34.0


def services_header(found: Services, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return whose children are asked about, which service most and fewest of them reach, and how many services."""
    shares = _shares(found, edition)
    known = {kind: share for kind, share in shares.items() if not np.isnan(share)}
    title = say("services_title", language, place=place_of(found).of(language), period=found.period)
    lead = None
    if known:
        most, least = max(known, key=known.__getitem__), min(known, key=known.__getitem__)
        lead = say(
            "services_lead", language, age=_age(found.age_band, language), minutes=_limit(found, language), kinds=len(shares),
            most=label("facility", most).of(language), most_share=_percent(known[most]),
            least=label("facility", least).of(language), least_share=_percent(known[least]),
        )  # fmt: skip
    head = join(
        [synthetic_warning(found.city, language), element("h1", title), element("p", lead, class_="lead") if lead else None]
    )
    figures: dict[str, float | str] = {f"share_{kind}": share for kind, share in known.items()}
    if found.persons.sum():
        figures["mean_services"] = float(found.persons @ np.asarray(found.reached) / found.persons.sum())
    return section(
        head, id="services", title=title, subject=found.city.id, heading=False, themed=True, figures=figures
    )  # fmt: skip


def services_table(found: Services, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return the share of children of each age who reach each service, darker for more."""
    known = {(row["kind"], row["age_band"]): row for row in records(found.shares)}
    columns = [
        Column(title=say("service", language), heads_row=True),
        Column(title=say("services_open", language), numeric=True),
        *(Column(title=_age(band, language), numeric=True) for band in AGE_BANDS),
    ]
    kinds = sorted(found.cost_m.columns, key=lambda kind: -_or_none(_shares(found, edition)[kind]))
    rows: list[Row] = [
        [
            _kind(kind, language),
            number(float(found.facilities[kind])),
            *(shaded(_may_say(known[kind, band], edition), marks={"data_kind": kind, "data_age": band}) for band in AGE_BANDS),
        ]
        for kind in kinds
    ]
    title = say("services_table_title", language, minutes=_limit(found, language))
    grid = table(
        columns,
        rows,
        id="services-table",
        caption=say("services_caption", language),
        class_="dense",
        sortable=say("list_sort", language),
    )
    return section(grid, shades(language), id="services-by-age", title=title, subject=found.city.id)


def services_counts(found: Services, *, language: Language = "zh") -> Section:
    """Return how many of the services children reach: bars by number of services."""
    title = say("services_counts_title", language, age=_age(found.age_band, language))
    counts = found.counts
    if not counts["children_persons"].sum():
        return section(element("p", say("services_nobody", language)), id="counts", title=title, subject=found.city.id)
    mean = float(found.persons @ np.asarray(found.reached) / found.persons.sum())
    bars = _binned(found)
    figure = draw_figure(
        lambda ax: plot_counts(found, ax=ax, language=language),
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
    return section(figure.html, id="counts", title=title, subject=found.city.id)


def services_fewest(found: Services, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return the communities whose children reach fewest services; in the public edition not those with few children."""
    rows: list[Row] = []
    for row in records(found.by_community):
        if edition == "public" and is_few(row["children_persons"]):
            continue
        code = str(row["community_code"])
        mean = Cell(number(row["mean_services"], digits=1), {"data_code": code, "data_value": exact(row["mean_services"])})
        rows.append([found.city.name_of(code).of(language), found.city.subdistrict_of(code).of(language), mean])
    columns = [
        Column(title=say("community", language), heads_row=True),
        Column(title=say("subdistrict", language)),
        Column(title=say("services_mean", language), numeric=True),
    ]
    title = say("services_fewest", language)
    caption = say("services_fewest_caption", language, count=min(SHOWN, len(rows)), of=len(rows))
    grid = (
        table(columns, rows[:SHOWN], id="fewest-table", caption=caption)
        if rows
        else element("p", say("services_nobody", language))
    )
    return section(grid, id="fewest", title=title, subject=found.city.id)


def services_method(found: Services, *, language: Language = "zh") -> Section:
    """Return how fast children of each age are taken to walk, by which source, and how ways are measured."""
    columns = [
        Column(title=say("age", language), heads_row=True),
        Column(title=say("speed_m_per_min", language), numeric=True),
        Column(title=say("basis_of_speed", language)),
    ]
    speeds = {band: walking_speed(band) for band in AGE_BANDS}
    rows: list[Row] = [
        [_age(band, language), number(speed.m_per_min, digits=1), speed.source.of(language)] for band, speed in speeds.items()
    ]
    title = say("services_method", language)
    grid = table(columns, rows, id="speeds", caption=title, titled=True)
    return section(grid, id="method", title=title, subject=found.city.id, lead=say("services_method_lead", language))


def plot_counts(found: Services, *, ax: Axes | None = None, language: Language = "zh") -> Axes:
    """Draw the share of children by how many services they reach, in fifths of all services.

    Returns
    -------
    Axes
        In px; one bar for each fifth, none to all.
    """
    bars = _binned(found)
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
            ax.add_patch(Rectangle((left, y - 8), max(long, 0.5), 16, facecolor=palette.TEAL, linewidth=0, gid=f"reach-{low}"))
            words(ax, left + long + 8, y, _percent(share), size=LABEL)
    return ax


def chain_section(found: Chain, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return the way from home by way of several stops: the share within the limit, and the curve."""
    separator = " → "
    stops = separator.join([say("chain_home", language), *(_stop(stop, language) for stop in found.stops)])
    title = say("chain_title", language, stops=stops)
    said = {
        "age": _age(found.age_band, language), "minutes": _limit(found, language),
        "share": _percent(found.share_within), "each": _percent(found.share_each), "stops": stops,
    }  # fmt: skip
    if np.isnan(found.share_within):
        return section(element("p", say("services_nobody", language)), id="chain", title=title, subject=found.city.id)
    if edition == "public" and _tells_few(found.share_within, found.persons.sum()):
        return section(element("p", say("value_withheld", language)), id="chain", title=title, subject=found.city.id)
    curve = found.curve(STEPS)
    rows: list[Row] = [
        [number(row["minutes"]), Cell(_percent(row["share"]), {"data_value": exact(row["share"])})] for row in records(curve[::5])
    ]
    columns = [
        Column(title=say("minutes_on_foot", language), heads_row=True),
        Column(title=say("share_of_children", language), numeric=True),
    ]
    figure = draw_figure(
        lambda ax: plot_chain(found, ax=ax),
        id="chain-figure",
        heights=(250, 220),
        finding=say("chain_finding", language, **said),
        caption=say("chain_caption", language, **said),
        numbers=table(columns, rows, id="chain-table", caption=title),
        language=language,
    )
    return section(
        figure.html, id="chain", title=title, subject=found.city.id, lead=say("chain_lead", language, **said),
        figures={"share_chain": found.share_within},
    )  # fmt: skip


def plot_chain(found: Chain, *, ax: Axes | None = None) -> Axes:
    """Draw the share of children who walk the whole way within each minute, with a mark at the limit.

    Returns
    -------
    Axes
        In px, minutes across, share up.
    """
    curve = found.curve(STEPS)
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
        ax.plot(
            [x(m) for m in curve["minutes"]], [y(s) for s in curve["share"]], color=palette.TEAL, linewidth=2.5, gid="chain-curve"
        )
        limit = found.limit.metres(found.age_band) / walking_speed(found.age_band).m_per_min
        if limit <= STEPS[-1]:
            ax.plot([x(limit)], [y(found.share_within)], marker="o", color=palette.TEAL, markersize=8)
            words(ax, x(limit) + 10, y(found.share_within) + 18, _percent(found.share_within), size=LABEL, bold=True)
    return ax


def place_of(asked: Asked) -> Text:
    """Return what the place is called whose children are asked about: the city, or the subdistrict."""
    if not asked.subdistrict:
        return asked.city.name
    return asked.city.subdistrict_of(str(asked.city.codes[asked.asked_communities][0]))


def _shares(found: Services, edition: str) -> dict[str, float]:
    """Return the share of the children asked about who reach each service; NaN where it may not be said."""
    if found.age_band in AGE_BANDS:
        table_ = found.shares[found.shares["age_band"] == found.age_band]
        return {row["kind"]: _may_say(row, edition) for row in records(table_)}
    people = found.persons
    inside = people @ found.within(found.age_band)
    total = float(people.sum())
    rows = (
        {"within_persons": float(n), "children_persons": total, "share_within": float(n) / total if total else np.nan}
        for n in inside
    )
    return {kind: _may_say(row, edition) for kind, row in zip(found.cost_m.columns, rows, strict=True)}


def _may_say(row: Record, edition: str) -> float:
    """Return the share of a row; NaN in the public edition where from 1 to 4 children could be counted by it."""
    share, total = row["share_within"], row["children_persons"]
    return np.nan if edition == "public" and _tells_few(share, total) else share


def _tells_few(share: float, total: float) -> bool:
    """Return whether a share tells of from 1 to 4 children inside or outside."""
    return not np.isnan(share) and (is_few(share * total) or is_few(total - share * total) or is_few(total))


def _binned(found: Services) -> list[tuple[int, int, float]]:
    """Return (from, to, share of children) for fifths of the number of services, none apart."""
    share = np.nan_to_num(found.counts["share"].to_numpy(dtype=float))
    kinds = len(share) - 1
    edges = sorted({round(kinds * part / 5) for part in range(6)})
    bins = [(0, 0)] + [(low + 1, high) for low, high in pairwise(edges)]
    return [(low, high, float(share[low : high + 1].sum())) for low, high in bins]


def _kind(kind: str, language: Language) -> str:
    return titled(label("facility", kind).of(language))


def _stop(kinds: tuple[str, ...], language: Language) -> str:
    return ("或" if language == "zh" else " or ").join(label("facility", kind).of(language) for kind in kinds)


def _age(band: str, language: Language) -> str:
    return label("age_band", band).of(language)


def _limit(found: Services | Chain, language: Language) -> str:
    return f"{number(found.limit.value)} {label('unit', found.limit.unit).of(language)}"


def _percent(share: float) -> str:
    return f"{number(100 * share, digits=1)} %"


def _or_none(share: float) -> float:
    return -1.0 if np.isnan(share) else share
