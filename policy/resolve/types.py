"""Do the expressions of a policy make sense: are like things compared with like?

Owns: the type of every expression, and the mistakes of measure in conditions (minutes against units, a bare number against a quantity,
a word that a fact does not have, an order where there is none).
Never: evaluates. `plan/` relies on what passes here.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import attrs

from policy.diagnostics import Diagnostic, Edit, Label
from policy.facts import Fact
from policy.resolve.model import Statement
from policy.resolve.scope import Scope
from policy.resolve.stated import check_stated
from policy.resolve.unknown import Unknown
from policy.resolve.words import a_type, measured, sample
from policy.source import Span
from policy.syntax import ast
from policy.values import Type

_MIXED: Final = frozenset({(Type.TEXT, Type.CODE), (Type.TEXT, Type.CHOICE), (Type.TEXT, Type.NUMBER)})
"""Different types that may stand side by side: a text is compared with a code, a word or a number as it is written."""
MEASURES: Final = frozenset(
    {Type.MINUTES, Type.UNITS, Type.DAYS, Type.VISITS, Type.LINES, Type.CODES, Type.MONEY, Type.RVUS, Type.PERCENT}
)
"""Quantities that are written as a number with a measure."""
_UNTYPED: Final = None


def check_types(scope: Scope, unknown: Unknown) -> list[Diagnostic]:
    """Every condition and example that compares amiss."""
    found: list[Diagnostic] = []
    for statement in scope.statements:
        checker = Checker(scope, statement, unknown, found)
        for clause in statement.declaration.clauses:
            for condition in _conditions(clause):
                checker.condition(condition)
        if statement.kind == "example":
            found += check_stated(scope, statement)
    return found


def _conditions(clause: ast.Clause) -> Iterator[ast.Expr]:
    if isinstance(clause, (ast.When, ast.Unless, ast.NeedsThat)):
        yield clause.condition
    elif isinstance(clause, (ast.ExceptCodes, ast.AtMost)) and clause.when is not None:
        yield clause.when


@attrs.frozen
class Checker:
    """Types of the expressions of one statement."""

    scope: Scope
    statement: Statement
    unknown: Unknown
    found: list[Diagnostic]

    def say(self, slug: str, message: str, span: Span, help_: str, fix: str | None = None) -> None:
        edit = Edit(span, fix) if fix is not None else None
        self.found.append(Diagnostic(slug, message, Label(self.statement.file, span), help=help_, fix=edit))

    def condition(self, expr: ast.Expr) -> None:
        """Checks something that must be true or false."""
        match expr:
            case ast.And() | ast.Or():
                for item in expr.items:
                    self.condition(item)
            case ast.Not():
                self.condition(expr.item)
            case ast.Compare():
                self.pair(expr.left, expr.right, expr.op, expr.span)
            case ast.OneOf():
                for option in expr.options:
                    self.pair(expr.item, option, "is", option.span)
            case ast.Given():
                if not isinstance(expr.fact, ast.FactRef):
                    word = "given" if expr.given else "missing"
                    help_ = f"name a fact, such as `line.minutes is {word}`"
                    self.say("not-a-condition", f"only a fact can be {word}", expr.span, help_)
            case ast.InCodes():
                if self.type(expr.item) not in (Type.CODE, _UNTYPED):
                    help_ = "write `line.code in …`"
                    self.say("types-differ", f"`{self.text(expr.item.span)}` is not a code", expr.item.span, help_)
            case ast.HasModifier():
                if expr.fact.path in self.scope.facts and expr.fact.path != "line.modifiers":
                    help_ = "write `line.modifiers has modifier …`"
                    self.say("types-differ", f"`{expr.fact.path}` has no modifiers", expr.fact.span, help_)
            case ast.Documented() | ast.VisitHas() | ast.DocumentationGiven():
                pass
            case _:
                self.truth(expr)

    def truth(self, expr: ast.Expr) -> None:
        """Checks that an operand by itself is true or false."""
        type_ = self.type(expr)
        if type_ in (Type.YES_NO, _UNTYPED):
            return
        written = self.text(expr.span)
        fact = self.fact(expr)
        beside = fact.choices[0] if fact is not None and fact.choices else sample(type_)
        help_ = f"compare it, such as `{written} {'>' if type_.is_quantity else 'is'} {beside}`"
        if type_ is Type.MODIFIERS:
            help_ = "write `line.modifiers has modifier GP`"
        elif isinstance(expr, ast.Literal):
            help_ = (
                f"write `visit has {written}`"
                if type_ is Type.CODE
                else "compare it with a fact, such as `visit.number > 12`"
            )
        message = f"`{written}` is {a_type(type_)}, not something that is true or false"
        self.say("not-a-condition", message, expr.span, help_)

    def pair(self, left: ast.Expr, right: ast.Expr, op: str, span: Span) -> None:
        """Checks that two things can stand on the two sides of a comparison."""
        fact = self.fact(left)
        if fact is not None and fact.type is Type.CHOICE and isinstance(right, (ast.NameRef, ast.Literal)):
            self.choice(fact, right, op)
            return
        if self.turned(left, right):
            return
        a, b = self.type(left, beside=right), self.type(right, beside=left)
        if a is _UNTYPED or b is _UNTYPED:
            return
        if a is Type.MODIFIERS or b is Type.MODIFIERS:
            other = self.text((right if a is Type.MODIFIERS else left).span)
            message = "modifiers are not compared; a line has one or has it not"
            modifier = other if re.fullmatch(r"[A-Z0-9]{2}", other) else "GP"
            self.say("types-differ", message, span, f"write `line.modifiers has modifier {modifier}`")
        elif not comparable(a, b, right) and not comparable(b, a, left):
            self.differ(left, a, right, b, span)
        elif op not in ("is", "is not") and not (a.is_quantity and b.is_quantity):
            no_order = a if not a.is_quantity else b
            help_ = "write `is`, or `in` with a range of codes" if no_order is Type.CODE else "write `is` or `is not`"
            self.say("not-ordered", f"{a_type(no_order)} has no order", span, help_)
        else:
            for text, literal in ((left, right), (right, left)):
                if a is not b and isinstance(literal, ast.Literal) and literal.type is Type.NUMBER:
                    self.leading_zero(text, literal)

    def choice(self, fact: Fact, right: ast.NameRef | ast.Literal, op: str) -> None:
        """Checks a comparison of a fact of fixed words with a word."""
        word = right.name if isinstance(right, ast.NameRef) else str(right.value)
        if word not in fact.choices:
            close = self.scope.spelling.nearest(word, fact.choices)
            help_ = f"did you mean `{close}`?" if close else f"write one of {', '.join(fact.choices)}"
            self.say("choice", f"`{fact.path}` is never `{word[:60]}`", right.span, help_, close)
        elif op not in ("is", "is not"):
            self.say("not-ordered", f"the words of `{fact.path}` have no order", right.span, "write `is` or `is not`")

    def turned(self, left: ast.Expr, right: ast.Expr) -> bool:
        """Whether a comparison stands with its sides the wrong way round: `group is line.delivery`."""
        fact = self.fact(right)
        if fact is None or fact.type is not Type.CHOICE or not isinstance(left, (ast.NameRef, ast.Literal)):
            return False
        word = left.name if isinstance(left, ast.NameRef) else str(left.value)
        help_ = f"write the fact first: `{fact.path} is {word if word in fact.choices else fact.choices[0]}`"
        self.say("types-differ", f"`{word[:60]}` stands before the fact it is compared with", left.span, help_)
        return True

    def leading_zero(self, beside: ast.Expr, number: ast.Literal) -> None:
        """`02` is read as 2, and a place of service is written with two digits: such a comparison would never hold."""
        written = self.text(number.span)
        place = isinstance(beside, ast.FactRef) and beside.path.endswith(".place") and len(written) < 2
        if place or (written.startswith("0") and written != "0"):
            meant = written.zfill(2) if place else written
            message = f"`{beside.path if isinstance(beside, ast.FactRef) else 'this'}` is a text, and `{written}` is read as a number"
            self.say("types-differ", message, number.span, f'write `"{meant}"`', f'"{meant}"')

    def differ(self, left: ast.Expr, a: Type, right: ast.Expr, b: Type, span: Span, message: str | None = None) -> None:
        """Says that two things do not measure the same, and what could be written instead."""
        compared = message is None
        message = message or f"{a_type(a)} compared with {a_type(b)}"
        for literal, own, other in ((right, b, a), (left, a, b)):
            if isinstance(literal, ast.Literal):
                if own is Type.NUMBER and other in MEASURES:
                    message = f"`{self.text(literal.span)}` is a plain number; the other side is {a_type(other)}"
                meant = _as(other, literal)
                help_ = f"write `{meant}`" if meant else f"write {a_type(other)}, such as `{sample(other)}`"
                if other is Type.YES_NO:
                    help_ = "write `yes` or `no`"
                if own in MEASURES and other is not Type.NUMBER:
                    help_ += f", or compare something that is {a_type(own)}"
                self.say("types-differ", message, literal.span, help_)
                return
        with_, one = ("with", "compare") if compared else ("and", "add up")
        help_ = f"{one} {a_type(a)} {with_} {a_type(a)}, or {a_type(b)} {with_} {a_type(b)}"
        self.say("types-differ", message, span, help_)

    def type(self, expr: ast.Expr, beside: ast.Expr | None = None) -> Type | None:
        """The type of an operand; `None` when a mistake in it was reported already."""
        match expr:
            case ast.Literal():
                return expr.type
            case ast.FactRef():
                fact = self.fact(expr)
                return fact.type if fact else _UNTYPED
            case ast.NameRef():
                return self.named(expr, beside)
            case ast.Arithmetic():
                return self.arithmetic(expr)
            case ast.SumOf():
                return {"minutes": Type.MINUTES, "charges": Type.MONEY}.get(expr.measure, Type.UNITS)
            case ast.DaysBetween():
                for end in (expr.start, expr.end):
                    if self.type(end) not in (Type.DATE, _UNTYPED):
                        help_ = "count days between two dates, such as `days from injury.date to visit.date`"
                        self.say("types-differ", f"`{end.path}` is not a date", end.span, help_)
                return Type.DAYS
            case _:
                self.condition(expr)
                return Type.YES_NO

    def named(self, expr: ast.NameRef, beside: ast.Expr | None) -> Type | None:
        """The type of a named value; a name that is none is told by what was likely meant."""
        if self.scope.has("value", expr.name):
            row = self.scope.values[expr.name]
            return row.literal.type if row else _UNTYPED
        fact = self.fact(beside)
        facts = sorted(path for path in self.scope.fact_paths if path.rpartition(".")[2] == expr.name)
        if self.scope.has("codes", expr.name):
            help_ = f"write `line.code in {expr.name}`"
        elif fact is not None and fact.type is Type.YES_NO:
            help_ = "write `yes` or `no`"
        elif fact is not None and fact.type is Type.TEXT:
            help_ = f'write the text in quotes: `"{expr.name[:60]}"`'
        elif facts:
            help_ = f"did you mean `{facts[0]}`?"
        else:
            help_ = "declare it with `value`, or write the number itself"
        self.unknown.name(self.statement, expr.span, "value", expr.name, help_)
        return _UNTYPED

    def arithmetic(self, expr: ast.Arithmetic) -> Type | None:
        """The type of a sum or a difference."""
        a, b = self.type(expr.left), self.type(expr.right)
        if a is _UNTYPED or b is _UNTYPED:
            return _UNTYPED
        if a is Type.DATE and b is Type.DAYS:
            return Type.DATE
        if a is b and a.is_quantity and a not in (Type.DATE, Type.TIME):
            return a
        message = f"{a_type(a)} and {a_type(b)} cannot be {'added' if expr.op == '+' else 'subtracted'}"
        if a is Type.DATE and b is Type.DATE:
            self.say("types-differ", message, expr.span, "write `days from` the earlier date `to` the later one")
        elif Type.DATE in (a, b):
            help_ = "add days to a date, such as `injury.date + 30 days`"
            self.say("types-differ", message, expr.span, help_)
        else:
            self.differ(expr.left, a, expr.right, b, expr.span, message)
        return _UNTYPED

    def fact(self, expr: ast.Expr | None) -> Fact | None:
        """The fact that an operand reads, if it reads one that is known."""
        return self.scope.facts.get(expr.path) if isinstance(expr, ast.FactRef) else None

    def text(self, span: Span) -> str:
        """A place as the author wrote it, on one line."""
        written = " ".join(self.statement.file.text[span.start : span.end].split())
        return written if len(written) <= 60 else written[:60] + "…"


def comparable(a: Type, b: Type, right: ast.Expr) -> bool:
    """Whether `b`, the type of `right`, may stand beside `a`; a number beside a text only when it is written out."""
    return a is b or ((a, b) in _MIXED and (b is not Type.NUMBER or isinstance(right, ast.Literal)))


def _as(measure: Type, literal: ast.Literal) -> str | None:
    """The number of a literal with another measure, `None` when it cannot be written so."""
    number = literal.value
    if literal.type not in MEASURES | {Type.NUMBER} or not isinstance(number, (int, Decimal)):
        return None
    if measure is Type.NUMBER:
        return str(number)
    whole = isinstance(number, int) or measure in (Type.MONEY, Type.PERCENT)
    return measured(number, measure) if measure in MEASURES and whole else None
