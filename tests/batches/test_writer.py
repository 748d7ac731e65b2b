"""What is written by hand is what PyArrow, DuckDB and Polars read: every column, every cell, in order."""

import io
from pathlib import Path
from unittest import mock

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from policy.batches import pages, writer
from policy.batches.writer import Writer

WORDS = pa.dictionary(pa.int32(), pa.string())


@st.composite
def words(draw: st.DrawFn, rows: int) -> pa.Array:
    """Words in any order, some of them never used or there twice."""
    size = draw(st.sampled_from((1, 2, 3, 5, 17, 70, 300)))
    given_ = draw(st.permutations([f"word {k} of é" for k in range(size)]))
    ids = draw(st.lists(st.integers(0, size - 1), min_size=rows, max_size=rows))
    mask = draw(st.none() | st.lists(st.booleans(), min_size=rows, max_size=rows))
    indices = pa.array(ids, pa.int32(), mask=None if mask is None else np.array(mask, bool))
    return pa.DictionaryArray.from_arrays(indices, pa.array(given_ + draw(st.sampled_from(([], given_[:1])))))


@st.composite
def numbers(draw: st.DrawFn, rows: int) -> pa.Array:
    """Numbers near each other, near the one before, and anywhere."""
    type_ = draw(st.sampled_from((pa.int32(), pa.int64())))
    most = 2 ** (type_.bit_width - 1) - 1
    span = draw(st.sampled_from((1, 2, 16, 255, 256, 70_000, 2 * most + 1)))
    first = draw(st.integers(-most - 1, most - span))
    own = st.integers(first, first + span)
    cells = draw(st.lists(own | st.none() if draw(st.booleans()) else own, min_size=rows, max_size=rows))
    if draw(st.booleans()):
        cells = sorted(cell for cell in cells if cell is not None)
        cells += cells[-1:] * (rows - len(cells)) or [None] * (rows - len(cells))
    return pa.array(cells, type_)


@st.composite
def columns(draw: st.DrawFn, rows: int) -> pa.Array:
    def several(of: st.SearchStrategy[object]) -> list[object]:
        return draw(st.lists(of, min_size=rows, max_size=rows))

    match draw(st.sampled_from(("words", "numbers", "bits", "texts", "ids", "other", "nested"))):
        case "words":
            return draw(words(rows))
        case "numbers":
            return draw(numbers(rows))
        case "bits":
            return pa.array(several(st.booleans() | (st.none() if draw(st.booleans()) else st.booleans())), pa.bool_())
        case "texts":
            return pa.array(several(st.text("abé", max_size=6) | (st.none() if draw(st.booleans()) else st.just(""))))
        case "ids":
            return pa.array([f"C{number:07}" for number in several(st.integers(0, 99))])
        case "other":
            return pa.array(several(st.decimals(-9, 9, places=4) | st.none()), pa.decimal128(16, 4))
    return pa.array(several(st.lists(st.integers(0, 3), max_size=2)), pa.list_(pa.int8()))


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    rows = draw(st.sampled_from((1, 2, 7, 8, 9, 31, 33, 127, 128, 129, 130, 260)))
    skipped = draw(st.integers(0, min(9, rows - 1)))
    made = [draw(columns(rows)).slice(skipped) for _ in range(draw(st.integers(1, 4)))]
    fields = [
        pa.field(f"column {k}", one.type, nullable=bool(one.null_count) or draw(st.booleans()))
        for k, one in enumerate(made)
    ]
    return pa.table(made, schema=pa.schema(fields))


def written(path: Path, table: pa.Table) -> Path:
    out = Writer(path, table.schema)
    out.write(table)
    assert out.close() == path.stat().st_size
    return path


def plain(table: pa.Table) -> list[list[object]]:
    return [table.column(k).to_pylist() for k in range(table.num_columns)]


NUMBERS_UP_TO_THE_LAST = pa.table(
    [pa.array([0] * 39 + [2**63 - 1] * 3)], schema=pa.schema([pa.field("a", pa.int64(), False)])
)

FEW_OF_MANY = pa.table(
    {"a": pa.DictionaryArray.from_arrays(pa.array([0] * 41 + [1], pa.int32()), [f"w{k}" for k in range(300)])}
)


@settings(max_examples=300, deadline=None)
@example(table=FEW_OF_MANY, page=8, group=40)  # the first words of more than a byte numbers
@example(table=NUMBERS_UP_TO_THE_LAST, page=8, group=40)  # a range that ends with the last number there is
@given(table=tables(), page=st.sampled_from((8, 128, 136, pages.PAGE)), group=st.sampled_from((40, 1 << 20)))
def test_every_cell_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, table: pa.Table, page: int, group: int
) -> None:
    with mock.patch.object(pages, "PAGE", page), mock.patch.object(writer, "GROUP", group):
        path = written(tmp_path_factory.getbasetemp() / "hand.parquet", table)
    read = pq.read_table(path, use_threads=False)
    read.validate(full=True)
    assert read.schema.equals(table.schema) and plain(read) == plain(table)


def wide(rows: int) -> pa.Table:
    """A column of every kind, with empty cells and without."""
    rng = np.random.default_rng(8)
    some = rng.random(rows) < 0.1
    ids = rng.integers(0, 5, rows).astype(np.int32)
    made: dict[str, pa.Array] = {
        "words": pa.DictionaryArray.from_arrays(pa.array(ids), ["e", "d", "c", "b", "a"]),
        "some words": pa.DictionaryArray.from_arrays(pa.array(ids, mask=some), ["e", "d", "c", "b", "a"]),
        "one word": pa.DictionaryArray.from_arrays(pa.array(ids * 0), ["allow"]),
        "many words": pa.DictionaryArray.from_arrays(
            pa.array(rng.integers(0, 900, rows), pa.int32()), [f"w{k}" for k in range(900)]
        ),
        "small": pa.array(rng.integers(-3, 4, rows), pa.int32()),
        "some small": pa.array(rng.integers(-3, 4, rows), pa.int32(), mask=some),
        "rising": pa.array(10**11 + np.cumsum(rng.integers(0, 3, rows))),
        "rising fast": pa.array(np.cumsum(rng.integers(-5, 30_000, rows)), pa.int64()),
        "any": pa.array(rng.integers(-(2**62), 2**62, rows)),
        "bits": pa.array(rng.random(rows) < 0.5),
        "some bits": pa.array(rng.random(rows) < 0.5, mask=some),
        "ids": pa.array([f"C{k:07}" for k in range(rows)]),
        "texts": pa.array(["é" * int(k) for k in ids]),
        "money": pa.array(rng.integers(0, 10**6, rows), pa.int32()).cast(pa.decimal128(16, 4)),
    }
    return pa.table(made)


KINDS = {
    "words", "some words", "one word", "many words", "small", "some small", "rising", "rising fast", "bits", "ids", "texts",
}  # fmt: skip


@pytest.mark.parametrize("rows", [1, 1000, 70_001])
def test_other_readers_read_it(tmp_path: Path, rows: int) -> None:
    table = wide(rows)
    path = written(tmp_path / "hand.parquet", table)
    assert plain(pq.read_table(path)) == plain(table)
    duckdb = pytest.importorskip("duckdb")
    assert plain(duckdb.sql(f"from '{path}'").to_arrow_table()) == plain(table)
    polars = pytest.importorskip("polars")
    assert plain(polars.read_parquet(path).to_arrow()) == plain(table)


def test_kinds_that_are_not_left_to_pyarrow() -> None:
    table = wide(500)
    assert {name for name in table.column_names if pages.chunk(name, table[name].chunk(0), True)} == KINDS


def test_the_bytes_depend_on_the_cells_alone(tmp_path: Path) -> None:
    """Not on the order in which a process met its words."""
    one = pa.DictionaryArray.from_arrays(pa.array([0, 1, 0, 2], pa.int32()), ["b", "a", "c"])
    other = pa.DictionaryArray.from_arrays(pa.array([3, 2, 3, 0], pa.int32()), ["c", "never", "a", "b"])
    first, second = (written(tmp_path / f"{k}.parquet", pa.table({"x": one_})) for k, one_ in enumerate((one, other)))
    assert first.read_bytes() == second.read_bytes()


def test_numbers_tell_their_least_and_most(tmp_path: Path) -> None:
    """So that a reader who looks for one visit skips the row groups of others."""
    path = written(tmp_path / "hand.parquet", wide(1000))
    group = pq.read_metadata(path).row_group(0)
    told = {group.column(k).path_in_schema: group.column(k).statistics for k in range(group.num_columns)}
    assert (told["small"].min, told["small"].max, told["some small"].null_count > 50) == (-3, 3, True)
    assert told["rising"].min >= 10**11


def test_pyarrow_tells_what_was_written(tmp_path: Path) -> None:
    """The footer adds up: a reader that trusts it finds every page."""
    path = written(tmp_path / "hand.parquet", wide(3000))
    meta = pq.ParquetFile(io.BytesIO(path.read_bytes())).metadata
    group = meta.row_group(0)
    chunks = [group.column(k) for k in range(group.num_columns)]
    assert group.total_byte_size == sum(chunk.total_uncompressed_size for chunk in chunks)
    ends = [(chunk.dictionary_page_offset if chunk.has_dictionary_page else chunk.data_page_offset) for chunk in chunks]
    assert ends == [4 + sum(chunk.total_compressed_size for chunk in chunks[:k]) for k in range(len(chunks))]
