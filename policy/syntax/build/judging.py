"""Pairs, limits and requirements, and what follows when they are not met.

Owns: the clauses of `ast/judging.py`, and the words for measures.
Never: resolves the table or the code set that a clause names.
"""

from typing import Any, Final

from lark import Token, Transformer, v_args

from policy.syntax import ast
from policy.syntax.build.tokens import Clause, int_of, number_of, reference_of, references_of, span_of, text_of, word_of
from policy.values import Type

MEASURES: Final = {
    "minute": Type.MINUTES, "unit": Type.UNITS, "code": Type.CODES, "line": Type.LINES, "visit": Type.VISITS,
    "day": Type.DAYS, "RVU": Type.RVUS,
}  # fmt: skip


@v_args(inline=True)
class Judging(Transformer[Token, Any]):
    """Clauses of pairs, limits and requirements, and the effects of all three."""

    def columns(self, first: ast.CodeList, second: ast.CodeList) -> Clause:
        return lambda span: ast.Columns(first, second, span)

    def except_pair(self, first: ast.CodeList, second: ast.CodeList) -> Clause:
        return lambda span: ast.ExceptPair(first, second, span)

    def from_table(self, table: Token, setting: Token | None, quarter: Token | None) -> Clause:
        named, word, release = word_of(table), *(word_of(token) if token else None for token in (setting, quarter))
        return lambda span: ast.FromTable(named, word, release, span)

    def among(self, codes: ast.CodeList) -> Clause:
        return lambda span: ast.Among(codes, span)

    def deny_side(self, side: Any) -> Clause:
        return lambda span: ast.DenySide(str(side), span)

    def unless_modifier(self, modifiers: Any, on: str) -> Clause:
        return lambda span: ast.UnlessModifier(modifiers, on, span)

    def on_either(self) -> str:
        return "either"

    def on_side(self, side: Any) -> str:
        return str(side)

    def on_both(self) -> str:
        return "both"

    def times_overlap(self) -> Clause:
        return ast.TimesOverlap

    def same(self, key: Any) -> Clause:
        return lambda span: ast.Same(str(key), span)

    def at_most(self, amount: Any, days: Token | None, _kw: Any, since: Any, when: Any) -> Clause:
        count = int_of(days) if days else None
        return lambda span: ast.AtMost(amount, count, since, when, span)

    def amount_whole(self, number: Token, measure: Type) -> ast.Literal:
        return ast.Literal(measure, int_of(number), span_of(number))

    def amount_decimal(self, number: Token, measure: Type) -> ast.Literal:
        return ast.Literal(measure, number_of(number), span_of(number))

    def amount_named(self, name: Token) -> ast.NameRef:
        return ast.NameRef(reference_of(name).text, span_of(name))

    def measure(self, word: Any) -> Type:
        return MEASURES[str(word).removesuffix("s")]

    def per(self, *keys: ast.PerKey) -> Clause:
        return lambda span: ast.Per(keys, span)

    def per_key(self, word: Any) -> ast.PerKey:
        return ast.PerKey(str(word), span=span_of(word))

    def calendar_year(self, word: Token) -> ast.PerKey:
        return ast.PerKey("calendar year", span=span_of(word))

    def fiscal_year(self, month: Any) -> ast.PerKey:
        return ast.PerKey("fiscal year", None, ast.MONTHS.index(str(month)) + 1, span=span_of(month))

    def benefit_year(self, word: Token) -> ast.PerKey:
        return ast.PerKey("benefit year", span=span_of(word))

    def rolling_days(self, days: Token, _kw: Any) -> ast.PerKey:
        return ast.PerKey("rolling", int_of(days), span=span_of(days))

    def since_fact(self, fact: ast.FactRef) -> ast.PerKey:
        return ast.PerKey("since", None, None, fact, span_of(fact))

    def after_fact(self, fact: ast.FactRef) -> ast.PerKey:
        return ast.PerKey("after", None, None, fact, span_of(fact))

    def fact_key(self, fact: ast.FactRef) -> ast.PerKey:
        return ast.PerKey("fact", None, None, fact, span_of(fact))

    def own_word(self, word: Token) -> ast.PerKey:
        return ast.PerKey(str(word), span=span_of(word))

    def counting(self, which: Any, measure: Type) -> Clause:
        return lambda span: ast.Counting(str(which), measure, span)

    def counting_money(self, which: Any, _kw: Token) -> Clause:
        return lambda span: ast.Counting(str(which), Type.MONEY, span)

    def on_excess(self, make: Clause) -> Clause:
        return make

    def deny_excess(self, *orders: ast.Order | None) -> Clause:
        return lambda span: ast.OnExcess("deny the excess", tuple(o for o in orders if o), (), span)

    def deny_every_unit(self, _kw: Any) -> Clause:
        return lambda span: ast.OnExcess("deny every unit", (), (), span)

    def need_authorization(self) -> Clause:
        return lambda span: ast.OnExcess("authorize", (), (), span)

    def need_modifier(self, modifiers: Any) -> Clause:
        return lambda span: ast.OnExcess("modifier", (), modifiers, span)

    def excess_effect(self, word: Any) -> Clause:
        return lambda span: ast.OnExcess(str(word), (), (), span)

    def by_line(self, word: Any, *_: Any) -> ast.Order:
        return ast.Order("line", str(word), span_of(word))

    def by_minutes(self, word: Any, *_: Any) -> ast.Order:
        return ast.Order("minutes", str(word), span_of(word))

    def by_charge(self, word: Any) -> ast.Order:
        return ast.Order("charge", str(word), span_of(word))

    def by_codes(self, name: Token) -> ast.Order:
        return ast.Order("codes", reference_of(name).text, span_of(name))

    def requirement(self, make: Clause) -> Clause:
        return make

    def exactly_one_modifier(self, modifiers: Any) -> Clause:
        return lambda span: ast.NeedsModifier("exactly one", modifiers, span)

    def some_modifier(self, modifiers: Any) -> Clause:
        return lambda span: ast.NeedsModifier("some", modifiers, span)

    def every_modifier(self, modifiers: Any) -> Clause:
        return lambda span: ast.NeedsModifier("every", modifiers, span)

    def no_modifier(self, modifiers: Any) -> Clause:
        return lambda span: ast.NeedsModifier("none", modifiers, span)

    def documented(self, *names: Token) -> Clause:
        elements = references_of(names)
        return lambda span: ast.NeedsDocumented(elements, span)

    def that(self, condition: Any) -> Clause:
        return lambda span: ast.NeedsThat(condition, span)

    def otherwise(self, effect: Any, message: Token | None) -> Clause:
        return lambda span: ast.Otherwise(str(effect), text_of(message), span)

    def effect(self, word: Any, message: Token | None) -> Clause:
        return lambda span: ast.Effect(str(word), text_of(message), None, span)

    def deny(self, message: Token | None) -> Clause:
        return lambda span: ast.Effect("deny", text_of(message), None, span)

    def reduce_to(self, units: Token, _kw: Any, message: Token | None) -> Clause:
        count = int_of(units)
        return lambda span: ast.Effect("reduce", text_of(message), count, span)

    def before_counting(self) -> Clause:
        return ast.BeforeCounting
