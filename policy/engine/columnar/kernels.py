"""What the written code calls to count: pools of lines, and the methods but for total time.

Owns: the arithmetic of `engine/reference/counting.py` in columns, for pools of which every minute is known.
Never: guesses. A visit with a pool that is not known is set aside. Minutes are whole minutes; units are at the scale of the answer.
"""

from collections.abc import Sequence

import numpy as np

from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.pools import Countable, Pools
from policy.engine.columnar.total_time import total_time
from policy.engine.columnar.view import Array
from policy.engine.reference.methods import parts_of
from policy.plan.model import Count
from policy.values import MAX_MINUTES


def count(chunk: Chunk, rule: Count, mine: Array, keys: Sequence[str], unknown: Sequence[int]) -> None:
    """Gives the lines of a mask the units that their minutes support. `keys`: what keeps pools of one visit apart; `unknown`: what is
    said of lines of which nobody knows."""
    given = chunk.given("line.minutes")
    if given is not None or chunk.view.column("line.minutes") is None:
        mine = of_known_minutes(chunk, rule, mine, given, keys, unknown)
        if not mine.any():
            return
    chunk.timed = mine if chunk.timed is None else chunk.timed | mine
    apart = [key for key in (chunk.key(name) for name in keys) if key is not None]
    if not apart and 2 * np.count_nonzero(mine) > chunk.lines:
        # Most lines count and no visit is split: the visits are the pools, and lines that do not count have no minutes.
        units, tie = allocated(chunk, rule, chunk.minutes() * mine, Pools(None, chunk.starts, chunk.sizes, chunk.at))
        chunk.supported = chunk.supported + units
        if tie is not None:
            chunk.tied(np.arange(chunk.lines), tie)
        return
    lines, made = pools(chunk, rule, np.flatnonzero(mine), apart)
    units, tie = allocated(chunk, rule, chunk.minutes().take(lines), made)
    chunk.supported[lines] = units
    chunk.tied(lines, tie)


def of_known_minutes(
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


def pools(chunk: Chunk, rule: Count, lines: Array, keys: Sequence[Array]) -> tuple[Array, Pools]:
    """Lines pool by pool, by visit and by what keeps pools apart, and the pools. Sets aside visits in which that is not known."""
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
    return lines, Pools(lines, starts, np.diff(starts, append=len(lines)))


def _each_table(counted: Countable, count: Count) -> Array:
    """Units of 0 to 1,440 minutes of one line."""
    memo = counted.view.tables
    if count not in memo:
        minutes = range(MAX_MINUTES + 1)
        if count.decimal is not None:
            parts = count.decimal
            memo[count] = np.array([int(parts_of(m, parts) * counted.view.scale) for m in minutes], counted.units_type)
        else:
            assert count.steps is not None
            memo[count] = np.array([count.steps.reached(m) * counted.view.scale for m in minutes], counted.units_type)
    return memo[count]


def allocated(counted: Countable, count: Count, minutes: Array, made: Pools) -> tuple[Array, Array | None]:
    """Units of each line of the pools at the scale of the answer, and the tied lines."""
    if count.method == "each":
        return _each_table(counted, count).take(minutes), None
    if count.method == "total":
        units, tie = total_time(counted, count, minutes, made)
        return (units if counted.view.scale == 1 else units.astype(np.int64) * counted.view.scale), tie
    (one, one_tie), (other, other_tie) = (allocated(counted, method, minutes, made) for method in count.methods)
    sums = [np.add.reduceat(units, made.starts) for units in (one, other)]
    better = np.repeat(sums[1] > sums[0] if count.method == "more" else sums[1] < sums[0], made.sizes)
    if one_tie is None and other_tie is None:
        return np.where(better, other, one), None
    ties = [np.zeros(len(minutes), np.bool_) if tie is None else tie for tie in (one_tie, other_tie)]
    return np.where(better, other, one), np.where(better, ties[1], ties[0])
