"""What holds for every standard and checklist that comes with the package."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from importlib.resources import files

import pytest

from friendly_city.labels import Text, keys, label
from friendly_city.standards.load import checklist_names, load_checklist, load_standard, standard_names
from friendly_city.standards.model import Friendliness, Obligation, SubjectKind, TextBasis
from friendly_city.standards.reader import read_nodes
from friendly_city.standards.requirement import Attest, ThresholdBasis

STANDARDS = {name: load_standard(name) for name in standard_names()}
CHECKLISTS = {name: load_checklist(name) for name in checklist_names()}
COMMUNITY = CHECKLISTS["community"]
SECTIONS = {"db4403-t-236-2022": ("SZ236-",), "futian-norms-2022": ("FT-",), "szpsg-2025": ("SZ-USG-", "SZ-T541-")}
"""How the keys of a standard's rows in the dossier begin; for the other standards see `test_rows`."""
SUBSYSTEMS = (
    "health",
    "education",
    "culture_sport",
    "play",
    "mobility",
    "community_family",
    "social_security",
    "legal_protection",
)
HAN = re.compile(r"[\u4e00-\u9fff]")

standards = pytest.mark.parametrize("standard", STANDARDS.values(), ids=STANDARDS)
checklists = pytest.mark.parametrize("checklist", CHECKLISTS.values(), ids=CHECKLISTS)


def texts(value):
    """Every text within an object."""
    if isinstance(value, Text):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name))
    elif isinstance(value, tuple):
        for child in value:
            yield from texts(child)


def nodes(node):
    yield node
    for child in (*node.items, *node.mapping.values()):
        yield from nodes(child)


@standards
def test_a_standard_has_the_id_of_its_file(standard):
    assert STANDARDS[standard.id] is standard


@checklists
def test_a_checklist_has_the_id_of_its_file(checklist):
    assert CHECKLISTS[checklist.id] is checklist


@pytest.mark.parametrize("document", [*STANDARDS.values(), *CHECKLISTS.values()], ids=[*STANDARDS, *CHECKLISTS])
def test_every_text_is_there_in_chinese_and_in_english(document):
    found = list(texts(document))
    assert len(found) > 10
    assert [text for text in found if not HAN.search(text.zh)] == []
    assert [text for text in found if not re.search(r"[A-Za-z]", text.en)] == []
    assert [text for text in found if text.zh.strip() != text.zh or text.en.strip() != text.en] == []


@standards
def test_every_clause_says_how_and_where_its_text_is_known(standard):
    assert [clause.id for clause in standard.clauses if not clause.source.strip()] == []
    assert {str(clause.text_basis) for clause in standard.clauses} <= set(keys("text_basis"))


def test_a_standard_whose_text_was_not_seen_claims_no_full_text():
    assert {clause.text_basis for clause in STANDARDS["db4403-t-236-2022"].clauses} == {TextBasis.SUMMARY, TextBasis.HEADING}


def test_clauses_read_in_full_have_their_number_where_the_document_numbers_them():
    assert [clause.id for clause in STANDARDS["szpsg-2025"].clauses if not clause.number] == []


@standards
def test_a_row_of_the_dossier_belongs_to_one_standard_and_one_clause(standard):
    found = [key for clause in standard.clauses for key in clause.keys]
    assert [key for key in found if not key.startswith(SECTIONS.get(standard.id, ("",)))] == []
    assert [key for key, times in Counter(found).items() if times > 1] == []


def test_no_row_of_the_dossier_is_in_two_standards():
    found = Counter(key for standard in STANDARDS.values() for clause in standard.clauses for key in clause.keys)
    assert {key for key, times in found.items() if times > 1} == set()


def test_the_standards_hold_the_rows_of_their_sections():
    assert {name: sum(len(clause.keys) for clause in STANDARDS[name].clauses) for name in SECTIONS} == {
        "db4403-t-236-2022": 29,
        "futian-norms-2022": 12,
        "szpsg-2025": 53,
    }


@standards
def test_a_clause_known_by_its_title_bears_no_threshold(standard):
    headings = {clause.id for clause in standard.clauses if clause.text_basis is TextBasis.HEADING}
    assert [c.id for c in standard.criteria if c.clause in headings and not isinstance(c.requirement, Attest)] == []


@standards
def test_a_figure_restored_from_a_damaged_copy_is_not_called_verified(standard):
    assert [clause.id for clause in standard.clauses if "⚠" in clause.text.zh + clause.text.en and clause.verified] == []
    assert [clause.id for clause in standard.clauses if not clause.verified and clause.note is None] == []


def test_the_three_damaged_figures_of_the_planning_standard_are_unverified():
    unverified = [clause for clause in STANDARDS["szpsg-2025"].clauses if not clause.verified]
    assert len(unverified) >= 3


@standards
def test_what_is_ours_is_said_to_be_ours(standard):
    basis = {c.id: getattr(getattr(c.requirement, "threshold", None), "basis", None) for c in standard.criteria}
    assert [c.id for c in standard.criteria if basis[c.id] is ThresholdBasis.OURS and c.ours is None] == []


@standards
def test_a_comparator_never_binds(standard):
    comparators = {clause.id for clause in standard.clauses if clause.text_basis is TextBasis.COMPARATOR}
    assert [c.id for c in standard.criteria if c.clause in comparators and c.obligation is Obligation.SHALL] == []


@standards
def test_the_dimensions_are_the_eight_subsystems(standard):
    assert [dimension.id for dimension in standard.dimensions] == list(SUBSYSTEMS)


@standards
def test_words_of_a_standard_have_labels(standard):
    for group, found in {
        "obligation": {c.obligation for c in standard.criteria},
        "friendliness": {c.friendliness for c in standard.criteria},
        "text_basis": {clause.text_basis for clause in standard.clauses},
        "unit": {c.requirement.threshold.unit for c in standard.criteria if not isinstance(c.requirement, Attest)},
    }.items():
        assert {str(word) for word in found} <= set(keys(group))


def test_criterion_ids_are_unique_over_all_standards():
    found = Counter(criterion.id for standard in STANDARDS.values() for criterion in standard.criteria)
    assert [name for name, times in found.items() if times > 1] == []


def test_the_community_checklist_is_wide_enough():
    assert len(COMMUNITY.items) >= 60
    assert {item.criterion.dimension for item in COMMUNITY.items} == set(SUBSYSTEMS)
    assert {item.criterion.friendliness for item in COMMUNITY.items} == set(Friendliness)
    assert {item.criterion.subject for item in COMMUNITY.items} == {SubjectKind.COMMUNITY, SubjectKind.FACILITY}
    assert len({band for item in COMMUNITY.items for band in item.criterion.age_bands}) == 4


@checklists
def test_only_what_shall_be_is_a_gate(checklist):
    gates = [item for item in checklist.items if item.gate]
    assert gates or checklist is not COMMUNITY
    assert {item.criterion.obligation for item in gates} <= {Obligation.SHALL}


@checklists
def test_a_should_never_costs_as_much_as_a_shall(checklist):
    weights = [item.weight for item in checklist.items if item.criterion.obligation is Obligation.SHALL]
    least = min(weights, default=3.0)
    assert all(item.weight < least for item in checklist.items if item.criterion.obligation is not Obligation.SHALL)


@checklists
def test_what_no_standard_says_is_said_to_be_ours(checklist):
    said = " ".join(choice.en.lower() for choice in checklist.choices)
    assert "weight" in said
    assert "grade" in said
    assert any("本项目" in choice.zh for choice in checklist.choices)


@pytest.mark.parametrize(
    "place", [f"catalogue/{name}.yaml" for name in STANDARDS] + [f"checklists/{name}.yaml" for name in CHECKLISTS]
)
def test_every_key_and_scalar_of_a_file_is_plain_text_without_spaces_at_its_ends(place):
    tree = read_nodes(files("friendly_city.standards").joinpath(place).read_bytes(), place)
    assert [node.path for node in nodes(tree) if node.text != node.text.strip() or "\t" in node.text] == []


@standards
def test_each_figure_of_a_band_stands_in_the_clause_that_is_cited(standard):
    """In its text, in its note, or in what is said to be our reading of it: whoever follows the link finds the figure."""
    for criterion in standard.criteria:
        threshold = getattr(criterion.requirement, "threshold", None)
        if threshold is None or not threshold.bands:
            continue
        clause = standard.clause(criterion.clause)
        said = "".join(text.zh for text in (clause.text, clause.note, criterion.ours) if text).replace(",", "")
        figures = {
            limit for band in threshold.bands for limit in (band.limits.at_least, band.limits.at_most) if limit is not None
        }
        missing = [figure for figure in sorted(figures) if f"{figure:g}" not in said and f"{100 * figure:g}" not in said]
        assert not missing, (criterion.id, missing, said)


WIDER = {
    "primary_school": "学校",
    "middle_school": "学校",
    "nine_year_school": "学校",
    "library": "图书馆",
    "play_site": "游戏场",
    "public_toilet": "公厕",
    "residential_plot": "小区",
}
"""What else a kind of facility is called in a remedy."""


@standards
def test_a_remedy_stands_alone_and_names_what_is_to_be_mended(standard):
    for criterion in standard.criteria:
        where = getattr(criterion.requirement, "where", None) or getattr(
            getattr(criterion.requirement, "denominator", None), "where", None
        )
        kinds = next((c.any_of for c in where.conditions if c.field == "kind"), ()) if where else ()
        if criterion.subject is SubjectKind.FACILITY and kinds:
            names = [label("facility", kind).zh for kind in kinds] + [WIDER.get(kind, "") for kind in kinds]
            assert any(name and name in criterion.remedy.zh for name in names), (criterion.id, criterion.remedy.zh)


@checklists
def test_a_standard_younger_than_what_it_judges_is_said_to_be(checklist):
    said = " ".join(choice.en for choice in checklist.choices)
    for standard in checklist.standards:
        issued = standard.in_force or standard.issued
        assert issued is None or issued.year < 2022 or issued.isoformat() in said, standard.id


FORBIDDEN = {"zh": re.compile("否决|关口|限级|条目|审计|准则(?!》|[（(])|不满足"), "en": re.compile(r"\bunmet\b|\bveto\b")}
"""Second names of a gate, a criterion, an audit, not met."""


def test_one_idea_has_one_name():
    import yaml

    folder = files("friendly_city")
    places = [
        "labels.yaml",
        "report/texts.yaml",
        "report/district_texts.yaml",
        "report/opening_texts.yaml",
        *(f"standards/checklists/{n}.yaml" for n in CHECKLISTS),
    ]
    places += [f"standards/catalogue/{name}.yaml" for name in STANDARDS]
    for place in places:
        tree = yaml.safe_load(folder.joinpath(place).read_text(encoding="utf-8"))
        for language, text in said_in(tree):
            found = FORBIDDEN[language].search(re.sub(r"\{\w+\}|深圳市城市规划标准与准则|规划标准与准则|标准与准则", "", text))
            assert not found, (place, found[0], text)


def said_in(tree):
    """Every text below a key zh or en."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key in FORBIDDEN and isinstance(value, str):
                yield key, value
            else:
                yield from said_in(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from said_in(value)
