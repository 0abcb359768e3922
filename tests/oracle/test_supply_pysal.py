"""pysal access computes the same supply per child to 1e-12: two steps, with decay, three steps."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from friendly_city.access.costs import Pairs
from friendly_city.access.decay import Gaussian
from friendly_city.access.supply import three_step_supply, two_step_supply

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    fca = pytest.importorskip("access.fca", reason="pysal access is not installed")

BELL = Gaussian(limit=1500, unit="m")


def random_pairs(seed):
    """Return pairs in which every origin and every destination has somebody, people, and places."""
    rng = np.random.default_rng(seed)
    origins, destinations = int(rng.integers(1, 60)), int(rng.integers(1, 25))
    cost_m = rng.uniform(0, 2500, (origins, destinations))
    origin, destination = np.nonzero(cost_m <= 1500)
    pairs = Pairs(origin=origin, destination=destination, cost_m=cost_m[origin, destination])
    return pairs, rng.integers(1, 90, origins).astype(float), rng.integers(0, 60, destinations).astype(float)


def theirs(method, pairs, people, places, weight_fn=None):
    demand = pd.DataFrame({"geoid": np.arange(len(people)), "demand": people})
    supply = pd.DataFrame({"supply": places}, index=pd.Index(np.arange(len(places)), name="geoid"))
    cost = pd.DataFrame({"origin": pairs.origin, "dest": pairs.destination, "cost": pairs.cost_m})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = method(demand, supply, cost, max_cost=1e9, weight_fn=weight_fn)
    return found.reindex(range(len(people)), fill_value=0.0).to_numpy()


@pytest.mark.parametrize("seed", range(25))
def test_pysal_access_finds_the_same_supply(seed):
    pairs, people, places = random_pairs(seed)
    decay = BELL.weights(pairs.cost_m, unit="m")
    bell = lambda cost: float(BELL.weights([cost], unit="m")[0])  # noqa: E731
    ours = {
        "two": two_step_supply(pairs, places, demand=people),
        "enhanced": two_step_supply(pairs, places, demand=people, decay=decay),
        "three": three_step_supply(pairs, places, demand=people, decay=decay),
    }
    expected = {
        "two": theirs(fca.two_stage_fca, pairs, people, places),
        "enhanced": theirs(fca.two_stage_fca, pairs, people, places, bell),
        "three": theirs(fca.three_stage_fca, pairs, people, places, bell),
    }
    for name, values in ours.items():
        assert values == pytest.approx(expected[name], rel=1e-12, abs=1e-15), name
    assert ours["two"].sum() > 0 or not len(pairs.origin) or not places.sum()
