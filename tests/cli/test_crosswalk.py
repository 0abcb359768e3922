"""`friendly-city standards crosswalk`: relations of a standard or criterion, and where criteria stand on an axis."""

from __future__ import annotations

from click.testing import CliRunner

from friendly_city.cli import main
from friendly_city.standards.axes import load_axis
from friendly_city.standards.load import load_checklist


def call(*words):
    return CliRunner().invoke(main, ["standards", "crosswalk", *words])


def test_a_criterion_is_seen_from_its_side():
    done = call("szpsg-t541-18", "--lang", "en")
    assert done.exit_code == 0
    assert "szpsg-t541-18 [300–500 m] (Shenzhen Planning Standards 2025)  looser than  gb50180-5-0-3a [≤ 300 m]" in done.output
    assert done.output.rstrip().endswith("relations")


def test_a_standard_shows_all_of_its_own_and_none_of_others():
    done = call("nursing-rooms-2016", "--lang", "en")
    lines = [line for line in done.output.splitlines() if line.startswith("  nr-")]
    assert lines
    assert f"{len(lines)} relations" in done.output
    assert all("  nr-n" in line for line in lines)


def test_without_a_name_everything_is_shown():
    done = call()
    assert int(done.output.split()[-2]) > 200
    assert "本项目判读" in done.output


def test_every_criterion_of_a_checklist_stands_once_on_an_axis():
    done = call("--axis", "crc", "--lang", "en")
    assert done.exit_code == 0
    shown = [line.split()[0] for line in done.output.splitlines() if line.startswith("  ")]
    assert sorted(shown) == sorted(item.id for item in load_checklist("community").items)
    assert load_axis("crc").groups[0].title.en in done.output


def test_a_standard_on_an_axis():
    done = call("unicef-cfci", "--axis", "cfci")
    assert "cfci-g1" in done.output
    assert "sz236" not in done.output


def test_names_that_are_not_there_end_with_2():
    for words in (("gb5018",), ("--axis", "crd"), ("comunity", "--axis", "crc")):
        done = call(*words)
        assert done.exit_code == 2
        assert "did you mean" in done.output
        assert "Traceback" not in done.output


def test_a_crosswalk_file_that_is_wrong_ends_with_3(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("id: mine\ntitle: {zh: 一, en: One}\nbasis: {zh: 一, en: One}\ntopics: none\n", encoding="utf-8")
    done = call("--relations", str(path))
    assert done.exit_code == 3
    assert "mine.yaml:4:9 topics" in done.output
