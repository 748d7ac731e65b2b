"""Combinations by number: each has one number, the same in every chunk, however full the table and however many words there are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.engine.columnar import patterns
from policy.engine.columnar.patterns import Patterns

WORD = st.one_of(st.integers(0, 3), st.integers(0, (1 << 64) - 1))
CHUNKS = st.lists(
    st.integers(1, 3).flatmap(lambda n: st.lists(st.tuples(*[WORD] * n), min_size=1, max_size=60)),
    min_size=1,
    max_size=4,
)


def as_words(rows: list[tuple[int, ...]]) -> list[np.ndarray]:
    return [np.array(column, np.uint64) for column in zip(*rows, strict=True)]


def bits(row: tuple[int, ...]) -> int:
    return sum(word << 64 * k for k, word in enumerate(row))


@given(CHUNKS)
def test_each_combination_has_one_number(chunks: list[list[tuple[int, ...]]]) -> None:
    made: dict[int, int] = {}
    table = Patterns(lambda found: made.setdefault(found, len(made)), None)
    for rows in [*chunks, *chunks]:
        numbers = table.numbers(as_words(rows)).tolist()
        assert numbers == [made[bits(row)] for row in rows]


@pytest.mark.parametrize("few", [0, 64])
def test_the_table_grows_and_what_has_no_place_in_it_is_still_found(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(patterns, "_SMALLEST", 3)
    monkeypatch.setattr(patterns, "_LARGEST", 5)
    monkeypatch.setattr(patterns, "_FEW", few)
    made: list[int] = []
    table = Patterns(lambda found: made.append(found) or len(made), None)  # type: ignore[func-returns-value]
    for upto in (2, 20, 200, 200):
        rows = [(k, k * k) for k in range(1, upto)]
        numbers = table.numbers(as_words(rows)).tolist()
        assert [made[number - 1] for number in numbers] == [bits(row) for row in rows]
    assert len(made) == len(set(made)) == 199


@pytest.mark.parametrize("events", [3, 16])
def test_few_events_have_a_place_for_every_combination(events: int) -> None:
    table = Patterns(lambda found: found + 100, events)
    assert table.numbers([np.array([1, 5, 0, 5], np.uint16)]).tolist() == [101, 105, 100, 105]
