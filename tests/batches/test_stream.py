"""Batches that end anywhere: the answer is that of the whole table, whatever their size."""

import itertools
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from batches.rows import Counting, claim_lines
from hypothesis import given, settings
from hypothesis import strategies as st

import policy
from policy.batches import NotClustered, TableEvaluator, evaluate_batches
from policy.batches.clusters import RIDING, Cutter, Seen, clustered, starts
from policy.batches.hashing import hashes, row_hashes


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("rows", [1, 5, 1 << 18])
def test_visits_are_whole_at_any_size_of_batch(size: int, rows: int) -> None:
    table = claim_lines(60)
    whole = Counting().evaluate(table)
    answers = list(evaluate_batches(table.to_batches(max_chunksize=size), Counting(), rows=rows))
    assert pa.concat_tables(answers).to_pylist() == whole.to_pylist()
    assert all(answer.schema == whole.schema for answer in answers)


@pytest.mark.parametrize("size", [1, 3])
def test_the_real_evaluator_answers_alike(size: int) -> None:
    table = claim_lines(12)
    program = policy.load("medicare.part_b")
    evaluator = TableEvaluator({program.id: program}, program.id)
    answers = evaluate_batches(table.to_batches(max_chunksize=size), evaluator, rows=1)
    assert pa.concat_tables(answers).to_pylist() == program.evaluate_table(table).to_pylist()


def test_a_stream_stays_a_stream() -> None:
    """An answer comes as soon as there are enough rows of whole visits, not at the end."""
    table = claim_lines(100)
    taken = itertools.count()
    batches = (batch for batch, _ in zip(table.to_batches(max_chunksize=10), taken, strict=False))
    next(evaluate_batches(batches, Counting(), rows=20))
    assert next(taken) <= 5


def test_no_batch_no_answer() -> None:
    assert list(evaluate_batches([], Counting())) == []
    assert list(evaluate_batches([claim_lines(3).slice(0, 0)], Counting())) == []


def test_a_visit_of_many_lines_takes_many_batches() -> None:
    table = claim_lines(1, most=1)
    long = pa.concat_tables([table] * 5000)
    answers = list(evaluate_batches(long.to_batches(max_chunksize=3), Counting(), rows=1))
    assert [answer.num_rows for answer in answers] == [5000]
    assert set(answers[0].column("supported_units").to_pylist()) == {5000}


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_visit_that_comes_back_is_refused(size: int) -> None:
    table = claim_lines(30)
    again = pa.concat_tables([table, table.slice(0, 2)])
    with pytest.raises(
        NotClustered, match="`person_id`, `claim_line_start_date` and `billing_npi` do not stand together"
    ):
        list(evaluate_batches(again.to_batches(max_chunksize=size), Counting(), rows=1))


def test_visits_in_any_order_are_fine_while_each_stands_together() -> None:
    table = claim_lines(40, visits_each=1)
    backwards = table.sort_by([("person_id", "descending")])
    cut = next(i for i in range(60, 80) if backwards["claim_id"][i] != backwards["claim_id"][i - 1])
    mixed = pa.concat_tables([backwards.slice(cut), backwards.slice(0, cut)])
    answers = pa.concat_tables(evaluate_batches(mixed.to_batches(max_chunksize=3), Counting(), rows=1))
    assert answers.to_pylist() == Counting().evaluate(mixed).to_pylist()


def test_other_columns_in_a_later_batch_are_refused() -> None:
    table = claim_lines(4)
    other = table.drop_columns(["x_minutes"])
    with pytest.raises(ValueError, match="batch 2 has other columns than the first one: `x_minutes` differs"):
        list(evaluate_batches([table, other], Counting()))


def patients(cells: Sequence[str | None]) -> pa.Table:
    return pa.table({"person_id": pa.array(cells, pa.string()), "n": range(len(cells))})


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize(
    ("cells", "cut"),
    [
        (["A", None, "A", "B"], [3, 1]),
        ([None, None, "A", "A", None, "B", None], [2, 3, 2]),
        (["A", "A", None, None, None], [5]),
        ([None, None], [2]),
    ],
)
def test_rows_without_a_key_go_with_those_around_them(size: int, cells: list[str | None], cut: list[int]) -> None:
    """They stop no stream, and part no cluster."""
    table = patients(cells)
    parts = list(clustered([table.slice(at, size) for at in range(0, len(cells), size)], ("person_id",), 1))
    assert pa.concat_tables(parts).to_pylist() == table.to_pylist()
    names = [name for part in parts for name in part.column("person_id").drop_null().unique().to_pylist()]
    assert sorted(names) == sorted({name for name in cells if name})
    if size == 1:
        assert [part.num_rows for part in parts] == cut


def test_a_cluster_does_not_wait_for_ever_for_rows_with_a_key() -> None:
    table = patients(["A", *[None] * (RIDING + 2), "B"])
    cutter = Cutter(("person_id",), 1)
    assert sum(part.num_rows for part in cutter.add(table.slice(0, RIDING + 3))) == RIDING + 3
    assert [part.num_rows for part in (*cutter.add(table.slice(RIDING + 3)), *cutter.end())] == [1]


def test_a_cluster_that_comes_back_after_rows_without_a_key_is_noticed() -> None:
    with pytest.raises(NotClustered, match="`person_id` do not stand together"):
        list(clustered([patients(["A", None, "B", None, "A"])], ("person_id",), 1))


values = st.lists(st.none() | st.text(max_size=20), max_size=30)


@settings(deadline=None)
@given(values, st.integers(0, 5))
def test_equal_texts_have_equal_hashes_in_any_form(texts: list[str | None], skip: int) -> None:
    plain = pa.array(texts, pa.string())
    forms = [
        plain,
        plain.dictionary_encode(),
        plain.cast(pa.large_string()),
        pa.array([*["x"] * skip, *texts]).slice(skip),
    ]
    if texts:
        first, *others = (hashes(form).tolist() for form in forms[:3])
        assert all(other == first for other in others)
    if texts and any(t is not None for t in texts):
        assert hashes(forms[3]).tolist() == first
        assert len(set(first)) == len(set(texts))


@settings(deadline=None)
@given(values)
def test_clusters_start_where_the_cell_changes(texts: list[str | None]) -> None:
    expected = [i for i in range(len(texts)) if i == 0 or texts[i] != texts[i - 1]]
    for column in (pa.array(texts, pa.string()), pa.array(texts, pa.string()).dictionary_encode()):
        assert starts([column], len(texts)).tolist() == expected
    doubled = pa.DictionaryArray.from_arrays(pa.array([0, 1, 0, 2]), pa.array(["a", "a", "b"]))
    assert starts([doubled], 4).tolist() == [0, 3]


def test_hashes_of_a_row_know_the_order_of_its_cells() -> None:
    left, right = pa.array(["a", "b", None]), pa.array(["b", "a", "a"])
    assert len({*row_hashes([left, right]).tolist(), *row_hashes([right, left]).tolist()}) == 4
    assert np.array_equal(hashes(pa.array([1, None], pa.int32())), hashes(pa.array([1, None], pa.int64())))


def test_what_was_seen_is_merged_and_still_known() -> None:
    seen = Seen(("k",))
    for k in range(0, 1000, 10):
        seen.check(pa.table({"k": [f"v{i}" for i in range(k, k + 10)]}))
    with pytest.raises(NotClustered):
        seen.check(pa.table({"k": ["v37"]}))
