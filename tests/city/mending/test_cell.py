"""What is mended in a cell without judgement, and what is not."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from friendly_city.city.dictionary import Field, dictionary
from friendly_city.city.mending.cell import REASONS, is_of_type, mended
from friendly_city.labels import Text

ABOUT = Text("字段", "field")
FIELDS = {
    "number": Field(name="floor_area_m2", type="number", text=ABOUT, minimum=0),
    "integer": Field(name="persons", type="integer", text=ABOUT),
    "share": Field(name="covered_share", type="number", unit="share", text=ABOUT),
    "date": Field(name="opened_date", type="date", text=ABOUT),
    "boolean": Field(name="nature_contact", type="boolean", text=ABOUT),
    "kind": Field(name="kind", type="string", enum=("primary_school", "park"), text=ABOUT),
    "code": Field(name="community_code", type="string", pattern="[0-9]{12}", text=ABOUT),
    "text": Field(name="name", type="string", text=ABOUT),
}
SPEC = [  # field, cell, mended, reasons
    ("number", " 1200", "1200", ["space"]),
    ("number", "１２００．５", "1200.5", ["width"]),
    ("number", "1,200.50", "1200.50", ["number"]),
    ("number", "1，２００", "1200", ["width", "number"]),
    ("number", "12 m2", "12 m2", []),
    ("number", "1,2", "1,2", []),
    ("number", "12,00", "12,00", []),
    ("number", "50%", "50%", []),
    ("integer", "12.0", "12", ["number"]),
    ("integer", "12.5", "12.5", []),
    ("integer", "1 200", "1 200", []),
    ("share", "85%", "0.85", ["number"]),
    ("share", "85.5％", "0.855", ["width", "number"]),
    ("share", "100%", "1", ["number"]),
    ("date", "2022/3/5", "2022-03-05", ["date"]),
    ("date", "2022.03.05", "2022-03-05", ["date"]),
    ("date", "2022年3月5日", "2022-03-05", ["date"]),
    ("date", "２０２２年３月５日", "2022-03-05", ["width", "date"]),
    ("date", "20220305", "2022-03-05", ["date"]),
    ("date", "2022-03-05 00:00:00", "2022-03-05", ["date"]),
    ("date", "2022-3-5 10:30", "2022-3-5 10:30", []),
    ("date", "2022/2/30", "2022/2/30", []),
    ("date", "5/3/2022", "5/3/2022", []),
    ("date", "2022年3月", "2022年3月", []),
    ("boolean", "是", "true", ["truth"]),
    ("boolean", "FALSE", "false", ["truth"]),
    ("boolean", "1", "1", []),
    ("kind", "Primary School", "primary_school", ["name"]),
    ("kind", "学校", "学校", []),
    ("code", "４４０３０４００２０１６", "440304002016", ["width"]),
    ("text", "莲花（北）社区", "莲花（北）社区", []),
    ("text", "莲花\u200b社区\u3000", "莲花社区", ["hidden", "space"]),
    ("text", "莲花\n社区", "莲花 社区", ["breaks"]),
    ("text", "莲花\ufffd社区 ", "莲花\ufffd社区 ", []),
    ("text", " =1+1", " =1+1", []),
    ("text", "", "", []),
]


@pytest.mark.parametrize(("field", "cell", "expected", "reasons"), SPEC)
def test_a_cell_is_mended_or_left(field, cell, expected, reasons):
    assert mended(cell, FIELDS[field]) == (expected, tuple(REASONS[name] for name in reasons))


ALL_FIELDS = [field for item in dictionary().items() for field in item.fields]


@given(st.sampled_from(ALL_FIELDS), st.text(max_size=20) | st.from_regex(r"[ 　]?[0-9０-９,./年月日%-]{1,12}", fullmatch=True))
def test_mending_twice_changes_nothing_more(field, cell):
    once, _ = mended(cell, field)
    assert mended(once, field) == (once, ())


@given(st.sampled_from([field for field in ALL_FIELDS if field.type != "string"]), st.data())
def test_what_is_right_stays(field, data):
    forms = {"number": r"-?[0-9]{1,6}(\.[0-9]{1,3})?", "integer": r"-?[0-9]{1,6}", "boolean": "true|false"}
    form = forms.get(field.type, r"20[0-9]{2}-0[1-9]-[01][0-9]")
    cell = data.draw(st.from_regex(re.compile(form, re.ASCII), fullmatch=True))
    if is_of_type(cell, field):
        assert mended(cell, field) == (cell, ())


def test_no_cell_of_the_demonstration_city_is_changed():
    there = [register for register in dictionary().registers.values() if Path("data/futian", register.file).is_file()]
    assert len(there) == len(dictionary().registers) - 2, "it has no entrances and no hours"
    for register in there:
        with Path("data/futian", register.file).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for field in register.fields:
                    assert mended(row[field.name], field) == (row[field.name], ())
