"""The decision: an outcome that can be read.

Owns: `Decision`, which keeps what the evaluator handed over and tells lines, findings, alternatives, trace and receipt when asked.
Never: evaluates. Two decisions are equal when everything that can be read from them is.
"""

import functools
from collections.abc import Mapping
from typing import Any

from policy.claims.visit import Visit
from policy.engine.answer import Finding, LineDecision, Receipt, Step
from policy.engine.outcome import Outcome
from policy.plan.model import Plan
from policy.values import Units
from policy.version import LANGUAGE, VERSION


class Decision:
    """What a policy says of one visit. Immutable; parts are worked out when first read and kept."""

    __slots__ = ("__dict__", "_outcome", "_plan", "_visit")

    def __init__(self, plan: Plan, visit: Visit, outcome: Outcome) -> None:
        self._plan, self._visit, self._outcome = plan, visit, outcome

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

    @functools.cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the policy's statements found, in the order of evaluation."""
        return self._told[0]

    @functools.cached_property
    def lines(self) -> tuple[LineDecision, ...]:
        """One answer a line, in claim order."""
        about = self._told[1]
        outcome = self._outcome
        return tuple(
            LineDecision(line.number, line.code, line.units, supported, allowed, status, about[i])
            for i, (line, supported, allowed, status) in enumerate(
                zip(self._visit.lines, outcome.supported, outcome.allowed, outcome.statuses, strict=True)
            )
        )

    @functools.cached_property
    def alternatives(self) -> tuple[Mapping[str, Units], ...]:
        """The other valid allocations of units to codes, when equal remainders leave a choice to the provider."""
        from policy.engine.telling import alternatives

        return alternatives(self._plan, self._visit, self._outcome)

    @functools.cached_property
    def trace(self) -> tuple[Step, ...]:
        """The reasoning, step by step, in the fixed order."""
        from policy.engine.telling import trace

        return trace(self._plan, self._visit, self._outcome)

    @property
    def receipt(self) -> Receipt:
        """What the decision was made from."""
        files = dict(self._plan.files)
        digest = files.get(self._plan.policy, "")
        return Receipt(VERSION, LANGUAGE, self._plan.policy, digest, files, {}, self._visit.date)

    @functools.cached_property
    def _told(self) -> tuple[tuple[Finding, ...], tuple[tuple[int, ...], ...]]:
        from policy.engine.telling import findings

        return findings(self._plan, self._visit, self._outcome)

    def explain(self) -> str:
        """The whole reasoning as plain text."""
        from policy.render.explain import explain_text

        return explain_text(self, self._visit)

    def to_dict(self) -> dict[str, Any]:
        """The decision as plain data, in the published JSON shape. Decimal units stay `Decimal`, dates become ISO text."""
        from policy.engine.telling import to_dict

        return to_dict(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decision) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self._plan.policy, self._visit.visit, self._outcome.status))

    def __repr__(self) -> str:
        return f"<Decision {self.visit or ''} {self.policy}: {self.status}>"

    def __reduce__(self) -> tuple[type["Decision"], tuple[Plan, Visit, Outcome]]:
        return Decision, (self._plan, self._visit, self._outcome)
