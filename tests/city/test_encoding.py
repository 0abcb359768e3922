"""A register is the same table in whatever encoding it comes; how it was read is said; what is no text is refused in words."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from friendly_city.city.decisions import decided_pairs, written_pairs
from friendly_city.city.descriptor import write_datapackage
from friendly_city.city.dictionary import dictionary
from friendly_city.city.encoding import BLOCK, encoding_of, writing_of
from friendly_city.city.load import load_city
from friendly_city.city.tables import read_register

REGISTER = dictionary().registers["communities"]
WRITINGS = {
    "utf-8": (lambda text: text.encode("utf-8"), []),
    "utf-8-sig": (
        lambda text: text.encode("utf-8-sig"),
        ["communities.csv: read as UTF-8 with a byte order mark"],
    ),
    "gbk": (lambda text: text.encode("gbk"), ["communities.csv: read as GB18030 (GBK)"]),
    "gb18030": (lambda text: text.encode("gb18030"), ["communities.csv: read as GB18030 (GBK)"]),
    "utf-16-le": (lambda text: b"\xff\xfe" + text.encode("utf-16-le"), ["communities.csv: read as UTF-16"]),
    "utf-16-be": (lambda text: b"\xfe\xff" + text.encode("utf-16-be"), ["communities.csv: read as UTF-16"]),
    "semicolons": (
        lambda text: text.replace(",", ";").encode("utf-8"),
        ["communities.csv: read as UTF-8, cells separated by semicolons"],
    ),
    "tabs in UTF-16, as Excel saves Unicode text": (
        lambda text: text.replace(",", "\t").replace("\n", "\r\n").encode("utf-16"),
        ["communities.csv: read as UTF-16, cells separated by tabs"],
    ),
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_a_register_in_each_encoding_is_the_same_table_and_the_encoding_is_said(folder, writing):
    encode, said = WRITINGS[writing]
    plain = load_city(folder)
    path = folder / "communities.csv"
    path.write_bytes(encode(path.read_text(encoding="utf-8")))
    city = load_city(folder)
    pd.testing.assert_frame_equal(city.registers["communities"], plain.registers["communities"])
    assert [note.en for note in city.notes] == said


@pytest.mark.parametrize("writing", WRITINGS)
def test_the_descriptor_says_how_a_register_is_written(folder, writing):
    from frictionless import Package

    path = folder / "communities.csv"
    path.write_bytes(WRITINGS[writing][0](path.read_text(encoding="utf-8")))
    write_datapackage(folder)
    resource = Package(str(folder / "datapackage.json")).get_resource("communities")
    rows = resource.read_rows()
    assert [row["name"] for row in rows] == ["东园社区", "西园社区", "孖岭社区", "北园社区"]


def test_a_utf_8_register_with_a_rare_character_stays_utf_8(tmp_path):
    path = tmp_path / "communities.csv"
    path.write_text("name\n孖岭社区\n", encoding="utf-8")
    assert encoding_of(path, []) == "utf-8"


def test_a_character_that_only_gb18030_has_is_read(folder):
    path = folder / "communities.csv"
    path.write_bytes(path.read_text(encoding="utf-8").replace("东园", "𠮷园").encode("gb18030"))
    assert load_city(folder).communities["name"].iloc[0] == "𠮷园社区"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("shift", range(4))
def test_a_character_across_two_blocks_is_read_and_a_bad_byte_behind_is_told_by_line_and_column(tmp_path, encoding, shift):
    path = tmp_path / "communities.csv"
    lines = ["x" * shift, *["园岭社区" * 50] * 3_500, "东园"]
    raw = "\n".join(lines).encode(encoding)
    assert len(raw) > BLOCK
    path.write_bytes(raw)
    assert encoding_of(path, []).startswith(encoding)
    problems = []
    path.write_bytes(raw + (b"\xff" if encoding != "utf-16" else b"\x00"))
    assert encoding_of(path, problems) is None
    assert str(problems[0]).startswith(f"communities.csv:{len(lines)}:3: a byte 0x")


@pytest.mark.parametrize("text", ["Zürich,Köln\nÄpfel,Größe\n", "Ångström,æøå\nøl,på\n", "présélection,été\n"])
def test_western_text_is_not_taken_for_chinese(tmp_path, text):
    path = tmp_path / "communities.csv"
    path.write_bytes(text.encode("latin-1"))
    problems = []
    assert encoding_of(path, problems) is None
    assert len(problems) == 1


@given(st.binary(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bytes_of_any_kind_are_a_table_or_told(tmp_path, raw):
    path = tmp_path / "communities.csv"
    path.write_bytes(raw)
    problems = []
    reading = read_register(path, REGISTER, problems)
    assert problems
    assert reading is None or len(reading.table) <= raw.count(b"\n") + raw.count(b"\r")


@given(st.lists(st.text(st.characters(codec="gb18030", exclude_categories=("C", "Z")), max_size=5), min_size=1, max_size=9))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_text_with_a_byte_order_mark_is_read_as_it_was_written(tmp_path, cells):
    path = tmp_path / "communities.csv"
    sheet = io.StringIO()
    csv.writer(sheet).writerows([["community_code"], *([cell] for cell in cells)])
    for encoding in ("utf-8-sig", "utf-16"):
        path.write_bytes(sheet.getvalue().encode(encoding))
        assert writing_of(path, [], []).codec == encoding
        reading = read_register(path, REGISTER, [])
        kept = [cell for cell in cells if not cell.startswith(("#说明", "#note", "#示例"))]
        assert reading.table["community_code"].tolist() == kept


def test_pairs_decided_in_gbk_with_semicolons_are_kept_when_others_are_added(folder):
    header = ",".join(field.name for field in dictionary().decisions["same"].fields)
    text = f"{header}\nF7,F1,,different,区妇联,2026-11-01\n"
    (folder / "same.csv").write_bytes(text.replace(",", ";").encode("gbk"))
    assert written_pairs(folder) == text
    assert decided_pairs(folder) == {frozenset({"F1", "F7"})}
