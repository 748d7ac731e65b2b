"""A run over files in a process of its own, to be killed: `python kept_running.py FOLDER JOBS`.

Reads `in.parquet` of a folder and writes `out.parquet` there, resuming what is left. Says `ready` when it begins.
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]


def main() -> None:
    from batches.rows import Counting

    from policy.batches.run import Options, evaluate_files

    folder, jobs = Path(sys.argv[1]), int(sys.argv[2])
    options = Options(folder / "out.parquet", resume=True, jobs=jobs, unit_rows=60, whole_rows=0, share_rows=200)
    print("ready", flush=True)
    evaluate_files([folder / "in.parquet"], Counting(), options)


if __name__ == "__main__":
    main()
