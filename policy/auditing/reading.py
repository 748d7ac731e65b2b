"""Columns of a claim table as figures read them: ids of words, and whole numbers of one scale.

Owns: what a cell that cannot be read is here: not given, and counted. Whether its visit can be decided, whoever decided has said.
Never: has a rule about values of its own (`columns` has), and never repeats a cell.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from policy.auditing.money import Ints, Mask
from policy.columns.column import Column
from policy.columns.decode import decoded, encoded, whole
from policy.columns.reading import MODIFIER, Reading, of_line, of_visit

Ids = npt.NDArray[np.int32]


@attrs.frozen
class Words:
    """A column of text: ids into `words`, -1 for cells that are not given."""

    ids: Ids
    words: tuple[str, ...]

    @property
    def known(self) -> Mask:
        """Which cells are given."""
        return np.asarray(self.ids >= 0)

    def among(self, wanted: Iterable[str]) -> Mask:
        """Which cells hold one of some words."""
        found = set(wanted)
        return self.of([word in found for word in self.words], False).astype(np.bool_)

    def of(self, values: list[Any], missing: Any) -> npt.NDArray[Any]:
        """A value per cell, from one per word; `missing` where nothing is given."""
        return np.array([*values, missing])[self.ids]

    def array(self) -> pa.Array:
        """The column as Arrow text, null where nothing is given."""
        ids = pa.array(self.ids, mask=self.ids < 0)
        return pa.DictionaryArray.from_arrays(ids, pa.array(self.words, pa.string())).cast(pa.string())


@attrs.frozen
class Numbers:
    """A column of whole numbers; 0 where nothing is given. `unread` cells are filled with something that their field does not take."""

    values: Ints
    known: Mask
    unread: int = 0


def words(column: pa.ChunkedArray | None, rows: int, field: str) -> Words:
    """Ids of a field's texts."""
    if column is None:
        return Words(np.full(rows, -1, np.int32), ())
    return _words(decoded(field, column, _reading(field)).column)


def modifiers(column: pa.ChunkedArray) -> Words:
    """Ids of a column of modifiers."""
    return _words(decoded("modifiers", column, MODIFIER).column)


def _words(cells: Column) -> Words:
    ids = cells.values if cells.known is None else np.where(cells.known, cells.values, -1)
    return Words(ids.astype(np.int32, copy=False), cells.words or ())


def told(column: pa.ChunkedArray | None, rows: int) -> Words:
    """Ids of the texts of a column of decisions."""
    if column is None:
        return Words(np.full(rows, -1, np.int32), ())
    coded = encoded("", whole(column.unify_dictionaries()))
    ids = coded.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)
    return Words(ids, tuple(coded.dictionary.to_pylist()))


def numbers(column: pa.ChunkedArray | None, rows: int, field: str, scale: int = 1) -> Numbers:
    """A field's quantities, dates (days since 1970-01-01) or times (minutes since midnight), times `scale`."""
    if column is None:
        return Numbers(np.zeros(rows, np.int64), np.zeros(rows, np.bool_))
    cells = decoded(field, column, _reading(field))
    unread = len(cells.bad.rows) if cells.bad is not None else 0
    return Numbers(
        cells.column.values.astype(np.int64) * (scale // cells.column.scale), _known(cells.column, rows), unread
    )


def dates(columns: list[pa.ChunkedArray], rows: int) -> Numbers:
    """Dates of service, from the first column that gives one, cell by cell."""
    out = numbers(None, rows, "date")
    for column in columns:
        found = numbers(column, rows, "date")
        out = Numbers(np.where(out.known, out.values, found.values), out.known | found.known)
    return out


def fingerprints(column: Words) -> npt.NDArray[np.uint64]:
    """A number per text that is the same in every process and leads back to no text; 0 where nothing is given."""
    values = [
        int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big") | 1 for word in column.words
    ]
    return np.array([*values, 0], np.uint64)[column.ids]


def distinct(values: Ints) -> tuple[Ints, Ints]:
    """Distinct whole numbers in the order in which they come, and which of them each is."""
    coded = pa.array(values).dictionary_encode()
    return coded.dictionary.to_numpy().astype(np.int64), coded.indices.to_numpy().astype(np.int64)


def _reading(field: str) -> Reading:
    return of_visit(field) if field in ("visit", "patient", "date", "provider") else of_line(field)


def _known(column: Column, rows: int) -> Mask:
    return np.ones(rows, np.bool_) if column.known is None else column.known
