"""Limits over more than a visit: what earlier lines add, or the proof that they cannot make a visit pass them.

Owns: the most that the other visits of a patient can come to inside a limit's window, as they were billed, whatever keeps lines apart;
and which visits are set aside, because neither that nor what earlier visits surely come to (`earlier.py`) is enough to judge them by.
Never: judges.
"""

from typing import Final

import numpy as np

from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.earlier import UNKNOWN, WHOLE, lines, surely, visits
from policy.engine.columnar.view import Array, View
from policy.plan.model import Limit, Window
from policy.values import Type

_DAYS: Final = {"day": 0, "week": 6, "month": 30, "calendar year": 365, "fiscal year": 365}
"""How many days before its last one a window begins, at most."""


def look_back(chunk: Chunk, rule: Limit, members: Array, high: Array, least: int) -> Array | None:
    """What earlier lines add to the visit of each of a chunk's visits; `None`: nothing that matters.

    `high`: what each of the `members` counts for. Visits that may come to more than `least` are set aside where what is added is not sure.
    """
    if chunk.view.others is None:
        if rule.window.word != "day":
            chunk.set_aside(members, rule.at, "earlier lines are not known")
        return None
    theirs = chunk.with_others("day" if rule.window.word == "day" else "before")
    if theirs is None:
        return None
    added = chunk.any_of_lines(members) & theirs
    if not added.any():
        return None
    at = chunk.at.take(members)
    starts = np.concatenate(([0], np.flatnonzero(at[1:] != at[:-1]) + 1))
    own = (np.maximum if rule.measure in WHOLE else np.add).reduceat(high, starts)
    fewer = np.ones(chunk.count, np.bool_)
    fewer[at[starts]] = own + _others(chunk.view, rule)[chunk.visits][at[starts]] <= least
    added &= ~fewer
    found = _surely(chunk.view, rule) if added.any() else None
    if found is None:
        chunk.set_visits_aside(added, rule.at, "earlier lines may add to it")
        return None
    before, sure = (one[chunk.visits] for one in found)
    chunk.set_visits_aside(added & ~sure, rule.at, "earlier lines may add to it")
    return np.where(added & sure, before, 0)


def _surely(view: View, rule: Limit) -> tuple[Array, Array] | None:
    if rule.at not in view.earlier:
        view.earlier[rule.at] = surely(view, rule)
    return view.earlier[rule.at]


def _others(view: View, rule: Limit) -> Array:
    """The most that other visits can come to, for each visit; at least `UNKNOWN` where nobody knows."""
    found = view.bounds.get(rule.at)
    if found is None:
        history = view.frame.history
        assert history is not None
        own, days = visits(view, rule, lines(view, rule)), _days(rule.window)
        countable = rule.measure in WHOLE or rule.measure in {Type.LINES, Type.CODES}
        refused = np.full(len(view.frame.refused.rows), 1 if countable else UNKNOWN)
        others = history.within(np.concatenate((own, refused)), days) - own
        found = view.bounds[rule.at] = np.where(history.whole(days), others, UNKNOWN)
    return found


def _days(window: Window) -> int | None:
    return max(window.days - 1, 0) if window.word == "rolling" else _DAYS.get(window.word)
