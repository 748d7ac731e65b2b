"""One run at a time writes an output, on systems that lock files one way or the other, and where they cannot be locked."""

import errno
import fcntl
import os
import sys
import types
from pathlib import Path

import attrs
import pyarrow.parquet as pq
import pytest
from batches.rows import Counting, claim_lines

from policy.batches.lock import Held, Lock, Removed
from policy.batches.run import Options, evaluate_files
from policy.batches.work import CannotRun, working


@pytest.fixture(params=["posix", "windows"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The other system has no `fcntl`, locks from where the file stands, and removes no file that is open."""
    if request.param == "windows":
        held, flock, unlink = set[int](), fcntl.flock, Path.unlink

        def locking(descriptor: int, mode: int, size: int) -> None:
            assert (mode, size, os.lseek(descriptor, 0, os.SEEK_CUR)) == (7, 1, 0)
            try:
                flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise OSError(errno.EACCES, "Permission denied") from None
            held.add(descriptor)

        def removed(path: Path, missing_ok: bool = False) -> None:
            if path.name == "lock" and any(_stands_at(descriptor, path) for descriptor in held):
                raise PermissionError(errno.EACCES, "the file is open")
            unlink(path, missing_ok)

        monkeypatch.setitem(sys.modules, "fcntl", None)
        windows = types.ModuleType("msvcrt")
        vars(windows).update(locking=locking, LK_NBLCK=7)
        monkeypatch.setitem(sys.modules, "msvcrt", windows)
        monkeypatch.setattr(Path, "unlink", removed)
    return str(request.param)


def _stands_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False


def test_a_lock_is_held_once_and_can_be_taken_again(tmp_path: Path, system: str) -> None:
    one = Lock(tmp_path / "lock")
    with pytest.raises(Held):
        Lock(tmp_path / "lock")
    one.release()
    Lock(tmp_path / "lock").remove()
    assert not (tmp_path / "lock").exists()


def test_a_run_leaves_no_lock_behind_and_keeps_others_out(tmp_path: Path, system: str) -> None:
    table = claim_lines(40)
    pq.write_table(table, tmp_path / "in.parquet", 25)
    options = Options(out=tmp_path / "out.parquet", unit_rows=40, whole_rows=0)
    with working(tmp_path / "out.parquet", {}, resume=False), pytest.raises(CannotRun, match="another run is writing"):
        evaluate_files([tmp_path / "in.parquet"], Counting(), options)
    assert (tmp_path / ".out.parquet.part" / "lock").exists(), "what was interrupted can be resumed"
    with pytest.raises(CannotRun, match="cannot be resumed"):
        evaluate_files([tmp_path / "in.parquet"], Counting(), attrs.evolve(options, resume=True))
    evaluate_files([tmp_path / "in.parquet"], Counting(), options)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]


def test_a_run_that_comes_while_the_folder_is_removed_keeps_it(
    tmp_path: Path, system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove, others = Lock.remove, list[Lock]()

    def removed(lock: Lock) -> None:
        remove(lock)
        others.append(Lock(tmp_path / ".out.parquet.part" / "lock"))

    monkeypatch.setattr(Lock, "remove", removed)
    with working(tmp_path / "out.parquet", {}, resume=False) as work:
        work.clear()
    assert (tmp_path / ".out.parquet.part" / "lock").exists()
    others[0].release()


def test_a_lock_on_a_file_that_was_removed_meanwhile_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flock = fcntl.flock

    def late(file: object, how: int) -> None:
        (tmp_path / "lock").unlink()
        (tmp_path / "lock").touch()
        flock(file, how)  # type: ignore[arg-type]

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(Removed):
        Lock(tmp_path / "lock")


def test_a_drive_that_cannot_lock_files_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(file: object, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", cannot)
    refused = pytest.raises(CannotRun, match="cannot lock files; name an `--out` on a disk of this machine")
    with refused, working(tmp_path / "out.parquet", {}, resume=False):
        raise AssertionError("the run began")
