"""The folder in which a run works, beside its output: what is finished, and what run it is.

    .decisions.parquet.part/lock            held while a run works here
    .decisions.parquet.part/manifest.json   what the run is: inputs, policies, options
    .decisions.parquet.part/found.json      what was found out on the way: unreadable files, rows that are not sorted
    .decisions.parquet.part/RUN/00003.json  unit 3 is done: its counts, and the sizes of its files

A file stands under its own name only when it is complete. RUN is told by manifest and findings, so files of another run, or of a
process that did not yet see its run end, are never taken for those of this one.

Owns: who may work there, the manifest, whether an interrupted run may be finished, and which units are done.
Never: knows what a unit does.
"""

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from policy.batches.lock import Held, Lock, Removed
from policy.batches.units import Done

MANIFEST: Final = "manifest.json"
FOUND: Final = "found.json"
LOCK: Final = "lock"
_UNLOCKABLE: Final = frozenset({errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
"""What a system says of files that cannot be locked, as on some network drives."""


class CannotRun(Exception):
    """The run cannot begin. `message` is one clear line, `help` says what to do instead."""

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message, help)
        self.message = message
        self.help = help

    def __str__(self) -> str:
        return f"{self.message}; {self.help}" if self.help else self.message


class Work:
    """The folder of one run."""

    def __init__(self, folder: Path, lock: Lock, manifest: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        self._folder = folder
        self._lock = lock
        self._manifest = dict(manifest)
        self.found = dict(found)

    @property
    def run(self) -> Path:
        """Where files of this run go."""
        told = json.dumps([self._manifest, self.found], sort_keys=True)
        return self._folder / hashlib.sha256(told.encode()).hexdigest()[:16]

    def begin(self) -> Path:
        """Makes the folder for files, and gives it."""
        self.run.mkdir(exist_ok=True)
        return self.run

    def learn(self, **found: Any) -> None:
        """Keeps what was found out; what was done before counts no more."""
        shutil.rmtree(self.run, ignore_errors=True)
        self.found |= found
        _write(self._folder / FOUND, self.found)

    def done(self, name: str) -> Done | None:
        """What is kept of a finished unit; `None` when it is not finished."""
        try:
            done = Done.from_json(json.loads((self.run / f"{name}.json").read_bytes()))
            for size, suffix in ((done.decisions, "parquet"), (done.rejects, "rejects.parquet")):
                if size and (self.run / f"{name}.{suffix}").stat().st_size != size:
                    return None
        except (OSError, ValueError, KeyError):
            return None
        return done

    def finish(self, name: str, done: Done) -> None:
        """Keeps that a unit is finished. Raises `OSError`."""
        _write(self.run / f"{name}.json", done.to_json())

    def clear(self) -> None:
        """Removes the folder: the output is where it belongs."""
        _empty(self._folder)
        self._lock.remove()
        with suppress(OSError):  # where another run has come
            self._folder.rmdir()


@contextmanager
def working(target: Path, manifest: Mapping[str, Any], *, resume: bool) -> Iterator[Work]:
    """The folder of a run whose output will be at `target`. What is finished stays there when the run is interrupted.

    Raises `CannotRun` when another run works there, or when what was interrupted is another run.
    """
    folder = target.with_name(f".{target.name}.part")
    try:
        folder.mkdir(exist_ok=True)
    except FileNotFoundError:
        raise CannotRun(f"there is no folder `{target.parent}`", "make it, or name another `--out`") from None
    with _locked(folder, target) as lock:
        before = _read(folder / MANIFEST)
        if resume and before is not None:
            _compare(before, manifest)
            yield Work(folder, lock, manifest, _read(folder / FOUND) or {})
            return
        _empty(folder)
        _write(folder / MANIFEST, dict(manifest))
        yield Work(folder, lock, manifest, {})


@contextmanager
def _locked(folder: Path, target: Path) -> Iterator[Lock]:
    """Nobody else works in the folder."""
    try:
        lock = Lock(folder / LOCK)
    except Held:
        raise CannotRun(
            f"another run is writing `{target}`", "wait until it is done, or name another `--out`"
        ) from None
    except (Removed, FileNotFoundError):
        raise CannotRun(f"another run has just written `{target}`", "look at it, or run again") from None
    except OSError as error:
        if error.errno not in _UNLOCKABLE:
            raise
        raise CannotRun(
            f"the file system of `{target}` cannot lock files", "name an `--out` on a disk of this machine"
        ) from None
    try:
        yield lock
    finally:
        lock.release()


def _empty(folder: Path) -> None:
    """Removes everything but the lock."""
    for path in folder.iterdir():
        if path.name != LOCK:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _compare(before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raises `CannotRun` naming what differs between an interrupted run and this one."""
    plain = json.loads(json.dumps(now))
    for name in plain:
        if before.get(name) != plain[name]:
            raise CannotRun(
                f"the run cannot be resumed: its {name} are not what they were",
                "run it without `--resume` to start anew",
            )


def _read(path: Path) -> dict[str, Any] | None:
    try:
        read = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return read if isinstance(read, dict) else None


def _write(path: Path, data: Any) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    beside.write_text(json.dumps(data), encoding="utf-8")
    os.replace(beside, path)
