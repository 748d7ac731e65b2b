"""One unit of work: the rows of some row groups, evaluated in tables of whole visits.

Where rows are sorted, a unit may begin and end in the middle of a visit. The rows of the visit with which it begins belong to the
unit before, which reads on to them. So no unit waits for another.

Owns: which rows belong to a unit, and what is kept of it: its files, its tally, its first and last key.
Never: knows of other processes or of an interrupted run.
"""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Protocol

import attrs
import numpy as np
import pyarrow as pa

from policy.batches.clusters import ROWS, Cutter, Key, key_at, key_columns, starts
from policy.batches.evaluator import VISITS, TableEvaluator
from policy.batches.hashing import row_hashes
from policy.batches.lighter import settle
from policy.batches.order import Order, from_json, to_json
from policy.batches.sink import Files
from policy.batches.source import Source, Unit
from policy.batches.stream import Evaluator
from policy.batches.tally import Tally, units_column

_GLANCE: Final = 1 << 10
"""Rows in which the end of a table's first visit is looked for first."""
_AHEAD: Final = 1 << 13
"""Rows of a batch while reading on to the end of a visit."""


class Read:
    """The batches of a unit, as far as the unit before it has read them. Work in one process hands them on and reads nothing twice."""

    def __init__(self) -> None:
        self._kept: tuple[int, Iterator[pa.Table]] | None = None

    def keep(self, number: int, batches: Iterator[pa.Table]) -> None:
        """For the unit of this number."""
        self._kept = number, batches

    def take(self, number: int) -> Iterator[pa.Table] | None:
        """What was kept for a unit; it is given once."""
        kept, self._kept = self._kept, None
        return kept[1] if kept is not None and kept[0] == number else None


Look = Callable[[pa.Table, pa.Table], Any]
"""Is shown a table and its answer."""


class Watch(Protocol):
    """Looks at tables and their answers as they go by, and takes in what it saw of each unit of work."""

    look: Look
    """Goes to worker processes, where the tables are."""

    def seen(self, number: int, found: tuple[Any, ...]) -> None:
        """What `look` gave for the tables of a unit. Units come as they are ready."""

    def anew(self) -> None:
        """The run begins again: what was seen does not count."""


@attrs.frozen
class Job:
    """What every unit of a run needs to know. Goes to worker processes."""

    source: Source
    evaluator: Evaluator
    units: tuple[Unit, ...]
    keys: tuple[str, ...]
    order: Order | None
    """`None`: the run is one unit, evaluated as one table, in whatever order its rows are."""
    folder: Path | None
    """Where files go; `None`: nothing is written."""
    look: Look | None = None
    """Is shown every table with its answer, where they are; what it gives stands in `Done`."""
    read: Read | None = attrs.field(default=None, eq=False, repr=False)
    """`None`: units are worked on in several processes."""

    @property
    def answer(self) -> pa.Schema:
        """The columns of an answer."""
        return self.evaluator.schema(self.source.contract.schema)


@attrs.frozen
class Done:
    """What is kept of a unit: its tally, the sizes of its files, the keys of its first and last row."""

    tally: Tally
    rows: int
    decisions: int = 0
    rejects: int = 0
    first: Key | None = None
    last: Key | None = None
    seen: tuple[Any, ...] = ()
    """What `Job.look` gave; no part of what is kept on disk."""

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "tally": self.tally.to_json(), "rows": self.rows, "decisions": self.decisions, "rejects": self.rejects,
            "first": to_json(self.first), "last": to_json(self.last),
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Any) -> "Done":
        """From plain data."""
        first, last = from_json(data["first"]), from_json(data["last"])
        return cls(Tally.from_json(data["tally"]), data["rows"], data["decisions"], data["rejects"], first, last)


def run_unit(job: Job, number: int) -> Done:
    """Evaluates a unit. Raises `UnreadablePart`, `NotSorted`, `OSError`."""
    own = _Own(job, number)
    tables = own.tables() if job.order is not None else iter([whole(job.source, job.units[number])])
    done = evaluated(job, tables, job.units[number].first, f"{number:05}", own)
    return attrs.evolve(done, first=own.first, last=own.last)


def whole(source: Source, unit: Unit) -> pa.Table:
    """The rows of a unit as one table."""
    nothing = source.contract.schema.empty_table()
    return pa.concat_tables([nothing, *source.batches(unit.pieces)]).combine_chunks()


class _Own:
    """The rows that belong to a unit of a sorted run."""

    def __init__(self, job: Job, number: int) -> None:
        self._job = job
        self._number = number
        self.skipped = 0
        self.first: Key | None = None
        self.last: Key | None = None

    def tables(self) -> Iterator[pa.Table]:
        """Its rows in tables of whole clusters."""
        cutter = Cutter(self._job.keys, ROWS, self._watch)
        for table in self._unit(self._number):
            yield from cutter.add(table)
        if self.first is not None:
            for table in self._ahead():
                yield from cutter.add(table)
        yield from cutter.end()

    def _unit(self, number: int) -> Iterator[pa.Table]:
        """The rows of the unit itself, without those of the cluster with which it begins."""
        lead: Key | None = None
        skipping = number > 0
        kept = self._job.read.take(number) if self._job.read is not None else None
        for table in kept if kept is not None else self._job.source.batches(self._job.units[number].pieces):
            if skipping and table.num_rows:
                key, rows = self._begins(table)
                lead = lead or key
                cut = 0 if key != lead else rows
                skipping = cut == table.num_rows
                self.skipped += cut
                table = table.slice(cut)
            yield table

    def _ahead(self) -> Iterator[pa.Table]:
        """The rows with which the next unit begins, and, where it is nothing else, the one after that, and so on."""
        for unit in self._job.units[self._number + 1 :]:
            lead: Key | None = None
            for table in self._begun(unit):
                if not table.num_rows:
                    continue
                key, rows = self._begins(table)
                lead = lead or key
                if key != lead:
                    return
                yield table.slice(0, rows)
                if rows < table.num_rows:
                    return

    def _begun(self, unit: Unit) -> Iterator[pa.Table]:
        """The batches of a later unit from its beginning. What is read of it is kept for it, where this process works on it too."""
        if self._job.read is None:
            yield from self._job.source.batches(unit.pieces, _AHEAD)
            return
        batches = self._job.source.batches(unit.pieces)
        seen: list[pa.Table] = []
        if unit.number == self._number + 1:
            self._job.read.keep(unit.number, itertools.chain(seen, batches))
        for table in batches:
            seen.append(table)
            yield table

    def _begins(self, table: pa.Table) -> tuple[Key, int]:
        """The key of the first cluster of a table, and how many rows it has there."""
        size = _GLANCE
        while True:
            begin = table.slice(0, size)
            columns = key_columns(begin, self._job.keys)
            at = starts(columns, begin.num_rows)
            if len(at) > 1 or size >= table.num_rows:
                return key_at(columns, 0), int(at[1]) if len(at) > 1 else table.num_rows
            size *= 16

    def _watch(self, table: pa.Table, columns: Any, changed: Any, before: Key | None) -> None:
        assert self._job.order is not None
        self._job.order.check(columns, changed, before)
        if self.first is None:
            self.first = key_at(columns, 0)
        self.last = key_at(columns, len(columns[0]) - 1)


def evaluated(job: Job, tables: Iterator[pa.Table], row: int, name: str, own: "_Own") -> Done:
    """Evaluates tables of whole clusters, counts the answers, and writes them where a run writes."""
    schema = job.answer
    tally = Tally()
    units = units_column(job.evaluator, job.source.contract.schema)
    rows = 0
    seen: list[Any] = []
    judge = job.evaluator.told if isinstance(job.evaluator, TableEvaluator) else job.evaluator.evaluate
    with Files(job.folder, name, schema) as files:
        for table in tables:
            if not table.num_rows:
                continue
            settle()
            answer = judge(table)
            tally.add(table, answer, visits_of(table, answer, job), units)
            if job.look is not None:
                seen.append(job.look(table, answer))
            numbers = np.arange(row + own.skipped + rows, row + own.skipped + rows + table.num_rows)
            files.write(answer, numbers, job.source)
            rows += table.num_rows
            del answer  # so that it is free when the next table is settled for
        sizes = files.close()
    return Done(tally, rows, *sizes, seen=tuple(seen))


def visits_of(table: pa.Table, answer: pa.Table, job: Job) -> int:
    """How many visits were decided: as the evaluator says, else by their keys."""
    told = (answer.schema.metadata or {}).get(VISITS.encode())
    if told is not None:
        return int(told)
    if not job.keys:
        return 0
    columns = key_columns(table, job.keys)
    decided = answer.column("rejected").is_null().to_numpy()
    if job.order is not None:
        return int(np.add.reduceat(decided, starts(columns, table.num_rows)).astype(bool).sum()) if len(decided) else 0
    return len(np.unique(row_hashes(columns)[decided]))
