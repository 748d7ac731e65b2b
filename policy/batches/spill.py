"""Rows that are not sorted: brought together by their keys through files, evaluated, and put back into their order.

Three rounds over files in the folder of the run. Each is a list of tasks that do not wait for each other:

1. every slice of the rows is cut into shares by a hash of the keys; all rows of a visit (or patient) fall into the same share, rows
   without a key into any
2. every share is gathered from all slices and evaluated as one table; its answers are cut into slices again
3. every slice gathers its answers from all shares and puts them into the order of its rows

Owns: these rounds and their files. A file holds one record batch for each reader, so that everyone reads its own only.
Never: holds more than one slice, or one share, at a time.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.ipc as ipc

from policy.batches.clusters import array_of, key_columns, named
from policy.batches.contract import WORDS, as_type
from policy.batches.hashing import row_hashes
from policy.batches.sink import Files
from policy.batches.tally import Tally, units_column
from policy.batches.units import Done, Job, visits_of

SLICE: Final = 1 << 19
"""The most rows of a slice."""
SHARE: Final = 1 << 20
"""Rows of a share, about."""
_ROW: Final = "#row"
"""The column with the number of a row in the run. No column of a claim table is called so."""
_LONG: Final = "explanation"
"""A column of long texts: kept as texts between rounds, not as words that every reader would have to load."""


@attrs.frozen
class Slice:
    """Rows of a unit that are cut into shares together: the unit, the number of the first row, and how many."""

    number: int
    unit: int
    first: int
    rows: int


@attrs.frozen
class Spill:
    """The rounds of one run."""

    job: Job
    folder: Path
    slices: tuple[Slice, ...]
    shares: int
    writes: bool
    """Whether answers are kept; without an output they are only counted."""

    @classmethod
    def of(
        cls, job: Job, folder: Path, *, writes: bool, slice_rows: int | None = None, share_rows: int | None = None
    ) -> "Spill":
        """The rounds for the rows of a run."""
        most = slice_rows or SLICE
        slices: list[Slice] = []
        for unit in job.units:
            for first in range(0, unit.rows, most):
                slices.append(Slice(len(slices), unit.number, unit.first + first, min(most, unit.rows - first)))
        share = share_rows or (SHARE // 8 if _LONG in job.answer.names else SHARE)
        return cls(job, folder, tuple(slices), max(1, -(-job.source.rows // share)), writes)

    def cut_file(self, number: int) -> Path:
        """Where a slice's rows are, a batch a share."""
        return self.folder / f"cut-{number:05}.arrow"

    def share_file(self, number: int) -> Path:
        """Where a share's answers are, a batch a slice."""
        return self.folder / f"share-{number:05}.arrow"


def cut(spill: Spill, unit: int) -> Done:
    """Round 1: the rows of a unit, in slices, to files. Raises `UnreadablePart`, `OSError`."""
    mine = iter([one for one in spill.slices if one.unit == unit])
    rows = 0
    for table in _sliced(
        spill.job.source.batches(spill.job.units[unit].pieces), [s.rows for s in spill.slices if s.unit == unit]
    ):
        one = next(mine)
        numbers = np.arange(one.first, one.first + one.rows)
        share = _shares(key_columns(table, spill.job.keys), numbers, spill.shares)
        order = np.argsort(share, kind="stable")
        table = table.append_column(_ROW, pa.array(numbers)).take(pa.array(order)).combine_chunks()
        _write(spill.cut_file(one.number), table, np.searchsorted(share[order], np.arange(spill.shares + 1)))
        rows += table.num_rows
    return Done(Tally(), rows)


def _shares(columns: Sequence[pa.Array], numbers: np.ndarray, shares: int) -> np.ndarray:
    """The share of each row, by its key; of a row without one, by its number in the run."""
    places = row_hashes(columns)
    rows = named(columns)
    if rows is not None:
        keyed = places[rows]
        places = numbers.astype(np.uint64)
        places[rows] = keyed
    found: np.ndarray = (places % np.uint64(shares)).astype(np.int64)
    return found


def evaluate_share(spill: Spill, number: int) -> Done:
    """Round 2: one share, gathered and evaluated. Raises `OSError`."""
    gathered = [_read(spill.cut_file(one.number), number) for one in spill.slices]
    table = pa.concat_tables(gathered).unify_dictionaries()
    del gathered
    rows = array_of(table.column(_ROW))
    table = table.drop_columns([_ROW])
    tally = Tally()
    answer = spill.job.answer.empty_table()
    seen: tuple[Any, ...] = ()
    if table.num_rows:
        answer = spill.job.evaluator.evaluate(table)
        units = units_column(spill.job.evaluator, spill.job.source.contract.schema)
        tally.add(table, answer, visits_of(table, answer, spill.job), units)
        seen = (spill.job.look(table, answer),) if spill.job.look is not None else ()
    if spill.writes:
        edges = [*(one.first for one in spill.slices), spill.job.source.rows]
        _write(
            spill.share_file(number), _kept(answer).append_column(_ROW, rows), np.searchsorted(rows.to_numpy(), edges)
        )
    return Done(tally, table.num_rows, seen=seen)


def put_back(spill: Spill, number: int) -> Done:
    """Round 3: the answers to one slice, in the order of its rows, to the files of a unit. Raises `OSError`."""
    table = pa.concat_tables(_read(spill.share_file(share), number) for share in range(spill.shares))
    rows = array_of(table.column(_ROW)).to_numpy()
    order = np.argsort(rows)
    answer = _answer(table.unify_dictionaries().take(pa.array(order)), spill.job.answer)
    with Files(spill.folder, f"{number:05}", spill.job.answer) as files:
        files.write(answer, rows[order], spill.job.source)
        sizes = files.close()
    return Done(Tally(), table.num_rows, *sizes)


def _sliced(batches: Iterator[pa.Table], sizes: Sequence[int]) -> Iterator[pa.Table]:
    """The rows of batches in tables of given sizes."""
    waiting: list[pa.Table] = []
    held = 0
    wanted = iter(sizes)
    size = next(wanted, 0)
    for batch in batches:
        waiting.append(batch)
        held += batch.num_rows
        while size and held >= size:
            table = pa.concat_tables(waiting)
            yield table.slice(0, size).unify_dictionaries()
            waiting, held = [table.slice(size)], held - size
            size = next(wanted, 0)


def _kept(answer: pa.Table) -> pa.Table:
    """An answer with one dictionary a column, long texts as texts."""
    answer = answer.unify_dictionaries().combine_chunks().replace_schema_metadata(None)
    if _LONG in answer.column_names:
        at = answer.column_names.index(_LONG)
        answer = answer.set_column(at, _LONG, as_type(array_of(answer.column(_LONG)), pa.string()))
    return answer


def _answer(kept: pa.Table, schema: pa.Schema) -> pa.Table:
    """What was kept, in the columns of an answer."""
    columns = [
        array_of(kept.column(field.name)) if field.type == WORDS else kept.column(field.name) for field in schema
    ]
    return pa.table(
        [as_type(c, f.type) if f.type == WORDS else c for c, f in zip(columns, schema, strict=True)], schema=schema
    )


def _write(path: Path, table: pa.Table, edges: Any) -> None:
    """A file with a record batch between each two edges."""
    beside = path.with_name(f"{path.name}.tmp")
    batch = table.to_batches()[0] if table.num_rows else pa.RecordBatch.from_pylist([], table.schema)
    with (
        pa.OSFile(str(beside), "wb") as file,
        ipc.new_file(file, table.schema, options=ipc.IpcWriteOptions(compression="lz4", use_threads=False)) as writer,
    ):
        for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            writer.write_batch(batch.slice(low, high - low))
    beside.replace(path)


def _read(path: Path, number: int) -> pa.Table:
    """One record batch of a file."""
    with pa.OSFile(str(path)) as file:
        reader = ipc.open_file(file, options=ipc.IpcReadOptions(use_threads=False))
        return pa.Table.from_batches([reader.get_batch(number)])
