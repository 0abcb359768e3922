"""Objects made before a notebook starts, each handed out once.

A batch loads and audits a city once, then forks a process for each notebook. There the first `load_city` and `audit` for
the same files and the same question get what is already there. A second call makes its own, as it would anywhere. Outside
a batch nothing is ever prepared.
"""

from __future__ import annotations

from typing import Any

_shelf: dict[str, Any] = {}


def prepare(name: str, thing: object) -> None:
    """Lay a thing out under a name, in place of what was there."""
    _shelf[name] = thing


def prepared(name: str) -> Any:
    """Return what is laid out under a name, or None; it stays there."""
    return _shelf.get(name)


def hand_out(name: str) -> Any:
    """Return what is laid out under a name, or None; it is there no more.

    Examples
    --------
    >>> prepare("example", [1])
    >>> hand_out("example"), hand_out("example")
    ([1], None)
    """
    return _shelf.pop(name, None)
