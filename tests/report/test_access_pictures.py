"""Pictures of access and plans show what their numbers say."""

from __future__ import annotations

import pathlib
from dataclasses import replace

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.path import Path

import friendly_city as fc
from friendly_city.audit.service_access import service_access
from friendly_city.report import access as pictures


@pytest.fixture(scope="module")
def city():
    return fc.load_city(pathlib.Path(__file__).parents[2] / "data/futian")


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def marks(ax):
    """Return at how many places each kind of mark stands, by its word for a legend."""
    named = [patch for patch in ax.patches if patch.get_gid()]
    lines = {patch: int((patch.get_path().codes == Path.MOVETO).sum()) for patch in named}
    return {patch.get_label(): count // (2 if patch.get_gid() == "beyond" else 1) for patch, count in lines.items()}


@pytest.mark.parametrize("subdistrict", ["", "440304001"])
def test_the_map_of_minutes_has_every_home_with_children_once(city, subdistrict):
    found = service_access(city, kind="library", age_band="6-12", period="2022", subdistrict=subdistrict)
    ax = pictures.map_minutes(found, language="en")
    counts = marks(ax)
    assert list(counts) == ["≤ 5 min", "≤ 10 min", "≤ 15 min", "farther, or no way", "library"]
    *homes, libraries = counts.values()
    assert sum(homes) == (found.homes["children"] > 0).sum()
    assert [words.get_text() for words in ax.legend().get_texts()] == list(counts)
    inside = set(found.city.codes[found.asked_communities])
    own = found.open_facilities["community_code"].isin(inside).sum()
    if subdistrict:
        assert own < libraries < len(found.open_facilities)  # those beyond the border are seen too, not all of the city
    else:
        assert libraries == len(found.open_facilities)


def test_homes_of_communities_that_are_not_told_are_all_alike(city):
    """Grey with and without children: a grey mark does not tell that a child lives there."""
    found = service_access(city, kind="library", age_band="6-12", period="2022")
    grey = str(found.homes["community_code"].iloc[0])
    own = found.homes["community_code"] == grey
    children = found.homes["children"].mask(own & (np.arange(len(own)) % 2 == 0), 0.0)
    found = replace(found, homes=found.homes.assign(children=children))
    told = set(found.homes["community_code"]) - {grey}
    counts = marks(pictures.map_minutes(found, told=told, language="en"))
    assert counts["withheld"] == own.sum()
    assert sum(counts.values()) - counts["library"] == own.sum() + (children[~own] > 0).sum()


def test_the_curve_is_that_of_the_numbers(city):
    found = service_access(city, kind="library", age_band="6-12", period="2022")
    ax = pictures.plot_share_by_minutes(found.curve)
    levels = [y[0] for y in (line.get_ydata() for line in ax.lines) if len(y) == 2 and y[0] == y[1]]
    none, everyone = max(levels), min(levels)  # the lines of 0 and 100 %
    curve = next(line for line in ax.lines if line.get_gid() == "share-by-minutes").get_ydata()
    assert (none - curve) / (none - everyone) == pytest.approx(found.curve["share"].to_numpy())
    assert [text.get_text() for text in ax.texts][-3:] == [f"{100 * found.curve['share'][m]:.0f}%" for m in (5, 10, 15)]


def test_an_unknown_language_is_refused(city):
    found = service_access(city, kind="library", age_band="6-12", period="2022")
    with pytest.raises(ValueError, match="language"):
        pictures.plot_share_by_minutes(found.curve, language="fr")
