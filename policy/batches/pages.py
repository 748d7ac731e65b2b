"""Columns as Parquet holds them, for columns whose cells are numbers already: words, numbers near each other, yes and no; and texts.

Answers repeat few words over many lines. A general writer looks every cell up in a table; here the numbers of words are packed, all
at once. The encodings are those of the public format (Apache Parquet: Encodings.md, parquet.thrift); a reader sees nothing unusual.

Owns: the pages of one column in one row group, and what a footer says of them.
Never: loses a cell. A column of another kind is left to PyArrow (`None`).
"""

import struct
from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from policy.batches import thrift
from policy.batches.packing import Steps, bitmap, levels, paged
from policy.batches.thrift import BINARY, I32, I64, Items, Struct

PAGE: Final = 1 << 18
"""Rows of a page. A multiple of 8, so that pages begin at a byte."""
_FEW: Final = 64
"""Up to so many words are looked for one by one."""
_BOOLEAN, _INT32, _INT64, _BYTES = 0, 1, 2, 6
"""Physical types."""
_PLAIN, _RLE, _DELTAS, _DELTA_LENGTHS, _DICTIONARY = 0, 3, 5, 6, 8
"""Encodings."""
_DATA, _WORDS = 0, 2
"""Kinds of pages."""
_SNAPPY: Final = 1


@attrs.frozen
class Chunk:
    """A column of a row group: its bytes, and its ColumnChunk, as if it stood at byte 0."""

    data: Sequence[bytes]
    told: Struct


Met = dict[tuple[int, ...], tuple[np.ndarray, list[int], pa.Array]]
"""The numbers of words of a row group's columns, and which there are, by where they stand: columns of texts may share them. With each
the array itself, so that nothing else comes to stand there."""


def chunk(name: str, column: pa.Array, optional: bool, met: Met | None = None) -> Chunk | None:
    """A column as pages; `None` for one that is not of a kind known here. `optional`: its schema lets cells be empty."""
    if not len(column) or (column.null_count and not optional):
        return None
    type_ = column.type
    if pa.types.is_dictionary(type_):
        found = (
            _words(column, {} if met is None else met)
            if pa.types.is_string(type_.value_type) and pa.types.is_int32(type_.index_type)
            else None
        )
    elif pa.types.is_int32(type_) or pa.types.is_int64(type_):
        found = _range(column) or (None if column.null_count else _steps(column))
    elif pa.types.is_boolean(type_):
        found = None if column.null_count else _bits(column)
    elif pa.types.is_string(type_):
        found = None if column.null_count else _texts(column)
    else:
        found = None
    if found is None:
        return None
    pages = _Pages()
    if found.words is not None:
        pages.words(found.words, found.number)
    for start in range(0, len(column), PAGE):
        rows = min(PAGE, len(column) - start)
        filled = levels(column.slice(start, rows)) if optional else b""
        pages.data(rows, found.encoding, filled + found.page(start, rows))
    return pages.chunk(name, found, len(column), column.null_count)


@attrs.frozen
class _Encoded:
    """What pages of a column hold."""

    type: int
    encoding: int
    page: Any
    """From the first row and the number of rows to the bytes of the values that are not empty."""
    words: bytes | None = None
    """The dictionary, of `number` words."""
    number: int = 0
    least: bytes = b""
    most: bytes = b""


class _Pages:
    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = self.plain = self.first = 0

    def words(self, data: bytes, number: int) -> None:
        self._add(_WORDS, 7, {1: (I32, number), 2: (I32, _PLAIN)}, data)
        self.first = self.size

    def data(self, rows: int, encoding: int, data: bytes) -> None:
        self._add(_DATA, 5, {1: (I32, rows), 2: (I32, encoding), 3: (I32, _RLE), 4: (I32, _RLE)}, data)

    def _add(self, kind: int, field: int, told: dict[int, tuple[int, Any]], data: bytes) -> None:
        packed = pa.compress(data, codec="snappy", asbytes=True)
        head = {1: (I32, kind), 2: (I32, len(data)), 3: (I32, len(packed)), field: (thrift.STRUCT, Struct(told))}
        header = thrift.written(Struct(head))
        self.parts += [header, packed]
        self.size += len(header) + len(packed)
        self.plain += len(header) + len(data)

    def chunk(self, name: str, found: _Encoded, rows: int, empty: int) -> Chunk:
        encodings = [_PLAIN, _RLE, _DICTIONARY] if found.words is not None else [_RLE, found.encoding]
        meta: dict[int, tuple[int, Any]] = {
            1: (I32, found.type),
            2: (thrift.LIST, Items(I32, encodings)),
            3: (thrift.LIST, Items(BINARY, [name.encode()])),
            4: (I32, _SNAPPY),
            5: (I64, rows),
            6: (I64, self.plain),
            7: (I64, self.size),
            9: (I64, self.first),
        }
        if found.words is not None:
            meta[11] = I64, 0
        if found.least:
            statistics = {3: (I64, empty), 5: (BINARY, found.most), 6: (BINARY, found.least)}
            meta[12] = thrift.STRUCT, Struct(statistics)
        return Chunk(self.parts, Struct({2: (I64, 0), 3: (thrift.STRUCT, Struct(meta))}))


# ------------------------------------------------------------------------------------------------------------ columns
def _words(column: pa.DictionaryArray, met: Met) -> _Encoded | None:
    """Words that are there, in their order, so that the bytes depend on the cells alone."""
    given = column.dictionary.to_pylist()
    if len(given) > 1 << 16:
        return None
    ids, there = _numbers(column.indices, len(given), met)
    if not there or None in given:
        return None
    words = sorted({given[k] for k in there})
    if [given[k] for k in there] != words or there != list(range(len(there))):
        places = {word: place for place, word in enumerate(words)}
        table = np.zeros(len(given), _small(len(words)))
        table[there] = [places[given[k]] for k in there]
        ids = table.take(ids)
    ids = ids.astype(_small(len(words)), copy=False)
    data = b"".join(struct.pack("<I", len(text)) + text for text in (word.encode() for word in words))
    return _Encoded(_BYTES, _DICTIONARY, paged(column, ids, len(words)), data, len(words))


def _numbers(indices: pa.Array, words: int, met: Met) -> tuple[np.ndarray, list[int]]:
    """The numbers of the words of filled cells, and which of those below `words` are there."""
    where = tuple(0 if buffer is None else buffer.address for buffer in indices.buffers())
    key = (*where, indices.offset, len(indices))
    if key not in met:
        own = indices.drop_null() if indices.null_count else indices
        ids = own.to_numpy(zero_copy_only=False)
        met[key] = ids.astype(np.intp), _there(ids.astype(_small(words)), words), indices
    return met[key][:2]


def _small(words: int) -> type[np.unsignedinteger[Any]]:
    """What holds the number of one of so many words."""
    return np.uint8 if words <= 256 else np.uint16


def _there(ids: np.ndarray, words: int) -> list[int]:
    """Which of the numbers below `words` are there."""
    if words > _FEW:
        return list(np.flatnonzero(np.bincount(ids, minlength=words)).tolist())
    data = ids.tobytes()
    return [k for k in range(words) if k in data]


def _range(column: pa.Array) -> _Encoded | None:
    """Integers of a small range: every number of it is a word."""
    values = (column.drop_null() if column.null_count else column).to_numpy(zero_copy_only=False)
    if not len(values):
        return None
    least, most = int(values.min()), int(values.max())
    if most - least > 255:
        return None
    words = (np.arange(most - least + 1) + least).astype(values.dtype.newbyteorder("<"))
    ids = (values - values.dtype.type(least)).astype(np.uint8)
    page, type_ = paged(column, ids, len(words)), _INT32 if values.dtype.itemsize == 4 else _INT64
    return _Encoded(type_, _DICTIONARY, page, words.tobytes(), len(words), words[:1].tobytes(), words[-1:].tobytes())


def _bits(column: pa.BooleanArray) -> _Encoded:
    """Yes and no: a bit each, as Arrow holds them."""
    return _Encoded(_BOOLEAN, _PLAIN, lambda start, rows: bitmap(column.buffers()[1], column.offset + start, rows))


def _steps(column: pa.Array) -> _Encoded | None:
    """Integers that differ little from one row to the next: their differences."""
    values = column.to_numpy(zero_copy_only=False)
    steps = Steps.of(values)
    if steps is None:
        return None
    type_ = _INT32 if values.dtype.itemsize == 4 else _INT64
    least, most = (
        np.array([value], values.dtype.newbyteorder("<")).tobytes() for value in (values.min(), values.max())
    )
    return _Encoded(type_, _DELTAS, steps.page, least=least, most=most)


def _texts(column: pa.StringArray) -> _Encoded | None:
    """Texts one after the other, as Arrow holds them, behind their lengths."""
    _, ends, data = column.buffers()
    at = np.frombuffer(ends, np.int32)[column.offset : column.offset + len(column) + 1]
    lengths = Steps.of(np.diff(at))
    if lengths is None or data is None:
        return None
    text = memoryview(data)

    def page(start: int, rows: int) -> bytes:
        return b"".join([lengths.page(start, rows), text[at[start] : at[start + rows]]])

    return _Encoded(_BYTES, _DELTA_LENGTHS, page)
