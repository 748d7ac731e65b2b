"""The columnar benchmarks: one command, its tables in Markdown, each with its targets.

    python benchmarks/columnar/run.py [--quick] [--check] [--visits N] [--rounds N] [--folder FOLDER] [PART …]

Parts: `kernels` (arrays in memory), `files` (Parquet to Parquet), `carried` and `lean` (the same, nearer to equal work), `statements` (50
and 200 of them, and Medicare Part B), `stages` (where time goes), `oneshot` (a whole process on 1,000 visits), `scaling` (10^4 lines
and more); without a part, all of them. `--quick` is small and coarse; `--check` compares the programs line by line and measures nothing.
Data goes to a temporary folder, or to the one given, and is made again where it is not there.
"""

import argparse
import tempfile
from pathlib import Path

import common
import generate
import oneshot
import pyarrow as pa
import scaling
import stages
import statements
from agreement import agree, ready
from task import VISITS

PARTS = {
    "kernels": common.kernels,
    "files": common.files,
    "carried": common.carried,
    "lean": common.lean,
    "statements": statements.report,
    "stages": stages.report,
    "oneshot": oneshot.report,
    "scaling": scaling.report,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="few visits, few rounds: the tables, coarsely")
    parser.add_argument("--check", action="store_true", help="only whether the programs agree")
    parser.add_argument("--visits", type=int, help=f"{VISITS:,} when not stated")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--folder", type=Path, help="where data is kept between runs")
    given = parser.parse_args()
    unknown = set(given.parts) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    pa.set_cpu_count(1)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        tools = ready(folder)
        for left_out in tools.left_out:
            print(f"left out: {left_out}")
        visits = given.visits or (VISITS // 20 if given.quick else VISITS)
        source = claims(folder, visits)
        print(f"the same answer on each of {lines_of(visits):,} lines: {'; '.join(agree(source, folder, tools))}")
        print(f"tables are answered as their visits are, one by one: {'; '.join(statements.check(source, folder))}")
        if given.check:
            return
        for part in given.parts or PARTS:
            print(f"\n## {part}\n")
            PARTS[part](source, folder, tools, given.rounds or (3 if given.quick else 7))


def lines_of(visits: int) -> int:
    return int(visits * generate.LINES_A_VISIT)


def claims(folder: Path, visits: int) -> Path:
    """A file of about so many visits."""
    lines = lines_of(visits)
    path = folder / f"claims_{lines}.parquet"
    if not path.exists():
        generate.write(path, lines)
    return path


if __name__ == "__main__":
    main()
