"""From a resolved policy and a date of service to the plan for that date.

Owns: which statements are in force, and the place of each in the plan; what a statement asks is in `statements.py` and its
neighbours. Nothing of the author's text remains but names, messages and sources (`spoken.py`).
Never: checks (the resolver did) and never looks at a visit.
"""

import datetime as dt

from policy.codes import CodeSet
from policy.facts import BY_PATH, NOTE
from policy.plan.expressions import Lowering
from policy.plan.limits import limit_of, table_limit_of
from policy.plan.model import Plan
from policy.plan.payment import BY_VALUE, payment
from policy.plan.spoken import reasons_on, spoken_of
from policy.plan.statements import (
    assistant_of,
    check_of,
    codes_of,
    condition_of,
    count_of,
    evidence_of,
    pair_of,
    question_of,
    table_pairs_of,
)
from policy.resolve.model import CodeBook, ResolvedPolicy, Statement
from policy.resolve.walk import nodes
from policy.syntax import ast
from policy.values import DateRange

JUDGING = frozenset(
    {"count", "pair", "pairs", "limit", "require", "rule", "pay", "assistant", "not modelled", "evidence"}
)


def lower(policy: ResolvedPolicy, date: dt.date) -> Plan:
    """The plan in force on a date of service."""
    dates = _slice(policy, date)
    if date not in policy.dates:
        return Plan(
            policy.id, policy.title, dates, (), (), (), (), (), (), (), (), (), in_force=False, files=policy.files,
        )  # fmt: skip
    statements = [s for s in policy.on(date) if s.kind in JUDGING]
    lowering = Lowering(policy, CodeBook.on(policy, date), date)
    parts = {w.text for s in statements if s.kind == "count" for by in s.declaration.all(ast.By) for w in by.counts}
    classes = [s for s in policy.on(date) if s.kind == "codes" and _one_a_day(s)]
    days = CodeSet()
    for statement in classes:
        days |= lowering.book.set(statement.name)
    index: dict[str, list[int]] = {}
    for i, statement in enumerate(
        statements
    ):  # versions judged by another date than that of service stand side by side
        index.setdefault(statement.label, []).append(i)
    checks = [check_of(lowering, i, s) for i, s in enumerate(statements) if s.kind in {"require", "rule"}]
    limits = [(i, s) for i, s in enumerate(statements) if s.kind == "limit"]
    mapped = reasons_on(policy, date)
    stated = [limit_of(lowering, i, s) for i, s in limits if not _from_table(s)]
    return Plan(
        policy.id, policy.title, dates, tuple(spoken_of(policy, s, lowering, mapped) for s in (*statements, *classes)),
        tuple((len(statements) + k, lowering.book.set(s.name)) for k, s in enumerate(classes)), _lengths(policy, lowering.book, date),
        gates=tuple(c for c in checks if c.stage == "gate"),
        counts=tuple(
            count_of(lowering, i, s, statements, days) for i, s in enumerate(statements) if s.kind == "count" and s.name not in parts
        ),
        pairs=tuple(pair_of(lowering, i, s) for i, s in enumerate(statements) if s.kind == "pair"),
        limits=tuple(rule for rule in stated if rule.measure not in BY_VALUE),
        checks=tuple(c for c in checks if c.stage == "check"),
        open=tuple(filter(None, (question_of(lowering, i, s, index) for i, s in enumerate(statements) if s.kind == "not modelled"))),
        declared=tuple(fact for path, fact in sorted(policy.facts.items()) if path not in BY_PATH),
        files=policy.files,
        assistants=tuple(assistant_of(lowering, i, s) for i, s in enumerate(statements) if s.kind == "assistant"),
        evidence=tuple(evidence_of(i, s) for i, s in enumerate(statements) if s.kind == "evidence"),
        noted=frozenset(
            n.path.removeprefix(NOTE)
            for s in statements for n in nodes(s.declaration) if isinstance(n, ast.FactRef) and n.path.startswith(NOTE)
        ),
        table_pairs=tuple(table_pairs_of(lowering, i, s) for i, s in enumerate(statements) if s.kind == "pairs"),
        table_limits=tuple(table_limit_of(lowering, i, s) for i, s in limits if _from_table(s)),
        payment=payment(
            lowering, statements, [rule for rule in stated if rule.measure in BY_VALUE],
            lambda i, s: (i, codes_of(lowering, s.declaration), condition_of(lowering, s)),
        ),
    )  # fmt: skip


def _slice(policy: ResolvedPolicy, date: dt.date) -> DateRange:
    """The dates around `date` on which the same statements are in force."""
    boundaries = policy.boundaries()
    start = max((b for b in boundaries if b <= date), default=None)
    following = min((b for b in boundaries if b > date), default=None)
    return DateRange(start, following - dt.timedelta(days=1) if following else None)


def _one_a_day(statement: Statement) -> bool:
    basis = statement.declaration.first(ast.UnitBasis)
    return basis is not None and basis.minutes is None


def _lengths(policy: ResolvedPolicy, book: CodeBook, date: dt.date) -> tuple[tuple[CodeSet, int], ...]:
    bases = [(s.name, s.declaration.first(ast.UnitBasis)) for s in policy.of("codes") if s.in_force_on(date)]
    return tuple(
        (book.set(name), basis.minutes) for name, basis in bases if basis is not None and basis.minutes is not None
    )


def _from_table(statement: Statement) -> bool:
    return statement.declaration.first(ast.FromTable) is not None
