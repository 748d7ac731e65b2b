"""A progress bar for long runs, on the error stream.

Owns: when one appears: on a terminal that does not show the output itself, and only after a moment.
Never: imports Rich before it must.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_PATIENCE: Final = 1.0
"""Seconds before a bar is shown."""
_EVERY: Final = 64
"""Visits between two looks at the clock."""


class Ticker:
    """Counts visits and shows how far the run is. `total` is an estimate, `None` when there is none."""

    def __init__(self, enabled: bool, total: int | None) -> None:
        self._enabled = enabled
        self._total = total
        self._seen = 0
        self._start = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def tick(self) -> None:
        """One more visit."""
        self._seen += 1
        if not self._enabled or self._seen % _EVERY:
            return
        if self._bar is None and time.monotonic() - self._start > _PATIENCE:
            self._begin()
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._seen)

    def stop(self) -> None:
        """Takes the bar off the screen."""
        if self._bar is not None:
            self._bar.stop()

    def _begin(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("visits"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False)
        self._task = self._bar.add_task("visits", total=self._total)
        self._bar.start()


@contextmanager
def ticking(wanted: bool, total: int | None) -> Iterator[Ticker]:
    """A ticker for one run; `wanted` is false when the terminal shows the output itself."""
    ticker = Ticker(wanted and sys.stderr.isatty(), total)
    try:
        yield ticker
    finally:
        ticker.stop()


@contextmanager
def lines_done() -> Iterator[Callable[[int, int], None] | None]:
    """What a run over tables tells its lines to, done and all: a bar with the rate and the time left. `None` without a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(TextColumn):
        """Lines a second."""

        def render(self, task: Any) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "")

    columns = (TextColumn("lines"), BarColumn(), MofNCompleteColumn(), Rate(""), TimeRemainingColumn(compact=True))
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task("lines", total=None)

        def told(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield told
