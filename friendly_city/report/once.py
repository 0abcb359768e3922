"""What all pages of an audit share is worked out once: for as long as that very audit lives, and no longer."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from friendly_city.audit.model import Audit

Given = ParamSpec("Given")
Result = TypeVar("Result")


def once_per_audit(make: Callable[Concatenate[Audit, Given], Result]) -> Callable[Concatenate[Audit, Given], Result]:
    """Keep what a function of an audit and of hashable arguments returned.

    An audit is not changed in place, so nothing has to be forgotten before the audit itself goes. What is kept must not
    refer to the audit, or it would live for ever.
    """
    kept: WeakKeyDictionary[Audit, dict[Hashable, Any]] = WeakKeyDictionary()

    @wraps(make)
    def once(audit: Audit, /, *given: Given.args, **named: Given.kwargs) -> Result:
        found, asked = kept.setdefault(audit, {}), (given, *sorted(named.items()))
        if asked not in found:
            found[asked] = make(audit, *given, **named)
        result: Result = found[asked]
        return result

    return once
