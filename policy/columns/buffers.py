"""Arrow arrays as NumPy arrays, without a copy where there is nothing to change.

Owns: nulls (a mask, and 0 in the values), slices, and dictionaries that are longer than what is used of them.
Never: knows what a column means.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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


def compacted(array: pa.DictionaryArray) -> pa.DictionaryArray:
    """The same cells, without a dictionary that is much longer than the column."""
    if len(array.dictionary) <= 2 * len(array) + 100:
        return array
    used = array.indices.drop_null().unique()
    return pa.DictionaryArray.from_arrays(pc.index_in(array.indices, used), array.dictionary.take(used))


def with_dictionary(array: pa.Array) -> pa.DictionaryArray:
    """The same cells with a dictionary of about those that occur. Raises `pa.ArrowNotImplementedError` where Arrow makes none."""
    return compacted(array) if pa.types.is_dictionary(array.type) else array.dictionary_encode()
