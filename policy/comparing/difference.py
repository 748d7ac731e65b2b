"""Where two decisions on one visit differ, line by line, and the statements that make the difference.

Owns: what counts as different, and `Tally`, the counts of a whole comparison.
Never: decides or prints. It reads answers, as anyone may.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import attrs

from policy.engine.answer import Citation, Finding, LineDecision
from policy.values import Units

if TYPE_CHECKING:
    from policy.engine.decision import Decision

_SAID: Final = frozenset({"warn", "note"})
"""Effects that change neither units nor status."""


@attrs.frozen
class Cause:
    """A statement that made a difference on one side. `units` are those it takes away, `None` where it takes none."""

    rule: str
    effect: str
    message: str
    units: Units | None = None
    amount: Decimal | None = None
    reasons: tuple[str, ...] = ()
    cite: tuple[Citation, ...] = ()
    assumption: str | None = None


@attrs.frozen
class Side:
    """One payer's answer for one line. Units and dollars are `None` when they are not known."""

    policy: str
    status: str
    units: Units | None
    amount: Decimal | None
    causes: tuple[Cause, ...]


@attrs.frozen
class Difference:
    """A line that two payers answer differently; the visit as a whole, where only its status differs, has no line."""

    line: int | None
    code: str | None
    billed: Units | None
    left: Side
    right: Side


def differences(left: "Decision", right: "Decision") -> list[Difference]:
    """The lines of one visit on which two decisions differ in status, allowed units or allowed dollars.

    Units or dollars that one of them does not know make no difference by themselves; a status does.
    """
    out = []
    for mine, theirs in zip(left.lines, right.lines, strict=True):
        if _differ(mine, theirs):
            sides = _sides(left, right, mine, theirs)
            out.append(Difference(mine.line, mine.code, mine.billed_units, *sides))
    if not out and left.status != right.status:
        found, other = _of_the_visit(left), _of_the_visit(right)
        a, b = _apart(found, other), _apart(other, found)
        sides = (Side(left.policy, left.status, None, None, a), Side(right.policy, right.status, None, None, b))
        out.append(Difference(None, None, None, *sides))
    return out


def _differ(mine: LineDecision, theirs: LineDecision) -> bool:
    pairs = ((mine.allowed_units, theirs.allowed_units), (mine.allowed_amount, theirs.allowed_amount))
    return mine.status != theirs.status or any(a is not None and b is not None and a != b for a, b in pairs)


def _sides(left: "Decision", right: "Decision", mine: LineDecision, theirs: LineDecision) -> tuple[Side, Side]:
    found, other = _about(left, mine.line), _about(right, theirs.line)
    first, second = _apart(found, other), _apart(other, found)
    if not first and not second:
        first, second = _counts(left), _counts(right)
    return (
        Side(left.policy, mine.status, mine.allowed_units, mine.allowed_amount, first),
        Side(right.policy, theirs.status, theirs.allowed_units, theirs.allowed_amount, second),
    )


def _about(decision: "Decision", line: int) -> list[Finding]:
    return [f for f in _of_the_visit(decision) if line in f.lines]


def _of_the_visit(decision: "Decision") -> list[Finding]:
    """Findings that change units or status; that a price is not known changes neither."""
    unpriced = ("undetermined", "pay")
    return [f for f in decision.findings if f.effect not in _SAID and (f.effect, f.rule.partition(" ")[0]) != unpriced]


def _apart(found: Sequence[Finding], others: Sequence[Finding]) -> tuple[Cause, ...]:
    """The findings that the other side does not have as well; all, when it has them all."""
    same = {(f.rule, f.effect, f.units, f.message) for f in others}
    only = [f for f in found if (f.rule, f.effect, f.units, f.message) not in same]
    return tuple(
        Cause(f.rule, f.effect, f.message, f.units, f.amount, f.reasons, f.cite, f.assumption) for f in only or found
    )


def _counts(decision: "Decision") -> tuple[Cause, ...]:
    """The counts and payments of a decision without findings: what made its numbers."""
    kinds = {"count": "counts", "pay": "pays"}
    made = [(kinds.get(ground.rule.partition(" ")[0]), ground) for ground in decision.grounds]
    return tuple(Cause(g.rule, effect, "", cite=g.cite, assumption=g.assumption) for effect, g in made if effect)


@attrs.define
class Tally:
    """The counts of a comparison; its size grows with the statements that made differences, not with the visits."""

    left: str
    right: str
    same: int = 0
    different: int = 0
    lines: int = 0
    rejected: int = 0
    units: list[Units] = attrs.field(factory=lambda: [0, 0])
    unknown: list[int] = attrs.field(factory=lambda: [0, 0])
    causes: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    """Lines by policy and statement."""

    @property
    def visits(self) -> int:
        """The visits that both payers decided."""
        return self.same + self.different

    def add(self, left: "Decision", right: "Decision", found: Iterable[Difference]) -> None:
        """Counts one visit."""
        rows = list(found)
        self.same += not rows
        self.different += bool(rows)
        self.lines += sum(row.line is not None for row in rows)
        for i, decision in enumerate((left, right)):
            for line in decision.lines:
                self.units[i] += line.allowed_units or 0
                self.unknown[i] += line.allowed_units is None
        for row in rows:
            self.causes.update({(side.policy, cause.rule) for side in (row.left, row.right) for cause in side.causes})

    def top(self) -> Iterator[tuple[str, str, int]]:
        """Policy, statement and lines, the statement behind most differences first."""
        for (policy, rule), lines in sorted(self.causes.items(), key=lambda item: (-item[1], item[0])):
            yield policy, rule, lines
