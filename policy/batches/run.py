"""A run over files: from paths to one file of decisions, one of rejected lines, and a tally.

Owns: the course of a run: open the files, find the order of their rows, share the work out, join the results.
Never: judges, prints, or leaves half a file under the name of the output.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import attrs
import pyarrow as pa

from policy.batches.clusters import key_columns
from policy.batches.contract import Contract
from policy.batches.course import Course, Progress
from policy.batches.identity import identity
from policy.batches.order import NotSorted, Order, find
from policy.batches.output import put
from policy.batches.parts import BadPart, Part, UnreadablePart, leading
from policy.batches.source import Source, Unit
from policy.batches.stream import Evaluator
from policy.batches.tally import Tally
from policy.batches.targets import inputs, refuse_bad
from policy.batches.units import Done, Job, Read, Watch
from policy.batches.work import CannotRun, Work, working

WHOLE: Final = 1 << 19
"""Up to so many rows are one table, whatever their order."""
_SAMPLES: Final = 16
"""Places at which the order of rows is looked for."""
_SAMPLE: Final = 1 << 13
"""Rows of a sample."""
_LAST: Final = 1 << 21
"""Rows of a last row group that is looked at."""


@attrs.frozen
class Options:
    """How a run is to be made. `unit_rows`, `whole_rows`, `share_rows` are for tests: they make small runs like large ones."""

    out: Path | None = None
    rejects: Path | None = None
    resume: bool = False
    jobs: int = 1
    unit_rows: int | None = None
    whole_rows: int = WHOLE
    share_rows: int | None = None
    progress: Progress | None = None
    left_out: frozenset[str] = frozenset()
    """Columns that are not looked at."""
    watch: Watch | None = None
    """Who looks at tables and their answers on the way. For runs that write no file, so that there is nothing to resume."""


@attrs.frozen
class Summary:
    """What a run came to."""

    tally: Tally
    files: int
    bad: tuple[BadPart, ...]
    filled: tuple[tuple[str, int], ...]
    """Columns that some files do not have, and how many files."""
    unread: tuple[tuple[str, int], ...]
    """Columns that are not read, because the first file does not have them, and how many files do."""
    out: Path | None = None
    rejects: Path | None = None

    @property
    def rejected(self) -> int:
        """Lines that were not decided, as far as they could be counted."""
        return self.tally.rejected + sum(part.rows or 0 for part in self.bad)

    @property
    def incoming(self) -> int:
        """Lines that came in, as far as they could be counted."""
        return self.tally.lines + self.rejected


def evaluate_files(paths: Sequence[Path], evaluator: Evaluator, options: Options | None = None) -> Summary:
    """Evaluates the claim lines of Parquet and Arrow files.

    Decided lines go to `options.out`, one row a line in the order of the files; lines that cannot be decided go to
    `options.rejects`. Every line is in one of them. Raises `CannotRun`, `WorkerDied`, `OSError`; `ValueError` when a column is
    missing without which no line can be read.
    """
    options = options or Options()
    refuse_bad(options.out, options.rejects)
    return _Run(list(inputs(paths, options.out, options.rejects)), evaluator, options).whole()


class _Run:
    def __init__(self, opened: Sequence[Part | BadPart], evaluator: Evaluator, options: Options) -> None:
        self._evaluator = evaluator
        self._options = options
        self._opened = opened
        self._bad: dict[str, BadPart] = {part.path: part for part in opened if isinstance(part, BadPart)}
        good = [part for part in opened if isinstance(part, Part)]
        if not good:
            raise CannotRun(*_nothing(list(self._bad.values())))
        self._contract = Contract.of(leading(good), evaluator, options.left_out)
        self._parts: list[Part] = []
        for part in good:
            misfit = self._contract.misfit(part)
            if misfit is None:
                self._parts.append(part)
            else:
                self._bad[part.path] = misfit

    def whole(self) -> Summary:
        """The run from its folder to its summary."""
        target = self._options.out or self._options.rejects
        with ExitStack() as stack:
            work = None
            if target is not None:
                work = stack.enter_context(working(target, self._manifest(), resume=self._options.resume))
                self._learn(work.found.get("unreadable", {}))
            job, tally, done = self._evaluated(work)
            summary = self._summary(tally)
            self._check(summary)
            if work is not None:
                written = put(work.begin(), job.answer, done, summary.bad, self._options.out, self._options.rejects)
                summary = attrs.evolve(summary, out=self._options.out, rejects=written)
                work.clear()
        return summary

    def _manifest(self) -> dict[str, Any]:
        options = self._options
        return {
            "inputs": [part.identity if isinstance(part, Part) else [part.path, part.reason] for part in self._opened],
            **identity(self._evaluator),
            "options": [
                str(options.out),
                str(options.rejects),
                options.unit_rows,
                options.whole_rows,
                options.share_rows,
                sorted(options.left_out),
            ],
        }

    def _learn(self, unreadable: dict[str, str]) -> None:
        """Takes out files that began well and could not be read to their end."""
        for part in [part for part in self._parts if part.path in unreadable]:
            self._bad[part.path] = BadPart(part.path, unreadable[part.path], part.rows)
            self._parts.remove(part)

    def _evaluated(self, work: Work | None) -> tuple[Job, Tally, dict[int, Done]]:
        """Everything, done. What is found out on the way makes it begin again with what is left."""
        options = self._options
        course = Course(work, options.jobs, options.progress, options.watch)
        unsorted = bool(work.found.get("unsorted")) if work is not None else False
        while True:
            if options.watch is not None:
                options.watch.anew()
            try:
                job = self._job(work, unsorted)
                if job.order is None and job.keys and job.source.rows > options.whole_rows:
                    return job, *course.spilled(job, options.unit_rows, options.share_rows)
                return job, *course.sorted(job)
            except UnreadablePart as error:
                found = {self._parts[error.position].path: error.reason}
                self._learn(found)
                if work is not None:
                    work.learn(unreadable={**work.found.get("unreadable", {}), **found})
            except NotSorted:
                unsorted = True
                if work is not None:
                    work.learn(unsorted=True)

    def _job(self, work: Work | None, unsorted: bool) -> Job:
        source = Source(tuple(self._parts), self._contract)
        keys = self._evaluator.keys(self._contract.schema)
        folder = work.begin() if work is not None else None
        units = source.units(self._options.unit_rows)
        look = self._options.watch.look if self._options.watch is not None else None
        if source.rows <= self._options.whole_rows or not keys:
            return Job(source, self._evaluator, source.units(max(1, source.rows)), keys, None, folder, look=look)
        order = None if unsorted else _order(source, units, keys)
        read = Read() if self._options.jobs < 2 else None
        return Job(source, self._evaluator, units, keys, order, folder, look, read)

    def _summary(self, tally: Tally) -> Summary:
        missing = [name for part in self._parts for name in self._contract.missing(part)]
        unread = [name for part in self._parts for name in self._contract.unread(part, self._evaluator)]
        return Summary(
            tally,
            len(self._opened),
            tuple(self._bad[path] for path in sorted(self._bad)),
            tuple((name, missing.count(name)) for name in self._contract.schema.names if name in missing),
            tuple((name, unread.count(name)) for name in sorted(set(unread))),
        )

    def _check(self, summary: Summary) -> None:
        """Every line of every file that was read is either decided or rejected."""
        rows = sum(part.rows for part in self._parts)
        if summary.tally.lines + summary.tally.rejected != rows:
            raise AssertionError("lines were lost or counted twice")


def _order(source: Source, units: Sequence[Unit], keys: tuple[str, ...]) -> Order | None:
    """The order of rows at the beginnings of some units, and in the last row group, where empty cells may stand."""
    source = attrs.evolve(source, contract=source.contract.only(keys))
    step = max(1, len(units) // _SAMPLES)
    samples = [next(source.batches(unit.pieces, _SAMPLE), None) for unit in units[::step]]
    last = units[-1].pieces[-1]
    if source.parts[last.part].groups[-1] <= _LAST:
        samples += source.batches([attrs.evolve(last, low=last.high - 1)]) if last.high - 1 > last.low else []
    found = pa.concat_tables([table for table in samples if table is not None])
    return find(key_columns(found, keys))


def _nothing(bad: list[BadPart]) -> tuple[str, str | None]:
    if not bad:
        return "there is no table of claim lines", "name Parquet or Arrow files, or folders that hold some"
    first = f"`{bad[0].path}`: {bad[0].reason}"
    return (first if len(bad) == 1 else f"none of {len(bad)} files can be read, the first is {first}"), None
