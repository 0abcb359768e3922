"""How the page was worked out, from what data, under which licence, and how to make it again."""

from __future__ import annotations

import base64
import csv
import io
from collections import Counter
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from friendly_city.access.network import once_per_city
from friendly_city.audit.measures.context import covers
from friendly_city.labels import Language, keys, label, number
from friendly_city.report.changes import changes_shown
from friendly_city.report.html import Column, Html, details, element, join, link, rating_tag, safe, slug, table
from friendly_city.report.once import once_per_audit
from friendly_city.report.published import published_rows
from friendly_city.report.section import Section, section
from friendly_city.report.shown import attributed, finding_anchor, items_list, titled
from friendly_city.report.words import say, worded

if TYPE_CHECKING:
    from friendly_city.access.impedance import WalkingSpeed
    from friendly_city.audit.model import Audit, CommunityAudit
    from friendly_city.city.model import City, DataSource
    from friendly_city.standards.model import Checklist

PARTS = ("friendly-city", "pandas", "geopandas", "shapely", "scipy", "matplotlib")
"""Packages whose versions are printed, because they work out or draw the numbers."""
HASH_LENGTH = 12
DOWNLOAD = (
    "criterion_id",
    "dimension",
    "obligation",
    "standard",
    "clause",
    "rating",
    "degree",
    "value",
    "unit",
    "threshold",
    "method",
    "evidence",
)
"""Columns of the findings that a page carries for download, before the reason in its language."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@worded
def method_section(c: CommunityAudit, *, language: Language = "zh", edition: str = "public") -> Section:  # noqa: ARG001 - one signature for all
    """Return definitions, formulas, weights, grade lines, choices of ours, walking speeds and how clauses are known."""
    lead = say("method_lead", language)
    return section(_method(c.audit, language), id="method", title=say("method", language), subject=c.code, lead=lead)


@once_per_audit
def _method(audit: Audit, language: Language) -> Html:
    formulas = [say(f"formula_{name}", language) for name in ("score", "bounds", "rank", "gain")]
    definitions = element(
        "dl",
        *(element("dt", rating_tag(r, language)) + element("dd", say(f"mean_{r}", language)) for r in keys("rating")),
        class_="means",
    )
    left = join([element("h3", say("ratings_mean", language)), definitions])
    right = join([element("h3", say("formula", language)), items_list(list(formulas))])
    tables = element(
        "div",
        element("div", _weights(audit.checklist, language)),
        element("div", _grades(audit.checklist, language)),
        class_="columns",
    )
    paper = element("p", say("paper_method", language), class_="on-paper")
    chosen = [choice.of(language) for choice in audit.checklist.choices]
    choices = element(
        "div",
        element("h3", say("choices", language)),
        element("p", say("choices_of_base", language, base=audit.checklist.base), class_="small")
        if audit.checklist.changes
        else None,
        items_list(list(chosen), class_="plain choices"),
        _ours(audit.checklist, language),
        _walking(language),
        class_="on-screen",
    )
    columns = element("div", element("div", left), element("div", right), class_="columns")
    changed = changes_shown(audit.checklist, language)
    return join([columns, tables, changed, _text_basis(audit.checklist, language), paper, choices])


def _ours(checklist: Checklist, language: Language) -> Html | None:
    """Return what this project chose in single criteria, folded."""
    chosen = [(item, item.criterion.ours) for item in checklist.items if item.criterion.ours]
    if not chosen:
        return None
    columns = [Column(title=say("criterion", language), width="34%", heads_row=True), Column(title=say("ours_what", language))]
    rows = [(link(finding_anchor(i.id), titled(i.criterion.title.of(language))), ours.of(language)) for i, ours in chosen]
    grid = table(
        columns, rows, id="ours-table", caption=say("ours_caption", language), layout="cards", class_="fixed",
        row_attributes=[{"id": slug("ours", item.id)} for item, _ in chosen],
    )  # fmt: skip
    return details(say("ours_of", language, count=len(rows)), grid)


def _weights(checklist: Checklist, language: Language) -> Html:
    columns = [
        Column(title=say("obligation", language), heads_row=True),
        *(Column(title=say(name, language), numeric=True) for name in ("weight", "criteria_count", "of_which_gates")),
    ]
    rows = []
    for obligation in keys("obligation"):
        items = [item for item in checklist.items if item.criterion.obligation.value == obligation]
        weights = sorted({item.weight for item in items}, reverse=True)
        if items:
            shown = " / ".join(number(weight) for weight in weights)
            rows.append(
                (label("obligation", obligation).of(language), shown, str(len(items)), str(sum(item.gate for item in items)))
            )
    heading = element("h3", say("weights", language))
    return join([heading, table(columns, rows, id="weights-table", caption=say("weights_caption", language))])


def _grades(checklist: Checklist, language: Language) -> Html:
    cap = next(grade for grade in checklist.grades if grade.id == checklist.gate_cap)
    caption = say("grades_caption", language, cap=cap.title.of(language), minimum=f"{number(100 * checklist.minimum_coverage)} %")
    columns = [Column(title=say("grade", language), heads_row=True), Column(title=say("from_score", language), numeric=True)]
    grades = sorted(checklist.grades, key=lambda grade: -grade.at_least)
    rows = [(titled(grade.title.of(language)), number(grade.at_least)) for grade in grades]
    return join([element("h3", say("grades", language)), table(columns, rows, id="grades-table", caption=caption)])


def _text_basis(checklist: Checklist, language: Language) -> Html:
    clauses = {(item.standard.id, item.clause.id): item.clause for item in checklist.items}
    found = Counter(clause.text_basis.value for clause in clauses.values())
    columns = [
        Column(title=say("basis_kind", language), heads_row=True),
        Column(title=say("clauses_count", language), numeric=True),
    ]
    rows = [
        (join([label("text_basis", basis).of(language), element("small", say(f"basis_{basis}", language))]), str(found[basis]))
        for basis in keys("text_basis")
        if found[basis]
    ]
    heading = element("h3", say("text_basis", language))
    return join([heading, table(columns, rows, id="text-basis-table", caption=say("text_basis_caption", language), titled=True)])


def _walking(language: Language) -> Html:
    from friendly_city.access.impedance import WALKING

    columns = [
        Column(title=say("age_band", language), heads_row=True),
        Column(title=say("speed", language), unit=say("m_per_min", language), numeric=True),
        Column(title=say("source", language)),
    ]
    bands: dict[WalkingSpeed, list[str]] = {}
    for band, speed in WALKING.items():
        bands.setdefault(speed, []).append(label("age_band", band).of(language))
    separator = "、" if language == "zh" else ", "
    rows = [(separator.join(names), number(speed.m_per_min), speed.source.of(language)) for speed, names in bands.items()]
    grid = table(columns, rows, id="walking-table", layout="cards", caption=say("walking_caption", language), titled=True)
    return join([element("h3", say("walking", language)), grid])


@worded
def data_section(c: CommunityAudit, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return registers, provenance, licences, digests, versions, how to make the page again, and the findings to download."""
    parts = (
        _registers(c, language),
        _sources(c.audit, language),
        element("h3", say("reproduce", language)),
        element("p", say("reproduce_lead", language), class_="lead"),
        element("pre", element("code", commands(c, language=language, edition=edition))),
        element("h3", say("versions", language)),
        element("p", versions(), class_="small"),
        _hashes(c.audit, language),
        element("p", download_link(c, language, edition=edition), class_="download"),
    )
    return section(*parts, id="data", title=say("data", language), subject=c.code)


def _registers(c: CommunityAudit, language: Language) -> Html:
    columns = [
        Column(title=say("register", language), heads_row=True),
        Column(title=say("rows", language), numeric=True),
        Column(title=say("reporting", language)),
        Column(title=say("provenance", language)),
    ]
    rows = []
    for name, counts in _row_counts(c.city).items():
        known = counts.get(c.code, Counter())
        shown = " · ".join(f"{label('provenance', key).of(language)} {known[key]}" for key in sorted(known) if key)
        rows.append((label("register", name).of(language), str(known.total()), _reporting(c, name, language), shown))
    heading = element("h3", say("data_registers", language))
    return join([heading, table(columns, rows, id="registers-table", caption=say("data_registers", language), titled=True)])


@once_per_city
def _row_counts(city: City) -> dict[str, dict[str, Counter[str]]]:
    """Return how many rows of each provenance ('' where it is not said) a register has of each community."""
    counts: dict[str, dict[str, Counter[str]]] = {}
    for name, frame in city.registers.items():
        if name != "reporting" and "community_code" in frame:
            provenance = frame["provenance"].astype(str) if "provenance" in frame else [""] * len(frame)
            of_register = counts.setdefault(name, {})
            for (code, kind), count in Counter(zip(frame["community_code"], provenance, strict=True)).items():
                of_register.setdefault(code, Counter())[kind] += count
    return counts


def _reporting(c: CommunityAudit, register: str, language: Language) -> str:
    separator = "；" if language == "zh" else "; "
    return separator.join(_state(state, kind, language) for state, kind in _states(c.audit).get((c.code, register), ()))


@once_per_audit
def _states(audit: Audit) -> dict[tuple[str, str], list[tuple[str, object]]]:
    """Return state and kind of facility of what each community reported of each register for the period."""
    found: dict[tuple[str, str], list[tuple[str, object]]] = {}
    if audit.city.has("reporting"):
        frame = audit.city.register("reporting")
        columns = (frame[name].tolist() for name in ("community_code", "register", "state", "kind"))
        for code, register, state, kind, now in zip(*columns, covers(frame, audit.period), strict=True):
            reported = found.setdefault((code, register), [])
            if now:
                reported.append((state, kind))
        for reported in found.values():
            reported.extend([] if reported else [("not_reported", "")])
    return found


def _state(state: str, kind: object, language: Language) -> str:
    said = say(f"state_{state}", language)
    if not isinstance(kind, str) or not kind:
        return said
    return say("state_kinds", language, state=said, kind=label("facility", kind).of(language))


@cache
def versions() -> str:
    """Return the packages that work out or draw the numbers, with their versions."""
    return " · ".join(f"{name} {version(name)}" for name in PARTS)


@once_per_audit
def _sources(audit: Audit, language: Language) -> Html:
    city = audit.city
    known = [name for name in ("licence", "url", "accessed") if any(getattr(source, name) for source in city.sources)]
    columns = [Column(title=say("source", language), heads_row=True), *(Column(title=say(name, language)) for name in known)]
    rows = [(source.title.of(language), *(_of_source(source, name, language) for name in known)) for source in city.sources]
    heading = element("h3", say("data_sources", language))
    return join(
        [
            heading,
            attributed(city, language),
            table(
                columns,
                rows,
                id="sources-table",
                layout="cards",
                caption=say("data_sources", language),
                titled=True,
                class_="addresses",
            ),
        ]
    )


def _of_source(source: DataSource, name: str, language: Language) -> str:
    value = str(getattr(source, name))
    return say("licence_facts", language) if (name, value) == ("licence", "facts") else value


@once_per_audit
def _hashes(audit: Audit, language: Language) -> Html | None:
    city = audit.city
    if not city.hashes:
        return None
    columns = [Column(title=say("file", language), heads_row=True), Column(title=say("fingerprint", language))]
    rows = [(name, element("code", digest[:HASH_LENGTH])) for name, digest in sorted(city.hashes.items())]
    heading = element("h3", say("hashes", language))
    return join([heading, table(columns, rows, id="hashes-table", caption=say("hashes", language), titled=True)])


def folder_of(city: City) -> str:
    """Return the folder of a city as one would type it from the repository, e.g. ``data/futian``."""
    return "/".join(city.folder.parts[-2:]) if len(city.folder.parts) > 1 else str(city.folder)


def commands(c: CommunityAudit, *, language: Language, edition: str) -> str:
    """Return the two command lines that make this page again."""
    folder, period = folder_of(c.city), c.period.label
    return (
        f"friendly-city audit {folder} --checklist {c.checklist.id} --period {period} --community {c.code} "
        f"--lang {language} --edition {edition} --out reports/{period}\n"
        f"papermill notebooks/audit_community.ipynb audit.ipynb -r city {folder} -r checklist {c.checklist.id} "
        f"-r community {c.code} -r period {period} -r language {language} -r edition {edition}"
    )


def findings_csv(c: CommunityAudit, language: Language, *, edition: str = "public") -> str:
    """Return this community's findings as CSV, as far as the edition gives them.

    Text that a spreadsheet would take for a formula gets an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = (*DOWNLOAD, f"reason_{language}", f"remedy_{language}")
    writer.writerow(names)
    for row in published_rows(c, edition=edition):
        writer.writerow([_plain(row[name]) for name in names])
    return out.getvalue()


def _plain(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else repr(value)  # noqa: PLR0124 - NaN
    text = str(value)
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def download_link(c: CommunityAudit, language: Language, *, edition: str = "public") -> Html:
    """Return a link that carries this community's findings as a file; nothing is fetched."""
    encoded = base64.b64encode(("\ufeff" + findings_csv(c, language, edition=edition)).encode()).decode()
    words = say("download", language, count=len(c.findings))
    return element(
        "a", safe(words), href=f"data:text/csv;charset=utf-8;base64,{encoded}", download=f"findings-{c.code}-{c.period.label}.csv"
    )
