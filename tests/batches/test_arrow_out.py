"""Decisions as an Arrow file: the rows of the Parquet file, and as whole after an interruption."""

from pathlib import Path

import attrs
import polars as pl
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from batches.rows import Counting, claim_lines, with_gaps
from batches.test_real_run import LOOKS_BACK, claims, shuffled

import policy
from policy.batches import TableEvaluator
from policy.batches.run import Options, evaluate_files

SMALL = Options(unit_rows=60, whole_rows=0, share_rows=400)


def run(folder: Path, out: str, **options: object) -> None:
    evaluate_files([folder / "in.parquet"], Counting(), attrs.evolve(SMALL, out=folder / out, **options))


@pytest.mark.parametrize("ending", ["arrow", "feather"])
def test_the_rows_are_those_of_the_parquet_file(tmp_path: Path, ending: str) -> None:
    pq.write_table(with_gaps(claim_lines(300)), tmp_path / "in.parquet", row_group_size=50)
    for out in (f"out.{ending}", "out.parquet"):
        run(tmp_path, out)
    for name in ("out", "out.rejects"):
        found, same = feather.read_table(tmp_path / f"{name}.{ending}"), pq.read_table(tmp_path / f"{name}.parquet")
        assert found.to_pylist() == same.to_pylist()
        assert found.schema.equals(same.schema.remove_metadata())
        assert pl.read_ipc(tmp_path / f"{name}.{ending}").to_dicts() == found.to_pylist()


def test_an_interrupted_run_ends_with_the_same_bytes(tmp_path: Path) -> None:
    pq.write_table(with_gaps(claim_lines(300)), tmp_path / "in.parquet", row_group_size=50)
    for out, options in (("one.arrow", {}), ("two.arrow", {"jobs": 2})):
        run(tmp_path, out, **options)

    def progress(done: int, total: int) -> None:
        if done > total // 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, "three.arrow", progress=progress)
    assert not (tmp_path / "three.arrow").exists()
    run(tmp_path, "three.arrow", resume=True)
    for name in ("{}.arrow", "{}.rejects.arrow"):
        assert len({(tmp_path / name.format(number)).read_bytes() for number in ("one", "two", "three")}) == 1
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


def test_words_of_all_units_are_one_dictionary_and_explanations_plain_text(tmp_path: Path) -> None:
    program = policy.load(LOOKS_BACK)
    evaluator = TableEvaluator({program.id: program}, program.id, explain=True)
    table = shuffled(claims())
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=20)
    evaluate_files([tmp_path / "in.parquet"], evaluator, attrs.evolve(SMALL, out=tmp_path / "out.arrow"))
    found = feather.read_table(tmp_path / "out.arrow")
    assert found.to_pylist() == evaluator.evaluate(table).drop_columns(["rejected"]).to_pylist()
    assert found.schema.field("explanation").type == pa.string()
    words = found["status"].chunk(0).dictionary.to_pylist()
    assert sorted(words) == sorted(set(found["status"].to_pylist()))


def test_a_run_that_decides_nothing_writes_a_file_without_rows(tmp_path: Path) -> None:
    pq.write_table(with_gaps(claim_lines(5), every=1), tmp_path / "in.parquet")
    table = pq.read_table(tmp_path / "in.parquet")
    nothing = table.set_column(5, "hcpcs_code", pa.nulls(table.num_rows, pa.string()))
    pq.write_table(nothing, tmp_path / "in.parquet")
    run(tmp_path, "out.feather")
    assert feather.read_table(tmp_path / "out.feather").num_rows == 0
    assert feather.read_table(tmp_path / "out.rejects.feather").num_rows == table.num_rows
