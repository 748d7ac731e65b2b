"""Columns by their dictionary: each distinct cell is read once, every cell is looked up.

Owns: lookup tables from a dictionary's ids to values, and merging words that are read alike.
Never: reads a cell twice.
"""

from typing import Any, Final

import numpy as np
import pyarrow as pa

from policy.claims.fields import Refused
from policy.columns.buffers import integers, mask
from policy.columns.column import WORDS, Bad, Bools, Cells, Column, Ints, kept, scale_of
from policy.columns.reading import Reading
from policy.values import Value

_NO_TEXT: Final = object()
"""A cell of bytes that are said to be text, and are none."""


def by_words(name: str, array: pa.DictionaryArray, reading: Reading, whole: bool = False) -> Cells:
    """The cells of a column with a dictionary. `whole`: the table has integers there."""
    items = _items(array.dictionary)
    given = mask(array.indices)
    ids = integers(array.indices, given)
    texts = reading.raw or reading.type in WORDS
    scale = 1 if texts else scale_of(reading.type, reading.whole, whole)
    found: dict[Any, int] = {}
    table = np.zeros(max(len(items), 1), np.int32 if texts else np.int64)
    known = np.zeros(len(table), np.bool_)
    refused: dict[str, list[int]] = {}
    for k, item in enumerate(items):
        try:
            value = _read(reading, item)
        except Refused as wrong:
            refused.setdefault(wrong.message, []).append(k)
            continue
        if value is not None:
            known[k] = True
            table[k] = found.setdefault((type(value), value), len(found)) if texts else kept(reading.type, value, scale)
    as_they_are = texts and len(found) == len(items)
    values = ids.astype(np.int32, copy=False) if as_they_are else table.take(ids)
    filled = given if known.all() else known.take(ids) if given is None else known.take(ids) & given
    if filled is not None and not texts:
        values = np.where(filled, values, 0)
    words = tuple(value for _, value in found)
    column = Column(values, filled, words if texts and not reading.raw else None, scale)
    raw: tuple[Value, ...] | None = words if reading.raw else None
    return Cells(name, column, reading.type, _bad(name, refused, ids, given, len(table)), raw)


def _read(reading: Reading, item: object) -> object:
    if item is _NO_TEXT:
        raise Refused("holds bytes that are no text in UTF-8")
    return reading.cell(item)


def _items(dictionary: pa.Array) -> list[Any]:
    """The items as Python objects; those that Python has no object for (days and moments out of its calendar) as one nobody reads."""
    try:
        return list(dictionary.to_pylist())
    except (OverflowError, ValueError):
        return [_item(one) for one in dictionary]


def _item(one: pa.Scalar) -> Any:
    try:
        return one.as_py()
    except UnicodeDecodeError:
        return _NO_TEXT
    except (OverflowError, ValueError):
        return object()


def _bad(name: str, refused: dict[str, list[int]], ids: Ints, given: Bools | None, items: int) -> Bad | None:
    if not refused:
        return None
    why = np.full(items, -1, np.int32)
    for k, at in enumerate(refused.values()):
        why[at] = k
    each = why[ids] if given is None else np.where(given, why[ids], -1)
    rows = np.flatnonzero(each >= 0)
    return Bad(rows, each[rows], tuple(f"`{name}` {message}" for message in refused)) if rows.size else None
