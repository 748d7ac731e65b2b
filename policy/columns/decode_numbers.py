"""Columns by arithmetic: integers, decimals and floats to exact integers, dates to days.

Owns: which cells can be had exactly that way. The field's own reader says of the least and the greatest whether they may be; when one may
not, every distinct value is asked.
Never: rounds. What has no exact integer goes to its reader as it is.
"""

import datetime as dt
from decimal import Decimal
from typing import Final

import numpy as np
import pyarrow as pa

from policy.claims.fields import Refused
from policy.columns.buffers import integers, mask
from policy.columns.column import EPOCH, EXACT, Bools, Cells, Column, Ints, scale_of
from policy.columns.reading import Reading

_FIRST: Final = dt.date.min.toordinal() - EPOCH
_LAST: Final = dt.date.max.toordinal() - EPOCH
_SAFE: Final = 2**53 // EXACT
_DIGITS: Final = 18
"""Decimal places that any integer of 64 bits can have."""
_DAY: Final = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def numbers(name: str, array: pa.Array, reading: Reading) -> Cells | None:
    """The cells of a column of numbers, or `None` when they must be read by their distinct values."""
    known = mask(array)
    whole = pa.types.is_integer(array.type)
    scale = scale_of(reading.type, reading.whole, whole)
    if whole:
        values, unit = _integers(array, known), 1
    elif pa.types.is_floating(array.type):
        values, unit = _floats(array, known), EXACT
    else:
        values, unit = _decimals(array, known), EXACT
    if values is None or not _accepted(values, known, unit, reading):
        return None
    if scale > unit:
        values = values * (scale // unit)
    elif scale < unit:
        values, rest = np.divmod(values, unit // scale)
        if rest.any():
            return None
    return Cells(name, Column(values, known, scale=scale), reading.type)


def dates(name: str, array: pa.Array, reading: Reading) -> Cells | None:
    """The cells of a column of dates or of points in time, or `None` when some time is not midnight or no date of the calendar."""
    known = mask(array)
    if pa.types.is_timestamp(array.type) and array.type.tz is not None:
        import pyarrow.compute as pc

        array = pc.local_timestamp(array)
    if pa.types.is_date32(array.type):
        days = integers(array.view(pa.int32()), known)
    else:
        unit = "ms" if pa.types.is_date64(array.type) else array.type.unit
        days, rest = np.divmod(integers(array.view(pa.int64()), known), _DAY[unit])
        if rest.any():
            return None
    if days.size and (days.min() < _FIRST or days.max() > _LAST):
        return None
    return Cells(name, Column(days.astype(np.int32, copy=False), known), reading.type)


def _integers(array: pa.Array, known: Bools | None) -> Ints | None:
    values = integers(array, known)
    if values.dtype == np.uint64 and values.size and values.max() > np.iinfo(np.int64).max:
        return None
    return values.astype(np.int64, copy=False)


def _floats(array: pa.Array, known: Bools | None) -> Ints | None:
    """Floats that stand for at most four decimal places, times 10,000: those that a whole number divided by 10,000 gives back."""
    values = integers(array, known).astype(np.float64, copy=False)
    if not (np.abs(values) < _SAFE).all():  # also false of NaN
        return None
    exact = np.rint(values * EXACT)
    return exact.astype(np.int64) if (exact / EXACT == values).all() else None


def _decimals(array: pa.Array, known: Bools | None) -> Ints | None:
    """Decimals with at most four places, times 10,000."""
    scale = array.type.scale
    if scale < 0 or not pa.types.is_decimal128(array.type):
        return None
    low, high = _halves(array)
    if known is not None:
        low, high = np.where(known, low, 0), np.where(known, high, 0)
    if (high != low >> 63).any():
        return None
    if scale > 4 + _DIGITS:  # what 64 bits hold is less than a part of 10,000, or nothing
        return None if low.any() else low
    if scale > 4:
        low, rest = np.divmod(low, 10 ** (scale - 4))
        return None if rest.any() else low
    by = 10 ** (4 - scale)
    return low * by if not low.size or (low.max() < 2**62 // by and low.min() > -(2**62) // by) else None


def _halves(array: pa.Array) -> tuple[Ints, Ints]:
    """The lower and upper 64 bits of decimals, which Arrow keeps as 128-bit integers, lower half first."""
    pairs = np.frombuffer(array.buffers()[1], np.int64)[2 * array.offset : 2 * (array.offset + len(array))]
    return pairs[0::2], pairs[1::2]


def _accepted(values: Ints, known: Bools | None, unit: int, reading: Reading) -> bool:
    """Whether a field takes the least and the greatest of some values, and so all between: each takes one range of numbers."""
    given = values if known is None else values[known]
    try:
        for value in (int(given.min()), int(given.max())):
            reading.cell(value if unit == 1 else value // unit if value % unit == 0 else Decimal(value) / unit)
    except Refused:
        return False
    return True
