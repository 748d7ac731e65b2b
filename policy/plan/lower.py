"""From a resolved policy and a date of service to the plan for that date.

Owns: turning each statement's clauses into the operations of `plan/model.py`; nothing of the author's text remains but names,
messages and sources.
Never: checks (the resolver did) and never looks at a visit.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import attrs

from policy.codes import CodeSet
from policy.facts import BY_PATH, NOTE, Fact
from policy.plan.expressions import Lowering
from policy.plan.model import (
    LINE_OPS,
    Assistant,
    Check,
    Count,
    Evidence,
    Exempt,
    Limit,
    Maximum,
    Op,
    Open,
    Pair,
    Parts,
    Plan,
    Release,
    Spoken,
    Steps,
    Window,
    walk,
)  # fmt: skip
from policy.plan.payment import BY_VALUE, payment
from policy.resolve.model import CodeBook, ResolvedPolicy, Statement
from policy.resolve.walk import nodes
from policy.syntax import ast
from policy.values import DateRange, Type

if TYPE_CHECKING:
    from policy.plan.tables import TableLimit, TablePairs

STARTS: Final = {"episode": "episode.start", "injury": "injury.date", "benefit year": "benefit_year.start"}
WINDOWS = frozenset(
    {
        "visit",
        "day",
        "week",
        "month",
        "calendar year",
        "fiscal year",
        "benefit year",
        "rolling",
        "episode",
        "injury",
        "lifetime",
        "authorization",
        "since",
        "after",
    }
)

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
    checks = [_check(lowering, i, s) for i, s in enumerate(statements) if s.kind in {"require", "rule"}]
    limits = [(i, s) for i, s in enumerate(statements) if s.kind == "limit"]
    mapped = _mapped(policy, date)
    stated = [_limit(lowering, i, s) for i, s in limits if not _from_table(s)]
    return Plan(
        policy.id, policy.title, dates, tuple(_spoken(policy, s, lowering, mapped) for s in (*statements, *classes)),
        tuple((len(statements) + k, lowering.book.set(s.name)) for k, s in enumerate(classes)), _lengths(policy, lowering.book, date),
        gates=tuple(c for c in checks if c.stage == "gate"),
        counts=tuple(
            _count(lowering, i, s, statements, days) for i, s in enumerate(statements) if s.kind == "count" and s.name not in parts
        ),
        pairs=tuple(_pair(lowering, i, s) for i, s in enumerate(statements) if s.kind == "pair"),
        limits=tuple(rule for rule in stated if rule.measure not in BY_VALUE),
        checks=tuple(c for c in checks if c.stage == "check"),
        open=tuple(filter(None, (_open(lowering, i, s, index) for i, s in enumerate(statements) if s.kind == "not modelled"))),
        declared=tuple(fact for path, fact in sorted(policy.facts.items()) if path not in BY_PATH),
        files=policy.files,
        assistants=tuple(_assistant(lowering, i, s) for i, s in enumerate(statements) if s.kind == "assistant"),
        evidence=tuple(_evidence(i, s) for i, s in enumerate(statements) if s.kind == "evidence"),
        noted=frozenset(
            n.path.removeprefix(NOTE)
            for s in statements for n in nodes(s.declaration) if isinstance(n, ast.FactRef) and n.path.startswith(NOTE)
        ),
        table_pairs=tuple(_table_pairs(lowering, i, s) for i, s in enumerate(statements) if s.kind == "pairs"),
        table_limits=tuple(_table_limit(lowering, i, s) for i, s in limits if _from_table(s)),
        payment=payment(
            lowering, statements, [rule for rule in stated if rule.measure in BY_VALUE],
            lambda i, s: (i, _applies(lowering, s.declaration), _condition(lowering, s)),
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


def _evidence(at: int, statement: Statement) -> Evidence:
    declaration = statement.declaration
    field = declaration.first(ast.InField)
    return Evidence(
        at, statement.name, field.field.text if field else None,
        tuple(word.text for clause in declaration.all(ast.NoteSays) for word in clause.phrases),
        tuple(word.text for clause in declaration.all(ast.ButNot) for word in clause.phrases),
    )  # fmt: skip


def _rests_on(statement: Statement, lowering: Lowering) -> list[Statement]:
    """The evidence that a statement asks for, by `documented` or by a fact of the note."""
    names: dict[str, None] = {}
    for node in nodes(statement.declaration):
        if isinstance(node, (ast.Documented, ast.NeedsDocumented)):
            names |= dict.fromkeys(word.text for word in node.elements)
        elif isinstance(node, ast.FactRef) and node.path.startswith(NOTE):
            names[node.path.removeprefix(NOTE)] = None
    return [found for name in sorted(names) if (found := lowering.evidence(name)) is not None]


def _mapped(policy: ResolvedPolicy, date: dt.date) -> dict[str, tuple[Statement, tuple[str, ...]]]:
    """The reason codes that `reasons` declarations give statements on a date, by label, each with its declaration."""
    return {
        f"{clause.kind} {clause.name}": (statement, tuple(code.text for code in clause.codes))
        for statement in policy.of("reasons")
        if statement.in_force_on(date)
        for clause in statement.declaration.all(ast.Mapped)
    }


def _spoken(
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


def _applies(lowering: Lowering, declaration: ast.Declaration) -> CodeSet | None:
    applies = declaration.first(ast.AppliesTo)
    if applies is None:
        return None
    codes = lowering.book.list(applies.codes)
    return codes - lowering.book.list(applies.except_) if applies.except_ is not None else codes


def _condition(lowering: Lowering, statement: Statement) -> Op | None:
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


def _check(lowering: Lowering, at: int, statement: Statement) -> Check:
    declaration = statement.declaration
    condition = _condition(lowering, statement)
    requirement, effect, message, units = _requirement(lowering, declaration)
    parts = [p for p in (condition, requirement) if p is not None]
    violated = _all(parts) or Op("const", (True,), Type.YES_NO)
    codes = _applies(lowering, declaration)
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


def _count(lowering: Lowering, at: int, statement: Statement, statements: Sequence[Statement], days: CodeSet) -> Count:
    declaration = statement.declaration
    by, pool = declaration.first(ast.By), declaration.first(ast.Pool)
    assert by is not None
    codes = _applies(lowering, declaration)
    if by.method in {"more", "fewer"}:
        named = {s.name: (i, s) for i, s in enumerate(statements) if s.kind == "count"}
        methods = tuple(
            _count(lowering, *named[w.text], statements, days)
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


def _pair(lowering: Lowering, at: int, statement: Statement) -> Pair:
    declaration = statement.declaration
    columns, side = declaration.first(ast.Columns), declaration.first(ast.DenySide)
    assert columns is not None and side is not None
    return Pair(
        at, lowering.book.list(columns.first), lowering.book.list(columns.second), side.side,
        tuple(Release(frozenset(m.text for m in u.modifiers), u.on) for u in declaration.all(ast.UnlessModifier)),
        declaration.first(ast.TimesOverlap) is not None, tuple(s.key for s in declaration.all(ast.Same)),
        _condition(lowering, statement), lowering.given(declaration),
    )  # fmt: skip


def _limit(lowering: Lowering, at: int, statement: Statement) -> Limit:
    declaration = statement.declaration
    per, counting, excess = declaration.first(ast.Per), declaration.first(ast.Counting), declaration.first(ast.OnExcess)
    assert per is not None and excess is not None
    cent = declaration.first(ast.ToTheCent)
    maxima, measure = [], Type.UNITS
    for at_most in declaration.all(ast.AtMost):
        amount, measure = lowering.amount(at_most.amount)
        named = at_most.amount.name if isinstance(at_most.amount, ast.NameRef) else None
        when = lowering.truth(at_most.when) if at_most.when is not None else None
        since = lowering.operand(at_most.since) if at_most.since is not None else None
        fact = lowering.operand(at_most.amount) if isinstance(at_most.amount, ast.FactRef) else None
        maxima.append(Maximum(amount, when, named, at_most.days, since, fact))
    windows = [k for k in per.keys if k.word in WINDOWS]
    window = (
        Window(windows[0].word, windows[0].days or 0, windows[0].month or 1, _start(lowering, windows[0]))
        if windows
        else Window("visit")
    )
    return Limit(
        at, _applies(lowering, declaration), _condition(lowering, statement),
        tuple(
            Exempt(lowering.book.list(e.codes), lowering.truth(e.when) if e.when is not None else None)
            for e in declaration.all(ast.ExceptCodes)
        ),
        measure, counting.which if counting else "billed", tuple(maxima),
        tuple(k.word for k in per.keys if k.word not in WINDOWS and k.word != "fact"), window, excess.do,
        tuple((o.by, o.word, lowering.book.set(o.word) if o.by == "codes" else None) for o in excess.orders),
        frozenset(m.text for m in excess.modifiers), lowering.given(declaration), cent.rounding if cent else None,
        tuple(lowering.fact_of(k.fact.path) for k in per.keys if k.word == "fact" and k.fact is not None),
    )  # fmt: skip


def _assistant(lowering: Lowering, at: int, statement: Statement) -> Assistant:
    declaration = statement.declaration
    above, otherwise = declaration.first(ast.Above), declaration.first(ast.Otherwise)
    marks, own = declaration.first(ast.Marks), declaration.first(ast.NeedsModifier)
    last, two = declaration.first(ast.LastUnit), declaration.first(ast.LastTwo)
    assert above is not None and otherwise is not None
    pairs = [(mark.modifier.text, mark.beside.text) for mark in marks.marks] if marks else []
    return Assistant(
        at, _applies(lowering, declaration), _condition(lowering, statement),
        (*pairs, *((word.text, None) for word in (own.modifiers if own else ()))),
        above.percent, above.grain, last.minutes if last else None,
        (two.least, two.most, two.together_least, two.together_most) if two else None,
        otherwise.effect, otherwise.message,
    )  # fmt: skip


def _from_table(statement: Statement) -> bool:
    return statement.declaration.first(ast.FromTable) is not None


def _table_pairs(lowering: Lowering, at: int, statement: Statement) -> "TablePairs":
    from policy.plan.tables import table_pairs

    return table_pairs(lowering, at, statement.declaration, _condition(lowering, statement))


def _table_limit(lowering: Lowering, at: int, statement: Statement) -> "TableLimit":
    from policy.plan.tables import TableLimit, table_ref

    return TableLimit(table_ref(statement.declaration), _limit(lowering, at, statement))


def _start(lowering: Lowering, key: ast.PerKey) -> Fact | None:
    """The fact that a window begins with."""
    path = key.fact.path if key.fact is not None else STARTS.get(key.word)
    return lowering.fact_of(path) if path is not None else None


def _open(lowering: Lowering, at: int, statement: Statement, index: Mapping[str, Sequence[int]]) -> Open | None:
    """`None` when it touches only statements that are not in force: nothing then speaks that it could change."""
    declaration = statement.declaration
    touched = [f"{t.kind} {t.name}" for t in declaration.all(ast.Touches)]
    codes = _applies(lowering, declaration)
    when = _condition(lowering, statement)
    touches = tuple(i for t in touched for i in index.get(t, ()))
    if touched and not touches:
        return None
    return Open(at, codes, when, touches, not touched and codes is None and when is None)
