"""How good a city's data are, as a page: how fresh, how complete, what looks wrong, and what the gaps cost in points.

Each function takes an audit and gives back one section, for a notebook or for the page that `write_quality` writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.patches import Rectangle

from friendly_city.audit.gaps import WIDTH, cost_of_gaps
from friendly_city.audit.model import records
from friendly_city.city.dictionary import dictionary
from friendly_city.city.doubtful import doubtful
from friendly_city.city.quality import completeness, freshness, gaps
from friendly_city.labels import Language, label, number
from friendly_city.report import palette
from friendly_city.report.charts import LABEL, PHONE_WIDTH, axes, pixels, words
from friendly_city.report.exporter import export_html, notebook_of
from friendly_city.report.figure import draw_figure
from friendly_city.report.files import written_whole
from friendly_city.report.html import Column, Html, Row, element, join, swatches, table
from friendly_city.report.maps import class_colour
from friendly_city.report.section import Section, section
from friendly_city.report.shown import synthetic_warning
from friendly_city.report.svg import drawing
from friendly_city.report.words import say

if TYPE_CHECKING:
    from datetime import date

    from matplotlib.axes import Axes

    from friendly_city.audit.model import Audit
    from friendly_city.city.model import City

CLASSES = (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)
"""Class limits of the cells, in per cent of cells filled; ours."""
STRIP, PHONE_STRIP = 32.0, 50.0
SHOWN = 60
"""Rows of a list of faults on the page; `friendly-city city check` tells all."""


def write_quality(audit: Audit, path: Path, *, language: Language = "zh") -> Path:
    """Write the page on the quality of a city's data and return its path.

    Parameters
    ----------
    audit : Audit
        An audit of the communities of a whole city; its city and period are looked at, its findings say what gaps cost.
    path : Path
        Where to write the HTML file.
    """
    title = say("quality_title", language, name=audit.city.name.of(language), period=audit.period.label)
    book = notebook_of(quality_sections(audit, language=language), title=title, subject=audit.city.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as temporary:
        temporary.write_text(export_html(book, language=language), encoding="utf-8", newline="\n")
    return path


def quality_sections(audit: Audit, *, language: Language = "zh") -> tuple[Section, ...]:
    """Return all sections of the page, in order."""
    makers = (quality_header, freshness_table, completeness_strips, gaps_table, doubts_table, cost_table)
    return tuple(make(audit, language=language) for make in makers)


def quality_header(audit: Audit, *, language: Language = "zh") -> Section:
    """Return what city is looked at, and how much is known of it."""
    city = audit.city
    rows = sum(len(frame) for frame in city.registers.values())
    lead = say(
        "quality_lead", language, registers=len(city.registers), rows=number(rows), communities=len(city.codes),
        day=_day(audit.period.end),
    )  # fmt: skip
    title = say("quality_title", language, name=city.name.of(language), period=audit.period.label)
    head = join([synthetic_warning(city, language), element("h1", title), element("p", lead, class_="lead")])
    notes = [element("li", note.of(language)) for note in city.notes]
    changed = join([element("h3", say("quality_notes", language)), element("ul", *notes)]) if notes else None
    return section(head, changed, id="quality", title=title, subject=city.id, heading=False, themed=True)


def freshness_table(audit: Audit, *, language: Language = "zh") -> Section:
    """Return how old each register is, who reported it, and how much of it has expired."""
    found = freshness(audit.city, on=audit.period.end)
    columns = [
        Column(title=say("quality_register", language), heads_row=True),
        Column(title=say("quality_rows", language), numeric=True, half=True),
        Column(title=say("quality_with_rows", language), numeric=True, half=True),
        Column(title=say("quality_latest", language), half=True),
        Column(title=say("quality_reported", language), numeric=True, half=True),
        Column(title=say("quality_reported_on", language), half=True),
        Column(title=say("quality_offices", language), numeric=True, half=True),
        Column(title=say("quality_expired", language), numeric=True, half=True),
        Column(title=say("quality_provenance", language), width="22%"),
    ]
    rows: list[Row] = [
        (
            label("register", str(row["register"])).of(language),
            number(row["rows_count"]),
            _percent(row["communities_share"]),
            _whole(_day(row["latest_date"])),
            _percent(row["reported_share"]) if row["reported_share"] else "",
            _whole(_days(row["first_reported_date"], row["last_reported_date"])),
            number(row["offices_count"]) if row["offices_count"] else "",
            number(row["expired_count"]) if row["expired_count"] else "",
            _kinds(audit.city, str(row["register"]), language),
        )
        for row in records(found.reset_index())
    ]
    title = say("quality_fresh", language)
    lead = say("quality_fresh_lead", language, expired=number(int(found["expired_count"].sum())))
    grid = table(columns, rows, id="freshness-table", caption=title, layout="cards", titled=True)
    return section(grid, id="fresh", title=title, subject=audit.city.id, lead=lead)


def completeness_strips(audit: Audit, *, language: Language = "zh") -> Section:
    """Return how much of each register each community fills, as strips of colour with the numbers behind them."""
    shares = _register_shares(audit.city)
    spread = shares.max(axis=1) - shares.min(axis=1)
    widest = str(spread.idxmax())
    low, high = shares.loc[[widest]].min().min(), shares.loc[[widest]].max().max()
    finding = say(
        "quality_filled_finding", language, registers=len(shares), communities=shares.shape[1],
        widest=label("register", widest).of(language), low=number(low, digits=0), high=number(high, digits=0),
    )  # fmt: skip
    figure = draw_figure(
        lambda ax: plot_completeness(audit.city, ax=ax, language=language),
        id="completeness-figure",
        heights=(STRIP * len(shares) + 8, PHONE_STRIP * len(shares) + 8),
        finding=finding,
        caption=_key(language),
        numbers=_numbers(audit.city, shares, language),
        language=language,
    )
    title, lead = say("quality_filled", language), say("quality_filled_lead", language)
    return section(figure.html, id="filled", title=title, subject=audit.city.id, lead=lead)


def plot_completeness(city: City, *, ax: Axes | None = None, language: Language = "zh") -> Axes:
    """Draw a row of cells for each register: a cell a community, coloured by the share of its cells that are filled.

    Parameters
    ----------
    city : City
        A loaded city.
    ax : Axes, optional
        In px; made when it is not given.
    """
    shares = _register_shares(city)
    with drawing():
        ax = axes(ax, (880, STRIP * len(shares) + 8))
        width, _ = pixels(ax)
        phone = width < PHONE_WIDTH
        left, step = (0.0, PHONE_STRIP) if phone else (170.0, STRIP)
        cell = (width - left) / max(shares.shape[1], 1)
        for place, (register, row) in enumerate(shares.iterrows()):
            top = 4 + step * place + (22 if phone else 4)
            colours = [class_colour(float(share), CLASSES) for share in row.tolist()]
            for start, end, colour in _runs(colours):
                where = left + cell * start, top
                ax.add_patch(Rectangle(where, cell * (end - start), 22, facecolor=colour, edgecolor="white", linewidth=0.3))
            x, y = (0.0, top - 10) if phone else (left - 10, top + 11)
            words(ax, x, y, label("register", str(register)).of(language), size=LABEL, anchor="left" if phone else "right")
    return ax


def _runs(colours: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield where each run of one colour begins and ends, so that a strip is not drawn cell by cell.

    Examples
    --------
    >>> list(_runs(["a", "a", "b"]))
    [(0, 2, 'a'), (2, 3, 'b')]
    """
    start = 0
    for colour, run in groupby(colours):
        end = start + len(list(run))
        yield start, end, colour
        start = end


def gaps_table(audit: Audit, *, language: Language = "zh") -> Section:
    """Return the fields that others fill and some communities do not."""
    found, city = gaps(audit.city), audit.city
    columns = [
        Column(title=say("quality_register", language), heads_row=True),
        Column(title=say("quality_field", language), half=True),
        Column(title=say("quality_median", language), numeric=True, half=True),
        Column(title=say("quality_lacking", language), numeric=True, half=True),
        Column(title=say("quality_which", language), width="44%"),
    ]
    rows: list[Row] = [
        (
            label("register", row["register"]).of(language),
            dictionary().registers[row["register"]].field(row["field"]).text.of(language),
            _percent(row["median_share"]),
            number(row["lacking_count"]),
            _names(city, row["communities"].split(", "), language),
        )
        for row in records(found)
    ]
    title, lead = say("quality_gaps", language), say("quality_gaps_lead", language)
    grid = table(columns, rows, id="gaps-table", caption=title, layout="cards", titled=True) if rows else None
    return section(grid or element("p", say("quality_no_gaps", language)), id="gaps", title=title, subject=city.id, lead=lead)


def doubts_table(audit: Audit, *, language: Language = "zh") -> Section:
    """Return what is allowed and looks wrong."""
    found = doubtful(audit.city)
    columns = [
        Column(title=say("quality_place", language), heads_row=True, width="30%"),
        Column(title=say("quality_what", language)),
    ]
    rows = [(f"{problem.file}:{problem.line} {problem.path}", problem.what) for problem in found[:SHOWN]]
    if len(found) > SHOWN:
        rows.append(("…", f"+ {number(len(found) - SHOWN)}"))
    title, lead = say("quality_doubts", language), say("quality_doubts_lead", language)
    grid = table(columns, rows, id="doubts-table", caption=title, layout="cards", titled=True) if rows else None
    shown = grid or element("p", say("quality_no_doubts", language))
    return section(shown, id="doubts", title=title, subject=audit.city.id, lead=lead)


def cost_table(audit: Audit, *, language: Language = "zh") -> Section:
    """Return by how many points the gaps of each register widen the bounds of the scores."""
    found, unit = cost_of_gaps(audit), say("quality_points", language)
    columns = [
        Column(title=say("quality_register", language), heads_row=True),
        Column(title=say("quality_findings", language), numeric=True, half=True),
        Column(title=say("quality_subjects", language), numeric=True, half=True),
        Column(title=say("quality_mean_width", language), unit=unit, numeric=True, half=True),
        Column(title=say("quality_greatest_width", language), unit=unit, numeric=True, half=True),
        Column(title=say("quality_widest", language), half=True),
    ]
    rows: list[Row] = [
        (
            label("register", str(row["register"])).of(language),
            number(row["findings_count"]),
            number(row["subjects_count"]),
            number(row[f"mean_{WIDTH}"], digits=2),
            number(row[f"greatest_{WIDTH}"], digits=1),
            audit.city.name_of(str(row["widest_code"])).of(language),
        )
        for row in records(found.reset_index())
    ]
    title, whole = say("quality_cost", language), float(found[f"mean_{WIDTH}"].sum())
    lead = say("quality_cost_lead", language, title=audit.checklist.title.of(language), mean=number(whole, digits=1))
    grid = table(columns, rows, id="cost-table", caption=title, layout="cards", titled=True) if rows else None
    return section(
        grid or element("p", say("quality_no_cost", language)), id="cost", title=title, subject=audit.city.id, lead=lead
    )


def _register_shares(city: City) -> pd.DataFrame:
    """Return the per cent of cells filled, by register and community; NaN where a community has no row."""
    return 100 * completeness(city).groupby(level="register", sort=False).mean()


def _key(language: Language) -> Html:
    entries = [
        (class_colour(low, CLASSES), say("quality_share", language, low=number(low), high=number(high)))
        for low, high in pairwise(CLASSES)
    ]
    entries.append((palette.SAND, say("quality_no_row", language)))
    return element("ul", *swatches(entries), class_="key")


def _numbers(city: City, shares: pd.DataFrame, language: Language) -> Html:
    columns = [Column(title=say("community", language), heads_row=True)]
    columns += [Column(title=label("register", str(name)).of(language), unit="%", numeric=True) for name in shares.index]
    rows = [
        (city.name_of(str(code)).of(language), *(number(value, digits=0) for value in shares[code])) for code in shares.columns
    ]
    return table(columns, rows, id="completeness-table", caption=say("quality_filled", language))


def _kinds(city: City, register: str, language: Language) -> str:
    counts = city.registers[register]["provenance"].value_counts()
    shown = [f"{label('provenance', str(kind)).of(language)} {number(count)}" for kind, count in counts.items()]
    return ("、" if language == "zh" else ", ").join(shown)


def _names(city: City, codes: list[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(city.name_of(code).of(language) for code in codes)


def _percent(share: float) -> str:
    return "" if pd.isna(share) else f"{number(100 * share, digits=0)} %"


def _day(day: date | pd.Timestamp) -> str:
    return "" if pd.isna(day) else f"{day:%Y-%m-%d}"


def _whole(text: str) -> Html | None:
    """Return a text that is not broken over two lines, None where there is none."""
    return element("span", text, class_="whole") if text else None


def _days(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """Return one day, or the first and the last."""
    return _day(first) if first == last else " – ".join(day for day in (_day(first), _day(last)) if day)
