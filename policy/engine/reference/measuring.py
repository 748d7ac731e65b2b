"""What a limit measures: this visit's lines and the earlier lines of its window, and the maximum that applies.

Owns: amounts as intervals, because units, history or a maximum's condition may not be known.
Never: decides what follows (`limits`) or takes anything away (`cutting`).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

import attrs

from policy.claims.visit import PastLine, Visit
from policy.engine.expressions import evaluate, truth
from policy.engine.facts import past_fact, visit_fact
from policy.engine.reference.state import State
from policy.engine.windows import earlier, is_whole, start_of
from policy.facts import BY_PATH
from policy.plan.model import LINE_OPS, Limit, Maximum, Op, walk
from policy.values import Truth, Type, Units, Value, both, negate

_NUMBER: Final = BY_PATH["authorization.number"]
_FROM: Final = BY_PATH["authorization.from"]

Interval = tuple[Units, Units | None]
"""Fewest and most; `None`: not bounded."""

WHOLE: Final = frozenset({Type.VISITS, Type.DAYS})
"""What a visit uses up as a whole."""

Keys = Mapping[str, str | None]
"""The grouping keys of one group by name; an empty text where nobody states the key."""


def measured(state: State, rule: Limit, group: Mapping[int, Truth], keys: Keys | None) -> tuple[Interval, Units]:
    """What a group of lines comes to with its history, and how much of that is history for certain.

    `group` says of each line whether it is surely counted; without `keys` it is not known which earlier lines belong to it.
    """
    sure, perhaps, bounded = past_lines(state, rule, keys)
    before = _total(rule, sure)[0]
    if rule.measure is Type.CODES:
        lows = {state.visit.lines[i].code for i in group if group[i] is True and amount(state, rule, i)[0] > 0}
        highs = {state.visit.lines[i].code for i in group if amount(state, rule, i)[1] != 0}
        most = len(highs | {row.code for row in perhaps}) if bounded else None
        return (len(lows | {row.code for row in sure}), most), before
    amounts = {i: amount(state, rule, i) for i in group}
    lows_ = [amounts[i][0] if member is True else 0 for i, member in group.items()]
    highs_ = [amounts[i][1] for i in group]
    if rule.measure in WHOLE:
        own: Interval = max(lows_), max((h for h in highs_ if h is not None), default=1)
    else:
        own = sum(lows_), None if None in highs_ else sum(h for h in highs_ if h is not None)
    later = _total(rule, perhaps)[1] if bounded else None
    return (own[0] + before, None if own[1] is None or later is None else own[1] + later), before


def amount(state: State, rule: Limit, i: int) -> Interval:
    """What one line counts for."""
    line, known = state.visit.lines[i], state.lines[i]
    if state.money is not None and rule.measure in {Type.MONEY, Type.RVUS}:
        value = state.money[i].amount if rule.measure is Type.MONEY else state.money[i].rvus
        return (0, None if known.high != 0 else 0) if value is None else (value, value)
    if rule.measure is Type.MINUTES:
        minutes: Interval = (line.minutes, line.minutes) if line.minutes is not None else (0, None)
        return minutes if rule.counting != "allowed" or known.low > 0 else (0, minutes[1] if known.high != 0 else 0)
    if rule.counting == "billed" and rule.measure is not Type.UNITS:
        return 1, 1
    if rule.counting == "billed" and line.units is not None:
        units: Interval = (line.units, line.units)
    elif rule.counting == "allowed":
        units = (known.low, known.high)
    else:
        units = (known.support_low, known.support_high)
    if rule.measure is Type.UNITS:
        return units
    return (1 if units[0] > 0 else 0), (0 if units[1] == 0 else 1)


def past_lines(state: State, rule: Limit, keys: Keys | None) -> tuple[list[PastLine], list[PastLine], bool]:
    """The earlier lines that surely count, those that may, and whether there can be no others.

    A window beyond the day needs history. A condition about a line cannot be judged of an earlier one, which then only may count.
    Lines of this same visit, and a limit `per line`, have no history.
    """
    visit, window = state.visit, rule.window
    if window.word == "visit" or "line" in rule.keys:
        return [], [], True
    whole = is_whole(window, visit)
    if visit.history is None:
        return [], [], whole
    rows = [row for row in earlier(window, visit) if not _same(state, rule, row)]
    member = None if _reads_line(rule.member) else True
    counts = {id(row): both(_counts(state, rule, row, member), _same_group(state, rule, row, keys)) for row in rows}
    if window.word == "authorization":
        counts = {id(row): both(counts[id(row)], _same_authorization(visit, row)) for row in rows}
    perhaps = [row for row in rows if counts[id(row)] is not False]
    known = start_of(window, visit)[1]
    sure = [row for row in perhaps if counts[id(row)] is True and known and keys is not None]
    return sure, perhaps, whole


def _same(state: State, rule: Limit, row: PastLine) -> bool:
    """Whether an earlier line is of this same visit, or, where days are counted, of this same day."""
    return row.date == state.visit.date if rule.measure is Type.DAYS else _same_visit(state, row)


def _same_visit(state: State, row: PastLine) -> bool:
    visit = state.visit
    if row.date != visit.date:
        return False
    if row.visit is not None and visit.visit is not None:
        return row.visit == visit.visit
    return row.claim is not None and row.claim == visit.claim


def _same_authorization(visit: Visit, row: PastLine) -> Truth:
    """Whether an earlier line used up the visit's authorization: by the numbers, else by the first day authorized."""
    ours, theirs = visit_fact(_NUMBER, visit), past_fact(_NUMBER, row)
    if ours is not None and theirs is not None:
        return ours == theirs
    start = visit_fact(_FROM, visit)
    return row.date >= start if isinstance(start, dt.date) else None


def _counts(state: State, rule: Limit, row: PastLine, member: Truth) -> Truth:
    if rule.codes is not None and row.code not in rule.codes:
        return False
    counts = member
    for exempt in rule.exempt:
        if row.code in exempt.codes:
            freed = None if _reads_line(exempt.when) else truth(exempt.when, state.visit, None)
            counts = both(counts, negate(freed))
    return counts


def _reads_line(condition: Op | None) -> bool:
    """Whether a condition is about a line, and so cannot be judged of an earlier one."""
    return condition is not None and any(op.op in LINE_OPS for op in walk(condition))


def _same_group(state: State, rule: Limit, row: PastLine, keys: Keys | None) -> Truth:
    theirs = {
        "discipline": row.discipline, "provider": row.provider, "region": row.region, "code": row.code,
        "group": row.group, "facility": row.facility,
    }  # fmt: skip
    same: Truth = True
    if "claim" in rule.keys:
        claims = (row.claim, state.visit.claim)
        same = None if None in claims else claims[0] == claims[1]
    theirs |= {fact.path: _text(past_fact(fact, row)) for fact in rule.by}
    for key, value in (keys or {}).items():
        if key in theirs:
            same = both(same, None if theirs[key] is None or value == "" else theirs[key] == value)
    return same


def _text(value: Value | None) -> str | None:
    return None if value is None else str(value)


def _total(rule: Limit, rows: Sequence[PastLine]) -> Interval:
    match rule.measure:
        case Type.UNITS:
            units = [row.units for row in rows]
            known = sum(u for u in units if u is not None)
            return known, None if None in units else known
        case Type.MINUTES:
            minutes = [row.minutes for row in rows]
            total = sum(m for m in minutes if m is not None)
            return total, None if None in minutes else total
        case Type.MONEY | Type.RVUS:
            values = [row.amount if rule.measure is Type.MONEY else row.rvus for row in rows]
            worth = sum(v for v in values if v is not None)
            return worth, None if None in values else worth
        case Type.VISITS:
            number = len({(row.date, row.visit or row.claim) for row in rows})
        case Type.DAYS:
            number = len({row.date for row in rows})
        case Type.CODES:
            number = len({row.code for row in rows})
        case _:
            number = len(rows)
    return number, number


def applicable(state: State, rule: Limit) -> list[tuple[Maximum, Truth]]:
    """The maxima that may apply: the first whose condition holds, and those above it that may hold."""
    out: list[tuple[Maximum, Truth]] = []
    for maximum in rule.maxima:
        holds = truth(maximum.when, state.visit, None)
        if holds is not False:
            out.append((_stated(state, maximum), holds))
        if holds is True:
            break
    return out


def _stated(state: State, maximum: Maximum) -> Maximum:
    """The maximum with the amount that a fact gives it."""
    if maximum.fact is None:
        return maximum
    amount, _ = evaluate(maximum.fact, state.visit, None)
    return attrs.evolve(maximum, amount=amount) if isinstance(amount, (int, Decimal)) else maximum


def exceeds(interval: Interval, maxima: Sequence[tuple[Maximum, Truth]]) -> Truth:
    """Whether what was measured passes the maximum; where none surely applies, perhaps there is none."""
    low, high = interval
    amounts = [maximum.amount for maximum, _ in maxima]
    known = [a for a in amounts if a is not None]
    if not maxima:
        return False
    if None not in amounts and high is not None and high <= min(known):
        return False
    certain = None not in amounts and maxima[-1][1] is True
    return True if certain and low > max(known) else None


def late(state: State, maxima: Sequence[tuple[Maximum, Truth]]) -> Truth:
    """Whether more days have passed than the maximum gives that applies, whichever of those that may apply it is."""
    passed = {_passed(state, maximum) for maximum, _ in maxima}
    if not maxima or maxima[-1][1] is not True:
        passed.add(False)
    return passed.pop() if len(passed) == 1 else None


def _passed(state: State, maximum: Maximum) -> Truth:
    if maximum.days is None or maximum.since is None:
        return False
    since, _ = evaluate(maximum.since, state.visit, None)
    return None if since is None else (state.visit.date - since).days > maximum.days
