"""How minutes become units, and whose units they are.

Owns: the clauses of `ast/counting.py`.
Never: judges thresholds; `combinations.py` and the resolver do.
"""

from typing import Any

from lark import Token, Transformer, v_args

from policy.syntax import ast
from policy.syntax.build.tokens import Clause, Mistake, int_of, modifiers_of, over, percent_of, word_of


@v_args(inline=True)
class Counting(Transformer[Token, Any]):
    """Clauses of `count`, of the length of a unit, and of assistants."""

    def unit_each_minutes(self, minutes: Token, _kw: Any) -> Clause:
        value = int_of(minutes)
        return lambda span: ast.UnitBasis(value, span)

    def unit_each_day(self) -> Clause:
        return lambda span: ast.UnitBasis(None, span)

    def by(self, make: Clause) -> Clause:
        return make

    def total_time(self) -> Clause:
        return lambda span: ast.By("total time", None, (), span)

    def each_code(self) -> Clause:
        return lambda span: ast.By("each code", None, (), span)

    def flat(self, units: Token, _kw: Any) -> Clause:
        count = int_of(units)
        return lambda span: ast.By("flat", count, (), span)

    def whichever(self, which: Any, *counts: Token) -> Clause:
        names = tuple(map(word_of, counts))
        return lambda span: ast.By(str(which), None, names, span)

    def pool(self, *keys: Any) -> Clause:
        return lambda span: ast.Pool(tuple(map(str, keys)), span)

    def unit_at(self, at: Token, _kw: Any, of: Token) -> Clause:
        threshold, length = int_of(at), int_of(of)
        return lambda span: ast.UnitAt((threshold,), length, length, span)

    def units_at(self, *parts: Any) -> Clause:
        *thresholds, _kw, of, every = parts
        values, length, step = tuple(map(int_of, thresholds)), int_of(of), int_of(every)
        return lambda span: ast.UnitAt(values, length, step, span)

    def units_at_only(self, *parts: Any) -> Clause:
        *thresholds, _kw, of = parts
        values, length = tuple(map(int_of, thresholds)), int_of(of)
        return lambda span: ast.UnitAt(values, length, None, span)

    def decimal_units(self, of: Token, _kw: Any, parts: Any, rounding: str) -> Clause:
        length = int_of(of)
        return lambda span: ast.DecimalUnits(length, ast.PARTS[str(parts)], rounding, span)

    def rounded_up(self) -> str:
        return "up"

    def rounded_down(self) -> str:
        return "down"

    def rounded_half_up(self) -> str:
        return "half up"

    def rounded_half_down(self) -> str:
        return "half down"

    def leftover(self, to: str) -> Clause:
        return lambda span: ast.Leftover(to, span)

    def to_largest_remainder(self) -> str:
        return "largest remainder"

    def to_most_minutes(self, _kw: Any = None) -> str:
        return "most minutes"

    def to_first_line(self, _kw: Any = None) -> str:
        return "first line"

    def to_no_code(self, _kw: Any = None) -> str:
        return "no code"

    def ties(self, to: str) -> Clause:
        return lambda span: ast.Ties(to, span)

    def provider_choice(self, *_: Any) -> str:
        return "provider"

    def tie_to_most_minutes(self, _kw: Any = None) -> str:
        return "most minutes"

    def tie_to_first_line(self, _kw: Any = None) -> str:
        return "first line"

    def tie_to_last_line(self, _kw: Any = None) -> str:
        return "last line"

    def mark(self, modifier: Token, beside: Token) -> ast.Mark:
        first, second = modifiers_of((modifier, beside))
        return ast.Mark(first, second, over(modifier, beside))

    def marks(self, *marks: ast.Mark) -> Clause:
        return lambda span: ast.Marks(marks, span)

    def above(self, percent: Token, grain: Any) -> Clause:
        share = percent_of(percent)
        return lambda span: ast.Above(share.value, str(grain), span)  # type: ignore[arg-type]

    def last_unit(self, _unit: Any, minutes: Token, _kw: Any) -> Clause:
        least = int_of(minutes)
        return lambda span: ast.LastUnit(least, span)

    def last_two(self, _unit: Any, least: Token, most: Token, _kw: Any, low: Token, high: Token) -> Clause:
        for first, last in ((least, most), (low, high)):
            if int_of(first) > int_of(last):
                help_ = f"write `{last} to {first}`"
                raise Mistake("range-backwards", f"`{first} to {last}` runs backwards", over(first, last), help_)
        return lambda span: ast.LastTwo(int_of(least), int_of(most), int_of(low), int_of(high), span)
