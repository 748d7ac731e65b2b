"""What earlier visits of a patient surely come to inside a limit's window.

Owns: `engine/reference/measuring.py` on earlier lines, for limits that keep apart no more than disciplines and facts of the visit: the
window's first day, and the sum of what was billed from it on.
Never: judges. Where anything about an earlier line is not known, nothing is sure.
"""

from typing import Final

import numpy as np

from policy.columns.history import History
from policy.engine.columnar.view import Array, View
from policy.plan.model import LINE_OPS, Limit, Window, walk
from policy.values import Type

WHOLE: Final = frozenset({Type.VISITS, Type.DAYS})
"""What a visit uses up as a whole."""
UNKNOWN: Final = np.int64(1 << 40)
"""What a line comes to that nothing bounds; more than any number of known lines do."""
_SUMMED: Final = frozenset({Type.UNITS, Type.MINUTES, Type.LINES, Type.VISITS})
_KEYS: Final = frozenset({"patient", "visit", "day", "discipline"})
_MOST: Final = 100
"""Groups that are kept apart; each is summed by itself."""
_FIRST: Final = np.datetime64("0001-01-01", "D").astype(np.int64)
"""The calendar's first day."""

Sure = tuple[Array, Array]
"""What the other visits of each visit's patient come to, and the visits of which that is certain."""


def surely(view: View, rule: Limit) -> Sure | None:
    """Of every visit of the frame; `None`: a limit of this kind is not worked out in columns."""
    history = view.frame.history
    first = _first(view.frame.dates.astype(np.int64), rule.window)
    if history is None or first is None or not _is_plain(rule):
        return None
    sure = first >= _FIRST
    days = view.frame.dates.astype(np.int64) - first
    sure &= history.whole(0 if rule.window.word == "day" else days)
    if not _named(view):  # visits of one day may then be one visit, by their claim
        sure &= ~history.same_day
    if "discipline" not in rule.keys and not rule.by:
        others = _others(view, rule, history, lines(view, rule), days)
    else:
        key = _groups(view, rule)
        if key is None:
            return None
        others, alike = _apart(view, rule, history, days, key)
        sure &= alike
    return others, sure & (others < UNKNOWN)


def visits(view: View, rule: Limit, each: Array) -> Array:
    """What each visit of the frame comes to as an earlier one, of what each of its lines does."""
    sums = np.concatenate(([0], np.cumsum(each)))
    out: Array = sums[view.frame.offsets[1:]] - sums[view.frame.offsets[:-1]]
    return np.where(out < UNKNOWN, np.minimum(out, 1), out) if rule.measure in WHOLE else out


def lines(view: View, rule: Limit) -> Array:
    """What each line comes to as an earlier one (`measuring._total`); 0 where the limit is not about its code."""
    about = _about(view, rule)
    if rule.measure not in {Type.UNITS, Type.MINUTES}:
        return about
    found = view.column("line.units" if rule.measure is Type.UNITS else "line.minutes")
    if found is None:
        return about * UNKNOWN
    column, _ = found
    values = column.values.astype(np.int64)
    if rule.measure is Type.UNITS:
        values = values * (view.scale // column.scale)
    return about * (values if column.known is None else np.where(column.known, values, UNKNOWN))


def _about(view: View, rule: Limit) -> Array:
    """1 for the lines whose code a limit is about."""
    codes = view.frame.codes
    if rule.codes is None:
        return np.ones(view.frame.lines, np.int64)
    return np.array([word in rule.codes for word in codes.words or ("",)], np.int64).take(codes.values)


def _is_plain(rule: Limit) -> bool:
    """Whether an earlier line counts or does not by its code, its date, its discipline and facts of its visit alone."""
    by_line = rule.member is not None and any(op.op in LINE_OPS for op in walk(rule.member))
    apart = set(rule.keys) <= _KEYS and not any(fact.of_line for fact in rule.by)
    return rule.measure in _SUMMED and apart and not rule.exempt and not by_line


def _others(view: View, rule: Limit, history: History, each: Array, days: Array) -> Array:
    own = visits(view, rule, each)
    refused = np.full(len(view.frame.refused.rows), UNKNOWN)
    return history.within(np.concatenate((own, refused)), days) - own


def _apart(view: View, rule: Limit, history: History, days: Array, key: Array) -> Sure:
    """What others come to that are of each visit's group, and the visits that are of one.

    Lines of which the group is not known (0) may be of any, and to a visit of which it is not any may belong; an amount that is not stated
    is told as missing whatever its group.
    """
    each, open_ = lines(view, rule), _about(view, rule) * UNKNOWN
    starts = view.frame.offsets[:-1]
    mine = np.minimum.reduceat(key, starts)
    others = np.zeros(view.frame.visits, np.int64)
    for one in np.unique(mine).tolist():
        counted = np.where((key == 0) | (each >= UNKNOWN), open_, each * (key == one)) if one else open_
        others = np.where(mine == one, _others(view, rule, history, counted, days), others)
    return others, mine == np.maximum.reduceat(key, starts)


def _groups(view: View, rule: Limit) -> Array | None:
    """Of each line a number that tells apart what the limit keeps apart, 0 where that is not known; `None`: there are many, or they are not
    told by words."""
    frame = view.frame
    key = np.ones(frame.lines, np.int64)
    for path in (*(["line.discipline"] if "discipline" in rule.keys else []), *(fact.path for fact in rule.by)):
        found = view.column(path)
        if found is None:
            return np.zeros(frame.lines, np.int64)
        column, of_line = found
        if column.words is None or column.spoilt is not None:
            return None
        ids = (
            column.values.astype(np.int64) + 1 if column.known is None else (column.values + np.int64(1)) * column.known
        )
        ids = ids if of_line else np.repeat(ids, np.diff(frame.offsets))
        key = np.where((key == 0) | (ids == 0), 0, key * (len(column.words) + 1) + ids)
        if int(key.max(initial=0)) > _MOST:
            return None
    return key


def _named(view: View) -> bool:
    """Whether every visit has an id."""
    found = view.frame.found
    ids = found.ids.get("visit") or found.visit.get("visit")
    return ids is not None and ids.known is None


def _first(dates: Array, window: Window) -> Array | None:
    """The window's first day of each date (`engine/windows.py`), in days since 1970; `None`: the date alone does not say."""
    month = dates.view("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    match window.word:
        case "day":
            return dates
        case "week":  # 1970 began on a Thursday, weeks begin on Sunday
            return dates - (dates + 4) % 7
        case "month":
            return _day(month)
        case "calendar year":
            return _day(month - month % 12)
        case "fiscal year":
            return _day(month - (month - (window.month - 1)) % 12)
        case "rolling":
            return np.maximum(dates - max(window.days - 1, 0), _FIRST)
        case "lifetime":
            return np.full(len(dates), _FIRST)
        case _:
            return None


def _day(month: Array) -> Array:
    return month.view("datetime64[M]").astype("datetime64[D]").astype(np.int64)
