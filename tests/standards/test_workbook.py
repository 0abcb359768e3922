"""A workbook edited by somebody: what is read, and that everything unfit is told by sheet, row and column."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from friendly_city.errors import InvalidParameters, InvalidStandard, UnknownName
from friendly_city.standards import cells
from friendly_city.standards.exchange import document_of, export_document, import_document
from friendly_city.standards.layout import sheets_of
from friendly_city.standards.model import Standard
from friendly_city.standards.words import described, fields_described
from tests.standards.small import STANDARD, checklist_of, standard_of


@pytest.fixture
def book(tmp_path):
    """The small standard as a workbook."""
    path = tmp_path / "small.xlsx"
    export_document(standard_of(tmp_path), "xlsx", path)
    return path


def edited(path, change):
    """The workbook after a change made with another library, which writes numbers and formulas as a person would."""
    workbook = openpyxl.load_workbook(path)
    change(workbook)
    workbook.save(path)
    return path


def said(path, **settings):
    """Every problem of a workbook, without its folder."""
    with pytest.raises(InvalidStandard) as caught:
        import_document(path, **settings)
    return [str(problem).removeprefix(f"{path.parent}/") for problem in caught.value.problems]


def put(sheet, cell, value):
    def change(workbook):
        workbook[sheet][cell] = value

    return change


def test_another_library_reads_what_is_written(book):
    """Header first, both languages side by side, a text as text, a limit as number."""
    workbook = openpyxl.load_workbook(book)
    assert workbook.sheetnames[:5] == ["about", "sources", "dimensions", "clauses", "criteria"]
    assert [cell.value for cell in workbook["clauses"][1]][:4] == ["id", "number", "text.zh", "text.en"]
    assert workbook["clauses"]["B2"].value == "010"
    assert workbook["clauses"]["B2"].number_format == "@"
    headings = [cell.value for cell in workbook["requirement"][1]]
    limit = workbook["requirement"].cell(2, headings.index("threshold.at_least") + 1)
    assert (limit.value, limit.data_type) == (6, "n")
    assert all(sheet.freeze_panes for sheet in workbook if sheet.title != "lists")


def test_closed_lists_and_ids_of_other_sheets_can_be_chosen(book):
    offered = {
        str(rule.sqref).split(":")[0]: rule.formula1
        for rule in openpyxl.load_workbook(book)["criteria"].data_validations.dataValidation
    }
    assert offered["B2"].startswith("'clauses'!")
    assert offered["F2"].startswith("'dimensions'!")
    assert offered["E2"].startswith("'lists'!")


def test_a_page_explains_every_column(book):
    rows = list(openpyxl.load_workbook(book)["columns"].iter_rows(min_row=2, values_only=True))
    expected = [(sheet.name, heading) for sheet in sheets_of(Standard) for heading in (None, *sheet.headings)]
    assert [(row[0], row[1] or None) for row in rows] == expected
    assert [row[:2] for row in rows if not (row[2] and row[3])] == []


def test_the_same_standard_gives_the_same_bytes(tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        export_document(document_of("london-plan-s4"), "xlsx", tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_edited_text_and_number_are_read(book, tmp_path):
    def change(workbook):
        workbook["criteria"]["C2"] = "母婴室够大"
        headings = [cell.value for cell in workbook["requirement"][1]]
        workbook["requirement"].cell(2, headings.index("threshold.at_least") + 1).value = 7.5

    made = import_document(edited(book, change))
    assert made.criteria[0].title.zh == "母婴室够大"
    assert made.criteria[0].requirement.threshold.limits.at_least == 7.5


def test_nothing_is_read_from_formatting(book, tmp_path):
    """Colours, bold, comments, number and date formats, merged cells, hidden rows, empty rows: the same standard."""

    def change(workbook):
        sheet = workbook["clauses"]
        sheet["A2"].font, sheet["A2"].fill = Font(bold=True, color="FF0000"), PatternFill("solid", fgColor="FFFF00")
        sheet["A3"].comment = Comment("not this one", "somebody")
        sheet.row_dimensions[3].hidden = True
        sheet.insert_rows(3, 2)
        sheet.merge_cells("L1:N2")
        headings = [cell.value for cell in workbook["requirement"][1]]
        workbook["requirement"].cell(2, headings.index("threshold.at_least") + 1).number_format = "yyyy-mm-dd"

    assert import_document(edited(book, change)) == standard_of(tmp_path)


def test_columns_may_stand_in_another_order(book, tmp_path):
    assert import_document(edited(book, lambda workbook: workbook["dimensions"].move_range("A1:A3", cols=5))) == standard_of(
        tmp_path
    )


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "<r><t>x</t></r>", "_x0041_", "1.10"])
def test_a_text_like_a_formula_stays_a_text(text, tmp_path):
    standard = standard_of(tmp_path, STANDARD.replace("title: {zh: 小标准,", f"title: {{zh: '{text}',"))
    export_document(standard, "xlsx", tmp_path / "x.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "x.xlsx")["about"]["C4"]
    assert cell.data_type == "s"
    assert import_document(tmp_path / "x.xlsx").title.zh == text


SPOILED = [
    (
        put("clauses", "B2", 1.1),
        "clauses]:2:2 B number: a number, '1.1'; expected text: format the cell as text and type it anew",
    ),
    (
        put("clauses", "B2", "=1+1"),
        "clauses]:2:2 B number: a formula, nothing; expected what it says, typed in: formulas are not read",
    ),
    (
        put("clauses", "B2", True),
        "clauses]:2:2 B number: a truth value, '1'; expected text: format the cell as text and type it anew",
    ),
    (put("about", "B6", 44_000), "about]:6:2 B value: a number, '44000'; expected a date as text, YYYY-MM-DD"),
    (
        put("criteria", "E2", "shal"),
        "criteria]:2:5 E obligation: 'shal'; expected one of shall, should, may; did you mean 'shall'?",
    ),
    (put("criteria", "B2", "c9"), "criteria]:2:2 B clause: no clause 'c9'; expected one of c1, c2, c3"),
    (
        put("criteria", "A3", "s-rooms"),
        "criteria]:3:1 A id: id 's-rooms' given twice (first in line 2); expected an id of its own",
    ),
    (put("criteria", "C2", None), "criteria]:2:3 C title.zh: an empty text; expected words"),
    (put("criteria", "Z9", "x"), "criteria]:9:26 Z: 'x' in a column without a heading; expected nothing there"),
    (put("requirement", "A2", "s-room"), "requirement]:2:1 A criterion: no criterion 's-room'; did you mean 's-rooms'?"),
    (put("requirement", "B2", "sise"), "requirement]:2:2 B kind: unknown kind 'sise'; expected one of attest, count, size,"),
    (
        put("requirement", "G2", "x"),
        "requirement]:2:7 G distinct: unknown key 'distinct'; expected one of kind, of, where, field,",
    ),
    (put("requirement", "E2", "kind: [a"), "requirement]:2:5 E where: not YAML: "),
    (put("requirement", "I2", "m3"), "requirement]:2:9 I threshold.unit: unknown unit 'm3'; expected one of m, km,"),
    (put("requirement", "J2", "six"), "requirement]:2:10 J threshold.at_least: 'six'; expected a number"),
    (put("about", "A2", "idd"), "about]:2:1 A field: no field 'idd'; did you mean 'id'?"),
    (put("about", "A3", "id"), "about]:3:1 A field: field 'id' given twice (first in row 2); expected once"),
    (put("about", "C2", "x"), "about]:2:3 C zh: 'x' where nothing belongs; expected it under value"),
    (put("clauses", "A1", "number"), "clauses]:1:2 B number: heading 'number' given twice (first in column A); expected once"),
    (put("clauses", "B1", "nummer"), "clauses]:1:2 B nummer: unknown heading 'nummer'; did you mean 'number'?"),
    (put("clauses", "A1", None), "heading 'id' is missing; expected the headings as they were exported"),
    (lambda workbook: workbook.remove(workbook["clauses"]), "small.xlsx: sheet 'clauses' is missing"),
    (lambda workbook: workbook.create_sheet("clause"), "small.xlsx: unknown sheet 'clause'; expected one of about,"),
    (put("criteria", "E2", "儿童" * 6000), "criteria]:2:5 E obligation: a text of 12,000 characters; expected at most 10,000"),
]


@pytest.mark.parametrize(("change", "message"), SPOILED, ids=[message[:45] for _, message in SPOILED])
def test_what_is_unfit_is_told_by_sheet_row_and_column(change, message, book):
    assert any(message in line for line in said(edited(book, change))), said(book)


def test_all_that_is_unfit_is_told_at_once_by_sheet_and_row(book):
    def change(workbook):
        for sheet, cell, value in (
            ("criteria", "E3", "x"),
            ("clauses", "B3", 2),
            ("criteria", "E2", "y"),
            ("about", "B2", "A b"),
        ):
            workbook[sheet][cell] = value

    places = [line.split(" ")[0] for line in said(edited(book, change))]
    assert places == ["small.xlsx[about]:2:2", "small.xlsx[clauses]:3:2", "small.xlsx[criteria]:2:5", "small.xlsx[criteria]:3:5"]


def test_a_criterion_without_a_requirement_and_one_with_two(book):
    def change(workbook):
        workbook["requirement"]["A3"] = "s-rooms"

    lines = said(edited(book, change))
    assert any("requirement]:3:1 A criterion: a second row for 's-rooms'; expected one" in line for line in lines)
    assert any("criteria]:3:1 A id: 'kind' is missing" in line for line in lines)


BANDED = STANDARD.replace(
    "threshold: {unit: m2, at_least: 6, zero_at: 3}",
    "threshold: {unit: m2, by: population, by_unit: persons, bands: [{below: 10, steps: [{value: 1, degree: 0.5}]}, {start: 10, at_least: 2}]}",
)


def test_bands_and_their_steps_have_sheets_of_their_own(tmp_path):
    export_document(standard_of(tmp_path, BANDED), "xlsx", tmp_path / "x.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert list(workbook["bands"].values)[1:] == [("s-rooms", None, 10, None, None, None), ("s-rooms", 10, None, 2, None, None)]
    assert list(workbook["bands.steps"].values)[1:] == [("s-rooms", "1", 1, 0.5)]
    edited(tmp_path / "x.xlsx", put("bands.steps", "B2", 7))
    assert said(tmp_path / "x.xlsx")[-1] == "x.xlsx[bands.steps]:2:2 B band: no band '7'; expected one of 1, 2"


def test_a_checklist_is_edited_and_read_back(tmp_path):
    checklist_of(tmp_path)
    document = document_of(tmp_path / "short.yaml", catalogue=tmp_path)
    (tmp_path / "short.yaml").unlink()
    export_document(document, "xlsx", tmp_path / "short.xlsx")
    assert import_document(tmp_path / "short.xlsx", catalogue=tmp_path) == document
    edited(tmp_path / "short.xlsx", put("select", "A2", "s-room"))
    assert said(tmp_path / "short.xlsx", catalogue=tmp_path) == [
        "short.xlsx[about]:12:2 B value: gate 's-rooms' is not selected; did you mean 's-room'?",
        "short.xlsx[select]:2:1 A criterion: no criterion 's-room'; did you mean 's-rooms'?",
    ]
    with pytest.raises(InvalidParameters, match="a checklist; a catalogue holds a standard"):
        export_document(document, "oscal", tmp_path / "x.json")


def test_what_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04 no zip")
    assert said(path)[0].startswith("x.xlsx: not a workbook: ")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert said(path) == [
        "x.xlsx: no part '_rels/.rels' within the workbook; expected an .xlsx file, as a spreadsheet program saves it"
    ]
    with pytest.raises(UnknownName, match="no file named"):
        import_document(tmp_path / "y.xlsx")
    with pytest.raises(InvalidParameters, match=r"\.xlsx workbook or an OSCAL catalogue"):
        import_document(tmp_path / "y.ods")


def replaced_part(book, part, content):
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = content(parts[part])
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)
    return book


def test_a_part_that_unpacks_to_too_much_is_refused(book):
    replaced_part(book, "xl/sharedStrings.xml", lambda raw: raw + b" " * (cells.MAX_UNPACKED + 1))
    assert book.stat().st_size < 200_000
    assert said(book) == ["small.xlsx: 'xl/sharedStrings.xml' unpacks to more than 50,000,000 bytes; expected a smaller workbook"]


def test_a_workbook_that_declares_entities_is_refused(book):
    replaced_part(book, "xl/sharedStrings.xml", lambda raw: raw.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1))
    assert said(book) == ["small.xlsx: a declaration in 'xl/sharedStrings.xml'; expected plain XML"]


@pytest.mark.parametrize(
    "spoil", [lambda raw: raw[: len(raw) // 2], lambda raw: raw.replace(b'r="2"', b'r="x"'), lambda raw: b""]
)
def test_a_damaged_part_is_refused(spoil, book):
    replaced_part(book, "xl/worksheets/sheet4.xml", spoil)
    assert "workbook: " in said(book)[0]


def test_a_text_too_long_for_a_cell_is_not_written(tmp_path):
    keys = ", ".join(f"k{number:06d}" for number in range(5000))
    standard = standard_of(tmp_path, STANDARD.replace("keys: [K-1]", f"keys: [{keys}]"))
    with pytest.raises(InvalidParameters, match="sheet clauses, row 2, keys: 44,998 characters; a cell holds 32,767"):
        export_document(standard, "xlsx", tmp_path / "x.xlsx")
    assert not (tmp_path / "x.xlsx").exists()


def test_every_sentence_is_about_a_field_there_is(tmp_path):
    from friendly_city.standards.layout import variants
    from friendly_city.standards.leaves import entry_of, parts_of
    from friendly_city.standards.schema import DOCUMENTS

    known, left = set(), list(DOCUMENTS.values())
    while left:
        for record in variants(left.pop()):
            for name, part in parts_of(record).items():
                if (part.owner.__name__, name) not in known:
                    known.add((part.owner.__name__, name))
                    left.append(entry_of(part.kind) or part.kind)
    assert set(fields_described()) == known, "fields.yaml has a field too few or too many"
    assert all(described(*field).zh and described(*field).en for field in known)
