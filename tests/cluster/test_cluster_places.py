"""Where rows belong, without any engine: rows dealt out by their places are judged as they are in one table."""

import datetime as dt

import attrs
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from cluster_claims import payers, rows, shuffled, table

from policy.batches import evaluate_batches
from policy.batches.evaluator import TableEvaluator
from policy.batches.places import places
from policy.batches.shipping import evaluator_of
from policy.batches.together import Key, together


def dealt(lines: pa.Table, evaluator: TableEvaluator, machines: int) -> list[dict[str, object]]:
    """The answers of so many machines, each of which has the rows of its places, in the order of the rows."""
    at = places(lines, together(evaluator, lines.schema)) % machines
    found: list[dict[str, object]] = [{}] * lines.num_rows
    for machine in range(machines):
        own = (at == machine).nonzero()[0]
        for row, answer in zip(own, evaluator.evaluate(lines.take(own)).to_pylist(), strict=True):
            found[row] = answer
    return found


@pytest.mark.parametrize(
    "without", [(), ("x_visit",), ("x_visit", "x_policy"), ("x_visit", "claim_start_date")], ids="-".join
)
@pytest.mark.parametrize("machines", [2, 7])
def test_machines_answer_as_one_table_does(without: tuple[str, ...], machines: int) -> None:
    given = payers(history=True)
    evaluator = attrs.evolve(evaluator_of(given), default="acme.eight")
    for seed in range(3):
        lines = shuffled(table(rows(seed), without=without))
        assert dealt(lines, evaluator, machines) == evaluator.evaluate(lines).to_pylist()


@pytest.mark.parametrize("history", [True, False])
def test_a_line_without_a_key_is_placed_by_itself(history: bool) -> None:
    lines = pa.table({"x_visit": ["a", "a", "b", "a", None, "d"], "person_id": [None, "p", "p", "q", "q", None]})
    lines = lines.append_column("hcpcs_code", pa.array(["97530"] * 6)).append_column(
        "claim_line_start_date", pa.array(["2026-03-02"] * 6)
    )
    evaluator = evaluator_of(payers()["acme.eight" if history else "acme.midpoint"])
    found = places(lines, together(evaluator, lines.schema)).tolist()
    assert (found[1] == found[2]) is (found[3] == found[4]) is history
    assert len(set(found)) == (4 if history else 6)


@pytest.mark.parametrize(
    ("cells", "same"),
    [
        (["p", " p ", "p\u00a0"], True),
        (["p", "P", "q"], False),
    ],
    ids=["blanks around a text are no part of it", "other texts are other patients"],
)
def test_cells_are_compared_as_they_are_read(cells: list[str], same: bool) -> None:
    key = Key(("person_id",))
    texts = pa.table({"person_id": cells}), pa.table({"person_id": pa.array(cells).dictionary_encode()})
    for one in texts:
        assert (len(set(key.cells(one).to_pylist())) == 1) is same
    assert Key(("n",)).cells(pa.table({"n": [17, None]})).to_pylist() == ["17", None]


def test_a_payer_by_its_name_is_its_policy() -> None:
    key = Key(("payer",), "acme.eight", {"ACME": "acme.eight", "acme.eight": "acme.midpoint"})
    table_ = pa.table({"payer": ["ACME", " ACME", "", None, "acme.eight", "other"]})
    assert key.cells(table_).to_pylist() == [*["acme.eight"] * 4, "acme.midpoint", "other"]


def test_a_date_is_the_first_of_two_columns_that_is_filled() -> None:
    days = {"line": [None, dt.date(2026, 1, 5)], "claim": [dt.date(2026, 1, 5), dt.date(2026, 1, 1)]}
    assert Key(("line", "claim")).cells(pa.table(days)).to_pylist() == ["2026-01-05", "2026-01-05"]


def streamed(lines: pa.Table, evaluator: TableEvaluator) -> list[dict[str, object]]:
    """The answers to a stream of batches of three rows, evaluated as soon as a cluster is whole."""
    answers = evaluate_batches(lines.to_batches(max_chunksize=3), evaluator, rows=1)
    return [row for answer in answers for row in answer.to_pylist()]


@pytest.mark.parametrize("without", [(), ("x_visit",)], ids=["visits", "days"])
@pytest.mark.parametrize("seed", range(3))
def test_a_stream_by_patient_is_answered_as_one_table_is(seed: int, without: tuple[str, ...]) -> None:
    """Lines without a patient stand before the others, after them, or among them."""
    evaluator = evaluator_of(payers(history=True))
    lines = table(rows(seed), without=without)
    assert lines.column("person_id").null_count
    orders = ("at_start", "at_end")
    for one in (lines, *(lines.take(pc.array_sort_indices(lines["person_id"], null_placement=at)) for at in orders)):
        assert streamed(one, evaluator) == evaluator.evaluate(one).to_pylist()
