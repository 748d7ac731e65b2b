"""The decision: an outcome that can be read.

Owns: `Decision`, which keeps what the evaluator handed over and tells lines, findings, alternatives, trace and receipt when asked.
What words them is imported then: rows of a table need no words.
Never: evaluates. Two decisions are equal when everything that can be read from them is.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from policy.claims.visit import Visit
from policy.engine.answer import Finding, Ground, LineDecision, Receipt, Step
from policy.engine.evidence import read_note
from policy.engine.outcome import Outcome
from policy.plan.model import Plan
from policy.values import Units
from policy.version import LANGUAGE, VERSION

if TYPE_CHECKING:
    from policy.engine.telling import Told


class Decision:
    """What a policy says of one visit. Immutable; parts are worked out when first read and kept."""

    __slots__ = ("_alternatives", "_lines", "_outcome", "_plan", "_told", "_trace", "_visit")

    def __init__(self, plan: Plan, visit: Visit, outcome: Outcome) -> None:
        self._plan, self._visit, self._outcome = plan, read_note(plan, visit), outcome
        self._told: Told | None = None
        self._lines: tuple[LineDecision, ...] | None = None
        self._trace: tuple[Step, ...] | None = None
        self._alternatives: tuple[Mapping[str, Units], ...] | None = None

    @property
    def outcome(self) -> Outcome:
        """What the evaluator handed over, for programs that need no words."""
        return self._outcome

    @property
    def parts(self) -> tuple[Plan, Visit, Outcome]:
        """The plan, the visit without the text of its note, and what the evaluator handed over, for programs that need no words."""
        return self._plan, self._visit, self._outcome

    @property
    def visit(self) -> str | None:
        """The caller's id of the visit."""
        return self._visit.visit

    @property
    def claim(self) -> str | None:
        """The caller's id of the claim."""
        return self._visit.claim

    @property
    def policy(self) -> str:
        """The id of the policy that was applied."""
        return self._plan.policy

    @property
    def status(self) -> str:
        """The strongest status of the lines: `deny`, `reduce`, `undetermined`, `review`, `authorize` or `allow`."""
        return self._outcome.status

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the policy's statements found, in the order of evaluation."""
        return self._tell()[0]

    @property
    def lines(self) -> tuple[LineDecision, ...]:
        """One answer a line, in claim order."""
        if self._lines is None:
            outcome = self._outcome
            amounts = outcome.money.amounts if outcome.money is not None else (None,) * len(self._visit.lines)
            rows = zip(
                self._visit.lines,
                outcome.supported,
                outcome.allowed,
                outcome.statuses,
                self._tell()[1],
                amounts,
                strict=True,
            )
            self._lines = tuple(
                [
                    LineDecision(line.number, line.code, line.units, supported, allowed, status, about, amount)
                    for line, supported, allowed, status, about, amount in rows
                ]
            )
        return self._lines

    @property
    def pays(self) -> bool:
        """Whether the policy states what is paid; then amounts that are `None` are not known."""
        return self._outcome.money is not None

    @property
    def allowed_amount(self) -> Decimal | None:
        """Dollars allowed for the visit; `None` when some line's amount is not known, or the policy states no payment."""
        return self._outcome.money.total if self._outcome.money is not None else None

    @property
    def alternatives(self) -> tuple[Mapping[str, Units], ...]:
        """The other valid allocations of units to codes, when equal remainders leave a choice to the provider."""
        if self._alternatives is None:
            from policy.engine import telling

            self._alternatives = telling.alternatives(self._plan, self._visit, self._outcome)
        return self._alternatives

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """Every statement that had a part in the answer, with its sources and its assumption."""
        from policy.engine import telling

        return telling.grounds(self._plan, self._outcome)

    @property
    def trace(self) -> tuple[Step, ...]:
        """The reasoning, step by step, in the fixed order."""
        if self._trace is None:
            from policy.engine import telling

            self._trace = telling.trace(self._plan, self._visit, self._outcome, self._tell()[0])
        return self._trace

    @property
    def receipt(self) -> Receipt:
        """What the decision was made from."""
        files = dict(self._plan.files)
        digest = files.get(self._plan.policy, "")
        return Receipt(
            VERSION, LANGUAGE, self._plan.policy, digest, files, dict(self._outcome.tables), self._visit.date
        )

    def _tell(self) -> "Told":
        if self._told is None:
            from policy.engine import telling

            self._told = telling.findings(self._plan, self._visit, self._outcome)
        return self._told

    def explain(self) -> str:
        """The whole reasoning as plain text."""
        from policy.render.explain import explain_text

        return explain_text(self, self._visit)

    def to_dict(self) -> dict[str, Any]:
        """The decision as plain data, in the published JSON shape. Decimal units stay `Decimal`, dates become ISO text."""
        from policy.engine import telling

        return telling.to_dict(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decision) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self._plan.policy, self._visit.visit, self._outcome.status))

    def __repr__(self) -> str:
        return f"<Decision {self.visit or ''} {self.policy}: {self.status}>"

    def __reduce__(self) -> tuple[type["Decision"], tuple[Plan, Visit, Outcome]]:
        """Without the texts of the record: of an element, a decision needs no more than that it is there."""
        record = self._visit.documentation
        if record is None:
            return Decision, (self._plan, self._visit, self._outcome)
        visit = attrs.evolve(self._visit, documentation={name: "given" for name, text in record.items() if text})
        return Decision, (self._plan, visit, self._outcome)
