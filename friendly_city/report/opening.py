"""When a service is within reach, as a section: the share of children by hour on a school day, Saturday and Sunday.

Numbers come from `audit.opening`. Every share is shown in whole per cent, drawn so too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Rectangle

from friendly_city.audit.opening import access_by_hour, typical_day
from friendly_city.audit.question import open_facilities
from friendly_city.city.belonging import rows_about
from friendly_city.labels import Language, label, number
from friendly_city.report import palette
from friendly_city.report.charts import LABEL, PHONE_WIDTH, SMALL, Anchor, axes, pixels, require_language, words
from friendly_city.report.figure import Figure, draw_figure
from friendly_city.report.html import Column, Html, element, swatches, table
from friendly_city.report.section import Section, section
from friendly_city.report.suppression import FEW
from friendly_city.report.svg import drawing
from friendly_city.report.words import say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from friendly_city.audit.service_access import ServiceAccess

SHOWN = ("we", "sa", "su")
"""Days shown; Wednesday stands for the days of school (ours)."""
LEAST = 100 * FEW
"""Children below whom the public edition shows no shares by hour (ours): of fewer, one per cent could be less than `FEW`."""
STRIP, PHONE_STRIP = 84.0, 104.0
"""Height of a day in px."""
HOURS = 24


def opening_section(found: ServiceAccess, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return when a service is within reach, hour by hour; or a sentence where no hours of its facilities are known.

    Parameters
    ----------
    found : ServiceAccess
        From `audit.service_access`; asked at a moment, its week is shown, else that of `audit.opening.typical_day`.
    edition : str
        ``public`` shows nothing where fewer than `LEAST` children are asked about.
    """
    require_language(language)
    title, subject = say("opening", language), found.subdistrict or found.city.id
    there = open_facilities(found.city, [found.kind], found.period)
    known = np.unique(rows_about(found.city, there, "hours")[0])
    children, few = float(found.homes["children"].sum()), number(LEAST)
    silent = (
        ("opening_not_known", not len(known)),
        ("opening_nobody", children == 0),
        ("opening_few", edition == "public" and children < LEAST),
    )
    for key, is_so in silent:
        if is_so:
            values = {"least": few} if key == "opening_few" else {}
            return section(element("p", say(key, language, **values)), id="opening", title=title, subject=subject)
    date = found.when[:10] or typical_day(found.period)
    lead = say(
        "opening_lead", language, date=date, age=label("age_band", found.age_band).of(language),
        kind=label("facility", found.kind).of(language),
        limit=f"{number(found.limit.value)} {label('unit', found.limit.unit).of(language)}",
    )  # fmt: skip
    missing = len(there) - len(known)
    said = say("opening_unknown", language, count=number(len(there)), unknown=number(missing)) if missing else None
    figure = opening_figure(week_of(found, date), language=language)
    return section(
        figure.html, element("p", said, class_="small") if said else None, id="opening", title=title, subject=subject, lead=lead
    )


def week_of(found: ServiceAccess, date: str) -> pd.DataFrame:
    """Return `audit.opening.access_by_hour` of what was asked, the days shown only, shares in whole per cent."""
    week = access_by_hour(
        found.city, kind=found.kind, age_band=found.age_band, period=found.period, week=date, subdistrict=found.subdistrict,
        limit=found.limit,
    )  # fmt: skip
    shown = week[week["day"].isin(SHOWN)]
    return shown.assign(**{name: (100 * shown[name]).round() for name in ("lower", "upper")})


def opening_figure(week: pd.DataFrame, *, language: Language = "zh") -> Figure:
    """Return the picture of a week from `week_of`, with its finding and its numbers."""
    most = {day: f"{number(week.loc[week['day'] == day, 'lower'].max())} %" for day in SHOWN}
    entries = swatches([(palette.TEAL, say("opening_sure", language))])
    if (week["lower"] < week["upper"]).any():
        entries.append(element("li", element("span", class_="swatch no_data"), say("opening_perhaps", language)))
    titles = {
        f"hour-{row['day']}-{row['time'][:2]}": say(
            "opening_at", language, day=say(f"opening_{row['day']}", language), time=row["time"], share=_share(row)
        )
        for row in week.to_dict("records")
    }
    return draw_figure(
        lambda ax: plot_week(week, ax=ax, language=language),
        id="opening-figure",
        heights=(STRIP * len(SHOWN) + 30, PHONE_STRIP * len(SHOWN) + 30),
        finding=say("opening_finding", language, **most),
        caption=element("ul", *entries, class_="key"),
        numbers=_numbers(week, language),
        titles=titles,
        language=language,
    )


def plot_week(week: pd.DataFrame, *, ax: Axes | None = None, language: Language = "zh") -> Axes:
    """Draw a row of 24 bars for each day shown: full up to the lower bound, pale and hatched from there to the upper one.

    Parameters
    ----------
    week : DataFrame
        From `week_of`.
    ax : Axes, optional
        In px; made when it is not given. Each hour has an invisible strip with gid ``hour-<day>-<hour>`` for its tooltip.
    """
    require_language(language)
    with drawing():
        ax = axes(ax, (880, STRIP * len(SHOWN) + 30))
        width, height = pixels(ax)
        phone = width < PHONE_WIDTH
        left, step, above = (46.0, PHONE_STRIP, 34.0) if phone else (216.0, STRIP, 14.0)
        cell = (width - left - 12) / HOURS
        for place, day in enumerate(SHOWN):
            top, bottom = step * place + above, step * (place + 1) - 8
            _frame(ax, left, width - 12, top, bottom)
            for row in week[week["day"] == day].to_dict("records"):
                _hour(ax, row, left + cell * int(row["time"][:2]), cell, (top, bottom))
            x, y = (0.0, top - 18) if phone else (left - 50, (top + bottom) / 2)
            words(ax, x, y, say(f"opening_{day}", language), size=LABEL, anchor="left" if phone else "right")
        for hour in range(0, HOURS + 1, 6):
            anchor: Anchor = "right" if hour == HOURS else "center"
            words(ax, left + cell * hour, height - 16, f"{hour}:00", color=palette.SOFT, anchor=anchor)
    return ax


def _frame(ax: Axes, left: float, right: float, top: float, bottom: float) -> None:
    """Draw the lines of none and of all children."""
    for y, said in ((top, "100%"), (bottom, "0")):
        ax.plot([left, right], [y, y], color=palette.LINE, linewidth=1)
        words(ax, left - 6, y, said, size=SMALL, color=palette.SOFT, anchor="right")


def _hour(ax: Axes, row: dict[Any, Any], x: float, cell: float, span: tuple[float, float]) -> None:
    top, bottom = span
    tall = (bottom - top) / 100
    parts = ((0.0, row["lower"], palette.TEAL, None), (row["lower"], row["upper"], palette.SAND, "//"))
    for start, end, colour, hatch in parts:
        if end > start:
            where = x + 1, bottom - tall * end
            patch = Rectangle(where, cell - 2, tall * (end - start), facecolor=colour, hatch=hatch, linewidth=0)
            patch.set_edgecolor(palette.HATCH)
            ax.add_patch(patch)
    gid = f"hour-{row['day']}-{row['time'][:2]}"
    ax.add_patch(Rectangle((x, top), cell, bottom - top, facecolor=palette.CARD, alpha=0.0, linewidth=0, gid=gid, zorder=9))


def _share(row: dict[Any, Any]) -> str:
    low, high = number(row["lower"]), number(row["upper"])
    return f"{low} %" if low == high else f"{low} – {high} %"


def _numbers(week: pd.DataFrame, language: Language) -> Html:
    columns = [Column(title=say("opening_time", language), heads_row=True)]
    columns += [Column(title=say(f"opening_{day}", language), numeric=True) for day in SHOWN]
    by = {(row["time"], row["day"]): _share(row) for row in week.to_dict("records")}
    rows = [(time, *(by[time, day] for day in SHOWN)) for time in dict.fromkeys(week["time"])]
    return table(columns, rows, id="opening-table", caption=say("opening_shares", language))
