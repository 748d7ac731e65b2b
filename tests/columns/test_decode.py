"""Cells of every Arrow type: what is taken, exactly, and what is refused."""

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from policy.claims.problem import Unreadable
from policy.columns import reading
from policy.columns.column import EXACT, Cells
from policy.columns.decode import decoded
from policy.columns.given import given
from policy.columns.ids import Ids, ids, is_tidy
from policy.columns.reading import Reading
from policy.facts import BY_PATH, Fact
from policy.values import Type

DAY = dt.date(2026, 3, 2)
MINUTES, UNITS, CHARGE, CODE = (reading.of_line(name) for name in ("minutes", "units", "charge", "code"))
DATE, PLACE, START = reading.of_visit("date"), reading.of_visit("place"), reading.of_line("start")
SIGNED = reading.of_fact(BY_PATH["plan_of_care.signed"])
CASE = reading.of_fact(Fact("case.severity", Type.NUMBER, ""))


def read(array: pa.Array | pa.ChunkedArray, how: Reading) -> Cells:
    """The cells of an array."""
    column = array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
    return decoded("x", column, how)


def values(array: pa.Array | pa.ChunkedArray, how: Reading) -> list[Any]:
    """The values of an array as the model has them; `"refused"` for what is refused."""
    cells = read(array, how)
    back = given(cells).some(np.arange(len(cells.column.values)))
    for row in cells.bad.rows.tolist() if cells.bad is not None else ():
        assert back[row] is None
        back[row] = "refused"
    return back


TAKEN = [
    ("minutes of any integers", pa.array([15, None, 8], pa.int8()), MINUTES, [15, None, 8]),
    ("minutes of unsigned ones", pa.array([15, 2**64 - 1], pa.uint64()), MINUTES, [15, "refused"]),
    ("minutes out of a day", pa.array([1440, 1441, -1, None]), MINUTES, [1440, "refused", "refused", None]),
    ("whole floats", pa.array([15.0, None, 8.0]), MINUTES, [15, None, 8]),
    ("a float that is no whole number", pa.array([15.0, 7.5]), MINUTES, [15, "refused"]),
    ("NaN is not missing", pa.array([15.0, float("nan"), float("inf")]), MINUTES, [15, "refused", "refused"]),
    ("whole decimals", pa.array([Decimal("15.00"), None], pa.decimal128(9, 2)), MINUTES, [15, None]),
    ("minutes as text", pa.array(["15", " 8 ", "", "x", "1.5"]), MINUTES, [15, 8, None, "refused", "refused"]),
    ("yes is no minute", pa.array([True, None]), MINUTES, ["refused", None]),
    ("half units", pa.array([0.5, 2.0]), UNITS, [Decimal("0.5"), 2]),
    ("units with five places", pa.array([0.5, 0.00001]), UNITS, [Decimal("0.5"), "refused"]),
    ("charges of floats", pa.array([70.14, 0.1, None]), CHARGE, [Decimal("70.14"), Decimal("0.1"), None]),
    ("a sum of floats", pa.array([0.1 + 0.2]), CHARGE, ["refused"]),
    ("charges of whole dollars", pa.array([70, -1, 10**15]), CHARGE, [70, "refused", "refused"]),
    ("wide decimals", pa.array([Decimal("70.140000")], pa.decimal128(38, 6)), CHARGE, [Decimal("70.14")]),
    ("too fine decimals", pa.array([Decimal("70.141111")], pa.decimal128(38, 6)), CHARGE, ["refused"]),
    ("decimals of more places than 64 bits have", pa.array([Decimal("1E-12"), None], pa.decimal128(38, 30)), UNITS, ["refused", None]),
    ("zeros of as many places", pa.array([Decimal(0), None], pa.decimal128(38, 30)), UNITS, [0, None]),
    ("negative scales", pa.array([Decimal("7E+1")], pa.decimal128(3, -1)), CHARGE, [70]),
    ("decimals of 256 bits", pa.array([Decimal("70.14"), None], pa.decimal256(50, 2)), CHARGE, [Decimal("70.14"), None]),
    ("money as text", pa.array(["$2,480.00", "70.14", "abc"]), CHARGE, [2480, Decimal("70.14"), "refused"]),
    ("dates", pa.array([DAY, None]), DATE, [DAY, None]),
    ("days before our time", pa.array([0, -800_000], pa.int32()).cast(pa.date32()), DATE, [dt.date(1970, 1, 1), "refused"]),
    ("parts of a microsecond", pa.array([1, None], pa.timestamp("ns")), DATE, ["refused", None]),
    ("midnight", pa.array([dt.datetime(2026, 3, 2), None], pa.timestamp("ns")), DATE, [DAY, None]),
    ("another time of day", pa.array([dt.datetime(2026, 3, 2), dt.datetime(2026, 3, 2, 9)], pa.timestamp("s")), DATE,
     [DAY, "refused"]),
    ("midnight somewhere", pa.array([1772427600], pa.timestamp("s")).cast(pa.timestamp("s", "America/New_York")), DATE, [DAY]),
    ("dates as text", pa.array(["2026-03-02", "2026-02-30", "03/02/2026"]), DATE, [DAY, "refused", "refused"]),
    ("dates are no numbers", pa.array([20260302]), DATE, ["refused"]),
    ("codes as numbers", pa.array([97530, None]), CODE, ["97530", None]),
    ("codes as text", pa.array(["97530 ", "g0283", "9753"]), CODE, ["97530", "G0283", "refused"]),
    ("places as floats", pa.array([11.0, None]), PLACE, ["11", None]),
    ("bytes as text", pa.array([b"11", None]), PLACE, ["11", None]),
    ("views of text", pa.array(["11", None], pa.string_view()), PLACE, ["11", None]),
    ("times", pa.array([dt.time(9, 24), dt.time(9, 24, 1), None], pa.time32("s")), START, [564, "refused", None]),
    ("times as text", pa.array(["09:24", "9:24", "24:00"]), START, [564, 564, "refused"]),
    ("yes and no", pa.array([True, False, None]), SIGNED, [True, False, None]),
    ("words for yes and no", pa.array(["yes", "N", "maybe"]), SIGNED, [True, False, "refused"]),
    ("declared facts as they came", pa.array(["2", "?"]), CASE, ["2", "?"]),
    ("declared dates as text", pa.array([DAY]), CASE, ["2026-03-02"]),
    ("nothing", pa.nulls(2), MINUTES, [None, None]),
    ("no rows", pa.array([], pa.string()), MINUTES, []),
    ("runs", pa.RunEndEncodedArray.from_arrays([2, 3], ["11", "12"]), PLACE, ["11", "11", "12"]),
]  # fmt: skip


@pytest.mark.parametrize(("array", "how", "expected"), [case[1:] for case in TAKEN], ids=[case[0] for case in TAKEN])
def test_cells_are_taken_exactly_or_refused(array: pa.Array, how: Reading, expected: list[Any]) -> None:
    assert values(array, how) == expected


@pytest.mark.parametrize("array", [case[1] for case in TAKEN], ids=[case[0] for case in TAKEN])
def test_slices_and_chunks_are_read_as_the_whole(array: pa.Array) -> None:
    how = next(case[2] for case in TAKEN if case[1] is array)
    several = pa.chunked_array([array.slice(0, 1), array.slice(1)], array.type)
    assert values(several, how) == values(array, how)
    assert values(array.slice(1), how) == values(array, how)[1:]


def test_units_are_scaled_unless_the_column_has_an_integer_type() -> None:
    assert read(pa.array([2], pa.int16()), UNITS).column.scale == 1
    assert read(pa.array([2]).dictionary_encode(), UNITS).column.scale == 1
    for array in (pa.array([2.0]), pa.array(["2"]), pa.array([Decimal(2)])):
        cells = read(array, UNITS)
        assert cells.column.scale == EXACT and cells.column.values.tolist() == [2 * EXACT]


def test_words_that_are_read_alike_are_one() -> None:
    cells = read(pa.array(["gp ", "GP", None, "59"]).dictionary_encode(), reading.MODIFIER)
    assert cells.column.words == ("GP", "59") and cells.column.values.tolist() == [0, 0, 0, 1]
    assert cells.column.known is not None and cells.column.known.tolist() == [True, True, False, True]


def test_a_dictionary_may_hold_nulls_repeats_and_words_that_nobody_uses() -> None:
    words = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, None, 3]), pa.array(["11", None, "11", "12", "\x00"]))
    assert values(words, PLACE) == ["11", None, "11", None, "12"]


def test_a_few_rows_of_a_long_dictionary_are_read_by_what_they_use() -> None:
    seen = []

    def watched(value: object) -> object:
        seen.append(value)
        return value

    words = pa.array([str(k) for k in range(10_000)]).dictionary_encode().slice(5000, 3)
    assert values(words, Reading(Type.TEXT, watched)) == ["5000", "5001", "5002"]
    assert len(seen) == 3


def test_chunks_with_dictionaries_of_their_own() -> None:
    chunks = pa.chunked_array([pa.array(words).dictionary_encode() for words in (["11", "12"], ["12", None, "13"])])
    assert values(chunks, PLACE) == ["11", "12", "12", None, "13"]


def test_a_type_that_no_field_has_is_refused_by_name() -> None:
    with pytest.raises(Unreadable, match="the column `x` holds list"):
        read(pa.array([["11"]]), PLACE)


@pytest.mark.parametrize("type_", [pa.string(), pa.large_string(), pa.binary(), pa.large_binary()], ids=str)
def test_bytes_that_are_no_text_cost_their_own_cells_only(type_: pa.DataType) -> None:
    like = pa.binary() if type_ in (pa.string(), pa.binary()) else pa.large_binary()
    cells = read(pa.array([b"11", b"\xff\xe9", None, b" 12 "], like).view(type_), PLACE)
    assert cells.bad is not None
    assert (cells.bad.rows.tolist(), cells.bad.messages) == ([1], ("`x` holds bytes that are no text in UTF-8",))
    assert given(cells).some(slice(None)) == ["11", None, None, "12"]


# ---------------------------------------------------------------------------------------------------------------- ids


@pytest.mark.parametrize(
    "array", [pa.array(["a", "b c", None]), pa.array(["a"], pa.large_string()), pa.array([None], pa.string())]
)
def test_plain_texts_need_no_look_at_each(array: pa.Array) -> None:
    assert is_tidy(array) and isinstance(ids("x", array), Ids)


@pytest.mark.parametrize("text", ["", " a", "a ", "ä", "a\n", "\x7f", "x" * 201])
def test_texts_that_are_not_plain_are_read_one_by_one(text: str) -> None:
    for array in (pa.array(["a", text]), pa.array(["a", text]).dictionary_encode()):
        assert ids("x", array) is None
        assert isinstance(ids("x", array.slice(0, 1)), Ids) or pa.types.is_dictionary(array.type)


IDS = [
    pa.array([3, 3, None, -1, 3, None, None], pa.int16()),
    pa.array(["b", "b", None, "a", "b", None, None]),
    pa.array(["b", "b", None, "a", "b", None, None]).dictionary_encode(),
    pa.array([2**64 - 1, 2**64 - 1, None, 0, 2**64 - 1, None, None], pa.uint64()),
]


@pytest.mark.parametrize("array", IDS, ids=["integers", "text", "dictionary", "large"])
def test_ids_tell_apart_and_order_as_their_cells(array: pa.Array) -> None:
    column, cells = ids("x", array), array.to_pylist()
    assert column is not None
    assert column.changes.tolist() == [a != b for a, b in zip(cells, cells[1:], strict=False)]
    rows = np.array([6, 4, 3, 2, 0])
    some = [cells[row] for row in rows]
    assert column.changed(rows).tolist() == [a != b for a, b in zip(some, some[1:], strict=False)]
    told = column.told(rows).tolist()
    assert min(told) >= 0 and len(set(zip(told, some, strict=True))) == len(set(told)) == len(set(some))
    ranks = column.ranks(rows).tolist()
    first = (
        [(cell is not None, cell or 0) for cell in some]
        if isinstance(cells[0], int)
        else [(c is not None, c or "") for c in some]
    )
    assert [ranks[i] for i in sorted(range(5), key=first.__getitem__)] == sorted(ranks)
    assert column.some(rows) == [None if cell is None else str(cell) for cell in some]
    assert column.taken(rows).words is not None
