"""Which lines are one visit does not depend on how they come: as a table, as a stream, as files in one unit or many, or in an audit.

The tables are such as analysts have: visits are numbered for each patient, so that every patient has a visit 1; patients, visits and
codes are missing here and there.
"""

from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from batches.test_real_run import LOOKS_BACK, OF_THE_DAY, claims

import policy
from policy.auditing.run import Settings, audit_tables
from policy.batches import TableEvaluator, evaluate_batches
from policy.batches.run import Options, evaluate_files

MISSING = "`person_id` is missing"


def messy(seed: int) -> pa.Table:
    """Visit 1 of every patient is called so; one line in ten names no patient, one in fifty no visit, one in fifty no code."""
    table = claims(seed=seed)
    rng = np.random.default_rng(seed)
    visits = [str(int(name[-1]) + 1) for name in table["x_visit"].to_pylist()]
    cells = {"person_id": (table["person_id"], 10), "x_visit": (pa.array(visits), 50), "hcpcs_code": (table["hcpcs_code"], 50)}  # fmt: skip
    for name, (column, every) in cells.items():
        gone = pa.array(rng.integers(0, every, table.num_rows) == 0)
        table = table.set_column(
            table.column_names.index(name), name, pc.if_else(gone, pa.scalar(None, pa.string()), column)
        )
    return table


def ordered(table: pa.Table, order: str) -> pa.Table:
    if order == "shuffled":
        return table.take(pa.array(np.random.default_rng(7).permutation(table.num_rows)))
    by, place = order.split()
    return table.take(pc.array_sort_indices(table[by], null_placement=place)) if place != "kept" else table


def evaluator(text: str) -> TableEvaluator:
    program = policy.load(text)
    return TableEvaluator({program.id: program}, program.id)


@pytest.mark.parametrize("text", [LOOKS_BACK, OF_THE_DAY], ids=["year", "day"])
def test_a_visit_is_of_one_patient(text: str) -> None:
    table = ordered(messy(1), "person_id kept")
    answer = evaluator(text).evaluate(table)
    for who, visit, rejected in zip(
        table["person_id"].to_pylist(), table["x_visit"].to_pylist(), answer["rejected"].to_pylist(), strict=True
    ):
        assert (rejected == MISSING) is (who is None)
        assert visit is not None or rejected is not None
    whole = table.filter(table["person_id"].is_valid())
    alone = table.set_column(4, "x_visit", pc.binary_join_element_wise(table["person_id"], table["x_visit"], "/"))
    kept = ["supported_units", "allowed_units", "status", "findings"]
    found = evaluator(text).evaluate(whole).select(kept)
    assert found.equals(evaluator(text).evaluate(alone.filter(table["person_id"].is_valid())).select(kept))


@pytest.mark.parametrize("text", [LOOKS_BACK, OF_THE_DAY], ids=["year", "day"])
@pytest.mark.parametrize("order", ["person_id kept", "person_id at_start", "person_id at_end"])
def test_a_stream_says_what_a_table_says(text: str, order: str) -> None:
    table = ordered(messy(2), order)
    if text == OF_THE_DAY:
        table = ordered(table, "x_visit at_end")
    whole = evaluator(text).evaluate(table)
    for size, rows in ((1, 1), (3, 1), (7, 50), (1000, 1)):
        parts = evaluate_batches(table.to_batches(max_chunksize=size), evaluator(text), rows=rows)
        assert [row for part in parts for row in part.to_pylist()] == whole.to_pylist()


@pytest.mark.parametrize("text", [LOOKS_BACK, OF_THE_DAY], ids=["year", "day"])
@pytest.mark.parametrize("order", ["person_id kept", "person_id at_start", "x_visit at_end", "shuffled"])
def test_files_say_what_a_table_says(tmp_path: Path, text: str, order: str) -> None:
    table = ordered(messy(3), order)
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=20)
    whole = evaluator(text).evaluate(table)
    decided = whole.filter(whole["rejected"].is_null()).drop_columns(["rejected"]).to_pylist()
    reasons = whole["rejected"].drop_null().to_pylist()
    shapes = [Options(unit_rows=rows, whole_rows=0, share_rows=80) for rows in (20, 60, 10_000)] + [Options()]
    for options in shapes:
        out = tmp_path / "out.parquet"
        summary = evaluate_files([tmp_path / "in.parquet"], evaluator(text), attrs.evolve(options, out=out))
        assert pq.read_table(out).to_pylist() == decided
        assert pq.read_table(tmp_path / "out.rejects.parquet")["reason"].to_pylist() == reasons
        assert (summary.tally.lines, summary.rejected) == (len(decided), len(reasons))
        settings = Settings(unit_rows=options.unit_rows, whole_rows=options.whole_rows, share_rows=options.share_rows)
        audited = audit_tables([tmp_path / "in.parquet"], evaluator(text), settings)
        assert (audited.figures.decided, audited.figures.visits) == (len(decided), summary.tally.visits)


def test_workers_say_what_a_table_says(tmp_path: Path) -> None:
    table = ordered(messy(4), "shuffled")
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=20)
    for jobs in (1, 2):
        out = tmp_path / f"{jobs}.parquet"
        options = Options(out, jobs=jobs, unit_rows=60, whole_rows=0, share_rows=80)
        evaluate_files([tmp_path / "in.parquet"], evaluator(LOOKS_BACK), options)
    assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "2.parquet").read_bytes()
    whole = evaluator(LOOKS_BACK).evaluate(table)
    assert (
        pq.read_table(out).to_pylist()
        == whole.filter(whole["rejected"].is_null()).drop_columns(["rejected"]).to_pylist()
    )
