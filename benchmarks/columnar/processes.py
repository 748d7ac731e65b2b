"""A whole process and its children: how long, how much CPU, how much memory at most.

Owns: the command line of `policy run` as the benchmarks call it, and what `/proc` says of the processes it starts (Linux).
Never: looks inside; programs in one process are timed by `measuring.py`.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import attrs
import task

ROOT = Path(__file__).parents[2]
SAMPLE_SECONDS = 0.02


@attrs.frozen
class Used:
    seconds: float
    """By the clock, interpreter and imports included."""
    cpu: float
    """Seconds of CPU, of all processes."""
    peak: int
    """Bytes resident at once: the most of all processes together as sampled, or of one at any time as the kernel says."""


def policy_run(source: Path, out: Path, *options: str, source_policy: str | Path = task.POLICY) -> list[str]:
    """The command that takes claims to decisions."""
    command = [sys.executable, "-m", "policy", "run", str(source), "--policy", str(source_policy), "--out", str(out)]
    return [*command, *options]


def columns_map(folder: Path) -> Path:
    """What tells the command which column holds the visit."""
    path = folder / "columns.toml"
    path.write_text('[columns]\nvisit = "visit_id"\n', encoding="utf-8")
    return path


def whole(command: list[str], folder: Path) -> Used:
    """Runs a command to its end. Raises `SystemExit` with its last words when it fails."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "POLICY_CACHE": str(folder / "cache")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled once, not at every start
    said = folder / "said.txt"
    with said.open("w") as text:
        start = time.perf_counter()
        child = subprocess.Popen(command, env=environment, stdout=text, stderr=subprocess.STDOUT)
        peak = 0
        while True:
            pid, status, used = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            resident = [_resident(each) for each in _tree(child.pid)]
            peak = max(peak, sum(now for now, _ in resident), *(most for _, most in resident), 0)
            time.sleep(SAMPLE_SECONDS if time.perf_counter() - start > 1 else SAMPLE_SECONDS / 10)
        seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"`{' '.join(command[1:4])}` ended with {child.returncode}:\n{said.read_text()[-2000:]}")
    return Used(seconds, used.ru_utime + used.ru_stime, peak)


def _tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in _tree(int(child)))]


def _resident(pid: int) -> tuple[int, int]:
    """Bytes now, and at most since the program was started (`ru_maxrss` would count what the parent had when it forked)."""
    try:
        told = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        return int(told["VmRSS"].split()[0]) * 1024, int(told["VmHWM"].split()[0]) * 1024
    except (OSError, KeyError):
        return 0, 0
