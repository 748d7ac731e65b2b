"""Visits that cannot be read: which, and why, in words that name a line and a column and never a value.

Owns: `Refusals`, and gathering what is wrong with the cells of a visit into one sentence.
Never: decides what may stand in a cell.
"""

import re
from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np

from policy.columns.column import Ints
from policy.columns.grouping import Grouping

_NUMBER: Final = re.compile(r"^line \d+: ")
_MORE: Final = re.compile(r"^and \d+ more$")
MOST: Final = 3
"""Problems of one visit that are told; the others are counted."""


@attrs.frozen(eq=False)
class Refusals:
    """Rows of the table that are not in the frame, ascending, each with its reason as an id into `words`."""

    rows: Ints
    reasons: Ints
    words: tuple[str, ...]


class Problems:
    """What is wrong, as it is found: of a row of the table, of a line of a visit, or of a visit as a whole."""

    def __init__(self) -> None:
        self._texts: dict[str, int] = {}
        self._lines: list[tuple[Ints, Ints]] = []
        self._visits: list[tuple[Ints, Ints]] = []
        self._alone: tuple[Ints, int] | None = None

    def of_lines(self, positions: Ints, text: str) -> None:
        """A problem of lines, by their positions among the grouped lines."""
        if positions.size:
            self._lines.append((positions, np.full(len(positions), self._id(text))))

    def of_visits(self, visits: Ints, text: str) -> None:
        """A problem of visits."""
        if visits.size:
            self._visits.append((visits, np.full(len(visits), self._id(text))))

    def only_of_visits(self, visits: Ints, text: str) -> None:
        """A problem of visits, beside which no other of theirs is told."""
        if visits.size:
            self._alone = visits, self._id(text)
            self.of_visits(visits, text)

    def _id(self, text: str) -> int:
        return self._texts.setdefault(text, len(self._texts))

    def __bool__(self) -> bool:
        return bool(self._lines or self._visits)

    def told(self, grouping: Grouping, numbers: Ints) -> tuple[Ints, Ints, tuple[str, ...]]:
        """Visits that have problems, ascending, with a reason each, as an id into words. `numbers`: of each line.

        Problems of the visit come first, then those of its lines in their order.
        """
        every = self._every(grouping, numbers)
        first = np.flatnonzero(np.append(True, every[1:, 0] != every[:-1, 0]))
        count = np.diff(first, append=len(every))
        told = np.zeros((len(first), 1 + 2 * MOST), np.int64)
        told[:, 0] = np.maximum(count - MOST, 0)
        for k in range(MOST):
            has = count > k
            told[has, 1 + 2 * k] = every[first[has] + k, 1]
            told[has, 2 + 2 * k] = every[first[has] + k, 2] + 1
        distinct, ids = np.unique(told, axis=0, return_inverse=True)
        texts = list(self._texts)
        return every[first, 0], ids.reshape(-1), tuple(_sentence(row, texts) for row in distinct.tolist())

    def _every(self, grouping: Grouping, numbers: Ints) -> Ints:
        """Rows of visit, line number (0: of the visit) and text, in the order in which they are told, each once."""
        parts = [(at, np.full(len(at), -1), why, np.zeros(len(at), np.int64)) for at, why in self._visits]
        parts += [(grouping.of(at), at, why, numbers[at]) for at, why in self._lines]
        visit, place, why, number = map(np.concatenate, zip(*parts, strict=True))
        if self._alone is not None:
            stays = ~np.isin(visit, self._alone[0]) | (why == self._alone[1])
            visit, place, why, number = visit[stays], place[stays], why[stays], number[stays]
        order = np.lexsort((why, place, visit))
        every: Ints = np.stack([visit, number, why], axis=1)[order]
        new = np.append(True, (every[1:] != every[:-1]).any(axis=1))
        once: Ints = every[new]
        return once


def problems_of(reason: str) -> str:
    """A reason without the numbers of its lines, each problem once: what lines have in common that cannot be decided."""
    return "; ".join(dict.fromkeys(_NUMBER.sub("", _MORE.sub("and more", problem)) for problem in reason.split("; ")))


def _sentence(row: Sequence[int], texts: Sequence[str]) -> str:
    more, *pairs = row
    said = []
    for number, why in zip(pairs[::2], pairs[1::2], strict=True):
        if why:
            said.append(f"line {number}: {texts[why - 1]}" if number else texts[why - 1])
    return "; ".join(said) + (f"; and {more} more" if more else "")
