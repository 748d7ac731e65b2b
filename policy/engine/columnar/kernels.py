"""What the written code calls to count: pools of lines, whole blocks and remainders, days, and how billing stands to support.

Owns: the arithmetic of `engine/reference/counting.py` and `methods.py` in columns, for pools of which every minute is known.
Never: guesses. A visit with a pool that is not known is set aside. Minutes are whole minutes; units are at the scale of the answer.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.view import Array
from policy.engine.reference.methods import parts_of
from policy.plan.model import Count, Steps
from policy.values import MAX_MINUTES

MAX_POOL: Final = 24
"""Lines of one pool that are ranked against each other in columns."""

Pools = tuple[Array, Array, Array]
"""The lines of a count, pool by pool in claim order; where each pool begins among them; and how many lines it has."""


def pools(chunk: Chunk, lines: Array, keys: Sequence[str]) -> Pools:
    """The lines of a count in pools, by visit and by what keeps pools apart. Sets aside visits in which that is not known."""
    at = chunk.at[lines]
    order = None
    apart = at[1:] != at[:-1]
    mixed = [key for key in (chunk.key(name) for name in keys) if key is not None]
    if mixed:
        joint = np.zeros(len(lines), np.int64)
        for key in mixed:
            unknown = lines[key[lines] == 0]
            if len(unknown):
                stated = chunk.any_of(key > 0)
                chunk.aside[chunk.at[unknown][stated[chunk.at[unknown]]]] = True
            joint = joint * (int(key.max(initial=0)) + 1) + key[lines]
        if ((joint[1:] != joint[:-1]) & ~apart).any():
            order = np.lexsort((joint, at))
            at, joint = at[order], joint[order]
            apart = (at[1:] != at[:-1]) | (joint[1:] != joint[:-1])
            lines = lines[order]
    edges = np.flatnonzero(apart) + 1
    starts = np.concatenate(([0], edges))
    return lines, starts, np.diff(np.concatenate((starts, [len(lines)])))


def counted_lines(chunk: Chunk, slots: Array, slot: int) -> Array:
    """The lines that a count is about."""
    mine = slots == slot
    return np.flatnonzero(mine if chunk.gated is None else mine & ~chunk.gated)


def known_minutes(chunk: Chunk, lines: Array, path: bool) -> bool:
    """Sets aside the visits of lines without minutes; false where no line of the table has any."""
    if not path:
        chunk.set_aside(lines)
        return False
    given = chunk.given("line.minutes")
    if given is not None:
        chunk.set_aside(lines[~given[lines]])
    return True


def reached(steps: Steps, minutes: Array) -> Array:
    """Units that so many minutes reach (`Steps.reached`), an integer each."""
    last = steps.thresholds[-1]
    if len(steps.thresholds) == 1 and steps.every is not None:
        return np.where(minutes < last, 0, (minutes - (last - steps.every)) // steps.every).astype(np.int32)
    below = np.searchsorted(np.array(steps.thresholds), minutes, side="right").astype(np.int32)
    beyond = 0 if steps.every is None else np.maximum(minutes - last, 0) // steps.every
    return (below + beyond).astype(np.int32)


def total_time(chunk: Chunk, count: Count, made: Pools) -> tuple[Array, Array | None]:
    """The pool's minutes decide the units: whole blocks to each line, the rest one each by the leftover rule (`methods.total_time`).

    Gives the units of each line of the pools, in their order, and the mask of lines that the provider chooses among (`None`: none).
    """
    lines, starts, sizes = made
    steps = count.steps
    assert steps is not None
    minutes = chunk.minutes()[lines]
    blocks = minutes // np.int32(steps.of)
    units = blocks
    tie: Array | None = None
    most = int(sizes.max(initial=0))
    for size in range(1, min(most, MAX_POOL) + 1):
        first = starts if most == 1 else starts[sizes == size]
        if not len(first):
            continue
        at = [first + j for j in range(size)] if size > 1 else [first]
        whole = [blocks[i] for i in at]
        rest = [minutes[i] for i in at]
        total, given = rest[0], whole[0]
        for j in range(1, size):
            total, given = total + rest[j], given + whole[j]
        left = reached(steps, total) - given
        if count.leftover == "no code":
            continue
        rest = [rest[j] - np.int32(steps.of) * whole[j] for j in range(size)]
        if size == 1:
            units[at[0]] += (left > 0) & (rest[0] > 0)
            continue
        keys, width = _ranks(chunk, count, [lines[i] for i in at], rest, whole)
        extra = _first(keys, left)
        for j in range(size):
            units[at[j]] += extra[j]
        if count.ties == "provider":
            for j, tied in enumerate(_tied(keys, extra, width)):
                if tied.any():
                    tie = np.zeros(len(lines), np.bool_) if tie is None else tie
                    tie[at[j]] = tied
    if most > MAX_POOL:
        wide = np.repeat(sizes > MAX_POOL, sizes)
        chunk.set_aside(lines[wide])
    return units, tie


def _ranks(
    chunk: Chunk, count: Count, lines: Sequence[Array], rest: Sequence[Array], whole: Sequence[Array]
) -> tuple[list[Array], int]:
    """A key for each line of a pool: the greater, the earlier it has one of the units that are left; 0 for a line without remainder.

    Above `width` bits stands what the leftover rule ranks by; below, what settles equals, and the place in the claim.
    """
    size = len(lines)
    place = max(1, (size - 1).bit_length())
    keys = []
    length = np.int32(count.steps.of if count.steps is not None else 15)
    for j in range(size):
        minutes = whole[j] * length + rest[j]
        match count.ties:
            case "most minutes":
                settled, width = (minutes << place) | np.int32(size - 1 - j), 11 + place
            case "first line":
                settled, width = np.int32(size - 1 - j), place
            case "last line":
                settled, width = np.int32(j), place
            case _:
                wish = _wishes(chunk, lines[j], whole[j])
                settled, width = (((wish << 11) | minutes) << place) | np.int32(size - 1 - j), 13 + place
        match count.leftover:
            case "largest remainder":
                key = (rest[j] << width) | settled
            case "most minutes":
                key = (minutes.astype(np.int64) << width) | settled
            case _:
                key = np.int32(size - j) << width | settled
        keys.append(np.where(rest[j] > 0, key, 0))
    return keys, width


def _wishes(chunk: Chunk, lines: Array, blocks: Array) -> Array:
    """2: billed above its blocks; 1: not billed yet; 0: billed at its blocks."""
    billed, given = chunk.units()
    if billed is None:
        return np.ones(len(lines), np.int32)
    wish = (billed[lines] > blocks * chunk.view.scale).astype(np.int32) * np.int32(2)
    return wish if given is None else np.where(given[lines], wish, np.int32(1))


def _first(keys: Sequence[Array], left: Array) -> list[Array]:
    """The lines among the first `left` of each pool that have a remainder."""
    size = len(keys)
    rank = [np.zeros(len(left), np.int8) for _ in range(size)]
    for i in range(size):
        for j in range(i + 1, size):
            before = keys[i] > keys[j]
            rank[j] += before
            rank[i] += ~before
    return [(rank[j] < left) & (keys[j] > 0) for j in range(size)]


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


def each(chunk: Chunk, count: Count, lines: Array) -> Array:
    """Every line by its own minutes (`methods.units_each`), at the scale of the answer."""
    return _each_table(chunk, count)[chunk.minutes()[lines]]


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


def allocated(chunk: Chunk, count: Count, made: Pools) -> tuple[Array, Array | None]:
    """Units of each line of the pools at the scale of the answer, and the tied lines."""
    lines, starts, sizes = made
    if count.method == "each":
        return each(chunk, count, lines), None
    if count.method == "total":
        units, tie = total_time(chunk, count, made)
        return (units if chunk.view.scale == 1 else units.astype(np.int64) * chunk.view.scale), tie
    (one, one_tie), (other, other_tie) = (allocated(chunk, method, made) for method in count.methods)
    sums = [np.add.reduceat(units, starts) for units in (one, other)]
    better = np.repeat(sums[1] > sums[0] if count.method == "more" else sums[1] < sums[0], sizes)
    if one_tie is None and other_tie is None:
        return np.where(better, other, one), None
    ties = [np.zeros(len(lines), np.bool_) if tie is None else tie for tie in (one_tie, other_tie)]
    return np.where(better, other, one), np.where(better, ties[1], ties[0])


def stated_total(chunk: Chunk, made: Sequence[Pools], path: str | None) -> None:
    """Sets aside the visits whose stated total of timed minutes is not the sum of their lines'."""
    if path is None or not made:
        return
    found = chunk.view.column(path)
    assert found is not None
    total = np.zeros(chunk.count, np.int64)
    seen = np.zeros(chunk.count, np.bool_)
    for lines, _, _ in made:
        np.add.at(total, chunk.at[lines], chunk.minutes()[lines])
        seen[chunk.at[lines]] = True
    stated = found[0].values[chunk.visits]
    given = found[0].known
    differs = seen & (stated != total)
    if chunk.gated is not None:
        differs |= chunk.any_of(chunk.gated)
    chunk.aside |= differs if given is None else differs & given[chunk.visits]


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
    claimed, had = billed[lines], supported[lines]
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
    code = chunk.code[lines]
    for word, tables in events.items():
        chunk.word_of(word)[lines] |= tables[kind][code]
