"""The common task: kernels on arrays in memory, then Parquet to Parquet, side by side.

Owns: the two tables and their targets. Never: compares answers; `agreement.py` has done that.
"""

from pathlib import Path

import generate
import measuring
import ours
import pyarrow.parquet as pq
from agreement import Ready
from programs import COLUMNS, encode, pyarrow_numpy

ENGINE = "the engine"


def report(source: Path, folder: Path, given: Ready, rounds: int) -> None:
    lines = encode(pq.read_table(source, columns=COLUMNS, use_threads=False).unify_dictionaries())
    visits = lines.offsets.size - 1
    cases = {name: (lambda kernel=kernel: kernel(lines)) for name, kernel in given.kernels.items()}
    done = measuring.interleaved(cases, rounds)
    base = next(iter(cases))
    print(_table("kernel, arrays in memory", done, visits, base), "\n")

    out, evaluator = folder / "out.parquet", ours.evaluator()
    files = {name: (lambda program=program: program(source, out)) for name, program in given.programs.items()}
    files[ENGINE] = lambda: ours.parquet_to_parquet(source, out, evaluator)
    shuffled = folder / f"{source.stem}_shuffled.parquet"
    if not shuffled.exists():
        generate.write(shuffled, lines.code.size, shuffled=True)
    files[f"{ENGINE}, lines shuffled"] = lambda: ours.parquet_to_parquet(shuffled, out, evaluator)
    if "C" in given.kernels:
        files["PyArrow + C"] = lambda: pyarrow_numpy(source, out, given.kernels["C"])
    done = measuring.interleaved(files, rounds)
    print(_table("Parquet to Parquet, one thread", done, visits, ENGINE), "\n")
    wanted = {"DuckDB": 2.0, "Polars": 2.5, "PyArrow + NumPy": 0.65}
    targets = []
    for library, bound in wanted.items():
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
