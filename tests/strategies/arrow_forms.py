"""One claim table, many ways to write it in Arrow: types, dictionaries, chunks, orders of rows.

Owns: `table` (the plain form of some rows: one type for each kind of value) and `rewritten` (the same cells otherwise).
Never: changes what a cell says.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
from strategies.choice import Choices
from strategies.tables import KINDS, Row

Cells = list[Any]

PLAIN: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "whole": pa.int64(), "number": pa.decimal128(18, 4), "date": pa.date32(), "time": pa.string(), "yes/no": pa.bool_(),
}  # fmt: skip
"""The plain type of each kind of value. Units are whole numbers where all of a table's are."""

DICTIONARY = pa.dictionary(pa.int32(), pa.string())
TEXTS = (DICTIONARY, pa.large_string(), pa.string(), pa.dictionary(pa.int8(), pa.large_string()), pa.string_view())
WHOLES = (pa.int32(), pa.int16(), pa.uint16(), pa.int64(), pa.uint64(), pa.float64(), pa.decimal128(9, 2))
SIGNED = (pa.int32(), pa.int64())
NUMBERS = (pa.decimal128(18, 4), pa.decimal256(20, 6), pa.float64())
DATES = (pa.date32(), pa.date64(), pa.timestamp("us"), pa.timestamp("ns"), pa.timestamp("s"), pa.string(), DICTIONARY)
TIMES = (pa.string(), pa.time32("s"), pa.time64("us"), DICTIONARY)
WIDEST = {"int8": 127, "int16": 32767, "uint16": 65535, "int32": 2**31 - 1}


def table(told: Sequence[Row], columns: Sequence[str] | None = None) -> pa.Table:
    """The rows as a table of plain types; without `columns`, those that some row fills."""
    names = list(dict.fromkeys(name for row in told for name in row)) if columns is None else columns
    arrays = []
    for name in names:
        cells = [row.get(name) for row in told]
        arrays.append(pa.array(_exact(cells), _plain(name, cells)))
    return pa.table(arrays, names=list(names))


def _plain(name: str, cells: Cells) -> pa.DataType:
    filled = [cell for cell in cells if cell is not None]
    if name == "service_unit_quantity" and not any(isinstance(cell, str) or cell != int(cell) for cell in filled):
        return pa.int64()
    kind = KINDS.get(name, "text")
    return pa.string() if any(isinstance(cell, str) for cell in filled) else PLAIN[kind]


def _exact(cells: Cells) -> Cells:
    """Decimals as a column of four places holds them; beside text, everything is text."""
    if any(isinstance(cell, str) for cell in cells):
        return [cell if cell is None else _text_of(cell) for cell in cells]
    return [cell.quantize(Decimal("0.0001")) if isinstance(cell, Decimal) else cell for cell in cells]


def _text_of(cell: Any) -> str:
    return ("no", "yes")[cell] if isinstance(cell, bool) else str(cell)


def shuffled(choices: Choices, one: pa.Table) -> tuple[pa.Table, list[int]]:
    """The rows in another order, and where each came from."""
    order = choices.shuffled(range(one.num_rows))
    return one.take(pa.array(order, pa.int64())), order


def chunked(choices: Choices, one: pa.Table) -> pa.Table:
    """The same table in chunks; its columns are cut at the same places or each at its own."""
    alike = choices.chance(50)
    cuts = _cuts(choices, one.num_rows)
    arrays = [_chunks(one.column(name), cuts if alike else _cuts(choices, one.num_rows)) for name in one.column_names]
    return pa.table(arrays, schema=one.schema)


def _cuts(choices: Choices, length: int) -> list[int]:
    return sorted({0, length, *(choices.number(0, length) for _ in range(choices.number(0, 3)))})


def _chunks(column: pa.ChunkedArray, cuts: Sequence[int]) -> pa.ChunkedArray:
    """Pieces; those of dictionaries have dictionaries of their own."""
    pieces = [column.slice(at, end - at).combine_chunks() for at, end in zip(cuts, cuts[1:], strict=False)]
    flat = [piece.combine_chunks() if isinstance(piece, pa.ChunkedArray) else piece for piece in pieces]
    if pa.types.is_dictionary(column.type):
        flat = [piece.dictionary_decode().dictionary_encode().cast(column.type) for piece in flat]
    return pa.chunked_array(flat, type=column.type)


def rewritten(choices: Choices, one: pa.Table) -> pa.Table:
    """The same cells in other types, column by column."""
    arrays = [_written(choices, name, one.column(name)) for name in one.column_names]
    return pa.table(arrays, names=one.column_names)


def _written(choices: Choices, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    cells = column.to_pylist()
    if all(cell is None for cell in cells):
        return pa.nulls(len(cells)) if choices.chance(50) else column
    if name == "service_unit_quantity" and pa.types.is_decimal(column.type):
        return _cast(cells, choices.pick(NUMBERS), str)
    match "text" if pa.types.is_string(column.type) and KINDS.get(name) != "time" else KINDS.get(name, "text"):
        case "text":
            return _text(choices, cells)
        case "whole":
            filled = [cell for cell in cells if cell is not None]
            fit = [form for form in WHOLES if max(filled) <= WIDEST.get(str(form), 2**62)]
            fit = [form for form in fit if min(filled) >= 0 or not pa.types.is_unsigned_integer(form)]
            return _cast(cells, choices.pick(fit), int)
        case "number":
            if column.type == pa.int64():
                return _cast(cells, choices.pick(SIGNED), int)
            return _cast(cells, choices.pick((*NUMBERS, pa.string(), DICTIONARY)), str)
        case "date":
            return _cast(cells, choices.pick(DATES), lambda day: day.isoformat())
        case "time":
            clock = all(cell is None or cell < "24:00" for cell in cells)
            return _cast(cells, choices.pick(TIMES if clock else (pa.string(), DICTIONARY)), str)
        case _:
            forms: tuple[Callable[[bool], object], ...] = (bool, lambda yes: "yes" if yes else "no")
            form = choices.pick(forms)
            return pa.array([None if cell is None else form(cell) for cell in cells])


def _text(choices: Choices, cells: Cells) -> pa.Array:
    """Text of another type; a dictionary may hold more words than are used, a word twice, or a null."""
    form = choices.pick(TEXTS)
    if not pa.types.is_dictionary(form) or choices.chance(50):
        return _cast(cells, form, str)
    words: list[str | None] = [*dict.fromkeys(cell for cell in cells if cell is not None), "of no row", None]
    words = [*choices.shuffled(words), *(choices.some(words[:-2], 0, 1))]
    places = [
        None if c is None and choices.chance(50) else choices.pick([k for k, w in enumerate(words) if w == c])
        for c in cells
    ]
    return pa.DictionaryArray.from_arrays(pa.array(places, form.index_type), pa.array(words, form.value_type))


def _cast(cells: Cells, form: pa.DataType, text: Callable[[Any], object]) -> pa.Array:
    """The cells in a type; `text` writes one where the type holds text."""
    inner = form.value_type if pa.types.is_dictionary(form) else form
    if pa.types.is_string(inner) or pa.types.is_large_string(inner) or pa.types.is_string_view(inner):
        written: Cells = [None if cell is None else str(text(cell)) for cell in cells]
    elif pa.types.is_floating(inner):
        written = [None if cell is None else float(cell) for cell in cells]
    elif pa.types.is_decimal(inner):
        exact = Decimal(1).scaleb(-inner.scale)
        written = [None if cell is None else Decimal(cell).quantize(exact) for cell in cells]
    elif pa.types.is_timestamp(inner):
        written = [None if cell is None else dt.datetime.combine(cell, dt.time()) for cell in cells]
    elif pa.types.is_time(inner):
        written = [None if cell is None else dt.time.fromisoformat(cell) for cell in cells]
    else:
        written = cells
    if pa.types.is_dictionary(form):
        return pa.array(written, inner).dictionary_encode().cast(form)
    return pa.array(written, form)
