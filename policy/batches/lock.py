"""One run at a time: a lock on a file, which ends with the process, however it ends.

POSIX systems lock the file (`flock`), Windows its first byte (`msvcrt.locking`). A file that is there or not, with the number of a
process in it, would outlive a run that is killed, and keep out the one that resumes it.

Owns: taking such a lock, and removing its file without a moment in which two runs hold one.
Never: waits.
"""

import errno
import os
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any, Final

_HELD: Final = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK})
"""What systems say where another process holds the lock. Windows says `EACCES`, or `EDEADLK` after some attempts."""


class Held(Exception):
    """Another process has the lock."""


class Removed(Exception):
    """Another process had the lock, and has just removed the file."""


class Lock:
    """A lock that is held."""

    def __init__(self, path: Path) -> None:
        """Takes it. Raises `Held`, `Removed`, and `OSError` where files cannot be made, or cannot be locked."""
        self._path = path
        with ExitStack() as stack:
            self._file = stack.enter_context(path.open("ab"))
            try:
                _lock(self._file)
            except OSError as error:
                raise (Held() if error.errno in _HELD else error) from None
            if not self._is_there():
                raise Removed
            stack.pop_all()

    def release(self) -> None:
        """Gives it up; the file stays."""
        self._file.close()

    def remove(self) -> None:
        """Gives it up and removes the file. Windows does not remove an open one; there, a run that opens it in between keeps it."""
        if _posix() is not None:
            self._path.unlink(missing_ok=True)
            self._file.close()
            return
        self._file.close()
        with suppress(PermissionError):
            self._path.unlink(missing_ok=True)

    def _is_there(self) -> bool:
        """False where the run that held the lock before has removed the file meanwhile."""
        try:
            return os.stat(self._path).st_ino == os.fstat(self._file.fileno()).st_ino
        except FileNotFoundError:
            return False


def _lock(file: IO[bytes]) -> None:
    """Raises `OSError` where the file is locked, or where files cannot be locked."""
    posix = _posix()
    if posix is not None:
        posix.flock(file, posix.LOCK_EX | posix.LOCK_NB)
        return
    import msvcrt

    windows: Any = msvcrt
    file.seek(0)
    windows.locking(file.fileno(), windows.LK_NBLCK, 1)


def _posix() -> Any:
    """The module that locks files, where the system has it."""
    try:
        import fcntl
    except ImportError:
        return None
    return fcntl
