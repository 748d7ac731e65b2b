"""Whole processes, imports included: what a command costs before and after its caches are warm.

python benchmarks/startup.py [rounds]
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
CLINIC = str(ROOT / "examples" / "clinic.json")
POLICY = str(ROOT / "benchmarks" / "common_task.policy")
CASES = {
    "python -c pass": ["-c", "pass"],
    "policy --version": ["-m", "policy", "--version"],
    "policy check (one file of 40 lines)": ["-m", "policy", "check", POLICY],
    "policy check (medicare.part_b and its parent)": [
        "-m",
        "policy",
        "check",
        str(ROOT / "policies" / "medicare" / "part_b.policy"),
    ],
    "policy explain (one visit, medicare.part_b)": [
        "-m",
        "policy",
        "explain",
        CLINIC,
        "--visit",
        "V01",
        "--policy",
        "medicare.part_b",
    ],
}


def run(arguments: list[str], cache: str) -> float:
    start = time.perf_counter()
    environment = {**os.environ, "POLICY_CACHE": cache, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
    subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, check=False)
    return (time.perf_counter() - start) * 1e3


def main(rounds: int = 9) -> None:
    with tempfile.TemporaryDirectory() as cache:
        cold = {name: run(arguments, cache) for name, arguments in CASES.items()}
        warm: dict[str, list[float]] = {name: [] for name in CASES}
        for _ in range(rounds):
            for name, arguments in CASES.items():
                warm[name].append(run(arguments, cache))
    for name in CASES:
        print(
            f"{name:<48} first {cold[name]:6.0f} ms   then {statistics.median(warm[name]):6.0f} ms (median of {rounds})"
        )


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:2]))
