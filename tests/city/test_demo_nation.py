"""Made cities for measuring say that they are made, share no code, and are the same bytes on every run."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from friendly_city.city.demo import make_nation
from friendly_city.city.load import load_city
from friendly_city.cli import main
from friendly_city.errors import InvalidParameters


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nation")
    make_nation(folder, cities=2)
    return folder


def test_every_name_and_row_says_that_it_is_made(nation):
    for folder in sorted(nation.iterdir()):
        city = load_city(folder)
        assert city.id == folder.name
        assert city.synthetic
        assert "合成数据" in city.name.zh
        assert "synthetic data" in city.name.en
        assert (city.notice.zh, city.notice.en) == ("示意图 · 合成数据", "schematic map · synthetic data")
        assert city.communities["name"].str.startswith("合成").all()
        assert city.register("facilities")["name"].str.startswith("合成").all()
        assert all((table["provenance"] == "synthetic").all() for table in city.registers.values())
        assert (city.streets["provenance"] == "synthetic").all()


def test_codes_are_unique_over_the_nation_and_no_districts(nation):
    codes = [code for folder in nation.iterdir() for code in load_city(folder).codes]
    assert len(set(codes)) == len(codes) == 184
    assert all(code.startswith("9") for code in codes)


def test_the_command_makes_the_same_bytes_however_many_cities(nation, tmp_path):
    done = CliRunner().invoke(main, ["city", "demo", str(tmp_path / "one"), "--cities", "1"])
    assert done.exit_code == 0, done.output
    again = {path.name: path.read_bytes() for path in (tmp_path / "one" / "made-00001").iterdir()}
    assert again == {path.name: path.read_bytes() for path in (nation / "made-00001").iterdir()}


def test_no_cities_are_refused(tmp_path):
    with pytest.raises(InvalidParameters, match="cities must be 1 to"):
        make_nation(tmp_path, cities=0)
