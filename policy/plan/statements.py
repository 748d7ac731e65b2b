"""From one statement's clauses to what a plan asks.

Owns: a function for each kind of statement but limits (`limits.py`) and `pay` (`payment.py`).
Never: knows the other statements of the policy, beyond those that a count or an open question names.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from policy.codes import CodeSet
from policy.plan.expressions import Lowering
from policy.plan.model import LINE_OPS, Assistant, Check, Count, Evidence, Op, Open, Pair, Parts, Release, Steps, walk
from policy.resolve.model import Statement
from policy.syntax import ast
from policy.values import Type

if TYPE_CHECKING:
    from policy.plan.tables import TablePairs


def codes_of(lowering: Lowering, declaration: ast.Declaration) -> CodeSet | None:
    """The codes that a statement applies to; `None` when it names none."""
    applies = declaration.first(ast.AppliesTo)
    if applies is None:
        return None
    codes = lowering.book.list(applies.codes)
    return codes - lowering.book.list(applies.except_) if applies.except_ is not None else codes


def condition_of(lowering: Lowering, statement: Statement) -> Op | None:
    """`when`, not `unless`, and the dates when another date than that of service judges them."""
    parts = [lowering.truth(when.condition) for when in statement.declaration.all(ast.When)]
    parts += [lowering.negated(unless.condition) for unless in statement.declaration.all(ast.Unless)]
    if statement.basis != "service":
        parts.append(lowering.in_force(statement.basis, statement.dates))
    return _all(parts)


def _all(parts: Sequence[Op]) -> Op | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Op("and", tuple(parts), Type.YES_NO)


def check_of(lowering: Lowering, at: int, statement: Statement) -> Check:
    """A requirement or a rule."""
    declaration = statement.declaration
    condition = condition_of(lowering, statement)
    requirement, effect, message, units = _requirement(lowering, declaration)
    parts = [p for p in (condition, requirement) if p is not None]
    violated = _all(parts) or Op("const", (True,), Type.YES_NO)
    codes = codes_of(lowering, declaration)
    stage = "gate" if declaration.first(ast.BeforeCounting) else "check"
    given = lowering.given(declaration)
    reads_line = any(op.op in LINE_OPS for op in walk(violated)) or any(fact.of_line for fact in given)
    per_line = codes is not None or effect == "reduce" or reads_line
    return Check(at, stage, codes, violated, effect, message, per_line, given, units, _needs(declaration))


def _needs(declaration: ast.Declaration) -> tuple[str, tuple[str, ...]]:
    for clause in declaration.clauses:
        if isinstance(clause, ast.NeedsModifier):
            return clause.how, tuple(m.text for m in clause.modifiers)
        if isinstance(clause, ast.NeedsDocumented):
            return "documented", tuple(e.text for e in clause.elements)
    return "", ()


def _requirement(lowering: Lowering, declaration: ast.Declaration) -> tuple[Op | None, str, str | None, int | None]:
    """The negated requirement, and what follows when it is not met."""
    otherwise, effect = declaration.first(ast.Otherwise), declaration.first(ast.Effect)
    outcome = otherwise or effect
    assert outcome is not None
    units = effect.units if effect is not None and otherwise is None else None
    needs: Op | None = None
    for clause in declaration.clauses:
        if isinstance(clause, ast.NeedsModifier):
            needs = lowering.modifiers(clause)
        elif isinstance(clause, ast.NeedsDocumented):
            needs = lowering.truth(ast.Documented(clause.elements))
        elif isinstance(clause, ast.NeedsThat):
            needs = lowering.truth(clause.condition)
    violated = None if needs is None else Op("not", (needs,), Type.YES_NO)
    return violated, outcome.effect, outcome.message, units


def count_of(
    lowering: Lowering, at: int, statement: Statement, statements: Sequence[Statement], days: CodeSet
) -> Count:
    """A count; one of two counts holds both as its methods."""
    declaration = statement.declaration
    by, pool = declaration.first(ast.By), declaration.first(ast.Pool)
    assert by is not None
    codes = codes_of(lowering, declaration)
    if by.method in {"more", "fewer"}:
        named = {s.name: (i, s) for i, s in enumerate(statements) if s.kind == "count"}
        methods = tuple(
            count_of(lowering, *named[w.text], statements, days)
            for w in by.counts
            if w.text in named and w.text != statement.name
        )
        covered = CodeSet()
        for method in methods:
            covered |= method.codes
        chosen = (codes if codes is not None else covered) - days
        keys = methods[0].pool if methods else ()
        return Count(at, chosen, by.method, keys, methods=tuple(attrs.evolve(m, codes=chosen) for m in methods))
    unit, decimal = declaration.first(ast.UnitAt), declaration.first(ast.DecimalUnits)
    leftover, ties = declaration.first(ast.Leftover), declaration.first(ast.Ties)
    counted = codes or CodeSet()
    return Count(
        at, counted if by.method == "flat" else counted - days, {"total time": "total", "each code": "each"}.get(by.method, by.method),
        pool.keys if pool else (),
        Steps(unit.thresholds, unit.of, unit.every) if unit else None,
        Parts(decimal.of, decimal.parts, decimal.rounding) if decimal else None,
        leftover.to if leftover else "no code", ties.to if ties else "provider", by.units or 0,
    )  # fmt: skip


def pair_of(lowering: Lowering, at: int, statement: Statement) -> Pair:
    """A pair that the policy states itself."""
    declaration = statement.declaration
    columns, side = declaration.first(ast.Columns), declaration.first(ast.DenySide)
    assert columns is not None and side is not None
    return Pair(
        at, lowering.book.list(columns.first), lowering.book.list(columns.second), side.side,
        tuple(Release(frozenset(m.text for m in u.modifiers), u.on) for u in declaration.all(ast.UnlessModifier)),
        declaration.first(ast.TimesOverlap) is not None, tuple(s.key for s in declaration.all(ast.Same)),
        condition_of(lowering, statement), lowering.given(declaration),
    )  # fmt: skip


def table_pairs_of(lowering: Lowering, at: int, statement: Statement) -> "TablePairs":
    """Pairs whose rows come from a reference table."""
    from policy.plan.from_table import table_pairs

    return table_pairs(lowering, at, statement.declaration, condition_of(lowering, statement))


def assistant_of(lowering: Lowering, at: int, statement: Statement) -> Assistant:
    """A statement on the units that an assistant gave."""
    declaration = statement.declaration
    above, otherwise = declaration.first(ast.Above), declaration.first(ast.Otherwise)
    marks, own = declaration.first(ast.Marks), declaration.first(ast.NeedsModifier)
    last, two = declaration.first(ast.LastUnit), declaration.first(ast.LastTwo)
    assert above is not None and otherwise is not None
    pairs = [(mark.modifier.text, mark.beside.text) for mark in marks.marks] if marks else []
    return Assistant(
        at, codes_of(lowering, declaration), condition_of(lowering, statement),
        (*pairs, *((word.text, None) for word in (own.modifiers if own else ()))),
        above.percent, above.grain, last.minutes if last else None,
        (two.least, two.most, two.together_least, two.together_most) if two else None,
        otherwise.effect, otherwise.message,
    )  # fmt: skip


def question_of(lowering: Lowering, at: int, statement: Statement, index: Mapping[str, Sequence[int]]) -> Open | None:
    """`None` when it touches only statements that are not in force: nothing then speaks that it could change."""
    declaration = statement.declaration
    touched = [f"{t.kind} {t.name}" for t in declaration.all(ast.Touches)]
    codes = codes_of(lowering, declaration)
    when = condition_of(lowering, statement)
    touches = tuple(i for t in touched for i in index.get(t, ()))
    if touched and not touches:
        return None
    return Open(at, codes, when, touches, not touched and codes is None and when is None)


def evidence_of(at: int, statement: Statement) -> Evidence:
    """What in a note documents an element."""
    declaration = statement.declaration
    field = declaration.first(ast.InField)
    return Evidence(
        at, statement.name, field.field.text if field else None,
        tuple(word.text for clause in declaration.all(ast.NoteSays) for word in clause.phrases),
        tuple(word.text for clause in declaration.all(ast.ButNot) for word in clause.phrases),
    )  # fmt: skip
