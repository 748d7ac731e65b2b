"""Limits: which lines one is about, whether it is passed, and what follows.

Owns: membership, groups, the verdict and the choice of what follows it.
Never: raises a unit.
"""

from collections.abc import Collection, Iterable

from policy.engine.expressions import absent, truth
from policy.engine.facts import fact_keys, line_keys
from policy.engine.reference.cutting import certain, cut_excess, cut_whole, doubt, need_modifier, ordered, tag
from policy.engine.reference.measuring import (
    WHOLE,
    Interval,
    Keys,
    amount,
    applicable,
    exceeds,
    late,
    measured,
    past_lines,
)
from policy.engine.reference.state import State
from policy.plan.model import Limit
from policy.values import Truth, Type, Units, both, either, negate

DENIALS = frozenset({"deny the excess", "deny every unit", "modifier"})


def limit(state: State, rule: Limit) -> None:
    """Judges one limit, group by group in claim order."""
    members = {i: counted for i in range(len(state.lines)) if (counted := member(state, rule, i)) is not False}
    if not members:
        return
    if absent(rule.given, state.visit, state.visit.lines[min(members)]):
        return
    state.kept = {}
    keys = {key: line_keys(key, state.visit) for key in rule.keys}
    keys |= {fact.path: fact_keys(fact, state.visit) for fact in rule.by}
    known = {key: values for key, values in keys.items() if all(values[i] is not None for i in members)}
    groups: dict[tuple[str | None, ...], dict[int, Truth]] = {}
    for i, counted in members.items():
        groups.setdefault(tuple(values[i] for values in known.values()), {})[i] = counted
    for key, group in groups.items():
        named: dict[str, str | None] = {**dict.fromkeys(keys, ""), **dict(zip(known, key, strict=True))}
        # Several lines of which some do not state a key may be of one group or of two.
        _group(state, rule, group, named if len(known) == len(keys) or len(group) == 1 else None)


def member(state: State, rule: Limit, i: int) -> Truth:
    """Whether a limit is about a line."""
    line, known = state.visit.lines[i], state.lines[i]
    if known.gated is True or (rule.codes is not None and line.code not in rule.codes):
        return False
    counted = truth(rule.member, state.visit, line)
    for exempt in rule.exempt:
        if line.code in exempt.codes:
            counted = both(counted, negate(truth(exempt.when, state.visit, line)))
    return both(counted, None) if known.gated is None else counted


def _group(state: State, rule: Limit, group: dict[int, Truth], keys: Keys | None) -> None:
    """One group of lines. Without `keys` the lines' groups are not known; all of them together are judged, never for certain."""
    interval, before = measured(state, rule, group, keys)
    maxima = applicable(state, rule)
    passed, overdue = exceeds(interval, maxima), late(state, maxima)
    verdict = either(passed, overdue)
    if verdict is False:
        return
    if verdict is True and (keys is None or not certain(group)):
        verdict = None
    if rule.excess == "deny the excess" and overdue is None:
        verdict = None
    lines = tuple(group)
    amounts = [maximum.amount for maximum, _ in maxima]
    most = amounts[0] if len(set(amounts)) == 1 and maxima[-1][1] is True else None
    if verdict is True and overdue is True:
        _overdue(state, rule, lines, next(m.days for m, _ in maxima if m.days is not None))
    elif rule.excess == "modifier":
        need_modifier(state, rule, lines, verdict is True, (_exact(interval), most))
    elif rule.excess not in DENIALS:
        if verdict is True:
            state.say(rule.at, tag(rule), rule.excess, lines, None, (_exact(interval), most))
        else:
            state.doubt(rule.at, tag(rule), lines, rule.excess, (None, most))
    else:
        known = _known_codes(state, rule, group, keys) if rule.measure is Type.CODES else frozenset()
        _deny(state, rule, lines, verdict, interval, most, before, overdue, known)


def _deny(
    state: State, rule: Limit, lines: tuple[int, ...], verdict: Truth, interval: Interval, most: Units | None, before: Units,
    overdue: Truth, known: Collection[str] | None,
) -> None:  # fmt: skip
    total = _exact(interval)
    whole = rule.excess == "deny every unit" or rule.measure in WHOLE
    if verdict is True and whole:
        cut_whole(state, rule, lines, (total, most))
        return
    exact = all(low == high for low, high in (amount(state, rule, i) for i in lines))
    order = ordered(state, rule, lines) if verdict is True and exact and not whole else None
    if order is not None and known is not None and total is not None and most is not None:
        cut_excess(state, rule, order, total, most, before, known)
    else:
        high = interval[1]
        bounded = not whole and overdue is False and high is not None and most is not None
        doubt(state, rule, lines, max(0, high - most) if bounded and high is not None and most is not None else None)


def _known_codes(state: State, rule: Limit, group: Iterable[int], keys: Keys | None) -> frozenset[str] | None:
    """Codes that the window surely holds already; `None` when it may hold others of this group."""
    sure, perhaps, bounded = past_lines(state, rule, keys)
    known = frozenset(row.code for row in sure)
    doubtful = {row.code for row in perhaps} - known
    return None if not bounded or any(state.visit.lines[i].code in doubtful for i in group) else known


def _overdue(state: State, rule: Limit, lines: tuple[int, ...], days: int | None) -> None:
    """More days have passed than the limit gives: it is passed as a whole."""
    if rule.excess == "modifier":
        carried = {i: state.visit.lines[i].modifiers for i in lines}
        unknown = tuple(i for i in lines if carried[i] is None)
        lines = tuple(i for i in lines if carried[i] is not None and rule.modifiers.isdisjoint(carried[i] or ()))
        for i in unknown:
            state.doubt(rule.at, "limit days", (i,), "deny", (days,))
            state.lines[i].doubt()
    if not lines:
        return
    effect = "deny" if rule.excess in DENIALS else rule.excess
    state.say(rule.at, "limit days", effect, lines, None, (days,))
    if effect == "deny":
        for i in lines:
            state.lines[i].deny()


def _exact(interval: Interval) -> Units | None:
    low, high = interval
    return low if low == high else None
