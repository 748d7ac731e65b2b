"""Parquet files joined on the byte level: every reader at hand reads the rows of all of them, in order."""

import contextlib
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from batches.rows import Counting, claim_lines
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.batches import thrift
from policy.batches.stitch import read_footer, stitch


def parts(folder: Path, table: pa.Table, cuts: list[int], **options: object) -> list[Path]:
    """The table in files, cut at some rows."""
    paths = []
    for k, (low, high) in enumerate(zip([0, *cuts], [*cuts, table.num_rows], strict=True)):
        paths.append(folder / f"part{k}.parquet")
        pq.write_table(table.slice(low, high - low), paths[-1], **options)
    return paths


def joined(paths: list[Path], out: Path) -> int:
    with out.open("wb") as file:
        return stitch(paths, file)


@pytest.mark.parametrize("options", [{}, {"compression": "zstd", "row_group_size": 50}, {"data_page_version": "2.0"}])
def test_the_rows_of_all_in_order(tmp_path: Path, options: dict[str, object]) -> None:
    answer = Counting().evaluate(claim_lines(200))
    out = tmp_path / "all.parquet"
    assert joined(parts(tmp_path, answer, [100, 100, 333], **options), out) == answer.num_rows
    read = pq.read_table(out)
    assert read.equals(answer) and read.schema.equals(answer.schema)
    meta = pq.read_metadata(out)
    assert meta.num_rows == answer.num_rows
    for k in range(meta.num_row_groups):
        group = pq.ParquetFile(out).read_row_group(k)
        assert group.num_rows == meta.row_group(k).num_rows


def test_joined_files_join_again(tmp_path: Path) -> None:
    table = claim_lines(60)
    paths = parts(tmp_path, table, [40, 80])
    joined(paths[:2], tmp_path / "two.parquet")
    joined([tmp_path / "two.parquet", paths[2]], tmp_path / "three.parquet")
    joined(paths, tmp_path / "once.parquet")
    assert (tmp_path / "three.parquet").read_bytes() == (tmp_path / "once.parquet").read_bytes()


def test_one_file_stays_as_it_is(tmp_path: Path) -> None:
    paths = parts(tmp_path, claim_lines(20), [])
    joined(paths, tmp_path / "out.parquet")
    assert (tmp_path / "out.parquet").read_bytes() == paths[0].read_bytes()


def test_other_readers_read_it(tmp_path: Path) -> None:
    answer = Counting().evaluate(claim_lines(300))
    out = tmp_path / "all.parquet"
    joined(parts(tmp_path, answer, [10, 400], row_group_size=64), out)
    duckdb = pytest.importorskip("duckdb")
    polars = pytest.importorskip("polars")
    expected = [tuple(row.values()) for row in answer.to_pylist()]
    assert duckdb.sql(f"from '{out}'").fetchall() == expected
    assert duckdb.sql(f"select sum(supported_units) from '{out}'").fetchall()[0][0] == sum(row[3] for row in expected)
    assert polars.read_parquet(out).rows() == expected
    assert polars.scan_parquet(out).filter(polars.col("tie")).collect().height == 0


def test_different_schemas_are_not_joined(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"a": ["1"]}), tmp_path / "b.parquet")
    with pytest.raises(ValueError, match=r"`b.parquet` has another schema than `a.parquet`"):
        stitch([tmp_path / "a.parquet", tmp_path / "b.parquet"], io.BytesIO())


def test_files_with_indexes_are_not_joined(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "a.parquet", write_page_index=True)
    with pytest.raises(ValueError, match="page indexes"):
        stitch([tmp_path / "a.parquet"], io.BytesIO())


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1PAR1", b"PAR1" + b"\xff" * 20 + b"\x10\0\0\0PAR1", b"x" * 40])
def test_what_is_no_parquet_file_is_said(data: bytes) -> None:
    with pytest.raises(ValueError, match="footer"):
        read_footer(io.BytesIO(data))


def test_a_footer_is_written_as_it_was_read(tmp_path: Path) -> None:
    pq.write_table(claim_lines(100), tmp_path / "a.parquet", row_group_size=20)
    data = (tmp_path / "a.parquet").read_bytes()
    footer, start = read_footer(io.BytesIO(data))
    assert thrift.written(footer) == data[start:-8]


def fields(kinds: st.SearchStrategy[tuple[int, object]]) -> st.SearchStrategy[thrift.Struct]:
    return st.dictionaries(st.integers(1, 400), kinds, max_size=6).map(
        lambda made: thrift.Struct(dict(sorted(made.items())))
    )


whole = st.tuples(st.sampled_from([thrift.I32, thrift.I64]), st.integers(-(2**63), 2**63 - 1))
plain = whole | st.tuples(st.just(thrift.BINARY), st.binary()) | st.tuples(st.just(thrift.TRUE), st.booleans())
lists = st.lists(st.integers(-(2**31), 2**31), max_size=20).map(lambda v: (thrift.LIST, thrift.Items(thrift.I64, v)))
nested = fields(plain | lists).map(lambda made: (thrift.STRUCT, made))


@settings(deadline=None)
@given(fields(plain | lists | nested))
def test_structures_are_read_as_they_were_written(made: thrift.Struct) -> None:
    written = thrift.written(made)
    assert thrift.written(thrift.read(written)) == written
    read = thrift.read(written)
    assert {k: v for k, (_, v) in read.fields.items()} == {k: v for k, (_, v) in made.fields.items()}


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_structure_or_refused(data: bytes) -> None:
    with contextlib.suppress(thrift.BadThrift):
        thrift.read(data)
