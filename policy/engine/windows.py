"""The first date of a limit's window.

Owns: what a week, a year, an episode mean on a date, and whether the history that came covers them. Weeks begin on Sunday; a rolling
window of N days ends on the date of service.
Never: sums anything.
"""

import datetime as dt
from typing import Final

from policy.claims.visit import PastLine, Visit
from policy.engine.facts import visit_fact
from policy.facts import BY_PATH
from policy.plan.model import Window

_FIRST_AUTHORIZED: Final = BY_PATH["authorization.from"]


def start_of(window: Window, visit: Visit) -> tuple[dt.date | None, bool]:
    """The first date that counts, and whether it is known; `(None, False)` when the fact that sets it is missing."""
    date = visit.date
    match window.word:
        case "visit" | "day":
            return date, True
        case "week":
            return _back(date, (date.weekday() + 1) % 7), True
        case "month":
            return date.replace(day=1), True
        case "calendar year":
            return date.replace(month=1, day=1), True
        case "fiscal year":
            year = date.year if date.month >= window.month else date.year - 1
            return dt.date(max(year, 1), window.month, 1), True
        case "rolling":
            return _back(date, max(window.days - 1, 0)), True
        case (
            "lifetime" | "authorization"
        ):  # which lines are of one authorization is no matter of dates alone (`measuring`)
            return dt.date.min, True
        case word:
            start = visit_fact(window.fact, visit) if window.fact is not None else None
            if not isinstance(start, dt.date):
                return None, False
            return (_back(start, -1) if word == "after" else start), True


def is_whole(window: Window, visit: Visit) -> bool:
    """Whether the visit's history holds every earlier line of a window, as far as its caller says (`history_since`).

    Of a day the visit itself is taken to be all that there is, as without any history. An authorization begins on its first day.
    """
    if window.word in ("visit", "day"):
        return True
    if visit.history is None:
        return False
    if visit.history_since is None:
        return True
    start = visit_fact(_FIRST_AUTHORIZED, visit) if window.word == "authorization" else start_of(window, visit)[0]
    return isinstance(start, dt.date) and start >= visit.history_since


def earlier(window: Window, visit: Visit) -> list[PastLine]:
    """The lines of the visit's history that lie in a window; all of them up to the visit's day where its first day is not known."""
    start, _ = start_of(window, visit)
    return [row for row in visit.history or () if row.date <= visit.date and (start is None or row.date >= start)]


def _back(date: dt.date, days: int) -> dt.date:
    try:
        return date - dt.timedelta(days=days)
    except OverflowError:
        return dt.date.min if days > 0 else dt.date.max
