"""What the written code calls to count: pools of lines, whole blocks and remainders.

Owns: the arithmetic of `engine/reference/counting.py` and `methods.py` in columns, for pools of which every minute is known.
Never: guesses. A visit with a pool that is not known is set aside. Minutes are whole minutes; units are at the scale of the answer.
"""

import functools
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.view import Array, only
from policy.engine.reference.methods import parts_of
from policy.plan.model import Count, Steps
from policy.values import MAX_MINUTES

MAX_POOL: Final = 24
"""Lines of one pool that are ranked against each other in columns."""

_LOW: Final = 12
"""Bits for the whole blocks of a pool's lines, below its minutes: 24 lines of 1,440 minutes have no more than 2,304 of 15."""
_BLOCKS: Final = (1 << _LOW) - 1
_MINUTES: Final = 11
"""Bits for the minutes of one line."""
_PLACE: Final = 5
"""Bits for the place of a line in its pool."""

Pools = tuple[Array | None, Array, Array]
"""The lines of a count, pool by pool in claim order (`None`: all lines); where each pool begins among them; how many lines it has."""


def count(chunk: Chunk, rule: Count, mine: Array, keys: Sequence[str], unknown: Sequence[int]) -> None:
    """Gives the lines of a mask the units that their minutes support. `keys`: what keeps pools of one visit apart; `unknown`: what is
    said of lines of which nobody knows."""
    given = chunk.given("line.minutes")
    if given is not None or chunk.view.column("line.minutes") is None:
        mine = _of_known_minutes(chunk, rule, mine, given, keys, unknown)
        if not mine.any():
            return
    chunk.timed = mine if chunk.timed is None else chunk.timed | mine
    apart = [key for key in (chunk.key(name) for name in keys) if key is not None]
    if not apart and 2 * np.count_nonzero(mine) > chunk.lines:
        # Most lines count and no visit is split: the visits are the pools, and lines that do not count have no minutes.
        units, tie = allocated(chunk, rule, chunk.minutes() * mine, (None, chunk.starts, chunk.sizes))
        chunk.supported = chunk.supported + units
        if tie is not None:
            chunk.tied(np.arange(chunk.lines), tie)
        return
    lines, starts, sizes = pools(chunk, rule, np.flatnonzero(mine), apart)
    units, tie = allocated(chunk, rule, chunk.minutes().take(lines), (lines, starts, sizes))
    chunk.supported[lines] = units
    chunk.tied(lines, tie)


def _of_known_minutes(
    chunk: Chunk, rule: Count, mine: Array, given: Array | None, keys: Sequence[str], unknown: Sequence[int]
) -> Array:
    """The lines of a mask whose minutes are given. Pools of which none are given are said to be unknown; visits in which some are and
    some are not, or a total is stated, or a line does not say in which pool it is, are set aside."""
    missing = mine if given is None else mine & ~given
    if not missing.any():
        return mine
    visits = chunk.any_of(missing)
    stated = chunk.view.column("visit.timed_minutes")
    if stated is not None:
        told = stated[0].known
        odd = visits if told is None else visits & told[chunk.visits]
        chunk.set_visits_aside(odd, rule.at, "line.minutes missing, visit.timed_minutes given")
    if given is not None and rule.method != "each":
        chunk.set_visits_aside(visits & chunk.any_of(mine & given), rule.at, "line.minutes missing on some lines")
    for key in (chunk.key(name) for name in keys):
        if key is not None:
            odd = chunk.any_of(key == 0) & chunk.any_of(key != 0)
            chunk.set_visits_aside(visits & odd, rule.at, "some lines state what keeps pools apart, some do not")
    chunk.support_unknown(np.flatnonzero(missing), unknown, always=False)
    return np.zeros(chunk.lines, np.bool_) if given is None else mine & given


def pools(chunk: Chunk, rule: Count, lines: Array, keys: Sequence[Array]) -> tuple[Array, Array, Array]:
    """Lines in pools, by visit and by what keeps pools apart. Sets aside visits in which that is not known."""
    at = chunk.at.take(lines)
    apart = at[1:] != at[:-1]
    if keys:
        joint = np.zeros(len(lines), np.int64)
        for key in keys:
            unknown = lines[key.take(lines) == 0]
            if len(unknown):
                stated = chunk.any_of(key > 0)
                unknown = unknown[stated[chunk.at[unknown]]]
                chunk.set_aside(unknown, rule.at, "some lines state what keeps pools apart, some do not")
            joint = joint * (int(key.max(initial=0)) + 1) + key.take(lines)
        if ((joint[1:] != joint[:-1]) & ~apart).any():
            order = np.lexsort((joint, at))
            at, joint, lines = at[order], joint[order], lines[order]
            apart = (at[1:] != at[:-1]) | (joint[1:] != joint[:-1])
    starts = np.empty(int(np.count_nonzero(apart)) + 1, np.int64)
    starts[0] = 0
    starts[1:] = np.flatnonzero(apart)
    starts[1:] += 1
    return lines, starts, np.diff(starts, append=len(lines))


@functools.cache
def _reached(steps: Steps) -> Array:
    """Units that so many minutes of one pool reach (`Steps.reached`), by minutes."""
    minutes = np.arange(MAX_POOL * MAX_MINUTES + 1, dtype=np.int32)
    last = steps.thresholds[-1]
    units = np.searchsorted(np.array(steps.thresholds), minutes, side="right").astype(np.int32)
    return units if steps.every is None else units + np.maximum(minutes - last, 0) // np.int32(steps.every)


@functools.cache
def _by_minutes(length: int, leftover: str, ties: str) -> tuple[Array, int]:
    """What follows from the minutes of one line, by minutes, packed into an int64, and the width of a key.

    The lowest `_LOW` bits are whole blocks, above them minutes, and from bit 32 on the key: the greater, the earlier the line has one of
    the units that are left; 0 for a line without remainder. In a key, what the leftover rule ranks by stands above `width` bits, what
    settles equals below; the lowest bits are left for the place in the claim.
    """
    minutes = np.arange(MAX_MINUTES + 1, dtype=np.int64)
    blocks = minutes // length
    rest = minutes - length * blocks
    settled, width = 0 * minutes, _PLACE
    if leftover != "first line" and ties in {"most minutes", "provider"}:
        settled, width = minutes << _PLACE, _PLACE + _MINUTES + (2 if ties == "provider" else 0)
    first = {"largest remainder": rest, "most minutes": minutes}.get(leftover, 0 * minutes + 1)
    keys = ((first << width) | settled) * (rest > 0)
    return keys << 32 | minutes << _LOW | blocks, width


def total_time(chunk: Chunk, count: Count, minutes: Array, made: Pools) -> tuple[Array, Array | None]:
    """The pool's minutes decide the units: whole blocks to each line, the rest one each by the leftover rule (`methods.total_time`).

    Gives the units of each line of the pools, in their order, and the mask of lines that the provider chooses among (`None`: none).
    """
    lines, starts, sizes = made
    steps = count.steps
    assert steps is not None
    if count.leftover == "no code":
        return (minutes // steps.of).astype(np.int32), None
    packed, width = _by_minutes(steps.of, count.leftover, count.ties)
    table = _reached(steps)
    chosen = count.ties == "provider" and count.leftover != "first line"
    wishes = _wishes(chunk, lines, minutes // steps.of) if chosen else None
    units = np.zeros(len(minutes), np.int32)
    tie: Array | None = None
    for size, first in _by_size(starts, sizes):
        if size > MAX_POOL:
            wide = (first[:, None] + np.arange(size)).ravel()
            chunk.set_aside(wide if lines is None else lines[wide], count.at, f"more than {MAX_POOL} lines in a pool")
            continue
        at = first + np.arange(size)[:, None]
        own = packed.take(minutes.take(at))
        keys, low = (own >> 32).astype(np.int32), own.astype(np.int32)
        if wishes is not None:
            keys += (wishes.take(at) << (_PLACE + _MINUTES)) * (keys > 0)
        sums = np.add.reduce(low, axis=0, dtype=np.int32)
        left = table.take(sums >> _LOW) - (sums & _BLOCKS)
        placed = _first(_settled(count, keys), left, width) if size > 1 else (keys > 0) & (left > 0)
        units[at] = (low & _BLOCKS) + placed
        if chosen and size > 1:
            tied = _tied(keys, placed, width)
            if tied.any():
                tie = np.zeros(len(minutes), np.bool_) if tie is None else tie
                tie[at] = tied
    return units, tie


def _by_size(starts: Array, sizes: Array) -> Iterator[tuple[int, Array]]:
    """Where the pools of each size begin."""
    small = sizes.astype(np.uint8) if int(sizes.max(initial=0)) < 256 else sizes
    for size in np.flatnonzero(np.bincount(sizes)).tolist():
        yield size, only(starts, small == size)


def _settled(count: Count, keys: Array) -> Array:
    """The keys of the lines of pools (one pool a column) with their places, so that no two are equal."""
    places = np.arange(len(keys), dtype=keys.dtype)
    last = count.ties == "last line" and count.leftover != "first line"
    return keys + (places if last else places[::-1])[:, None]


def _wishes(chunk: Chunk, lines: Array | None, blocks: Array) -> Array:
    """2: billed above its blocks; 1: not billed yet; 0: billed at its blocks."""
    billed, given = chunk.units()
    if billed is None:
        return np.ones(len(blocks), np.int32)
    if lines is not None:
        billed, given = billed.take(lines), None if given is None else given.take(lines)
    wish = (billed > blocks * chunk.view.scale) * np.int32(2)
    return wish if given is None else np.where(given, wish, np.int32(1))


def _first(keys: Array, left: Array, width: int) -> Array:
    """The lines among the first `left` of each pool that have a remainder; one pool a column."""
    size = len(keys)
    rank = np.empty(keys.shape, np.int8)
    rank[:] = np.arange(size - 1, -1, -1, dtype=np.int8)[:, None]
    for i in range(size):
        for j in range(i + 1, size):
            before = (keys[i] > keys[j]).view(np.int8)
            rank[j] += before
            rank[i] -= before
    return (rank < np.minimum(left, size).astype(np.int8)) & (keys >= (1 << width))


def _tied(keys: Array, extra: Array, width: int) -> Array:
    """The lines of equal rank of which some had a unit and some had not; one pool a column."""
    ranks = keys >> width
    last = np.where(extra, ranks, np.iinfo(ranks.dtype).max).min(axis=0)
    following = (ranks * ~extra).max(axis=0)
    return (ranks == last) & ((last == following) & (following > 0))


def _each_table(chunk: Chunk, count: Count) -> Array:
    """Units of 0 to 1,440 minutes of one line."""
    memo = chunk.view.tables
    if count not in memo:
        minutes = range(MAX_MINUTES + 1)
        if count.decimal is not None:
            parts = count.decimal
            memo[count] = np.array([int(parts_of(m, parts) * chunk.view.scale) for m in minutes], chunk.units_type)
        else:
            assert count.steps is not None
            memo[count] = np.array([count.steps.reached(m) * chunk.view.scale for m in minutes], chunk.units_type)
    return memo[count]


def allocated(chunk: Chunk, count: Count, minutes: Array, made: Pools) -> tuple[Array, Array | None]:
    """Units of each line of the pools at the scale of the answer, and the tied lines."""
    if count.method == "each":
        return _each_table(chunk, count).take(minutes), None
    if count.method == "total":
        units, tie = total_time(chunk, count, minutes, made)
        return (units if chunk.view.scale == 1 else units.astype(np.int64) * chunk.view.scale), tie
    _, starts, sizes = made
    (one, one_tie), (other, other_tie) = (allocated(chunk, method, minutes, made) for method in count.methods)
    sums = [np.add.reduceat(units, starts) for units in (one, other)]
    better = np.repeat(sums[1] > sums[0] if count.method == "more" else sums[1] < sums[0], sizes)
    if one_tie is None and other_tie is None:
        return np.where(better, other, one), None
    ties = [np.zeros(len(minutes), np.bool_) if tie is None else tie for tie in (one_tie, other_tie)]
    return np.where(better, other, one), np.where(better, ties[1], ties[0])
