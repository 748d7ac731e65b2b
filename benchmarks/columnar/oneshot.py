"""One small batch as a whole process: 1,000 visits from Parquet, and the same visits from JSON.

Owns: what someone waits for who runs one command on one day's claims. Never: hides imports; they are most of it.
"""

import json
import statistics
import sys
from pathlib import Path

import generate
import measuring
import ours
import pyarrow.parquet as pq
from agreement import Ready
from processes import columns_map, policy_run, whole

VISITS = 1_000
MOST_SECONDS = 0.5


def report(source: Path, folder: Path, given: Ready, rounds: int) -> None:
    """The table. The large file is not used."""
    claims = folder / "thousand.parquet"
    generate.write(claims, int(VISITS * generate.LINES_A_VISIT))
    mapped = str(columns_map(folder))
    cases = {
        "from Parquet": policy_run(claims, folder / "thousand_decisions.parquet", "--columns", mapped),
        "from JSON": policy_run(_as_json(claims), folder / "thousand_decisions.jsonl", "--format", "json"),
        "imports of numpy and pyarrow.parquet alone": [sys.executable, "-c", "import numpy, pyarrow.parquet"],
        "a bare interpreter": [sys.executable, "-c", "pass"],
    }
    for command in cases.values():
        whole(command, folder)
    waited = {name: [] for name in cases}
    for _ in range(rounds):
        for name, command in cases.items():
            waited[name].append(whole(command, folder).seconds)
    medians = {name: statistics.median(seconds) for name, seconds in waited.items()}
    rows = [(name, f"{seconds:.3f}") for name, seconds in medians.items()]
    print(measuring.markdown((f"{VISITS:,} visits, whole process, warm caches", "seconds"), rows), "\n")
    target = measuring.Target(
        "seconds of `policy run`, from Parquet", medians["from Parquet"], MOST_SECONDS, at_most=True
    )
    print(measuring.markdown(measuring.TARGETS, [target.row()]))


def _as_json(claims: Path) -> Path:
    """The same visits as JSON Lines."""
    path = claims.with_suffix(".jsonl")
    path.write_text(
        "".join(json.dumps(visit) + "\n" for visit in ours.mappings(pq.read_table(claims))), encoding="utf-8"
    )
    return path
