"""What an event is about: the statement that spoke, the lines, what the note does not show.

Owns: finding these in the plan and the visit, and how counts and lists of words are written.
Never: forms a sentence; that is for `words.py` and `remedies.py`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from policy.claims.visit import Line, Visit
from policy.engine.evidence import evidenced
from policy.engine.outcome import NOBODY, Event
from policy.engine.said import rule
from policy.plan.model import Check, Limit, Pair, Plan

if TYPE_CHECKING:
    from policy.plan.tables import TablePairs


def units_text(units: object, word: str = "unit") -> str:
    """`1 unit`, `2 units`."""
    return f"{units} {word}" if units == 1 else f"{units} {word}s"


def listed(items: Sequence[str]) -> str:
    """`a, b and c`."""
    return ", ".join(items[:-1]) + f" and {items[-1]}" if len(items) > 1 else "".join(items)


def either(items: tuple[str, ...]) -> str:
    """`a, b or c`."""
    return ", ".join(items[:-1]) + f" or {items[-1]}" if len(items) > 1 else "".join(items)


class About:
    """One event, with the plan and the visit that it came from."""

    __slots__ = ("event", "plan", "visit")

    def __init__(self, plan: Plan, visit: Visit, event: Event) -> None:
        self.plan, self.visit, self.event = plan, visit, event

    def rule(self) -> str:
        """The statement that spoke, or the step when none did."""
        return rule(self.plan, self.event)

    def codes(self) -> str:
        """The codes of its lines: `97110 and 97530`."""
        return listed(list(dict.fromkeys(self.visit.lines[i].code for i in self.event[3])))

    def title(self) -> str:
        """The title of the statement, empty when it has none."""
        at = self.event[0]
        return (self.plan.spoken[at].title or "") if at != NOBODY else ""

    def line(self) -> Line:
        """Its first line."""
        return self.visit.lines[self.event[3][0]]

    def statement(self) -> object:
        """What the plan holds of the statement, `None` when none spoke."""
        at = self.event[0]
        plan = self.plan
        rules: tuple[Check | Pair | Limit | TablePairs, ...] = (
            *plan.gates, *plan.checks, *plan.pairs, *plan.table_pairs, *plan.limits, *(rule.limit for rule in plan.table_limits),
            *plan.value_limits,
        )  # fmt: skip
        return next((rule for rule in rules if rule.at == at), None)

    def undocumented(self, elements: tuple[str, ...]) -> list[str]:
        """The elements that the visit's record and note do not show, as words."""
        record = self.visit.documentation or {}
        fields = {one.name: one.field for one in self.plan.evidence}
        return [
            element.replace("_", " ")
            for element in elements
            if not (evidenced(self.visit, element, fields[element]) if element in fields else record.get(element))
        ]
