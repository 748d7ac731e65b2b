"""Expressions of the syntax tree to operations of the plan.

Owns: one case per expression form; what a bare name means beside a fact (a choice) or alone (a value on the date).
Never: reports mistakes; `resolve/types.py` let only sound expressions through.
"""

import datetime as dt
from decimal import Decimal

import attrs

from policy.facts import BY_PATH, DOCUMENTATION, Fact
from policy.plan.model import Op
from policy.resolve.model import CodeBook, ResolvedPolicy, Statement
from policy.syntax import ast
from policy.values import DateRange, Type, Units

COMPARISONS = {
    "is": "equal",
    "is not": "not_equal",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
}
BASES = {"receipt": "visit.received", "processing": "visit.processed", "injury": "injury.date"}


@attrs.frozen
class Lowering:
    """Lowers the expressions of one policy on one date."""

    policy: ResolvedPolicy
    book: CodeBook
    date: dt.date

    def truth(self, expr: ast.Expr) -> Op:
        """An operation whose result is true, false or undetermined."""
        match expr:
            case ast.And():
                return self._truth("and", *map(self.truth, expr.items))
            case ast.Or():
                return self._truth("or", *map(self.truth, expr.items))
            case ast.Not():
                return self.negated(expr.item)
            case ast.Compare():
                return self._truth(COMPARISONS[expr.op], self.operand(expr.left), self.beside(expr.left, expr.right))
            case ast.OneOf():
                options = tuple(self.beside(expr.item, option) for option in expr.options)
                return self._truth("or", *(self._truth("equal", self.operand(expr.item), option) for option in options))
            case ast.Given():
                given = self._truth("given", self.operand(expr.fact))
                return given if expr.given else self._truth("not", given)
            case ast.DocumentationGiven():
                return self._truth("documentation_given")
            case ast.InCodes():
                inside = self._truth("in_codes", self.operand(expr.item), self.book.list(expr.codes))
                return inside if expr.inside else self._truth("not", inside)
            case ast.HasModifier():
                return self._truth("has_modifier", frozenset(m.text for m in expr.modifiers))
            case ast.Documented():
                parts = [self._documented(word.text) for word in expr.elements]
                return parts[0] if len(parts) == 1 else self._truth("and", *parts)
            case ast.VisitHas():
                return self._truth("visit_has", self.book.list(expr.codes), frozenset(m.text for m in expr.modifiers))
            case _:
                return self._truth("equal", self.operand(expr), Op("const", (True,), Type.YES_NO))

    def negated(self, expr: ast.Expr) -> Op:
        """Kleene not."""
        return self._truth("not", self.truth(expr))

    def operand(self, expr: ast.Expr) -> Op:
        """An operation whose result is a value, or missing."""
        match expr:
            case ast.Literal():
                return Op("const", (expr.value,), expr.type)
            case ast.FactRef():
                return self.fact(expr.path)
            case ast.NameRef():
                row = self.policy.value(expr.name, self.date)
                return (
                    Op("const", (row.value,), row.type) if row else Op("no_value", (f"value {expr.name}",), Type.NUMBER)
                )
            case ast.Arithmetic():
                left = self.operand(expr.left)
                return Op("add" if expr.op == "+" else "subtract", (left, self.operand(expr.right)), left.type)
            case ast.SumOf() if expr.measure == "minutes":
                return Op("minutes_of", (self.book.list(expr.codes),), Type.MINUTES)
            case ast.SumOf() if expr.measure == "charges":
                return Op("charges_of", (self.book.list(expr.codes),), Type.MONEY)
            case ast.SumOf():
                return Op("units_of", (self.book.list(expr.codes),), Type.UNITS)
            case ast.DaysBetween():
                return Op("days_between", (self.operand(expr.start), self.operand(expr.end)), Type.DAYS)
            case _:
                return self.truth(expr)

    def beside(self, other: ast.Expr, expr: ast.Expr) -> Op:
        """An operand read in the light of what it is compared with: a bare word beside a fact is one of its choices."""
        fact = self.fact_of(other.path) if isinstance(other, ast.FactRef) else None
        if fact is not None and fact.type is Type.CHOICE and isinstance(expr, (ast.NameRef, ast.Literal)):
            return Op("const", (expr.name if isinstance(expr, ast.NameRef) else str(expr.value),), Type.CHOICE)
        if fact is not None and fact.type is Type.TEXT and isinstance(expr, ast.Literal):
            return Op("const", (str(expr.value),), Type.TEXT)
        return self.operand(expr)

    def fact(self, path: str) -> Op:
        """Reading a fact of the line or the visit."""
        fact = self.fact_of(path)
        return Op("line_fact" if fact.of_line else "visit_fact", (fact,), fact.type)

    def given(self, declaration: ast.Declaration) -> tuple[Fact, ...]:
        """The facts of `only when given`."""
        return tuple(self.fact_of(f.path) for clause in declaration.all(ast.OnlyGiven) for f in clause.facts)

    def modifiers(self, clause: ast.NeedsModifier) -> Op:
        """The requirement that a line carries modifiers as stated."""
        words = [m.text for m in clause.modifiers]
        match clause.how:
            case "exactly one":
                return self._truth("one_modifier", frozenset(words))
            case "some":
                return self._truth("has_modifier", frozenset(words))
            case "every":
                parts = [self._truth("has_modifier", frozenset({word})) for word in words]
                return parts[0] if len(parts) == 1 else self._truth("and", *parts)
            case _:
                return self._truth("not", self._truth("has_modifier", frozenset(words)))

    def in_force(self, basis: str, dates: DateRange) -> Op:
        """Whether a range holds by another date than that of service."""
        fact = self.fact(BASES[basis])
        parts = []
        if dates.start:
            parts.append(self._truth("greater_equal", fact, Op("const", (dates.start,), Type.DATE)))
        if dates.end:
            parts.append(self._truth("less_equal", fact, Op("const", (dates.end,), Type.DATE)))
        return self._truth("and", *parts) if len(parts) != 1 else parts[0]

    def amount(self, expr: ast.Literal | ast.NameRef | ast.FactRef) -> tuple[Units | None, Type]:
        """An amount with its measure; it is `None` when its value has no row on the date, or a fact gives it."""
        if isinstance(expr, ast.FactRef):
            return None, self.fact_of(expr.path).type
        if isinstance(expr, ast.Literal):
            value: object = expr.value
            type_ = expr.type
        else:
            row = self.policy.value(expr.name, self.date)
            if row is None:
                rows = self.policy.value_rows(expr.name)
                return None, rows[0].type if rows else Type.UNITS
            value, type_ = row.value, row.type
        assert isinstance(value, (int, Decimal))
        return value, type_

    def evidence(self, name: str) -> Statement | None:
        """The version of an evidence in force on the date."""
        return next((s for s in self.policy.versions("evidence", name) if s.in_force_on(self.date)), None)

    def _documented(self, element: str) -> Op:
        statement = self.evidence(element)
        if statement is None:
            in_record = element in DOCUMENTATION or self.policy.versions("fact", f"documentation.{element}")
            return self._truth("documented", element) if in_record else self._truth("no_value", f"evidence {element}")
        field = statement.declaration.first(ast.InField)
        return self._truth("evidenced", element, field.field.text if field else None)

    def fact_of(self, path: str) -> Fact:
        """The fact of a path, declared or in the catalogue."""
        return self.policy.facts.get(path) or BY_PATH.get(path) or Fact(path, Type.TEXT, path)

    def _truth(self, op: str, *args: object) -> Op:
        return Op(op, tuple(args), Type.YES_NO)
