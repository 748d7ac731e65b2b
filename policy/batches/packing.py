"""Numbers as Parquet packs them: few bits each, or by how much each differs from the one before; and which cells are filled.

Encodings are those of the public format (Apache Parquet: Encodings.md).

Owns: the bytes of values. Never: knows a column, its name or its type.
"""

import struct
from collections.abc import Callable
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

_BLOCK: Final = 128
"""Differences in a block: four parts of 32."""


@attrs.frozen(eq=False)
class Steps:
    """Numbers by their first one and by how much each differs from the one before: `steps` over `least`."""

    values: np.ndarray
    steps: np.ndarray
    least: int
    width: int

    @staticmethod
    def of(values: np.ndarray) -> "Steps | None":
        """`None` when differences vary by more than two bytes hold."""
        if int(values.max()) - int(values.min()) > np.iinfo(values.dtype).max:
            return None
        steps = values[1:] - values[:-1]
        least, most = (int(steps.min()), int(steps.max())) if len(steps) else (0, 0)
        if most - least > 0xFFFF:
            return None
        width = next(width for width in (0, 1, 2, 4, 8, 16) if most - least < 1 << width)
        return Steps(values, steps, least, width)

    def page(self, start: int, rows: int) -> bytes:
        """Some of the numbers, in blocks of differences of one width."""
        own = (self.steps[start : start + rows - 1] - self.steps.dtype.type(self.least)).astype(
            np.uint8 if self.width <= 8 else np.uint16
        )
        head = b"".join(varint(number) for number in (_BLOCK, 4, rows, zigzag(int(self.values[start]))))
        blocks, left = -(-len(own) // _BLOCK), -len(own) % _BLOCK
        if not self.width or not blocks:
            return head + (varint(zigzag(self.least)) + bytes(4)) * blocks
        bits = np.frombuffer(packed(np.concatenate([own, np.zeros(left, own.dtype)]), self.width), np.uint8)
        told = varint(zigzag(self.least)) + bytes([self.width]) * 4
        out = np.empty((blocks, len(told) + _BLOCK * self.width // 8), np.uint8)
        out[:, : len(told)] = np.frombuffer(told, np.uint8)
        out[:, len(told) :] = bits.reshape(blocks, -1)
        spare = left // (_BLOCK // 4)  # parts of the last block that hold nothing are not written
        return head + out.tobytes()[: out.size - spare * _BLOCK // 4 * self.width // 8]


def paged(column: pa.Array, ids: np.ndarray, words: int) -> Callable[[int, int], bytes]:
    """The pages of numbers of words; `ids` has none for empty cells."""
    width = next(width for width in (1, 2, 4, 8, 16) if words <= 1 << width)
    before = None
    if column.null_count:
        given = column.is_valid().to_numpy(zero_copy_only=False)
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(given)])

    def page(start: int, rows: int) -> bytes:
        low, high = (start, start + rows) if before is None else (int(before[start]), int(before[start + rows]))
        return bytes([width]) + (same(high - low, 0) if words == 1 else run(packed(ids[low:high], width), high - low))

    return page


def levels(column: pa.Array) -> bytes:
    """Which cells are filled."""
    rows = len(column)
    bits = run(bitmap(column.buffers()[0], column.offset, rows), rows) if column.null_count else same(rows, 1)
    return struct.pack("<I", len(bits)) + bits


def same(rows: int, value: int) -> bytes:
    """One number, of at most eight bits, so many times."""
    return varint(rows << 1) + bytes([value]) if rows else b""


def run(packed: bytes, rows: int) -> bytes:
    """Packed numbers behind how many eights of them there are."""
    return varint(-(-rows // 8) << 1 | 1) + packed if rows else b""


def packed(ids: np.ndarray, width: int) -> bytes:
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


def bitmap(buffer: Any, offset: int, rows: int) -> bytes:
    """Some bits of an Arrow bitmap; those behind the last one are 0."""
    bits = np.frombuffer(buffer, np.uint8)[offset // 8 : (offset + rows + 7) // 8]
    if offset % 8 == 0 and rows % 8 == 0:
        return bits.tobytes()
    own = np.unpackbits(bits, bitorder="little")[offset % 8 : offset % 8 + rows]
    return np.packbits(own, bitorder="little").tobytes()


def zigzag(number: int) -> int:
    return number << 1 if number >= 0 else -number * 2 - 1


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
