"""Total time in columns: the pool's minutes decide its units; whole blocks to each line, the rest one each by the leftover rule.

Owns: the arithmetic of `engine/reference/methods.py:total_time` for pools of which every minute is known. Lines are ranked inside
their pool without sorting and without splitting pools by size: each is compared with the one, two, … lines after it.
Never: guesses. Minutes are whole minutes; units are whole.
"""

import functools
from typing import Final

import attrs
import numpy as np

from policy.engine.columnar.pools import Countable, Pools
from policy.engine.columnar.view import Array
from policy.plan.model import Count, Steps
from policy.values import MAX_MINUTES

MAX_POOL: Final = 24
"""Lines of one pool that are ranked against each other in columns."""
SHORT: Final = 8
"""Lines of a pool that is compared along with all others; the few longer ones are compared once more by themselves."""

_LOW: Final = 12
"""Bits for the whole blocks of a pool's lines, below its minutes: 24 lines of 1,440 minutes have no more than 2,304 of 15."""
_BLOCKS: Final = (1 << _LOW) - 1
_MINUTES: Final = 11
"""Bits for the minutes of one line, and for the rank that they give it."""


@attrs.frozen
class _ByMinutes:
    """What follows from the minutes of one line, by minutes."""

    low: Array
    """Minutes above whole blocks, as one uint32: summed together."""
    key: Array
    """The greater, the earlier the line has one of the units that are left; 0 for a line without remainder. Int16."""


def total_time(counted: Countable, count: Count, minutes: Array, made: Pools) -> tuple[Array, Array | None]:
    """The units of each line of the pools, in their order, and the mask of lines that the provider chooses among (`None`: none)."""
    lines, starts, sizes = made.lines, made.starts, made.sizes
    steps = count.steps
    assert steps is not None
    if count.leftover == "no code":
        return (minutes // steps.of).astype(np.int32), None
    longest = int(sizes.max(initial=0))
    if longest > MAX_POOL:
        wide = np.flatnonzero(np.repeat(sizes > MAX_POOL, sizes))
        counted.set_aside(wide if lines is None else lines[wide], count.at, f"more than {MAX_POOL} lines in a pool")
    chosen = count.ties == "provider" and count.leftover != "first line"
    by_minutes = _by_minutes(steps.of, count.leftover, "provider" if chosen else count.ties)
    low, key = by_minutes.low.take(minutes), by_minutes.key.take(minutes)
    ends = starts + sizes
    # The sum of one pool fits; those of all wrap round, which differences do not mind.
    sums = np.zeros(len(low) + 1, np.uint32)
    np.add.accumulate(low, out=sums[1:])
    total = (sums.take(ends) - sums.take(starts)).view(np.int32)
    left = _reached(steps).take(total >> _LOW, mode="clip") - (total & _BLOCKS)  # clipped: pools that are set aside
    at = made.at
    wishes = _wishes(counted, lines, minutes // steps.of) if chosen else None
    ranked = _keys(at, key, wishes, minutes)
    last = count.ties == "last line" and count.leftover != "first line"
    # A line has a unit while fewer lines are before it than there are units left: it begins behind all that follow it in its pool.
    end = (ends - np.clip(left, 0, MAX_POOL)).astype(np.int32)
    behind = (end.take(at) - np.arange(1, len(low) + 1, dtype=np.int32)).astype(np.int8)
    long_ = np.flatnonzero(np.repeat(sizes > SHORT, sizes)) if longest > SHORT else None
    own = None if long_ is None else behind.take(long_)
    _compare(ranked, behind, min(longest, SHORT), last)
    if own is not None:
        _compare(ranked.take(long_), own, min(longest, MAX_POOL), last)
        behind[long_] = own
    placed = (behind < 0) & (key > 0)
    return (low & _BLOCKS).view(np.int32) + placed, _tied(key, placed, at, starts) if chosen else None


def _compare(ranked: Array, behind: Array, longest: int, last: bool) -> None:
    """Takes from each line's place behind the lines that follow those that it is before. Equal ones: the first is, or the last."""
    for lag in range(1, longest):
        ahead, after = ranked[:-lag], ranked[lag:]
        before = (ahead > after if last else ahead >= after).view(np.int8)
        behind[lag:] += before
        behind[:-lag] -= before


def _keys(at: Array, key: Array, wishes: Array | None, minutes: Array) -> Array:
    """What lines are ranked by: those of a later pool are greater, so that no line is before one of another pool."""
    if wishes is None:
        wide = at if len(at) < 1 << 31 - _MINUTES else at.astype(np.int64)
        ranked = wide << _MINUTES
        ranked |= key
        return ranked
    own = (key.astype(np.int64) << 2 | wishes) << _MINUTES | minutes
    return at.astype(np.int64) << 2 * _MINUTES + 2 | own


def _wishes(counted: Countable, lines: Array | None, blocks: Array) -> Array:
    """2: billed above its blocks; 1: not billed yet; 0: billed at its blocks."""
    billed, given = counted.units()
    if billed is None:
        return np.ones(len(blocks), np.int64)
    if lines is not None:
        billed, given = billed.take(lines), None if given is None else given.take(lines)
    wish = (billed > blocks * counted.view.scale) * np.int64(2)
    return wish if given is None else np.where(given, wish, np.int64(1))


def _tied(key: Array, placed: Array, at: Array, starts: Array) -> Array | None:
    """The lines of equal rank of which some had a unit and some had not; `None`: there are none."""
    last = np.minimum.reduceat(np.where(placed, key, np.int16(np.iinfo(np.int16).max)), starts)
    following = np.maximum.reduceat(key * ~placed, starts)
    tied = (last == following) & (following > 0)
    return key == np.where(tied, last, np.int16(-1)).take(at) if tied.any() else None


@functools.cache
def _reached(steps: Steps) -> Array:
    """Units that so many minutes of one pool reach (`Steps.reached`), by minutes."""
    minutes = np.arange(MAX_POOL * MAX_MINUTES + 1, dtype=np.int32)
    last = steps.thresholds[-1]
    units = np.searchsorted(np.array(steps.thresholds), minutes, side="right").astype(np.int32)
    return units if steps.every is None else units + np.maximum(minutes - last, 0) // np.int32(steps.every)


@functools.cache
def _by_minutes(length: int, leftover: str, ties: str) -> _ByMinutes:
    """Of lines of one plan. Of lines that the provider chooses among, the key tells only what the leftover rule ranks by."""
    minutes = np.arange(MAX_MINUTES + 1)
    blocks = minutes // length
    rest = minutes - length * blocks
    settled = minutes if leftover != "first line" and ties == "most minutes" else 0 * minutes
    first = {"largest remainder": rest, "most minutes": minutes}.get(leftover, 0 * minutes + 1)
    ranked = (first << _MINUTES | settled) * (rest > 0)
    _, key = np.unique(np.append(0, ranked), return_inverse=True)
    return _ByMinutes((minutes << _LOW | blocks).astype(np.uint32), key[1:].astype(np.int16))
