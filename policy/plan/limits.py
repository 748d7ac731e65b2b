"""From a limit's clauses to what a plan asks: how much, per whom and when, and what gives way.

Owns: telling the window among a limit's keys, and the fact that it begins with.
Never: looks back; the evaluators do.
"""

from typing import TYPE_CHECKING, Final

from policy.facts import Fact
from policy.plan.expressions import Lowering
from policy.plan.model import Exempt, Limit, Maximum, Window
from policy.plan.statements import codes_of, condition_of
from policy.resolve.model import Statement
from policy.syntax import ast
from policy.values import Type

if TYPE_CHECKING:
    from policy.plan.tables import TableLimit

STARTS: Final = {"episode": "episode.start", "injury": "injury.date", "benefit year": "benefit_year.start"}
"""The fact that each window begins with, where the statement names none."""
WINDOWS: Final = frozenset(
    {
        "visit", "day", "week", "month", "calendar year", "fiscal year", "benefit year", "rolling", "episode", "injury", "lifetime",
        "authorization", "since", "after",
    }
)  # fmt: skip
"""Keys that say when; the others say whose or where."""


def limit_of(lowering: Lowering, at: int, statement: Statement) -> Limit:
    """A limit; where its rows come from a table it has no maximum."""
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
        at, codes_of(lowering, declaration), condition_of(lowering, statement),
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


def _start(lowering: Lowering, key: ast.PerKey) -> Fact | None:
    """The fact that a window begins with."""
    path = key.fact.path if key.fact is not None else STARTS.get(key.word)
    return lowering.fact_of(path) if path is not None else None


def table_limit_of(lowering: Lowering, at: int, statement: Statement) -> "TableLimit":
    """A limit whose maxima come from a reference table."""
    from policy.plan.from_table import table_ref
    from policy.plan.tables import TableLimit

    return TableLimit(table_ref(statement.declaration), limit_of(lowering, at, statement))
