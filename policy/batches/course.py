"""The course of a run over its tasks: what is done already is not done again, what is found out on the way begins it anew.

Owns: the two ways of a run: sorted rows unit by unit, others through shares; and which tasks are left of an interrupted run.
Never: opens files of claims, or names the output.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import attrs

from policy.batches.order import NotSorted
from policy.batches.pool import each
from policy.batches.tally import Tally
from policy.batches.units import Done, Job, Watch, run_unit
from policy.batches.work import Work

Progress = Callable[[int, int], None]
"""Is told the rows that are done and all rows."""


@attrs.frozen
class Course:
    """How the tasks of a run are worked on."""

    work: Work | None
    jobs: int
    progress: Progress | None
    watch: Watch | None = None

    def sorted(self, job: Job) -> tuple[Tally, dict[int, Done]]:
        """Units of sorted rows, and a run that is one unit. Raises `NotSorted` when one does not begin after the one before it."""
        done = self._round(run_unit, job, "", range(len(job.units)), (0, 1), job.source.rows)
        _follow(job, done)
        return _sum(done), done

    def spilled(self, job: Job, slice_rows: int | None, share_rows: int | None) -> tuple[Tally, dict[int, Done]]:
        """Rows in any order."""
        # Imported here: most runs are sorted or small, and start faster without it.
        import tempfile

        from policy.batches.spill import Spill, cut, evaluate_share, put_back

        with ExitStack() as stack:
            folder = job.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="policy-")))
            spill = Spill.of(job, folder, writes=job.folder is not None, slice_rows=slice_rows, share_rows=share_rows)
            shares, slices = range(spill.shares), range(len(spill.slices))
            rows, rounds = job.source.rows, 3 if spill.writes else 2
            if self._left("share-", shares):
                self._round(cut, spill, "cut-", range(len(job.units)), (0, rounds), rows)
            told = self._round(evaluate_share, spill, "share-", shares, (1, rounds), rows)
            for one in slices:
                spill.cut_file(one).unlink(missing_ok=True)
            done = self._round(put_back, spill, "", slices, (2, rounds), rows) if spill.writes else {}
        return _sum(told), done

    def _left(self, name: str, numbers: Sequence[int]) -> list[int]:
        """The tasks of a round that are not done."""
        return [n for n in numbers if self.work is None or self.work.done(f"{name}{n:05}") is None]

    def _round(
        self,
        task: Callable[[Any, int], Done],
        job: Any,
        name: str,
        numbers: Sequence[int],
        part: tuple[int, int],
        rows: int,
    ) -> dict[int, Done]:
        """All tasks of a round, done. `part` says which round of how many it is."""
        left = self._left(name, numbers)
        done = {
            n: one for n in numbers if self.work is not None and (one := self.work.done(f"{name}{n:05}")) is not None
        }
        seen = sum(one.rows for one in done.values())
        for number, one in each(task, job, left, self.jobs):
            if self.work is not None:
                self.work.finish(f"{name}{number:05}", one)
            if self.watch is not None and name != "cut-":
                self.watch.seen(number, one.seen)
            done[number] = attrs.evolve(one, seen=())
            seen += one.rows
            if self.progress is not None:
                self.progress((part[0] * rows + seen) // part[1], rows)
        return done


def _sum(done: Mapping[int, Done]) -> Tally:
    tally = Tally()
    for number in sorted(done):
        tally.join(done[number].tally)
    return tally


def _follow(job: Job, done: Mapping[int, Done]) -> None:
    """Raises `NotSorted` when a unit does not begin after the one before it."""
    last = None
    for number in sorted(done):
        one = done[number]
        if job.order is not None and last is not None and one.first is not None:
            if last == one.first or not job.order.follows(last, one.first):
                raise NotSorted
        last = one.last if one.last is not None else last
