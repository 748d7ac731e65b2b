"""The common task: kernels on arrays in memory, then Parquet to Parquet, side by side, each in a process of its own.

Owns: the tables and their targets. Never: compares answers; `agreement.py` has done that.
"""

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import apart
import generate
import measuring
import ours
import pyarrow.parquet as pq
from agreement import Ready, ready
from programs import COLUMNS, encode, pyarrow_numpy
from task import POLICY

from policy.batches.lighter import lighten

ENGINE = "the engine"
WITH_C = "PyArrow + C"
IDS = ("claim_id", "claim_line_number")
WANTED = {"DuckDB": 2.0, "Polars": 2.5, "PyArrow + NumPy": 0.65}
"""How many times the visits per second and core of a library the engine is to reach."""


def kernels(source: Path, folder: Path, given: Ready, rounds: int) -> None:
    """Arrays in memory."""
    cases: dict[str, apart.Maker] = {name: partial(_kernel, name, source, folder) for name in given.kernels}
    cases[ENGINE] = partial(_kernel, ENGINE, source, folder)
    done = apart.interleaved(cases, rounds)
    print(_table("kernel, arrays in memory", done, generate.visits(source), next(iter(cases))), "\n")
    ratio = done.ratio("C", ENGINE) if "C" in cases else None
    target = measuring.Target("visits/s/core of the engine's kernel over those of C", ratio, 0.35)
    print(measuring.markdown(measuring.TARGETS, [target.row()]))


def files(source: Path, folder: Path, given: Ready, rounds: int) -> None:
    """Parquet to Parquet; the programs by hand write the visit's id and the answer, no more."""
    shuffled = folder / f"{source.stem}_shuffled.parquet"
    if not shuffled.exists():
        generate.write(shuffled, pq.ParquetFile(source).metadata.num_rows, shuffled=True)
    _files(source, folder, given, rounds, (), shuffled)


def carried(source: Path, folder: Path, given: Ready, rounds: int) -> None:
    """The same, but the programs by hand carry the ids of claim and line along, as the engine does."""
    _files(source, folder, given, rounds, IDS)


def lean(source: Path, folder: Path, given: Ready, rounds: int) -> None:
    """A file without ids of patients, providers and claims: what the task needs, and a date."""
    thin = folder / f"{source.stem}_lean.parquet"
    if not thin.exists():
        generate.write(thin, pq.ParquetFile(source).metadata.num_rows, "lean")
    _files(thin, folder, given, rounds, ())


def _files(
    source: Path, folder: Path, given: Ready, rounds: int, ids: Sequence[str], shuffled: Path | None = None
) -> None:
    cases: dict[str, apart.Maker] = {name: partial(_program, name, source, folder, ids) for name in given.programs}
    cases[ENGINE] = partial(_program, ENGINE, source, folder, ids)
    if shuffled:
        cases[f"{ENGINE}, lines shuffled"] = partial(_program, ENGINE, shuffled, folder, ids)
    if "C" in given.kernels:
        cases[WITH_C] = partial(_program, WITH_C, source, folder, ids)
    done = apart.interleaved(cases, rounds)
    visits = generate.visits(source)
    print(_table("Parquet to Parquet, one thread", done, visits, ENGINE), "\n")
    targets = []
    for library, bound in WANTED.items():
        best = done.fastest(library)
        ratio = done.ratio(best, ENGINE) if best else None
        targets.append(measuring.Target(f"visits/s/core of the engine over those of {best or library}", ratio, bound))
    print(measuring.markdown(measuring.TARGETS, [target.row() for target in targets]))


def _kernel(name: str, source: Path, folder: Path) -> Callable[[], object]:
    """A kernel on the arrays of a file."""
    if name == ENGINE:
        lighten()  # as `policy run` does
        return ours.kernel(source, ours.evaluator(POLICY))
    lines = encode(pq.read_table(source, columns=COLUMNS, use_threads=False).unify_dictionaries())
    return partial(ready(_own(folder)).kernels[name], lines)


def _program(name: str, source: Path, folder: Path, ids: Sequence[str]) -> Callable[[], object]:
    """A program from the file to one of its own."""
    if name == ENGINE:
        return engine(source, folder)
    own = _own(folder)
    out, given = own / "out.parquet", ready(own)
    if name == WITH_C:
        return partial(pyarrow_numpy, source, out, ids, given.kernels["C"])
    return partial(given.programs[name], source, out, ids)


def engine(source: Path, folder: Path, text: str | Path = POLICY) -> Callable[[], object]:
    """The engine with a policy from the file to one of its own, in a process that is made lighter as `policy run` makes it."""
    lighten()
    return partial(ours.parquet_to_parquet, source, _own(folder) / "out.parquet", ours.evaluator(text))


def _own(folder: Path) -> Path:
    """A folder of this process."""
    own = folder / f"of_{os.getpid()}"
    own.mkdir(exist_ok=True)
    return own


def _table(title: str, done: measuring.Rounds, visits: int, base: str) -> str:
    rows = []
    for case in sorted(done.spent, key=done.seconds):
        seconds = done.seconds(case)
        rows.append(
            (case, f"{seconds / visits * 1e9:,.0f}", f"{visits / seconds / 1e6:.2f}", f"{done.ratio(case, base):.2f}")
        )
    return measuring.markdown((title, "ns CPU a visit", "million visits/s/core", f"time × {base}"), rows)
