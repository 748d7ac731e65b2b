"""The same Parquet parts through one process, two processes, Dask and Spark on this machine, in turn, with the same answers.

Owns: what an engine adds to the evaluation: wall time, and CPU seconds of all its processes. Two workers each.
Never: says how fast a cluster is: its disks and network are not here.

    python benchmarks/cluster.py [--lines 2000000] [--parts 8] [--rounds 3] [--folder FOLDER]
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "columnar")]

import generate  # noqa: E402

import policy.dask  # noqa: E402
import policy.spark  # noqa: E402
from policy.batches.part_work import PartWork  # noqa: E402

POLICY = HERE / "common_task.policy"
COLUMNS = {"visit": "visit_id"}


def parts(folder: Path, lines: int, number: int) -> list[str]:
    """Parts of made-up claims, each with all lines of its patients."""
    whole = folder / f"claims-{lines}.parquet"
    if not whole.exists():
        generate.write(whole, lines)
    table = pq.read_table(whole)
    people = table.column("person_id").to_numpy(zero_copy_only=False)
    first = np.flatnonzero(np.r_[True, people[1:] != people[:-1]])
    cuts = [*first[np.searchsorted(first, np.linspace(0, lines, number, endpoint=False).astype(int))], lines]
    names = [str(folder / f"parts-{lines}-{number}" / f"{k:03}.parquet") for k in range(number)]
    Path(names[0]).parent.mkdir(exist_ok=True)
    for name, start, end in zip(names, cuts, cuts[1:], strict=False):
        pq.write_table(table.slice(start, end - start), name, row_group_size=262_144)
    return names


def units(folder: Path) -> int:
    """The allowed units of all decisions below a folder, by which answers are compared."""
    found = [pq.read_table(path, columns=["allowed_units"]) for path in sorted(folder.rglob("*.parquet"))]
    return int(sum(pa.compute.sum(table.column(0)).as_py() or 0 for table in found))


def cpu() -> float:
    """CPU seconds of this process and of all that it started and that still run."""
    import psutil

    own = psutil.Process()
    times = [process.cpu_times() for process in (own, *own.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))


def write(job: tuple[PartWork, str]) -> None:
    work, path = job
    work.write(path)


def session(batch: int) -> Any:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")])
    builder = SparkSession.builder.master("local[2]").config("spark.sql.execution.arrow.maxRecordsPerBatch", str(batch))
    quiet = {"spark.ui.enabled": "false", "spark.driver.memory": "3g", "spark.sql.shuffle.partitions": "8"}
    quiet |= {"spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
    quiet |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    for name, value in quiet.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def main() -> None:
    """Runs all cases in turn and prints a table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--lines", type=int, default=2_000_000)
    asked.add_argument("--parts", type=int, default=8)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--batch", type=int, default=10_000, help="rows of Spark's Arrow batches")
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as made:
        _measure(given, given.folder or Path(made), Path(made) / "out")


def _measure(given: argparse.Namespace, folder: Path, out: Path) -> None:
    from distributed import Client, LocalCluster

    names = parts(folder, given.lines, given.parts)
    work = PartWork.of(names, POLICY, COLUMNS, None, False).into(str(out))
    spark = session(given.batch)
    rows = spark.read.parquet(*names)
    jobs = [(work, name) for name in names]
    with (
        ProcessPoolExecutor(2, get_context("spawn")) as pool,
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster),
    ):
        cases: dict[str, Callable[[], object]] = {
            "one process": lambda: [write(job) for job in jobs],
            "two processes": lambda: list(pool.map(write, jobs)),
            "Dask, parts": lambda: policy.dask.write_parts(names, POLICY, str(out), columns=COLUMNS),
            "Spark, parts": lambda: policy.spark.write_parts(spark, names, POLICY, str(out), columns=COLUMNS),
            "Spark, rows by visit and patient": lambda: policy.spark.evaluate(rows, POLICY, columns=COLUMNS).write.parquet(str(out)),
            "Spark, rows by patient": lambda: policy.spark.evaluate(rows.drop("visit_id"), POLICY).write.parquet(str(out)),
        }  # fmt: skip
        spent: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
        totals = set()
        for _ in range(given.rounds + 1):
            for name, run in cases.items():
                shutil.rmtree(out, ignore_errors=True)
                start, before = time.perf_counter(), cpu()
                run()
                spent[name].append((time.perf_counter() - start, cpu() - before))
                totals.add(units(out))
        assert len(totals) == 1, f"the answers differ: {totals}"
    base = statistics.median(worked for _, worked in spent["one process"][1:])
    print(
        f"| {given.lines:,} lines in {given.parts} parts | first, s | s | ns CPU/line | CPU × one process |\n|---|---:|---:|---:|---:|"
    )
    for name, rounds in spent.items():
        wall, worked = (statistics.median(values) for values in zip(*rounds[1:], strict=True))
        nanoseconds = worked / given.lines * 1e9
        print(f"| {name} | {rounds[0][0]:.1f} | {wall:.2f} | {nanoseconds:,.0f} | {worked / base:.2f} |")


if __name__ == "__main__":
    main()
