"""The overview of a sweep: one notebook run for many questions, what each found, and links to the pages.

Knows what pages say of themselves (``data-figures`` of a section); knows no notebook and no audit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from friendly_city.labels import Language, Text, keys, label, number
from friendly_city.report.html import MISSING, Attribute, Cell, Column, Content, Html, Row, element, join, table
from friendly_city.report.page import Page
from friendly_city.report.section import Section, section
from friendly_city.report.shading import shaded, shades
from friendly_city.report.shown import synthetic_warning, titled
from friendly_city.report.words import say, texts

if TYPE_CHECKING:
    from friendly_city.city.model import City

Figure = float | str

GROUPS = {"kind": "facility", "age_band": "age_band", "edition": "edition"}
"""Labels of the values of parameters."""
NO_GOOD = frozenset({"share_no_way"})
"""Shares of which more is worse; they are not coloured."""
SHARES = frozenset({"gap"})
"""Figures that are shares though their names do not say so."""
WIDE = 12
"""Figures up to which a run is a row; more than that, of at most as many runs, stand below one another, a column a run."""
MAIN = ("share_within", "share_after")
"""Figures that a table of two parameters is made of, where pages tell several shares."""
OWN = ("key", "error")
"""Columns of the table that are no figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """One run of the notebook.

    Attributes
    ----------
    key : str
        Name of its folder.
    words : mapping of str to Text
        What the values of the parameters that vary are called, by parameter.
    link : str
        Its page, relative to the overview; '' when there is none.
    error : str
        Why it failed; '' when it did not.
    figures : mapping of str to float or str
        What its page says it found.
    """

    key: str
    words: Mapping[str, Text]
    link: str = ""
    error: str = ""
    figures: Mapping[str, Figure] = field(default_factory=dict)


def figures_of(html: str) -> dict[str, Figure]:
    """Return what a page says it found, in numbers: the ``data-figures`` of its sections, together.

    Examples
    --------
    >>> figures_of('<main><section data-figures="{&quot;share&quot;: 0.5}">x</section></main>')
    {'share': 0.5}
    """
    if "data-figures" not in html:
        return {}
    marked = (found.attributes["data-figures"] for found in Page(html).named("section") if "data-figures" in found.attributes)
    return {name: value for text in marked for name, value in json.loads(text).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the overview of a sweep is made from.

    Attributes
    ----------
    title : str
        What was asked, e.g. the notebook's own heading.
    shared : mapping of str to str
        Parameters that were the same in all runs, as text.
    runs : sequence of RunPage
        In the order in which they were asked for.
    city : City or None
        The city they are all about.
    """

    title: str
    shared: Mapping[str, str]
    runs: Sequence[RunPage]
    city: City | None = None

    @property
    def subject(self) -> str:
        """Return whom the page is about."""
        return self.city.id if self.city else "runs"

    @property
    def varied(self) -> tuple[str, ...]:
        """Return the parameters that vary."""
        return tuple(self.runs[0].words) if self.runs else ()

    @property
    def figures(self) -> tuple[str, ...]:
        """Return the figures any page has that no parameter already says, in the order in which they are first told."""
        told = dict.fromkeys(name for run in self.runs for name in run.figures)
        return tuple(name for name in told if name not in {*self.varied, *self.shared, *OWN})

    def shown(self, language: Language) -> tuple[str, ...]:
        """Return the figures that stand on the page: those that have a word of ours, or all where none has."""
        named = tuple(name for name in self.figures if figure_name(name, language) != name)
        return named or self.figures

    def is_wide(self, language: Language) -> bool:
        """Return whether pages tell so much that a run is better a column than a row."""
        whole = not any(run.error for run in self.runs)
        return whole and len(self.runs) <= WIDE < len(self.shown(language))

    @property
    def main(self) -> str:
        """Return the share that matters most: one of `MAIN`, else the only one; '' for none."""
        shares = [name for name in self.figures if name.startswith("share_") and name not in NO_GOOD]
        only = shares[0] if len(shares) == 1 else ""
        return next((name for name in MAIN if name in shares), only)


def runs_sections(overview: Overview, *, language: Language = "zh") -> tuple[Section, ...]:
    """Return all sections of the overview, in order."""
    makers = (runs_header, runs_crossed, runs_table)
    return tuple(made for make in makers if (made := make(overview, language=language)) is not None)


def runs_header(overview: Overview, *, language: Language = "zh") -> Section:
    """Return what was asked how often, and what failed."""
    failed = sum(bool(run.error) for run in overview.runs)
    names = ("、" if language == "zh" else ", ").join(_parameter(name, language) for name in overview.varied)
    lead = say("runs_lead", language, pages=len(overview.runs), names=names)
    missed = element("p", element("b", say("runs_failed", language, count=failed))) if failed else None
    shared = [
        element("dt", parameter(name, language)) + element("dd", value_text(overview, name, value, language))
        for name, value in overview.shared.items()
        if value
    ]
    head = join(
        [
            synthetic_warning(overview.city, language) if overview.city else None,
            element("h1", overview.title),
            element("p", lead, class_="lead"),
            missed,
            element("dl", Html("".join(shared)), class_="small") if shared else None,
        ]
    )
    return section(head, id="runs", title=overview.title, subject=overview.subject, heading=False, themed=True)


def runs_crossed(overview: Overview, *, language: Language = "zh") -> Section | None:
    """Return the main share the pages tell as a coloured table of two parameters; None where that cannot be."""
    if not _crosses(overview):
        return None
    share = overview.main
    down, across = overview.varied
    if len({run.words[across] for run in overview.runs}) > len({run.words[down] for run in overview.runs}):
        down, across = across, down
    rows, columns = (tuple(dict.fromkeys(run.words[name] for run in overview.runs)) for name in (down, across))
    known = {(run.words[down], run.words[across]): run for run in overview.runs}
    heads = [
        Column(title=parameter(down, language), heads_row=True),
        *(Column(title=titled(word.of(language)), numeric=True) for word in columns),
    ]
    body: list[Row] = [[row.of(language), *(_shaded(known[row, column], share) for column in columns)] for row in rows]
    title = say("runs_crossed_title", language, figure=figure_name(share, language))
    grid = table(heads, body, id="crossed", caption=title, titled=True, class_="dense")
    return section(
        grid,
        shades(language),
        id="crossed-section",
        title=title,
        subject=overview.subject,
        lead=say("runs_crossed_lead", language),
    )


def _crosses(overview: Overview) -> bool:
    counts = [len({run.words[name] for run in overview.runs}) for name in overview.varied]
    return len(counts) == 2 and min(counts) > 1 and bool(overview.main)


def runs_table(overview: Overview, *, language: Language = "zh") -> Section:
    """Return every run with its main figures and a link to its page; it sorts with the page's script."""
    grid = _turned(overview, language) if overview.is_wide(language) else _listed(overview, language)
    file = element("p", element("a", "runs.csv", href="runs.csv"), " · ", say("runs_file", language))
    key = shades(language) if any(map(_is_coloured, overview.shown(language))) and not _crosses(overview) else None
    title = say("runs_table_title", language)
    return section(grid, key, file, id="runs-list", title=title, subject=overview.subject)


def _listed(overview: Overview, language: Language) -> Html:
    """Return a row for each run."""
    figures = overview.shown(language)
    columns = [
        *(Column(title=parameter(name, language), heads_row=not place) for place, name in enumerate(overview.varied)),
        *(Column(title=figure_name(name, language), numeric=_is_number(overview, name)) for name in figures),
    ]
    rows = [
        [*_named(run, language), *(_figure(overview, run, name, language) for name in figures)]
        if not run.error
        else _lost(run, columns, language)
        for run in overview.runs
    ]
    marks: list[dict[str, Attribute]] = [{"data_run": run.key} for run in overview.runs]
    caption, sortable = say("runs_table_caption", language), say("list_sort", language)
    return table(columns, rows, id="runs-table", caption=caption, class_="dense runs", sortable=sortable, row_attributes=marks)


def _turned(overview: Overview, language: Language) -> Html:
    """Return a column for each run, with the link to its page in its head."""
    columns = [
        Column(title=titled(say("runs_figure", language)), heads_row=True),
        *(Column(title=join([join(_named(run, language), " · ")]), numeric=True) for run in overview.runs),
    ]
    rows: list[Row] = [
        [figure_name(name, language), *(_figure(overview, run, name, language) for run in overview.runs)]
        for name in overview.shown(language)
    ]
    return table(columns, rows, id="runs-table", caption=say("runs_turned_caption", language), class_="dense")


def parameter(name: str, language: Language) -> str:
    """Return what a parameter is called; one without a word of ours by its own name."""
    return titled(_parameter(name, language)) if f"parameter_{name}" in texts() else name


def _parameter(name: str, language: Language) -> str:
    return say(f"parameter_{name}", language) if f"parameter_{name}" in texts() else name


def value_text(overview: Overview, name: str, value: str, language: Language) -> Content:
    """Return the value of a parameter in words, where there are some; else as it was given."""
    if name == "stops":
        stops = [[_word("facility", kind, language) for kind in stop.split("|")] for stop in value.split("+")]
        return " → ".join(say("runs_or", language).join(stop) for stop in stops)
    if name in GROUPS and value in keys(GROUPS[name]):
        return _word(GROUPS[name], value, language)
    key = f"siting_for_{value}" if name == "objective" else f"value_{name}_{value}"
    if key in texts():
        return say(key, language)
    if name.endswith(("_min", "_m")) or name in {"number", "period"}:
        return value.removesuffix(".0")
    place = _place(overview, name, value, language)
    return place or element("code", value)


def _word(group: str, name: str, language: Language) -> str:
    return label(group, name).of(language) if name in keys(group) else name


def _place(overview: Overview, name: str, code: str, language: Language) -> str:
    """Return the name of a community or subdistrict of the city; '' for anything else."""
    if overview.city is None or name not in {"community", "subdistrict"}:
        return ""
    column = overview.city.communities[f"{name}_code"].astype(str)
    inside = [own for own, found in zip(overview.city.codes, column, strict=True) if found == code]
    if not inside:
        return ""
    names = overview.city.name_of if name == "community" else overview.city.subdistrict_of
    return names(str(inside[0])).of(language)


def figure_name(name: str, language: Language) -> str:
    """Return what a figure is called: ``share_library`` as its service; one without a word of ours by its own name."""
    if f"figure_{name}" in texts():
        return titled(say(f"figure_{name}", language))
    kind = name.removeprefix("share_")
    return titled(label("facility", kind).of(language)) if kind in keys("facility") else name


def figure_text(name: str, value: Figure) -> str:
    """Return a figure as it is printed, by what its name says of its unit.

    Examples
    --------
    >>> figure_text("share_within", 0.829), figure_text("median_min", 7.25), figure_text("objective", "fairest")
    ('82.9 %', '7.2', 'fairest')
    """
    if isinstance(value, str):
        return value
    if name.startswith("share_") or name.endswith("_share") or name in SHARES:
        return f"{number(100 * value, digits=1)} %"
    return number(value, digits=1) if name.endswith("_min") else number(value)


def _shaded(run: RunPage, share: str) -> Cell:
    value = run.figures.get(share)
    if not isinstance(value, float | int):
        return Cell(_linked(run, MISSING))
    return shaded(value, link=run.link, marks={"data_run": run.key, "data_field": share})


def _linked(run: RunPage, text: str) -> Html:
    return element("a", text, href=run.link, style="color:inherit") if run.link else join([text])


def _named(run: RunPage, language: Language) -> list[Html | str]:
    first, *others = run.words.values()
    return [
        element("a", first.of(language), href=run.link) if run.link else first.of(language),
        *(w.of(language) for w in others),
    ]


def _lost(run: RunPage, columns: Sequence[Column], language: Language) -> list[Html | str]:
    """Return the row of a run that failed: its reason in place of its figures."""
    named = _named(run, language)
    return [join([named[0], element("small", run.error, lang="en")]), *named[1:], *[""] * (len(columns) - len(named))]


def _figure(overview: Overview, run: RunPage, name: str, language: Language) -> Cell | str:
    if name not in run.figures:
        return ""
    value, marks = run.figures[name], {"data_run": run.key, "data_field": name}
    if name.endswith("_community") and overview.city is not None and value in overview.city.codes:
        return Cell(overview.city.name_of(str(value)).of(language), {**marks, "data_value": value})
    if _is_coloured(name) and isinstance(value, float | int):
        return shaded(value, marks=marks)
    return Cell(figure_text(name, value), {**marks, "data_value": value})


def _is_coloured(name: str) -> bool:
    return name.startswith("share_") and name not in NO_GOOD


def _is_number(overview: Overview, name: str) -> bool:
    return all(not isinstance(run.figures.get(name, 0.0), str) for run in overview.runs)
