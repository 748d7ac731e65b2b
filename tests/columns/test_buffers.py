"""Small tables are told apart by Python and NumPy, others by Arrow's functions: both must say the same of the same cells."""

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policy.columns import buffers
from policy.columns.buffers import FEW, as_arrow, changed, few_texts, is_distinct, mask, with_dictionary
from policy.columns.ids import Ids

TEXTS = st.text(alphabet="aB é\0𝄞", max_size=3)
"""Blanks, signs of one to four bytes, and the one that NumPy takes for the end of a text."""
CELLS = st.one_of(
    st.lists(st.none() | TEXTS).map(lambda cells: pa.array(cells, pa.string())),
    st.lists(TEXTS).map(lambda cells: pa.array(cells, pa.string())),
    st.lists(st.none() | st.integers(-3, 3)).map(lambda cells: pa.array(cells, pa.int16())),
    st.lists(st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 4))).map(
        lambda cells: pa.array(cells, pa.date32())
    ),
    st.lists(st.none() | st.booleans()).map(lambda cells: pa.array(cells, pa.bool_())),
    st.lists(st.none()).map(lambda cells: pa.array(cells, pa.null())),
)


@contextmanager
def by_arrow(yes: bool) -> Iterator[None]:
    """Whether Arrow's functions are taken to be loaded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(buffers, "_is_few", lambda array: not yes)
        yield


@st.composite
def pieces(draw: st.DrawFn) -> pa.Array:
    """Some cells of an array, which may begin in the middle of a byte of its mask."""
    array = draw(CELLS)
    start = draw(st.integers(0, len(array)))
    return array.slice(start, draw(st.integers(0, len(array) - start)))


@given(pieces(), st.booleans())
@example(pa.array(["a\0", "a"]), False)
@example(pa.array(["a", None, None, "a"]).slice(1), True)
def test_where_cells_change(array: pa.Array, arrow: bool) -> None:
    cells = array.to_pylist()
    with by_arrow(arrow):
        assert changed(array).tolist() == [a != b for a, b in zip(cells, cells[1:], strict=False)]


@given(pieces())
def test_which_cells_are_given(array: pa.Array) -> None:
    given_ = mask(array)
    valid = array.is_valid().to_pylist()
    assert all(valid) if given_ is None else given_.tolist() == valid


@given(pieces(), st.booleans())
def test_a_dictionary_says_the_same_words(array: pa.Array, arrow: bool) -> None:
    with by_arrow(arrow):
        encoded = with_dictionary(array)
        assert encoded.to_pylist() == array.to_pylist()
        assert is_distinct(encoded.dictionary)
        assert is_distinct(array) == (len(set(array.to_pylist())) == len(array))


@given(st.lists(TEXTS, min_size=1))
def test_few_texts_stand_in_arrows_order(cells: list[str]) -> None:
    with by_arrow(False):
        texts = few_texts(pa.array(cells, pa.string()))
    if texts is None:
        assert "\0" in "".join(cells)
    else:
        order = pc.sort_indices(pa.array(cells, pa.string())).to_numpy()
        assert texts[order].tolist() == np.sort(texts).tolist()


@given(st.lists(st.tuples(st.integers(-5, 5), st.booleans())), st.sampled_from([np.int8, np.int32, np.int64, np.bool_]))
def test_numbers_become_arrow_arrays(cells: list[tuple[int, bool]], type_: type) -> None:
    values, given_ = np.array([v for v, _ in cells], type_), np.array([g for _, g in cells], np.bool_)
    array = as_arrow(values, given_)
    array.validate(full=True)
    assert array.equals(pa.array(values, mask=~given_))
    assert as_arrow(values).equals(pa.array(values))


@given(st.lists(st.text(alphabet="PQ1", min_size=1, max_size=3), min_size=1), st.data())
def test_few_ids_are_told_as_many_are(cells: list[str], data: st.DataObject) -> None:
    rows = np.array(data.draw(st.lists(st.integers(0, len(cells) - 1))), np.int64)
    array = pa.array(cells, pa.string())
    few, many = Ids("x", array), Ids("x", array)
    with by_arrow(True):
        told, ranks = many.told(rows), many.ranks(rows)
        differs, rises = many.changes, many.rises(rows[rows > 0])
    with by_arrow(False):
        assert few.ranks(rows).tolist() == ranks.tolist()
        assert len(set(zip(few.told(rows).tolist(), told.tolist(), strict=True))) == len(set(told.tolist()))
        assert (few.changes.tolist(), few.rises(rows[rows > 0])) == (differs.tolist(), rises)


@pytest.mark.parametrize("arrow", [False, True])
def test_one_long_text_does_not_make_all_long(arrow: bool) -> None:
    array = pa.array(["P1"] * 10 + ["P" * 10_000_000])
    with by_arrow(arrow):
        assert few_texts(array) is None
        assert changed(array).tolist() == [False] * 9 + [True]


@pytest.mark.parametrize("arrow", [False, True])
def test_texts_that_are_no_text_are_left_to_arrow(arrow: bool) -> None:
    array = pa.array([b"\xff", b"a"], pa.binary()).view(pa.string())
    with by_arrow(arrow):
        assert few_texts(array) is None
        assert changed(array).tolist() == [True]
        assert len(with_dictionary(array).dictionary) == 2


def test_many_texts_are_left_to_arrow() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(sys.modules, "pyarrow.compute")
        assert few_texts(pa.array(["a"] * FEW)) is not None
        assert few_texts(pa.array(["a"] * (FEW + 1))) is None
    assert few_texts(pa.array(["a"])) is None
