"""Payment: rates, prices, reductions and shares.

Owns: the clauses of `ast/payment.py`; amounts are exact as written.
Never: computes, but for the sum of the parts of a price.
"""

from decimal import Decimal
from typing import Any

from lark import Token, Transformer, v_args

from policy.syntax import ast
from policy.syntax.build.tokens import (
    Clause,
    Part,
    fields_of,
    money_of,
    percent_of,
    rvus_of,
    span_of,
    word_of,
    words_of,
)
from policy.values import Type


@v_args(inline=True)
class Payment(Transformer[Token, Any]):
    """Clauses of `pay`."""

    def rate(self, share: Token | None, basis: Any, each: Any, *parts: Part) -> Clause:
        percent = percent_of(share) if share is not None else None
        fields = fields_of(each.text, parts)
        listed = None if basis == "listed" else basis
        return lambda span: ast.Rate(listed, each.text, percent, **fields, span=span)

    def rate_listed(self) -> str:
        return "listed"

    def rate_table(self, *parts: Token | None) -> ast.Word:
        return word_of(next(token for token in reversed(parts) if token is not None))

    def rate_expense(self, fact: ast.FactRef) -> Part:
        return Part({"expense": fact}, fact.span)

    def rate_locality(self, fact: ast.FactRef) -> Part:
        return Part({"locality": fact}, fact.span)

    def rate_setting(self, name: Token) -> Part:
        return Part({"setting": word_of(name)}, span_of(name))

    def price_row(self, codes: ast.CodeList, price: Token, expense: Token | None) -> Clause:
        whole, part = money_of(price), money_of(expense) if expense is not None else None
        return lambda span: ast.PriceRow(codes, Type.MONEY, whole, part, None, span)

    def rvu_row(self, codes: ast.CodeList, price: Token, _kw: Any, expense: Token | None, _: Any) -> Clause:
        whole, part = rvus_of(price), rvus_of(expense) if expense is not None else None
        return lambda span: ast.PriceRow(codes, Type.RVUS, whole, part, None, span)

    def parts_row(self, codes: ast.CodeList, work: Token, expense: Token, malpractice: Token) -> Clause:
        parts = rvus_of(work), rvus_of(expense), rvus_of(malpractice)
        return lambda span: ast.PriceRow(codes, Type.RVUS, sum(parts, Decimal(0)), parts[1], parts, span)

    def conversion_factor(self, amount: Any) -> Clause:
        return lambda span: ast.ConversionFactor(amount, span)

    def reduce_expense(self, percent: Token) -> Clause:
        share = percent_of(percent)
        return lambda span: ast.ReduceBy("practice expense", share, span)

    def reduce_rate(self, percent: Token) -> Clause:
        share = percent_of(percent)
        return lambda span: ast.ReduceBy("rate", share, span)

    def except_first(self, grain: Any) -> Clause:
        return lambda span: ast.ExceptFirst(grain.text, span)

    def ranked_by(self, key: str) -> Clause:
        return lambda span: ast.RankedBy(key, span)

    def rank_expense(self) -> str:
        return "practice expense"

    def rank_rate(self) -> str:
        return "rate"

    def rank_allowance(self) -> str:
        return "allowance"

    def across(self, *keys: Any) -> Clause:
        return lambda span: ast.Across(tuple(map(str, keys)), span)

    def pay_share(self, percent: Token) -> Clause:
        share = percent_of(percent)
        return lambda span: ast.PayShare(share, span)

    def at_charge(self) -> Clause:
        return ast.AtCharge

    def to_the_cent(self, rounding: str) -> Clause:
        return lambda span: ast.ToTheCent(rounding, span)

    def after(self, *steps: Token) -> Clause:
        names = words_of(steps)
        return lambda span: ast.After(names, span)
