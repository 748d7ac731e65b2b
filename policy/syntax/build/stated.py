"""What statements of many kinds say of themselves: dates, sources, codes, conditions, values and evidence.

Owns: the clauses of `ast/stated.py`.
Never: judges a date; one that the calendar does not have is refused where it is read (`tokens.py`).
"""

from typing import Any

from lark import Token, Transformer, v_args

from policy.syntax import ast
from policy.syntax.build.tokens import Clause, date_of, quotes_of, reference_of, text_of, word_of, words_of


@v_args(inline=True)
class Stated(Transformer[Token, Any]):
    """Clauses of statements of many kinds."""

    def extends(self, parent: Token) -> Clause:
        return lambda span: ast.Extends(word_of(parent), span)

    def in_force(self, dates: Any, basis: Token | None) -> Clause:
        start, end = dates
        return lambda span: ast.InForce(start, end, str(basis or "service"), span, basis is not None)

    def range_from(self, start: Token, end: Token | None) -> Any:
        return date_of(start), date_of(end) if end else None

    def range_until(self, end: Token) -> Any:
        return None, date_of(end)

    def status(self, word: Token) -> Clause:
        return lambda span: ast.Status(str(word), span)

    def link(self, text: Token) -> Clause:
        return lambda span: ast.Link(text_of(text) or "", span)

    def seen(self, date: Token) -> Clause:
        value = date_of(date)
        return lambda span: ast.Seen(value, span)

    def dated(self, date: Token) -> Clause:
        value = date_of(date)
        return lambda span: ast.Dated(value, span)

    def evidence(self, word: Any) -> Clause:
        return lambda span: ast.Evidence(str(word), span)

    def in_field(self, name: Token) -> Clause:
        field = reference_of(name)
        return lambda span: ast.InField(field, span)

    def note_says(self, or_: Any, *phrases: Token) -> Clause:
        words = quotes_of(phrases)
        return lambda span: ast.NoteSays(words, span, or_ is not None)

    def but_not(self, *phrases: Token) -> Clause:
        words = quotes_of(phrases)
        return lambda span: ast.ButNot(words, span)

    def cite(self, *parts: Token | None) -> Clause:
        *names, where = parts
        sources = tuple(word_of(name) for name in names if name)
        return lambda span: ast.Cite(sources, text_of(where), span)

    def assume(self, text: Token) -> Clause:
        return lambda span: ast.Assume(text_of(text) or "", span)

    def fix(self, text: Token) -> Clause:
        return lambda span: ast.Fix(text_of(text) or "", span)

    def reason(self, *codes: Token) -> Clause:
        return lambda span: ast.Reason(words_of(codes), span)

    def mapped(self, kind: ast.Word, name: Token, *codes: Token) -> Clause:
        named = reference_of(name)
        return lambda span: ast.Mapped(kind.text, named, words_of(codes), span)

    def applies_to(self, codes: ast.CodeList, except_: ast.CodeList | None) -> Clause:
        return lambda span: ast.AppliesTo(codes, except_, span)

    def members(self, codes: ast.CodeList) -> Clause:
        return lambda span: ast.Members(codes, span)

    def except_codes(self, codes: ast.CodeList, when: Any) -> Clause:
        return lambda span: ast.ExceptCodes(codes, when, span)

    def when(self, condition: Any) -> Clause:
        return lambda span: ast.When(condition, span)

    def unless(self, condition: Any) -> Clause:
        return lambda span: ast.Unless(condition, span)

    def only_given(self, *facts: ast.FactRef) -> Clause:
        return lambda span: ast.OnlyGiven(facts, span)

    def value_from(self, start: Token, end: Token | None, literal: ast.Literal) -> Clause:
        first, last = date_of(start), date_of(end) if end else None
        return lambda span: ast.ValueRow(first, last, literal, span)

    def value_is(self, literal: ast.Literal) -> Clause:
        return lambda span: ast.ValueRow(None, None, literal, span)

    def touches(self, kind: ast.Word, name: Token) -> Clause:
        named = word_of(name)
        return lambda span: ast.Touches(kind.text, named, span)
