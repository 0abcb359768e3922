"""Every row of the dossier of standards (259), against a table of facts: where it is encoded, how it binds, each figure and unit.

`rows.csv` has a line for each row: what was read and how (seen, modality, threshold as written), the clause and criteria that
hold it, why it binds otherwise than the text says, why it has no criterion. `rows_figures.csv` has a line for each number of a
threshold, and where it stands: in a part of a requirement, in the title of a criterion that is asked (`attest`) or in what is
said to be ours (`ours`), in the clause's text alone (`text`, or in words: `words`), or nowhere (`left`, with the reason).
"""

from __future__ import annotations

import csv
import dataclasses
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from friendly_city.audit.measures.written import check_document
from friendly_city.standards.load import load_standard, standard_names
from friendly_city.standards.model import Obligation, TextBasis
from friendly_city.standards.requirement import Attest, Indicator, ThresholdBasis

HERE = Path(__file__).parent
CATALOGUE = HERE.parents[1] / "friendly_city" / "standards" / "catalogue"
STANDARDS = {name: load_standard(name) for name in standard_names()}
CRITERIA = {criterion.id: criterion for standard in STANDARDS.values() for criterion in standard.criteria}
CLAUSES = {(name, clause.id): clause for name, standard in STANDARDS.items() for clause in standard.clauses}


def table(name):
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = table("rows.csv")
FIGURES = table("rows_figures.csv")
BASIS = {"F": TextBasis.FULL, "P": TextBasis.SUMMARY, "S": TextBasis.SECONDARY, "C": TextBasis.COMPARATOR, "H": TextBasis.HEADING}
SECTIONS = {"A": 29, "B": 53, "C": 12, "D": 14, "E": 43, "F": 60, "G": 48}
NEW = {row["standard"] for row in ROWS if row["section"] in "DEFG"}

BINDS = {
    "shall": {"shall"},
    "shall (law)": {"shall"},
    "shall(●)": {"shall"},
    "stated (no 宜 in report)": {"shall"},
    "should": {"should"},
    "should; ●": {"should"},
    "encouraged": {"may"},
    "may": {"may"},
    "shall/should": {"shall", "should"},
    "should/shall": {"shall", "should"},
    "shall(●); content should": {"shall", "should"},
    "shall(●)/should": {"shall", "should"},
    "shall(●)/encouraged": {"shall", "may"},
    "should/encouraged": {"should", "may"},
    "should/may": {"should", "may"},
}
"""How a row that says 应, 宜 or 可 binds; any other modality is our reading, and is named."""

CONVERSIONS = {
    ("%", "share"): 0.01,
    ("‰", "per_1000"): 1,
    ("万", "persons"): 10_000,
    ("m", "m"): 1,
    ("m²", "m2"): 1,
    ("m²", "m2_per_person"): 1,
    ("m²", "m2_per_1000_m2"): 1,
    ("km/km²", "km_per_km2"): 1,
    ("小时", "hours"): 1,
    ("班", "classes"): 1,
    ("册", "books"): 1,
    ("区", "zones"): 1,
    ("类", "kinds"): 1,
    ("处", "count"): 1,
    ("儿童场", "count"): 1,
    ("名", "persons"): 1,
    ("名", "per_1000"): 1,
    ("场", "per_year"): 1,
    ("座", "places"): 1,
    ("座", "per_km2"): 1,
    ("per", "per_100"): 1,
    ("", "persons"): 1,
    ("", "m2"): 1,
    ("", "per_1000"): 1,
    ("", "year"): 1,
    ("", "none"): 1,
}
"""What one of a row's unit is in the criterion's unit. '' is a first figure of a range, or a unit told by the words around it."""
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
NUMERALS = dict(zip("一二三四五六七八九", range(1, 10), strict=True)) | {"十": 10, "十二": 12}
UNASKED = ("zero_at", "positive_from", "minimum_answers", "valid_months")


def numbers(text):
    return [found.replace(",", "") for found in NUMBER.findall(text)]


def said(*texts):
    return "".join(text.zh + text.en for text in texts if text).replace(",", "")


def parts(value, path=""):
    """Every number within a requirement, by its place."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path, value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from parts(getattr(value, field.name), f"{path}.{field.name}".lstrip("."))
    elif isinstance(value, tuple):
        for place, child in enumerate(value):
            name = getattr(child, "field", "") or place
            yield from parts(child, f"{path}.{name}".replace(".conditions.", "."))


def unit_of(asked, part):
    """The unit a number of a requirement is given in."""
    names = part.split(".")
    if names[0] == "threshold":
        return asked.threshold.by_unit if names[-1] in ("start", "below") else asked.threshold.unit
    plain = {"within": "within_unit"}
    if part in plain:
        return getattr(asked, plain[part])
    return {"target_year": "year", "per": "none"}.get(part) or names[-2].rsplit("_", 1)[-1]


def test_there_are_259_rows_each_once():
    assert len({row["row"] for row in ROWS}) == len(ROWS) == 259
    assert Counter(row["section"] for row in ROWS) == SECTIONS


def test_every_row_is_encoded_in_exactly_one_clause_of_one_standard():
    found = Counter((key, name, clause.id) for name, s in STANDARDS.items() for clause in s.clauses for key in clause.keys)
    assert found == Counter((row["row"], row["standard"], row["clause"]) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=[row["row"] for row in ROWS])
def test_a_row_has_its_criteria_with_their_obligations_or_a_reason_why_not(row):
    standard, clause = STANDARDS[row["standard"]], CLAUSES[row["standard"], row["clause"]]
    criteria = [criterion for criterion in standard.criteria if criterion.clause == clause.id]
    assert [criterion.id for criterion in criteria] == row["criteria"].split()
    assert clause.text_basis is BASIS[row["seen"]]
    bound = {str(criterion.obligation) for criterion in criteria}
    assert bound == set(row["obligations"].split())
    assert bool(row["departure"]) == (not bound <= BINDS.get(row["modality"], set()))
    assert bool(row["no_criterion"]) == (not criteria)
    if not criteria and row["standard"] in NEW:
        assert row["no_criterion"] == clause.note.en


@pytest.mark.parametrize("row", ROWS, ids=[row["row"] for row in ROWS])
def test_no_number_of_a_threshold_is_overlooked(row):
    source = CLAUSES[row["standard"], row["clause"]].text.zh if row["threshold"] == "见左" else row["threshold"]
    assert [line["figure"] for line in FIGURES if line["row"] == row["row"]] == numbers(source)


@pytest.mark.parametrize("line", FIGURES, ids=[f"{line['row']}-{line['figure']}" for line in FIGURES])
def test_a_figure_stands_where_the_table_says(line):
    row = next(row for row in ROWS if row["row"] == line["row"])
    clause, figure, part = CLAUSES[row["standard"], row["clause"]], line["figure"], line["part"]
    alone = re.compile(rf"(?<![\d.]){re.escape(figure)}(?!\d)")
    assert bool(line["why"]) == (part == "left")
    if part == "text":
        assert alone.search(said(clause.text, clause.note))
    elif part == "words":
        assert any(
            word in clause.text.zh + (clause.note.zh if clause.note else "") for word, n in NUMERALS.items() if n == int(figure)
        )
    elif part != "left":
        criterion = CRITERIA[line["criterion"]]
        assert criterion.clause == clause.id
        if part in ("attest", "ours"):
            assert isinstance(criterion.requirement, Attest)
            assert alone.search(said(criterion.title if part == "attest" else criterion.ours))
            return
        value = dict(parts(criterion.requirement))[part]
        assert value == pytest.approx(float(line["value"]))
        assert unit_of(criterion.requirement, part) == line["encoded_unit"]
        assert value == pytest.approx(float(figure) * CONVERSIONS[line["unit"], line["encoded_unit"]])


@pytest.mark.parametrize("name", sorted(NEW))
def test_a_standard_asks_for_no_figure_that_its_clause_does_not_give(name):
    """But those of our own: they are marked so, or are the whole ("each") with part credit."""
    standard = STANDARDS[name]
    for criterion in standard.criteria:
        asked = criterion.requirement
        if isinstance(asked, Attest):
            continue
        basis, clause = asked.threshold.basis, standard.clause(criterion.clause)
        given = {float(n) for n in numbers(said(clause.text, clause.note))} | {1.0}
        for part, value in parts(asked):
            if part.endswith(UNASKED) or (part.startswith("threshold") and basis is ThresholdBasis.OURS):
                continue
            known = {value, value * 100, value / 1000, value / 10_000} & given
            assert known or (part == "target_year" and said(criterion.ours, standard.title)), (criterion.id, part, value)


@pytest.mark.parametrize("name", sorted(NEW))
def test_a_standard_passes_the_check_of_the_command_line(name):
    assert check_document(CATALOGUE / f"{name}.yaml") == STANDARDS[name]


@pytest.mark.parametrize("name", sorted(NEW))
def test_a_clause_is_from_one_of_the_sources_listed(name):
    standard = STANDARDS[name]
    places = {place for source in standard.sources for place in (source.title, source.url) if place}
    assert {clause.source for clause in standard.clauses} <= places
    assert all(source.seen.strip() for source in standard.sources)


@pytest.mark.parametrize("name", sorted(NEW))
def test_a_standard_says_which_language_is_ours_and_declares_no_item_in_vain(name):
    standard = STANDARDS[name]
    assert "本项目" in standard.consulted.zh
    assert "our translation" in standard.consulted.en.lower()
    asked = {
        criterion.requirement.item if isinstance(criterion.requirement, Attest) else criterion.requirement.code
        for criterion in standard.criteria
        if isinstance(criterion.requirement, (Attest, Indicator))
    }
    assert set(standard.items) <= asked


def test_what_is_only_a_title_asks_for_nothing_but_records():
    titles = [row for row in ROWS if row["seen"] == "H" and row["section"] in "DEFG"]
    assert {row["row"]: row["obligations"] for row in titles if row["criteria"]} == {"BK-1": "should"}
    assert isinstance(CRITERIA["bk-1"].requirement, Attest)


def test_no_other_place_binds():
    """Comparators, the notices of other regions, Fuzhou's plan and the British rules are may at most."""
    foreign = [row for row in ROWS if row["seen"] == "C" or row["row"].startswith(("NR-R", "FZ-CDP", "FIT-", "LON-", "UK-"))]
    bound = {CRITERIA[name].obligation for row in foreign for name in row["criteria"].split()}
    assert bound == {Obligation.MAY}


def test_two_rules_on_kindergartens_stay_apart():
    """Trap 1 of the dossier: 300 m of GB 50180 and 300–500 m of JGJ 39 and Shenzhen are not averaged."""
    found = {name: CRITERIA[name] for name in ("gb50180-5-0-3a", "jgj39-3-1-3", "szpsg-t541-18")}
    assert {name: (c.requirement.within, str(c.obligation)) for name, c in found.items()} == {
        "gb50180-5-0-3a": (300, "shall"),
        "jgj39-3-1-3": (500, "should"),
        "szpsg-t541-18": (500, "should"),
    }


def test_two_rules_on_nursing_rooms_are_about_different_venues():
    """Trap 2: 10 m² above 10,000 m², 6 m² from 5,000 to 10,000 m²."""
    bounds = {}
    for name in ("nr-n1-size", "nr-r1"):
        (area,) = (c for c in CRITERIA[name].requirement.where.conditions if c.field == "floor_area_m2")
        bounds[name] = (area.at_least, area.at_most)
    assert bounds == {"nr-n1-size": (10_000, None), "nr-r1": (5_000, 10_000)}


def test_a_draft_never_binds():
    assert {str(c.obligation) for c in STANDARDS["gb-50442-draft"].criteria} == {"may"}


CLOCK = """
import time
from friendly_city.standards.load import load_standard, standard_names
names = standard_names()
start = time.process_time()
for name in names:
    load_standard(name)
print(time.process_time() - start)
"""


def test_all_standards_are_loaded_in_half_a_second_of_a_fresh_process():
    seconds = min(
        float(
            subprocess.run([sys.executable, "-c", CLOCK], cwd=HERE.parents[1], capture_output=True, text=True, check=True).stdout
        )
        for _ in range(3)
    )
    assert seconds < 0.5
