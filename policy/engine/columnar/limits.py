"""Limits in columns: the proof that a limit is not passed, and what follows where that needs no order among lines.

Owns: `engine/reference/limits.py` for groups that are a whole visit, one code or one line, with everything known.
Never: chooses which of several lines gives way, or looks back further than this visit; such visits are set aside.
"""

from collections.abc import Callable, Sequence
from typing import Final

import attrs
import numpy as np

from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.view import Array, only
from policy.plan.model import Limit
from policy.values import Type

WHOLE: Final = frozenset({Type.VISITS, Type.DAYS})
ONE_GROUP: Final = frozenset({"patient", "claim", "visit", "day", "group", "facility"})
"""Keys that are the same for all lines of a visit."""
SPLITTING: Final = frozenset({"discipline", "provider", "region"})
"""Keys that may differ from line to line; where they do, the visit is set aside."""
UNBOUNDED: Final = np.iinfo(np.int64).max
SEVERAL: Final = "one of several lines gives way"


@attrs.frozen
class WrittenLimit:
    """A limit with what was worked out of it for tables of one shape."""

    rule: Limit
    denied: int
    """The event of a line that loses everything."""
    reduced: int
    """The event of a line that keeps something."""
    told: int
    """The event of an effect that takes nothing."""
    marks: int
    """The bits of the modifiers that it asks for."""
    most: tuple[int, ...]
    """Every maximum that may apply, ten thousand times."""
    scaled: bool
    """Whether what is measured has the scale of the answer's units; else it is whole."""
    looks_back: bool
    """Earlier lines may count."""
    handed: str
    """Why its shape is not written out and every visit that it is about is set aside; empty: it is."""
    hangs: str
    """What it depends on whether a line is counted."""
    chosen: str
    """What it depends on which maximum applies."""

    def amounts(self, scale: int) -> tuple[int, ...]:
        """The maxima, at the scale of what is measured. In whole units a part of one is no more than none."""
        return tuple(most * (scale if self.scaled else 1) // 10_000 for most in self.most)

    def least(self, scale: int) -> int:
        """The least of the maxima."""
        return min(self.amounts(scale))


Truths = tuple[Array, Array]
"""Of some lines: of which something is surely true, and of which it is surely false."""
Member = Callable[[Chunk, Array], Truths]
"""Which of some lines are counted."""
Maxima = Callable[[Chunk, Array], Sequence[Truths]]
"""Of which of some lines the condition of each maximum holds."""


@attrs.frozen
class Passed:
    """Lines of groups that measure more than the least maximum."""

    lines: Array
    measured: Array
    """What the group of each comes to, at most."""
    hanging: Array | None
    """Those in whose group it is not certain that every line is counted; `None`: there are none."""
    several: Array | None
    """Those that are not alone in their group; `None`: there are none."""

    def of(self, some: Array) -> "Passed":
        """Those of a mask."""
        rest = [None if one is None else one[some] for one in (self.hanging, self.several)]
        return Passed(self.lines[some], self.measured[some], *rest)


def limit(
    chunk: Chunk, one: WrittenLimit, member: Member | None = None, given: Callable[[Chunk, Array], Array] | None = None,
    maxima: Maxima | None = None,
) -> None:  # fmt: skip
    """Judges one limit. `given`: of some lines, which state the facts of the visit without which it is not judged; `maxima`: where
    there is not one that always applies."""
    rule, view = one.rule, chunk.view
    lines = np.arange(chunk.lines) if rule.codes is None else np.flatnonzero(view.in_codes(rule.codes, chunk.code))
    if chunk.gated is not None:
        lines = only(lines, ~chunk.gated.take(lines))
    open_: Array | None = None
    if member is not None and len(lines):
        true, false = member(chunk, lines)
        open_ = ~true[~false]
        lines = lines[~false]
    if not len(lines):
        return
    if one.handed:
        chunk.set_aside(lines, rule.at, one.handed)
        return
    if one.looks_back:
        _look_back(chunk, rule, lines)
    amounts = _amounts(chunk, rule, lines)
    if amounts is None:
        chunk.set_aside(lines, rule.at, "line.minutes missing")
        return
    keys = set(rule.keys)
    least = one.least(view.scale)
    if "line" in keys or "code" in keys or _lone(chunk, rule):
        apart = amounts > least
        passed = only(lines, apart)
        if not len(passed):
            return
        if "line" not in keys:
            chunk.set_aside(passed[chunk.repeated()[chunk.at[passed]]], rule.at, SEVERAL)
        found = Passed(passed, amounts[apart], None if open_ is None else open_[apart], None)
    else:
        at = chunk.at[lines]
        edges = np.flatnonzero(at[1:] != at[:-1]) + 1
        starts = np.concatenate(([0], edges))
        sums = (np.maximum if rule.measure in WHOLE else np.add).reduceat(amounts, starts)
        over = sums > least
        if not over.any():
            return
        sizes = np.diff(np.concatenate((starts, [len(lines)])))
        for key in SPLITTING & keys:
            mixed = chunk.mixed(key)
            if mixed is not None:
                apart = over & (sizes > 1) & mixed[at[starts]]
                chunk.set_visits_aside(at[starts[apart]], rule.at, f"lines differ in {key}")
        spread, wide = np.repeat(over, sizes), sizes[over]
        hanging = None if open_ is None else np.repeat(np.logical_or.reduceat(open_, starts)[over], wide)
        found = Passed(lines[spread], np.repeat(sums[over], wide), hanging, np.repeat(wide > 1, wide))
    if given is not None:
        found = found.of(given(chunk, found.lines))
    _judge(chunk, one, found, maxima)


def _judge(chunk: Chunk, one: WrittenLimit, found: Passed, maxima: Maxima | None) -> None:
    """What is above the least maximum: which one applies, whether it is passed for certain, and what follows."""
    rule = one.rule
    most: Array | int = one.least(chunk.view.scale)
    if maxima is not None and len(found.lines):
        low, high = _bounds(one.amounts(chunk.view.scale), maxima(chunk, found.lines))
        above = found.measured > low
        found, low, high = found.of(above), low[above], high[above]
        sure = found.measured > high
        if rule.excess == "deny the excess":
            sure &= low == high
        chunk.set_aside(found.lines[~sure], rule.at, one.chosen)
        found, most = found.of(sure), low[sure]
    if found.hanging is not None:
        chunk.set_aside(found.lines[found.hanging], rule.at, one.hangs)
    if rule.excess == "deny the excess" and found.several is not None and found.several.any():
        chunk.set_aside(found.lines[found.several], rule.at, SEVERAL)
        most = most if isinstance(most, int) else most[~found.several]
        found = found.of(~found.several)
    if len(found.lines):
        _follow(chunk, one, found.lines, most)


def _bounds(amounts: Sequence[int], conditions: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
    """Of each line the least and the greatest of the maxima that may apply: the first that surely does, and those above it that may.

    Where none surely applies there may be no bound; where none may apply there is none, and nothing is passed.
    """
    low = np.full(len(conditions[0][0]), UNBOUNDED)
    high = np.full(len(low), -1)
    open_ = np.ones(len(low), np.bool_)
    for amount, (true, false) in zip(amounts, conditions, strict=True):
        may = open_ & ~false
        low[may] = np.minimum(low[may], amount)
        high[may] = np.maximum(high[may], amount)
        open_ &= ~true
    high[open_] = UNBOUNDED
    return low, high


def _lone(chunk: Chunk, rule: Limit) -> bool:
    """Whether no visit has more than one line that a limit is about: it is about one code of the table, which no visit repeats."""
    if rule.codes is None or chunk.view.codes_in(rule.codes) > 1:
        return False
    return not chunk.repeated().any()


def _look_back(chunk: Chunk, rule: Limit, lines: Array) -> None:
    """Sets aside the visits to whose amount earlier lines may add."""
    others = chunk.view.others
    if others is None:
        if rule.window.word != "day":
            chunk.set_aside(lines, rule.at, "earlier lines are not known")
        return
    day, before = others
    added = chunk.any_of_lines(lines) & (day if rule.window.word == "day" else before)[chunk.visits]
    chunk.set_visits_aside(added, rule.at, "earlier lines may add to it")


def _amounts(chunk: Chunk, rule: Limit, lines: Array) -> Array | None:
    """What each line counts for (`measuring.amount`), where that is known of every line; lines of which it is not are set aside."""
    if rule.measure is Type.MINUTES:
        if chunk.view.column("line.minutes") is None:
            return None
        given = chunk.given("line.minutes")
        if given is not None:
            chunk.set_aside(lines[~given[lines]], rule.at, "line.minutes missing")
        minutes = chunk.minutes()[lines]
        return minutes * (chunk.allowed[lines] > 0) if rule.counting == "allowed" else minutes
    if rule.counting == "billed" and rule.measure is not Type.UNITS:
        return np.ones(len(lines), np.int32)
    if rule.counting == "billed":
        billed, given = chunk.units()
        if billed is None:
            units = chunk.supported[lines]
        else:
            units = billed[lines] if given is None else np.where(given[lines], billed[lines], chunk.supported[lines])
        return units
    units = (chunk.allowed if rule.counting == "allowed" else chunk.supported)[lines]
    return units if rule.measure is Type.UNITS else (units > 0).astype(np.int32)


def _follow(chunk: Chunk, one: WrittenLimit, lines: Array, most: Array | int) -> None:
    """What follows for lines of groups that have passed the maximum."""
    rule = one.rule
    if rule.excess == "deny the excess" and rule.measure is not Type.UNITS:
        chunk.set_aside(lines, rule.at, f"what is above it is taken away by {rule.measure.name.lower()}")
    elif rule.excess == "deny the excess":
        cut = chunk.allowed[lines] > most
        lines, left = lines[cut], np.full(len(lines), most)[cut]
        chunk.say(lines[left > 0], one.reduced)
        chunk.say(lines[left == 0], one.denied)
        chunk.allowed[lines] = left
    elif rule.excess == "deny every unit":
        chunk.say(lines, one.denied)
        chunk.allowed[lines] = 0
    elif rule.excess == "modifier":
        lines = lines[(chunk.marks_of(lines) & chunk.view.mark_type(one.marks)) == 0]
        chunk.say(lines, one.denied)
        chunk.allowed[lines] = 0
    else:
        chunk.say(lines, one.told)
