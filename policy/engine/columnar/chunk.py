"""What is found out about some ten thousand visits while they are evaluated.

Owns: the lines' units, the bits of what was said of them, and which visits are set aside for the compiled evaluator.
Never: decides; the written steps write here.
"""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from policy.engine.columnar.selection import Selection
from policy.engine.columnar.spaces import Lines
from policy.engine.columnar.view import Array, View, only

Why = tuple[int, str]
"""A statement, or `NOBODY`, and in words what of it hangs on something."""


class Chunk(Selection):
    """Some visits of a frame, and what was found out about them."""

    def __init__(self, view: View, visits: Array | slice) -> None:
        super().__init__(view, visits)
        self.aside = np.zeros(self.count, np.bool_)
        """Visits that are handed to the compiled evaluator."""
        self.asides: Counter[Why] = Counter()
        """Why they are: how many each reason was the first to set aside."""
        self.gated: Array | None = None
        self.supported: Array = np.zeros(self.lines, self.units_type)
        self.allowed: Array = self.supported
        self.least: Array | None = None
        """The fewest units that can be allowed on each line, where `allowed` are the most; `None`: the same."""
        self.unknown: Array | None = None
        """The lines of which nothing is known of what their minutes support, as a mask."""
        self.untold: Array | None = None
        """Those of them that are not told to have no units, because they bill none."""
        self.bits: dict[int, Array] = {}
        """What was said of each line: words of bits, by their number."""
        self.timed: Array | None = None
        """The lines whose minutes are counted, as a mask."""
        self.advised: Array | None = None
        """The lines that were advised to bill more."""
        self.tie: Array | None = None
        self.amount: Array | None = None
        """What is paid for each line, times 10,000 (-1: not known); `None`: nothing is said of it."""
        self.line_space = Lines(self)

    def of_slot(self, slots: Callable[[str], int], slot: int) -> Array:
        """The lines whose code is in a count (by number; -1: one unit a day, -2: none) and that are not gated, as a mask."""
        mine = self.view.lines_of(("slot", slot), lambda code: slots(code) == slot, self.code)
        return mine if self.gated is None else mine & ~self.gated

    def by_day(self, lines: Array) -> None:
        """One unit for each line of a mask, whatever its minutes; gated lines have none."""
        self.supported = lines * self.units_type(self.view.scale)
        if self.gated is not None:
            self.supported[self.gated] = 0

    def support_unknown(self, lines: Array, events: Sequence[int], always: bool) -> None:
        """Nothing is known of what supports some lines, which is said of those that bill units, or of all of them (`always`)."""
        if self.unknown is None or self.untold is None:
            self.unknown, self.untold = np.zeros(self.lines, np.bool_), np.zeros(self.lines, np.bool_)
        self.unknown[lines] = True
        billed, given = self.units()
        if billed is not None and not always:
            some = billed.take(lines) != 0
            lines = only(lines, some if given is None else some | ~given.take(lines))
        self.untold[lines] = True
        for event in events:
            self.say(lines, event)

    @property
    def unbounded(self) -> int:
        """What is allowed at most where nothing bounds it."""
        return int(np.iinfo(self.units_type).max)

    def bounds(self) -> tuple[Array, Array]:
        """The fewest and the most units that can be allowed on each line, to be written."""
        if self.least is None:
            self.least = self.allowed.copy()
        return self.least, self.allowed

    def cut(self, lines: Array, left: Array | int) -> None:
        """No more than `left` units are allowed on some lines."""
        self.allowed[lines] = left
        if self.least is not None:
            self.least[lines] = np.minimum(self.least[lines], left)

    def say(self, lines: Array, event: int) -> None:
        """Something was said of some lines (indexes, each once)."""
        word, mask = self.view.bits.place(event)
        self.word_of(word)[lines] |= self.view.bits.type(word)(mask)

    def any_bit(self, masks: dict[int, int]) -> Array:
        """The lines of which any of some things was said, as a mask; they are bits by word."""
        out = np.zeros(self.lines, np.bool_)
        for word, mask in masks.items():
            if word in self.bits:
                out |= (self.bits[word] & self.view.bits.type(word)(mask)) != 0
        return out

    def word_of(self, word: int) -> Array:
        """A word of bits of every line."""
        if word not in self.bits:
            self.bits[word] = np.zeros(self.lines, self.view.bits.type(word))
        return self.bits[word]

    def set_aside(self, lines: Array, at: int, why: str) -> None:
        """Sets aside the visits of some lines (indexes), because of something about a statement."""
        if len(lines):
            self.set_visits_aside(self.at[lines], at, why)

    def set_visits_aside(self, visits: Array, at: int, why: str) -> None:
        """Sets aside some visits: a mask, or indexes."""
        if visits.dtype == np.bool_:
            self.aside |= visits
        else:
            self.aside[visits] = True
        new = int(np.count_nonzero(self.aside)) - self.asides.total()
        if new:
            self.asides[at, why] += new

    def tied(self, lines: Array, tie: Array | None) -> None:
        """Lines of equal remainders among which the provider chooses."""
        if tie is not None:
            if self.tie is None:
                self.tie = np.zeros(self.lines, np.bool_)
            self.tie[lines[tie]] = True

    def without(self, under: dict[int, int], worse: dict[int, int]) -> None:
        """Takes the advice to bill more from the lines of which something worse was said; both as bits by word."""
        lines = self.advised
        if lines is None or not len(lines):
            return
        bad = np.zeros(len(lines), np.bool_)
        for word, mask in worse.items():
            if word in self.bits:
                bad |= (self.bits[word][lines] & self.view.bits.type(word)(mask)) != 0
        for word, mask in under.items():
            if word in self.bits and bad.any():
                self.bits[word][lines[bad]] &= ~self.view.bits.type(word)(mask)
