"""Decay functions: from 1 down to 0, never up, never in the wrong unit."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from friendly_city.access.decay import Exponential, Gaussian, Linear, Power, Steps, Within
from friendly_city.errors import InvalidParameters
from friendly_city.units import UnitMismatch

CALM = settings(max_examples=80, deadline=None, derandomize=True, database=None)
ALL = (
    Within(limit=15, unit="min"),
    Steps(limits=(5, 10, 15), levels=(1, 0.68, 0.22), unit="min"),
    Linear(limit=15, unit="min"),
    Exponential(half=6, unit="min"),
    Gaussian(limit=15, unit="min"),
    Power(exponent=1.5, least=2, unit="min"),
)
every = pytest.mark.parametrize("decay", ALL, ids=lambda decay: type(decay).__name__)


@every
@CALM
@given(costs=st.lists(st.floats(0, 1e6) | st.just(np.inf), min_size=2, max_size=20))
def test_weights_lie_between_0_and_1_and_never_rise_with_the_cost(decay, costs):
    weights = decay.weights(np.sort(costs), unit="min")
    assert ((weights >= 0) & (weights <= 1)).all()
    assert (np.diff(weights) <= 1e-15).all()


@every
def test_no_cost_weighs_1_and_no_way_weighs_0(decay):
    assert decay.weights([0, np.inf], unit="min").tolist() == [1, 0]


@every
def test_a_cost_in_another_kind_of_unit_is_refused_and_one_in_another_size_is_turned(decay):
    with pytest.raises(UnitMismatch, match="cannot turn m"):
        decay.weights([100.0], unit="m")
    assert decay.weights([0.1, 0.2], unit="hours") == pytest.approx(decay.weights([6.0, 12.0], unit="min"))


@every
@pytest.mark.parametrize("cost", [-1.0, np.nan])
def test_a_senseless_cost_is_refused(decay, cost):
    with pytest.raises(InvalidParameters, match="costs must be 0 or more"):
        decay.weights([1.0, cost], unit="min")


@every
def test_parameters_are_frozen_and_can_be_looked_up_by(decay):
    with pytest.raises(dataclasses.FrozenInstanceError):
        decay.unit = "m"
    assert {decay: 1}[dataclasses.replace(decay)] == 1


@pytest.mark.parametrize("cost", [[[0.0, 4.0], [16.0, np.inf]]])
@every
def test_the_shape_of_the_costs_is_kept(decay, cost):
    assert decay.weights(cost, unit="min").shape == (2, 2)


def test_values_worked_out_by_hand():
    costs = [0, 3, 6, 15]
    assert Exponential(half=6, unit="min").weights(costs, unit="min") == pytest.approx([1, 2**-0.5, 0.5, 2**-2.5], abs=1e-12)
    assert Linear(limit=15, unit="min").weights(costs, unit="min") == pytest.approx([1, 0.8, 0.6, 0], abs=1e-12)
    assert Power(exponent=2, least=3, unit="min").weights(costs, unit="min") == pytest.approx([1, 1, 0.25, 0.04], abs=1e-12)
    half = np.exp(-0.125)
    expected = (half - np.exp(-0.5)) / (1 - np.exp(-0.5))
    assert Gaussian(limit=12, unit="min").weights([6], unit="min") == pytest.approx([expected], abs=1e-12)


def test_a_limit_counts_as_within_itself_though_sums_are_rounded():
    assert Within(limit=0.3, unit="km").weights([0.1 + 0.2], unit="km").tolist() == [1]
    assert Steps(limits=(0.3, 1), levels=(1, 0.5), unit="km").weights([300.00000000000006, 301], unit="m").tolist() == [1, 0.5]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Within(limit=-1, unit="m"),
        lambda: Linear(limit=0, unit="m"),
        lambda: Exponential(half=float("nan"), unit="m"),
        lambda: Gaussian(limit=float("inf"), unit="m"),
        lambda: Power(exponent=0, least=1, unit="m"),
        lambda: Power(exponent=1, least=0, unit="m"),
        lambda: Steps(limits=(), levels=(), unit="m"),
        lambda: Steps(limits=(5, 5), levels=(1, 0), unit="m"),
        lambda: Steps(limits=(5, 9), levels=(1,), unit="m"),
        lambda: Steps(limits=(5, 9), levels=(0.5, 0.6), unit="m"),
        lambda: Steps(limits=(5, 9), levels=(1.5, 0.6), unit="m"),
    ],
)
def test_senseless_parameters_are_refused(make):
    with pytest.raises(InvalidParameters):
        make()


def test_a_unit_of_neither_length_nor_time_is_refused():
    with pytest.raises(UnitMismatch, match="persons"):
        Linear(limit=5, unit="persons")
