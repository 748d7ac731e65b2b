"""What each code is asked: one look-up a line tells which statements a visit needs at all.

Owns: the bits by which a code says what asks of it, the caps that are its own, and the memory of codes and modifiers once met. Both
memories are bounded and belong to one compiled plan.
Never: judges a line.
"""

from typing import TYPE_CHECKING, Final

from policy.claims.visit import Line
from policy.engine.facts import discipline
from policy.plan.model import Assistant, Check, Limit, Open, Plan
from policy.values import Type, Units

if TYPE_CHECKING:
    from policy.plan.tables import TableLimit

Info = tuple[int, int, int, int, Units, int]
"""Of a code: its count's place (-1: one unit a day, -2: none), the statements that ask of it, the pairs that deny it, the pairs whose
other side it is (these three as bits), the fewest units a day that some limit of its own allows it,
and the statement that gives it one unit a day (-1: none does)."""

MAX_KNOWN: Final = 20_000
"""Codes remembered per plan; past it every code is looked up anew."""


def bits_of(plan: Plan) -> dict[int, int]:
    """One bit for each check, limit and open question, by statement."""
    return {rule.at: 1 << k for k, rule in enumerate(asking(plan))}


def asking(plan: Plan) -> "tuple[Check | Limit | TableLimit | Assistant | Open, ...]":
    """The statements that ask something of a code's lines."""
    return (*plan.gates, *plan.limits, *plan.table_limits, *plan.assistants, *plan.checks, *plan.open)


def looks_no_further(rule: Limit) -> bool:
    """Whether a limit is about nothing but the visit or its day."""
    overdue = any(maximum.since is not None for maximum in rule.maxima)
    return not rule.given and not overdue and rule.window.word in {"visit", "day"}


def caps_a_code(rule: Limit) -> bool:
    """Whether a limit caps what is billed of each code on a day, as unit edits do."""
    known = bool(rule.maxima) and all(maximum.amount is not None for maximum in rule.maxima)
    shaped = "code" in rule.keys and rule.measure is Type.UNITS and rule.counting == "billed"
    return known and shaped and looks_no_further(rule)


class CodeBook:
    """What each code is asked, worked out when a code is first met."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._bits = bits_of(plan)
        self.known: dict[str, Info] = {}
        self.marks: dict[tuple[str, ...], str | None] = {}

    def learn(self, code: str) -> Info:
        """The bits of a code."""
        info = self.known.get(code)
        if info is None:
            info = self._info(code)
            if len(self.known) < MAX_KNOWN:
                self.known[code] = info
        return info

    def mark(self, line: Line) -> str | None:
        """The discipline that a line's modifiers mark, remembered by the modifiers."""
        found = discipline(line)
        if line.modifiers is not None and len(self.marks) < MAX_KNOWN:
            self.marks[line.modifiers] = found
        return found

    def _info(self, code: str) -> Info:
        plan = self._plan
        slot = next(
            (k for k, rule in enumerate(plan.counts) if code in rule.codes),
            -2 if plan.day_statement(code) is None else -1,
        )
        asked = 0
        for one in asking(plan):
            if one.codes is None or code in one.codes:
                asked |= self._bits[one.at]
        denied = other = 0
        for k, rule in enumerate(plan.pairs):
            first, second = code in rule.first, code in rule.second
            if first if rule.denied == "first" else second:
                denied |= 1 << k
            if second if rule.denied == "first" else first:
                other |= 1 << k
        day = plan.day_statement(code)
        return slot, asked, denied, other, self._cap(code), -1 if day is None else day

    def _cap(self, code: str) -> Units:
        """The fewest units that a limit on this code alone allows a day."""
        caps = [
            maximum.amount
            for rule in self._plan.limits
            if caps_a_code(rule) and (rule.codes is None or code in rule.codes)
            for maximum in rule.maxima
            if maximum.amount is not None
        ]
        return min(caps, default=MAX_KNOWN)
