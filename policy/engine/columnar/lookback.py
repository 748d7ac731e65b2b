"""Limits over more than a visit: the proof that no earlier line can make a visit pass them.

Owns: the most that the other visits of a patient can come to inside a limit's window, as they were billed, whatever keeps lines apart.
Never: judges a visit that may pass; such visits are set aside, for what surely counts is told by each earlier line.
"""

from typing import Final

import numpy as np

from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.view import Array, View
from policy.plan.model import Limit, Window
from policy.values import Type

WHOLE: Final = frozenset({Type.VISITS, Type.DAYS})
"""What a visit uses up as a whole."""
UNKNOWN: Final = np.int64(1 << 40)
"""What a line comes to that nothing bounds; more than any number of known lines do."""
_DAYS: Final = {"day": 0, "week": 6, "month": 30, "calendar year": 365, "fiscal year": 365}
"""How many days before its last one a window begins, at most."""


def look_back(chunk: Chunk, rule: Limit, lines: Array, high: Array, least: int) -> None:
    """Sets aside the visits to whose amount earlier lines may add so that it is more than `least`. `high`: what each line counts for."""
    if chunk.view.others is None:
        if rule.window.word != "day":
            chunk.set_aside(lines, rule.at, "earlier lines are not known")
        return
    theirs = chunk.with_others("day" if rule.window.word == "day" else "before")
    if theirs is None:
        return
    added = chunk.any_of_lines(lines) & theirs
    if added.any():
        at = chunk.at.take(lines)
        starts = np.concatenate(([0], np.flatnonzero(at[1:] != at[:-1]) + 1))
        own = (np.maximum if rule.measure in WHOLE else np.add).reduceat(high, starts)
        fewer = np.ones(chunk.count, np.bool_)
        fewer[at[starts]] = own + _others(chunk.view, rule)[chunk.visits][at[starts]] <= least
        added &= ~fewer
    chunk.set_visits_aside(added, rule.at, "earlier lines may add to it")


def _others(view: View, rule: Limit) -> Array:
    """The most that other visits can come to, for each visit; at least `UNKNOWN` where nobody knows."""
    found = view.bounds.get(rule.at)
    if found is None:
        history = view.frame.history
        assert history is not None
        own, days = _visits(view, rule), _days(rule.window)
        countable = rule.measure in WHOLE or rule.measure in {Type.LINES, Type.CODES}
        refused = np.full(len(view.frame.refused.rows), 1 if countable else UNKNOWN)
        others = history.within(np.concatenate((own, refused)), days) - own
        found = view.bounds[rule.at] = np.where(history.whole(days), others, UNKNOWN)
    return found


def _days(window: Window) -> int | None:
    return max(window.days - 1, 0) if window.word == "rolling" else _DAYS.get(window.word)


def _visits(view: View, rule: Limit) -> Array:
    """What each visit of the frame comes to as an earlier one, at most."""
    frame = view.frame
    each = _lines(view, rule)
    if rule.codes is not None:
        each = each * np.array([word in rule.codes for word in frame.codes.words or ("",)]).take(frame.codes.values)
    sums = np.concatenate(([0], np.cumsum(each)))
    out: Array = sums[frame.offsets[1:]] - sums[frame.offsets[:-1]]
    return np.minimum(out, 1) if rule.measure in WHOLE else out


def _lines(view: View, rule: Limit) -> Array:
    """What each line comes to as an earlier one (`measuring._total`)."""
    if rule.measure not in {Type.UNITS, Type.MINUTES}:
        return np.ones(view.frame.lines, np.int64)
    found = view.column("line.units" if rule.measure is Type.UNITS else "line.minutes")
    if found is None:
        return np.full(view.frame.lines, UNKNOWN)
    column, _ = found
    values = column.values.astype(np.int64)
    if rule.measure is Type.UNITS:
        values = values * (view.scale // column.scale)
    return values if column.known is None else np.where(column.known, values, UNKNOWN)
