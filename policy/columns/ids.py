"""Ids as Arrow holds them: texts and numbers that only tell visits, patients, providers and claims apart.

Owns: proving without a look at each that all of a column's cells can be read, and comparing them.
Never: turns an id into a Python object before somebody asks for it.
"""

import functools
from typing import Any, Final

import numpy as np
import pyarrow as pa

from policy.claims.fields import MAX_TEXT
from policy.columns.buffers import changed, compacted, few_texts, integers, is_distinct, mask, with_dictionary
from policy.columns.column import Bools, Column, Ints
from policy.columns.grouping import from_zero
from policy.values import Type

_SPACE: Final = ord(" ")
_LAST: Final = ord("~")


class Ids:
    """A column of ids, a value a row, all of them readable. It stands in for `Cells`; `column` is made when it is first asked for."""

    type = Type.TEXT
    bad = None
    raw = None

    def __init__(self, name: str, array: pa.Array) -> None:
        self.name = name
        self.array = array
        """Integers, texts, or a dictionary of distinct texts."""
        self._ascending = False

    @functools.cached_property
    def known(self) -> Bools | None:
        """Which cells are given; `None` for all."""
        return mask(self.array)

    @functools.cached_property
    def _numbers(self) -> Ints | None:
        """The cells as integers (of a dictionary its ids, of a null 0); `None` for texts."""
        array = self.array.indices if pa.types.is_dictionary(self.array.type) else self.array
        if not pa.types.is_integer(array.type):
            return None
        return integers(array, self.known)

    @functools.cached_property
    def _few(self) -> Any:
        """The texts, where they are few."""
        return few_texts(self.array)

    @functools.cached_property
    def changes(self) -> Bools:
        """For each row but the first, whether it differs from the one before; nulls are alike."""
        return _changes(self.array, self._numbers, self.known)

    def changed(self, rows: Ints) -> Bools:
        """For each of some rows but the first, whether it differs from the one before it among them."""
        known = None if self.known is None else self.known[rows]
        if self._numbers is not None:
            return _changes(self.array, self._numbers[rows], known)
        return _changes(self.array.take(pa.array(rows)), None, known)

    def rises(self, rows: Ints) -> bool:
        """Whether each of these rows has a greater id than the row before it, in any order that is one for the whole column."""
        if self._numbers is not None:
            return bool((self._numbers[rows] > self._numbers[rows - 1]).all())
        if self._few is not None:
            found = bool((self._few[rows - 1] < self._few[rows]).all())
        else:
            import pyarrow.compute as pc

            less = pc.less(self.array.take(pa.array(rows - 1)), self.array.take(pa.array(rows)))
            found = less.null_count == 0 and (not rows.size or bool(pc.all(less).as_py()))
        self._ascending = found and rows.size == np.count_nonzero(self.changes)
        return found

    def told(self, rows: Ints) -> Ints:
        """Some cells as integers from 0 that tell them apart; nulls are alike and like no other."""
        if self._ascending:  # known to stand in order, so that counting the changes tells them apart
            return np.cumsum(np.concatenate([np.zeros(1, np.bool_), self.changes]), dtype=np.int64)[rows]
        if self._few is not None:
            return np.asarray(np.unique(self._few[rows], return_inverse=True)[1])
        if self._numbers is None:
            import pyarrow.compute as pc

            encoded = self.array.take(pa.array(rows)).dictionary_encode()
            found = pc.fill_null(encoded.indices, len(encoded.dictionary)).to_numpy(zero_copy_only=False)
            return np.asarray(found.astype(np.int64))
        found = from_zero(self._numbers[rows])
        return found if self.known is None else np.where(self.known[rows], found + 1, 0)

    def ranks(self, rows: Ints) -> Ints:
        """The places of some cells in the order of their texts or numbers, those that are not given first."""
        if self._few is not None:
            return np.asarray(np.unique(self._few[rows], return_inverse=True)[1] + 1)
        import pyarrow.compute as pc

        encoded = with_dictionary(self.array.take(pa.array(rows)))
        places = np.zeros(max(len(encoded.dictionary), 1), np.int64)
        places[pc.sort_indices(encoded.dictionary).to_numpy()] = np.arange(1, len(encoded.dictionary) + 1)
        known = mask(encoded)
        found = places[integers(encoded.indices, known)]
        return found if known is None else np.where(known, found, 0)

    def taken(self, rows: Ints) -> Column:
        """Some cells as a column of texts."""
        return _column(self.array.take(pa.array(rows)))

    @functools.cached_property
    def column(self) -> Column:
        """Every cell, as a column of texts."""
        return _column(self.array)

    def at(self, row: int) -> str | None:
        """One cell."""
        value = self.array[row].as_py()
        return None if value is None else str(value)

    def some(self, rows: Ints | slice) -> list[str | None]:
        """Some cells."""
        if isinstance(rows, slice):
            cells = self.array[rows].to_pylist()
            return [None if cell is None else str(cell) for cell in cells]
        return [self.at(row) for row in rows.tolist()]


def _changes(array: pa.Array, numbers: Ints | None, known: Bools | None) -> Bools:
    if numbers is None:
        return changed(array)
    differs = numbers[1:] != numbers[:-1]
    return np.asarray(differs if known is None else differs | (known[1:] != known[:-1]))


def _column(array: pa.Array) -> Column:
    encoded = with_dictionary(array)
    known = mask(encoded)
    words = tuple(map(str, encoded.dictionary.to_pylist()))
    return Column(integers(encoded.indices, known).astype(np.int32, copy=False), known, words)


def ids(name: str, array: pa.Array) -> Ids | None:
    """A column as ids, if it can be told at a glance that every cell can be read; `None` when they must be read one by one."""
    type_ = array.type
    if pa.types.is_integer(type_):
        return Ids(name, array)
    if pa.types.is_dictionary(type_):
        array = compacted(array)
        words = array.dictionary
        plain = is_tidy(words) and not words.null_count and is_distinct(words)
        return Ids(name, array) if plain else None
    return Ids(name, array) if is_tidy(array) else None


def is_tidy(array: pa.Array) -> bool:
    """Whether all texts are plain: printable ASCII, no space at an end, neither empty nor long. `fields.text` takes these as they are."""
    if pa.types.is_string(array.type):
        width: Any = np.int32
    elif pa.types.is_large_string(array.type):
        width = np.int64
    else:
        return False
    if array.null_count == len(array):
        return True
    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, width)[array.offset : array.offset + len(array) + 1]
    starts, stops = ends[:-1], ends[1:]
    known = mask(array)
    if known is not None:
        starts, stops = starts[known], stops[known]
    lengths = stops - starts
    if lengths.min() == 0 or lengths.max() > MAX_TEXT:
        return False
    held = np.frombuffer(data, np.uint8)
    least = held[ends[0] : ends[-1]].min()
    if least == _SPACE and ((held[starts] == _SPACE) | (held[stops - 1] == _SPACE)).any():
        return False
    return bool(least >= _SPACE and held[ends[0] : ends[-1]].max() <= _LAST)
