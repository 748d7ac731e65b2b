"""Runs that are interrupted: nothing half written stands under the name of the output, and `--resume` ends with the same bytes.

`--kills N` asks for more runs. With `-s` the log of each is shown.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import attrs
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from batches.rows import Counting, claim_lines, with_gaps

import policy
from policy.batches import TableEvaluator
from policy.batches.identity import identity
from policy.batches.pool import WorkerDied
from policy.batches.run import Options, evaluate_files
from policy.batches.work import CannotRun, working

SCRIPT = Path(__file__).parent / "kept_running.py"
OUTPUTS = ("out.parquet", "out.rejects.parquet")
STARTING = 0.3
"""Seconds before a run begins, at least."""
SMALL = Options(unit_rows=60, whole_rows=0, share_rows=200)


def write(folder: Path, *, ordered: bool) -> pa.Table:
    table = with_gaps(claim_lines(500))
    table = table if ordered else table.sort_by([("claim_line_number", "ascending")])
    pq.write_table(table, folder / "in.parquet", row_group_size=40)
    return table


def undisturbed(folder: Path) -> list[bytes]:
    evaluate_files([folder / "in.parquet"], Counting(), attrs.evolve(SMALL, out=folder / "out.parquet"))
    return taken(folder)


def taken(folder: Path) -> list[bytes]:
    """What was written, taken away."""
    found = [(folder / name).read_bytes() for name in OUTPUTS]
    for name in OUTPUTS:
        (folder / name).unlink()
    return found


@pytest.mark.parametrize(("ordered", "jobs"), [(True, 1), (False, 1), (True, 2), (False, 2)])
def test_a_run_that_is_killed_again_and_again(
    tmp_path: Path, request: pytest.FixtureRequest, ordered: bool, jobs: int
) -> None:
    """At any moment of the time that an undisturbed run takes; what is left takes less and less, so that it comes to its end."""
    write(tmp_path, ordered=ordered)
    start = time.monotonic()
    assert _ended(tmp_path, jobs, 60)
    longest = time.monotonic() - start - STARTING
    expected = taken(tmp_path)
    assert expected == undisturbed(tmp_path)
    chance = random.Random(f"{ordered} {jobs}")
    for run in range(request.config.getoption("--kills")):
        kills = 0
        while not _ended(tmp_path, jobs, chance.uniform(0, max(0.7 * longest, 0.1))):
            kills += 1
            for name, whole in zip(OUTPUTS, expected, strict=True):
                there = tmp_path / name
                assert not there.exists() or there.read_bytes() == whole
            done = len(list(tmp_path.glob(".out.parquet.part/*/*.json")))
            print(f"run {run}, {'sorted' if ordered else 'shuffled'}, {jobs} jobs: kill {kills}, {done} tasks done")
        assert sorted(p.name for p in tmp_path.iterdir()) == ["in.parquet", *OUTPUTS]
        assert taken(tmp_path) == expected
        print(f"run {run}: ended after {kills} kills with the same bytes")


def _ended(folder: Path, jobs: int, seconds: float) -> bool:
    """Lets a run go on for a moment; true when it came to its end."""
    words = [sys.executable, str(SCRIPT), str(folder), str(jobs)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == b"ready\n", process.stderr.read().decode()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        code = process.wait()
        assert code in (0, -signal.SIGKILL), process.stderr.read().decode()
    return code == 0


@attrs.frozen
class Mortal(Counting):
    """Ends its own process once, in the middle of the work."""

    flag: str = ""

    def evaluate(self, table: pa.Table) -> pa.Table:
        if Path(self.flag).exists() and "C0000300" in table["claim_id"].to_pylist():
            Path(self.flag).unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().evaluate(table)


def test_a_worker_that_dies(tmp_path: Path) -> None:
    write(tmp_path, ordered=True)
    expected = undisturbed(tmp_path)
    flag = tmp_path / "flag"
    flag.write_text("")
    options = attrs.evolve(SMALL, out=tmp_path / "out.parquet", jobs=2)
    with pytest.raises(WorkerDied, match="a worker process ended in the middle of its work"):
        evaluate_files([tmp_path / "in.parquet"], Mortal(flag=str(flag)), options)
    assert not (tmp_path / "out.parquet").exists()
    evaluate_files([tmp_path / "in.parquet"], Mortal(flag=str(flag)), attrs.evolve(options, resume=True))
    assert [(tmp_path / name).read_bytes() for name in OUTPUTS] == expected


def interrupted(folder: Path, **options: object) -> None:
    """A run that is interrupted when a third is done."""

    def progress(done: int, total: int) -> None:
        if done > total // 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate_files(
            [folder / "in.parquet"],
            Counting(),
            attrs.evolve(SMALL, out=folder / "out.parquet", progress=progress, **options),
        )


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    write(tmp_path, ordered=True)
    expected = undisturbed(tmp_path)
    interrupted(tmp_path)
    seen: list[int] = []
    told = attrs.evolve(SMALL, out=tmp_path / "out.parquet", resume=True, progress=lambda done, _: seen.append(done))
    evaluate_files([tmp_path / "in.parquet"], Counting(), told)
    assert seen[0] > 1750 // 3
    assert [(tmp_path / name).read_bytes() for name in OUTPUTS] == expected


def test_without_resume_an_interrupted_run_is_forgotten(tmp_path: Path) -> None:
    write(tmp_path, ordered=True)
    interrupted(tmp_path)
    seen: list[int] = []
    options = attrs.evolve(SMALL, out=tmp_path / "out.parquet", progress=lambda done, _: seen.append(done))
    evaluate_files([tmp_path / "in.parquet"], Counting(), options)
    assert seen[0] <= 80


@pytest.mark.parametrize("what", ["inputs", "policies", "options"])
def test_another_run_is_not_resumed(tmp_path: Path, what: str) -> None:
    write(tmp_path, ordered=True)
    interrupted(tmp_path)
    if what == "inputs":
        pq.write_table(claim_lines(7), tmp_path / "in.parquet")
    evaluator = Counting(key=("person_id",)) if what == "policies" else Counting()
    options = attrs.evolve(SMALL, out=tmp_path / "out.parquet", resume=True, unit_rows=50 if what == "options" else 60)
    with pytest.raises(CannotRun, match=f"its {what} are not what they were"):
        evaluate_files([tmp_path / "in.parquet"], evaluator, options)
    evaluate_files([tmp_path / "in.parquet"], evaluator, attrs.evolve(options, resume=False))


def test_other_words_for_policies_make_another_run() -> None:
    programs = {"medicare.part_b": policy.load("medicare.part_b")}
    one, other = (TableEvaluator(programs, policies={word: "medicare.part_b"}) for word in ("Payer A", "Payer B"))
    assert identity(one) != identity(other)


def test_a_damaged_work_folder_is_no_obstacle(tmp_path: Path) -> None:
    write(tmp_path, ordered=True)
    expected = undisturbed(tmp_path)
    interrupted(tmp_path)
    parts = sorted(tmp_path.glob(".out.parquet.part/*/*.parquet"))
    parts[0].write_bytes(b"")
    parts[1].unlink()
    next(tmp_path.glob(".out.parquet.part/*/00003.json")).write_text("{")
    evaluate_files(
        [tmp_path / "in.parquet"], Counting(), attrs.evolve(SMALL, out=tmp_path / "out.parquet", resume=True)
    )
    assert [(tmp_path / name).read_bytes() for name in OUTPUTS] == expected


def test_two_runs_on_one_output(tmp_path: Path) -> None:
    write(tmp_path, ordered=True)
    out = tmp_path / "out.parquet"
    with working(out, {}, resume=False), pytest.raises(CannotRun, match="another run is writing"):
        evaluate_files([tmp_path / "in.parquet"], Counting(), attrs.evolve(SMALL, out=out))
    evaluate_files([tmp_path / "in.parquet"], Counting(), attrs.evolve(SMALL, out=out))


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_full_disk(tmp_path: Path, jobs: str) -> None:
    """Files that may not grow beyond some kilobytes: the run says so, and ends when there is room."""
    resource = pytest.importorskip("resource")
    write(tmp_path, ordered=True)
    words = [
        sys.executable,
        "-m",
        "policy",
        "run",
        "in.parquet",
        "--policy",
        "medicare.part_b",
        "--out",
        "out.parquet",
        "--jobs",
        jobs,
    ]
    # Python would cut off what it compiles at the same length, and take it for whole the next time.
    environment = {**os.environ, "PYTHONPATH": str(SCRIPT.parents[2]), "PYTHONDONTWRITEBYTECODE": "1"}

    def narrow() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))

    full = subprocess.run(words, cwd=tmp_path, env=environment, preexec_fn=narrow, capture_output=True, text=True)
    assert (full.returncode, full.stdout) == (2, "")
    assert "there is no room for the output" in full.stderr and "--resume" in full.stderr
    assert not (tmp_path / "out.parquet").exists()
    again = subprocess.run([*words, "--resume"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert again.returncode == 2 and "rejected" in again.stdout and "in.parquet" not in again.stderr
    assert pq.read_metadata(tmp_path / "out.parquet").num_rows + pq.read_metadata(
        tmp_path / "out.rejects.parquet"
    ).num_rows == (pq.read_metadata(tmp_path / "in.parquet").num_rows)


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    write(tmp_path, ordered=True)
    words = [sys.executable, str(SCRIPT), str(tmp_path), "2"]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        children: list[str] = []
        for _ in range(100):
            listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            if not listed.exists():
                pytest.skip("the system does not list children")
            children = listed.read_text().split()
            if len(children) >= 2 or process.poll() is not None:
                break
            time.sleep(0.02)
        process.kill()
    for _ in range(200):
        if not any(Path(f"/proc/{pid}").exists() and b"kept_running" in _command(pid) for pid in children):
            return
        time.sleep(0.05)
    raise AssertionError("a worker outlived its parent")


def _command(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
