"""The short ways of writing in a file, written out as the fields of `requirement`.

Limits stand in a threshold or band without a level of their own. A filter is a mapping of a field to the text it must be,
to a list of such texts, or to bounds.
"""

from __future__ import annotations

from dataclasses import fields

from friendly_city.standards.complaints import Complaints
from friendly_city.standards.reader import Node
from friendly_city.standards.requirement import Band, Filter, Limits, Threshold

LIMITS = tuple(field.name for field in fields(Limits))
BOUNDS = ("at_least", "at_most")


def keys_as_written(kind: type) -> tuple[str, ...]:
    """Return the keys a file may have where an object of `kind` is meant.

    Examples
    --------
    >>> keys_as_written(Band)
    ('start', 'below', 'at_least', 'at_most', 'zero_at', 'steps')
    """
    names = [field.name for field in fields(kind)]
    return tuple(key for name in names for key in (LIMITS if name == "limits" else (name,)))


def written_out(node: Node, kind: object, complaints: Complaints) -> Node:
    """Return the node with the keys and values of the dataclass `kind`; other kinds as they are."""
    if not isinstance(node.value, dict):
        return node
    if kind in (Threshold, Band):
        return _limits(node, Threshold if kind is Threshold else Band, complaints)
    if kind is Filter:
        return node.of({"conditions": node.of(tuple(_condition(node, name, complaints) for name in node.mapping))})
    return node


def _limits(node: Node, kind: type, complaints: Complaints) -> Node:
    if "limits" in node.mapping:
        complaints.unknown_key(node, "limits", keys_as_written(kind))
    inner = {key: child for key, child in node.mapping.items() if key in LIMITS}
    rest = {key: child for key, child in node.mapping.items() if key not in (*LIMITS, "limits")}
    if inner or kind is Band:
        rest["limits"] = node.of(inner)
    return node.of(rest)


def _condition(filters: Node, name: str, complaints: Complaints) -> Node:
    node = filters.mapping[name]
    line, column = filters.keys[name]
    field = Node(name, line, column, node.path)
    if not isinstance(node.value, dict):
        wanted = node if isinstance(node.value, tuple) else node.of((node,))
        return node.of({"field": field, "any_of": wanted})
    for key in node.mapping:
        if key not in BOUNDS:
            complaints.unknown_key(node, key, BOUNDS)
    return node.of({"field": field, **{key: child for key, child in node.mapping.items() if key in BOUNDS}})
