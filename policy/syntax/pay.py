"""What a step of payment may say: which of its clauses go together, and what each demands.

Owns: the five forms of a `pay` declaration (a rate, a reduction, a share, the charge) and the clauses of a limit by value.
Never: compares two steps; their order is in `resolve/payment.py`.
"""

from collections.abc import Iterator
from typing import Final

import attrs

from policy.diagnostics import Diagnostic, Label
from policy.source import SourceFile
from policy.syntax import ast
from policy.syntax.clauses import CLAUSES, word_of
from policy.values import Type

Found = Iterator[Diagnostic]
TABLES: Final = ("pfs_rvu", "fee_schedule")
"""The reference tables that have prices."""
SETTINGS: Final = ("qpp", "non_qpp")
BY_VALUE: Final = frozenset({Type.MONEY, Type.RVUS})
"""What a limit by value caps; it is judged when the lines have been priced."""
_LINES: Final = "`rate $42.50 each unit`, `reduce practice expense by 50%`, `pay 85%` or `at most the charge`"


@attrs.frozen
class _Form:
    """One form: the clauses it needs and those it may have, beside `applies to`, `when`, sources and dates."""

    needs: tuple[type[ast.Clause], ...] = ()
    may: tuple[type[ast.Clause], ...] = ()


_FORMS: Final[dict[type[ast.Clause], _Form]] = {
    ast.Rate: _Form((), (ast.PriceRow, ast.ConversionFactor, ast.ToTheCent, ast.OnlyGiven)),
    ast.ReduceBy: _Form((ast.ExceptFirst, ast.RankedBy, ast.Ties, ast.Across, ast.ToTheCent), (ast.After,)),
    ast.PayShare: _Form((ast.ToTheCent,), (ast.After,)),
    ast.AtCharge: _Form((), (ast.After,)),
}
_OWN: Final = frozenset({clause for form in _FORMS.values() for clause in (*form.needs, *form.may)})


def pay(file: SourceFile, declaration: ast.Declaration) -> Found:
    """The mistakes of one step of payment."""
    forms = [clause for clause in declaration.clauses if type(clause) in _FORMS]
    if not forms:
        if declaration.complete:
            message = f"`{declaration.label}` does not say what is paid"
            yield Diagnostic(
                "missing-clause", message, Label(file, declaration.head), help=f"add a line such as {_LINES}"
            )
        return
    form = forms[0]
    for other in forms[1:]:
        if type(other) is not type(form):
            also = (Label(file, form.span, "the first one"),)
            message = f"`{declaration.label}` is two steps of payment"
            help_ = "write a second `pay` for the second one, with `after` if it comes later"
            yield Diagnostic("repeated-clause", message, Label(file, other.span), help_, also)
            return
    yield from _stray(file, declaration, form)
    yield from _missing(file, declaration, form)
    if isinstance(form, ast.Rate):
        yield from _rate(file, declaration, form)
    yield from _ties(file, declaration)


def _stray(file: SourceFile, declaration: ast.Declaration, form: ast.Clause) -> Found:
    """Clauses that belong to another form."""
    rules = _FORMS[type(form)]
    for clause in declaration.clauses:
        if type(clause) in _OWN and type(clause) not in (*rules.needs, *rules.may):
            message = f"`{word_of(clause)}` says nothing beside `{word_of(form)}`"
            yield Diagnostic("wrong-clause", message, Label(file, clause.span), help=_unneeded(clause, form))


def _unneeded(clause: ast.Clause, form: ast.Clause) -> str:
    if isinstance(clause, ast.After) and isinstance(form, ast.Rate):
        return "delete it; a rate comes before every other step"
    return f"delete it, or write a second `pay` for `{word_of(clause)}`"


def _missing(file: SourceFile, declaration: ast.Declaration, form: ast.Clause) -> Found:
    present = {type(clause) for clause in declaration.clauses}
    missing = [clause for clause in _FORMS[type(form)].needs if clause not in present]
    if isinstance(form, ast.Rate) and _makes_fractions(declaration, form) and ast.ToTheCent not in present:
        missing.append(ast.ToTheCent)
    if missing and declaration.complete:
        yield _asked(file, declaration, missing)


def _makes_fractions(declaration: ast.Declaration, rate: ast.Rate) -> bool:
    """Whether a rate multiplies: a share, RVUs with a factor, or an amount finer than a cent."""
    amounts = [row.price for row in declaration.all(ast.PriceRow) if row.type is Type.MONEY]
    if isinstance(rate.basis, ast.Literal):
        assert not isinstance(rate.basis.value, str)
        amounts.append(rate.basis.value)  # type: ignore[arg-type]  # the grammar lets only money stand here
    fine = any(amount != round(amount, 2) for amount in amounts)
    by_rvu = isinstance(rate.basis, ast.Word) and rate.basis.text == "pfs_rvu"
    return fine or by_rvu or rate.share is not None or declaration.first(ast.ConversionFactor) is not None


def _rate(file: SourceFile, declaration: ast.Declaration, rate: ast.Rate) -> Found:
    rows = list(declaration.all(ast.PriceRow))
    factor = declaration.first(ast.ConversionFactor)
    if rate.basis is None and not rows and declaration.complete:
        yield _asked(file, declaration, [ast.PriceRow])
    for row in rows:
        if rate.basis is not None:
            message = "a list of prices stands beside another rate"
            yield Diagnostic(
                "wrong-clause", message, Label(file, row.span), help="write `rate listed each unit`, or delete it"
            )
            return
        if row.type is Type.RVUS and factor is None and declaration.complete:
            yield _asked(file, declaration, [ast.ConversionFactor])
            break
        if row.type is not rows[0].type:
            also = (Label(file, rows[0].span, "the first one"),)
            message = "some prices are dollars, others RVUs"
            yield Diagnostic(
                "repeated-clause", message, Label(file, row.span), "write a second `pay` for the others", also
            )
            break
    listed_money = rate.basis is None and rows and rows[0].type is Type.MONEY
    if factor is not None and (listed_money or isinstance(rate.basis, ast.Literal)):
        message = "`conversion factor` says nothing beside a rate in dollars"
        yield Diagnostic("wrong-clause", message, Label(file, factor.span), help="delete it, or state the rate in RVUs")
    yield from _expense(file, declaration, rate)
    yield from _table(file, declaration, rate)


def _expense(file: SourceFile, declaration: ast.Declaration, rate: ast.Rate) -> Found:
    if rate.expense is not None and not isinstance(rate.basis, ast.FactRef):
        message = "the practice expense of this rate is not a fact's to say"
        help_ = "delete it; write it behind each listed price, or rate a fact such as `line.fee`"
        yield Diagnostic("wrong-clause", message, Label(file, rate.expense.span), help=help_)
    for row in declaration.all(ast.PriceRow):
        if row.expense is not None and row.expense > row.price:
            message = "the practice expense is more than the whole price"
            yield Diagnostic(
                "measure",
                message,
                Label(file, row.span),
                help="write the part of the price that pays the practice's expense",
            )


def _table(file: SourceFile, declaration: ast.Declaration, rate: ast.Rate) -> Found:
    if not isinstance(rate.basis, ast.Word):
        for extra, word in ((rate.locality, "locality"), (rate.setting, "setting")):
            if extra is not None:
                message = f"`{word}` says nothing of a rate that is not from a table"
                yield Diagnostic("wrong-clause", message, Label(file, extra.span), help="delete it")
        return
    if rate.basis.text not in TABLES:
        message = f"there are no prices in a table `{rate.basis}`"
        yield Diagnostic("wrong-clause", message, Label(file, rate.basis.span), help=f"name {' or '.join(TABLES)}")
    if rate.each != "unit":
        message = "a table has prices of a unit, not of a visit"
        yield Diagnostic("measure", message, Label(file, rate.span), help="write `each unit`")
    if rate.locality is None and declaration.complete:
        message = f"`{declaration.label}` does not say where the service was given"
        help_ = "write `rate from table … each unit, locality visit.locality`"
        yield Diagnostic("missing-clause", message, Label(file, rate.span), help=help_)
    if rate.setting is not None and (rate.setting.text not in SETTINGS or rate.basis.text != "pfs_rvu"):
        message = f"`{rate.setting}` is not a setting of `{rate.basis}`"
        help_ = "write `setting qpp` or `setting non_qpp`" if rate.basis.text == "pfs_rvu" else "delete it"
        yield Diagnostic("wrong-clause", message, Label(file, rate.setting.span), help=help_)


def _ties(file: SourceFile, declaration: ast.Declaration) -> Found:
    ties = declaration.first(ast.Ties)
    if ties is not None and ties.to not in {"first line", "last line"}:
        message = "which of two equal services keeps its price is the payer's to say"
        help_ = "write `ties to the first line` or `ties to the last line`"
        yield Diagnostic("wrong-clause", message, Label(file, ties.span), help=help_)


def value_limit(file: SourceFile, declaration: ast.Declaration) -> Found:
    """What a limit by money or RVUs needs, and what no other limit may have."""
    counting, cent = declaration.first(ast.Counting), declaration.first(ast.ToTheCent)
    amounts = [clause.amount for clause in declaration.all(ast.AtMost)]
    types = {amount.type for amount in amounts if isinstance(amount, ast.Literal)}
    measures = {counting.measure} if counting is not None else types
    if counting is not None and counting.measure in BY_VALUE and counting.which != "allowed":
        message = f"a limit on {counting.measure.value} counts what is allowed, not what is {counting.which}"
        help_ = f"write `counting allowed {counting.measure.value}`"
        yield Diagnostic("wrong-clause", message, Label(file, counting.span), help=help_)
    if measures and not measures & BY_VALUE:
        for clause in declaration.clauses:
            if isinstance(clause, (ast.After, ast.ToTheCent)):
                message = f"`{word_of(clause)}` belongs in a limit on money or RVUs"
                yield Diagnostic("wrong-clause", message, Label(file, clause.span), help="delete it")
    elif measures == {Type.RVUS} and cent is None and declaration.complete:
        yield _asked(file, declaration, [ast.ToTheCent])


def _asked(file: SourceFile, declaration: ast.Declaration, clauses: list[type[ast.Clause]]) -> Diagnostic:
    words = " or ".join(f"`{CLAUSES[one].word}`" if one is not ast.PriceRow else "price" for one in clauses)
    lines = " and ".join(f"`{'ties to the first line' if one is ast.Ties else CLAUSES[one].line}`" for one in clauses)
    help_ = f"add {'a line such as' if len(clauses) == 1 else 'lines such as'} {lines}"
    return Diagnostic(
        "missing-clause", f"`{declaration.label}` states no {words}", Label(file, declaration.head), help=help_
    )
