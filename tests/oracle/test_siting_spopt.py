"""spopt (its models, the CBC solver) reaches the same optimal values: MCLP, p-median, location set covering."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from friendly_city.access.siting.plan import fewest_sites, least_cost, most_children
from tests.access.siting.questions import question

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    locate = pytest.importorskip("spopt.locate", reason="spopt is not installed")
    pulp = pytest.importorskip("pulp", reason="spopt is not installed")

LIMIT_M = 400.0


def random_table(seed):
    """Return metres along a grid from homes to sites, children, and some sites that are there already."""
    rng = np.random.default_rng(seed)
    homes, sites = (rng.uniform(0, 1500, (int(rng.integers(low, high)), 2)) for low, high in ((5, 40), (4, 15)))
    table = np.abs(homes[:, None] - sites).sum(axis=2)
    kept = np.zeros(len(sites), bool)
    kept[: int(rng.integers(0, 2))] = True
    return table, rng.integers(1, 90, len(homes)), kept, int(rng.integers(1, 4))


def optimum(model):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = model()
        model.problem.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0.0))
    assert pulp.LpStatus[model.problem.status] == "Optimal"
    return pulp.value(model.problem.objective)


@pytest.mark.parametrize("seed", range(20))
def test_spopt_reaches_the_same_values(seed):
    table, children, kept, number = random_table(seed)
    here = kept.astype(int)
    one = question(table, limit_m=LIMIT_M, demand=children, kept=kept, beyond_m=5000.0)
    everywhere = number + int(kept.sum())
    most = optimum(lambda: locate.MCLP.from_cost_matrix(table, children, LIMIT_M, everywhere, predefined_facilities_arr=here))
    assert most_children(one, budget=number).value == pytest.approx(most)
    least = optimum(lambda: locate.PMedian.from_cost_matrix(table, children, everywhere, predefined_facilities_arr=here))
    assert least_cost(one, budget=number).value == pytest.approx(least / children.sum())


@pytest.mark.parametrize("seed", range(20))
def test_spopt_covers_all_with_as_many_sites(seed):
    table, _, kept, _ = random_table(seed)
    near = table[(table <= LIMIT_M).any(axis=1)]
    if not len(near):
        pytest.skip("nobody is near a site")
    one = question(near, limit_m=LIMIT_M, kept=kept)
    all_ = optimum(lambda: locate.LSCP.from_cost_matrix(near, LIMIT_M, predefined_facilities_arr=kept.astype(int)))
    assert fewest_sites(one).value + kept.sum() == pytest.approx(all_)
