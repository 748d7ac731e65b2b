"""How time and memory grow with the number of lines, in one process and in two: a table, a CSV and a plot.

Owns: `policy run` over files of 10^4 to 10^8 lines, as whole processes. Never: keeps the files; 10^8 lines are a gigabyte.

    python benchmarks/columnar/scaling.py [--largest 100000000] [--folder FOLDER] [--plot docs/images/scaling.svg]
"""

import argparse
import csv
import tempfile
from pathlib import Path

import attrs
import generate
import measuring
from agreement import Ready
from processes import ROOT, Used, columns_map, policy_run, whole

SMALLEST, LARGEST, QUICK = 10**4, 10**8, 10**6
LINEAR_FROM = 10**6
"""Below, starting the process is most of it."""
JOBS = (1, 2)
MOST_BYTES = 2 * 10**9
PLOT = ROOT / "docs" / "images" / "scaling.svg"
GREY, COLOURS = "#7d8590", {1: "#2f81f7", 2: "#d29922"}
"""Readable on white and on black."""


@attrs.frozen
class Point:
    lines: int
    jobs: int
    used: Used


def report(source: Path, folder: Path, given: Ready, rounds: int) -> None:
    """The table, without the largest files and without a plot: those take minutes, and are asked for by name."""
    _table(_measured(QUICK if rounds < 5 else 10**7, folder))


def _measured(largest: int, folder: Path) -> list[Point]:
    points = []
    lines = SMALLEST
    mapped = str(columns_map(folder))
    while lines <= largest:
        source, out = folder / f"{lines}.parquet", folder / "scaling.parquet"
        generate.write(source, lines)
        for jobs in JOBS:
            command = policy_run(source, out, "--columns", mapped, "--jobs", str(jobs))
            runs = [whole(command, folder) for _ in range(3 if lines <= 10**6 else 1)]
            middle = sorted(runs, key=lambda used: used.seconds)[len(runs) // 2]
            points.append(Point(lines, jobs, attrs.evolve(middle, peak=max(used.peak for used in runs))))
            print(f"  {lines:>11,} lines, {jobs} at a time: {middle.seconds:8.2f} s", flush=True)
        source.unlink()
        lines *= 10
    print()
    return points


def _table(points: list[Point]) -> None:
    rows = []
    before: dict[int, Point] = {}
    for point in points:
        one, last = point.used, before.get(point.jobs)
        more = (one.seconds - last.used.seconds) / (point.lines - last.lines) * 1e9 if last else None
        shown = f"{more:,.0f}" if more is not None else ""
        rows.append((
            f"{point.lines:,}", str(point.jobs), f"{one.seconds:.2f}", f"{one.cpu:.2f}", f"{one.seconds / point.lines * 1e9:,.0f}", shown,
            f"{one.peak / 1e6:,.0f}",
        ))  # fmt: skip
        before[point.jobs] = point
    header = ("lines", "jobs", "seconds", "CPU seconds", "ns a line", "ns each further line", "peak MB")
    print(measuring.markdown(header, rows), "\n")
    largest = {jobs: [p for p in points if p.jobs == jobs][-1].used for jobs in JOBS}
    peak = max(point.used.peak for point in points)
    targets = [
        measuring.Target("two jobs over one, the most lines", largest[1].seconds / largest[2].seconds, 1.7),
        measuring.Target("GB of memory at most, all processes", peak / 1e9, MOST_BYTES / 1e9, at_most=True),
    ]
    each = [
        float(row[5].replace(",", ""))
        for row, p in zip(rows, points, strict=True)
        if p.jobs == 1 and p.lines >= LINEAR_FROM
    ]
    growth = each[-1] / each[0] if len(each) > 1 else None
    told = f"a further line at the end over one at {LINEAR_FROM:,}"
    targets.append(measuring.Target(told, growth, 1.2, at_most=True))
    print(measuring.markdown(measuring.TARGETS, [target.row() for target in targets]))


def _csv(points: list[Point], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as text:
        writer = csv.writer(text)
        writer.writerow(["lines", "jobs", "seconds", "cpu_seconds", "peak_bytes"])
        for p in points:
            writer.writerow([p.lines, p.jobs, f"{p.used.seconds:.3f}", f"{p.used.cpu:.3f}", p.used.peak])


def _plot(points: list[Point], path: Path) -> None:
    """Seconds and memory over lines, in an SVG that has no background of its own."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    grey = dict.fromkeys(
        ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color", "grid.color"), GREY
    )
    plt.rcParams.update(
        {**grey, "svg.fonttype": "none", "svg.hashsalt": "scaling", "font.size": 11, "grid.alpha": 0.25}
    )
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for jobs in JOBS:
        own = [p for p in points if p.jobs == jobs]
        lines = [p.lines for p in own]
        name = "one core" if jobs == 1 else "two cores"
        left.loglog(lines, [p.used.seconds for p in own], "o-", color=COLOURS[jobs], label=name)
        right.semilogx(lines, [p.used.peak / 1e9 for p in own], "o-", color=COLOURS[jobs], label=name)
    last = [p for p in points if p.jobs == 1][-1]
    straight = [last.used.seconds / last.lines * p.lines for p in points if p.jobs == 1]
    left.loglog([p.lines for p in points if p.jobs == 1], straight, ":", color=GREY, label="in proportion")
    left.set(xlabel="claim lines", ylabel="seconds, whole process")
    right.axhline(MOST_BYTES / 1e9, color=GREY, linestyle=":")
    right.set(xlabel="claim lines", ylabel="peak memory, GB", ylim=(0, 2.2))
    for axes in (left, right):
        axes.grid(True)
        axes.legend(frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, transparent=True, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--largest", type=int, default=LARGEST)
    parser.add_argument("--folder", type=Path, help="where the files are made; a temporary one when not stated")
    parser.add_argument("--plot", type=Path, default=PLOT, help="the CSV is written beside it")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        points = _measured(given.largest, Path(folder))
    _table(points)
    _plot(points, given.plot)
    _csv(points, given.plot.with_suffix(".csv"))


if __name__ == "__main__":
    main()
