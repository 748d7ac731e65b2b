"""Processes that are all our own, made lighter for tables.

Where pandas is installed, PyArrow loads it with the first array that it makes, to ask whether what it was given is a pandas object. That
takes half a second, longer than a small run. Nothing here ever gives it one.

Arrays of one table are freed before the next is read. The C library of Linux gives them back to the system each time and asks for them
again, page by page, which takes a fifth of a run. So a process keeps what it had.

Owns: keeping pandas out of a process and freed memory in it, and when Python looks for cycles between tables. Never: does so in a program
that embeds this package.
"""

import contextlib
import gc
import os
import sys
from importlib.abc import MetaPathFinder
from typing import Any, Final

_TRIM, _MAPPED = -1, -3
"""Numbers of the settings in the C library (`mallopt`, GNU C Library manual, Malloc Tunable Parameters)."""
KEPT: Final = 1 << 26
"""Bytes at the end of the heap that are kept at most."""
MUCH: Final = 700_000_000
"""Bytes of a process. Less than this is in use at any time, but for visits of very many lines."""
_LARGE: Final = 1 << 25
"""Bytes from which on an array is mapped by itself, the most that the C library takes."""


class _NoPandas(MetaPathFinder):
    def find_spec(self, name: str, *_: Any) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not used here", name=name)


def lighten() -> None:
    """From here on pandas cannot be imported (where it is loaded already, it stays), and freed memory is kept."""
    if not is_lightened():
        sys.meta_path.insert(0, _NoPandas())
        _keep_freed()


def is_lightened() -> bool:
    """Whether this process is one of those."""
    return any(isinstance(finder, _NoPandas) for finder in sys.meta_path)


def settle() -> None:
    """Before a table: what the one before it left is freed, and what lies free among what is used is given back where it has become much.

    A chunk and what it is read through hold each other, so that they go only where Python looks for cycles. A short run has none to find;
    what it has loaded is put out of sight before the first table.
    """
    if not is_lightened():
        return
    if not gc.get_freeze_count():
        gc.freeze()
        return
    gc.collect()
    if _resident() > MUCH:
        import ctypes

        import pyarrow as pa

        pa.default_memory_pool().release_unused()
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def _resident() -> int:
    """Bytes of this process in memory; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as told:
            return int(told.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError, ValueError):
        return 0


def _keep_freed() -> None:
    """Other C libraries than GNU's have no such settings, and are left as they are."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        set_ = ctypes.CDLL(None).mallopt
        set_(_MAPPED, _LARGE)
        set_(_TRIM, KEPT)
