"""What each line counts for in a limit: units, minutes, lines or codes, at least and at most.

Owns: `engine/reference/measuring.py:amount` in columns. Never: decides which lines count, or adds them up (`limits.py`).
"""

import numpy as np

from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.earlier import UNKNOWN
from policy.engine.columnar.view import Array
from policy.plan.model import Limit
from policy.values import Type


def amounts(chunk: Chunk, rule: Limit, lines: Array) -> tuple[Array, Array]:
    """What each line counts for, at least and at most (`measuring.amount`); the same array where that is known of every line."""
    if rule.measure is Type.MINUTES:
        return _minutes(chunk, rule, lines)
    if rule.counting == "billed" and rule.measure is not Type.UNITS:
        one = np.ones(len(lines), np.int32)
        return one, one
    if rule.counting == "allowed":
        low, high = _allowed(chunk, lines)
    else:
        low, high = _supported(chunk, lines)
        billed, given = chunk.units()
        if rule.counting == "billed" and billed is not None:
            claimed = billed.take(lines)
            low, high = (claimed if given is None else np.where(given[lines], claimed, one) for one in (low, high))
            high = low if given is None else high
    if rule.measure is Type.UNITS:
        return low, high
    some = (low > 0).astype(np.int32)
    return some, some if low is high else (high != 0).astype(np.int32)


def _minutes(chunk: Chunk, rule: Limit, lines: Array) -> tuple[Array, Array]:
    if chunk.view.column("line.minutes") is None:
        low, high = np.zeros(len(lines), np.int64), np.full(len(lines), UNKNOWN)
    else:
        low = high = chunk.minutes().take(lines)
        given = chunk.given("line.minutes")
        if given is not None and not given[lines].all():
            high = np.where(given[lines], low, UNKNOWN)
    if rule.counting != "allowed":
        return low, high
    least = chunk.allowed if chunk.least is None else chunk.least
    return low * (least[lines] > 0), high * (chunk.allowed[lines] > 0)


def _allowed(chunk: Chunk, lines: Array) -> tuple[Array, Array]:
    high = chunk.allowed.take(lines)
    if chunk.least is None:
        return high, high
    return chunk.least[lines], np.where(high == chunk.unbounded, UNKNOWN, high)


def _supported(chunk: Chunk, lines: Array) -> tuple[Array, Array]:
    known = chunk.supported.take(lines)
    if chunk.unknown is None:
        return known, known
    unknown = chunk.unknown.take(lines)
    return np.where(unknown, 0, known), np.where(unknown, UNKNOWN, known)
