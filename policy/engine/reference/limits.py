"""Limits: what is measured, over which lines and dates, and what gives way.

Owns: membership, grouping, history, the excess and its order.
Never: raises a unit.
"""

import datetime as dt
from collections.abc import Sequence

from policy.claims.visit import PastLine
from policy.engine.expressions import absent, evaluate, truth
from policy.engine.facts import line_keys
from policy.engine.reference.state import State
from policy.engine.windows import start_of
from policy.plan.model import Limit
from policy.values import Truth, Type, Units, both, either, negate

Interval = tuple[Units, Units | None]
"""Fewest and most; `None`: not bounded."""


def limit(state: State, rule: Limit) -> None:
    """Judges one limit, group by group in claim order."""
    members = {i: member for i in range(len(state.lines)) if (member := _member(state, rule, i)) is not False}
    if not members:
        return
    gone = absent(rule.given, state.visit, state.visit.lines[min(members)])
    if gone:
        state.say(rule.at, "not judged", "note", tuple(members), None, (tuple(sorted(gone)),))
        return
    keys = [tuple(line_keys(key, state.visit)[i] for key in rule.keys) for i in range(len(state.lines))]
    if any(None in keys[i] for i in members):
        _group(state, rule, dict.fromkeys(members), None)
        return
    groups: dict[tuple[str | None, ...], dict[int, Truth]] = {}
    for i, member in members.items():
        groups.setdefault(keys[i], {})[i] = member
    for key, group in groups.items():
        _group(state, rule, group, dict(zip(rule.keys, key, strict=True)))


def _exceeds(low: Units, high: Units | None, most_low: Units | None, most_high: Units | None, capped: bool) -> Truth:
    """Whether what was measured passes the maximum, of both of which only bounds may be known."""
    if not capped:
        return False
    if most_high is not None and low > most_high:
        return True
    if high is not None and most_low is not None and high <= most_low:
        return False
    return None


def _member(state: State, rule: Limit, i: int) -> Truth:
    line, known = state.visit.lines[i], state.lines[i]
    if known.gated is True or (rule.codes is not None and line.code not in rule.codes):
        return False
    member = truth(rule.member, state.visit, line)
    for exempt in rule.exempt:
        if line.code in exempt.codes:
            member = both(member, negate(truth(exempt.when, state.visit, line)))
    return both(member, None) if known.gated is None else member


def _group(state: State, rule: Limit, group: dict[int, Truth], keys: dict[str, str | None] | None) -> None:
    """One group of lines; without `keys` the lines' groups are not known, and all of them together are judged as "perhaps"."""
    own = _own(state, rule, group)
    past = _past(state, rule, keys)
    low = own[0] + past[0]
    high = None if own[1] is None or past[1] is None else own[1] + past[1]
    most_low, most_high = _maximum(state, rule, min(group))
    lines = tuple(group)
    sure = keys is not None and all(member is True for member in group.values())
    exceeds = _exceeds(low if keys is not None else 0, high, most_low, most_high, _any_maximum(state, rule, min(group)))
    late = _late(state, rule)
    if late is True and sure:
        state.say(rule.at, "limit days", *_whole(state, rule, lines), None, (rule.days,))
        return
    verdict = either(exceeds, late)
    if verdict is True and not sure:
        verdict = None
    if verdict is False:
        return
    measured: Units | None = low if low == high else None
    most = most_low if most_low == most_high else None
    over = None if high is None or most_low is None or late is None else high - most_low
    _excess(state, rule, group, verdict, measured, most, over, past)


def _amount(state: State, rule: Limit, i: int) -> Interval:
    """What one line counts for."""
    line, known = state.visit.lines[i], state.lines[i]
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
        units = (
            (known.support_low, known.support_high) if known.supported is None else (known.supported, known.supported)
        )
    if rule.measure is Type.UNITS:
        return units
    return (1 if units[0] > 0 else 0), (0 if units[1] == 0 else 1)


def _own(state: State, rule: Limit, group: dict[int, Truth]) -> Interval:
    """What this visit counts for: a sum, or, for codes and visits, how many there are."""
    amounts = {i: _amount(state, rule, i) for i in group}
    lows = [amounts[i][0] if member is True else 0 for i, member in group.items()]
    highs = [amounts[i][1] for i in group]
    if rule.measure is Type.VISITS:
        return max(lows), max((h for h in highs if h is not None), default=1)
    if rule.measure is Type.CODES:
        codes = {state.visit.lines[i].code for i in group}
        low = {state.visit.lines[i].code for i, low in zip(group, lows, strict=True) if low}
        high = {state.visit.lines[i].code for i, high in zip(group, highs, strict=True) if high != 0}
        assert low <= high <= codes
        return len(low), len(high)
    return sum(lows), None if any(h is None for h in highs) else sum(h for h in highs if h is not None)


def _past(state: State, rule: Limit, keys: dict[str, str | None] | None) -> Interval:
    """What earlier visits of the window count for. A window beyond the day needs history; without it nothing is known."""
    visit, window = state.visit, rule.window
    if window.word == "visit":
        return 0, 0
    if visit.history is None:
        return (0, 0) if window.word == "day" else (0, None)
    if not visit.history:
        return 0, 0
    start, known = start_of(window, visit)
    rows = [row for row in visit.history if row.date <= visit.date and (start is None or row.date >= start)]
    rows = [row for row in rows if _counts(rule, row)]
    sure = [row for row in rows if known and keys is not None and _same(row, keys) is True]
    perhaps = [row for row in rows if keys is None or _same(row, keys) is not False]
    low, high = _measure(rule, sure, visit.date), _measure(rule, perhaps, visit.date)
    return low[0], high[1]


def _counts(rule: Limit, row: PastLine) -> bool:
    if rule.codes is not None and row.code not in rule.codes:
        return False
    return not any(exempt.when is None and row.code in exempt.codes for exempt in rule.exempt)


def _same(row: PastLine, keys: dict[str, str | None]) -> Truth:
    """Whether an earlier line is of the same group. History is the patient's own; a claim or a line does not divide it."""
    theirs = {"discipline": row.discipline, "provider": row.provider, "region": row.region, "code": row.code}
    same: Truth = True
    for key in keys.keys() & theirs.keys():
        same = both(same, None if theirs[key] is None or keys[key] == "" else theirs[key] == keys[key])
    return same


def _measure(rule: Limit, rows: Sequence[PastLine], date: dt.date) -> Interval:
    match rule.measure:
        case Type.UNITS:
            units = [row.units for row in rows]
            known = sum(u for u in units if u is not None)
            return known, None if any(u is None for u in units) else known
        case Type.MINUTES:
            minutes = [row.minutes for row in rows]
            total = sum(m for m in minutes if m is not None)
            return total, None if any(m is None for m in minutes) else total
        case Type.CODES:
            return (number := len({row.code for row in rows})), number
        case Type.VISITS:
            return (number := len({(row.date, row.visit or row.claim) for row in rows})), number
        case _:
            return len(rows), len(rows)


def _maximum(state: State, rule: Limit, first: int) -> tuple[Units | None, Units | None]:
    """The least and the greatest maximum that may apply: the first whose condition holds, and those above it that may hold."""
    amounts: list[Units | None] = []
    for maximum in rule.maxima:
        holds = truth(maximum.when, state.visit, state.visit.lines[first])
        if holds is not False:
            amounts.append(maximum.amount)
        if holds is True:
            break
    else:
        if amounts:
            return min((a for a in amounts if a is not None), default=None), None
        return None, None
    if any(a is None for a in amounts):
        return None, None
    known = [a for a in amounts if a is not None]
    return min(known), max(known)


def _any_maximum(state: State, rule: Limit, first: int) -> bool:
    return any(truth(m.when, state.visit, state.visit.lines[first]) is not False for m in rule.maxima)


def _late(state: State, rule: Limit) -> Truth:
    """Whether more than the stated days have passed."""
    if rule.days is None or rule.since is None:
        return False
    since, _ = evaluate(rule.since, state.visit, None)
    return None if since is None else (state.visit.date - since).days > rule.days


def _whole(state: State, rule: Limit, lines: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """The effect of a limit that is passed as a whole, applied to all lines of the group."""
    effect = {"deny the excess": "deny", "deny every unit": "deny", "modifier": "deny"}.get(rule.excess, rule.excess)
    if effect == "deny":
        for i in lines:
            state.lines[i].deny()
    return effect, lines


def _excess(
    state: State, rule: Limit, group: dict[int, Truth], verdict: Truth,
    measured: Units | None, most: Units | None, over: Units | None, past: Interval,
) -> None:  # fmt: skip
    lines = tuple(group)
    sure = verdict is True
    if rule.excess == "modifier":
        _modifier(state, rule, lines, sure, measured, most)
    elif rule.excess == "deny every unit":
        if sure:
            for i in lines:
                units = _taken(state, i, 0)
                state.say(rule.at, "limit", "deny", (i,), units, (measured, most))
                state.lines[i].deny()
        else:
            _doubt(state, rule, lines, None)
    elif rule.excess != "deny the excess":
        if sure:
            state.say(rule.at, "limit", rule.excess, lines, None, (measured, most))
        else:
            state.doubt(rule.at, "limit", lines, rule.excess, (None, most))
    elif sure and measured is not None and most is not None and rule.measure is Type.VISITS:
        for i in lines:
            units = _taken(state, i, 0)
            state.say(rule.at, "limit", "deny", (i,), units, (measured, most))
            state.lines[i].deny()
    elif sure and measured is not None and most is not None and (order := _ordered(state, rule, lines)) is not None:
        _cut(state, rule, order, measured, most, past)
    else:
        _doubt(state, rule, lines, over)


def _doubt(state: State, rule: Limit, lines: tuple[int, ...], over: Units | None) -> None:
    """Each line may lose up to `over` units (`None`: everything)."""
    state.doubt(rule.at, "limit", lines, "deny", (None, None))
    for i in lines:
        known = state.lines[i]
        known.low = max(0, known.low - over) if over is not None and rule.measure is Type.UNITS else 0


def _modifier(
    state: State, rule: Limit, lines: tuple[int, ...], sure: bool, measured: Units | None, most: Units | None
) -> None:
    """Above the limit every line needs one of the modifiers."""
    for i in lines:
        carried = state.visit.lines[i].modifiers
        if carried is not None and not rule.modifiers.isdisjoint(carried):
            continue
        if sure and carried is not None:
            units = _taken(state, i, 0)
            state.say(rule.at, "limit", "deny", (i,), units, (measured, most))
            state.lines[i].deny()
        else:
            state.doubt(rule.at, "limit", (i,), "deny", (None, most))
            state.lines[i].doubt()


def _taken(state: State, i: int, left: Units) -> Units | None:
    """Units that a line loses when `left` remain; `None` when what it had is not known."""
    known = state.lines[i]
    return max(0, known.high - left) if known.settled and known.high is not None else None


def _ordered(state: State, rule: Limit, lines: tuple[int, ...]) -> list[int] | None:
    """The lines in the order in which they give way; `None` when a fact of the order is missing. Ties: the last line first."""
    order = sorted(lines, reverse=True)
    for by, word, codes in reversed(rule.orders):
        if by == "line":
            order.sort(reverse=word == "last")
        elif by == "codes":
            assert codes is not None
            order.sort(key=lambda i: state.visit.lines[i].code not in codes)
        else:
            facts = [getattr(state.visit.lines[i], by) for i in lines]
            if any(fact is None for fact in facts):
                return None
            sign = -1 if word in {"most", "highest"} else 1
            order.sort(key=lambda i, name=by, sign=sign: sign * getattr(state.visit.lines[i], name))  # type: ignore[misc]
    return order


def _cut(state: State, rule: Limit, order: Sequence[int], measured: Units, most: Units, past: Interval) -> None:
    """Takes the excess away, line by line in the stated order. What earlier visits used is not this visit's to give back."""
    excess = min(measured - most, measured - past[0])
    seen: set[str] = set()
    for i in order:
        if excess <= 0:
            return
        line = state.visit.lines[i]
        amount = _amount(state, rule, i)[0]
        if amount == 0:
            continue
        if rule.measure is Type.CODES:
            if line.code not in seen:
                seen.add(line.code)
                for j in sorted(k for k in order if state.visit.lines[k].code == line.code):
                    _lower(state, rule, j, 0, measured, most)
                excess -= 1
        elif rule.measure is Type.LINES:
            _lower(state, rule, i, 0, measured, most)
            excess -= 1
        else:
            taken = min(amount, excess)
            excess -= taken
            kept = amount - taken
            _lower(
                state,
                rule,
                i,
                kept if rule.measure is Type.UNITS else kept // state.plan.length(line.code),
                measured,
                most,
            )


def _lower(state: State, rule: Limit, i: int, left: Units, measured: Units, most: Units) -> None:
    known = state.lines[i]
    units = _taken(state, i, left)
    if units == 0:
        return
    state.say(rule.at, "limit", "deny" if left == 0 else "reduce", (i,), units, (measured, most))
    known.cap(left)
