"""Visits with a code on several lines: its lines are counted as one, and its units spread over them.

Owns: `engine/reference/counting.py` for such visits, in columns: minutes and billed units by code, untimed codes that have one unit for all
their lines, and a code's units on its lines up to what each billed.
Never: a method's arithmetic (`kernels.allocated`). Most tables have few such visits, so here lines are sorted; others are not touched.
"""

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from policy.engine.columnar import kernels
from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.pools import Pools
from policy.engine.columnar.view import Array, View
from policy.engine.outcome import NOBODY
from policy.plan.model import Count
from policy.values import MAX_MINUTES


def count(chunk: Chunk, rule: Count, mine: Array, keys: Sequence[str], unknown: Sequence[int]) -> None:
    """`kernels.count`, code by code in visits with a code on several lines."""
    again = chunk.repeated()
    if again.any():
        twice = mine & again[chunk.at]
        if twice.any():
            _count(chunk, rule, twice, keys, unknown)
            mine = mine & ~twice
            if not mine.any():
                return
    kernels.count(chunk, rule, mine, keys, unknown)


def by_day(chunk: Chunk, mine: Array) -> None:
    """`Chunk.by_day`; a code on several lines has one unit for all of them that are of one discipline."""
    chunk.by_day(mine)
    again = chunk.repeated()
    lines = np.flatnonzero(mine & again.take(chunk.at)) if again.any() else ()
    if not len(lines):
        return
    key = chunk.key("discipline")
    if key is not None:
        _apart_by_discipline(chunk, key, lines)
    groups = Groups.of(chunk, lines, np.zeros(len(lines), np.int32) if key is None else key.take(lines))
    chunk.supported[groups.lines] = groups.spread(
        chunk, np.full(len(groups.starts), chunk.view.scale, chunk.units_type)
    )


def _apart_by_discipline(chunk: Chunk, key: Array, lines: Array) -> None:
    """Sets aside visits with a code of which one line does not say of which discipline it is, while some line of the visit does."""
    groups = Groups.of(chunk, lines, np.zeros(len(lines), np.int32))
    silent = np.logical_or.reduceat(key.take(groups.lines) == 0, groups.starts) & (groups.sizes > 1)
    first = groups.first[silent]
    stated = chunk.any_of(key > 0)[chunk.at.take(first)]
    chunk.set_aside(first[stated], NOBODY, "some lines state what keeps pools apart, some do not")


@attrs.frozen
class Groups:
    """Lines of one visit, of one pool and of one code, group by group, the lines of each in claim order."""

    lines: Array
    starts: Array
    """Where each group begins among `lines`."""
    sizes: Array
    pool: Array
    """What keeps each group apart from others of its visit and code."""

    @staticmethod
    def of(chunk: Chunk, lines: Array, pool: Array) -> "Groups":
        """The groups of some lines, ascending. `pool`: what keeps lines of one visit apart."""
        code, at = chunk.code.take(lines), chunk.at.take(lines)
        order = np.lexsort((code, pool, at))
        code, pool, at = code[order], pool[order], at[order]
        new = (code[1:] != code[:-1]) | (pool[1:] != pool[:-1]) | (at[1:] != at[:-1])
        starts = np.concatenate(([0], np.flatnonzero(new) + 1))
        return Groups(lines[order], starts, np.diff(starts, append=len(lines)), pool[starts])

    @property
    def first(self) -> Array:
        """The first line of each group."""
        return self.lines[self.starts]

    def sum(self, values: Array) -> Array:
        """The sum over the lines of each group."""
        return np.add.reduceat(values.take(self.lines), self.starts)

    def spread(self, chunk: Chunk, units: Array) -> Array:
        """The units of each group on its lines: up to what each billed, in claim order; the rest to the first line that does not say
        what it billed, or, when all do, to the first."""
        billed, given = chunk.units()
        bills = np.zeros(len(self.lines), units.dtype) if billed is None else billed.take(self.lines)
        silent = np.full(len(self.lines), billed is None)
        if given is not None:
            silent = ~given.take(self.lines)
            bills = np.where(silent, 0, bills)
        before = np.cumsum(bills) - bills
        before = before - np.repeat(before[self.starts], self.sizes)
        out = np.clip(np.repeat(units, self.sizes) - before, 0, bills)
        place = np.arange(len(self.lines))
        last = len(self.lines)
        asks = np.minimum.reduceat(np.where(silent, place, last), self.starts)
        rest = np.where(asks < last, asks, self.starts)
        out[rest] += units - np.add.reduceat(out, self.starts)
        return out


@attrs.frozen
class Codes:
    """The codes of pools in the place of lines: `Countable`."""

    chunk: Chunk
    first: Array
    """The first line of each code."""
    billed: Array | None
    given: Array | None

    @property
    def view(self) -> View:
        """The chunk's."""
        return self.chunk.view

    @property
    def units_type(self) -> Any:
        """The chunk's."""
        return self.chunk.units_type

    def units(self) -> tuple[Array | None, Array | None]:
        """What the lines of each code billed together, and of which codes any does (`None`: of all)."""
        return self.billed, self.given

    def set_aside(self, codes: Array, at: int, why: str) -> None:
        """Sets aside the visits of some codes."""
        self.chunk.set_aside(self.first[codes], at, why)


def _count(chunk: Chunk, rule: Count, mine: Array, keys: Sequence[str], unknown: Sequence[int]) -> None:
    """Pools of codes, of lines that are all in visits with a code on several of them."""
    given = chunk.given("line.minutes")
    if given is not None:
        some = chunk.any_of(mine & ~given) & chunk.any_of(mine & given)
        chunk.set_visits_aside(some, rule.at, "line.minutes missing on some lines")
    if given is not None or chunk.view.column("line.minutes") is None:
        mine = kernels.of_known_minutes(chunk, rule, mine, given, keys, unknown)
        if not mine.any():
            return
    chunk.timed = mine if chunk.timed is None else chunk.timed | mine
    apart = [key for key in (chunk.key(name) for name in keys) if key is not None]
    lines, made = kernels.pools(chunk, rule, np.flatnonzero(mine), apart)
    ascending = np.argsort(lines)
    groups = Groups.of(chunk, lines[ascending], made.at[ascending])
    minutes = groups.sum(chunk.minutes())
    chunk.set_aside(groups.first[minutes > MAX_MINUTES], rule.at, f"a code of more than {MAX_MINUTES} minutes")
    minutes = np.minimum(minutes, MAX_MINUTES)
    turn = np.lexsort((groups.first, groups.pool))
    home = groups.pool[turn]
    starts = np.concatenate(([0], np.flatnonzero(home[1:] != home[:-1]) + 1))
    codes = Codes(chunk, groups.first[turn], *_billed(chunk, groups, turn))
    of_codes = Pools(np.arange(len(home)), starts, np.diff(starts, append=len(home)))
    units, tie = kernels.allocated(codes, rule, minutes[turn], of_codes)
    back = np.empty(len(turn), np.int64)
    back[turn] = np.arange(len(turn))
    chunk.supported[groups.lines] = groups.spread(chunk, units[back].astype(chunk.units_type))
    if tie is not None:
        chunk.tied(groups.lines, np.repeat(tie[back], groups.sizes))


def _billed(chunk: Chunk, groups: Groups, turn: Array) -> tuple[Array | None, Array | None]:
    """What the lines of each group billed together, and which groups have a line that says it; in an order."""
    billed, given = chunk.units()
    if billed is None:
        return None, None
    if given is None:
        return groups.sum(billed)[turn], None
    return groups.sum(billed * given)[turn], np.logical_or.reduceat(given.take(groups.lines), groups.starts)[turn]
