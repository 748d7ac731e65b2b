"""What follows where a limit is passed, or may be.

Owns: `engine/reference/limits.py` for groups of which the written limit says what they come to: which maximum applies, whether it is
passed for certain, what the lines lose then, and what they may lose and why where it is not certain.
Never: chooses which of several lines gives way (`giving_way.py`).
"""

from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np

from policy.engine.columnar.amounts import amounts
from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.earlier import UNKNOWN, WHOLE
from policy.engine.columnar.giving_way import giving_way, groups
from policy.engine.columnar.limits import SPLITTING, Conditions, Groups, Truths, WrittenLimit, passed
from policy.engine.columnar.view import Array, only
from policy.plan.model import Limit
from policy.values import Type

UNBOUNDED: Final = np.iinfo(np.int64).max
_LINE_BY_LINE: Final = frozenset({Type.UNITS, Type.LINES})
"""Measures of which what is above the maximum is taken away from one line after the other."""
TAKES: Final = frozenset({"deny the excess", "deny every unit"})


@attrs.frozen
class Most:
    """Of each line, the least and the greatest of the maxima that may apply; `UNBOUNDED`: perhaps none does."""

    low: Array
    high: Array

    def of(self, some: Array) -> "Most":
        """Those of a mask."""
        return Most(self.low[some], self.high[some])


def limit(chunk: Chunk, one: WrittenLimit, conditions: Conditions) -> None:
    """Judges one limit."""
    found = passed(chunk, one, conditions)
    if found is None or not len(found.lines):
        return
    rule = one.rule
    most = _most(chunk, one, conditions, found.lines)
    above = found.high > most.low
    found, most = found.of(above), most.of(above)
    sure = (found.low > most.high) & ~found.hanging
    if rule.excess == "deny the excess" and rule.measure not in WHOLE:
        sure &= (found.low == found.high) & (most.low == most.high)
        sure &= _ordered(chunk, rule, found)
    if not sure.all():
        _doubt(chunk, one, conditions, found.of(~sure), most.of(~sure))
        found, most = found.of(sure), most.of(sure)
    if len(found.lines):
        _follow(chunk, one, found, most)


def _ordered(chunk: Chunk, rule: Limit, found: Groups) -> Array:
    """The lines of groups of which every line states what says in which order they give way."""
    unordered = np.zeros(len(found.lines), np.bool_)
    for path in {f"line.{by}" for by, _, _ in rule.orders if by in {"minutes", "charge"}}:
        given = chunk.given(path)
        if chunk.view.column(path) is None:
            unordered[:] = True
        elif given is not None:
            missing = ~given.take(found.lines)
            unordered |= missing | (found.several & _beside(chunk, rule, found.lines, missing & found.several))
    return ~unordered


def _beside(chunk: Chunk, rule: Limit, lines: Array, some: Array) -> Array:
    """The lines that are in one group with any of a mask."""
    group = groups(chunk, rule, lines)
    return np.isin(group, only(group, some))


def _most(chunk: Chunk, one: WrittenLimit, conditions: Conditions, lines: Array) -> Most:
    stated = one.amounts(chunk.view.scale)
    if conditions.maxima is None:
        same = np.full(len(lines), stated[0])
        return Most(same, same)
    return _bounds(stated, conditions.maxima(chunk, lines))


def _bounds(amounts: Sequence[int], conditions: Sequence[Truths]) -> Most:
    """The first maximum that surely applies, and those above it that may.

    Where none surely applies there may be no bound; where none may apply there is none, and nothing is passed.
    """
    low = np.full(len(conditions[0][0]), UNBOUNDED)
    high = np.full(len(low), -1)
    open_ = np.ones(len(low), np.bool_)
    for amount, (true, false) in zip(amounts, conditions, strict=True):
        may = open_ & ~false
        low[may] = np.minimum(low[may], amount)
        high[may] = np.maximum(high[may], amount)
        open_ &= ~true
    high[open_] = UNBOUNDED
    return Most(low, high)


def _follow(chunk: Chunk, one: WrittenLimit, found: Groups, most: Most) -> None:
    """What follows for lines of groups that have passed the maximum."""
    rule, lines = one.rule, found.lines
    if rule.excess == "deny the excess" and rule.measure not in _LINE_BY_LINE | WHOLE:
        chunk.set_aside(lines, rule.at, f"what is above it is taken away by {rule.measure.name.lower()}")
    elif rule.excess == "deny the excess" and rule.measure in _LINE_BY_LINE:
        left = np.maximum(most.low - found.before, 0)
        if found.several.any():
            own, _ = amounts(chunk, rule, lines)
            lines, left = giving_way(chunk, rule, lines, own, found.low - found.before - left)
        cut = chunk.allowed.take(lines) > left
        if chunk.least is not None:
            cut |= chunk.least[lines] != chunk.allowed[lines]
        lines, left = lines[cut], left[cut]
        chunk.say(lines[left > 0], one.reduced)
        chunk.say(lines[left == 0], one.denied)
        chunk.cut(lines, np.minimum(left, chunk.allowed[lines]))
    elif rule.excess == "deny every unit" or (rule.excess == "deny the excess" and rule.measure in WHOLE):
        chunk.say(lines, one.denied)
        chunk.cut(lines, 0)
    elif rule.excess == "modifier":
        lines = _without(chunk, one, lines)
        chunk.say(lines, one.denied)
        chunk.cut(lines, 0)
    else:
        chunk.say(lines, one.told)


def _without(chunk: Chunk, one: WrittenLimit, lines: Array) -> Array:
    """The lines that carry none of the modifiers that a limit asks for."""
    bare: Array = lines[(chunk.marks_of(lines) & chunk.view.mark_type(one.marks)) == 0]
    return bare


def _doubt(chunk: Chunk, one: WrittenLimit, conditions: Conditions, found: Groups, most: Most) -> None:
    """What lines may lose, and which missing facts that hangs on."""
    rule = one.rule
    lines = found.lines
    untold = _not_told(chunk, rule)
    if untold is not None:
        chunk.set_visits_aside(chunk.any_of_lines(lines) & untold, rule.at, "undetermined, beside unlike lines")
    if rule.excess == "modifier":
        lines = _without(chunk, one, lines)
    elif rule.excess == "deny the excess" and rule.measure is Type.UNITS:
        bounded = (found.high < UNKNOWN) & (most.low == most.high)
        over = np.where(bounded, found.high - np.where(bounded, most.low, 0), UNKNOWN)
    if rule.excess in TAKES or rule.excess == "modifier":
        least, _ = chunk.bounds()
        if rule.excess == "deny the excess" and rule.measure is Type.UNITS:
            least[lines] = np.maximum(least[lines] - over, 0)
        else:
            least[lines] = 0
    chunk.say(lines, one.perhaps)
    _say_lacks(chunk, rule, conditions, lines)


def _say_lacks(chunk: Chunk, rule: Limit, conditions: Conditions, lines: Array) -> None:
    """Which missing facts a limit hangs on; it names those of all lines of its codes. Visits with none of them are set aside."""
    visits = chunk.any_of_lines(lines)
    mine = visits[chunk.at] if rule.codes is None else visits[chunk.at] & chunk.view.in_codes(rule.codes, chunk.code)
    all_ = np.flatnonzero(mine)
    some = np.zeros(chunk.count, np.bool_)
    for event, mask in conditions.lacks(chunk, all_) if conditions.lacks is not None else ():
        lacking = chunk.any_of_lines(all_[mask])
        chunk.say(lines[lacking[chunk.at[lines]]], event)
        some |= lacking
    chunk.set_visits_aside(visits & ~some, rule.at, "undetermined because of another statement")


def _not_told(chunk: Chunk, rule: Limit) -> Array | None:
    """The visits of which columns do not tell what an undetermined limit hangs on: with lines that do not count, or with lines of which
    some state what keeps lines apart and some do not. On earlier lines it does not hang: what they add is sure, or they are set aside."""
    masks = [chunk.any_of(chunk.gated)] if chunk.gated is not None else []
    masks += [mixed for key in SPLITTING.intersection(rule.keys) if (mixed := chunk.mixed(key)) is not None]
    return np.logical_or.reduce(masks) if masks else None
