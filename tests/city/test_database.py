"""A city kept in PostgreSQL with PostGIS is the city in its folder, checked by the same checks; nothing of the connection is told."""

from __future__ import annotations

import os
import shutil
from functools import partial
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

import friendly_city as fc
from friendly_city.city.connection import database_faults
from friendly_city.city.descriptor import write_datapackage
from friendly_city.city.dictionary import dictionary
from friendly_city.city.load import load_city
from friendly_city.cli import main
from friendly_city.errors import InvalidParameters
from tests.city.conftest import problems_in
from tests.city.postgres import free_port, programs, server
from tests.factories import write_city

FUTIAN = Path(__file__).parents[2] / "data" / "futian"
TYPES = {"string": "text", "number": "double precision", "integer": "integer", "date": "date", "boolean": "boolean"}
LAYERS = ("boundaries", "streets", "barriers")
VARIABLE = "FRIENDLY_CITY_TEST_DATABASE"


@pytest.fixture(scope="module")
def pg():
    pytest.importorskip("geoalchemy2")
    pytest.importorskip("psycopg")
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL server with PostGIS is installed")
    with server(found) as running:
        run(running, f"CREATE ROLE reader LOGIN PASSWORD '{running.password}'")
        yield running


def engine(pg, database="postgres"):
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    return create_engine(pg.url("owner", database=database), poolclass=NullPool, connect_args={"client_encoding": "utf8"})


def run(pg, *commands, database="postgres"):
    from sqlalchemy import text

    with engine(pg, database).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return [connection.execute(text(command)) for command in commands][-1]


def stored(pg, folder, database):
    """Put registers and layers of a city folder into tables, and have its city.yaml name them instead."""
    from sqlalchemy import text

    schema = "city"
    run(pg, f"CREATE DATABASE {database}")
    run(pg, "CREATE EXTENSION postgis", f"CREATE SCHEMA {schema}", database=database)
    words, tables, layers = dictionary(), {}, {}
    with engine(pg, database).begin() as connection:
        for name, register in words.registers.items():
            if not (folder / register.file).is_file():
                continue
            table = pd.read_csv(folder / register.file, dtype=str, keep_default_na=False)
            kinds = ", ".join(f'"{field.name}" {TYPES[field.type]}' for field in register.fields)
            connection.execute(text(f"CREATE TABLE {schema}.{name} ({kinds}, geom geometry(Point, 4326), note text)"))
            with (
                connection.connection.cursor() as cursor,
                cursor.copy(f"COPY {schema}.{name} ({', '.join(table)}) FROM STDIN") as copy,
            ):
                for row in table.itertuples(index=False):
                    copy.write_row(
                        [
                            cell or (None if TYPES[register.field(column).type] != "text" else "")
                            for column, cell in zip(table, row, strict=True)
                        ]
                    )
            (folder / register.file).unlink()
            tables[name] = f"{schema}.{name}"
        for name in LAYERS:
            path = folder / f"{name}.geojson"
            gpd.read_file(path).rename_geometry("shape").to_postgis(name, connection, schema=schema)
            path.unlink()
            layers[name] = f"{schema}.{name}"
    granted = f"GRANT USAGE ON SCHEMA {schema} TO reader", f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader"
    run(pg, *granted, database=database)
    said = yaml.safe_load((folder / "city.yaml").read_text(encoding="utf-8"))
    said["database"] = {"connection": VARIABLE, "tables": tables, "layers": layers}
    (folder / "city.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    write_datapackage(folder)
    return folder


@pytest.fixture(scope="module")
def template(pg, tmp_path_factory):
    """The folder of a tiny city whose tables are in the database `tiny`."""
    return stored(pg, write_city(tmp_path_factory.mktemp("stored") / "city"), "tiny")


NUMBERS = count()


@pytest.fixture
def spoilt(pg, template, tmp_path, monkeypatch):
    """A copy of the tiny city in a database of its own, to be spoilt: the folder, and what runs commands there."""
    name = f"spoilt_{next(NUMBERS)}"
    run(pg, f"CREATE DATABASE {name} TEMPLATE tiny")
    monkeypatch.setenv(VARIABLE, pg.url(database=name))
    yield shutil.copytree(template, tmp_path / "city"), partial(run, pg, database=name)
    run(pg, f"DROP DATABASE {name} WITH (FORCE)")


def in_key_order(table, key):
    return table.drop(columns="row").sort_values(key, kind="stable").reset_index(drop=True)


def test_the_demonstration_city_in_a_database_is_the_one_in_its_folder_with_the_same_findings(pg, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, pg.url(database="futian"))
    city = load_city(stored(pg, shutil.copytree(FUTIAN, tmp_path / "futian"), "futian"))
    plain = load_city(FUTIAN)
    assert list(city.registers) == list(plain.registers)
    for name, table in plain.registers.items():
        key = dictionary().registers[name].key
        pd.testing.assert_frame_equal(in_key_order(city.registers[name], key), in_key_order(table, key), check_exact=True)
    for name in LAYERS:
        one, other = (in_key_order(getattr(c, name).reset_index(), dictionary().layers[name].key) for c in (city, plain))
        pd.testing.assert_frame_equal(one.drop(columns="geometry"), other.drop(columns="geometry"), check_exact=True)
        assert one.geometry.geom_equals_exact(other.geometry, 0).all()
    audits = [fc.audit(one, fc.load_checklist("community"), period="2022") for one in (city, plain)]
    pd.testing.assert_frame_equal(audits[0].findings, audits[1].findings, check_exact=False, rtol=1e-12)
    assert "database#city.facilities" in city.hashes


FAULTS = {
    "an unknown kind": (
        "UPDATE city.facilities SET kind = 'parc' WHERE facility_id = 'F3'",
        "database#city.facilities:3 kind: 'parc' is not known; expected one of",
    ),
    "a formula": (
        "UPDATE city.activities SET theme = '=1+1' WHERE activity_id = 'A2'",
        "database#city.activities:2 theme: '=1+1' would run as a formula",
    ),
    "a mobile number": (
        "UPDATE city.facilities SET name = '13800138000' WHERE facility_id = 'F1'",
        "database#city.facilities:1 name: the cell holds what looks like a mobile number",
    ),
    "a share of more than one": (
        "UPDATE city.indicators SET value = 1.4 WHERE community_code = '440304001001'",
        "database#city.indicators:1 value: a share of 1.4; expected 0 to 1",
    ),
    "a date out of order": (
        "UPDATE city.facilities SET closed_date = '2001-01-01' WHERE facility_id = 'F2'",
        "database#city.facilities:2 closed_date: 2001-01-01 is before opened_date 2019-05-01",
    ),
    "an infinite area": (
        "UPDATE city.facilities SET floor_area_m2 = 'Infinity' WHERE facility_id = 'F2'",
        "database#city.facilities:2 floor_area_m2: 'Infinity' is not a number",
    ),
    "a community that is not there": (
        "UPDATE city.staff SET community_code = '999999999999' WHERE staff_id = 'S4'",
        "database#city.staff:4 community_code: no communities row '999999999999'",
    ),
    "a place far away": (
        "UPDATE city.homes SET longitude = 10 WHERE home_id = 'H2'",
        "database#city.homes:2 longitude: 10, ",
    ),
    "a key twice": (
        "UPDATE city.facilities SET facility_id = 'F1' WHERE facility_id = 'F2'",
        "database#city.facilities:2 facility_id: 'F1' stands in an earlier row too",
    ),
    "a missing column": (
        "ALTER TABLE city.staff DROP COLUMN role",
        "database#city.staff:1 role: the column is missing",
    ),
    "a bow": (
        "UPDATE city.boundaries SET shape = ST_GeomFromText('POLYGON((114.05 22.53, 114.06 22.54, 114.06 22.53, 114.05 22.54, 114.05 22.53))', 4326) WHERE community_code = '440304001001'",
        "database#city.boundaries:1 geometry: not valid: Self-intersection",
    ),
    "no shape": (
        "UPDATE city.streets SET shape = NULL WHERE street_id = 'S1'",
        "database#city.streets:1 geometry: no geometry; expected a LineString",
    ),
    "another system": (
        "ALTER TABLE city.streets ALTER COLUMN shape TYPE geometry(LineString, 4547) USING ST_Transform(shape, 4547)",
        "database#city.streets: coordinates in EPSG:4547; expected longitude and latitude in degrees",
    ),
    "a table that is not there": (
        "ALTER TABLE city.staff RENAME TO staf",
        "database#city.staff: there is no such table; expected a table or view the user may read; did you mean 'staf'?",
    ),
    "a table that may not be read": (
        "REVOKE SELECT ON city.staff FROM reader",
        "database#city.staff: the user may not read it; expected GRANT SELECT on the table",
    ),
    "no rows": ("DELETE FROM city.homes", "database#city.homes:1: no rows; expected at least one row"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_by_table_row_and_column(spoilt, fault):
    folder, run_there = spoilt
    command, expected = FAULTS[fault]
    run_there(command)
    told = problems_in(folder)
    assert any(problem.startswith(expected) for problem in told), told
    assert "PostgreSQL error" not in str(told)  # a table that cannot be read does not keep the next from being read


def test_columns_that_are_not_of_the_dictionary_stay_in_the_database(spoilt):
    folder, run_there = spoilt
    run_there("ALTER TABLE city.staff ADD COLUMN phone text DEFAULT '13800138000'")
    assert "phone" not in load_city(folder).registers["staff"]


def test_a_query_that_does_not_end_is_given_up(spoilt, monkeypatch):
    from friendly_city.city import database

    folder, run_there = spoilt
    run_there(
        "CREATE FUNCTION city.slow() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT pg_sleep(60)::text $$",
        "ALTER TABLE city.staff RENAME TO kept",
        "CREATE VIEW city.staff AS SELECT staff_id, community_code, city.slow() AS role, since_date, until_date, provenance FROM city.kept",
        "GRANT SELECT ON city.staff TO reader",
    )
    monkeypatch.setattr(database, "STATEMENT_S", 1)
    assert any(problem.startswith("database#city.staff: it took longer than") for problem in problems_in(folder))


def test_nothing_can_be_written(spoilt):
    folder, run_there = spoilt
    run_there(
        "CREATE TABLE city.log (x int)",
        "CREATE FUNCTION city.note() RETURNS text LANGUAGE sql VOLATILE SECURITY DEFINER AS $$ INSERT INTO city.log VALUES (1) RETURNING 'director' $$",
        "ALTER TABLE city.staff RENAME TO kept",
        "CREATE VIEW city.staff AS SELECT staff_id, community_code, city.note() AS role, since_date, until_date, provenance FROM city.kept",
        "GRANT SELECT ON city.staff TO reader",
    )
    assert any(problem.startswith("database#city.staff: reading it would change the database") for problem in problems_in(folder))
    assert run_there("SELECT count(*) FROM city.log").scalar() == 0


def test_a_register_in_the_folder_and_in_the_database_is_refused(spoilt):
    folder, _ = spoilt
    (folder / "staff.csv").write_text("staff_id\n", encoding="utf-8")
    assert "database#city.staff: database has rows of staff too; expected one of the two" in problems_in(folder)


CONNECTIONS = {
    "a wrong password": (lambda pg: pg.url(password="s3cret-wrong"), "user or password is not right"),
    "an unknown user": (lambda pg: pg.url("nobody_s3cret"), "user or password is not right"),
    "an unknown database": (lambda pg: pg.url(database="s3cret"), "the user or the database does not exist"),
    "a server that is not there": (
        lambda pg: pg.url(password="s3cret", port=free_port()),
        "the server cannot be reached",
    ),
    "no connection": (lambda pg: "s3cret", f"what the environment variable {VARIABLE} holds is no connection to PostgreSQL"),
    "a port that is a word": (
        lambda pg: "postgresql://me@127.0.0.1:s3cret/x",
        f"what the environment variable {VARIABLE} holds is no",
    ),
    "another kind of database": (
        lambda pg: "sqlite:////tmp/s3cret",
        f"what the environment variable {VARIABLE} holds is no connection",
    ),
    "nothing": (lambda pg: "", f"the environment variable {VARIABLE} is not set"),
}


@pytest.mark.parametrize("fault", CONNECTIONS)
def test_a_connection_that_fails_is_told_without_a_word_of_it(pg, spoilt, monkeypatch, fault):
    make, expected = CONNECTIONS[fault]
    monkeypatch.setenv(VARIABLE, make(pg))
    done = CliRunner().invoke(main, ["city", "check", str(spoilt[0])])
    assert done.exit_code == 3
    assert f"city.yaml database.connection: {expected}" in " ".join(done.output.split())
    assert "s3cret" not in done.output
    assert pg.password not in done.output


SAID = {
    "a connection in the file": (
        {"connection": "postgresql://me:s3cret@host/x", "tables": {"staff": "staff"}},
        "database.connection",
        "name of",
    ),
    "a small variable": ({"connection": "city", "tables": {"staff": "staff"}}, "database.connection", "name of"),
    "no connection": ({"tables": {"staff": "staff"}}, "database.connection", "name of"),
    "no tables": ({"connection": "CITY"}, "database", "no tables"),
    "a command": ({"connection": "CITY", "tables": {"staff": "staff; DROP TABLE x"}}, "database.tables.staff", "is no table"),
    "a quote": ({"connection": "CITY", "tables": {"staff": 'staff" --'}}, "database.tables.staff", "is no table"),
    "a query": ({"connection": "CITY", "tables": {"staff": "(SELECT 1)"}}, "database.tables.staff", "is no table"),
    "three parts": ({"connection": "CITY", "tables": {"staff": "a.b.c"}}, "database.tables.staff", "is no table"),
    "a list": ({"connection": "CITY", "tables": {"staff": ["staff"]}}, "database.tables.staff", "is no table"),
    "an unknown register": ({"connection": "CITY", "tables": {"staf": "staff"}}, "database.tables.staf", "no such"),
    "a layer among the tables": ({"connection": "CITY", "tables": {"streets": "streets"}}, "database.tables.streets", "no such"),
    "an unknown key": ({"connection": "CITY", "tables": {"staff": "staff"}, "password": "s3cret"}, "database.…", "unknown key"),
    "a word": ("postgresql://me:s3cret@host/x", "database", "not a mapping"),
}


@pytest.mark.parametrize("fault", SAID)
def test_what_city_yaml_may_not_say_is_told_without_a_secret(tmp_path, fault):
    said, key, expected = SAID[fault]
    found = list(database_faults("database", said))
    assert any(one[0] == key and expected in one[1] for one in found), found
    assert "s3cret" not in str(found)
    folder = write_city(tmp_path / "city", settings={"database": said})
    told = problems_in(folder)
    assert any(problem.startswith("city.yaml:") and f" {key}: " in problem for problem in told), told
    assert "s3cret" not in str(told)


def test_text_in_a_database_without_an_encoding_is_told(pg, spoilt, monkeypatch):
    folder, _ = spoilt
    run(pg, "CREATE DATABASE raw ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    run(pg, "CREATE TABLE staff (staff_id bytea)", "GRANT SELECT ON staff TO reader", database="raw")
    run(pg, "ALTER TABLE staff ALTER staff_id TYPE text USING convert_from(staff_id, 'SQL_ASCII')", database="raw")
    run(pg, "INSERT INTO staff VALUES (convert_from('\\xbba8', 'SQL_ASCII'))", database="raw")
    monkeypatch.setenv(VARIABLE, pg.url(database="raw"))
    said = yaml.safe_load((folder / "city.yaml").read_text(encoding="utf-8"))
    said["database"] = {"connection": VARIABLE, "tables": {"staff": "staff"}}
    (folder / "city.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    told = problems_in(folder)
    assert "database#staff: text that is not in the encoding of the database; expected UTF-8" in told, told


def test_the_server_of_these_tests_is_on_loopback_only(pg):
    assert run(pg, "SHOW listen_addresses").scalar() == "127.0.0.1"
    assert VARIABLE not in os.environ


def test_a_city_in_a_database_is_never_taken_for_one_that_has_not_changed(spoilt, tmp_path):
    from friendly_city.batch.nation import audit_nation
    from friendly_city.batch.settings import NationSettings

    folder, run_there = spoilt
    asked = NationSettings(nation=folder, period="2022", out=tmp_path / "out", jobs=1)
    run_there("DELETE FROM city.activities")
    assert [outcome.status for outcome in audit_nation(asked).outcomes] == ["done"]
    run_there("UPDATE city.facilities SET kind = 'parc' WHERE facility_id = 'F3'")
    assert [outcome.status for outcome in audit_nation(asked).outcomes] == ["invalid"]


def test_a_city_in_a_database_is_not_handed_to_other_machines():
    from friendly_city.batch.cluster import order_of

    asked = SimpleNamespace(data="mine")
    audit = SimpleNamespace(city=SimpleNamespace(hashes={"city.yaml": "0", "database#city.staff": "1"}))
    with pytest.raises(InvalidParameters, match="mine: registers in a database are not read by several machines"):
        order_of(SimpleNamespace(settings=asked, foundation=None, audit=audit, jobs=(), overview=None))
