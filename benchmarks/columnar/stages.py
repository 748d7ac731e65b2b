"""Where the time of the engine goes, from Parquet to Parquet, and where that of the program by hand does.

Owns: the stages, by the function that does each, which is given a clock while it is measured. Never: a target.
"""

import functools
import inspect
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

import measuring
import ours
import pyarrow.parquet as pq
from agreement import Ready
from kernels import numpy_kernel
from programs import COLUMNS, encode, pyarrow_numpy, whole_visits
from statements import PART_B, detailed, policy_text
from task import POLICY

import policy.batches.evaluator
import policy.batches.output
import policy.batches.units
from policy.batches.clusters import Cutter
from policy.batches.parts import ParquetPart
from policy.batches.sink import Rows
from policy.batches.tally import Tally
from policy.columns.frame import Frame
from policy.engine.columnar.run import Run

STAGES: dict[str, tuple[Any, str]] = {
    "read": (ParquetPart, "batches"),
    "cut at visits": (Cutter, "add"),
    "decode and group": (Frame, "of"),
    "evaluate": (Run, "evaluate"),
    "answer as columns": (policy.batches.evaluator, "columns"),
    "count the summary": (Tally, "add"),
    "count visits": (policy.batches.units, "visits_of"),
    "write": (Rows, "write"),
    "close files": (Rows, "close"),
    "join files": (policy.batches.output, "stitch"),
}
"""By name: where the function is looked up, and its name. None of them calls another."""


def report(source: Path, folder: Path, given: Ready, rounds: int) -> None:
    """A column for each policy, in ns CPU a line."""
    lines = pq.ParquetFile(source).metadata.num_rows
    out = folder / "out.parquet"
    columns: dict[str, dict[str, float]] = {}
    policies = {"common task": (POLICY, source), "200 statements": (policy_text(200), source)}
    for name, (text, file) in {**policies, PART_B: (PART_B, detailed(source, folder))}.items():
        evaluator = ours.evaluator(text)
        ours.parquet_to_parquet(file, out, evaluator)
        columns[name] = _stages(lambda file=file, evaluator=evaluator: ours.parquet_to_parquet(file, out, evaluator))
    rows = [
        (stage, *(f"{spent[stage] / lines * 1e9:,.0f}" for spent in columns.values()))
        for stage in (*STAGES, "all else", "all")
    ]
    print(measuring.markdown(("the engine, ns CPU a line", *columns), rows), "\n")
    print(_asides(detailed(source, folder)), "\n")
    print(measuring.markdown(("by hand, ns CPU a line", "PyArrow + NumPy"), _by_hand(source, out, lines)))


def _asides(source: Path) -> str:
    """Why visits were handed to the compiled evaluator, as a table."""
    run, answers = ours.judged(source, ours.evaluator(PART_B))
    visits, aside = len(answers.aside), int(answers.aside.sum())
    rows = [(why, f"{count:,}", f"{count / visits:.1%}") for why, count in run.asides.most_common()]
    rows.append((f"all, of {answers.decided:,} contents", f"{aside:,}", f"{aside / visits:.1%}"))
    return measuring.markdown((f"set aside by {PART_B}", "visits", "share"), rows)


def _stages(run: Callable[[], None]) -> dict[str, float]:
    spent: Counter[str] = Counter()
    with ExitStack() as stack:
        for stage, (owner, name) in STAGES.items():
            own = inspect.getattr_static(owner, name)
            function = own.__func__ if isinstance(own, staticmethod) else own
            timed = _timed(function, stage, spent)
            stack.enter_context(mock.patch.object(owner, name, staticmethod(timed) if function is not own else timed))
        start = time.process_time()
        run()
        spent["all"] = time.process_time() - start
    spent["all else"] = 2 * spent["all"] - spent.total()
    return spent


def _timed(function: Callable[..., Any], stage: str, spent: Counter[str]) -> Callable[..., Any]:
    """The function with a clock; of a generator, what it takes to give each item."""

    def clocked(call: Callable[[], Any]) -> Any:
        start = time.process_time()
        try:
            return call()
        finally:
            spent[stage] += time.process_time() - start

    @functools.wraps(function)
    def items(*arguments: Any, **named: Any) -> Iterator[Any]:
        given, end = function(*arguments, **named), object()
        while (item := clocked(lambda: next(given, end))) is not end:
            yield item

    @functools.wraps(function)
    def once(*arguments: Any, **named: Any) -> Any:
        return clocked(lambda: function(*arguments, **named))

    return items if inspect.isgeneratorfunction(function) else once


def _by_hand(source: Path, out: Path, lines: int) -> list[tuple[str, str]]:
    stages: list[tuple[str, Callable[[], object]]] = []
    tables = list(whole_visits(source, COLUMNS))
    coded = [encode(table) for table in tables]
    stages = [
        ("read", lambda: list(whole_visits(source, COLUMNS))),
        ("encode", lambda: [encode(table) for table in tables]),
        ("kernel", lambda: [numpy_kernel(one) for one in coded]),
        ("all, with writing", lambda: pyarrow_numpy(source, out)),
    ]
    done = measuring.interleaved(dict(stages), 3)
    return [(name, f"{done.seconds(name) / lines * 1e9:,.0f}") for name, _ in stages]
