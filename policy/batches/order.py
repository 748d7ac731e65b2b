"""Whether rows are sorted by their keys, in which order of the columns, and which way.

Rows that are sorted stand in clusters, and that is seen row by row, without remembering any. Any order of the key columns will do
(patient and date, or date and patient), each upwards or downwards, with empty cells at either end.

Owns: finding such an order in samples of the rows, and checking all rows against it.
Never: sorts.
"""

import datetime as dt
import itertools
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from policy.batches.clusters import Key, changes
from policy.columns.buffers import numbers

_MOST_KEYS: Final = 5
"""Of more key columns only their own order is tried."""


class NotSorted(Exception):
    """The rows are not in the order that their samples showed."""


@attrs.frozen
class Order:
    """An order of rows: key columns by their position among the keys, most significant first, and whether each ascends."""

    columns: tuple[int, ...]
    ascends: tuple[bool, ...]
    empty_first: bool

    def check(self, columns: Sequence[pa.Array], changed: Sequence[np.ndarray], before: Key | None) -> None:
        """Looks at every row of a table and at the row before it. Raises `NotSorted`."""
        if before is not None and not self.follows(before, tuple(column[0].as_py() for column in columns)):
            raise NotSorted
        equal = np.ones(len(columns[0]) - 1, bool)
        for position, ascends in zip(self.columns, self.ascends, strict=True):
            rises = _rises(columns[position], np.flatnonzero(equal & changed[position]), self.empty_first == ascends)
            if not (rises.all() if ascends else not rises.any()):
                raise NotSorted
            equal &= ~changed[position]

    def follows(self, one: Key, other: Key) -> bool:
        """Whether a key may stand after another one."""
        for position, ascends in zip(self.columns, self.ascends, strict=True):
            left, right = one[position], other[position]
            if left != right:
                if left is None or right is None:
                    return (left is None) == self.empty_first
                return bool(left < right) == ascends  # type: ignore[operator]
        return True


def find(columns: Sequence[pa.Array]) -> Order | None:
    """The order of some rows; `None` when there is none. Of several, the one nearest to the order of the keys."""
    changed = [changes(column) for column in columns]
    places = range(len(columns))
    orders = itertools.permutations(places) if len(columns) <= _MOST_KEYS else [tuple(places)]
    for order in orders:
        for empty_first in (True, False):
            found = _ways(columns, changed, order, empty_first)
            if found is not None:
                return Order(order, found, empty_first)
    return None


def _ways(
    columns: Sequence[pa.Array], changed: Sequence[np.ndarray], order: Sequence[int], empty_first: bool
) -> tuple[bool, ...] | None:
    """For each column whether it ascends, where the rows are in such an order."""
    ways = []
    equal = np.ones(max(0, len(columns[0]) - 1), bool)
    for position in order:
        at = np.flatnonzero(equal & changed[position])
        up, down = (_rises(columns[position], at, low) for low in (empty_first, not empty_first))
        if not up.all() and down.any():
            return None
        ways.append(bool(up.all()))
        equal &= ~changed[position]
    return tuple(ways)


def _rises(column: pa.Array, at: np.ndarray, empty_low: bool) -> np.ndarray:
    """For some rows, whose next row differs: whether the next one is higher."""
    if not column.null_count and (values := numbers(column, None)) is not None:
        return np.asarray(values[at] < values[at + 1])
    import pyarrow.compute as pc

    rows = pa.array(at)
    left, right = column.take(rows), column.take(pc.add(rows, 1))
    if pa.types.is_dictionary(column.type):
        left, right = left.dictionary_decode(), right.dictionary_decode()
    less = pc.less(left, right)
    rises: np.ndarray = less.fill_null(False).to_numpy(zero_copy_only=False)
    if less.null_count:
        empty = left.is_null().to_numpy(zero_copy_only=False)
        one_empty = empty | right.is_null().to_numpy(zero_copy_only=False)
        rises = np.where(one_empty, empty == empty_low, rises)
    return rises


def to_json(key: Key | None) -> list[Any] | None:
    """A key as plain data, kept in a run's folder until the run is done."""
    return None if key is None else [[type(cell).__name__, str(cell)] for cell in key]


def from_json(data: Any) -> Key | None:
    """A key from plain data."""
    read: dict[str, Any] = {
        "NoneType": lambda _: None, "str": str, "int": int, "float": float, "bool": lambda text: text == "True",
        "date": dt.date.fromisoformat, "datetime": dt.datetime.fromisoformat, "Decimal": Decimal,
    }  # fmt: skip
    return None if data is None else tuple(read[name](text) for name, text in data)
