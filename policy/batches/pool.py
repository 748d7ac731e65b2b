"""Units of work in this process, or shared out to several.

Owns: worker processes: how they start, that they end when this one does, and what is said when one dies.
Never: knows what a unit is.
"""

import functools
import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from policy.batches.lighter import is_lightened, lighten

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

T = TypeVar("T")
J = TypeVar("J")


class WorkerDied(Exception):
    """A worker process ended in the middle of its work."""

    def __str__(self) -> str:
        return "a worker process ended in the middle of its work, perhaps for want of memory"


def each(work: Callable[[J, int], T], job: J, numbers: Sequence[int], jobs: int) -> Iterator[tuple[int, T]]:
    """What `work(job, number)` gives for each number, as it becomes ready. Raises what `work` raises, and `WorkerDied`."""
    if jobs < 2 or len(numbers) < 2:
        for number in numbers:
            yield number, work(job, number)
        return
    # Imported here: small runs need no processes, and start faster without them.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(
        min(jobs, len(numbers)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(is_lightened(),),
    )
    try:
        yield from _shared(pool, work, pickle.dumps(job), list(numbers), jobs)
    except BrokenProcessPool:
        raise WorkerDied from None
    except BaseException:
        _end(pool)
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _shared(
    pool: "ProcessPoolExecutor", work: Callable[[J, int], T], job: bytes, numbers: list[int], jobs: int
) -> Iterator[tuple[int, T]]:
    """No more units are handed out than there are processes and one each in waiting."""
    from concurrent.futures import FIRST_COMPLETED, wait

    running: dict[Future[T], int] = {}
    numbers.reverse()
    while numbers or running:
        while numbers and len(running) < 2 * jobs:
            number = numbers.pop()
            running[pool.submit(_in_worker, work, job, number)] = number
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            yield running.pop(future), future.result()


def _in_worker(work: Callable[[Any, int], T], job: bytes, number: int) -> T:
    return work(_loaded(job), number)


@functools.lru_cache(1)
def _loaded(job: bytes) -> Any:
    """A job is read once in each process, so that what it compiles is compiled once."""
    return pickle.loads(job)


def _begin(light: bool) -> None:
    """A worker leaves interrupts to its parent, ends when that is gone, and is made lighter where that was."""
    import signal
    import threading

    if light:
        lighten()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _end(pool: "ProcessPoolExecutor") -> None:
    """Ends the workers now; what they had in hand is not wanted."""
    processes: dict[int, Any] = getattr(pool, "_processes", None) or {}
    for process in list(processes.values()):
        process.terminate()
