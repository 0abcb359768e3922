"""Figures: inline SVG with real text, the same bytes each time, nothing left changed."""

from __future__ import annotations

import re
import warnings
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from matplotlib.patches import Rectangle

from friendly_city.report import svg
from friendly_city.report.charts import plot_profile, plot_ranking, plot_ratings, profile_titles
from friendly_city.report.figure import draw_figure
from friendly_city.report.pen import rounded
from friendly_city.report.sections_summary import profile_figure


def mark(ax):
    ax.axis("off")
    ax.plot([0, 1], [0, 1], marker="o", linestyle="none", gid="dot")
    ax.add_patch(Rectangle((0.1, 0), 0.8, 1, hatch="//"))
    ax.text(0.5, 0.5, "孖岭 <1> & $x$", ha="right", rotation_mode="anchor", bbox={"pad": 2.0})


def drawn(**changes):
    wanted = {
        "id": "f",
        "heights": (200, 300),
        "finding": "甲 <最弱>",
        "caption": "说明",
        "numbers": None,
        "titles": {"dot": "一点 <1>"},
    }
    return draw_figure(mark, **(wanted | changes))


def test_two_renders_are_the_same_bytes():
    assert drawn().html == drawn().html


def test_the_figure_says_its_finding_to_those_who_do_not_see_it():
    html = drawn().html
    assert html.count('role="img"') == 2
    assert html.count('aria-label="甲 &lt;最弱&gt;"') == 2


def test_text_stays_text_and_takes_the_font_of_the_page():
    html = drawn().html
    assert ">孖岭 &lt;1&gt; &amp; $x$</text>" in html
    assert "font-family" not in html


def test_nothing_but_the_drawing_is_left():
    html = drawn().html
    assert not re.search(r"<\?xml|<!DOCTYPE|<metadata|<style|xmlns|http", html)
    assert ' width="' not in re.search(r"<svg[^>]*>", html)[0]


def test_ids_are_unique_and_references_find_them():
    html = drawn().html + drawn(id="g").html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    references = set(re.findall(r"url\(#([^)]+)\)", html)) | set(re.findall(r' href="#([^"]+)"', html))
    assert references
    assert references <= set(ids)


def test_a_mark_has_its_tooltip():
    assert drawn().html.count("<title>一点 &lt;1&gt;</title>") == 2


def test_the_wide_drawing_is_shown_where_there_is_no_style():
    figure = drawn()
    assert "display:none" in figure.narrow
    assert "display:none" not in figure.wide


def test_settings_of_matplotlib_are_as_before():
    before = dict(mpl.rcParams)
    drawn()
    assert dict(mpl.rcParams) == before


def test_no_warning_without_a_chinese_font(monkeypatch):
    monkeypatch.setattr(svg, "CHINESE_FONTS", ())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "孖岭" in drawn().html


def test_only_the_first_installed_chinese_font_is_named(monkeypatch):
    monkeypatch.setattr(svg, "CHINESE_FONTS", ("DejaVu Serif", "DejaVu Sans Mono", "absent"))
    assert svg.fonts() == ["DejaVu Serif", "DejaVu Sans"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_words_of_charts_are_at_least_14_px(c, language):
    figure = profile_figure(c, language=language)
    for drawing in (figure.wide, figure.narrow):
        assert min(float(size) for size in re.findall(r"font-size:([\d.]+)px", drawing)) >= 14


def test_the_profile_has_a_tooltip_for_each_subsystem(c):
    root = ET.fromstring(profile_figure(c).wide)
    titles = {node.text for node in root.iter("title")}
    assert titles == set(profile_titles(c, "zh").values())
    assert len(titles) == 8


def test_charts_give_axes_back_and_need_none(c, audit):
    from matplotlib import pyplot as plt
    from matplotlib.axes import Axes

    for made in (plot_ratings(c), plot_profile(c, language="en"), plot_ranking(audit)):
        assert isinstance(made, Axes)
    plt.close("all")


def test_the_ratings_bar_is_in_proportion(c):
    from matplotlib import pyplot as plt

    patches = {patch.get_gid().removeprefix("rating-"): patch for patch in plot_ratings(c).patches}
    counts = {rating: count for rating, count in c.findings.counts.items() if count}
    assert set(patches) == set(counts)
    per_item = {rating: patches[rating].get_width() / count for rating, count in counts.items()}
    assert max(per_item.values()) == pytest.approx(min(per_item.values()))
    assert patches["no_data"].get_hatch()
    plt.close("all")


def test_an_unknown_language_is_refused(c):
    with pytest.raises(ValueError, match="must be one of 'zh', 'en'; not 'fr'"):
        plot_profile(c, language="fr")


@pytest.mark.parametrize(
    ("number", "decimals", "written"),
    [("120.0", 0, "120"), ("120.4", 0, "120"), ("100.04", 1, "100"), ("0.26", 1, "0.3"), ("-0.04", 1, "0"), ("10.50", 2, "10.5")],
)
def test_a_coordinate_is_rounded_and_keeps_its_size(number, decimals, written):
    assert rounded(f"M {number} z", decimals) == f"M {written} z"


def test_a_notebook_that_asks_for_it_gets_figures_with_real_text():
    import warnings

    import matplotlib as mpl

    from friendly_city.report.svg import fonts, use_svg

    with mpl.rc_context(), warnings.catch_warnings():
        use_svg()
        assert mpl.rcParams["svg.fonttype"] == "none"
        assert mpl.rcParams["font.family"] == fonts()
        warnings.warn("Glyph 31119 (\\N{CJK}) missing from font(s) DejaVu Sans.", UserWarning, stacklevel=1)
