"""A standard that is wrong says what, where, and what would have been right; everything at once."""

from __future__ import annotations

import pytest

from friendly_city.errors import InvalidStandard
from tests.standards.small import STANDARD, once, said, standard_of

THRESHOLD = "{unit: m2, at_least: 6, zero_at: 3}"
ATTEST = "{kind: attest, register: documents, item: children_first}"
REQUIREMENT = """\
    requirement:
      kind: size
      of: each
      where: {kind: mother_baby_room}
      field: floor_area_m2
      threshold: {unit: m2, at_least: 6, zero_at: 3}
"""

# what is changed in the small standard, into what, and everything that is then said of small.yaml
FORM = {
    "misspelt key": (
        "    obligation: shall\n",
        "    obligaton: shall\n",
        "18:5 criteria.0: 'obligation' is missing; expected one of shall, should, may",
        "21:5 criteria.0.obligaton: unknown key 'obligaton'; expected one of id, clause, title, obligation, dimension, friendliness, subject, requirement, evidence, remedy, department, aspect, age_bands, applies_to, ours; did you mean 'obligation'?",
    ),
    "misspelt key of a requirement": (
        "      field: floor",
        "      feild: floor",
        "26:7 criteria.0.requirement: 'field' is missing; expected text",
        "29:7 criteria.0.requirement.feild: unknown key 'feild'; expected one of kind, of, where, field, threshold; did you mean 'field'?",
    ),
    "misspelt key of a threshold": (
        "at_least: 6,",
        "at_leest: 6,",
        "30:29 criteria.0.requirement.threshold.at_leest: unknown key 'at_leest'; expected one of unit, at_least, at_most, zero_at, steps, by, by_unit, bands, basis; did you mean 'at_least'?",
    ),
    "limits with a level of their own": (
        THRESHOLD,
        "{unit: m2, limits: {at_least: 6}}",
        "30:29 criteria.0.requirement.threshold.limits: unknown key 'limits'; expected one of unit, at_least, at_most, zero_at, steps, by, by_unit, bands, basis",
    ),
    "misspelt key of bounds": (
        "{kind: mother_baby_room}",
        "{floor_area_m2: {at_leest: 6}}",
        "28:31 criteria.0.requirement.where.floor_area_m2.at_leest: unknown key 'at_leest'; expected one of at_least, at_most; did you mean 'at_least'?",
    ),
    "unknown key at the top": (
        "number: 1.10\n",
        "number: 1.10\ncolour: red\n",
        "3:1 colour: unknown key 'colour'; expected one of id, number, title, issuer, issued, in_force, consulted, sources, dimensions, clauses, criteria, short, items",
    ),
    "missing key at the top": (
        "number: 1.10\n",
        "",
        "1:1: 'number' is missing; expected text",
    ),
    "missing key of a clause": (
        "{id: c1, number: 010, ",
        "{id: c1, ",
        "14:5 clauses.0: 'number' is missing; expected text",
    ),
    "missing unit": (
        "{unit: m2, at_least: 6",
        "{at_least: 6",
        "30:18 criteria.0.requirement.threshold: 'unit' is missing; expected text",
    ),
    "missing requirement": (
        REQUIREMENT,
        "",
        "18:5 criteria.0: 'requirement' is missing; expected a mapping with a kind",
    ),
    "missing text": (
        "title: {zh: 小标准, en: A small standard}\n",
        "",
        "1:1: 'title' is missing; expected a text {zh: …, en: …}",
    ),
    "one language": (
        "title: {zh: 小标准, en: A small standard}",
        "title: {zh: 小标准}",
        "3:8 title: 'en' is missing; expected text",
    ),
    "empty text": (
        "title: {zh: 小标准, en: A small standard}",
        "title: {zh: 小标准, en: ' '}",
        "3:22 title.en: an empty text; expected words",
    ),
    "third language": (
        "en: A small standard}",
        "en: A small standard, fr: x}",
        "3:40 title.fr: unknown key 'fr'; expected one of zh, en",
    ),
    "a text that is not two": (
        "title: {zh: 小标准, en: A small standard}",
        "title: A small standard",
        "3:8 title: 'A small standard'; expected a text {zh: …, en: …}",
    ),
    "a list for a text": (
        "en: A small standard}",
        "en: [A, B]}",
        "3:22 title.en: a list; expected text",
    ),
    "a text for a list": (
        "keys: [K-1]",
        "keys: K-1",
        "14:89 clauses.0.keys: 'K-1'; expected a list",
    ),
    "a mapping for a list": (
        "criteria:\n  - id: s-rooms",
        "criteria:\n    id: s-rooms",
        "34:3: not YAML: expected <block end>, but found '<block sequence start>'; expected valid YAML",
    ),
    "unknown obligation": (
        "obligation: shall",
        "obligation: must",
        "21:17 criteria.0.obligation: 'must'; expected one of shall, should, may",
    ),
    "misspelt obligation": (
        "obligation: shall",
        "obligation: shal",
        "21:17 criteria.0.obligation: 'shal'; expected one of shall, should, may; did you mean 'shall'?",
    ),
    "misspelt basis of a text": (
        "text_basis: full",
        "text_basis: ful",
        "14:63 clauses.0.text_basis: 'ful'; expected one of full, summary, secondary, comparator, heading; did you mean 'full'?",
    ),
    "unknown age band": (
        "    subject: facility\n",
        "    subject: facility\n    age_bands: [0-3, 3-7]\n",
        "25:22 criteria.0.age_bands.1: '3-7'; expected one of 0-3, 3-6, 6-12, 12-18; did you mean '3-6'?",
    ),
    "unknown kind of requirement": (
        "      kind: size\n",
        "      kind: sise\n",
        "26:13 criteria.0.requirement.kind: unknown kind 'sise'; expected one of attest, count, size, ratio, frequency, access, density, response, indicator; did you mean 'size'?",
    ),
    "no kind of requirement": (
        "      kind: size\n",
        "",
        "26:7 criteria.0.requirement: 'kind' is missing; expected one of attest, count, size, ratio, frequency, access, density, response, indicator",
    ),
    "a text for a requirement": (
        ATTEST,
        "attest",
        "41:18 criteria.1.requirement: 'attest'; expected a mapping with a kind",
    ),
    "unknown measure": (
        "      register: meetings\n",
        "      register: meetings\n      measure: often\n",
        "55:16 criteria.2.requirement.measure: 'often'; expected one of events, months, participants, mean_participants",
    ),
    "unknown register of a frequency": (
        "register: meetings",
        "register: meeting",
        "54:17 criteria.2.requirement.register: 'meeting'; expected one of activities, meetings; did you mean 'meetings'?",
    ),
    "a word for a number": (
        "at_least: 6,",
        "at_least: six,",
        "30:39 criteria.0.requirement.threshold.at_least: 'six'; expected a number",
    ),
    "a unit with the number": (
        "at_least: 6,",
        "at_least: 6 m2,",
        "30:39 criteria.0.requirement.threshold.at_least: '6 m2'; expected a number alone; its unit stands apart",
    ),
    "a share in per cent": (
        "at_least: 6,",
        "at_least: 80%,",
        "30:39 criteria.0.requirement.threshold.at_least: '80%'; expected a share from 0 to 1: 0.8",
    ),
    "another word for a limit": (
        "at_least: 6,",
        "min: 6,",
        "30:29 criteria.0.requirement.threshold.min: unknown key 'min'; expected one of unit, at_least, at_most, zero_at, steps, by, by_unit, bands, basis; did you mean 'at_least'?",
    ),
    "a number with underscores": (
        "at_least: 6,",
        "at_least: 1_000,",
        "30:39 criteria.0.requirement.threshold.at_least: '1_000'; expected a number",
    ),
    "not a number": (
        "at_least: 6,",
        "at_least: nan,",
        "30:39 criteria.0.requirement.threshold.at_least: 'nan'; expected a number",
    ),
    "an infinite number": (
        "at_least: 6,",
        "at_least: 1e999,",
        "30:39 criteria.0.requirement.threshold.at_least: '1e999'; expected a number",
    ),
    "not a date": (
        "issued: 2022-04-28",
        "issued: 2022-13-01",
        "5:9 issued: '2022-13-01'; expected a date YYYY-MM-DD",
    ),
    "another way to write a date": (
        "issued: 2022-04-28",
        "issued: 28.4.2022",
        "5:9 issued: '28.4.2022'; expected a date YYYY-MM-DD",
    ),
    "seconds for a date": (
        "issued: 2022-04-28",
        "issued: 86400",
        "5:9 issued: '86400'; expected a date YYYY-MM-DD",
    ),
    "yes for true": (
        "keys: [K-1]",
        "keys: [K-1], verified: yes",
        "14:106 clauses.0.verified: 'yes'; expected true or false",
    ),
    "a long value": (
        "obligation: shall",
        "obligation: " + "x" * 900,
        "21:17 criteria.0.obligation: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'; expected one of shall, should, may",
    ),
    "script": (
        "obligation: shall",
        "obligation: <script>alert(1)</script>",
        "21:17 criteria.0.obligation: '<script>alert(1)</script>'; expected one of shall, should, may",
    ),
    "filter is a text": (
        "where: {kind: mother_baby_room}",
        "where: mother_baby_room",
        "28:14 criteria.0.requirement.where: 'mother_baby_room'; expected a mapping of field to values",
    ),
    "filter value nested": (
        "where: {kind: mother_baby_room}",
        "where: {kind: [[a]]}",
        "28:22 criteria.0.requirement.where.kind.0: a list; expected text",
    ),
    "months are no whole number": (
        ATTEST,
        "{kind: attest, register: documents, item: x, valid_months: 1.5}",
        "41:77 criteria.1.requirement.valid_months: '1.5'; expected a whole number",
    ),
}

MEANING = {
    "id of a standard": (
        "id: small",
        "id: Small Standard",
        "1:5 id: id 'Small Standard'; expected a-z and 0-9, joined by -",
    ),
    "id with capitals": (
        "id: s-rooms",
        "id: S-Rooms",
        "18:9 criteria.0.id: id 'S-Rooms'; expected a-z and 0-9, joined by -",
    ),
    "id with an underscore": (
        "id: s-rooms",
        "id: s_rooms",
        "18:9 criteria.0.id: id 's_rooms'; expected a-z and 0-9, joined by -",
    ),
    "id given twice": (
        "id: s-principle",
        "id: s-rooms",
        "34:9 criteria.1.id: id 's-rooms' given twice (first in line 18); expected an id of its own",
    ),
    "clause given twice": (
        "id: c2,",
        "id: c1,",
        "15:10 clauses.1.id: id 'c1' given twice (first in line 14); expected an id of its own",
        "35:13 criteria.1.clause: no clause 'c2'; expected one of c1, c3",
    ),
    "dimension given twice": (
        "{id: community_family, title",
        "{id: play, title",
        "12:10 dimensions.1.id: id 'play' given twice (first in line 11); expected an id of its own",
        "38:16 criteria.1.dimension: no dimension 'community_family'; expected play",
        "49:16 criteria.2.dimension: no dimension 'community_family'; expected play",
    ),
    "unknown clause": (
        "clause: c3",
        "clause: c33",
        "46:13 criteria.2.clause: no clause 'c33'; did you mean 'c3'?",
    ),
    "unknown dimension": (
        "dimension: play",
        "dimension: plays",
        "22:16 criteria.0.dimension: no dimension 'plays'; did you mean 'play'?",
    ),
    "no source": (
        "text_basis: full, source: page",
        "text_basis: full, source: ''",
        "14:77 clauses.0.source: an empty source; expected where the clause was seen",
    ),
    "a threshold on a title": (
        ATTEST,
        "{kind: count, register: documents, threshold: {unit: documents, at_least: 1}}",
        "41:18 criteria.1.requirement: a requirement of kind 'count' on a clause of which only the title is known; expected kind: attest",
    ),
    "binding by a comparator": (
        "obligation: may",
        "obligation: shall",
        "48:17 criteria.2.obligation: 'shall' on a clause that is a comparator; expected should or may",
    ),
    "our own threshold unexplained": (
        "zero_at: 3}",
        "zero_at: 3, basis: ours}",
        "30:61 criteria.0.requirement.threshold.basis: a threshold of our own that nothing explains; expected 'ours' in the criterion",
    ),
    "unknown unit": (
        "unit: m2",
        "unit: sqm",
        "30:25 criteria.0.requirement.threshold.unit: unknown unit 'sqm'; expected one of m, km, m2, ha, km2, min, hours, months, count, kinds, zones, documents, persons, books, places, classes, share, per_1000, per_100, m2_per_person, m2_per_1000_m2, per_km2, km_per_km2, per_year, points, none; did you mean 'm2'?",
    ),
    "unit of another kind": (
        "unit: m2",
        "unit: km",
        "30:25 criteria.0.requirement.threshold.unit: unit 'km' does not fit what is measured; expected one of m2, ha, km2",
    ),
    "rate in pieces": (
        "unit: per_year",
        "unit: count",
        "55:25 criteria.2.requirement.threshold.unit: unit 'count' does not fit what is measured; expected per_year",
    ),
    "limits crossed": (
        "at_least: 6, zero_at: 3",
        "at_least: 6, at_most: 5",
        "30:39 criteria.0.requirement.threshold.at_least: at_least 6 is above at_most 5; expected at_least ≤ at_most",
    ),
    "zero within": (
        "zero_at: 3",
        "zero_at: 7",
        "30:51 criteria.0.requirement.threshold.zero_at: zero_at 7 is not outside the limits; expected below 6",
    ),
    "nothing asked": (
        "at_least: 6, zero_at: 3",
        "basis: standard",
        "30:18 criteria.0.requirement.threshold: nothing is asked; expected at_least, at_most, steps or bands",
    ),
    "only zero_at": (
        "at_least: 6, zero_at: 3",
        "zero_at: 3",
        "30:18 criteria.0.requirement.threshold: nothing is asked; expected at_least, at_most or steps",
    ),
    "filter without anything": (
        "{kind: mother_baby_room}",
        "{kind: []}",
        "28:21 criteria.0.requirement.where.kind: nothing is asked of 'kind'; expected a text, texts, or at_least, at_most",
    ),
    "filter with empty bounds": (
        "{kind: mother_baby_room}",
        "{floor_area_m2: {}}",
        "28:30 criteria.0.requirement.where.floor_area_m2: nothing is asked of 'floor_area_m2'; expected a text, texts, or at_least, at_most",
    ),
    "filter crossed": (
        "{kind: mother_baby_room}",
        "{floor_area_m2: {at_least: 6, at_most: 5}}",
        "28:30 criteria.0.requirement.where.floor_area_m2: at_least 6 is above at_most 5; expected at_least ≤ at_most",
    ),
    "applies_to crossed": (
        "    subject: facility\n",
        "    subject: facility\n    applies_to: {residential_floor_area_m2: {at_least: 6, at_most: 5}}\n",
        "25:45 criteria.0.applies_to.residential_floor_area_m2: at_least 6 is above at_most 5; expected at_least ≤ at_most",
    ),
    "item code": (
        "item: children_first",
        "item: Children First",
        "41:60 criteria.1.requirement.item: code 'Children First'; expected a-z, 0-9 and _, at most 60",
    ),
    "documents of a facility": (
        "subject: community\n    requirement: {kind: attest",
        "subject: facility\n    requirement: {kind: attest",
        "41:43 criteria.1.requirement.register: documents of a facility; expected inspections, or a community as subject",
    ),
    "attest months": (
        ATTEST,
        "{kind: attest, register: documents, item: x, valid_months: 0}",
        "41:77 criteria.1.requirement.valid_months: 0; expected more than 0",
    ),
    "attest where": (
        ATTEST,
        "{kind: attest, register: documents, item: x, where: {kind: park}}",
        "41:63 criteria.1.requirement.where: facilities are filtered, but the subject is none; expected subject: facility",
    ),
    "checklist for a standard": (
        "criteria:\n",
        "select: []\ncriteria:\n",
        "17:1 select: this is a checklist; expected a standard, with clauses and criteria",
    ),
}

# a requirement in place of the first one, which starts in line 26, and what is said of it
ASKED = {
    "access without within": (
        "{kind: access, where: {kind: park}, age_band: 3-6, threshold: {unit: share, at_least: 0.8}}",
        "7 criteria.0.requirement: 'within' is missing; expected the distance or time that can be walked",
    ),
    "supply without within": (
        "{kind: access, measure: supply, where: {kind: park}, age_band: 3-6, threshold: {unit: per_1000, at_least: 8}}",
        "7 criteria.0.requirement: 'within' is missing; expected the distance or time that can be walked",
    ),
    "access within nothing": (
        "{kind: access, where: {kind: park}, age_band: 3-6, within: 0, threshold: {unit: share, at_least: 0.8}}",
        "66 criteria.0.requirement.within: 0; expected more than 0",
    ),
    "access of adults": (
        "{kind: access, where: {kind: park}, age_band: 18-60, within: 500, threshold: {unit: share, at_least: 0.8}}",
        "53 criteria.0.requirement.age_band: no age band '18-60'; expected one of 0-3, 3-6, 6-12, 12-18, children",
    ),
    "share in per cent": (
        "{kind: access, where: {kind: park}, age_band: 3-6, within: 500, threshold: {unit: share, at_least: 80}}",
        "106 criteria.0.requirement.threshold.at_least: a share of 80; expected a number from 0 to 1",
    ),
    "share in metres": (
        "{kind: access, where: {kind: park}, age_band: 3-6, within: 500, threshold: {unit: m, at_most: 80}}",
        "89 criteria.0.requirement.threshold.unit: unit 'm' does not fit what is measured; expected share",
    ),
    "within in feet": (
        "{kind: access, where: {kind: park}, age_band: 3-6, within: 500, within_unit: ft, threshold: {unit: share, at_least: 0.8}}",
        "84 criteria.0.requirement.within_unit: 'ft'; expected one of m, km, min",
    ),
    "ratio of nothing": (
        "{kind: ratio, numerator: {register: facilities}, denominator: {}, threshold: {unit: per_1000, at_least: 1}}",
        "69 criteria.0.requirement.denominator: not one thing to count; expected one of register, population, area: true",
    ),
    "ratio of two things": (
        "{kind: ratio, numerator: {register: facilities, area: true}, denominator: {area: true}, threshold: {unit: per_km2, at_least: 1}}",
        "32 criteria.0.requirement.numerator: not one thing to count; expected one of register, population, area: true",
        "113 criteria.0.requirement.threshold.unit: unit 'per_km2' does not fit what is measured; expected one of count, kinds, zones, documents, persons, books, places, classes, share, m2_per_1000_m2, points, none",
    ),
    "ratio per band": (
        "{kind: ratio, numerator: {register: facilities}, denominator: {population: 3-7}, threshold: {unit: per_1000, at_least: 1}}",
        "82 criteria.0.requirement.denominator.population: no age band '3-7'; expected one of 0-3, 3-6, 6-12, 12-18, children, all",
    ),
    "ratio filter on people": (
        "{kind: ratio, numerator: {register: facilities}, denominator: {population: all, where: {sex: female}}, threshold: {unit: per_1000, at_least: 1}}",
        "69 criteria.0.requirement.denominator: a field or filter without a register; expected 'register'",
    ),
    "ratio per nothing": (
        "{kind: ratio, numerator: {register: facilities}, denominator: {population: all}, per: 0, threshold: {unit: count, at_least: 1}}",
        "93 criteria.0.requirement.per: 0; expected more than 0",
    ),
    "count twofold": (
        "{kind: count, register: facilities, distinct: kind, field: capacity_places, threshold: {unit: kinds, at_least: 1}}",
        "59 criteria.0.requirement.field: both 'distinct' and 'field'; expected one of them",
    ),
    "response item": (
        "{kind: response, item: safe way, positive_from: 6, minimum_answers: 0, threshold: {unit: share, at_least: 0.8}}",
        "30 criteria.0.requirement.item: code 'safe way'; expected a-z, 0-9 and _, at most 60",
        "55 criteria.0.requirement.positive_from: a score of 6; expected 1 to 5",
        "75 criteria.0.requirement.minimum_answers: 0; expected more than 0",
    ),
    "indicator code": (
        "{kind: indicator, code: GDP, threshold: {unit: share, at_least: 0.8}}",
        "31 criteria.0.requirement.code: code 'GDP'; expected a-z, 0-9 and _, at most 60",
    ),
}


@pytest.mark.parametrize(("old", "new", "messages"), [(old, new, rest) for old, new, *rest in FORM.values()], ids=FORM)
def test_a_fault_of_form_is_explained_at_its_place(old, new, messages, tmp_path):
    assert said(standard_of, tmp_path, once(STANDARD, old, new)) == [f"small.yaml:{message}" for message in messages]


@pytest.mark.parametrize(("old", "new", "messages"), [(old, new, rest) for old, new, *rest in MEANING.values()], ids=MEANING)
def test_a_fault_of_meaning_is_explained_at_its_place(old, new, messages, tmp_path):
    assert said(standard_of, tmp_path, once(STANDARD, old, new)) == [f"small.yaml:{message}" for message in messages]


@pytest.mark.parametrize(("asked", "messages"), [(asked, rest) for asked, *rest in ASKED.values()], ids=ASKED)
def test_a_requirement_that_cannot_hold_is_explained_at_its_place(asked, messages, tmp_path):
    text = once(STANDARD, REQUIREMENT, f"    requirement:\n      {asked}\n")
    assert said(standard_of, tmp_path, text) == [f"small.yaml:26:{message}" for message in messages]


def test_faults_of_form_do_not_hide_faults_of_meaning(tmp_path):
    text = once(STANDARD, "    evidence: {zh: 台账, en: Register}\n    remedy: {zh: 扩建", "    remedy: {zh: 扩建")
    text = once(once(text, "unit: m2", "unit: sqm"), "clause: c3", "clause: c33")
    text = once(text, "text_basis: comparator", "text_basis: comparison")
    heads = [message.split(";")[0] for message in said(standard_of, tmp_path, text)]
    assert heads == [
        "small.yaml:16:64 clauses.2.text_basis: 'comparison'",
        "small.yaml:18:5 criteria.0: 'evidence' is missing",
        "small.yaml:30:25 criteria.0.requirement.threshold.unit: unknown unit 'sqm'",
        "small.yaml:45:13 criteria.2.clause: no clause 'c33'",
    ]


def test_the_error_counts_its_problems_and_ends_with_code_3(tmp_path):
    with pytest.raises(InvalidStandard, match=r"^2 problems in the standard:\n  .*small\.yaml:18:5 ") as caught:
        standard_of(tmp_path, once(STANDARD, "    obligation: shall\n", "    obligaton: shall\n"))
    assert caught.value.exit_code == 3
    assert list(caught.value.to_frame()["line"]) == [18, 21]


def test_a_problem_names_the_file_as_the_user_did(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidStandard) as caught:
        standard_of(tmp_path, once(STANDARD, "obligation: shall", "obligation: must"))
    assert caught.value.problems[0].file == str(tmp_path / "small.yaml")
