"""Multiple-procedure reductions: all but the first service of a day lose a part of their price.

Owns: which lines are ranked together, which of them is first, and what the others lose.
Never: ranks a line for which nothing is paid. A rank that is not known leaves every amount of its group unknown.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import attrs

from policy.engine.expressions import missing
from policy.engine.facts import line_keys
from policy.engine.reference.paying import LineMoney, Part, Unknown, amount_of, concerned
from policy.engine.reference.state import State
from policy.plan.pay import Reduction
from policy.values import Truth


def reduce(state: State, step: Reduction, ledger: list[LineMoney]) -> None:
    """Takes the reduction, group by group in claim order."""
    about = concerned(state, ledger, step.codes, step.condition)
    for group, lacking in _groups(state, step, list(about)):
        reason = _blocked(state, step, ledger, {i: about[i] for i in group}, lacking)
        if reason is None:
            _reduce(state, step, ledger, group)
        else:
            _lost(state, step, ledger, group, *reason)


def _groups(state: State, step: Reduction, lines: Sequence[int]) -> Iterator[tuple[list[int], frozenset[str]]]:
    """Lines ranked together; where a key is stated of some lines only, all of them, with the facts that are missing."""
    keys = {key: line_keys(key, state.visit) for key in step.across}
    lacking = frozenset(f"line.{key}" for key, values in keys.items() if any(values[i] is None for i in lines))
    if lacking and len(lines) > 1:
        yield list(lines), lacking
        return
    groups: dict[tuple[str | None, ...], list[int]] = {}
    for i in lines:
        groups.setdefault(tuple(values[i] for values in keys.values()), []).append(i)
    for group in groups.values():
        yield group, frozenset()


def _blocked(
    state: State, step: Reduction, ledger: list[LineMoney], group: dict[int, Truth], lacking: frozenset[str]
) -> tuple[str | None, frozenset[str]] | None:
    """Why a group cannot be ranked, and the facts that would settle it; `None` when it can."""
    blocked, facts = bool(lacking), lacking
    why = None
    for i, holds in group.items():
        one, line = ledger[i], state.visit.lines[i]
        by_expense = step.what == "practice expense" or step.key == "practice expense"
        if holds is None:
            blocked, facts = True, facts | missing([step.condition], state.visit, line)
        if one.amount is None:
            blocked, facts = True, facts | frozenset(one.priced.lacking)
            why = why or f"it hangs on {line.code}, whose amount is not known"
            facts |= frozenset() if one.priced.lacking else {f"amount of {line.code}"}
        elif by_expense and any(part.expense is None for part in one.parts):
            blocked, facts = True, facts | frozenset(one.priced.no_expense)
            why = why or one.priced.why or f"the practice expense of {line.code} is not stated"
            facts |= frozenset() if one.priced.no_expense else {f"practice expense of {line.code}"}
    return (why, facts) if blocked else None


def _lost(
    state: State, step: Reduction, ledger: list[LineMoney], group: Sequence[int], why: str | None, facts: frozenset[str]
) -> None:
    unknown = Unknown(state)
    for i in group:
        if ledger[i].amount is not None:
            ledger[i].lost()
            unknown.add(i, step.at, why, facts)
    unknown.say()


# ------------------------------------------------------------------------------------------- ranks


def _key(step: Reduction, part: Part) -> Decimal:
    if step.key != "practice expense":
        return part.price
    assert part.expense is not None
    return part.expense


def _reduce(state: State, step: Reduction, ledger: list[LineMoney], group: Sequence[int]) -> None:
    if step.grain == "code":
        first = _first_code(state, step, ledger, group)
        kept = {i: ledger[i].parts for i in group if state.visit.lines[i].code == first}
    else:
        i, part = _first_part(step, ledger, group)
        kept = {i: [attrs.evolve(part, units=min(part.units, 1))]}
    for i in group:
        _take(state, step, ledger[i], i, kept.get(i, []), min(kept))


def _first_part(step: Reduction, ledger: list[LineMoney], group: Sequence[int]) -> tuple[int, Part]:
    """The line and its units at one price that rank first."""
    ranked = [(_key(step, part), i, part) for i in group for part in ledger[i].parts]
    most = max(key for key, _, _ in ranked)
    tied = [(i, part) for key, i, part in ranked if key == most]
    return tied[-1] if step.last else tied[0]


def _first_code(state: State, step: Reduction, ledger: list[LineMoney], group: Sequence[int]) -> str:
    """The code that ranks first: by the price of a unit, or by what all its lines come to."""
    keys: dict[str, Decimal] = {}
    for i in group:
        code, one = state.visit.lines[i].code, ledger[i]
        if step.key == "allowance":
            keys[code] = keys.get(code, Decimal(0)) + (one.amount or 0)
        else:
            keys[code] = max([_key(step, part) for part in one.parts] + ([keys[code]] if code in keys else []))
    most = max(keys.values())
    tied = [code for code, key in keys.items() if key == most]
    return tied[-1] if step.last else tied[0]


def _take(state: State, step: Reduction, one: LineMoney, i: int, kept: Sequence[Part], first: int) -> None:
    """Lowers the price of every unit that is not kept."""
    left = list(kept)
    parts: list[Part] = []
    reduced = []
    for part in one.parts:
        whole = next((keep for keep in left if keep.price == part.price and keep.expense == part.expense), None)
        if whole is not None:
            left.remove(whole)
            parts.append(whole)
        rest = part.units - (whole.units if whole is not None else 0)
        if rest > 0:
            reduced.append(_lowered(step, part, rest))
    if not reduced:
        return
    before = one.amount
    one.parts = [*parts, *reduced]
    one.amount = amount_of(one.parts, step.rounding)
    units = sum(part.units for part in reduced)
    state.say(step.at, "reduction", "note", (i,), units, (before, one.amount, first))


def _lowered(step: Reduction, part: Part, units: object) -> Part:
    """`units` of a part at the lower price."""
    assert isinstance(units, (int, Decimal))
    remains = 1 - step.part
    if step.what == "rate":
        return Part(units, part.price * remains, None if part.expense is None else part.expense * remains)
    assert part.expense is not None
    return Part(units, part.price - part.expense * step.part, part.expense * remains)
