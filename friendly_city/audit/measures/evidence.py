"""What findings rest on: references ``register#id``, put together for all communities at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from friendly_city.audit.measures.rows import Rows


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Rows, and registers of which all rows of a community count.

    Attributes
    ----------
    rows : tuple of Rows
        Single rows; one that stands twice counts once.
    whole : tuple of str
        Registers (or layers) that are referred to as a whole, by the community's code.
    """

    rows: tuple[Rows, ...] = ()
    whole: tuple[str, ...] = ()

    def __add__(self, other: Evidence) -> Evidence:
        return Evidence(rows=self.rows + other.rows, whole=self.whole + other.whole)

    def texts(self, codes: Sequence[str]) -> pa.Array:
        """Return the references of each community, sorted, separated by spaces; '' for none.

        Parameters
        ----------
        codes : sequence of str
            Community codes, in the order of `City.codes`.

        Examples
        --------
        >>> Evidence(whole=("streets", "homes")).texts(["440304001019"]).to_pylist()
        ['homes#440304001019 streets#440304001019']
        """
        names = sorted({*(rows.register for rows in self.rows), *self.whole})
        single = dict.fromkeys(rows.register for rows in self.rows)
        parts = [_rows_of(name, [rows for rows in self.rows if rows.register == name]) for name in single]
        parts += [_whole(name, codes) for name in dict.fromkeys(self.whole)]
        rank = [np.full(len(part.place), names.index(part.register)) for part in parts]
        place = np.concatenate([np.empty(0, np.intp), *(part.place for part in parts)])
        texts = pa.concat_arrays([part.texts for part in parts]) if parts else pa.array([], pa.string())
        if single.keys() & set(self.whole):
            texts = texts.take(pa.array(np.lexsort((pc.rank(texts).to_numpy(), place))))
        elif len(parts) > 1:
            order = np.lexsort((*(np.concatenate(key) for key in ([part.order for part in parts], rank)), place))
            texts = texts.take(pa.array(order))
        ends = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=len(codes)))])
        return pc.binary_join(pa.ListArray.from_arrays(pa.array(ends, pa.int32()), texts), " ")


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """References to one register: community, order within the register, text; by row."""

    register: str
    place: np.ndarray
    order: np.ndarray
    texts: pa.Array


def _rows_of(register: str, parts: Sequence[Rows]) -> _Part:
    """Return references to single rows of a register, each once, in the order of their ids."""
    at, first = np.unique(np.concatenate([rows.index for rows in parts]), return_index=True)
    place, order = np.concatenate([rows.place for rows in parts])[first], parts[0].columns.order[at]
    by_id = np.lexsort((order, place))
    return _Part(register, place[by_id], order[by_id], parts[0].columns.references.take(pa.array(at[by_id])))


def _whole(register: str, codes: Sequence[str]) -> _Part:
    places = np.arange(len(codes))
    return _Part(register, places, places, pa.array([f"{register}#{code}" for code in codes], pa.string()))
