"""The visit audit on arrays in memory: in C, and in NumPy on visits of one size at a time.

Owns: the arrays that both read, and the two kernels. Never: reads a file; `programs.py` does.
"""

import ctypes
import subprocess
from collections.abc import Callable
from pathlib import Path

import attrs
import numpy as np
import task

MACROS = {
    **{name: getattr(task, name) for name in ("TIMED_CODES", "CAPPED", "CAP", "OVERBILLED", "OVER_CAP")},
    **{name: getattr(task, name) for name in ("DENIED_BY_PAIR", "NOT_SUPPORTED", "LEFTOVER", "UNTIMED")},
    **{f"SECOND_{k}": code for k, code in enumerate(task.SECOND)},
}
CHUNK = 100_000
"""Visits whose columns stay in the cache."""


@attrs.frozen
class Lines:
    """Coded lines, visit by visit."""

    offsets: np.ndarray
    """int64[visits + 1]: where each visit begins."""
    code: np.ndarray
    """uint8: places in CODES."""
    minutes: np.ndarray
    """int16."""
    billed: np.ndarray
    """int16: units."""
    released: np.ndarray
    """bool: the line has a modifier that releases the pair."""


Answer = tuple[np.ndarray, np.ndarray]
"""Allowed units (int8) and reason bits (uint8), a line each."""


def c_kernel(folder: Path) -> Callable[[Lines], Answer]:
    """The kernel of `kernel.c`, compiled into a folder by gcc for this machine."""
    library = folder / "kernel.so"
    defines = [f"-D{name}={value}" for name, value in MACROS.items()]
    source = Path(__file__).parent / "kernel.c"
    subprocess.run(["gcc", "-O3", "-march=native", "-shared", "-fPIC", *defines, "-o", library, source], check=True)
    audit = ctypes.CDLL(str(library)).audit

    def run(lines: Lines) -> Answer:
        allowed, reasons = np.empty(lines.code.size, np.int8), np.empty(lines.code.size, np.uint8)
        given = (lines.offsets, lines.code, lines.minutes, lines.billed, lines.released, allowed, reasons)
        audit(ctypes.c_int64(lines.offsets.size - 1), *(ctypes.c_void_p(a.ctypes.data) for a in given))
        return allowed, reasons

    return run


def numpy_kernel(lines: Lines) -> Answer:
    """In chunks, the visits of one size together: a column for each of their lines, no sorting, no masks."""
    allowed, reasons = np.empty(lines.code.size, np.int8), np.empty(lines.code.size, np.uint8)
    for first in range(0, lines.offsets.size - 1, CHUNK):
        offsets = lines.offsets[first : first + CHUNK + 1]
        sizes = np.diff(offsets)
        for size in range(1, task.MOST_LINES + 1):
            starts = offsets[:-1][sizes == size]
            if starts.size:
                _of_one_size(lines, [starts + k for k in range(size)], allowed, reasons)
    return allowed, reasons


def _of_one_size(lines: Lines, rows: list[np.ndarray], allowed: np.ndarray, reasons: np.ndarray) -> None:
    code = [lines.code[at] for at in rows]
    timed = [c < task.TIMED_CODES for c in code]
    minutes = [lines.minutes[at] * t for at, t in zip(rows, timed, strict=True)]
    blocks = [m // np.int16(15) for m in minutes]
    total, left = sum(minutes[1:], minutes[0]), -sum(blocks[1:], blocks[0])
    left += (total + np.int16(7)) // np.int16(15) * (total >= 8)
    # Minutes over, then minutes, then place, in one int16; the rank of a line is how many lines are before it.
    last = len(rows) - 1
    keys = [
        ((m - 15 * b) << 10 | m << 3 | np.int16(last - k)) * t
        for k, (m, b, t) in enumerate(zip(minutes, blocks, timed, strict=True))
    ]
    ranks = [np.zeros(total.size, np.int8) for _ in rows]
    for k, key in enumerate(keys):
        for j in range(k):
            before = keys[j] >= key
            ranks[k] += before
            ranks[j] += ~before
    capped = [c == task.CAPPED for c in code]
    column_one = np.logical_or.reduce(capped)
    for k, at in enumerate(rows):
        extra = timed[k] & (ranks[k] < left)
        units = np.where(timed[k], blocks[k] + extra, np.int16(1))
        why = np.where(timed[k], extra * np.uint8(task.LEFTOVER), np.uint8(task.UNTIMED))
        why |= ((units == 0) & timed[k]) * np.uint8(task.NOT_SUPPORTED)
        over = capped[k] & (units > task.CAP)
        units = np.where(over, np.int16(task.CAP), units)
        second = (code[k] == task.SECOND[0]) | (code[k] == task.SECOND[1])
        denied = column_one & second & ~lines.released[at]
        units *= ~denied
        why |= over * np.uint8(task.OVER_CAP) | denied * np.uint8(task.DENIED_BY_PAIR)
        why |= (lines.billed[at] > units) * np.uint8(task.OVERBILLED)
        allowed[at] = units
        reasons[at] = why
