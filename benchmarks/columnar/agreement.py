"""All programs on one file, compared line by line before anything is timed.

Owns: which programs can run here. Never: times anything.
"""

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path

import attrs
import numpy as np
import ours
import pyarrow as pa
import pyarrow.parquet as pq
from kernels import Answer, Lines, c_kernel, numpy_kernel
from programs import COLUMNS, PROGRAMS, Program, encode
from task import CODES, by_hand

BY_HAND = 2_000
"""Visits that are also given to the plain Python function, which is slow."""


@attrs.frozen
class Ready:
    """What can run here, and what cannot."""

    kernels: dict[str, Callable[[Lines], Answer]]
    programs: dict[str, Program]
    left_out: tuple[str, ...]


def ready(folder: Path) -> Ready:
    """The kernels and programs whose tools are installed; the C kernel is compiled into the folder."""
    kernels: dict[str, Callable[[Lines], Answer]] = {"NumPy by size": numpy_kernel}
    left_out = []
    if shutil.which("gcc"):
        kernels = {"C": c_kernel(folder), **kernels}
    else:
        left_out.append("C: there is no gcc")
    programs = {}
    for name, (needed, program) in PROGRAMS.items():
        if needed is None or importlib.util.find_spec(needed):
            programs[name] = program
        else:
            left_out.append(f"{name}: {needed} is not installed")
    return Ready(kernels, programs, tuple(left_out))


def agree(source: Path, folder: Path, given: Ready, *, engine: bool = True) -> list[str]:
    """The names of the programs that gave the same answer on each line. Raises `SystemExit` at the first that did not."""
    table = pq.read_table(source, columns=[*COLUMNS, "claim_id"])
    lines = encode(table.unify_dictionaries())
    expected = numpy_kernel(lines)
    _as_by_hand(lines, expected)
    names = ["plain Python"]
    for name, kernel in given.kernels.items():
        _same(name, expected, kernel(lines))
        names.append(name)
    for name, program in given.programs.items():
        out = folder / "answer.parquet"
        program(source, out, ("claim_id", "claim_line_number"))
        answer = pq.read_table(out)
        if name.startswith("DuckDB"):
            answer = answer.sort_by([("visit_id", "ascending"), ("claim_line_number", "ascending")])
        if answer["visit_id"] != table["visit_id"] or answer["claim_id"].cast(pa.string()) != table["claim_id"]:
            raise SystemExit(f"{name}: other visits, or another order")
        _same(name, expected, (answer["allowed"].to_numpy(), answer["reasons"].to_numpy()))
        names.append(name)
    if engine:
        decisions = folder / "decisions.parquet"
        ours.parquet_to_parquet(source, decisions, ours.evaluator())
        wrong = ours.disagreements(pq.read_table(decisions), *expected, lines.billed)
        if wrong:
            raise SystemExit(f"the engine differs on {wrong:,} of {lines.code.size:,} lines")
        names.append("the engine")
    return names


def _same(name: str, expected: Answer, answer: Answer) -> None:
    for what, a, b in zip(("allowed units", "reasons"), expected, answer, strict=True):
        if not np.array_equal(a, b):
            raise SystemExit(f"{name}: other {what} on {int((a != b).sum()):,} of {a.size:,} lines")


def _as_by_hand(lines: Lines, answer: Answer) -> None:
    """The first visits, by the function that reads best."""
    visits = min(BY_HAND, lines.offsets.size - 1)
    for v in range(visits):
        at = range(lines.offsets[v], lines.offsets[v + 1])
        told = [
            {
                "code": CODES[lines.code[i]],
                "minutes": int(lines.minutes[i]),
                "units": int(lines.billed[i]),
                "modifiers": ["59"] if lines.released[i] else [],
            }
            for i in at
        ]
        allowed, reasons = by_hand({"lines": told})
        if allowed != answer[0][at.start : at.stop].tolist() or reasons != answer[1][at.start : at.stop].tolist():
            raise SystemExit(f"plain Python differs on visit {v}")
