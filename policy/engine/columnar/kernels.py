"""What the written code calls to count: pools of lines, whole blocks and remainders, days, and how billing stands to support.

Owns: the arithmetic of `engine/reference/counting.py` and `methods.py` in columns, for pools of which every minute is known.
Never: guesses. A visit with a pool that is not known is set aside. Minutes are whole minutes; units are at the scale of the answer.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.view import Array
from policy.engine.outcome import NOBODY
from policy.engine.reference.methods import parts_of
from policy.plan.model import Count, Steps
from policy.values import MAX_MINUTES

MAX_POOL: Final = 24
"""Lines of one pool that are ranked against each other in columns."""

_LOW: Final = 12
"""Bits for the whole blocks of a pool's lines, below its minutes: 24 lines of 1,440 minutes have no more than 2,304 of 15."""
_PLACE: Final = 5
"""Bits for the place of a line in its pool."""

Pools = tuple[Array | None, Array, Array]
"""The lines of a count, pool by pool in claim order (`None`: all lines); where each pool begins among them; how many lines it has."""


def count(chunk: Chunk, rule: Count, mine: Array, keys: Sequence[str]) -> None:
    """Gives the lines of a mask the units that their minutes support. `keys`: what keeps pools of one visit apart."""
    given = chunk.given("line.minutes")
    if given is not None:
        chunk.set_aside(np.flatnonzero(mine & ~given), rule.at, "line.minutes missing")
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


def reached(chunk: Chunk, steps: Steps, minutes: Array) -> Array:
    """Units that so many minutes reach (`Steps.reached`), an int32 each."""
    most = int(minutes.max(initial=0))
    table = chunk.view.tables.get(steps)
    if table is None or len(table) <= most:
        size = max(MAX_MINUTES, most) + 1
        table = chunk.view.tables[steps] = np.array([steps.reached(m) for m in range(size)], np.int32)
    return table.take(minutes)


def total_time(chunk: Chunk, count: Count, minutes: Array, made: Pools) -> tuple[Array, Array | None]:
    """The pool's minutes decide the units: whole blocks to each line, the rest one each by the leftover rule (`methods.total_time`).

    Gives the units of each line of the pools, in their order, and the mask of lines that the provider chooses among (`None`: none).
    """
    lines, starts, sizes = made
    steps = count.steps
    assert steps is not None
    blocks = minutes // np.int32(steps.of)
    if count.leftover == "no code":
        return blocks, None
    keys, width = _keys(chunk, count, lines, minutes, blocks)
    both = (minutes << _LOW) | blocks
    extra = np.zeros(len(minutes), np.bool_)
    tie: Array | None = None
    for size, first in _by_size(starts, sizes):
        if size > MAX_POOL:
            wide = (first[:, None] + np.arange(size)).ravel()
            chunk.set_aside(wide if lines is None else lines[wide], count.at, f"more than {MAX_POOL} lines in a pool")
            continue
        at = [first + j for j in range(size)] if size > 1 else [first]
        sums = both.take(first)
        for j in range(1, size):
            sums += both.take(at[j])
        left = reached(chunk, steps, sums >> _LOW) - (sums & ((1 << _LOW) - 1))
        if size == 1:
            extra[first] = (left > 0) & (keys.take(first) > 0)
            continue
        ranked = [keys.take(at[j]) for j in range(size)]
        placed = _first(_settled(count, ranked), left, width)
        for j in range(size):
            extra[at[j]] = placed[j]
        if count.ties == "provider":
            for j, tied in enumerate(_tied(ranked, placed, width)):
                if tied.any():
                    tie = np.zeros(len(minutes), np.bool_) if tie is None else tie
                    tie[at[j]] = tied
    return blocks + extra, tie


def _by_size(starts: Array, sizes: Array) -> Iterator[tuple[int, Array]]:
    """Where the pools of each size begin."""
    most = int(sizes.max(initial=0))
    if most > 255:
        for size in np.unique(sizes).tolist():
            yield size, starts[sizes == size]
        return
    order = np.argsort(sizes.astype(np.uint8), kind="stable")
    ordered, edges = starts.take(order), np.cumsum(np.bincount(sizes, minlength=most + 1))
    for size in range(1, most + 1):
        if edges[size] > edges[size - 1]:
            yield size, ordered[edges[size - 1] : edges[size]]


def _keys(chunk: Chunk, count: Count, lines: Array | None, minutes: Array, blocks: Array) -> tuple[Array, int]:
    """A key for each line of a pool: the greater, the earlier it has one of the units that are left; 0 for a line without remainder.

    Above `width` bits stands what the leftover rule ranks by; below, what settles equals; the lowest bits are left for the place in
    the claim.
    """
    assert count.steps is not None
    rest = minutes - np.int32(count.steps.of) * blocks
    match "first line" if count.leftover == "first line" else count.ties:
        case "most minutes":
            settled, width = minutes << _PLACE, 11 + _PLACE
        case "first line" | "last line":
            settled, width = 0, _PLACE
        case _:
            settled, width = ((_wishes(chunk, lines, blocks) << 11) | minutes) << _PLACE, 13 + _PLACE
    match count.leftover:
        case "largest remainder":
            return ((rest << width) | settled) * (rest > 0), width
        case "most minutes":
            return ((minutes.astype(np.int64) << width) | settled) * (rest > 0), width
        case _:
            return (rest > 0) * np.int32(1 << width), width


def _settled(count: Count, keys: Sequence[Array]) -> list[Array]:
    """The keys of the lines of a pool with their places, so that no two are equal."""
    size = len(keys)
    last = count.ties == "last line" and count.leftover != "first line"
    return [key + np.int32(j if last else size - 1 - j) for j, key in enumerate(keys)]


def _wishes(chunk: Chunk, lines: Array | None, blocks: Array) -> Array:
    """2: billed above its blocks; 1: not billed yet; 0: billed at its blocks."""
    billed, given = chunk.units()
    if billed is None:
        return np.ones(len(blocks), np.int32)
    if lines is not None:
        billed, given = billed.take(lines), None if given is None else given.take(lines)
    wish = (billed > blocks * chunk.view.scale) * np.int32(2)
    return wish if given is None else np.where(given, wish, np.int32(1))


def _first(keys: Sequence[Array], left: Array, width: int) -> list[Array]:
    """The lines among the first `left` of each pool that have a remainder."""
    size = len(keys)
    rank = [np.full(len(left), size - 1 - j, np.int8) for j in range(size)]
    for i in range(size):
        for j in range(i + 1, size):
            before = (keys[i] > keys[j]).view(np.int8)
            rank[j] += before
            rank[i] -= before
    few = np.minimum(left, size).astype(np.int8)
    return [(rank[j] < few) & (keys[j] >= (1 << width)) for j in range(size)]


def _tied(keys: Sequence[Array], extra: Sequence[Array], width: int) -> list[Array]:
    """The lines of equal rank of which some had a unit and some had not."""
    ranks = [key >> width for key in keys]
    last = np.where(extra[0], ranks[0], np.iinfo(ranks[0].dtype).max)
    next_ = np.where(extra[0], 0, ranks[0])
    for j in range(1, len(keys)):
        last = np.minimum(last, np.where(extra[j], ranks[j], np.iinfo(ranks[j].dtype).max))
        next_ = np.maximum(next_, np.where(extra[j], 0, ranks[j]))
    open_ = (last == next_) & (next_ > 0)
    return [open_ & (rank == last) for rank in ranks]


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


def stated_total(chunk: Chunk) -> None:
    """Sets aside the visits whose stated total of timed minutes is not the sum of their lines'."""
    found = chunk.view.column("visit.timed_minutes")
    if found is None or chunk.timed is None:
        return
    total = np.add.reduceat(chunk.minutes() * chunk.timed, chunk.starts)
    differs = chunk.any_of(chunk.timed) & (found[0].values[chunk.visits] != total)
    if chunk.gated is not None:
        differs |= chunk.any_of(chunk.gated)
    given = found[0].known
    differs = differs if given is None else differs & given[chunk.visits]
    chunk.set_visits_aside(differs, NOBODY, "visit.timed_minutes is not the sum of the lines")


def billed_against(chunk: Chunk, events: dict[int, tuple[Array, ...]]) -> None:
    """How each line's billing stands to what is supported, and what can still be allowed: no more than was billed.

    `events`: by word of bits, for each code the bits of overbilled (denied, reduced), underbilled, and no unit.
    """
    supported, (billed, given) = chunk.supported, chunk.units()
    if billed is None:
        chunk.allowed = supported.copy()
        _say(chunk, np.flatnonzero(supported == 0), events, 3)
        return
    allowed = np.minimum(billed, supported)
    differs = billed != supported
    if given is not None:
        differs &= given
        allowed = np.where(given, allowed, supported)
        _say(chunk, np.flatnonzero(~given & (supported == 0)), events, 3)
    chunk.allowed = allowed
    lines = np.flatnonzero(differs)
    claimed, had = billed.take(lines), supported.take(lines)
    over = claimed > had
    nothing = had == 0
    _say(chunk, lines[over & nothing], events, 0)
    _say(chunk, lines[over & ~nothing], events, 1)
    chunk.advised = lines[~over & (claimed > 0)]
    _say(chunk, chunk.advised, events, 2)


def _say(chunk: Chunk, lines: Array, events: dict[int, tuple[Array, ...]], kind: int) -> None:
    if chunk.gated is not None:
        lines = lines[~chunk.gated[lines]]
    if not len(lines):
        return
    code = chunk.code.take(lines)
    for word, tables in events.items():
        chunk.word_of(word)[lines] |= tables[kind].take(code)
