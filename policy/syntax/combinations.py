"""What the clauses of one declaration demand of each other.

Owns: the rules that a table of counts cannot hold: a counting method and the clauses it needs, a limit and the order
of its excess, a requirement and its remedy, a statement and its source.
Never: looks at another declaration, a name or a type.
"""

from collections.abc import Callable, Iterator
from typing import Final

import attrs

from policy.diagnostics import Diagnostic, Label
from policy.source import SourceFile
from policy.syntax import ast
from policy.syntax.clauses import CLAUSES, word_of
from policy.syntax.pay import pay, value_limit
from policy.syntax.tables import limit_table, pairs_table
from policy.values import Type

Found = Iterator[Diagnostic]
WHOLE: Final = frozenset({Type.VISITS, Type.DAYS})
"""What a visit uses up as a whole: it needs no `counting`, and no order in which lines give way."""


def combinations(file: SourceFile, declaration: ast.Declaration) -> Found:
    """Every rule of the declaration's kind, then the rule that a statement has a source."""
    check = _CHECKS.get(declaration.kind)
    if check is not None:
        yield from check(file, declaration)
    sourced = any(isinstance(clause, (ast.Cite, ast.Assume)) for clause in declaration.clauses)
    if declaration.complete and not sourced and _needs_source(declaration):
        yield Diagnostic(
            "no-source",
            f"`{declaration.label}` states neither a source nor an assumption",
            Label(file, declaration.head),
            help='add `cite SOURCE`, or `assume "why"` where no source says so',
        )


def _needs_source(declaration: ast.Declaration) -> bool:
    by = declaration.first(ast.By)
    if declaration.kind == "count" and by is not None and by.counts:
        return False
    return declaration.kind in {
        "evidence", "count", "value", "pair", "pairs", "limit", "require", "rule", "pay", "assistant", "not modelled",
        "reasons",
    }  # fmt: skip


def _codes(file: SourceFile, declaration: ast.Declaration) -> Found:
    for clause in declaration.all(ast.ExceptCodes):
        if clause.when is not None:
            yield _wrong(
                file,
                clause,
                "`except … when` does not belong in a code set",
                "a code set is the same for every visit; leave out the `when`",
            )


def _value(file: SourceFile, declaration: ast.Declaration) -> Found:
    rows = list(declaration.all(ast.ValueRow))
    always = next((row for row in rows if row.start is None), None)
    if always is not None and len(rows) > 1:
        other = next(row for row in rows if row is not always)
        yield Diagnostic(
            "repeated-clause",
            f"`{declaration.label}` states `is`, which holds for ever, beside another value",
            Label(file, always.span),
            help="write `from` and a date for each value, or keep `is` alone",
            also=(Label(file, other.span, "the other value"),),
        )


@attrs.frozen
class _Method:
    """A counting method: how it is written, the clauses it needs, and why it takes no others."""

    written: str
    needs: tuple[type[ast.Clause], ...]
    why: str


_METHODS: Final = {
    "total time": _Method(
        "by total time",
        (ast.AppliesTo, ast.Pool, ast.UnitAt, ast.Leftover, ast.Ties),
        "counts whole units",
    ),
    "each code": _Method(
        "by each code", (ast.AppliesTo, ast.Pool, ast.UnitAt), "leaves nothing over: each code is counted by itself"
    ),
    "flat": _Method("by flat", (ast.AppliesTo, ast.Pool), "does not look at minutes"),
}
_WHICHEVER: Final = _Method("by whichever", (), "takes its units from the two counts it names")


def _count(file: SourceFile, declaration: ast.Declaration) -> Found:
    by = declaration.first(ast.By)
    if by is None:
        return
    method = _METHODS.get(by.method, _WHICHEVER)
    unit_at, decimal = declaration.first(ast.UnitAt), declaration.first(ast.DecimalUnits)
    for clause in declaration.clauses:
        counting = isinstance(clause, (ast.Pool, ast.UnitAt, ast.DecimalUnits, ast.Leftover, ast.Ties))
        if not counting or type(clause) in method.needs or (clause is decimal and by.method == "each code"):
            continue
        message = f"`{word_of(clause)}` says nothing beside `{method.written}`"
        yield _wrong(file, clause, message, f"delete it; `{method.written}` {method.why}")
    if unit_at and decimal and by.method == "each code":
        help_ = "keep `a unit at` for whole units or `decimal units` for parts of a unit"
        also = (Label(file, unit_at.span, "the other one"),)
        message = "the length of a unit is stated twice"
        yield Diagnostic("repeated-clause", message, Label(file, decimal.span), help_, also)


def needed(declaration: ast.Declaration) -> tuple[type[ast.Clause], ...]:
    """The clauses that a declaration cannot do without as it stands: those of a counting method, and what a rule speaks of."""
    if declaration.kind == "rule" and declaration.first(ast.AppliesTo) is None:
        return (ast.When,)
    if declaration.kind == "assistant" and declaration.first(ast.NeedsModifier) is None:
        return (ast.Marks,)
    if declaration.kind == "limit":
        table, at_most = declaration.first(ast.FromTable), declaration.first(ast.AtMost)
        if table is not None:
            return (ast.Counting,)
        return (ast.AtMost,) if at_most is None else ()
    by = declaration.first(ast.By)
    if declaration.kind != "count" or by is None:
        return ()
    needs = _METHODS.get(by.method, _WHICHEVER).needs
    decimal = declaration.first(ast.DecimalUnits)
    if by.method == "each code" and decimal is not None:
        return tuple(clause for clause in needs if clause is not ast.UnitAt)
    return needs


def _limit(file: SourceFile, declaration: ast.Declaration) -> Found:
    yield from limit_table(file, declaration)
    yield from value_limit(file, declaration)
    amounts = [clause.amount for clause in declaration.all(ast.AtMost)]
    counting, excess = declaration.first(ast.Counting), declaration.first(ast.OnExcess)
    types = {amount.type for amount in amounts if isinstance(amount, ast.Literal)}
    named = any(not isinstance(amount, ast.Literal) for amount in amounts)
    if declaration.complete and counting is None and types - WHOLE and not named:
        measure = min(kind.value for kind in types - WHOLE)
        yield Diagnostic(
            "missing-clause",
            f"`{declaration.label}` does not say which {measure} use it up",
            Label(file, declaration.head),
            help=f"add {_ways(measure)}",
        )
    measures = {counting.measure} if counting else types
    if excess and excess.do == "deny the excess" and not excess.orders and measures - WHOLE:
        yield Diagnostic(
            "excess-order",
            f"`{declaration.label}` does not say which line gives way",
            Label(file, excess.span),
            help="write an order, such as `deny the excess, last line first`",
        )


def _ways(measure: str) -> str:
    allowed = f"`counting allowed {measure}`"
    return allowed if measure in {"money", "RVUs"} else f"`counting billed {measure}` or {allowed}"


def _require(file: SourceFile, declaration: ast.Declaration) -> Found:
    needs = [c for c in declaration.clauses if isinstance(c, (ast.NeedsModifier, ast.NeedsDocumented, ast.NeedsThat))]
    effect, otherwise = declaration.first(ast.Effect), declaration.first(ast.Otherwise)
    kinds = {type(clause) for clause in needs}
    if len(kinds) > 1:
        second = next(clause for clause in needs if type(clause) is not type(needs[0]))
        yield Diagnostic(
            "repeated-clause",
            f"`{declaration.label}` asks for two things",
            Label(file, second.span),
            help="write a second `require` for the second one",
            also=(Label(file, needs[0].span, "the first one"),),
        )
    if needs and effect:
        message = f"`{word_of(effect)}` stands beside what is required"
        yield _wrong(
            file, effect, message, f"write `otherwise {effect.effect if effect.effect != 'reduce' else 'deny'}`"
        )
    elif needs and not otherwise and declaration.complete:
        yield _missing(file, declaration, ast.Otherwise, f"`{declaration.label}` does not say what happens otherwise")
    elif not needs and otherwise and not effect:
        yield from _nothing_required(file, declaration)
    elif not needs and otherwise:
        yield _wrong(
            file,
            otherwise,
            "`otherwise` stands beside no requirement",
            "delete it, or write what is required with `that`",
        )
    elif not needs and effect and not declaration.first(ast.When) and declaration.complete:
        yield _missing(file, declaration, ast.When, f"`{declaration.label}` states no `when`")
    elif not needs and not effect:
        yield from _nothing_required(file, declaration)


def _nothing_required(file: SourceFile, declaration: ast.Declaration) -> Found:
    if declaration.complete:
        yield Diagnostic(
            "missing-clause",
            f"`{declaration.label}` does not say what is required",
            Label(file, declaration.head),
            help="add `modifier GP`, `documented activity` or `that …`, with `otherwise deny`; or `when …` with `deny`",
        )


def _assistant(file: SourceFile, declaration: ast.Declaration) -> Found:
    marks, own, above = declaration.first(ast.Marks), declaration.first(ast.NeedsModifier), declaration.first(ast.Above)
    if marks is not None and own is not None:
        also = (Label(file, marks.span, "the other one"),)
        help_ = "keep one of them: `modifier CQ with GP, CO with GO`, or a payer's own, such as `modifier UB`"
        message = f"`{declaration.label}` states the assistant's modifier twice"
        yield Diagnostic("repeated-clause", message, Label(file, own.span), help_, also)
    elif own is not None and (own.how != "every" or len(own.modifiers) > 1):
        help_ = "write `modifier UB` for one modifier, or say which goes with which: `modifier CQ with GP, CO with GO`"
        yield _wrong(file, own, f"`{declaration.label}` does not say which modifier a line needs", help_)
    if above is None:
        return
    if above.percent >= 100:
        help_ = "write a share below the whole, such as `above 10% of each unit`"
        yield _wrong(file, above, f"no share is above {above.percent:f}%", help_)
    for exception in (declaration.first(ast.LastUnit), declaration.first(ast.LastTwo)):
        if exception is not None and above.grain != "unit":
            message = f"`{word_of(exception)}` says nothing beside `of each {above.grain}`"
            help_ = (
                f"delete it, or write `above {above.percent:f}% of each unit`; only then are units judged one by one"
            )
            yield _wrong(file, exception, message, help_)


def _evidence(file: SourceFile, declaration: ast.Declaration) -> Found:
    says, but_not = declaration.first(ast.NoteSays), declaration.first(ast.ButNot)
    if declaration.complete and says is None and declaration.first(ast.InField) is None:
        message = f"`{declaration.label}` states nothing by which it shows"
        yield Diagnostic(
            "missing-clause",
            message,
            Label(file, declaration.head),
            help=f"add a line such as `{CLAUSES[ast.NoteSays].line}`",
        )
    elif declaration.complete and says is None and but_not is not None:
        message = "`but not` rules out what `note says` finds, and there is no `note says`"
        yield _wrong(file, but_not, message, "delete it, or state with `note says` what shows it")


_CHECKS: Final[dict[str, Callable[[SourceFile, ast.Declaration], Found]]] = {
    "codes": _codes,
    "value": _value,
    "count": _count,
    "pairs": pairs_table,
    "limit": _limit,
    "require": _require,
    "assistant": _assistant,
    "evidence": _evidence,
    "pay": pay,
}


def _wrong(file: SourceFile, clause: ast.Clause, message: str, help_: str) -> Diagnostic:
    return Diagnostic("wrong-clause", message, Label(file, clause.span), help=help_)


def _missing(file: SourceFile, declaration: ast.Declaration, clause: type[ast.Clause], message: str) -> Diagnostic:
    help_ = f"add a line such as `{CLAUSES[clause].line}`"
    return Diagnostic("missing-clause", message, Label(file, declaration.head), help=help_)
