"""Faults planted all over the demonstration city: each is told by file, line and column, and nothing else is."""

from __future__ import annotations

import csv
import shutil
from itertools import count

import pytest

from friendly_city.city.descriptor import write_datapackage
from friendly_city.city.dictionary import dictionary
from friendly_city.city.mending.copy import write_mended
from friendly_city.city.mending.faults import check_folder

AT_LEAST = 120
"""Faults asked for."""
PER_FIELD = 2
SKIPPED = {"communities.community_code", "communities.subdistrict_code", "facilities.facility_id", "indicators.unit"}
"""Keys that other registers refer to: a fault in one of them is one in every row that refers to it. A unit freed of its spaces
may still be no unit."""
ID_WITH_CHECK_DIGIT = "11010519491231002X"
"""The example of an identity number in GB 11643—1999; of nobody."""


SECOND = {
    ("facilities.csv", 19, "community_code"),  # the point is in another community
    ("activities.csv", 12, "facility_id"),  # no such facility
    ("inspections.csv", 15, "facility_id"),
    ("inspections.csv", 32, "expires_date"),  # before the day of the examination
    ("indicators.csv", 17, "value"),  # a share of 1200
    ("entrances.csv", 10, "facility_id"),
    ("entrances.csv", 12, "community_code"),  # the point is in another community
    ("hours.csv", 10, "facility_id"),
}
"""Faults that only a mended cell shows: it can be compared with others for the first time."""


def faults_for(field):
    """Yield values that are wrong in a field, those of its type first."""
    if field.numeric:
        yield from ("十二", "1,200") if field.type == "number" else ("3.5", "１２")
        if field.minimum is not None:
            yield str(int(field.minimum) - 1)
        if field.maximum is not None:
            yield str(int(field.maximum) + 1)
    elif field.type == "date":
        yield from ("2022-02-30", "2022/3/5", "1822-01-01")
    elif field.type == "boolean":
        yield from ("是", "1")
    elif field.refers:
        yield from ("999999999999", " 440304001019")
    elif field.enum:
        yield from ("nonsense", "Register")
    elif field.pattern:
        yield from ("not a code!", "a\u202eb")
    else:
        yield from ("=1+1", "<b>x</b>", "a\u200bb", " spaced", f"见{ID_WITH_CHECK_DIGIT}", "电话13812345678")
    if field.required:
        yield ""


def add_entrances_and_hours(folder):
    """Give the first facilities a gate at their own point and hours, which the demonstration city does not have."""
    with (folder / "facilities.csv").open(encoding="utf-8", newline="") as file:
        facilities = list(csv.DictReader(file))[:40]
    week = {"days": "mo-fr", "opens": "09:00", "closes": "17:00", "provenance": "synthetic"}
    rows = [
        row | week | {"entrance_id": f"E{number}", "hours_id": f"H{number}"} for number, row in enumerate(facilities, start=1)
    ]
    for name in ("entrances", "hours"):
        register = dictionary().registers[name]
        with (folder / register.file).open("w", encoding="utf-8", newline="") as file:
            header = [field.name for field in register.fields]
            writer = csv.DictWriter(file, header, extrasaction="ignore", restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    write_datapackage(folder)


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A copy of the demonstration city with faults in it, and where they are: file, line, column."""
    folder = tmp_path_factory.mktemp("planted") / "city"
    shutil.copytree("data/futian", folder)
    add_entrances_and_hours(folder)
    places = set()
    for register in dictionary().registers.values():
        path = folder / register.file
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        header, line = rows[0], count(2)
        for field in register.fields:
            if f"{register.name}.{field.name}" in SKIPPED:
                continue
            for value in list(faults_for(field))[:PER_FIELD] if field.type != "string" or field.refers else faults_for(field):
                number = next(line)
                if number > len(rows):
                    break
                rows[number - 1][header.index(field.name)] = value
                places.add((register.file, number, field.name))
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    return folder, places


def test_every_planted_fault_is_told_and_nothing_else(planted):
    folder, places = planted
    told = {(fault.file, fault.row, fault.column) for fault in check_folder(folder).faults}
    assert len(places) >= AT_LEAST
    assert places - told == set(), "not told"
    assert told - places == set(), "told though it is right"


def test_what_fix_promises_is_mended_and_the_rest_stays(planted, tmp_path):
    folder, _ = planted
    before = check_folder(folder).faults
    changes = write_mended(folder, tmp_path / "mended")
    left = {(fault.file, fault.row, fault.column) for fault in check_folder(tmp_path / "mended").faults}
    promised = {(fault.file, fault.row, fault.column) for fault in before if fault.by_fix}
    assert len(promised) > 50
    assert promised <= {(change.file, change.line, change.column) for change in changes}
    assert left == {(fault.file, fault.row, fault.column) for fault in before} - promised | SECOND


def test_no_personal_data_are_told(planted):
    folder, _ = planted
    told = repr([fault.to_dict() for fault in check_folder(folder).faults])
    assert ID_WITH_CHECK_DIGIT not in told
    assert "13812345678" not in told


def swapped(row):
    row["longitude"], row["latitude"] = row["latitude"], row["longitude"]


def put(**values):
    def change(row):
        row.update(values)

    return change


PLACES = {
    ("facilities.csv", 5): (put(longitude="114.2"), "latitude"),
    ("facilities.csv", 9): (put(longitude="114.0301", latitude="22.5901"), "longitude"),
    ("crossings.csv", 4): (swapped, "latitude"),
    ("homes.csv", 7): (put(longitude="-114.05"), "longitude"),
    ("homes.csv", 8): (put(home_id="H0001"), "home_id"),
}


@pytest.mark.parametrize(("file", "line"), PLACES)
def test_a_row_in_the_wrong_place_is_told_and_nothing_else(file, line, tmp_path):
    folder = tmp_path / "city"
    shutil.copytree("data/futian", folder)
    with (folder / file).open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    change, _ = PLACES[file, line]
    change(rows[line - 2])
    with (folder / file).open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    assert [(fault.file, fault.row) for fault in check_folder(folder).faults] == [(file, line)]
