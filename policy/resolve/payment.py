"""Do the steps of payment fit together: one base price for a code, and a stated order wherever two steps can meet?

Owns: what can only be seen date by date, with the code sets worked out.
Never: runs on a policy with other errors.
"""

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from policy.codes import CodeSet
from policy.diagnostics import Diagnostic, Label
from policy.resolve.model import CodeBook, ResolvedPolicy, Statement
from policy.source import Span
from policy.syntax import ast
from policy.values import Type

_BY_VALUE: Final = frozenset({Type.MONEY, Type.RVUS})
Key = tuple[str, str]
"""Kind and name of a step."""


def check_payment(policy: ResolvedPolicy) -> list[Diagnostic]:
    """The mistakes of every span of dates on which the same steps and codes are in force, each told once."""
    relevant = [s for s in policy.of("codes", "pay", "limit") if not s.inert and (s.kind == "codes" or _is_step(s))]
    found: list[Diagnostic] = []
    told: set[tuple[str, ...]] = set()
    for date in _dates(policy, relevant):
        book = CodeBook.on(policy, date)
        steps = [s for s in relevant if s.kind != "codes" and s.in_force_on(date)]
        for key, diagnostic in (*_two_rates(book, steps), *_order(book, steps)):
            if key not in told:
                told.add(key)
                found.append(diagnostic)
    return found


def _is_step(statement: Statement) -> bool:
    counting = statement.declaration.first(ast.Counting)
    return statement.kind == "pay" or (counting is not None and counting.measure in _BY_VALUE)


def _dates(policy: ResolvedPolicy, statements: Sequence[Statement]) -> list[dt.date]:
    """The first date of each span."""
    dates = {policy.dates.start or dt.date.min}
    for statement in statements:
        start, end = statement.dates.start, statement.dates.end
        dates |= {start} if start else set()
        dates |= {end + dt.timedelta(days=1)} if end and end < dt.date.max else set()
    return sorted(date for date in dates if date in policy.dates)


def _codes(book: CodeBook, statement: Statement) -> CodeSet | None:
    """The codes that a step is about; `None` for every code. A rate from a list is about those that are listed."""
    declaration = statement.declaration
    applies, rows = declaration.first(ast.AppliesTo), list(declaration.all(ast.PriceRow))
    listed = CodeSet.union(*(book.list(row.codes) for row in rows)) if rows else None
    if applies is None:
        return listed
    return book.applied(applies) if listed is None else book.applied(applies) & listed


def _meet(one: CodeSet | None, other: CodeSet | None) -> CodeSet | None:
    """The codes of both; `None` for every code."""
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _two_rates(book: CodeBook, steps: Sequence[Statement]) -> Iterator[tuple[tuple[str, ...], Diagnostic]]:
    rates = [s for s in steps if s.declaration.first(ast.Rate) is not None]
    for one, other in itertools.combinations(rates, 2):
        codes = _meet(_codes(book, one), _codes(book, other))
        plain = [
            s for s in (one, other) if not any(isinstance(c, (ast.When, ast.Unless)) for c in s.declaration.clauses)
        ]
        if not plain or (codes is not None and not codes) or "service" not in (one.basis, other.basis):
            continue
        shared = "every code" if codes is None else _some(codes)
        message = f"`{one.label}` and `{other.label}` both price {shared}"
        help_ = "take the codes out of one of them with `applies to … except …`, or give both a `when`"
        also = (Label(one.file, one.declaration.head, "the other rate"),)
        at = Label(other.file, other.declaration.head)
        yield ("two", one.label, other.label), Diagnostic("two-rates", message, at, help=help_, also=also)
    for rate in rates:
        yield from _listed_twice(book, rate)


def _listed_twice(book: CodeBook, rate: Statement) -> Iterator[tuple[tuple[str, ...], Diagnostic]]:
    rows = list(rate.declaration.all(ast.PriceRow))
    for one, other in itertools.combinations(rows, 2):
        shared = book.list(one.codes) & book.list(other.codes)
        if shared:
            message = f"`{rate.label}` lists two prices of {_some(shared)}"
            also = (Label(rate.file, one.span, "the other price"),)
            help_ = "keep one of them"
            diagnostic = Diagnostic("two-rates", message, Label(rate.file, other.span), help=help_, also=also)
            yield ("listed", rate.label, str(other.span)), diagnostic


def _some(codes: CodeSet) -> str:
    shown = CodeSet(codes.ranges[:6])
    return f"{shown} and others" if len(codes.ranges) > 6 else str(shown)


# ------------------------------------------------------------------------------------------------- the order


def _order(book: CodeBook, steps: Sequence[Statement]) -> Iterator[tuple[tuple[str, ...], Diagnostic]]:
    following = [s for s in steps if s.declaration.first(ast.Rate) is None]
    before = {s.name: _named(s) for s in following}
    for statement in following:
        if statement.name in _all_before(before, statement.name):
            message = f"`{statement.label}` comes after itself"
            help_ = "leave out one `after`, so that one of the steps comes first"
            yield ("circle",), Diagnostic("pay-order", message, Label(statement.file, _at(statement)), help=help_)
            return
    for one, other in itertools.combinations(following, 2):
        codes = _meet(_codes(book, one), _codes(book, other))
        if (codes is not None and not codes) or one.key == other.key:
            continue
        first = _first(before, one, other)
        if first is None:
            message = f"`{one.label}` and `{other.label}` can meet on one line, and nothing says which comes first"
            also = (Label(one.file, one.declaration.head, "the other step"),)
            help_ = f"write `after {one.name}` in `{other.label}`, or `after {other.name}` in `{one.label}`"
            at = Label(other.file, other.declaration.head)
            yield ("order", one.label, other.label), Diagnostic("pay-order", message, at, help=help_, also=also)
            continue
        last = other if first is one else one
        if last.declaration.first(ast.ReduceBy) is not None and first.declaration.first(ast.ReduceBy) is None:
            message = (
                f"`{last.label}` lowers the price of a unit after `{first.label}` has changed the amount of a line"
            )
            help_ = f"write `after {last.name}` in `{first.label}` instead"
            yield (
                ("units", one.label, other.label),
                Diagnostic("pay-order", message, Label(last.file, _at(last)), help=help_),
            )


def _named(statement: Statement) -> frozenset[str]:
    return frozenset(word.text for after in statement.declaration.all(ast.After) for word in after.steps)


def _at(statement: Statement) -> Span:
    after = statement.declaration.first(ast.After)
    return after.span if after is not None else statement.declaration.head


def _all_before(before: Mapping[str, frozenset[str]], name: str) -> frozenset[str]:
    """Every step that comes before a step, by `after` or by the `after` of those."""
    found: set[str] = set()
    rest = list(before.get(name, ()))
    while rest:
        one = rest.pop()
        if one not in found:
            found.add(one)
            rest += before.get(one, ())
    return frozenset(found)


def _first(before: Mapping[str, frozenset[str]], one: Statement, other: Statement) -> Statement | None:
    if one.name in _all_before(before, other.name):
        return one
    return other if other.name in _all_before(before, one.name) else None
