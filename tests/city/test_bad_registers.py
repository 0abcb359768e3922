"""Bad register files: each fault is told by file, line and column, with what was expected, and told once."""

from __future__ import annotations

import pytest

from tests.city.conftest import problems_in
from tests.factories import CODES, rows_of

HEADER = 1


def cell(number, **values):
    """Return a change that sets cells of one row (from 1, the header not counted)."""

    def change(rows):
        rows[number - 1].update(values)
        return rows

    return change


def more(**values):
    """Return a change that adds a row like the last one, with a new id and these values."""

    def change(rows):
        key = next(iter(rows[0]))
        return [*rows, rows[-1] | {key: rows[-1][key] + "x"} | values]

    return change


def as_it_is(rows):
    return rows


def change_text(name, old, new, count=1):
    """Return a change of the file's text."""

    def change(folder):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, count), encoding="utf-8", newline="")

    return change


def as_bytes(name, make):
    def change(folder):
        path = folder / name
        path.write_bytes(make(path.read_bytes()))

    return change


TRADITIONAL = {ord(old): new for old, new in zip("东园区孖岭", "東園區雙嶺", strict=True)}
BYTES = {
    "no encoding": (
        as_bytes("staff.csv", lambda raw: raw.replace(b"S3", b"S\xff")),
        "staff.csv:4:2: a byte 0xff that is not UTF-8; expected a file saved as UTF-8 (or GB18030, or UTF-16 with a byte order mark)",
    ),
    "half a character in GBK": (
        as_bytes("communities.csv", lambda raw: raw.decode("utf-8").encode("gbk").replace("西".encode("gbk"), b"\xce", 1)),
        "communities.csv:3:17: a byte 0xf8 that is not GB18030 (GBK); expected a file saved as UTF-8",
    ),
    "half a character in UTF-16": (
        as_bytes("staff.csv", lambda raw: raw.decode("utf-8").replace("S2", "S").encode("utf-16")[:-1]),
        "staff.csv:5:53: a byte 0x0a that is not UTF-16; expected a file saved as UTF-8",
    ),
    "Big5": (
        as_bytes("communities.csv", lambda raw: raw.decode("utf-8").translate(TRADITIONAL).encode("big5")),
        "communities.csv:2:16: bytes that are not GB18030 (GBK); expected a file saved as UTF-8",
    ),
    "empty file": (as_bytes("homes.csv", lambda raw: b""), "homes.csv:1: the file is empty; expected content"),
    "blank file": (as_bytes("homes.csv", lambda raw: b" \r\n\r\n"), "homes.csv:1: the file is empty; expected content"),
    "NUL": (as_bytes("staff.csv", lambda raw: raw.replace(b"S2", b"S\x00")), "staff.csv:3:2: a NUL character; expected text"),
    "control character": (
        change_text("facilities.csv", "孖岭公园", "孖岭\x07公园"),
        "facilities.csv:4 name: a control character U+0007; expected text that can be seen",
    ),
    "right-to-left override": (
        change_text("facilities.csv", "孖岭公园", "孖岭\u202e公园"),
        "facilities.csv:4 name: a control character U+202E; expected text that can be seen",
    ),
    "misspelt column": (
        change_text("facilities.csv", "floor_area_m2", "flor_area_m2"),
        "facilities.csv:1 flor_area_m2: unknown column; expected columns of the facilities register; did you mean 'floor_area_m2'?",
    ),
    "column called by its title": (
        change_text("facilities.csv", "longitude", "经度"),
        "facilities.csv:1 经度: unknown column; expected columns of the facilities register; did you mean 'longitude'?",
    ),
    "column called by a title with its unit": (
        change_text("facilities.csv", "floor_area_m2", "建筑面积（平方米）"),
        "facilities.csv:1 建筑面积（平方米）: unknown column; expected columns of the facilities register; did you mean 'floor_area_m2'?",
    ),
    "missing column": (
        change_text("meetings.csv", ",answered_count", ""),
        "meetings.csv:1 answered_count: the column is missing; expected every column of the dictionary",
    ),
    "doubled column": (
        change_text("meetings.csv", "answered_count", "proposals_count"),
        "meetings.csv:1 proposals_count: the column stands 2 times; expected once",
    ),
    "bars": (
        as_bytes("staff.csv", lambda raw: raw.replace(b",", b"|")),
        "staff.csv:1: cells are separated by '|'; expected commas",
    ),
    "semicolons between columns not known": (
        as_bytes("staff.csv", lambda raw: raw.replace(b",", b";").replace(b"_", b"-")),
        "staff.csv:1: cells are separated by ';'; expected commas",
    ),
    "many columns": (
        change_text("staff.csv", "staff_id,", "staff_id," * 2_000),
        "staff.csv:1: 2,005 columns; expected at most 200",
    ),
    "ragged row": (change_text("staff.csv", "S2,", "S2,,"), "staff.csv:3: 7 cells; expected 6, as in the header"),
    "short row": (change_text("staff.csv", "S2,", ""), "staff.csv:3: 5 cells; expected 6, as in the header"),
    "empty line": (change_text("staff.csv", "S2,", "\nS2,"), "staff.csv:3: an empty line; expected a row on each line"),
    "open quote": (change_text("staff.csv", "S2,", '"S2,'), "staff.csv:3: quotes amiss: unexpected end of data; expected cells"),
    "stray quote": (
        change_text("staff.csv", "S2,", '"S2"x,'),
        "staff.csv:3: quotes amiss: ',' expected after '\"'; expected cells",
    ),
    "million characters": (
        change_text("facilities.csv", "孖岭公园", "园" * 1_000_000),
        "facilities.csv:4: a line of 1,000,094 characters; expected cells of at most 10,000 characters",
    ),
    "long cell": (
        change_text("facilities.csv", "孖岭公园", "园" * 10_001),
        "facilities.csv:4 name: a cell of 10,001 characters; expected at most 10,000",
    ),
    "line break in a cell": (
        change_text("facilities.csv", "孖岭公园", '"孖岭\n公园"'),
        "facilities.csv:4 name: a line break inside a cell; expected one line a row",
    ),
    "missing register": (lambda folder: (folder / "homes.csv").unlink(), "homes.csv: the file is missing"),
    "misspelt file": (
        lambda folder: (folder / "staff.csv").rename(folder / "staf.csv"),
        "staf.csv: no register or layer has this name; expected names of the dictionary; did you mean 'staff.csv'?",
    ),
}


@pytest.mark.parametrize(("spoil", "expected"), BYTES.values(), ids=BYTES)
def test_a_file_that_is_no_sound_table_is_told(folder, spoil, expected):
    spoil(folder)
    assert any(problem.startswith(expected) for problem in problems_in(folder)), problems_in(folder)


@pytest.mark.parametrize(
    "column",
    ["姓名", "身份证号", "联系电话", "手机", "name_of_child", "id_card", "phone", "guardian_phone", "birth_date", "full_name"],
)
def test_a_column_of_personal_data_is_refused_and_no_value_is_repeated(folder, column):
    path = folder / "staff.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines = [f"{line},{column if number == 0 else '王小明'}" for number, line in enumerate(lines)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (told,) = problems_in(folder)
    assert told.startswith(f"staff.csv:1 {column}: personal data may not be in a register; expected registers without names")
    assert "王小明" not in told


@pytest.mark.parametrize(("name", "kind"), [("找13800138000", "a mobile number"), ("11010519491231002X", "an identity number")])
def test_a_personal_number_in_free_text_is_refused_and_not_repeated(problems_of, name, kind):
    (told,) = problems_of(facilities=cell(1, name=name))
    expected = f"facilities.csv:2 name: the cell holds what looks like {kind}; personal data may not be in a register"
    assert told.startswith(expected)
    assert name not in told


def test_a_long_number_without_the_check_digit_of_an_identity_number_is_no_personal_data(tmp_path):
    from tests.factories import load_tiny

    city = load_tiny(tmp_path, documents=cell(1, title="第110105194912310021号"))
    assert city.registers["documents"]["title"].tolist() == ["第110105194912310021号"]


CELLS = {
    "negative count": (
        {"facilities": cell(3, play_area_m2="-3")},
        "facilities.csv:4 play_area_m2: -3 is below the minimum 0; expected 0 or more",
    ),
    "share of 60": ({"indicators": cell(2, value="60")}, "indicators.csv:3 value: a share of 60; expected 0 to 1"),
    "unknown unit": (
        {"indicators": cell(2, unit="shares")},
        "indicators.csv:3 unit: 'shares' is not a known unit; expected a unit of friendly_city.units; did you mean 'share'?",
    ),
    "above the maximum": (
        {"indicators": cell(1, year="2222")},
        "indicators.csv:2 year: 2222 is above the maximum 2100; expected 2100 or less",
    ),
    "unknown code": (
        {"staff": cell(1, community_code="4403040O2001")},
        "staff.csv:2 community_code: no communities row '4403040O2001'; expected a community_code of communities.csv; did you mean '440304002001'?",
    ),
    "unknown facility": (
        {"activities": cell(1, facility_id="F99")},
        "activities.csv:2 facility_id: no facilities row 'F99'; expected a facility_id of facilities.csv",
    ),
    "form of a code": (
        {"communities": cell(1, subdistrict_code="4403")},
        "communities.csv:2 subdistrict_code: '4403' has another form; expected text like [0-9]{9}",
    ),
    "duplicate id": (
        {"facilities": cell(2, facility_id="F1")},
        "facilities.csv:3 facility_id: 'F1' stands in an earlier row too; expected a value of its own",
    ),
    "unknown kind": (
        {"facilities": cell(3, kind="parc")},
        "facilities.csv:4 kind: 'parc' is not known; expected one of childrens_home, base,",
    ),
    "empty required cell": ({"facilities": cell(3, name="")}, "facilities.csv:4 name: the cell is empty; expected name"),
    "formula": (
        {"facilities": cell(1, name="=HYPERLINK(1)")},
        "facilities.csv:2 name: '=HYPERLINK(1)' would run as a formula in a spreadsheet; expected text that does not start with",
    ),
    "formula that begins like a number": (
        {"facilities": cell(1, name="-2+3+cmd|' /C calc'!A0")},
        "facilities.csv:2 name: \"-2+3+cmd|' /C calc'!A0\" would run as a formula in a spreadsheet",
    ),
    "formula with @": ({"facilities": cell(1, name="@SUM(1)")}, "facilities.csv:2 name: '@SUM(1)' would run as a formula"),
    "formula with +": ({"facilities": cell(1, name="+A1")}, "facilities.csv:2 name: '+A1' would run as a formula"),
    "formula with a tab": ({"facilities": cell(1, name="\t=1")}, "facilities.csv:2 name: '=1' would run as a formula"),
    "full-width formula": ({"facilities": cell(1, name="＝1")}, "facilities.csv:2 name: '＝1' would run as a formula"),
    "formula for a number": (
        {"facilities": cell(1, floor_area_m2="=1+1")},
        "facilities.csv:2 floor_area_m2: '=1+1' would run as a formula",
    ),
    "script": (
        {"facilities": cell(1, name="<script>alert(1)</script>")},
        "facilities.csv:2 name: '<script>alert(1)</script>': markup is not allowed in a register; expected plain text",
    ),
    "image": ({"facilities": cell(1, name="好< img src=x>")}, "facilities.csv:2 name: '好< img src=x>': markup is not allowed"),
    "space around": (
        {"facilities": cell(1, name="东园 ")},
        "facilities.csv:2 name: '东园 ' has space around it; expected no space",
    ),
    "thousands separator": (
        {"facilities": cell(3, site_area_m2="12,000")},
        "facilities.csv:4 site_area_m2: '12,000' has thousands separators; expected a number without them",
    ),
    "full-width digits": (
        {"facilities": cell(3, site_area_m2="１２０")},
        "facilities.csv:4 site_area_m2: '１２０' has full-width digits; expected a number in half-width digits",
    ),
    "per cent": (
        {"indicators": cell(1, value="40%")},
        "indicators.csv:2 value: '40%' is a percentage; expected a number; a share is 0 to 1",
    ),
    "not a number": (
        {"facilities": cell(3, site_area_m2="about 100")},
        "facilities.csv:4 site_area_m2: 'about 100' is not a number",
    ),
    "NaN": (
        {"facilities": cell(3, site_area_m2="NaN")},
        "facilities.csv:4 site_area_m2: 'NaN' is not a number; expected a number",
    ),
    "infinite": ({"facilities": cell(3, site_area_m2="1e999")}, "facilities.csv:4 site_area_m2: '1e999' is not a number"),
    "not whole": ({"population": cell(1, persons="2.5")}, "population.csv:2 persons: '2.5' is not a whole number"),
    "not a boolean": (
        {"facilities": cell(3, nature_contact="yes")},
        "facilities.csv:4 nature_contact: 'yes' is not true or false",
    ),
    "impossible date": (
        {"activities": cell(1, held_date="2022-02-30")},
        "activities.csv:2 held_date: '2022-02-30' is not in the calendar; expected a date YYYY-MM-DD",
    ),
    "date of another form": (
        {"activities": cell(1, held_date="2022/2/3")},
        "activities.csv:2 held_date: '2022/2/3' is not a date YYYY-MM-DD",
    ),
    "date too early": (
        {"activities": cell(1, held_date="1922-02-03")},
        "activities.csv:2 held_date: 1922-02-03 is below the minimum 1990-01-01; expected a date from 1990-01-01 to 2100-12-31",
    ),
    "date too late": (
        {"activities": cell(1, held_date="2202-02-03")},
        "activities.csv:2 held_date: 2202-02-03 is above the maximum 2100-12-31",
    ),
    "dates out of order": (
        {"facilities": cell(2, closed_date="2018-01-01")},
        "facilities.csv:3 closed_date: 2018-01-01 is before opened_date 2019-05-01; expected on or after opened_date",
    ),
    "years out of order": (
        {"reporting": cell(2, year_to="2020")},
        "reporting.csv:3 year_to: 2020 is before year_from 2021; expected on or after year_from",
    ),
    "years not given": (
        {"reporting": cell(2, year_from="")},
        "reporting.csv:3 year_from: the cell is empty; expected covers the years from",
    ),
    "swapped coordinates": (
        {"facilities": cell(3, longitude="22.545", latitude="114.06")},
        "facilities.csv:4 latitude: 114.06 is no latitude; longitude and latitude look swapped; expected degrees in WGS84",
    ),
    "latitude beyond the pole": (
        {"facilities": cell(3, latitude="91")},
        "facilities.csv:4 latitude: 91 is no latitude; it is out of range; expected degrees in WGS84",
    ),
    "metres for degrees": (
        {"facilities": cell(3, longitude="506000", latitude="22.54")},
        "facilities.csv:4 longitude: 506000 is no longitude; the position looks projected; expected degrees in WGS84",
    ),
    "far away": (
        {"homes": cell(3, longitude="113.05")},
        "homes.csv:4 longitude: 113.05, 22.533 is far from the city; expected a place within 5 km of the boundaries, in WGS84",
    ),
    "ages overlap": (
        {"population": more(age_from="20", age_below="30", persons="0")},
        "population.csv:42 age_from: ages 20 to 30 overlaps another row of this community and sex; expected ranges that do not overlap",
    ),
    "ages across a band": (
        {"population": cell(1, age_below="4")},
        "population.csv:2 age_from: ages 0 to 4 lies across 3; expected ranges that end at 3, 6, 12 and 18",
    ),
    "ages backwards": ({"population": cell(1, age_from="3")}, "population.csv:2 age_below: ages 3 to 3 is not a range of ages"),
    "ages left out": (
        {"population": lambda rows: rows[2:]},
        "population.csv age_from: ages 0 to 18 of community 440304001001, male, are not all there: 15 of 18 years",
    ),
    "no population": (
        {"population": lambda rows: rows[10:]},
        "population.csv community_code: no population for community 440304001001; expected rows for every community",
    ),
    "homes unlike population": (
        {"homes": cell(1, children_0_3_persons="6")},
        "homes.csv children_0_3_persons: 11 children 0-3 in the homes of 440304001001, 10 in population.csv; expected equal numbers",
    ),
    "inspected facility not named": (
        {"inspections": cell(2, facility_id="")},
        "inspections.csv:3 facility_id: the cell is empty though the subject is a facility; expected the facility inspected",
    ),
    "facility of another community": (
        {"inspections": cell(2, community_code=CODES[0])},
        "inspections.csv:3 community_code: facility F3 is in community 440304002001, not 440304001001; expected the community of the facility",
    ),
    "event after its register was reported": (
        {"activities": cell(4, held_date="2023-01-11"), "reporting": as_it_is},
        "activities.csv:5 held_date: 2023-01-11 is after the register was reported, 2023-01-10; expected a date up to then, or a later reported_date",
    ),
    "inspection after its register was reported": (
        {"inspections": cell(2, examined_date="2024-05-05"), "reporting": as_it_is},
        "inspections.csv:3 examined_date: 2024-05-05 is after the register was reported, 2023-01-10; expected a date up to then",
    ),
    "post filled after its register was reported": (
        {"staff": cell(1, since_date="2025-05-05", until_date=""), "reporting": as_it_is},
        "staff.csv:2 since_date: 2025-05-05 is after the register was reported, 2023-01-10",
    ),
    "event before the years covered": (
        {"activities": cell(1, held_date="2019-02-10"), "reporting": as_it_is},
        "activities.csv:2 held_date: 2019 is not among the years reported by 440304001001: 2021 to 2022; expected a date in these years",
    ),
    "event after the years covered": (
        {"meetings": cell(1, held_date="2023-01-05"), "reporting": as_it_is},
        "meetings.csv:2 held_date: 2023 is not among the years reported by 440304001001: 2021 to 2022; expected a date in these years",
    ),
    "figure after the years covered": (
        {"indicators": cell(1, year="2024"), "reporting": more(register="indicators", community_code=CODES[0])},
        "indicators.csv:2 year: 2024 is not among the years reported by 440304001001: up to 2022; expected a date in these years",
    ),
    "more answers than proposals": (
        {"meetings": cell(1, answered_count="4")},
        "meetings.csv:2 answered_count: 4 is more than proposals_count 3; expected at most proposals_count",
    ),
    "a part larger than the whole": (
        {"facilities": cell(3, play_area_m2="12001")},
        "facilities.csv:4 play_area_m2: 12001 is more than site_area_m2 12000; expected at most site_area_m2",
    ),
    "facility of another place": (
        {"facilities": cell(5, community_code=CODES[0])},
        "facilities.csv:6 community_code: 831 m outside community 440304001001; expected a place within 500 m of its boundary, or the code",
    ),
    "home of another place": (
        {"homes": lambda rows: cell(1, **{key: rows[7][key] for key in ("longitude", "latitude")})(rows)},
        "homes.csv:2 community_code: ",
    ),
    "two figures": (
        {"indicators": more(value="0.3")},
        "indicators.csv:6 value: 0.3 though line 5 gives 0.4 for this community, code and year; expected one figure",
    ),
    "two states": (
        {"reporting": more(state="not_reported")},
        "reporting.csv:34 state: not_reported though line 33 says complete of a year that both cover; expected one state for a year",
    ),
    "required register without rows": ({"homes": []}, "homes.csv:1: no rows; expected at least one row in homes.csv"),
}


@pytest.mark.parametrize(("changes", "expected"), CELLS.values(), ids=CELLS)
def test_a_bad_cell_is_the_one_thing_that_is_told(problems_of, changes, expected):
    told = problems_of(**changes)
    assert len(told) == 1 or "population" in changes or expected.startswith("homes.csv:1: no rows"), told
    assert told[0].startswith(expected)


def test_a_later_report_may_say_more_than_an_earlier_one(tmp_path):
    from tests.factories import load_tiny

    assert load_tiny(tmp_path, reporting=more(state="partial", reported_date="2022-07-01")).has("reporting")


def test_evidence_may_be_older_than_the_years_covered(tmp_path):
    from tests.factories import load_tiny

    older = {"inspections": cell(2, examined_date="2019-05-05"), "documents": cell(1, issued_date="2018-05-05")}
    assert load_tiny(tmp_path, **older).has("inspections")


def test_an_unknown_kind_gets_the_nearest_known_one(problems_of):
    (told,) = problems_of(facilities=cell(3, kind="parc"))
    assert told.endswith("did you mean 'park'?")


def test_an_optional_register_may_have_no_rows_or_be_missing(tmp_path):
    from tests.factories import load_tiny

    city = load_tiny(tmp_path, staff=[], meetings=None)
    assert city.has("staff")
    assert len(city.registers["staff"]) == 0
    assert not city.has("meetings")


def test_all_problems_of_all_files_are_told_at_once_in_the_order_of_files_and_lines(problems_of):
    told = problems_of(
        facilities=lambda rows: cell(1, kind="hom")(cell(3, site_area_m2="-1", opened_date="2022-13-01")(rows)),
        staff=cell(4, role="boss"),
        communities=cell(2, character="village"),
        settings={"crs": "EPSG:4326"},
        boundaries=None,
    )
    places = [problem.split(":", 1)[0] + ":" + problem.split(":", 1)[1].split(" ")[0] for problem in told]
    assert places == [
        "city.yaml:5",
        "communities.csv:3",
        "facilities.csv:2",
        "facilities.csv:4",
        "facilities.csv:4",
        "staff.csv:5",
        "boundaries.geojson:",
    ]


def test_rows_of_a_table_with_a_wrong_header_are_checked_all_the_same(folder):
    path = folder / "facilities.csv"
    text = path.read_text(encoding="utf-8").replace("floor_area_m2", "flor_area_m2", 1).replace("mother_baby_room", "baby_room")
    path.write_text(text, encoding="utf-8")
    told = problems_in(folder)
    assert any("'baby_room' is not known" in problem for problem in told)
    assert not any("facility_id" in problem for problem in told), "activities still find their facility"


def test_a_small_number_of_the_right_kind_is_no_formula(problems_of):
    (told,) = problems_of(facilities=cell(1, floor_area_m2="+5", books_count="-0.5"))
    assert told == "facilities.csv:2 books_count: '-0.5' is not a whole number; expected a whole number"


def test_the_table_of_problems_has_a_row_for_each(tmp_path):
    from friendly_city.city.load import load_city
    from friendly_city.errors import InvalidCity
    from tests.factories import write_city

    with pytest.raises(InvalidCity) as caught:
        load_city(write_city(tmp_path, facilities=cell(1, floor_area_m2="-5"), staff=cell(1, role="boss")))
    table = caught.value.to_frame()
    assert table[["file", "line", "path"]].values.tolist() == [["facilities.csv", 2, "floor_area_m2"], ["staff.csv", 2, "role"]]


def test_the_tiny_city_has_a_row_for_every_register():
    assert all(rows_of(name) for name in ("communities", "population", "homes", "facilities", "staff", "reporting"))
