"""Limits in columns: what groups of lines come to, and the proof that a limit is not passed.

Owns: membership, amounts as intervals, and groups that are a whole visit, one code or one line.
Never: looks back further than this visit; visits to which earlier lines may add are set aside. What follows where a limit may be
passed is told by `verdicts.py`.
"""

from collections.abc import Callable, Sequence
from typing import Final

import attrs
import numpy as np

from policy.engine.columnar.amounts import amounts
from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.earlier import WHOLE
from policy.engine.columnar.lookback import look_back
from policy.engine.columnar.view import Array, only
from policy.plan.model import Limit
from policy.values import Type

ONE_GROUP: Final = frozenset({"patient", "claim", "visit", "day", "group", "facility"})
"""Keys that are the same for all lines of a visit."""
SPLITTING: Final = frozenset({"discipline", "provider", "region"})
"""Keys that may differ from line to line; where they do, the visit is set aside."""


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
    perhaps: int
    """The event where it is undetermined whether the limit is passed."""
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
Lacks = Callable[[Chunk, Array], Sequence[tuple[int, Array]]]
"""Of some lines: each fact that may be missing, by its number, with those on which the limit then hangs."""


@attrs.frozen
class Conditions:
    """What was written of a limit for tables of one shape; `None`: nothing hangs on it."""

    member: Member | None = None
    given: Callable[[Chunk, Array], Array] | None = None
    """Which of some lines state the facts of the visit without which the limit is not judged."""
    maxima: Maxima | None = None
    """Where there is not one maximum that always applies."""
    lacks: Lacks | None = None


@attrs.frozen
class Counted:
    """Lines that a limit counts, or may count."""

    lines: Array
    low: Array
    """What each comes to, at least."""
    high: Array
    """And at most; the same array where nothing is unknown."""
    open: Array | None
    """Those of which it is not certain that they are counted; `None`: there are none."""
    before: Array | None = None
    """What earlier lines add to the group of each; `None`: nothing."""

    def of(self, some: Array) -> "Counted":
        """Those at some places."""
        low = self.low[some]
        high = low if self.high is self.low else self.high[some]
        open_, before = (None if one is None else one[some] for one in (self.open, self.before))
        return Counted(self.lines[some], low, high, open_, before)


@attrs.frozen
class Groups:
    """Lines of groups that may come to more than the least maximum."""

    lines: Array
    low: Array
    """What the group of each comes to, at least."""
    high: Array
    """And at most; beyond `UNKNOWN` nothing bounds it."""
    hanging: Array
    """Those in whose group it is not certain that every line is counted."""
    several: Array
    """Those that are not alone in their group."""
    before: Array
    """What of it earlier lines come to."""

    def of(self, some: Array) -> "Groups":
        """Those of a mask."""
        return Groups(
            *(each[some] for each in (self.lines, self.low, self.high, self.hanging, self.several, self.before))
        )

    @staticmethod
    def joined(some: Sequence["Groups"]) -> "Groups":
        """Several of them."""
        names = [field.name for field in attrs.fields(Groups)]
        return Groups(*(np.concatenate([getattr(one, name) for one in some]) for name in names))


def passed(chunk: Chunk, one: WrittenLimit, conditions: Conditions) -> Groups | None:
    """The groups that may pass the least maximum; `None`: there are none."""
    rule, view = one.rule, chunk.view
    lines = np.arange(chunk.lines) if rule.codes is None else chunk.lines_in(rule.codes)
    if not len(lines):
        return None
    if _all_small(chunk, one):
        return None
    if chunk.gated is not None:
        lines = only(lines, ~chunk.gated.take(lines))
    open_: Array | None = None
    if conditions.member is not None and len(lines):
        true, false = conditions.member(chunk, lines)
        open_ = ~true[~false]
        lines = lines[~false]
    if not len(lines):
        return None
    if one.handed:
        chunk.set_aside(lines, rule.at, one.handed)
        return None
    low, high = amounts(chunk, rule, lines)
    if open_ is not None:
        low = low * ~open_
    least = one.least(view.scale)
    added = look_back(chunk, rule, lines, high, least) if one.looks_back else None
    before = None if added is None else added.take(chunk.at.take(lines))
    found = _grouped(chunk, rule, Counted(lines, low, high, open_, before), least)
    return found if conditions.given is None or found is None else found.of(conditions.given(chunk, found.lines))


def _grouped(chunk: Chunk, rule: Limit, all_: Counted, least: int) -> Groups | None:
    """The groups that may come to more than `least`: lines, the lines of a code, or of a visit."""
    if "line" in rule.keys or _lone(chunk, rule):
        return _each(all_, least)
    if "code" not in rule.keys:
        return _together(chunk, rule, all_, chunk.at.take(all_.lines), least)
    twice = chunk.repeated().take(chunk.at.take(all_.lines))
    if not twice.any():
        return _each(all_, least)
    again = all_.of(np.flatnonzero(twice))
    kind = chunk.at.take(again.lines).astype(np.int64) << 32 | chunk.code.take(again.lines)
    order = np.argsort(kind, kind="stable")
    found = _each(all_.of(np.flatnonzero(~twice)), least), _together(chunk, rule, again.of(order), kind[order], least)
    some = [each for each in found if each is not None]
    return Groups.joined(some) if some else None


def _each(all_: Counted, least: int) -> Groups | None:
    """Every line is a group of its own."""
    over = np.flatnonzero((all_.high if all_.before is None else all_.high + all_.before) > least)
    if not len(over):
        return None
    none = np.zeros(len(over), np.bool_)
    hanging = none if all_.open is None else all_.open[over]
    before = np.zeros(len(over), np.int64) if all_.before is None else all_.before[over]
    return Groups(all_.lines[over], all_.low[over] + before, all_.high[over] + before, hanging, none, before)


def _together(chunk: Chunk, rule: Limit, all_: Counted, kind: Array, least: int) -> Groups | None:
    """Lines of one visit that are of one kind, which stand together, are a group."""
    starts = np.concatenate(([0], np.flatnonzero(kind[1:] != kind[:-1]) + 1))
    once = rule.measure in WHOLE or (rule.measure is Type.CODES and "code" in rule.keys)
    sum_ = np.maximum if once else np.add
    before = np.zeros(len(starts), np.int64) if all_.before is None else all_.before[starts]
    highs = sum_.reduceat(all_.high, starts) + before
    over = highs > least
    if not over.any():
        return None
    lows = highs if all_.low is all_.high else sum_.reduceat(all_.low, starts) + before
    sizes = np.diff(np.concatenate((starts, [len(kind)])))
    at = chunk.at.take(all_.lines[starts])
    for key in SPLITTING.intersection(rule.keys):
        mixed = chunk.mixed(key)
        if mixed is not None:
            apart = over & (sizes > 1) & mixed[at]
            chunk.set_visits_aside(at[apart], rule.at, f"lines differ in {key}")
    if rule.measure is Type.CODES and not once:
        chunk.set_visits_aside(at[over & chunk.repeated()[at]], rule.at, "a code on several lines")
    wide = sizes[over]
    hanging = np.zeros(len(starts), np.bool_) if all_.open is None else np.logical_or.reduceat(all_.open, starts)
    each = (lows[over], highs[over], hanging[over], wide > 1, before[over])
    return Groups(all_.lines[np.repeat(over, sizes)], *(np.repeat(one, wide) for one in each))


def _lone(chunk: Chunk, rule: Limit) -> bool:
    """Whether no visit has more than one line that a limit is about: it is about one code of the table, which no visit repeats."""
    if rule.codes is None or len(chunk.view.places_of(rule.codes)) > 1:
        return False
    return not chunk.repeated().any()


def _all_small(chunk: Chunk, one: WrittenLimit) -> bool:
    """Whether no line of any code comes to more than the least maximum, where each is a group of its own and no other line is added."""
    rule = one.rule
    if rule.measure is not Type.UNITS or one.handed or chunk.unknown is not None:
        return False
    most = max(int(units.max()) for units in (chunk.supported, chunk.units()[0]) if units is not None)
    return (
        most <= one.least(chunk.view.scale) and ("line" in rule.keys or _lone(chunk, rule)) and _no_others(chunk, one)
    )


def _no_others(chunk: Chunk, one: WrittenLimit) -> bool:
    """Whether no earlier lines count, or none are there."""
    if not one.looks_back:
        return True
    day = one.rule.window.word == "day"
    return day if chunk.view.others is None else chunk.with_others("day" if day else "before") is None
