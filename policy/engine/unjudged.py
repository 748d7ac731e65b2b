"""Which statements were not judged because a fact that they ask for is missing.

Owns: the list that the trace ends with. It follows from the plan and the visit alone, so evaluators need not keep it.
Never: decides.
"""

from policy.claims.visit import Line, Visit
from policy.engine.expressions import absent
from policy.facts import Fact
from policy.plan.model import Check, Limit, Plan

Unjudged = tuple[int, tuple[int, ...], tuple[str, ...]]
"""(statement, line indexes, the missing facts, sorted)."""


def unjudged(plan: Plan, visit: Visit) -> list[Unjudged]:
    """Every statement that asks for a fact which is missing on some of its lines, in the order of the policy."""
    found: list[Unjudged] = []
    codes = {line.code for line in visit.lines}
    rules: tuple[Check | Limit, ...] = (*plan.gates, *plan.limits, *plan.checks)
    for rule in rules:
        if rule.given:
            lines = [line for line in enumerate(visit.lines) if rule.codes is None or line[1].code in rule.codes]
            found += _lacking(visit, rule.at, rule.given, lines)
    for pair in plan.pairs:
        if pair.given:
            denied, other = (pair.first, pair.second) if pair.denied == "first" else (pair.second, pair.first)
            lines = [
                (i, line)
                for i, line in enumerate(visit.lines)
                if line.code in denied and any(code in other for code in codes - {line.code})
            ]
            found += _lacking(visit, pair.at, pair.given, lines)
    return sorted(found)


def _lacking(visit: Visit, at: int, given: tuple[Fact, ...], lines: list[tuple[int, Line]]) -> list[Unjudged]:
    gone = {i: absent(given, visit, line) for i, line in lines}
    about = tuple(i for i, facts in gone.items() if facts)
    return [(at, about, tuple(sorted(frozenset().union(*gone.values()))))] if about else []
