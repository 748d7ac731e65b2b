"""Expressions and constants.

Owns: the nodes of `ast/expressions.py`, and the words that no name in an expression may be.
Never: gives a name its meaning.
"""

from typing import Any, Final

from lark import Token, Transformer, v_args

from policy.syntax import ast
from policy.syntax.build.tokens import (
    Mistake,
    date_of,
    int_of,
    money_of,
    number_of,
    over,
    percent_of,
    reference_of,
    references_of,
    span_of,
    time_of,
)
from policy.values import Type

CONNECTIVES: Final = frozenset({"and", "or", "not", "is", "in", "has", "of", "to", "with", "when", "the"})


@v_args(inline=True)
class Expressions(Transformer[Token, Any]):
    """Conditions and what they compare."""

    def or_(self, *items: Any) -> ast.Or:
        return ast.Or(items, over(*items))

    def and_(self, *items: Any) -> ast.And:
        return ast.And(items, over(*items))

    def not_(self, item: Any) -> ast.Not:
        return ast.Not(item, span_of(item))

    def is_given(self, fact: Any) -> ast.Given:
        return ast.Given(fact, True, span_of(fact))

    def is_missing(self, fact: Any) -> ast.Given:
        return ast.Given(fact, False, span_of(fact))

    def is_(self, left: Any, right: Any) -> ast.Compare:
        return ast.Compare("is", left, right, over(left, right))

    def is_not(self, left: Any, right: Any) -> ast.Compare:
        opposite = {"given": "missing", "missing": "given"}
        if isinstance(right, ast.NameRef) and right.name in opposite:
            help_ = f"write `is {opposite[right.name]}`"
            raise Mistake("syntax", f"`is not {right.name}` is said another way", right.span, help_)
        return ast.Compare("is not", left, right, over(left, right))

    def is_one_of(self, item: Any, *options: Any) -> ast.OneOf:
        return ast.OneOf(item, options, over(item, *options))

    def compare(self, left: Any, op: Token, right: Any) -> ast.Compare:
        return ast.Compare(str(op), left, right, over(left, right))

    def in_codes(self, item: Any, codes: ast.CodeList) -> ast.InCodes:
        return ast.InCodes(item, codes, True, over(item, codes))

    def not_in_codes(self, item: Any, codes: ast.CodeList) -> ast.InCodes:
        return ast.InCodes(item, codes, False, over(item, codes))

    def has_modifier(self, fact: ast.FactRef, modifiers: Any) -> ast.HasModifier:
        return ast.HasModifier(fact, modifiers, over(fact, *modifiers))

    def documented_all(self, *names: Token) -> ast.Documented:
        return ast.Documented(references_of(names), over(*names))

    def visit_has(self, codes: ast.CodeList, modifiers: Any) -> ast.VisitHas:
        return ast.VisitHas(codes, modifiers or (), codes.span)

    def documentation_given(self, word: Token) -> ast.DocumentationGiven:
        return ast.DocumentationGiven(span_of(word))

    def plus(self, left: Any, right: Any) -> ast.Arithmetic:
        return ast.Arithmetic("+", left, right, over(left, right))

    def minus(self, left: Any, right: Any) -> ast.Arithmetic:
        return ast.Arithmetic("-", left, right, over(left, right))

    def name(self, token: Token) -> ast.NameRef:
        # a fact's choices may be words of the language, except those that hold an expression together
        return ast.NameRef(reference_of(token).text if token in CONNECTIVES else str(token), span_of(token))

    def units_of(self, word: Any, codes: ast.CodeList) -> ast.SumOf:
        return ast.SumOf("billed units", codes, over(word, codes))

    def minutes_of(self, word: Any, codes: ast.CodeList) -> ast.SumOf:
        return ast.SumOf("minutes", codes, over(word, codes))

    def charges_of(self, codes: ast.CodeList) -> ast.SumOf:
        return ast.SumOf("charges", codes, span_of(codes))

    def days_between(self, word: Any, start: ast.FactRef, end: ast.FactRef) -> ast.DaysBetween:
        return ast.DaysBetween(start, end, over(word, end))

    def fact(self, path: Token) -> ast.FactRef:
        return ast.FactRef(str(path), span_of(path))

    def whole(self, token: Token) -> ast.Literal:
        return ast.Literal(Type.NUMBER, int_of(token), span_of(token))

    def decimal(self, token: Token) -> ast.Literal:
        return ast.Literal(Type.NUMBER, number_of(token), span_of(token))

    def quantity(self, token: Token, measure: Type) -> ast.Literal:
        return ast.Literal(measure, number_of(token), span_of(token))

    def money(self, token: Token) -> ast.Literal:
        return ast.Literal(Type.MONEY, money_of(token), span_of(token))

    def percent(self, token: Token) -> ast.Literal:
        return percent_of(token)

    def date(self, token: Token) -> ast.Literal:
        return ast.Literal(Type.DATE, date_of(token), span_of(token))

    def time(self, token: Token) -> ast.Literal:
        return ast.Literal(Type.TIME, time_of(token), span_of(token))

    def text(self, token: Token) -> ast.Literal:
        return ast.Literal(Type.TEXT, str(token)[1:-1], span_of(token))

    def code(self, token: Token) -> ast.Literal:
        return ast.Literal(Type.CODE, str(token), span_of(token))

    def upper(self, token: Token) -> ast.Literal:
        return ast.Literal(Type.CHOICE, str(token), span_of(token))

    def yes(self, token: Token) -> ast.Literal:
        return ast.Literal(Type.YES_NO, True, span_of(token))

    def no(self, token: Token) -> ast.Literal:
        return ast.Literal(Type.YES_NO, False, span_of(token))
