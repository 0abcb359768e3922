"""Who walks, and by which rules: speed, steps, and where a trunk road is crossed and how long that takes.

Every figure is read from ``walking.yaml``, with its source or the reason for a choice of ours. Knows no streets (`corners`)
and no city (`pace`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from friendly_city.access.impedance import WalkingSpeed, parameters, walking_speed
from friendly_city.errors import InvalidParameters, UnknownName
from friendly_city.labels import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

NONE, SIGNAL = "none", "signal"
"""The kinds of crossing of a place without one, and of one that every age may use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One figure and where it is from.

    Attributes
    ----------
    value : float
        The figure.
    reason : Text
        Its source, or why it is chosen.
    basis : str
        ``source`` or ``ours``.
    """

    value: float
    reason: Text
    basis: Literal["source", "ours"]

    def __post_init__(self) -> None:
        """Refuse a figure below 0."""
        if not 0 <= self.value < float("inf"):
            raise InvalidParameters(f"a figure of walking must be 0 or more; got {self.value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A kind of crossing of a trunk road.

    Attributes
    ----------
    kind : str
        As in the register crossings, or ``none``.
    name : Text
        Its name for people.
    wait_min : Choice
        Minutes it costs.
    steps : bool
        Whether it has, or is presumed to have, steps.
    """

    kind: str
    name: Text
    wait_min: Choice
    steps: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """How the children of an age band walk.

    Attributes
    ----------
    band : str
        Age band.
    speed : WalkingSpeed
        Metres a minute, with the source.
    takes_steps : bool
        Whether steps can be taken; a stroller takes none.
    crosses : mapping of str to Crossing
        The kinds of crossing at which a trunk road is crossed.
    rule : Text
        Who walks, and where a trunk road is crossed.

    Examples
    --------
    >>> alone = walker("6-12")
    >>> alone.speed.m_per_min, alone.may_cross("signal"), alone.may_cross("zebra")
    (60.0, True, False)
    >>> walker("0-3").may_cross("bridge")
    False
    """

    band: str
    speed: WalkingSpeed
    takes_steps: bool
    crosses: Mapping[str, Crossing]
    rule: Text

    def may_cross(self, kind: str) -> bool:
        """Return whether a trunk road is crossed at a kind of crossing."""
        return self.wait_min(kind) < float("inf")

    def wait_min(self, kind: str) -> float:
        """Return the minutes that a kind of crossing costs, inf where it cannot be used."""
        crossing = self.crosses.get(kind)
        open_to = crossing is not None and (self.takes_steps or not crossing.steps)
        return crossing.wait_min.value if crossing is not None and open_to else float("inf")

    def link_m(self, kinds: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return what crossing costs at nodes, in metres of walking; inf where a trunk road cannot be crossed.

        Parameters
        ----------
        kinds : array (nodes, kinds) of bool
            Which kinds of crossing, in the order of `crossing_kinds`, each node has.
        """
        names = crossing_kinds()
        waits = np.array([self.wait_min(kind) for kind in names])
        least = np.where(kinds, waits, np.inf).min(axis=1, initial=np.inf)
        return np.asarray(np.minimum(least, self.wait_min(NONE)) * self.speed.m_per_min)


@cache
def walker(band: str) -> Walker:
    """Return how the children of an age band walk.

    Raises
    ------
    UnknownName
        When there is no such band.
    """
    bands = parameters()["bands"]
    if band not in bands:
        raise UnknownName("age band", band, tuple(bands))
    entry, known = bands[band], all_crossings()
    return Walker(
        band=band,
        speed=walking_speed(band),
        takes_steps=entry["takes_steps"],
        crosses=MappingProxyType({kind: known[kind] for kind in entry["crosses"]}),
        rule=_text(entry),
    )


def crossing_kinds() -> tuple[str, ...]:
    """Return the kinds of crossing a node may have.

    Examples
    --------
    >>> crossing_kinds()
    ('signal', 'zebra', 'bridge', 'underpass')
    """
    return tuple(kind for kind in all_crossings() if kind != NONE)


def major_classes() -> tuple[str, ...]:
    """Return the street classes that are crossed at their nodes only.

    Examples
    --------
    >>> major_classes()
    ('trunk',)
    """
    return tuple(parameters()["major"]["classes"])


def near_m() -> Choice:
    """Return how far from a node a crossing serves it, in metres."""
    return _choice("near_m", "value")


def slope_choice() -> Choice:
    """Return by what share each percent of slope makes a metre longer."""
    return _choice("slope", "more_per_percent")


def major_reason() -> Text:
    """Return why trunk roads are crossed at their nodes only."""
    return _text(parameters()["major"])


def slope_factor(percent: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much longer a metre takes on a slope; 1 where the slope is not known.

    Examples
    --------
    >>> slope_factor(np.array([0.0, -4.0, np.nan])).tolist()
    [1.0, 1.2, 1.0]
    """
    return np.asarray(1 + slope_choice().value * np.abs(np.nan_to_num(percent)))


@cache
def all_crossings() -> Mapping[str, Crossing]:
    """Return every kind of crossing, ``none`` (the place without one) among them."""
    return MappingProxyType(
        {
            kind: Crossing(
                kind=kind,
                name=Text(entry["label_zh"], entry["label_en"]),
                wait_min=_choice_of(entry, "wait_min"),
                steps=entry["steps"],
            )
            for kind, entry in parameters()["crossings"].items()
        }
    )


def _choice(key: str, figure: str) -> Choice:
    return _choice_of(parameters()[key], figure)


def _choice_of(entry: Mapping[str, Any], figure: str) -> Choice:
    return Choice(value=entry[figure], reason=_text(entry), basis=entry["basis"])


def _text(entry: Mapping[str, Any]) -> Text:
    return Text(entry["zh"], entry["en"])
