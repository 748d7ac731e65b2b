"""Stable hashes of cells, a column at a time: the same value has the same hash in any batch, file, process and run.

Owns: 64-bit hashes of Arrow columns by value (a dictionary and plain text hash alike), and of several columns together.
Never: secret or safe against people who choose values; two different values may share a hash, and callers live with that.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

_K1: Final = np.uint64(0xBF58476D1CE4E5B9)
_K2: Final = np.uint64(0x94D049BB133111EB)
_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
"""The constants of the finalizer of splitmix64 (Steele, Lea, Flood 2014)."""
_NULL: Final = np.uint64(0x6E756C6C)
_WORD: Final = 8


def row_hashes(columns: Sequence[pa.Array]) -> np.ndarray:
    """One hash a row, of the cells of these columns together, in their order. uint64."""
    out = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        out = _mixed(out * _STEP + hashes(column))
    return out


def hashes(column: pa.Array) -> np.ndarray:
    """One hash a cell; of an empty cell always the same one. uint64."""
    if pa.types.is_dictionary(column.type):
        return _of_dictionary(column)
    if not pa.types.is_string(column.type) and not pa.types.is_binary(column.type):
        if not _is_whole(column.type):
            return hashes(column.cast(pa.string()))
        values = _mixed(_whole(column).view(np.uint64) + _STEP)
    else:
        values = _of_bytes(column)
    if column.null_count:
        values[column.is_null().to_numpy(zero_copy_only=False)] = _NULL
    return values


def _of_dictionary(column: Any) -> np.ndarray:
    values = np.append(hashes(column.dictionary), _NULL)
    indices = column.indices
    at: np.ndarray = (indices.fill_null(len(values) - 1) if indices.null_count else indices).to_numpy()
    found: np.ndarray = values[at]
    return found


def _is_whole(type_: pa.DataType) -> bool:
    return bool(pa.types.is_integer(type_) or pa.types.is_date(type_) or pa.types.is_timestamp(type_))


def _whole(column: pa.Array) -> np.ndarray:
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    elif not pa.types.is_integer(column.type):
        column = column.cast(pa.int64())
    if column.null_count:
        column = column.fill_null(0)
    values: np.ndarray = column.to_numpy(zero_copy_only=False).astype(np.int64)
    return values


def _of_bytes(column: pa.Array) -> np.ndarray:
    """Text, eight bytes at a time, all rows at once."""
    _, ends, data = column.buffers()
    rows = len(column)
    at = np.frombuffer(ends, np.int32)[column.offset : column.offset + rows + 1].astype(np.int64)
    low, high = (int(at[0]), int(at[-1])) if rows else (0, 0)
    text = np.zeros(high - low + _WORD, np.uint8)
    if high > low:
        text[: high - low] = np.frombuffer(data, np.uint8)[low:high]
    words = np.ndarray((high - low + 1,), "<u8", text, strides=(1,))
    start, left = at[:-1] - low, np.diff(at)
    out = _mixed(left.view(np.uint64) + _STEP)
    while rows and left.max() > 0:
        short = np.clip(left, 0, _WORD)
        kept = np.where(
            short == _WORD, ~np.uint64(0), (np.uint64(1) << (short * 8 % 64).astype(np.uint64)) - np.uint64(1)
        )
        word = words[np.minimum(start, high - low)] & kept
        out = np.where(left > 0, _mixed(out * _STEP + word), out)
        start, left = start + _WORD, left - _WORD
    return out


def _mixed(values: np.ndarray) -> np.ndarray:
    values = (values ^ (values >> np.uint64(30))) * _K1
    values = (values ^ (values >> np.uint64(27))) * _K2
    mixed: np.ndarray = values ^ (values >> np.uint64(31))
    return mixed
