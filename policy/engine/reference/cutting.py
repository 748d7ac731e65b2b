"""What gives way when a limit is passed.

Owns: the order in which lines give way, what each loses, and what may be lost when something is not known.
Never: measures (`measuring`). What earlier visits used is not this visit's to give back.
"""

from collections.abc import Collection, Mapping, Sequence

import attrs

from policy.engine.reference.measuring import amount
from policy.engine.reference.state import LineState, State
from policy.plan.model import Limit
from policy.values import Truth, Type, Units


def by_value(rule: Limit) -> bool:
    """Whether a limit is on money or RVUs, and so judged when the lines are priced."""
    return rule.measure in {Type.MONEY, Type.RVUS}


def tag(rule: Limit) -> str:
    """The tag of a limit's events."""
    return "limit value" if by_value(rule) else "limit"


def cut_whole(state: State, rule: Limit, lines: Sequence[int], args: tuple[object, ...]) -> None:
    """Every line of the group loses everything."""
    for i in lines:
        amount_ = (state.money[i].amount,) if by_value(rule) and state.money is not None else ()
        state.say(rule.at, tag(rule), "deny", (i,), taken(state, i, 0), (*args, *amount_))
        state.lines[i].deny()


def need_modifier(state: State, rule: Limit, lines: Sequence[int], sure: bool, args: tuple[object, ...]) -> None:
    """Above the limit every line needs one of the modifiers."""
    for i in lines:
        carried = state.visit.lines[i].modifiers
        if carried is not None and not rule.modifiers.isdisjoint(carried):
            continue
        if sure and carried is not None:
            cut_whole(state, rule, (i,), args)
        else:
            state.doubt(rule.at, tag(rule), (i,), "deny", (None, args[1]))
            state.lines[i].doubt()


def doubt(state: State, rule: Limit, lines: tuple[int, ...], over: Units | None) -> None:
    """Each line may lose up to `over` units (`None`: everything)."""
    state.doubt(rule.at, tag(rule), lines, "deny", (None, None))
    for i in lines:
        known = state.lines[i]
        known.low = max(0, known.low - over) if over is not None and rule.measure is Type.UNITS else 0


def taken(state: State, i: int, left: Units) -> Units | None:
    """Units that a line loses when `left` remain; `None` when what it had is not known."""
    known = state.lines[i]
    return max(0, known.high - left) if known.settled and known.high is not None else None


def ordered(state: State, rule: Limit, lines: Sequence[int]) -> list[int] | None:
    """The lines in the order in which they give way; `None` when a fact of the order is missing. Ties: the last line first."""
    order = sorted(lines, reverse=True)
    for by, word, codes in reversed(rule.orders):
        if by == "line":
            order.sort(reverse=word == "last")
        elif by == "codes":
            order.sort(key=lambda i, codes=codes: state.visit.lines[i].code not in codes)  # type: ignore[misc]
        else:
            facts = {i: getattr(state.visit.lines[i], by) for i in lines}
            if None in facts.values():
                return None
            sign = -1 if word in {"most", "highest"} else 1
            order.sort(key=lambda i, facts=facts, sign=sign: sign * facts[i])  # type: ignore[misc]
    return order


def cut_excess(
    state: State,
    rule: Limit,
    order: Sequence[int],
    measured: Units,
    most: Units,
    before: Units,
    known: Collection[str] = (),
) -> None:
    """Takes the excess away, line by line in the stated order. Codes that the window already `known` holds are not in excess."""
    excess = min(measured - most, measured - before)
    args = (measured, most)
    if by_value(rule):
        from policy.engine.reference.value_cutting import cut_value

        cut_value(state, rule, order, excess, args)
        return
    if rule.measure is Type.MINUTES:
        _cut_minutes(state, rule, order, excess, args)
        return
    seen = set(known)
    for i in order:
        if excess <= 0:
            return
        code = state.visit.lines[i].code
        own = amount(state, rule, i)[0]
        if own == 0 or (rule.measure is Type.CODES and code in seen):
            continue
        seen.add(code)
        if rule.measure is Type.UNITS:
            lost = min(own, excess)
            excess -= lost
            _lower(state, rule, i, own - lost, args)
        else:
            excess -= 1
            same = sorted(k for k in order if state.visit.lines[k].code == code) if rule.measure is Type.CODES else (i,)
            for k in same:
                _lower(state, rule, k, 0, args)


def _cut_minutes(state: State, rule: Limit, order: Sequence[int], excess: Units, args: tuple[object, ...]) -> None:
    """Takes minutes away in the stated order and counts what is left as the payer counts: a line keeps what that supports."""
    from policy.engine.reference.counting import count

    for i in order:
        minutes = state.visit.lines[i].minutes
        if minutes is None:
            continue
        lost = min(int(amount(state, rule, i)[0]), int(excess))
        state.kept[i] = minutes - lost
        excess -= lost
    lines = tuple(
        attrs.evolve(line, minutes=state.kept.get(i, line.minutes)) for i, line in enumerate(state.visit.lines)
    )
    visit = attrs.evolve(state.visit, lines=lines, timed_minutes=None)
    again = State(state.plan, visit, [LineState(line.gated) for line in state.lines])
    count(again)
    for i in sorted(order):
        left = again.lines[i]
        if left.support_high is not None and left.support_low == left.support_high:
            _lower(state, rule, i, left.support_high, args)
        else:
            state.doubt(rule.at, "limit", (i,), "deny", (None, None))
            state.lines[i].low = min(state.lines[i].low, left.support_low)


def _lower(state: State, rule: Limit, i: int, left: Units, args: tuple[object, ...]) -> None:
    units = taken(state, i, left)
    if units == 0:
        return
    state.say(rule.at, "limit", "deny" if left == 0 else "reduce", (i,), units, args)
    state.lines[i].cap(left)


def certain(group: Mapping[int, Truth]) -> bool:
    """Whether every line of a group is surely counted."""
    return all(member is True for member in group.values())
