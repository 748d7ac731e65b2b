"""Arrow arrays as NumPy arrays, without a copy where there is nothing to change.

Owns: nulls (a mask, and 0 in the values) and slices.
Never: knows what a column means.
"""

import numpy as np
import pyarrow as pa

from policy.columns.column import Bools, Ints


def mask(array: pa.Array) -> Bools | None:
    """Which cells are given; `None` for all."""
    if not array.null_count:
        return None
    return np.asarray(array.is_valid().to_numpy(zero_copy_only=False))


def integers(array: pa.Array, given: Bools | None) -> Ints:
    """The values of integers, 0 where `given` (the array's `mask`) says that there is none."""
    if given is None:
        return np.asarray(array.to_numpy(zero_copy_only=False))
    held = np.frombuffer(array.buffers()[1], array.type.to_pandas_dtype())
    values: Ints = held[array.offset : array.offset + len(array)]
    return np.where(given, values, values.dtype.type(0))
