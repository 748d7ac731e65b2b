"""Columns by their dictionary: each distinct cell is read once, every cell is looked up.

Owns: lookup tables from a dictionary's ids to values, and merging words that are read alike.
Never: reads a cell twice.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from policy.claims.fields import Refused
from policy.columns.column import WORDS, Bad, Bools, Cells, Column, Ints, kept, scale_of
from policy.columns.reading import Reading
from policy.values import Value


def by_words(name: str, array: pa.DictionaryArray, reading: Reading, integers: bool = False) -> Cells:
    """The cells of a column with a dictionary. `integers`: the dictionary holds integers of the table's."""
    ids, items = _used(array)
    texts = reading.raw or reading.type in WORDS
    scale = 1 if texts else scale_of(reading.type, reading.whole, integers)
    found: dict[Any, int] = {}
    table = np.zeros(len(items) + 1, np.int32 if texts else np.int64)
    known = np.zeros(len(items) + 1, np.bool_)
    refused: dict[str, list[int]] = {}
    for k, item in enumerate(items):
        try:
            value = reading.cell(item)
        except Refused as wrong:
            refused.setdefault(wrong.message, []).append(k)
            continue
        if value is not None:
            known[k] = True
            table[k] = found.setdefault((type(value), value), len(found)) if texts else kept(reading.type, value, scale)
    values = table[ids]
    words = tuple(value for _, value in found)
    column = Column(values, _known(known, ids), None if reading.raw or not texts else words, scale)
    raw: tuple[Value, ...] | None = words if reading.raw else None
    return Cells(name, column, reading.type, _bad(refused, ids, len(items)), raw)


def _used(array: pa.DictionaryArray) -> tuple[Ints, list[Any]]:
    """Ids into the distinct items, one past the last for a null; a dictionary much longer than the column is cut to what is used."""
    items = array.dictionary
    indices = array.indices
    if len(items) > 2 * len(array) + 100:
        used = pc.unique(indices.drop_null())
        indices = pc.index_in(indices, used)
        items = items.take(used)
    if indices.null_count:
        indices = pc.fill_null(indices.cast(pa.int64()), len(items))
    return np.asarray(indices.to_numpy(zero_copy_only=False)), items.to_pylist()


def _known(table: Bools, ids: Ints) -> Bools | None:
    """Which cells are known; `None` for all."""
    if table[:-1].all() and not (ids == len(table) - 1).any():
        return None
    known = table[ids]
    return None if known.all() else known


def _bad(refused: dict[str, list[int]], ids: Ints, items: int) -> Bad | None:
    if not refused:
        return None
    why = np.full(items + 1, -1, np.int32)
    for k, at in enumerate(refused.values()):
        why[at] = k
    each = why[ids]
    rows = np.flatnonzero(each >= 0)
    return Bad(rows, each[rows], tuple(refused)) if rows.size else None
