"""What a plan keeps of a statement's text: its label, title and reasons, and what it rests on.

Owns: which values, evidence and reason codes a statement rests on, so that their sources and assumptions are told with its own.
Never: lowers what the statement asks (`statements.py`).
"""

import datetime as dt
from collections.abc import Mapping

from policy.facts import NOTE
from policy.plan.expressions import Lowering
from policy.plan.model import Spoken
from policy.resolve.model import ResolvedPolicy, Statement
from policy.resolve.walk import nodes
from policy.syntax import ast


def spoken_of(
    policy: ResolvedPolicy,
    statement: Statement,
    lowering: Lowering,
    mapped: Mapping[str, tuple[Statement, tuple[str, ...]]],
) -> Spoken:
    """A statement's label, sources and assumptions, with those of the values, evidence and reason codes that it rests on."""
    fix = statement.declaration.first(ast.Fix)
    named = {node.name for node in nodes(statement.declaration) if isinstance(node, ast.NameRef)}
    from_values = [s for s in policy.of("value") if s.name in named and not s.inert]
    also = [*from_values, *_rests_on(statement, lowering)]
    reasons = statement.reasons
    if statement.label in mapped:
        by, reasons = mapped[statement.label]
        also.append(by)
    cites = [c for s in (statement, *also) for c in s.cites]
    assumptions = [a for s in (statement, *also) for a in s.assumptions]
    return Spoken(
        statement.label, statement.title, statement.policy, reasons,
        tuple(dict.fromkeys((c.source.name, c.source.title, c.source.link, c.where) for c in cites)),
        "; ".join(dict.fromkeys(assumptions)) or None, fix.text if fix else None,
    )  # fmt: skip


def reasons_on(policy: ResolvedPolicy, date: dt.date) -> dict[str, tuple[Statement, tuple[str, ...]]]:
    """The reason codes that `reasons` declarations give statements on a date, by label, each with its declaration."""
    return {
        f"{clause.kind} {clause.name}": (statement, tuple(code.text for code in clause.codes))
        for statement in policy.of("reasons")
        if statement.in_force_on(date)
        for clause in statement.declaration.all(ast.Mapped)
    }


def _rests_on(statement: Statement, lowering: Lowering) -> list[Statement]:
    """The evidence that a statement asks for, by `documented` or by a fact of the note."""
    names: dict[str, None] = {}
    for node in nodes(statement.declaration):
        if isinstance(node, (ast.Documented, ast.NeedsDocumented)):
            names |= dict.fromkeys(word.text for word in node.elements)
        elif isinstance(node, ast.FactRef) and node.path.startswith(NOTE):
            names[node.path.removeprefix(NOTE)] = None
    return [found for name in sorted(names) if (found := lowering.evidence(name)) is not None]
