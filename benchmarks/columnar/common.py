"""The common task: kernels on arrays in memory, then Parquet to Parquet, side by side.

Owns: the tables and their targets. Never: compares answers; `agreement.py` has done that.
"""

from collections.abc import Sequence
from pathlib import Path

import generate
import measuring
import ours
import pyarrow.parquet as pq
from agreement import Ready
from programs import COLUMNS, encode, pyarrow_numpy

ENGINE = "the engine"
IDS = ("claim_id", "claim_line_number")
WANTED = {"DuckDB": 2.0, "Polars": 2.5, "PyArrow + NumPy": 0.65}
"""How many times the visits per second and core of a library the engine is to reach."""


def kernels(source: Path, folder: Path, given: Ready, rounds: int) -> None:
    """Arrays in memory."""
    lines = encode(pq.read_table(source, columns=COLUMNS, use_threads=False).unify_dictionaries())
    cases = {name: (lambda kernel=kernel: kernel(lines)) for name, kernel in given.kernels.items()}
    cases[ENGINE] = ours.kernel(source, ours.evaluator())
    done = measuring.interleaved(cases, rounds)
    print(_table("kernel, arrays in memory", done, lines.offsets.size - 1, next(iter(cases))), "\n")
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
    out, evaluator = folder / "out.parquet", ours.evaluator()
    cases = {name: (lambda program=program: program(source, out, ids)) for name, program in given.programs.items()}
    cases[ENGINE] = lambda: ours.parquet_to_parquet(source, out, evaluator)
    if shuffled:
        cases[f"{ENGINE}, lines shuffled"] = lambda: ours.parquet_to_parquet(shuffled, out, evaluator)
    if "C" in given.kernels:
        cases["PyArrow + C"] = lambda: pyarrow_numpy(source, out, ids, given.kernels["C"])
    done = measuring.interleaved(cases, rounds)
    visits = generate.visits(source)
    print(_table("Parquet to Parquet, one thread", done, visits, ENGINE), "\n")
    targets = []
    for library, bound in WANTED.items():
        best = done.fastest(library)
        ratio = done.ratio(best, ENGINE) if best else None
        targets.append(measuring.Target(f"visits/s/core of the engine over those of {best or library}", ratio, bound))
    print(measuring.markdown(measuring.TARGETS, [target.row() for target in targets]))


def _table(title: str, done: measuring.Rounds, visits: int, base: str) -> str:
    rows = []
    for case in sorted(done.spent, key=done.seconds):
        seconds = done.seconds(case)
        rows.append(
            (case, f"{seconds / visits * 1e9:,.0f}", f"{visits / seconds / 1e6:.2f}", f"{done.ratio(case, base):.2f}")
        )
    return measuring.markdown((title, "ns CPU a visit", "million visits/s/core", f"time × {base}"), rows)
