"""What is told of lines with shared numbers is what is told without, cell by cell, count by count and, in a file, byte by byte."""

from pathlib import Path

import pyarrow as pa
import pytest
from batches.rows import claim_lines, with_gaps

import policy
from policy.batches import TableEvaluator, answer
from policy.batches.clusters import array_of
from policy.batches.tally import Tally
from policy.batches.writer import Writer

TOLD = ("status", "findings", "statements", "reasons", "missing")


@pytest.fixture(params=["whole", "with gaps"])
def lines(request: pytest.FixtureRequest) -> pa.Table:
    table = claim_lines(150, seed=3)
    return table if request.param == "whole" else with_gaps(table)


def judged(table: pa.Table) -> tuple[pa.Table, pa.Table]:
    program = policy.load("medicare.part_b")
    evaluator = TableEvaluator({program.id: program}, program.id)
    return evaluator.told(table), evaluator.evaluate(table)


def counted(table: pa.Table, answer: pa.Table) -> Tally:
    tally = Tally()
    tally.add(table, answer, 0, "service_unit_quantity")
    return tally


def written(path: Path, table: pa.Table) -> bytes:
    out = Writer(path, table.schema)
    out.write(table)
    out.close()
    return path.read_bytes()


def test_cells_counts_and_bytes_are_the_same(lines: pa.Table, tmp_path: Path) -> None:
    shared, plain = judged(lines)
    assert shared.to_pylist() == plain.to_pylist()
    assert shared.schema == plain.schema
    assert counted(lines, shared) == counted(lines, plain)
    columns = [name for name in plain.column_names if name != "rejected"]
    files = (written(tmp_path / f"{k}.parquet", one.select(columns)) for k, one in enumerate((shared, plain)))
    assert len(set(files)) == 1


def test_numbers_are_shared_and_words_of_an_answer_are_not_repeated(lines: pa.Table) -> None:
    shared, plain = judged(lines)
    assert len({array_of(shared[name]).indices.buffers()[1].address for name in TOLD}) == 1
    for name in TOLD:
        words = array_of(plain[name]).dictionary.to_pylist()
        assert len(words) == len(set(words))


def test_many_cells_do_not_share_numbers(lines: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "MOST_SHARED", 0)
    shared, plain = judged(lines)
    assert shared.equals(plain)
