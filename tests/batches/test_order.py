"""Sorted rows are recognized in any order of the keys, either way, with empty cells at either end; others are not."""

import datetime as dt
import itertools

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.batches.clusters import changes
from policy.batches.order import NotSorted, find, from_json, to_json

cells = st.tuples(st.none() | st.sampled_from("abcd"), st.none() | st.integers(0, 3), st.sampled_from("xy"))
TYPES = (pa.string(), pa.int32(), pa.string())


def columns(rows: list[tuple[object, ...]], words: bool = False) -> list[pa.Array]:
    made = [pa.array([row[k] for row in rows], type_) for k, type_ in enumerate(TYPES)]
    return [column.dictionary_encode() if words and pa.types.is_string(column.type) else column for column in made]


def ranked(row: tuple[object, ...], order: tuple[int, ...], down: int | None, empty_first: bool) -> tuple[object, ...]:
    """A sort key; of the column that goes down, the letters are turned round."""
    out = []
    for k in order:
        value = row[k]
        number = ord(value) if isinstance(value, str) else value
        out.append(((value is None) != empty_first, 0 if number is None else -number if k == down else number))
    return tuple(out)


@settings(deadline=None)
@given(
    st.lists(cells, min_size=2, max_size=40),
    st.permutations((0, 1, 2)),
    st.none() | st.integers(0, 2),
    st.booleans(),
    st.booleans(),
)
def test_sorted_rows_are_known_as_such(rows, order, down, empty_first, words) -> None:
    rows = sorted(rows, key=lambda row: ranked(row, tuple(order), down, empty_first))
    found = find(columns(rows, words))
    assert found is not None
    given_ = columns(rows, words)
    found.check(given_, [changes(c) for c in given_], None)
    keys = [tuple(row) for row in rows]
    assert all(found.follows(one, other) for one, other in itertools.pairwise(keys))


@settings(deadline=None)
@given(st.lists(cells, min_size=3, max_size=12))
def test_rows_in_an_order_stand_in_clusters(rows) -> None:
    if find(columns(rows)) is not None:
        runs = [key for key, _ in itertools.groupby(rows)]
        assert len(runs) == len(set(runs))


def test_a_row_out_of_order_is_found() -> None:
    good = columns([("a", 1, "x"), ("a", 2, "x"), ("b", 1, "x")])
    order = find(good)
    assert order is not None
    bad = columns([("b", 1, "x"), ("a", 1, "x")])
    with pytest.raises(NotSorted):
        order.check(bad, [changes(c) for c in bad], None)
    with pytest.raises(NotSorted):
        order.check(good, [changes(c) for c in good], ("c", 1, "x"))


def test_rows_that_come_back_have_no_order() -> None:
    assert find(columns([("a", 1, "x"), ("b", 1, "x"), ("a", 1, "x")])) is None


def test_keys_survive_being_written() -> None:
    key = ("P1", None, 3, dt.date(2026, 3, 2), True)
    assert from_json(to_json(key)) == key
    assert from_json(to_json(None)) is None
