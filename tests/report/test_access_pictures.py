"""Pictures of access show what their numbers say."""

from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib import pyplot as plt

import friendly_city as fc
from friendly_city.audit.service_access import service_access
from friendly_city.report import access as pictures


@pytest.fixture(scope="module")
def city():
    return fc.load_city(Path(__file__).parents[2] / "data/futian")


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def drawn(ax):
    """Return how many points each word of the legend stands for."""
    return {some.get_label(): len(some.get_offsets()) for some in ax.collections if not some.get_label().startswith("_")}


def test_the_map_of_minutes_has_every_home_with_children_once(city):
    found = service_access(city, kind="library", age_band="6-12", period="2022")
    counts = drawn(pictures.map_minutes(found, language="en"))
    assert list(counts) == ["≤ 5 min", "≤ 10 min", "≤ 15 min", "farther, or no way", "library"]
    *homes, libraries = counts.values()
    assert sum(homes) == (found.homes["children"] > 0).sum()
    assert libraries == len(found.open_facilities)


def test_the_curve_is_that_of_the_numbers(city):
    found = service_access(city, kind="library", age_band="6-12", period="2022")
    line = pictures.plot_share_by_minutes(found).lines[0]
    assert line.get_ydata().tolist() == found.curve["share"].tolist()


def test_an_unknown_language_is_refused(city):
    found = service_access(city, kind="library", age_band="6-12", period="2022")
    with pytest.raises(ValueError, match="language"):
        pictures.plot_share_by_minutes(found, language="fr")
