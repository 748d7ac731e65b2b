"""`policy run` over tables of claim lines: Parquet and Arrow files.

Owns: what the options mean, which policies are loaded, and the summary on the screen.
Never: reads a claim or judges; `policy/batches/` does.
"""

import errno
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from policy.claims.problem import shown
from policy.claims.table_files import kind_of
from policy.cli import exits, screen
from policy.cli.exits import Refusal
from policy.cli.options import day
from policy.cli.progress import lines_done
from policy.cli.session import Session

if TYPE_CHECKING:
    from policy.batches import TableEvaluator
    from policy.batches.run import Summary

_FULL: Final = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
_ASSUMED: Final = "the files hold every earlier line of their patients; say from which day on with `--history-since`"


@attrs.frozen
class Wishes:
    """The options of the command."""

    folder: Path | None
    policy: str | None
    columns: Path | None
    out: Path | None
    rejects: Path | None
    explain: bool
    since: str | None
    jobs: str | None
    resume: bool


def run_tables(paths: Sequence[Path], wishes: Wishes, fail_on: str | None) -> int:
    """Judges every line. The exit code is 2 when some could not be read, 1 for `fail_on`, else 0."""
    since = day(wishes.since)
    jobs = jobs_of(wishes.jobs)
    _check(paths, wishes)
    try:
        from policy.batches.lighter import leave_out_pandas
        from policy.batches.run import Options, evaluate_files
    except ImportError:
        raise Refusal("tables need PyArrow", "`pip install 'payer-policy[table]'`") from None
    leave_out_pandas()
    from policy.batches.pool import WorkerDied
    from policy.batches.work import CannotRun

    start = time.monotonic()
    try:
        evaluator = evaluator_of(paths, wishes, since)
        with lines_done() as progress:
            options = Options(
                wishes.out,
                wishes.rejects,
                wishes.resume,
                jobs,
                progress=progress,
                left_out=left_out_of(evaluator, wishes),
            )
            summary = evaluate_files(paths, evaluator, options)
    except CannotRun as error:
        raise Refusal(error.message, error.help) from None
    except WorkerDied as error:
        raise Refusal(str(error)) from None
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise Refusal(
            "there is no room for the output, and nothing stands under its name",
            "make room and run it again with `--resume`: what is done stays done",
        ) from None
    _show(summary, evaluator, time.monotonic() - start)
    if summary.rejected or summary.bad:
        return exits.BAD
    return exits.NO if fail_on is not None and _reached(summary, fail_on) else exits.FINE


def only_tables(paths: Sequence[Path]) -> None:
    """Raises `Refusal` where other claims stand among tables."""
    for path in paths:
        if (
            path.is_file()
            and kind_of(path) is None
            and path.suffix.lower() in (".json", ".jsonl", ".csv", ".837", ".gz")
        ):
            raise Refusal(f"`{shown(path.name)}` is no table", "run tables and other claims one after the other")


def _check(paths: Sequence[Path], wishes: Wishes) -> None:
    """Raises `Refusal` for what cannot be meant."""
    only_tables(paths)
    for target in (wishes.out, wishes.rejects):
        if target is not None and target.suffix.lower() not in (".parquet", ".pq"):
            raise Refusal(
                "decisions on tables are written as Parquet", f"name it `{shown(target.stem or 'decisions')}.parquet`"
            )


def evaluator_of(paths: Sequence[Path], wishes: Wishes, since: Any) -> "TableEvaluator":
    """The evaluator of the run. Raises `Refusal`, `PolicyError`."""
    from policy.batches import TableEvaluator
    from policy.batches.named import policies_named

    session = Session(wishes.folder, wishes.policy)
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


def left_out_of(evaluator: "TableEvaluator", wishes: Wishes) -> frozenset[str]:
    """With `--policy` nobody looks at the policies that lines name."""
    if wishes.policy is None:
        return frozenset()
    return frozenset({str(evaluator.columns.get("policy", "x_policy"))})


def _mapped(path: Path | None) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields of a map and their columns, and what its `[policies]` call policies. Raises `Unreadable`."""
    if path is None:
        return {}, {}
    from policy.columns.map_file import read_map

    found = read_map(path)
    return dict(found.columns), dict(found.policies)


def jobs_of(text: str | None) -> int:
    """Processes that share the work. Raises `Refusal`."""
    if text is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 1000):
        raise Refusal("`--jobs` takes a number of processes", "write `--jobs 2`")
    return int(text)


def _show(summary: "Summary", evaluator: "TableEvaluator", seconds: float) -> None:
    from policy.render.run_summary import run_summary
    from policy.version import VERSION

    receipt = [
        f"{name} {dict(program.resolved.files)[name].removeprefix('sha256:')[:12]}"
        for name, program in sorted(evaluator.programs.items())
    ]
    output = screen.stdout()
    rate = []
    if sys.stdout.isatty():
        rate.append(f"{seconds:,.1f} s, {summary.incoming / max(seconds, 0.001):,.0f} lines a second")
    output.lines(run_summary(summary, _assumed(evaluator), [*receipt, f"policy {VERSION}", *rate], screen.width()))


def _assumed(evaluator: "TableEvaluator") -> list[str]:
    asked = getattr(evaluator, "asked", None)
    if evaluator.history_since is not None or asked is None or not asked.history:
        return []
    return [_ASSUMED]


def _reached(summary: "Summary", fail_on: str) -> bool:
    from policy.engine.answer import STATUSES

    found = {*summary.tally.statuses, *summary.tally.effects} & set(STATUSES)
    return any(STATUSES.index(status) <= STATUSES.index(fail_on) for status in found)
