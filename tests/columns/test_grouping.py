"""Rows to visits: any keys, any order, against a plain grouping."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from strategies.looks import look

from policy.columns.column import Column
from policy.columns.grouping import Grouping, expanded, from_zero, grouped, in_order, ordered, pack
from policy.columns.ids import Ids
from policy.columns.keys import ColumnKey

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(-1, 3)), max_size=14)


def texts(values: Sequence[int]) -> Ids:
    """A key of texts."""
    return Ids("x", pa.array([f"t{value}" for value in values], pa.string()))


def numbers(values: Sequence[int]) -> ColumnKey:
    """A key of numbers."""
    return ColumnKey(Column(np.array(values, np.int64), None))


def parts(grouping: Grouping) -> list[list[int]]:
    """The rows of each group."""
    return [grouping.rows[a:b].tolist() for a, b in zip(grouping.offsets[:-1], grouping.offsets[1:], strict=True)]


@look(300)
@given(ROWS, st.booleans(), st.booleans())
def test_groups_are_the_rows_that_agree_in_every_key(rows: list[tuple[int, int, int]], sort: bool, some: bool) -> None:
    rows = sorted(rows, key=lambda row: row[:2]) if sort else rows
    keys = [texts([row[0] for row in rows]), numbers([row[1] for row in rows])]
    number = np.array([row[2] for row in rows], np.int64)
    taken = np.array([i for i in range(len(rows)) if not some or i % 3], np.int64)
    grouping = grouped(keys, taken, len(taken) == len(rows), number)
    expected: dict[tuple[int, int], list[int]] = {}
    for i in taken.tolist():
        expected.setdefault(rows[i][:2], []).append(i)
    assert sorted(map(sorted, parts(grouping))) == sorted(expected.values())
    clustered = sorted(expected.values()) == [
        run for run in sorted(expected.values()) if run == list(range(run[0], run[-1] + 1))
    ]
    if clustered and len(taken) == len(rows):
        assert grouping.plain and grouping.rows.tolist() == list(range(len(rows)))
    claim = texts([i % 2 for i in range(len(rows))])
    after = ordered(grouping, claim, number)
    assert sorted(parts(after)) == sorted(
        sorted(group, key=lambda i: (i % 2, rows[i][2], i)) for group in expected.values()
    )


def test_groups_that_stand_together_in_no_order_are_not_moved() -> None:
    for keys in ([texts([3, 3, 1, 1, 2])], [texts([1, 1, 1, 2]), numbers([5, 4, 4, 0])], [numbers([9, 9, 1])]):
        grouping = grouped(keys, _all(keys[0]), True)
        assert grouping.plain and grouping.offsets[-1] == len(grouping.rows)


def _all(key: Ids | ColumnKey) -> np.ndarray:
    return np.arange(len(key.changes) + 1)


def test_a_last_key_that_comes_back_is_noticed() -> None:
    keys = [texts([1] * 3 + [2] * 40), texts([7, 8, 7, *range(40)])]
    assert parts(grouped(keys, np.arange(43), True))[0] == [0, 2]


@given(st.lists(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=4, max_size=4), min_size=1, max_size=4))
def test_packed_keys_order_and_tell_apart_as_the_keys_do(columns: list[list[int]]) -> None:
    packed = pack([from_zero(np.array(column, np.int64)) for column in columns])
    rows = list(zip(*columns, strict=True))
    order, ordered_keys = in_order(packed)
    assert [rows[i] for i in order] == sorted(rows)
    assert order.tolist() == sorted(range(4), key=lambda i: (rows[i], i))
    assert ordered_keys.tolist() == packed[order].tolist()


def test_runs_are_written_out() -> None:
    assert expanded(np.array([5, 0, 9]), np.array([2, 3, 1])).tolist() == [5, 6, 0, 1, 2, 9]
    assert expanded(np.zeros(0, np.int64), np.zeros(0, np.int64)).tolist() == []
