"""Bare axes draw what matplotlib's own Axes draw: the same elements, the same coordinates."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from friendly_city.report.bare import BareAxes
from friendly_city.report.charts import plot_profile, plot_ranking, plot_ratings, profile_titles
from friendly_city.report.maps import map_community, map_scores
from friendly_city.report.pen import PageRenderer, Pen
from friendly_city.report.spread import plot_spread
from friendly_city.report.svg import drawing

OF_ONE = {"ratings": plot_ratings, "profile": plot_profile, "map": map_community}
OF_ALL = {"ranking": plot_ranking, "spread": plot_spread, "scores": map_scores}


def drawn(surface, draw, size, titles):
    """Return what is drawn on Axes or bare axes, written by our renderer."""
    renderer = PageRenderer(size, Pen(prefix="p-", titles=titles, decimals=1))
    surface.draw(renderer)
    return renderer.finish()


def both(plot, subject, size, language, titles):
    with drawing():
        bare = BareAxes(size)
        plot(subject, ax=bare, language=language)
        axes = Figure(figsize=(size[0] / 72, size[1] / 72), dpi=72).add_axes((0, 0, 1, 1))
        plot(subject, ax=axes, language=language)
        for artist in axes.get_children():
            artist.set_clip_on(False)  # a page clips nothing: figures keep within their frame
        return drawn(bare, plot, size, titles), drawn(axes, plot, size, titles)


@pytest.mark.parametrize("size", [(880.0, 392.0), (320.0, 574.0)], ids=["wide", "narrow"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("figure", [*OF_ONE, *OF_ALL])
def test_bare_axes_draw_what_axes_draw(figure, language, size, audit, c):
    plot, subject = (OF_ONE[figure], c) if figure in OF_ONE else (OF_ALL[figure], audit)
    bare, full = both(plot, subject, size, language, profile_titles(c, language))
    assert bare.count("<") > 10
    assert bare == full


def test_a_hatch_is_kept_and_found(c):
    bare, full = both(plot_ratings, c, (880.0, 44.0), "zh", {})
    assert bare == full
    assert bare.count('<pattern id="p-h') == bare.count("url(#p-h") == 1


def test_the_lowest_is_drawn_first():
    with drawing():
        axes = BareAxes((100, 100))
        axes.plot([0, 1], [0, 1], color="#111111", zorder=3)
        axes.plot([0, 1], [1, 0], color="#222222", zorder=1)
        written = drawn(axes, None, (100, 100), {})
    assert written.index("#222222") < written.index("#111111")


def test_words_that_are_not_measured_need_no_font(monkeypatch):
    from matplotlib.text import Text

    monkeypatch.setattr(Text, "_get_layout", None)
    with drawing():
        axes = BareAxes((100, 100))
        axes.text(0.5, 0.5, "孖岭", va="baseline", rotation_mode="anchor")
        axes.text(0.5, 0.5, "", va="baseline")
        assert drawn(axes, None, (100, 100), {}).count("<text") == 1
