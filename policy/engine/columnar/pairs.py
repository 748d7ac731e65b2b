"""Code pairs in columns: which visits hold both sides of some pair, and which of their lines are denied.

Owns: `engine/reference/pairs.py` for pairs that hang on codes, modifiers and conditions.
Never: compares times or keys of two lines; where a pair asks for them and both its sides are there, the visit is set aside.
"""

import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.pair_groups import OTHER, OWN, PairGroup, WrittenPair
from policy.engine.columnar.view import Array, only
from policy.engine.outcome import NOBODY


@attrs.frozen
class Condition:
    """The condition of a pair, asked of some lines."""

    holds: Callable[[Chunk, Array], tuple[Array, Array]]
    """Of which of them it surely holds, and of which it surely does not."""
    lacks: Callable[[Chunk, Array], Sequence[tuple[int, Array]]]
    """Each fact that may be missing, by its number, with the lines on which it then hangs."""


def pairs(chunk: Chunk, groups: Sequence[PairGroup], conditions: Mapping[int, Condition]) -> None:
    """Every pair of which both sides are on a visit; `conditions` by statement."""
    for group in groups:
        _pairs(chunk, group, conditions)


def _pairs(chunk: Chunk, group: PairGroup, conditions: Mapping[int, Condition]) -> None:
    mine, denied = _met(chunk, group)
    if not len(mine):
        return
    here = chunk.any_of_lines(mine)
    if chunk.gated is not None:
        chunk.set_visits_aside(chunk.any_of(chunk.gated) & here, NOBODY, "a pair beside a line that does not count")
    nothing = chunk.billed_nothing()
    apart = int(np.bitwise_or.reduce(denied)) & ~group.plain
    theirs = other = None
    if nothing is not None or apart or group.other:
        theirs = np.flatnonzero(group.lines(chunk, False) & here.take(chunk.at))
        other = group.of_codes(chunk, False).take(chunk.code.take(theirs))
    if nothing is not None:
        for lines in (mine, theirs):
            chunk.set_aside(only(lines, nothing.take(lines)), NOBODY, "a pair with a line billed with no units")
    while apart:
        bit = apart & -apart
        apart ^= bit
        sides = (only(lines, (bits & group.kind(bit)) != 0) for lines, bits in ((mine, denied), (theirs, other)))
        _pair(chunk, group.written[bit.bit_length() - 1], conditions, *sides)
    _at_once(chunk, group, mine, denied, theirs, other)


def _met(chunk: Chunk, group: PairGroup) -> tuple[Array, Array]:
    """The lines of denied sides beside which the other side is on their visit, with the bits of these pairs."""
    theirs = group.lines(chunk, False)
    count = np.count_nonzero(theirs)
    if not count:
        return np.zeros(0, np.intp), np.zeros(0, group.kind)
    other = group.of_codes(chunk, False)
    if 2 * count > chunk.lines:
        there = np.bitwise_or.reduceat(other.take(chunk.code), chunk.starts)
    else:
        lines = np.flatnonzero(theirs)
        there = _of_visits(chunk, lines, other.take(chunk.code.take(lines)), group.kind)
    mine = group.lines(chunk, True)
    if 2 * np.count_nonzero(mine) > chunk.lines:
        denied = group.of_codes(chunk, True).take(chunk.code) & there.take(chunk.at)
        mine = np.flatnonzero(denied != 0)
        return mine, denied.take(mine)
    mine = np.flatnonzero(mine)
    denied = group.of_codes(chunk, True).take(chunk.code.take(mine)) & there.take(chunk.at.take(mine))
    met = np.flatnonzero(denied != 0)
    return mine.take(met), denied.take(met)


def _at_once(chunk: Chunk, group: PairGroup, mine: Array, denied: Array, theirs: Array, other: Array) -> None:
    """The pairs on which nothing else hangs: lines of their denied sides, and where one hangs on them of the other sides, with the bits
    of their pairs."""
    fires = _unreleased(chunk, mine, denied & group.kind(group.plain), group.own)
    some = np.flatnonzero(fires != 0)
    mine, fires = mine.take(some), fires.take(some)
    free = _unreleased(chunk, theirs, other, group.other) if len(mine) else other
    if free is not other:
        fires &= _of_visits(chunk, theirs, free, group.kind).take(chunk.at.take(mine))
        some = np.flatnonzero(fires != 0)
        mine, fires = mine.take(some), fires.take(some)
    if not len(mine):
        return
    for word, shift, of in group.said:
        said = (fires & group.kind(of)).astype(np.uint64)
        said = said << np.uint64(shift) if shift >= 0 else said >> np.uint64(-shift)
        chunk.word_of(word)[mine] |= said.astype(chunk.view.bits.type(word))
    chunk.cut(mine, 0)


def _unreleased(chunk: Chunk, lines: Array, bits: Array, releases: Sequence[tuple[int, int]]) -> Array:
    """The pairs of each line that no modifier on it releases; the same array where none is."""
    if not releases:
        return bits
    marks = chunk.marks_of(lines)
    any_ = functools.reduce(operator.or_, (mask for mask, _ in releases))
    carrying = np.flatnonzero((marks & any_) != 0)
    if not len(carrying):
        return bits
    marks, out = marks.take(carrying), bits.copy()
    kept = np.full(len(carrying), ~bits.dtype.type(0))
    for mask, of in releases:
        kept &= ~np.multiply((marks & mask) != 0, bits.dtype.type(of), dtype=bits.dtype)
    out[carrying] &= kept
    return out


def _of_visits(chunk: Chunk, lines: Array, bits: Array, kind: Any) -> Array:
    """The bits of some lines, ascending, together for each visit."""
    out = np.zeros(chunk.count, kind)
    at = chunk.at.take(lines)
    same = at[1:] == at[:-1]
    if same.any():
        first = np.flatnonzero(np.append(True, ~same))
        out[at[first]] = np.bitwise_or.reduceat(bits, first)
    else:
        out[at] = bits
    return out


def _pair(chunk: Chunk, one: WrittenPair, conditions: Mapping[int, Condition], lines: Array, partners: Array) -> None:
    """One pair with a condition, or that is handed over, on the visits that hold both its sides: `lines` of the denied side, `partners`
    of the other."""
    if one.handed:
        chunk.set_aside(lines, one.rule.at, one.handed)
        return
    condition = conditions[one.rule.at]
    lines = only(lines, ~condition.holds(chunk, lines)[1])
    for on, mask in one.releases:
        if on in OWN:
            lines = only(lines, (chunk.marks_of(lines) & chunk.view.mark_type(mask)) == 0)
    if not len(lines):
        return
    lines = _with_a_free_partner(chunk, one, lines, partners)
    _perhaps(chunk, one, condition, lines)
    lines = only(lines, condition.holds(chunk, lines)[0])
    chunk.say(lines, one.event)
    chunk.cut(lines, 0)


def _with_a_free_partner(chunk: Chunk, one: WrittenPair, lines: Array, partners: Array) -> Array:
    """Those of some lines that have a partner on their visit on which nothing releases the pair."""
    free = np.ones(len(partners), np.bool_)
    for on, mask in one.releases:
        if on in OTHER:
            free &= (chunk.marks_of(partners) & chunk.view.mark_type(mask)) == 0
    if free.all():
        return lines
    fires = np.zeros(chunk.count, np.bool_)
    fires[chunk.at.take(only(partners, free))] = True
    return only(lines, fires.take(chunk.at.take(lines)))


def _perhaps(chunk: Chunk, one: WrittenPair, condition: Condition, lines: Array) -> None:
    """What is said of lines that are denied if the pair's condition holds, of which it is undetermined whether it does."""
    true, false = condition.holds(chunk, lines)
    open_ = only(lines, ~(true | false))
    if not len(open_):
        return
    chunk.say(open_, one.perhaps)
    for event, mask in condition.lacks(chunk, open_):
        chunk.say(only(open_, mask), event)
    chunk.bounds()[0][open_] = 0
