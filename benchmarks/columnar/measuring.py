"""Cases run in turn, medians of same-round ratios, and the Markdown tables in which they are told.

Owns: how a time is taken. Work is CPU seconds of all threads of the process, so that a program cannot look faster by using more cores, and
a busy neighbour matters little. Ratios travel between machines; times do not. Never: asserts a time.
"""

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence

import attrs

Cases = Mapping[str, Callable[[], object]]


@attrs.frozen
class Rounds:
    """CPU seconds of each case, by round."""

    spent: Mapping[str, Sequence[float]]

    def seconds(self, case: str) -> float:
        """The median."""
        return statistics.median(self.spent[case])

    def ratio(self, case: str, other: str) -> float:
        """How many times the seconds of the other case this one takes: the median over the rounds."""
        return statistics.median(a / b for a, b in zip(self.spent[case], self.spent[other], strict=True))

    def fastest(self, start: str) -> str | None:
        """The fastest case whose name begins so."""
        return min((case for case in self.spent if case.startswith(start)), key=self.seconds, default=None)


def interleaved(cases: Cases, rounds: int) -> Rounds:
    """Each case once to warm up, then all in turn, round after round."""
    for run in cases.values():
        run()
    spent: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, run in cases.items():
            gc.collect()
            start = time.process_time()
            run()
            spent[name].append(time.process_time() - start)
    return Rounds(spent)


@attrs.frozen
class Target:
    """A number that is to be reached, and what was measured; `None`: it could not be."""

    what: str
    measured: float | None
    bound: float
    at_most: bool = False

    def row(self) -> tuple[str, str, str, str]:
        wanted = f"{'≤' if self.at_most else '≥'} {self.bound:g}"
        if self.measured is None:
            return self.what, "–", wanted, "not measured"
        met = self.measured <= self.bound if self.at_most else self.measured >= self.bound
        return self.what, f"{self.measured:.2f}", wanted, "yes" if met else "**no**"


TARGETS = ("target", "measured", "wanted", "met")


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with its columns lined up; all but the first are numbers."""
    cells = [tuple(header), *(tuple(row) for row in rows)]
    widths = [max(len(row[k]) for row in cells) for k in range(len(header))]

    def line(row: Sequence[str]) -> str:
        return (
            "| "
            + " | ".join(c.rjust(w) if k else c.ljust(w) for k, (c, w) in enumerate(zip(row, widths, strict=True)))
            + " |"
        )

    ruler = "|" + "|".join("-" * (w + 1) + (":" if k else "-") for k, w in enumerate(widths)) + "|"
    return "\n".join([line(cells[0]), ruler, *map(line, cells[1:])])
