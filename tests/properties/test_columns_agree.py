"""One meaning, three evaluators: what is said of a claim table is what the reference and the compiled evaluator say of its visits, each
by itself, whatever the order, the chunks, the types and the company in which its rows come.
"""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from columns.oracle import Row, answers
from hypothesis import given
from hypothesis import strategies as st
from strategies import arrow_forms
from strategies.audits import NAMES, Audit, audits
from strategies.choice import Choices, Seeded
from strategies.looks import look

from policy.batches import TableEvaluator, evaluate_batches
from policy.batches.run import Options, evaluate_files
from policy.columns.layout import Layout

CARRIED = ("claim_id", "claim_line_number", "x_visit")
"""Columns that stand in the answer as they came."""


def evaluator(one: Audit, *, explain: bool = False) -> TableEvaluator:
    return TableEvaluator(one.programs("compiled"), one.default, explain=explain)


def read_of(one: Audit) -> pa.Table:
    """The table; without the columns that no policy asks where a line is rejected, for they cannot be why."""
    if not any(row["rejected"] for row in answers(one.table, one.programs("compiled"), one.default)):
        return one.table
    needed = Layout.of(one.table.schema).needed(evaluator(one).asked)
    return one.table.select([name for name in one.columns if name in needed])


def told(answer: pa.Table, *, without: Iterable[str] = CARRIED) -> list[Row]:
    """The answer row by row; of a rejected row only that it is."""
    rows = answer.drop_columns([name for name in without if name in answer.column_names]).to_pylist()
    return [row if row["rejected"] is None else {"rejected": True} for row in rows]


def agree(want: Sequence[Row], got: Sequence[Row]) -> None:
    """Every cell, the first one that differs named."""
    assert len(want) == len(got)
    for number, (one, other) in enumerate(zip(want, got, strict=True)):
        out = one.get("rejected"), other.get("rejected")
        assert (out[0] is None) == (out[1] is None), (
            f"row {number} is rejected because of {out[0]!r}, and because of {out[1]!r}"
        )
        for name in other if out[1] is None else ():
            assert one[name] == other[name], f"`{name}` of row {number} is {one[name]!r}, and {other[name]!r}"


def luck() -> st.SearchStrategy[Choices]:
    """Choices about one audit, of a seed."""
    return st.integers(0, 10**6).map(Seeded)


@look(80)
@given(audits())
def test_all_evaluators_say_the_same_of_a_table(one: Audit) -> None:
    slow, fast = (answers(read_of(one), one.programs(engine), one.default) for engine in ("reference", "compiled"))
    assert slow == fast
    agree(slow, told(evaluator(one).evaluate(one.table)))


@look(10)
@given(audits(most=3))
def test_explanations_are_those_of_the_visits(one: Audit) -> None:
    want = answers(read_of(one), one.programs("reference"), one.default, explain=True)
    agree(want, told(evaluator(one, explain=True).evaluate(one.table)))


@look(25)
@given(audits(), luck())
def test_the_answer_moves_with_its_rows(one: Audit, choices: Choices) -> None:
    """Lines of one visit keep their order among themselves, for the order of lines may matter."""
    order = choices.shuffled(range(one.table.num_rows))
    home: dict[object, list[int]] = {}
    for i, cell in enumerate(one.table.column(one.patient).to_pylist()):
        home.setdefault(cell, []).append(i)
    for rows in home.values():
        for at, i in zip(sorted(order.index(i) for i in rows), rows, strict=True):
            order[at] = i
    moved = evaluator(one).evaluate(one.table.take(pa.array(order, pa.int64())))
    stayed = evaluator(one).evaluate(one.table)
    agree([told(stayed)[i] for i in order], told(moved))


@look(50)
@given(audits(), luck())
def test_chunks_and_types_say_nothing(one: Audit, choices: Choices) -> None:
    other = arrow_forms.chunked(choices, arrow_forms.rewritten(choices, one.table))
    agree(told(evaluator(one).evaluate(one.table)), told(evaluator(one).evaluate(other)))


@look(30)
@given(audits(), luck())
def test_a_stream_of_batches_is_the_table(one: Audit, choices: Choices) -> None:
    table, size, rows = clustered(one), choices.pick((1, 3, 2, 5)), choices.pick((1, 3, 7))
    whole = evaluator(one).evaluate(table)
    parts = list(evaluate_batches(table.to_batches(max_chunksize=size), evaluator(one), rows=rows))
    assert all(part.schema.equals(whole.schema) for part in parts)
    agree(told(whole), [row for part in parts for row in told(part)])


def clustered(one: Audit) -> pa.Table:
    """The rows with those together that are evaluated together."""
    keys = evaluator(one).keys(one.table.schema)
    rows = one.table.select(keys).to_pylist()
    order = sorted(range(len(rows)), key=lambda i: [str(rows[i][key]) for key in keys])
    return one.table.take(pa.array(order, pa.int64()))


@look(25)
@given(audits(), luck())
def test_files_are_the_table(one: Audit, choices: Choices) -> None:
    """In units and shares of a few lines, sorted or not."""
    with tempfile.TemporaryDirectory() as name:
        folder, table = Path(name), clustered(one) if choices.chance(50) else one.table
        pq.write_table(table, folder / "in.parquet", row_group_size=choices.pick((1, 3, 7)))
        whole = evaluator(one).evaluate(pq.read_table(folder / "in.parquet"))
        options = Options(
            folder / "out.parquet",
            unit_rows=choices.pick((1, 4, 10)),
            whole_rows=0,
            share_rows=choices.pick((2, 5, 50)),
        )
        evaluate_files([folder / "in.parquet"], evaluator(one), options)
        kept = whole.filter(whole["rejected"].is_null()).drop_columns(["rejected"]).to_pylist()
        found = pq.read_table(folder / "out.parquet").to_pylist()
        agree(kept, found)
        reasons = whole["rejected"].drop_null().to_pylist()
        out = folder / "out.rejects.parquet"
        assert (pq.read_table(out)["reason"].to_pylist() if out.exists() else []) == reasons


@look(15)
@given(audits())
def test_columns_that_nobody_asks_say_nothing(one: Audit) -> None:
    table = one.table
    noise: dict[str, list[Any]] = {
        "x_nobody_asks": ["?"], "x_line_nobody_asks": [-1], "drg_code": ["?"], "bill_type_code": [None], "x_documentation": [""],
    }  # fmt: skip
    for name, cells in noise.items():
        table = table.append_column(name, pa.array(cells * table.num_rows))
    agree(told(evaluator(one).evaluate(one.table)), told(evaluator(one).evaluate(table)))


@look(30)
@given(audits())
def test_policies_in_one_table_are_each_alone(one: Audit) -> None:
    whole = told(evaluator(one).evaluate(one.table))
    named = one.table.column("x_policy").to_pylist() if "x_policy" in one.columns else [None] * len(whole)
    effective = [name or one.default for name in named]
    for policy, family in one.families:
        rows = [i for i, name in enumerate(effective) if name == policy]
        alone = TableEvaluator({policy: family.program("compiled")}, policy)
        part = told(alone.evaluate(one.table.take(pa.array(rows, pa.int64()))))
        if not any("rejected" in row and row["rejected"] for row in (*part, *(whole[i] for i in rows))):
            agree([whole[i] for i in rows], part)  # what another policy asks can reject a visit


@look(25)
@given(audits())
def test_patients_have_nothing_to_do_with_each_other(one: Audit) -> None:
    whole = told(evaluator(one).evaluate(one.table))
    cells = one.table.column(one.patient).to_pylist()
    for patient in set(cells):
        rows = [i for i, cell in enumerate(cells) if cell == patient]
        alone = evaluator(one).evaluate(one.table.take(pa.array(rows, pa.int64())))
        agree([whole[i] for i in rows], told(alone))


@look(25)
@given(audits())
def test_every_line_is_answered_once(one: Audit) -> None:
    answer = evaluator(one).evaluate(one.table)
    schema = evaluator(one).schema(one.table.schema)
    assert answer.schema == schema
    assert evaluator(one).evaluate(one.table.slice(0, 0)).schema == schema
    assert answer.num_rows == one.table.num_rows
    for name in set(CARRIED) & set(one.columns):
        assert answer.column(name).to_pylist() == one.table.column(name).to_pylist()
    for row in answer.to_pylist():
        assert (row["status"] is None) == (row["visit_status"] is None) == (row["rejected"] is not None)
        assert row["rejected"] is not None or row["policy"] in NAMES
        assert len(row["findings"] or "") == 0 or row["findings"].count("; ") == row["statements"].count("; ")


@look(25)
@given(audits())
def test_reasons_for_rejecting_repeat_no_cell(one: Audit) -> None:
    answer = evaluator(one).evaluate(one.table)
    cells = {
        str(cell)
        for row in one.rows
        for cell in row.values()
        if isinstance(cell, str) and len(cell) > 2 and not cell.isdigit()
    } - set(NAMES)
    for reason in set(answer.column("rejected").to_pylist()) - {None}:
        assert reason
        assert [cell for cell in cells if cell in reason] == []
