"""What a run came to: visits, lines and units counted as they go by, and the summary printed from the counts.

Owns: `Tally`, whose size does not grow with the run (only with the number of different rules), and its summary.
Never: keeps a decision. Every visit that came in is counted once: as decided, or as one that could not be.
"""

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from policy.engine.answer import STATUSES
from policy.engine.money import dollars
from policy.render.page import Line, Piece, line, row
from policy.render.words import count, listed, number
from policy.values import Units

if TYPE_CHECKING:
    from policy.engine.decision import Decision

_REASONS_SHOWN: Final = 5
_LABEL: Final = 12


class Tally:
    """Counts of one run. `overbilled`: units billed above what the minutes support; `underbilled`: the reverse."""

    def __init__(self) -> None:
        self.visits: Counter[str] = Counter()
        self.lines: Counter[str] = Counter()
        self.rules: Counter[str] = Counter()
        self.rejected = 0
        self.other_errors = 0
        self.warnings = 0
        self.billed: Units = 0
        self.supported: Units = 0
        self.allowed: Units = 0
        self.overbilled: Units = 0
        self.underbilled: Units = 0
        self.unknown_lines = 0
        self.priced = 0
        """Visits of policies that state what is paid."""
        self.money = Decimal(0)
        self.taken = Decimal(0)
        self.waiting = Decimal(0)
        self.unpriced_lines = 0

    @property
    def decided(self) -> int:
        """Visits that have a decision."""
        return sum(self.visits.values())

    def add(self, decision: "Decision") -> None:
        """Counts one decision. A rule counts once for each visit in which it took or asked something."""
        self.visits[decision.status] += 1
        for item in decision.lines:
            self.lines[item.status] += 1
            self.billed += item.billed_units or 0
            self.supported += item.supported_units or 0
            self.allowed += item.allowed_units or 0
            if item.supported_units is None or item.allowed_units is None:
                self.unknown_lines += 1
            if item.supported_units is not None and item.billed_units is not None:
                self.overbilled += max(0, item.billed_units - item.supported_units)
                self.underbilled += max(0, item.supported_units - item.billed_units)
        if decision.pays:
            self._add_money(decision)
        for rule in {finding.rule for finding in decision.findings if finding.effect in STATUSES}:
            self.rules[rule] += 1

    def _add_money(self, decision: "Decision") -> None:
        """What is allowed, what findings take away, and what hangs on an answer (of findings about the same lines, the most)."""
        self.priced += 1
        known = [item.allowed_amount for item in decision.lines if item.allowed_amount is not None]
        self.money += sum(known, Decimal(0))
        self.unpriced_lines += len(decision.lines) - len(known)
        waiting: dict[tuple[int, ...], Decimal] = {}
        for finding in decision.findings:
            if finding.amount is not None and finding.effect in {"deny", "reduce"}:
                self.taken += finding.amount
            elif finding.amount is not None:
                waiting[finding.lines] = max(finding.amount, waiting.get(finding.lines, Decimal(0)))
        self.waiting += sum(waiting.values(), Decimal(0))

    def worst(self) -> str:
        """The strongest status of any visit; `allow` when there was none."""
        return min(self.visits, key=STATUSES.index, default="allow")


def summary(tally: Tally) -> list[Line]:
    """The counts, a label a line."""
    decided = f"{number(tally.decided + tally.rejected)} in: {number(tally.decided)} decided, "
    rejected = (f"{number(tally.rejected)} could not be read or judged", "bad" if tally.rejected else "")
    found = [_label("visits", decided, rejected)]
    if tally.decided:
        found.append(_label("", *_by_status(tally.visits)))
        found.append(_label("lines", f"{number(sum(tally.lines.values()))}: ", *_by_status(tally.lines)))
        units = f"{number(tally.billed)} billed, {number(tally.supported)} supported, {number(tally.allowed)} allowed"
        found.append(_label("units", units))
        if tally.unknown_lines:
            found.append(_label("", (f"not known for {count(tally.unknown_lines, 'line')}", "undetermined")))
        if tally.unpriced_lines and not (tally.money or tally.taken or tally.waiting):
            found.append(_label("money", "no line that is allowed has a price"))
        elif tally.priced:
            taken = f"{dollars(tally.money)} allowed, at stake: {dollars(tally.taken)} taken away"
            found.append(_label("money", f"{taken}, {dollars(tally.waiting)} waiting for an answer"))
            if tally.unpriced_lines:
                found.append(_label("", (f"not known for {count(tally.unpriced_lines, 'line')}", "undetermined")))
        found.append(_label("overbilled", f"{count(tally.overbilled, 'unit')} above what the minutes support"))
        found.append(_label("underbilled", f"{count(tally.underbilled, 'unit')} supported but not billed"))
    top = sorted(tally.rules.items(), key=lambda item: (-item[1], item[0]))
    for position, (rule, times) in enumerate(top[:_REASONS_SHOWN]):
        found.append(_label("" if position else "top reasons", f"{rule}, {count(times, 'visit')}"))
    if len(top) > _REASONS_SHOWN:
        found.append(_label("", (f"and {count(len(top) - _REASONS_SHOWN, 'more rule')}", "faint")))
    told = [count(tally.other_errors, "more error")] if tally.other_errors else []
    told += [count(tally.warnings, "warning")] if tally.warnings else []
    if told:
        found.append(_label("input", (f"{listed(told)}, named on the error stream", "warn")))
    return [line(("summary", "title")), *found]


def one_line(tally: Tally) -> str:
    """The counts in one line, for runs whose output is read by a program."""
    parts = [f"{number(tally.visits[status])} {status}" for status in reversed(STATUSES) if tally.visits[status]]
    decided = f"{number(tally.decided)} decided" + (f" ({listed(parts)})" if parts else "")
    visits = count(tally.decided + tally.rejected, "visit")
    return f"{visits} in: {decided}, {number(tally.rejected)} could not be read or judged"


def _by_status(counts: Counter[str]) -> list[Piece]:
    pieces: list[Piece] = []
    for status in reversed(STATUSES):
        if counts[status]:
            pieces += [(", ", "")] if pieces else []
            pieces.append((f"{number(counts[status])} {status}", status))
    return pieces


def _label(name: str, *pieces: Piece | str) -> Line:
    return (*row([(name, "faint"), ""], (_LABEL, 0), indent=2), *line(*pieces))
