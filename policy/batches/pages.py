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
_BLOCK: Final = 128
"""Differences in a block: four parts of 32."""


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
        levels = _levels(column.slice(start, rows)) if optional else b""
        pages.data(rows, found.encoding, levels + found.page(start, rows))
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
    return _Encoded(_BYTES, _DICTIONARY, _paged(column, ids, len(words)), data, len(words))


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
    page, type_ = _paged(column, ids, len(words)), _INT32 if values.dtype.itemsize == 4 else _INT64
    return _Encoded(type_, _DICTIONARY, page, words.tobytes(), len(words), words[:1].tobytes(), words[-1:].tobytes())


def _bits(column: pa.BooleanArray) -> _Encoded:
    """Yes and no: a bit each, as Arrow holds them."""
    return _Encoded(_BOOLEAN, _PLAIN, lambda start, rows: _bitmap(column.buffers()[1], column.offset + start, rows))


def _steps(column: pa.Array) -> _Encoded | None:
    """Integers that differ little from one row to the next: their differences."""
    values = column.to_numpy(zero_copy_only=False)
    steps = _Steps.of(values)
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
    lengths = _Steps.of(np.diff(at))
    if lengths is None or data is None:
        return None
    text = memoryview(data)

    def page(start: int, rows: int) -> bytes:
        return b"".join([lengths.page(start, rows), text[at[start] : at[start + rows]]])

    return _Encoded(_BYTES, _DELTA_LENGTHS, page)


@attrs.frozen(eq=False)
class _Steps:
    """Numbers by their first one and by how much each differs from the one before: `steps` over `least`."""

    values: np.ndarray
    steps: np.ndarray
    least: int
    width: int

    @staticmethod
    def of(values: np.ndarray) -> "_Steps | None":
        """`None` when differences vary by more than two bytes hold."""
        if int(values.max()) - int(values.min()) > np.iinfo(values.dtype).max:
            return None
        steps = values[1:] - values[:-1]
        least, most = (int(steps.min()), int(steps.max())) if len(steps) else (0, 0)
        if most - least > 0xFFFF:
            return None
        width = next(width for width in (0, 1, 2, 4, 8, 16) if most - least < 1 << width)
        return _Steps(values, steps, least, width)

    def page(self, start: int, rows: int) -> bytes:
        """Some of the numbers, in blocks of differences of one width."""
        own = (self.steps[start : start + rows - 1] - self.steps.dtype.type(self.least)).astype(
            np.uint8 if self.width <= 8 else np.uint16
        )
        head = b"".join(_varint(number) for number in (_BLOCK, 4, rows, _zigzag(int(self.values[start]))))
        blocks, left = -(-len(own) // _BLOCK), -len(own) % _BLOCK
        if not self.width or not blocks:
            return head + (_varint(_zigzag(self.least)) + bytes(4)) * blocks
        packed = np.frombuffer(_packed(np.concatenate([own, np.zeros(left, own.dtype)]), self.width), np.uint8)
        told = _varint(_zigzag(self.least)) + bytes([self.width]) * 4
        out = np.empty((blocks, len(told) + _BLOCK * self.width // 8), np.uint8)
        out[:, : len(told)] = np.frombuffer(told, np.uint8)
        out[:, len(told) :] = packed.reshape(blocks, -1)
        spare = left // (_BLOCK // 4)  # parts of the last block that hold nothing are not written
        return head + out.tobytes()[: out.size - spare * _BLOCK // 4 * self.width // 8]


# ------------------------------------------------------------------------------------------------------------- values
def _paged(column: pa.Array, ids: np.ndarray, words: int) -> Any:
    """The pages of numbers of words; `ids` has none for empty cells."""
    width = next(width for width in (1, 2, 4, 8, 16) if words <= 1 << width)
    before = None
    if column.null_count:
        given = column.is_valid().to_numpy(zero_copy_only=False)
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(given)])

    def page(start: int, rows: int) -> bytes:
        low, high = (start, start + rows) if before is None else (int(before[start]), int(before[start + rows]))
        return bytes([width]) + (
            _same(high - low, 0) if words == 1 else _run(_packed(ids[low:high], width), high - low)
        )

    return page


def _levels(column: pa.Array) -> bytes:
    """Which cells are filled."""
    rows = len(column)
    bits = _run(_bitmap(column.buffers()[0], column.offset, rows), rows) if column.null_count else _same(rows, 1)
    return struct.pack("<I", len(bits)) + bits


def _same(rows: int, value: int) -> bytes:
    """One number, of at most eight bits, so many times."""
    return _varint(rows << 1) + bytes([value]) if rows else b""


def _run(packed: bytes, rows: int) -> bytes:
    """Packed numbers behind how many eights of them there are."""
    return _varint(-(-rows // 8) << 1 | 1) + packed if rows else b""


def _packed(ids: np.ndarray, width: int) -> bytes:
    """Numbers of `width` bits each, the first in the lowest bits; zeros fill up the last eight of them."""
    if len(ids) % 8:
        ids = np.concatenate([ids, np.zeros(-len(ids) % 8, ids.dtype)])
    if width == 16:
        return ids.astype("<u2").tobytes()
    while width < 8:
        pairs = ids.view("<u2")
        ids = (pairs | pairs >> np.uint16(8 - width)).astype(np.uint8)
        width *= 2
    return ids.tobytes()


def _bitmap(buffer: Any, offset: int, rows: int) -> bytes:
    """Some bits of an Arrow bitmap; those behind the last one are 0."""
    bits = np.frombuffer(buffer, np.uint8)[offset // 8 : (offset + rows + 7) // 8]
    if offset % 8 == 0 and rows % 8 == 0:
        return bits.tobytes()
    own = np.unpackbits(bits, bitorder="little")[offset % 8 : offset % 8 + rows]
    return np.packbits(own, bitorder="little").tobytes()


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else -number * 2 - 1


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
