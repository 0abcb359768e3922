"""A mended copy: equal to what was spoilt, every change listed, nothing in place, nothing half-written."""

from __future__ import annotations

import csv

import pandas as pd
import pytest
from openpyxl import load_workbook

from friendly_city.city.dictionary import WORKBOOK, dictionary
from friendly_city.city.load import load_city
from friendly_city.city.mending.copy import CHANGES, mended_csv, write_mended
from friendly_city.city.mending.faults import check_folder
from friendly_city.errors import InvalidParameters
from tests.factories import write_city

ENCODINGS = ["utf-8-sig", "gb18030", "utf-16"]


def spoil(folder):
    """Spoil a folder in ways that take no judgement to mend."""
    for path in folder.glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        lines[0] = lines[0].upper()
        lines.insert(2, "")
        path.write_bytes("\r\n".join([*lines, ""]).replace("true", "是").encode("gb18030"))


def listed(folder):
    sheet = load_workbook(folder / CHANGES).active
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=2)]


def test_a_spoilt_city_is_as_before_once_mended(folder, tmp_path):
    before = load_city(folder)
    spoil(folder)
    spoilt = {path.name: path.read_bytes() for path in folder.iterdir()}
    changes = write_mended(folder, tmp_path / "mended")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == spoilt
    after = load_city(tmp_path / "mended")
    for name, table in before.registers.items():
        pd.testing.assert_frame_equal(after.registers[name], table.assign(row=after.registers[name]["row"]))
    assert len(listed(tmp_path / "mended")) == len(changes) > 10


def test_a_sound_city_is_copied_byte_for_byte(folder, tmp_path):
    assert write_mended(folder, tmp_path / "mended") == []
    assert listed(tmp_path / "mended") == []
    for name in [item.file for item in dictionary().items() if (folder / item.file).is_file()]:
        assert (tmp_path / "mended" / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("separator", [",", ";"])
def test_every_writing_becomes_utf_8_with_commas(folder, encoding, separator):
    register, path = dictionary().registers["communities"], folder / "communities.csv"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(text.replace(",", separator).encode(encoding))
    found, changes = mended_csv(path, register)
    assert found == text
    assert [(change.line, change.why.en) for change in changes] == [(None, "saved as UTF-8 with commas")]


def test_a_file_that_cannot_be_taken_apart_is_copied_as_it_is(folder, tmp_path):
    (folder / "staff.csv").write_bytes(b'a,b\n"open,1\n')
    (folder / "meetings.csv").write_bytes(b"\xff\x00\xff")
    write_mended(folder, tmp_path / "mended")
    assert (tmp_path / "mended" / "staff.csv").read_bytes() == b'a,b\n"open,1\n'
    assert (tmp_path / "mended" / "meetings.csv").read_bytes() == b"\xff\x00\xff"


def test_personal_data_are_not_in_the_list_of_changes(folder, tmp_path):
    path = folder / "facilities.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("孖岭公园", " 孖岭13812345678"), encoding="utf-8")
    write_mended(folder, tmp_path / "mended")
    found = listed(tmp_path / "mended")
    assert len(found) == 1
    assert "13812345678" not in str(found)


def test_the_copy_goes_into_a_new_folder_outside(folder, tmp_path):
    with pytest.raises(InvalidParameters, match="nothing is mended in place"):
        write_mended(folder, folder / "mended")
    with pytest.raises(InvalidParameters, match="is there already"):
        write_mended(folder, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["city"]


def test_cells_of_a_workbook_are_mended_too(tmp_path):
    from openpyxl import Workbook

    folder = write_city(tmp_path / "city")
    book = Workbook()
    book.remove(book.active)
    sheet = book.create_sheet("staff")
    with (folder / "staff.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file)):
            sheet.append([f" {cell}" if number == 2 else cell for cell in row])
    book.save(folder / WORKBOOK)
    (folder / "staff.csv").unlink()
    assert {fault.row for fault in check_folder(folder).faults if fault.file == WORKBOOK} == {3}
    changes = write_mended(folder, tmp_path / "mended")
    assert {(change.file, change.line) for change in changes} == {(f"{WORKBOOK}#staff", 3)}
    assert len(changes) == len(sheet[3])
    assert [fault for fault in check_folder(tmp_path / "mended").faults if fault.file == WORKBOOK] == []
