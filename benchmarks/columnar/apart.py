"""Cases in processes of their own, asked in turn: what one keeps in memory, and how it left its allocator, is not felt by the next.

Owns: the processes, and what is said between them. Never: looks inside a case; `measuring.py` tells what came of it.
"""

import gc
import multiprocessing
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection

import measuring
import pyarrow as pa

Maker = Callable[[], Callable[[], object]]
"""Prepares a case in its process; can be pickled (a function of a module, or a `functools.partial` of one)."""


def interleaved(cases: Mapping[str, Maker], rounds: int) -> measuring.Rounds:
    """Each case twice to warm up, then all in turn, round after round: CPU seconds of all threads of a case's process."""
    context = multiprocessing.get_context("spawn")
    served: dict[str, tuple[multiprocessing.process.BaseProcess, Connection]] = {}
    try:
        for name, maker in cases.items():
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, maker), daemon=True)
            process.start()
            theirs.close()
            served[name] = process, ours
        for _ in range(2):
            for name in cases:
                _asked(name, *served[name])
        spent: dict[str, list[float]] = {name: [] for name in cases}
        for _ in range(rounds):
            for name in cases:
                spent[name].append(_asked(name, *served[name]))
        return measuring.Rounds(spent)
    finally:
        for process, ours in served.values():
            ours.close()  # at the end of what it is asked a process ends
            process.join()


def _asked(name: str, process: multiprocessing.process.BaseProcess, ours: Connection) -> float:
    ours.send(None)
    try:
        return float(ours.recv())
    except EOFError:
        process.join()
        raise SystemExit(f"{name}: its process ended with {process.exitcode}; what it said stands above") from None


def _serve(theirs: Connection, maker: Maker) -> None:
    pa.set_cpu_count(1)
    run = maker()
    while True:
        try:
            theirs.recv()
        except EOFError:
            return
        gc.collect()
        start = time.process_time()
        run()
        theirs.send(time.process_time() - start)
