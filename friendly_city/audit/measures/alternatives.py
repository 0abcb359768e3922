"""Alternatives: of several criteria that ask for one thing in different ways, the one best met counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from friendly_city.audit.measures.kinds import overruled
from friendly_city.audit.measures.measured import causes, mark

if TYPE_CHECKING:
    from friendly_city.audit.measures.measured import Measured
    from friendly_city.standards.model import Checklist

MET, UNKNOWN, OUT = 3.0, 2.0, -1.0
"""Standing of a criterion in its group: above every degree when met, or not known; below when it does not apply."""


def one_counts(measured: Sequence[Measured], checklist: Checklist) -> list[Measured]:
    """Return the measures of a checklist's criteria with only one left to count in each group of alternatives.

    A met one counts; else one without data, as it may be met; else the one with the highest degree; of equals the first. The
    others are not applicable, so the score stays one weighted mean and what is gained by meeting the one that counts is exact.
    """
    places = {item.id: place for place, item in enumerate(checklist.items)}
    result = list(measured)
    for group in checklist.alternatives:
        members = [places[name] for name in group.criteria if name in places]
        ratings = np.array([result[place].rating for place in members])
        degrees = np.nan_to_num(np.array([result[place].degree for place in members], dtype=float))
        standing = np.where(ratings == "met", MET, np.where(ratings == "no_data", UNKNOWN, degrees))
        standing = np.where(ratings == "not_applicable", OUT, standing)
        best = standing.argmax(axis=0)
        for row, place in enumerate(members):
            beaten = (ratings[row] != "not_applicable") & (best != row)
            result[place] = overruled(result[place], mark(beaten, "another_counts", before=causes(len(beaten))))
    return result
