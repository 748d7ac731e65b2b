"""Arrow arrays as NumPy arrays and back, without a copy where there is nothing to change.

Owns: nulls (a mask, and 0 in the values), slices, dictionaries that are longer than what is used of them, and where cells change.
Never: knows what a column means. Never loads `pyarrow.compute` for few rows: that takes longer than judging them. Where it is loaded it
is used.
"""

import sys
from typing import Any, Final

import numpy as np
import pyarrow as pa

from policy.columns.column import Bools, Ints

FEW: Final = 20_000
"""Texts that Python and NumPy tell apart before Arrow's functions, which are faster, are worth loading."""
SHORT: Final = 64
"""Signs of a text that NumPy compares: it holds every text in the space of the longest."""


def mask(array: pa.Array) -> Bools | None:
    """Which cells are given; `None` for all."""
    if not array.null_count:
        return None
    valid = array.buffers()[0]
    if valid is None:
        return np.asarray(array.is_valid().to_numpy(zero_copy_only=False))
    begin = array.offset >> 3
    bits = np.frombuffer(valid, np.uint8)[begin : (array.offset + len(array) + 7) >> 3]
    return np.unpackbits(bits, count=array.offset - 8 * begin + len(array), bitorder="little")[array.offset & 7 :].view(
        np.bool_
    )


def integers(array: pa.Array, given: Bools | None) -> Ints:
    """The values of integers, 0 where `given` (the array's `mask`) says that there is none."""
    if given is None:
        return np.asarray(array.to_numpy(zero_copy_only=False))
    held = np.frombuffer(array.buffers()[1], array.type.to_pandas_dtype())
    values: Ints = held[array.offset : array.offset + len(array)]
    return np.where(given, values, values.dtype.type(0))


def as_arrow(values: Any, given: Bools | None = None) -> pa.Array:
    """Numbers, or yes and no, in an Arrow array; cells that are not `given` are null."""
    if values.dtype == np.bool_:
        type_, data = pa.bool_(), np.packbits(values, bitorder="little")
    else:
        type_, data = pa.from_numpy_dtype(values.dtype), np.ascontiguousarray(values)
    valid = None if given is None or given.all() else pa.py_buffer(np.packbits(given, bitorder="little"))
    return pa.Array.from_buffers(type_, len(values), [valid, pa.py_buffer(data)])


def changed(array: pa.Array) -> Bools:
    """For each row but the first: whether its cell differs from the one before. Two cells that are not given are alike."""
    if array.null_count == len(array):  # also of the type that has no values, which Arrow does not compare
        return np.zeros(max(len(array) - 1, 0), np.bool_)
    known = mask(array)
    if (values := numbers(array, known)) is not None:
        differs = values[1:] != values[:-1]
    elif (texts := few_texts(array)) is not None:
        differs = texts[1:] != texts[:-1]
    else:
        import pyarrow.compute as pc

        compared = pc.not_equal(array.slice(0, max(len(array) - 1, 0)), array.slice(1))
        differs = (pc.fill_null(compared, False) if compared.null_count else compared).to_numpy(zero_copy_only=False)
    return np.asarray(differs if known is None else differs | (known[1:] != known[:-1]))


def numbers(array: pa.Array, given: Bools | None) -> Ints | None:
    """The values of integers, or of dates as days, 0 where `given` says that there is none; `None` for other types."""
    if pa.types.is_date32(array.type):
        return integers(array.view(pa.int32()), given)
    return integers(array, given) if pa.types.is_integer(array.type) else None


def few_texts(array: pa.Array) -> Any:
    """Few texts, all given, for NumPy to compare as Arrow would; `None` for others."""
    texts = None if array.null_count or not len(array) else _python(array)
    # NumPy holds every text in the space of the longest, and takes a zero for the end of a text.
    if texts is None or max(map(len, texts)) > SHORT or "\0" in "".join(texts):
        return None
    return texts.astype(np.str_)


def _python(array: pa.Array) -> Any:
    """Few texts as Python's, in an array of objects; `None` for others, and where some are no text."""
    if not pa.types.is_string(array.type) or not _is_few(array):
        return None
    try:
        return array.to_numpy(zero_copy_only=False)
    except pa.ArrowException:  # whoever reads these words says so
        return None


def _is_few(array: pa.Array) -> bool:
    return len(array) <= FEW and "pyarrow.compute" not in sys.modules


def is_distinct(words: pa.Array) -> bool:
    """Whether no word stands twice."""
    return len(set(words.to_pylist()) if _is_few(words) else words.unique()) == len(words)


def compacted(array: pa.DictionaryArray) -> pa.DictionaryArray:
    """The same cells, without a dictionary that is much longer than the column."""
    if len(array.dictionary) <= 2 * len(array) + 100:
        return array
    import pyarrow.compute as pc

    used = array.indices.drop_null().unique()
    return pa.DictionaryArray.from_arrays(pc.index_in(array.indices, used), array.dictionary.take(used))


def with_dictionary(array: pa.Array) -> pa.DictionaryArray:
    """The same cells with a dictionary of about those that occur. Raises `pa.ArrowNotImplementedError` where Arrow makes none."""
    if pa.types.is_dictionary(array.type):
        return compacted(array)
    texts = _python(array)
    if texts is None:
        return array.dictionary_encode()
    words: dict[str, int] = {}
    indices = np.array([0 if cell is None else words.setdefault(cell, len(words)) for cell in texts.tolist()], np.int32)
    return pa.DictionaryArray.from_arrays(as_arrow(indices, mask(array)), pa.array(list(words), array.type), safe=False)
