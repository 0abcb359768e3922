"""How much a facility counts the farther it is: decay functions that know their unit.

Each is a frozen set of parameters; `weights` turns costs into numbers from 0 to 1 that never rise with the cost and are 0
where there is no way. A cost in metres given to a decay in minutes is refused, see `units`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from friendly_city.access.costs import within
from friendly_city.errors import InvalidParameters
from friendly_city.units import UnitMismatch, convert, kind_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decay(ABC):
    """A decay function; `unit` is the unit of its parameters, a length or a time.

    Attributes
    ----------
    unit : str
        m, km, min or hours.
    """

    unit: str

    def __post_init__(self) -> None:
        """Refuse a unit of neither length nor time, and senseless parameters."""
        if kind_of(self.unit) not in {"length", "time"}:
            raise UnitMismatch(f"a decay is over a length or a time, not {self.unit} ({kind_of(self.unit)})")
        self._check()

    def weights(self, cost: Any, *, unit: str) -> Floats:
        """Return the weight of each cost.

        Parameters
        ----------
        cost : array-like
            Costs from 0 on; inf where there is no way.
        unit : str
            Unit of the costs.

        Returns
        -------
        array
            0–1, of the shape of `cost`; 0 for inf.

        Raises
        ------
        UnitMismatch
            When the unit is of another kind than this decay's.
        InvalidParameters
            When a cost is negative or not a number.
        """
        values = np.asarray(cost, dtype=float) * convert(1.0, unit, self.unit)
        if not (values >= 0).all():
            raise InvalidParameters(f"costs must be 0 or more, inf where there is no way; got {values.min()}")
        return np.asarray(np.where(np.isfinite(values), self._weights(values), 0.0))

    @abstractmethod
    def _weights(self, cost: Floats) -> Floats: ...

    @abstractmethod
    def _check(self) -> None: ...


def _require(given: float, name: str, *, above: float = 0.0) -> None:
    """Refuse a parameter that is not a finite number above a bound."""
    if not above < given < np.inf:
        raise InvalidParameters(f"{name} of a decay must be a number above {above:g}; got {given}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Within(Decay):
    """1 up to a limit, inclusive, 0 beyond: cumulative opportunities, and the plain two-step method.

    Examples
    --------
    >>> Within(limit=15, unit="min").weights([14.0, 15.0, 16.0], unit="min").tolist()
    [1.0, 1.0, 0.0]
    """

    limit: float

    def _check(self) -> None:
        if not self.limit >= 0:
            raise InvalidParameters(f"the limit of a decay must be 0 or more; got {self.limit}")

    def _weights(self, cost: Floats) -> Floats:
        return within(cost, self.limit).astype(float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps(Decay):
    """A weight for each band of cost, 0 beyond the last: the enhanced two-step method.

    Attributes
    ----------
    limits : sequence of float
        Upper ends of the bands, inclusive, rising.
    levels : sequence of float
        Weight within each band, 0–1, not rising.

    References
    ----------
    Luo, W. and Qi, Y. (2009), An enhanced two-step floating catchment area (E2SFCA) method for measuring spatial
    accessibility to primary care physicians, doi 10.1016/j.healthplace.2009.06.002.

    Examples
    --------
    >>> Steps(limits=(5, 10, 15), levels=(1.0, 0.6, 0.2), unit="min").weights([5.0, 6.0, 99.0], unit="min").tolist()
    [1.0, 0.6, 0.0]
    """

    limits: Sequence[float]
    levels: Sequence[float]

    def _check(self) -> None:
        limits, levels = np.asarray(self.limits, dtype=float), np.asarray(self.levels, dtype=float)
        if not len(limits) or len(limits) != len(levels) or not (limits[0] >= 0 and np.all(np.diff(limits) > 0)):
            raise InvalidParameters(f"bands of a decay need one weight for each limit, limits rising from 0; got {self}")
        if not (levels.max() <= 1 and levels.min() >= 0 and np.all(np.diff(levels) <= 0)):
            raise InvalidParameters(f"weights of bands lie between 0 and 1 and never rise; got {self.levels}")

    def _weights(self, cost: Floats) -> Floats:
        result = np.zeros(cost.shape)
        for limit, level in zip(reversed(self.limits), reversed(self.levels), strict=True):
            result[within(cost, limit)] = level
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear(Decay):
    """Falls evenly from 1 at no cost to 0 at a limit.

    Examples
    --------
    >>> Linear(limit=1000, unit="m").weights([0, 0.25, 2], unit="km").tolist()
    [1.0, 0.75, 0.0]
    """

    limit: float

    def _check(self) -> None:
        _require(self.limit, "the limit")

    def _weights(self, cost: Floats) -> Floats:
        return np.maximum(0.0, 1.0 - cost / self.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exponential(Decay):
    """Halves with every `half`.

    Examples
    --------
    >>> Exponential(half=10, unit="min").weights([0, 10, 20], unit="min").tolist()
    [1.0, 0.5, 0.25]
    """

    half: float

    def _check(self) -> None:
        _require(self.half, "the half-way cost")

    def _weights(self, cost: Floats) -> Floats:
        return np.asarray(np.exp2(-cost / self.half))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaussian(Decay):
    """A bell from 1 at no cost to 0 at a limit, cut there so that it ends at exactly 0.

    References
    ----------
    Dai, D. (2010), Black residential segregation, disparities in spatial access to health care facilities, and late-stage
    breast cancer diagnosis in metropolitan Detroit, doi 10.1016/j.healthplace.2010.06.012.

    Examples
    --------
    >>> Gaussian(limit=15, unit="min").weights([0, 15, 30], unit="min").tolist()
    [1.0, 0.0, 0.0]
    """

    limit: float

    def _check(self) -> None:
        _require(self.limit, "the limit")

    def _weights(self, cost: Floats) -> Floats:
        share = np.minimum(cost / self.limit, 1.0)
        return np.asarray((np.exp(-0.5 * share**2) - np.exp(-0.5)) / (1 - np.exp(-0.5)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Power(Decay):
    """Falls as a power of the cost; up to `least`, all is equally near (a power of 0 would be without bound).

    Examples
    --------
    >>> Power(exponent=1, least=100, unit="m").weights([0, 100, 400], unit="m").tolist()
    [1.0, 1.0, 0.25]
    """

    exponent: float
    least: float

    def _check(self) -> None:
        _require(self.exponent, "the exponent")
        _require(self.least, "the least cost")

    def _weights(self, cost: Floats) -> Floats:
        return np.asarray((np.maximum(cost, self.least) / self.least) ** -self.exponent)
