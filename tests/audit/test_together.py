"""Cities audited together give what each gives alone, with gaps of every sort and all kinds of requirement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from friendly_city.audit.findings import findings_frame
from friendly_city.audit.scores import ranks, score_findings
from friendly_city.audit.together import audit_together
from friendly_city.city.period import period_of
from friendly_city.city.together import joined
from tests.audit.random_cities import random_city
from tests.audit.test_measures_properties import EVERYTHING

PERIOD = period_of("2022")


def renumbered(city, number):
    """The same city with community codes of its own, which sort before or after those of others."""

    def new(codes):
        return codes.map(lambda code: f"{9000 - number}{code[4:]}")

    def table(frame):
        return frame.assign(community_code=new(frame["community_code"]).astype("str")) if "community_code" in frame else frame

    return replace(
        city,
        registers={name: table(frame) for name, frame in city.registers.items()},
        boundaries=city.boundaries.set_axis(new(city.boundaries.index), axis=0),
        streets=table(city.streets),
    )


@pytest.mark.parametrize("first", range(0, 30, 6))
def test_each_city_among_others_has_the_findings_and_scores_it_has_alone(first):
    cities = [renumbered(random_city(seed), seed) for seed in range(first, first + 6)]
    groups = {}
    for city in cities:
        groups.setdefault(tuple(city.registers), []).append(city)
    for group in groups.values():
        together = audit_together(joined(group), EVERYTHING, PERIOD)
        findings = together.findings.to_frame()
        for number, city in enumerate(group):
            alone = findings_frame(city, EVERYTHING, PERIOD)
            mine = findings[findings["community_code"].isin(city.codes)].reset_index(drop=True)
            pd.testing.assert_frame_equal(mine, alone, check_exact=True)
            own = together.findings.to_arrow(together.city.parts == number).to_pandas().astype(alone.dtypes)
            pd.testing.assert_frame_equal(own, alone, check_exact=True)
            scores = together.scores[together.scores["community_code"].isin(city.codes)].reset_index(drop=True)
            scores = scores.astype({"community_code": "str", "dimension": "str"})
            pd.testing.assert_frame_equal(scores, score_findings(alone, EVERYTHING), check_exact=True)


def test_places_are_counted_within_each_city():
    """80 and 70 in one city, 90 and 60 in the other: each has a first and a second."""
    exact = {name: [80.0, 90.0, 70.0, 60.0] for name in ("score", "lower", "upper")}
    found = ranks(pd.DataFrame(exact), np.array([0, 1, 0, 1]))
    assert found["rank"].tolist() == found["rank_low"].tolist() == found["rank_high"].tolist() == [1, 1, 2, 2]
