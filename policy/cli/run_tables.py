"""`policy run` over tables of claim lines.

Owns: where the output goes, and the summary on the screen.
Never: reads a claim or judges; `policy/batches/` does.
"""

import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from policy.claims.problem import shown
from policy.cli import exits, screen
from policy.cli.exits import Refusal
from policy.cli.over_tables import NO_ROOM, Wishes, evaluator_of, only_tables, refusals
from policy.cli.progress import lines_done

if TYPE_CHECKING:
    from policy.batches import TableEvaluator
    from policy.batches.run import Summary

_INTERRUPTED: Final = "interrupted; the same command with `--resume` goes on from here, and without it begins anew"
_WRITTEN: Final = (".parquet", ".pq", ".arrow", ".feather", ".ipc")
"""Endings of names of files of decisions."""
_NO_COLUMN: Final = ("table ", "amount of ", "history", "patient.history")
"""How what is missing begins where no column of the table gives it."""
_ASSUMED: Final = "the files hold every earlier line of their patients; say from which day on with `--history-since`"

_KEPT: Final = (
    (
        "there is no room for the output, and nothing stands under its name",
        "make room and run it again with `--resume`: what is done stays done",
    ),
    "run it again with `--resume`, and with fewer `--jobs` if need be: what is done stays done",
)
"""What is said where a run that writes finds a disk full, and what helps where a worker process ended."""


@attrs.frozen
class Output:
    """Where decisions go, where rejected lines go, and whether an interrupted run is finished."""

    out: Path | None
    rejects: Path | None
    resume: bool


def run_tables(paths: Sequence[Path], wishes: Wishes, output: Output, fail_on: str | None) -> int:
    """Judges every line. The exit code is 2 when some could not be read, 1 for `fail_on`, else 0."""
    wishes.day()
    jobs = wishes.processes()
    _check(paths, output)
    try:
        from policy.batches.lighter import lighten
        from policy.batches.run import Options, evaluate_files
    except ImportError:
        raise Refusal("tables need PyArrow", "`pip install 'payer-policy[table]'`") from None
    lighten()
    start = time.monotonic()
    keeps = bool(output.out or output.rejects)
    with refusals(*(_KEPT if keeps else (NO_ROOM, "use fewer `--jobs`"))):
        evaluator = evaluator_of(paths, wishes)
        with lines_done() as progress:
            options = Options(
                output.out,
                output.rejects,
                output.resume,
                jobs,
                progress=progress,
                left_out=wishes.left_out(evaluator),
            )
            try:
                summary = evaluate_files(paths, evaluator, options)
            except KeyboardInterrupt:
                exits.refuse(_INTERRUPTED if keeps else "interrupted; nothing was written")
                return exits.INTERRUPTED
    _show(summary, evaluator, time.monotonic() - start)
    if summary.rejected or summary.bad:
        return exits.BAD
    return exits.NO if fail_on is not None and _reached(summary, fail_on) else exits.FINE


def _check(paths: Sequence[Path], output: Output) -> None:
    """Raises `Refusal` for what cannot be meant."""
    only_tables(paths)
    if output.resume and not (output.out or output.rejects):
        raise Refusal("`--resume` finishes a file that was begun", "name it, as in `--out decisions.parquet`")
    for target in (output.out, output.rejects):
        if target is not None and target.suffix.lower() not in _WRITTEN:
            name = "decisions" if str(target) == "-" else shown(target.stem)
            raise Refusal(
                "decisions on tables are written as Parquet or Arrow, by the end of the file's name",
                f"name it `{name}.parquet`, or `{name}.arrow` or `{name}.feather`",
            )


def _show(summary: "Summary", evaluator: "TableEvaluator", seconds: float) -> None:
    from policy.render.run_summary import run_summary
    from policy.version import VERSION

    receipt = [
        f"{name} {dict(program.files)[name].removeprefix('sha256:')[:12]}"
        for name, program in sorted(evaluator.programs.items())
    ]
    output = screen.stdout()
    rate = []
    if sys.stdout.isatty():
        rate.append(f"{seconds:,.1f} s, {summary.incoming / max(seconds, 0.001):,.0f} lines a second")
    given = dict(_given(summary.tally.missing, evaluator.columns))
    receipt += [f"policy {VERSION}", *rate]
    output.lines(run_summary(summary, given, _assumed(evaluator), receipt, screen.width()))


def _given(facts: Iterable[str], columns: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Facts of lines and visits, each with the column in which a table gives it."""
    from policy.columns.layout import column_for

    for fact in facts:
        if "." in fact and not fact.startswith(_NO_COLUMN):
            yield fact, f"column `{column_for(fact, columns)}`"


def _assumed(evaluator: "TableEvaluator") -> list[str]:
    asked = getattr(evaluator, "asked", None)
    if evaluator.history_since is not None or asked is None or not asked.history:
        return []
    return [_ASSUMED]


def _reached(summary: "Summary", fail_on: str) -> bool:
    from policy.engine.answer import STATUSES

    found = {*summary.tally.statuses, *summary.tally.effects} & set(STATUSES)
    return any(STATUSES.index(status) <= STATUSES.index(fail_on) for status in found)
