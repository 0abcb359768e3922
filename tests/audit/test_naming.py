"""What a criterion measures, in words, for every criterion that is shipped and for a few by hand."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from friendly_city.audit.naming import measured
from friendly_city.cli import main
from friendly_city.standards.load import load_standard, standard_names
from friendly_city.standards.requirement import Access, Count, Filter, Limits, Size, Threshold
from tests.audit.cities import criterion, where

SOME = Threshold(unit="count", limits=Limits(at_least=1))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SPEC = [
    (Count(register="staff", where=where(role="child_director"), threshold=SOME), "儿童主任的数量", "How many child directors"),
    (
        Size(of="each", where=where(kind="park"), field="play_area_m2", threshold=SOME),
        "每一处公园的儿童游戏场地面积",
        "Area of the largest children's play site of each park",
    ),
    (
        Access(where=where(kind="library"), age_band="6-12", within=900, threshold=SOME),
        "沿街道步行 900 米以内有图书馆（室）的 6–12 岁儿童占比",
        "Share of children aged 6–12 with a library within 900 m on foot",
    ),
    (
        Count(register="facilities", where=where(kind="library", open_to_public="true"), threshold=SOME),
        "符合条件的图书馆（室）的数量（只计：open_to_public为是）",
        "How many qualifying libraries (only: open_to_public: yes)",
    ),
    (Count(register="meetings", where=Filter(), threshold=SOME), "儿童议事会的数量", "How many children's council meetings"),
]


@pytest.mark.parametrize(("asked", "zh", "en"), SPEC, ids=[en for _, _, en in SPEC])
def test_what_is_measured(asked, zh, en):
    said = measured(criterion(asked))
    assert (said.zh, said.en) == (zh, en)


@pytest.mark.parametrize("name", standard_names())
def test_every_shipped_criterion_can_be_said_in_both_languages(name):
    for one in load_standard(name).criteria:
        said = measured(one)
        assert CHINESE.search(said.zh), one.id
        assert not CHINESE.search(said.en), (one.id, said.en)
        assert not re.search(r"None|nan|[{}]|Filter\(", said.zh + said.en), (one.id, said)


def test_the_command_says_it():
    shown = CliRunner().invoke(main, ["standards", "show", "community", "szpsg-t541-8", "--lang", "en"])
    assert shown.exit_code == 0
    assert "Floor area of cultural rooms in all" in shown.output
