"""The worked examples of the package: what the handbook prints is what the audit gives."""

from __future__ import annotations

import pytest

from friendly_city.standards.build import KINDS
from friendly_city.standards.examples import drawn_tables, examples
from tests.spec.conftest import tables_of

FACTS = {
    "attest": {"A": "met", "B": "partly_met 0.5", "C": "not_met", "D": "no_data"},
    "count": {"A": "met", "B": "partly_met 0.4", "C": "not_met", "D": "no_data"},
    "bands": {"A": "met", "B": "not_met", "C": "not_applicable"},
    "size": {"A": "met", "B": "partly_met 0.5", "C": "no_data", "D": "not_met"},
    "ratio": {"A": "met", "B": "partly_met 0.4", "C": "not_met"},
    "frequency": {"A": "met", "B": "partly_met 0.5", "C": "not_met"},
    "access": {"A": "partly_met 0.7", "B": "met", "C": "not_applicable"},
    "density": {"A": "met", "B": "partly_met 0.4"},
    "response": {"A": "met", "B": "no_data", "C": "not_met", "D": "no_data"},
    "indicator": {"A": "met", "B": "partly_met 0.75", "C": "no_data"},
}
"""Ratings worked out by hand, apart from the file."""
EXAMPLES = {example.id: example for example in examples()}


def test_every_kind_and_bands_have_an_example():
    assert {example.requirement.kind for example in examples()} == set(KINDS)
    assert set(FACTS) == set(EXAMPLES) == {*KINDS, "bands"}


@pytest.mark.parametrize("name", sorted(FACTS))
def test_an_example_is_rated_as_it_says(name, rate):
    example = EXAMPLES[name]
    said = {letter: rating if degree is None else f"{rating} {degree:g}" for letter, rating, degree in example.rated}
    found = rate(example.drawn, example.requirement, communities="".join(said))
    without_cause = {letter: text if text.startswith("partly_met") else text.split(" ")[0] for letter, text in found.items()}
    assert without_cause == said == FACTS[name]


@pytest.mark.parametrize("name", sorted(FACTS))
def test_the_tables_that_are_printed_are_those_that_are_audited(name):
    audited, _ = tables_of(EXAMPLES[name].drawn)
    printed = {table.register: len(table.rows) for table in drawn_tables(EXAMPLES[name].drawn)}
    assert printed == {register: len(rows) for register, rows in audited.items()}
