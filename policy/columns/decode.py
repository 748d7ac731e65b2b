"""An Arrow column to NumPy: one door for every Arrow type.

Owns: putting chunks together, and which way a column is decoded: by arithmetic (integers, decimals, floats, dates) or by its dictionary.
Never: looks at cells one by one; what is distinct is read once (`decode_words`).
"""

import numpy as np
import pyarrow as pa

from policy.claims.problem import Unreadable, shown
from policy.columns.buffers import with_dictionary
from policy.columns.column import WORDS, Cells, Column
from policy.columns.decode_numbers import dates, numbers
from policy.columns.decode_words import by_words
from policy.columns.reading import Reading
from policy.values import Type

_QUANTITIES = frozenset(Type) - WORDS - {Type.DATE, Type.TIME, Type.YES_NO}


def decoded(name: str, column: pa.ChunkedArray, reading: Reading) -> Cells:
    """The cells of a column. Raises `Unreadable` for a type that no field has."""
    array = whole(usual(column))
    if array.null_count == len(array):
        return _empty(name, len(array), reading)
    cells = None
    if not reading.raw and reading.type in _QUANTITIES and is_number(array.type):
        cells = numbers(name, array, reading)
    elif not reading.raw and reading.type is Type.DATE and is_date(array.type):
        cells = dates(name, array, reading)
    if cells is not None:
        return cells
    return by_words(name, encoded(name, array), reading, pa.types.is_integer(held(array.type)))


def _empty(name: str, rows: int, reading: Reading) -> Cells:
    texts = reading.raw or reading.type in WORDS
    column = Column(np.zeros(rows, np.int32 if texts else np.int64), np.zeros(rows, np.bool_), () if texts else None)
    return Cells(name, column, reading.type, raw=() if reading.raw else None)


def held(type_: pa.DataType) -> pa.DataType:
    """The type of a column's values, whether or not they stand in a dictionary."""
    return type_.value_type if pa.types.is_dictionary(type_) else type_


def is_number(type_: pa.DataType) -> bool:
    """Integers, floats and decimals."""
    return bool(pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_))


def is_date(type_: pa.DataType) -> bool:
    """Dates and points in time."""
    return bool(pa.types.is_date(type_) or pa.types.is_timestamp(type_))


def usual(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column in one of the usual types: bytes as text, short and long decimals as those of 128 bits, runs written out.

    Bytes that are no text are found where cells are read.
    """
    type_ = column.type
    if pa.types.is_run_end_encoded(type_):
        import pyarrow.compute as pc

        return usual(pa.chunked_array([pc.run_end_decode(chunk) for chunk in column.chunks], type_.value_type))
    if pa.types.is_binary(type_) or pa.types.is_large_binary(type_):
        text = pa.string() if pa.types.is_binary(type_) else pa.large_string()
        return pa.chunked_array([chunk.view(text) for chunk in column.chunks], text)
    if pa.types.is_decimal(type_) and not pa.types.is_decimal128(type_) and type_.precision <= 38:
        return column.cast(pa.decimal128(38, type_.scale))
    return column


def whole(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array. Texts in several chunks share one dictionary."""
    return joined(column.dictionary_encode() if column.num_chunks > 1 and is_text(column.type) else column)


def joined(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array of the same type, texts as large as they need be; chunks with dictionaries share one."""
    if column.num_chunks == 1:
        return column.chunk(0)
    if column.num_chunks == 0:
        return pa.array([], column.type)
    if pa.types.is_string(column.type) and column.nbytes >= 2**31:
        column = column.cast(pa.large_string())
    return column.combine_chunks()


def is_text(type_: pa.DataType) -> bool:
    """Text in any of Arrow's forms, not in a dictionary."""
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_string_view(type_))


def encoded(name: str, array: pa.Array) -> pa.DictionaryArray:
    """The array with a dictionary. Raises `Unreadable` for a type that no field has."""
    try:
        return with_dictionary(array)
    except pa.ArrowNotImplementedError:
        raise Unreadable(
            f"the column `{shown(name)}` holds {array.type}; it must hold text, numbers, dates or yes and no"
        ) from None
