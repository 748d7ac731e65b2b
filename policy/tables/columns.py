"""Columns of millions of cells, read by reading each distinct value once.

Owns: parsing a column of text through its dictionary, and finding the row of a value that cannot be read.
Never: knows a table; works on PyArrow columns of text.
"""

import bisect
from collections.abc import Callable, Sequence
from typing import Any

import attrs
import pyarrow as pa
import pyarrow.compute as pc

from policy.tables.cells import Mangled
from policy.tables.problem import AS_PUBLISHED, Problems

BULK = pa.dictionary(pa.int32(), pa.string())
"""How columns of text are read: each distinct value once, and a number for each cell."""


@attrs.frozen
class Origins:
    """Which file and row each row of the joined columns came from. `numbers` says for each file what its n-th row's number is."""

    starts: tuple[int, ...]
    files: tuple[str, ...]
    numbers: tuple[Callable[[int], int], ...]

    def place(self, index: int) -> tuple[str, int]:
        """File and row number of a row."""
        at = bisect.bisect_right(self.starts, index) - 1
        return self.files[at], self.numbers[at](index - self.starts[at])


def plain(column: Any) -> Any:
    """A column as one dictionary array."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    return column.unify_dictionaries().combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def read(column: Any, reader: Callable[[str], Any], type_: Any, name: str, origins: Origins, problems: Problems) -> Any:
    """The column with `reader` applied to every cell; what it refuses is added to `problems`, with its first row."""
    coded = plain(column)
    values: list[Any] = []
    for number, text in enumerate(coded.dictionary.to_pylist()):
        try:
            values.append(reader(text))
        except ValueError as error:
            values.append(None)
            same = pc.equal(coded.indices, pa.scalar(number, coded.indices.type))
            times = pc.sum(same).as_py()
            if times:
                more = f", and in {times - 1:,} more rows" if times > 1 else ""
                place = origins.place(pc.index(same, True).as_py())
                problems.add(*place, f"{name}: {error}{more}", AS_PUBLISHED if isinstance(error, Mangled) else None)
    return pa.array(values, type_).take(coded.indices)


def rank(columns: Sequence[Any]) -> tuple[list[Any], int]:
    """For each column of text its cells as numbers that sort as the texts do; and one more than the largest number."""
    joined = pa.chunked_array([chunk for column in columns for chunk in _chunks(column)])
    coded = plain(joined)
    order = pc.sort_indices(coded.dictionary)
    ranks = pc.sort_indices(order).cast(pa.int64()).take(coded.indices)
    found, start = [], 0
    for column in columns:
        found.append(ranks.slice(start, len(column)))
        start += len(column)
    return found, len(coded.dictionary)


def _chunks(column: Any) -> list[Any]:
    return list(column.chunks) if isinstance(column, pa.ChunkedArray) else [column]
