"""Limits on money and RVUs in columns: the proof that one is not passed.

Owns: what the lines that a limit counts come to in a visit at most, and the least of the maxima that may apply.
Never: takes anything away; visits that may pass, or to which other visits may add, are set aside.
"""

from collections.abc import Callable, Sequence
from typing import Final

import attrs
import numpy as np

from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.limits import Maxima, Member
from policy.engine.columnar.money.cents import MONEY
from policy.engine.columnar.money.ledger import Ledger
from policy.engine.columnar.view import Array, only
from policy.plan.model import Limit
from policy.values import Type

UNBOUNDED: Final = 1 << 52
"""What a line is worth of which that is not known: more than any maximum is taken to be, and a visit of such lines fits 64 bits."""
Stated = Callable[[Chunk, Array], Sequence[tuple[Array, Array] | None]]
"""Of some lines: the amount that a fact gives each maximum, times 10,000, and where it is given; `None`: the policy states it."""


@attrs.frozen
class Caps:
    """What was written of a limit for tables of one shape; `None`: nothing hangs on it."""

    member: Member | None = None
    given: Callable[[Chunk, Array], Array] | None = None
    maxima: Maxima | None = None
    stated: Stated | None = None


@attrs.frozen
class WrittenCap:
    """A limit with what was worked out of it."""

    rule: Limit
    most: tuple[int, ...]
    """Every maximum that may apply, ten thousand times; of one that a fact gives, 0."""
    handed: str


def cap(chunk: Chunk, one: WrittenCap, caps: Caps, ledger: Ledger) -> None:
    """Sets aside the visits that may pass a limit."""
    rule = one.rule
    lines = np.arange(chunk.lines) if rule.codes is None else np.flatnonzero(chunk.about(rule.codes))
    if chunk.gated is not None:
        lines = only(lines, ~chunk.gated.take(lines))
    if caps.member is not None and len(lines):
        lines = only(lines, ~caps.member(chunk, lines)[1])
    if len(lines) and caps.given is not None:
        asked = np.zeros(chunk.count, np.bool_)
        at = chunk.at.take(lines)
        first = lines[np.concatenate(([True], at[1:] != at[:-1]))]
        asked[chunk.at.take(first)] = caps.given(chunk, first)
        lines = only(lines, asked.take(at))
    if not len(lines):
        return
    if one.handed:
        chunk.set_aside(lines, rule.at, one.handed)
        return
    worth, by = _worth(chunk, rule, ledger, lines)
    at = chunk.at.take(lines)
    starts = np.concatenate(([0], np.flatnonzero(at[1:] != at[:-1]) + 1))
    above = np.add.reduceat(worth, starts) > _least(chunk, one, caps, lines[starts], by)
    chunk.set_visits_aside(at[starts[above]], rule.at, "what is paid may be more")
    _others(chunk, rule, lines)


def _worth(chunk: Chunk, rule: Limit, ledger: Ledger, lines: Array) -> tuple[Array, int]:
    """What each line is worth at most, and by what that is multiplied beside the 10,000 of a maximum."""
    if rule.measure is Type.MONEY:
        worth = ledger.amount.take(lines)
        return np.where((worth < 0) | (worth > UNBOUNDED), UNBOUNDED, worth), ledger.scale // MONEY
    none, units = chunk.allowed.take(lines) == 0, ledger.units.take(lines)
    if chunk.view.column("line.rvu") is None:
        return np.where(none, 0, UNBOUNDED), ledger.unit
    cells = chunk.line_space.cells("line.rvu", lines)
    known = chunk.line_space.known("line.rvu", lines) & (cells >= 0) & (units > 0)
    known &= cells <= UNBOUNDED // np.maximum(units, 1)
    return np.where(none, 0, np.where(known, cells * np.where(known, units, 0), UNBOUNDED)), ledger.unit


def _least(chunk: Chunk, one: WrittenCap, caps: Caps, lines: Array, by: int) -> Array:
    """The least of the maxima that may apply, times 10,000 and `by`, for the visit of each line: below 0 where it is not known, and more
    than any visit is worth where none applies."""
    least = np.full(len(lines), np.iinfo(np.int64).max)
    truths = [None] * len(one.most) if caps.maxima is None else caps.maxima(chunk, lines)
    stated = [None] * len(one.most) if caps.stated is None else caps.stated(chunk, lines)
    over = np.zeros(len(lines), np.bool_)
    for most, truth, given in zip(one.most, truths, stated, strict=True):
        amount = np.full(len(lines), most) if given is None else np.where(given[1], given[0], -1)
        amount = np.minimum(amount, (UNBOUNDED - 1) // by) * by
        perhaps = ~over if truth is None else ~over & ~truth[1]
        least = np.where(perhaps, np.minimum(least, amount), least)
        over |= True if truth is None else truth[0]
    return least


def _others(chunk: Chunk, rule: Limit, lines: Array) -> None:
    """Sets aside the visits to which other lines of the patient may add."""
    if rule.window.word == "visit" or "line" in rule.keys:
        return
    if chunk.view.others is None:
        if rule.window.word != "day":
            chunk.set_aside(lines, rule.at, "earlier lines are not known")
        return
    theirs = chunk.with_others("day" if rule.window.word == "day" else "before")
    if theirs is not None:
        chunk.set_visits_aside(chunk.any_of_lines(lines) & theirs, rule.at, "earlier lines may add to it")
