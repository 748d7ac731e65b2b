"""What `policy run` and `policy audit` have in common where they judge tables of claim lines: Parquet and Arrow files.

Owns: what the options that both take mean, which policies are loaded, and what is said when the work cannot be done.
Never: reads a claim or judges; `policy/batches/` does.
"""

import datetime as dt
import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from policy.claims.problem import shown
from policy.claims.table_files import kind_of
from policy.cli import exits
from policy.cli.exits import Refusal
from policy.cli.options import day, whole
from policy.cli.session import Session

if TYPE_CHECKING:
    from policy.batches import TableEvaluator

_FULL: Final = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
NO_ROOM: Final = (
    "there is no room for the files in between",
    "make room, or set `TMPDIR` to a folder on another disk",
)
"""What is said where a run that writes no decisions finds a disk full."""
_OTHERS: Final = (".json", ".jsonl", ".csv", ".837", ".gz")
"""Endings of files that hold other claims."""


@attrs.frozen
class Wishes:
    """The options that both commands take."""

    folder: Path | None
    policy: str | None
    columns: Path | None
    since: str | None
    jobs: str | None
    explain: bool = False

    def day(self) -> dt.date | None:
        """The day from which on the tables hold every line of their patients. Raises `Refusal`."""
        return day(self.since, "--history-since")

    def processes(self) -> int:
        """Processes that share the work. Raises `Refusal`."""
        given = whole("--jobs", self.jobs, 999, "a number of processes", "write `--jobs 2`")
        if given is not None:
            return given
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def left_out(self, evaluator: "TableEvaluator") -> frozenset[str]:
        """Columns that are not looked at: with `--policy`, the one with the policies that lines name."""
        if self.policy is None:
            return frozenset()
        return frozenset({str(evaluator.columns.get("policy", "x_policy"))})


def only_tables(paths: Sequence[Path]) -> None:
    """Raises `Refusal` where other claims stand among tables."""
    for path in paths:
        if path.is_file() and kind_of(path) is None and path.suffix.lower() in _OTHERS:
            raise Refusal(f"`{shown(path.name)}` is no table", "run tables and other claims one after the other")


def evaluator_of(paths: Sequence[Path], wishes: Wishes) -> "TableEvaluator":
    """The evaluator of the run. Raises `Refusal`, `Unreadable`, `PolicyError`."""
    from policy.batches import TableEvaluator
    from policy.batches.named import policies_named

    session, since = Session(wishes.folder, wishes.policy), wishes.day()
    columns, ids = _mapped(wishes.columns)
    if wishes.policy is not None:
        program = session.named(wishes.policy)
        return TableEvaluator({program.id: program}, program.id, columns, since, wishes.explain)
    session.check()
    column = str(columns.get("policy", "x_policy"))
    named = policies_named(paths, column)
    if not named:
        raise Refusal(
            f"no policy was given, and no line names one in `{column}`",
            "pass `--policy medicare.part_b`, or another of `policy list`",
        )
    programs = {}
    for name in named:
        known = session.program_of(ids.get(name, name))
        if known is None:
            message, help = session.why_not(ids.get(name, name))
            exits.refuse(f"{message}{f'; {help}' if help else ''}")
        else:
            programs[known.id] = known
    if not programs:
        raise Refusal("none of the policies that lines name can be used")
    return TableEvaluator(programs, None, columns, since, wishes.explain, **({"policies": ids} if ids else {}))


def _mapped(path: Path | None) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields of a map and their columns, and what its `[policies]` call policies. Raises `Unreadable`."""
    if path is None:
        return {}, {}
    from policy.columns.map_file import read_map

    found = read_map(path)
    return dict(found.columns), dict(found.policies)


@contextmanager
def refusals(full: tuple[str, str], died: str) -> Iterator[None]:
    """What a run cannot be made for, as `Refusal`. `full`: what is said where a disk has no room, and what helps; `died`: what helps
    where a worker process ended, as it does for want of memory."""
    from policy.batches.pool import WorkerDied
    from policy.batches.work import CannotRun

    try:
        yield
    except CannotRun as error:
        raise Refusal(error.message, error.help) from None
    except WorkerDied as error:
        raise Refusal(str(error), died) from None
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise Refusal(*full) from None
