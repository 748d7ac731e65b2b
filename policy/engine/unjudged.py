"""Which statements were not judged because a fact that they ask for is missing.

Owns: the list that the trace ends with. It follows from the plan and the visit alone, so evaluators need not keep it.
Never: decides.
"""

from typing import TYPE_CHECKING

from policy.claims.visit import Line, Visit
from policy.engine.expressions import absent
from policy.facts import Fact
from policy.plan.model import Check, Limit, Pair, Plan

if TYPE_CHECKING:
    from policy.plan.pay import Rate
    from policy.plan.tables import TableLimit, TablePairs

Unjudged = tuple[int, tuple[int, ...], tuple[str, ...]]
"""(statement, line indexes, the missing facts, sorted)."""


def unjudged(plan: Plan, visit: Visit) -> list[Unjudged]:
    """Every statement that asks for a fact which is missing on some of its lines, in the order of the policy."""
    found: list[Unjudged] = []
    for rule in plan.asking:
        found += _lacking(visit, rule.at, rule.given, _lines(rule, visit))
    return found


def _lines(rule: "Check | Limit | Pair | Rate | TableLimit | TablePairs", visit: Visit) -> list[tuple[int, Line]]:
    """The lines that a statement is about; of a pair, the lines of its denied side that have a partner."""
    lines = list(enumerate(visit.lines))
    if not isinstance(rule, Pair):
        codes = rule.codes
        about = [(i, line) for i, line in lines if codes is None or line.code in codes]
        paired = not isinstance(rule, (Check, Limit)) and hasattr(rule, "exceptions")
        return about if not paired or len({line.code for _, line in about}) > 1 else []
    denied, other = (rule.first, rule.second) if rule.denied == "first" else (rule.second, rule.first)
    partners = {line.code for _, line in lines if line.code in other}
    return [(i, line) for i, line in lines if line.code in denied and partners - {line.code}]


def _lacking(visit: Visit, at: int, given: tuple[Fact, ...], lines: list[tuple[int, Line]]) -> list[Unjudged]:
    gone = {i: absent(given, visit, line) for i, line in lines}
    about = tuple(i for i, facts in gone.items() if facts)
    return [(at, about, tuple(sorted(frozenset().union(*gone.values()))))] if about else []
