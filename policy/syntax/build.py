"""From grammar rules to syntax-tree nodes; runs inside the parser, one method per grammar alternative.

Owns: the only knowledge of the order of a rule's children. Clauses are built in two steps: the method returns a
function that takes the clause's span, because only the layout knows where a clause begins and ends. A header is a
function of its clauses.
Never: resolves names. What cannot be read (a date that does not exist, a modifier of three characters) raises
`Mistake`.
"""

import functools
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final

import attrs
from lark import Token, Transformer, v_args

from policy.source import NOWHERE, Span
from policy.syntax import ast
from policy.syntax.keywords import reserved
from policy.values import Type, parse_date, parse_money, parse_rvus, parse_time

Clause = Callable[[Span], ast.Clause]
Header = Callable[..., ast.Declaration]

CONNECTIVES: Final = frozenset({"and", "or", "not", "is", "in", "has", "of", "to", "with", "when", "the"})
MEASURES: Final = {
    "minute": Type.MINUTES, "unit": Type.UNITS, "code": Type.CODES, "line": Type.LINES, "visit": Type.VISITS,
    "day": Type.DAYS, "RVU": Type.RVUS,
}  # fmt: skip


class Mistake(Exception):
    """Text that parses but cannot be read; becomes a diagnostic."""

    def __init__(self, slug: str, message: str, span: Span, help_: str) -> None:
        super().__init__(message)
        self.slug, self.message, self.span, self.help = slug, message, span, help_


class NotAName(Mistake):
    """A word of the language where the name of a declaration is expected."""


def span_of(item: Any) -> Span:
    """The place of a token or node."""
    if isinstance(item, Token):
        return Span(item.start_pos or 0, item.end_pos or 0)
    return item.span if item is not None else NOWHERE


def _over(*items: Any) -> Span:
    spans = [span_of(item) for item in items if item is not None]
    return spans[0].to(spans[-1]) if spans else NOWHERE


def _word(token: Token) -> ast.Word:
    return ast.Word(str(token), span_of(token))


def _words(tokens: tuple[Token, ...]) -> tuple[ast.Word, ...]:
    return tuple(map(_word, tokens))


def _quotes(tokens: tuple[Token, ...]) -> tuple[ast.Word, ...]:
    """Texts with their places, the quotes included."""
    return tuple(ast.Word(str(token)[1:-1], span_of(token)) for token in tokens)


def _text(token: Token | None) -> str | None:
    return None if token is None else str(token)[1:-1]


def _reference(token: Token) -> ast.Word:
    """A name that stands alone in a sentence, of a code set or a value: it is no word of the language."""
    if token in reserved():
        raise NotAName(
            "keyword-name", f"`{token}` is a word of the language, not a name", span_of(token), "write a name"
        )
    return _word(token)


def _references(tokens: Iterable[Token]) -> tuple[ast.Word, ...]:
    return tuple(map(_reference, tokens))


def _int(token: Token) -> int:
    if len(token) > 9:
        raise Mistake(
            "number-size", f"`{token[:12]}…` is too large a number", span_of(token), "numbers have at most nine digits"
        )
    return int(token)


def _number(token: Token) -> int | Decimal:
    if "." not in token:
        return _int(token)
    if len(token) > 18:
        raise _too_many_digits(token)
    return Decimal(str(token))


def _too_many_digits(token: Token) -> Mistake:
    return Mistake(
        "number-size", f"`{token[:12]}…` has too many digits", span_of(token), "numbers have at most nine digits"
    )


def _date(token: Token) -> Any:
    try:
        return parse_date(str(token))
    except ValueError:
        help_ = "dates are written year-month-day, such as 2026-03-02"
        raise Mistake("date", f"`{token}` is not a date of the calendar", span_of(token), help_) from None


def _time(token: Token) -> int:
    try:
        return parse_time(str(token))
    except ValueError:
        raise Mistake("date", f"`{token}` is not a time of day", span_of(token), "write a time such as 09:24") from None


def _money(token: Token) -> Decimal:
    try:
        return parse_money(str(token))
    except ValueError:
        raise Mistake(
            "money", f"`{token}` is not an amount of money", span_of(token), "write an amount such as $2,480.00"
        ) from None


def _rvus(token: Token) -> Decimal:
    try:
        return parse_rvus(str(token))
    except ValueError:
        help_ = "write RVUs such as 1.05, with at most four decimal places"
        raise Mistake("number-size", f"`{token[:12]}` is not a number of RVUs", span_of(token), help_) from None


def _code_number(code: str) -> tuple[str, int, str]:
    match = re.fullmatch(r"([A-Z]?)(\d+)([A-Z]?)", code)
    assert match is not None
    return match[1], int(match[2]), match[3]


def in_range(first: str, last: str) -> bool:
    """Whether `first-last` is a range that runs forwards: letters in the same place, numbers not falling."""
    a, b = _code_number(first), _code_number(last)
    return a[0] == b[0] and a[2] == b[2] and a[1] <= b[1]


@attrs.frozen
class _Part:
    """Something stated of one line of an example, such as its minutes."""

    fields: dict[str, Any]
    span: Span


@attrs.frozen
class _PastFact:
    """A fact behind a line of history, with the place that tells whether it is of that line or of the visit."""

    fact: ast.FactIs
    line: int
    column: int

    @property
    def span(self) -> Span:
        return self.fact.span

    def beside(self, word: Token) -> bool:
        """Whether it stands on the line that begins with `word`, or on one that goes on with it."""
        return self.line == word.line or self.column > (word.column or 0)


@attrs.frozen
class _Past:
    """A line of history and the facts of the visit that stand below it."""

    items: tuple[ast.HistoryLine | ast.FactIs, ...]


def _fields(code: Token, parts: Iterable[_Part]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for part in parts:
        for key, value in part.fields.items():
            if key in fields:
                message = f"the {key} of `{code}` {'are' if key.endswith('s') else 'is'} stated twice"
                raise Mistake("repeated", message, part.span, "state each thing once on a line")
            fields[key] = value
    return fields


def _header(kind: str, name: Token, title: Token | None, **fields: Any) -> Header:
    return functools.partial(ast.Declaration, kind, _word(name), _text(title), **fields)


@v_args(inline=True)
class Build(Transformer[Token, Any]):
    """One method per alias of `grammars/policy.lark`, in the order of the grammar."""

    def policy_header(self, name: Token, title: Token | None) -> Header:
        return _header("policy", name, title)

    def kind_header(self, replace: Any, kind: ast.Word, name: Token, title: Token | None) -> Header:
        return _header(kind.text, name, title, replace=replace is not None)

    def fact_header(self, replace: Any, path: Token, type_: ast.FactType, title: Token | None) -> Header:
        return _header("fact", path, title, replace=replace is not None, fact_type=type_)

    def remove_header(self, kind: ast.Word, name: Token) -> Header:
        return _header("remove", name, None, target=kind.text)

    def kind(self, *words: Token) -> ast.Word:
        return ast.Word(" ".join(words), _over(*words))

    def plain_type(self, word: Token) -> ast.FactType:
        return ast.FactType(Type(str(word)), (), span_of(word))

    def choice_type(self, *words: Token) -> ast.FactType:
        return ast.FactType(Type.CHOICE, tuple(map(str, words)), _over(*words))

    # -------------------------------------------------------------------------------------------- clauses
    def extends(self, parent: Token) -> Clause:
        return lambda span: ast.Extends(_word(parent), span)

    def in_force(self, dates: Any, basis: Token | None) -> Clause:
        start, end = dates
        return lambda span: ast.InForce(start, end, str(basis or "service"), span, basis is not None)

    def status(self, word: Token) -> Clause:
        return lambda span: ast.Status(str(word), span)

    def link(self, text: Token) -> Clause:
        return lambda span: ast.Link(_text(text) or "", span)

    def seen(self, date: Token) -> Clause:
        value = _date(date)
        return lambda span: ast.Seen(value, span)

    def dated(self, date: Token) -> Clause:
        value = _date(date)
        return lambda span: ast.Dated(value, span)

    def evidence(self, word: Any) -> Clause:
        return lambda span: ast.Evidence(str(word), span)

    def in_field(self, name: Token) -> Clause:
        field = _reference(name)
        return lambda span: ast.InField(field, span)

    def note_says(self, or_: Any, *phrases: Token) -> Clause:
        words = _quotes(phrases)
        return lambda span: ast.NoteSays(words, span, or_ is not None)

    def but_not(self, *phrases: Token) -> Clause:
        words = _quotes(phrases)
        return lambda span: ast.ButNot(words, span)

    def cite(self, *parts: Token | None) -> Clause:
        *names, where = parts
        sources = tuple(_word(name) for name in names if name)
        return lambda span: ast.Cite(sources, _text(where), span)

    def assume(self, text: Token) -> Clause:
        return lambda span: ast.Assume(_text(text) or "", span)

    def fix(self, text: Token) -> Clause:
        return lambda span: ast.Fix(_text(text) or "", span)

    def applies_to(self, codes: ast.CodeList, except_: ast.CodeList | None) -> Clause:
        return lambda span: ast.AppliesTo(codes, except_, span)

    def members(self, codes: ast.CodeList) -> Clause:
        return lambda span: ast.Members(codes, span)

    def columns(self, first: ast.CodeList, second: ast.CodeList) -> Clause:
        return lambda span: ast.Columns(first, second, span)

    def except_codes(self, codes: ast.CodeList, when: Any) -> Clause:
        return lambda span: ast.ExceptCodes(codes, when, span)

    def except_pair(self, first: ast.CodeList, second: ast.CodeList) -> Clause:
        return lambda span: ast.ExceptPair(first, second, span)

    def from_table(self, table: Token, setting: Token | None, quarter: Token | None) -> Clause:
        named, word, release = _word(table), *(_word(token) if token else None for token in (setting, quarter))
        return lambda span: ast.FromTable(named, word, release, span)

    def among(self, codes: ast.CodeList) -> Clause:
        return lambda span: ast.Among(codes, span)

    def mapped(self, kind: ast.Word, name: Token, *codes: Token) -> Clause:
        named = _reference(name)
        return lambda span: ast.Mapped(kind.text, named, _words(codes), span)

    def unit_each_minutes(self, minutes: Token, _kw: Any) -> Clause:
        value = _int(minutes)
        return lambda span: ast.UnitBasis(value, span)

    def unit_each_day(self) -> Clause:
        return lambda span: ast.UnitBasis(None, span)

    def value_from(self, start: Token, end: Token | None, literal: ast.Literal) -> Clause:
        first, last = _date(start), _date(end) if end else None
        return lambda span: ast.ValueRow(first, last, literal, span)

    def value_is(self, literal: ast.Literal) -> Clause:
        return lambda span: ast.ValueRow(None, None, literal, span)

    def by(self, make: Clause) -> Clause:
        return make

    def pool(self, *keys: Any) -> Clause:
        return lambda span: ast.Pool(tuple(map(str, keys)), span)

    def unit_at(self, at: Token, _kw: Any, of: Token) -> Clause:
        threshold, length = _int(at), _int(of)
        return lambda span: ast.UnitAt((threshold,), length, length, span)

    def units_at(self, *parts: Any) -> Clause:
        *thresholds, _kw, of, every = parts
        values, length, step = tuple(map(_int, thresholds)), _int(of), _int(every)
        return lambda span: ast.UnitAt(values, length, step, span)

    def units_at_only(self, *parts: Any) -> Clause:
        *thresholds, _kw, of = parts
        values, length = tuple(map(_int, thresholds)), _int(of)
        return lambda span: ast.UnitAt(values, length, None, span)

    def decimal_units(self, of: Token, _kw: Any, parts: Any, rounding: str) -> Clause:
        length = _int(of)
        return lambda span: ast.DecimalUnits(length, ast.PARTS[str(parts)], rounding, span)

    def leftover(self, to: str) -> Clause:
        return lambda span: ast.Leftover(to, span)

    def ties(self, to: str) -> Clause:
        return lambda span: ast.Ties(to, span)

    def deny_side(self, side: Any) -> Clause:
        return lambda span: ast.DenySide(str(side), span)

    def unless_modifier(self, modifiers: Any, on: str) -> Clause:
        return lambda span: ast.UnlessModifier(modifiers, on, span)

    def unless(self, condition: Any) -> Clause:
        return lambda span: ast.Unless(condition, span)

    def times_overlap(self) -> Clause:
        return ast.TimesOverlap

    def only_given(self, *facts: ast.FactRef) -> Clause:
        return lambda span: ast.OnlyGiven(facts, span)

    def same(self, key: Any) -> Clause:
        return lambda span: ast.Same(str(key), span)

    def reason(self, *codes: Token) -> Clause:
        return lambda span: ast.Reason(_words(codes), span)

    def at_most(self, amount: Any, days: Token | None, _kw: Any, since: Any, when: Any) -> Clause:
        count = _int(days) if days else None
        return lambda span: ast.AtMost(amount, count, since, when, span)

    def per(self, *keys: ast.PerKey) -> Clause:
        return lambda span: ast.Per(keys, span)

    def counting(self, which: Any, measure: Type) -> Clause:
        return lambda span: ast.Counting(str(which), measure, span)

    def on_excess(self, make: Clause) -> Clause:
        return make

    def when(self, condition: Any) -> Clause:
        return lambda span: ast.When(condition, span)

    def requirement(self, make: Clause) -> Clause:
        return make

    def otherwise(self, effect: Any, message: Token | None) -> Clause:
        return lambda span: ast.Otherwise(str(effect), _text(message), span)

    def effect(self, word: Any, message: Token | None) -> Clause:
        return lambda span: ast.Effect(str(word), _text(message), None, span)

    def deny(self, message: Token | None) -> Clause:
        return lambda span: ast.Effect("deny", _text(message), None, span)

    def reduce_to(self, units: Token, _kw: Any, message: Token | None) -> Clause:
        count = _int(units)
        return lambda span: ast.Effect("reduce", _text(message), count, span)

    def before_counting(self) -> Clause:
        return ast.BeforeCounting

    def mark(self, modifier: Token, beside: Token) -> ast.Mark:
        first, second = self.modifiers(modifier, beside)
        return ast.Mark(first, second, _over(modifier, beside))

    def marks(self, *marks: ast.Mark) -> Clause:
        return lambda span: ast.Marks(marks, span)

    def above(self, percent: Token, grain: Any) -> Clause:
        share = self.percent(percent)
        return lambda span: ast.Above(share.value, str(grain), span)  # type: ignore[arg-type]

    def last_unit(self, _unit: Any, minutes: Token, _kw: Any) -> Clause:
        least = _int(minutes)
        return lambda span: ast.LastUnit(least, span)

    def last_two(self, _unit: Any, least: Token, most: Token, _kw: Any, low: Token, high: Token) -> Clause:
        for first, last in ((least, most), (low, high)):
            if _int(first) > _int(last):
                help_ = f"write `{last} to {first}`"
                raise Mistake("range-backwards", f"`{first} to {last}` runs backwards", _over(first, last), help_)
        return lambda span: ast.LastTwo(_int(least), _int(most), _int(low), _int(high), span)

    def touches(self, kind: ast.Word, name: Token) -> Clause:
        named = _word(name)
        return lambda span: ast.Touches(kind.text, named, span)

    def range_from(self, start: Token, end: Token | None) -> Any:
        return _date(start), _date(end) if end else None

    def range_until(self, end: Token) -> Any:
        return None, _date(end)

    # ------------------------------------------------------------------------------- codes and modifiers
    def code_list(self, *items: Any) -> ast.CodeList:
        return ast.CodeList(items, _over(*items))

    def one_code(self, code: Token) -> ast.CodeRange:
        word = _word(code)
        return ast.CodeRange(word, word, word.span)

    def code_range(self, token: Token) -> ast.CodeRange:
        first, last = token.split("-")
        at = span_of(token)
        if not in_range(first, last):
            help_ = f"write `{last}-{first}`" if in_range(last, first) else "a range keeps its letter in the same place"
            raise Mistake("range-backwards", f"the code range `{token}` runs backwards", at, help_)
        return ast.CodeRange(
            ast.Word(first, Span(at.start, at.start + len(first))), ast.Word(last, Span(at.end - len(last), at.end)), at
        )

    def code_set(self, name: Token) -> ast.CodeSet:
        if re.fullmatch(r"[a-z][0-9]{4}", name):
            raise Mistake("code", f"`{name}` is not how a code is written", span_of(name), f"write `{name.upper()}`")
        return ast.CodeSet(_reference(name), span_of(name))

    def modifiers(self, *tokens: Token) -> tuple[ast.Word, ...]:
        for token in tokens:
            if len(token) != 2:
                help_ = "a modifier is two characters, such as 59, XE or GP"
                raise Mistake("modifier", f"`{token}` is not a modifier", span_of(token), help_)
        return _words(tokens)

    def on_either(self) -> str:
        return "either"

    def on_side(self, side: Any) -> str:
        return str(side)

    def on_both(self) -> str:
        return "both"

    # ------------------------------------------------------------------------------------------- counting
    def total_time(self) -> Clause:
        return lambda span: ast.By("total time", None, (), span)

    def each_code(self) -> Clause:
        return lambda span: ast.By("each code", None, (), span)

    def flat(self, units: Token, _kw: Any) -> Clause:
        count = _int(units)
        return lambda span: ast.By("flat", count, (), span)

    def whichever(self, which: Any, *counts: Token) -> Clause:
        names = tuple(map(_word, counts))
        return lambda span: ast.By(str(which), None, names, span)

    def rounded_up(self) -> str:
        return "up"

    def rounded_down(self) -> str:
        return "down"

    def rounded_half_up(self) -> str:
        return "half up"

    def rounded_half_down(self) -> str:
        return "half down"

    def to_largest_remainder(self) -> str:
        return "largest remainder"

    def to_most_minutes(self, _kw: Any = None) -> str:
        return "most minutes"

    def to_first_line(self, _kw: Any = None) -> str:
        return "first line"

    def to_no_code(self, _kw: Any = None) -> str:
        return "no code"

    def provider_choice(self, *_: Any) -> str:
        return "provider"

    def tie_to_most_minutes(self, _kw: Any = None) -> str:
        return "most minutes"

    def tie_to_first_line(self, _kw: Any = None) -> str:
        return "first line"

    def tie_to_last_line(self, _kw: Any = None) -> str:
        return "last line"

    # --------------------------------------------------------------------------------------------- limits
    def amount_whole(self, number: Token, measure: Type) -> ast.Literal:
        return ast.Literal(measure, _int(number), span_of(number))

    def amount_decimal(self, number: Token, measure: Type) -> ast.Literal:
        return ast.Literal(measure, _number(number), span_of(number))

    def amount_named(self, name: Token) -> ast.NameRef:
        return ast.NameRef(_reference(name).text, span_of(name))

    def measure(self, word: Any) -> Type:
        return MEASURES[str(word).removesuffix("s")]

    def per_key(self, word: Any) -> ast.PerKey:
        return ast.PerKey(str(word), span=span_of(word))

    def calendar_year(self, word: Token) -> ast.PerKey:
        return ast.PerKey("calendar year", span=span_of(word))

    def fiscal_year(self, month: Any) -> ast.PerKey:
        return ast.PerKey("fiscal year", None, ast.MONTHS.index(str(month)) + 1, span=span_of(month))

    def benefit_year(self, word: Token) -> ast.PerKey:
        return ast.PerKey("benefit year", span=span_of(word))

    def rolling_days(self, days: Token, _kw: Any) -> ast.PerKey:
        return ast.PerKey("rolling", _int(days), span=span_of(days))

    def since_fact(self, fact: ast.FactRef) -> ast.PerKey:
        return ast.PerKey("since", None, None, fact, span_of(fact))

    def after_fact(self, fact: ast.FactRef) -> ast.PerKey:
        return ast.PerKey("after", None, None, fact, span_of(fact))

    def fact_key(self, fact: ast.FactRef) -> ast.PerKey:
        return ast.PerKey("fact", None, None, fact, span_of(fact))

    def own_word(self, word: Token) -> ast.PerKey:
        return ast.PerKey(str(word), span=span_of(word))

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
        return ast.Order("codes", _reference(name).text, span_of(name))

    # -------------------------------------------------------------------------------------------- payment
    def at_charge(self) -> Clause:
        return ast.AtCharge

    def counting_money(self, which: Any, _kw: Token) -> Clause:
        return lambda span: ast.Counting(str(which), Type.MONEY, span)

    def rate(self, share: Token | None, basis: Any, each: Any, *parts: "_Part") -> Clause:
        percent = self.percent(share) if share is not None else None
        fields = _fields(each.text, parts)
        listed = None if basis == "listed" else basis
        return lambda span: ast.Rate(listed, each.text, percent, **fields, span=span)

    def rate_listed(self) -> str:
        return "listed"

    def rate_table(self, *parts: Token | None) -> ast.Word:
        return _word(next(token for token in reversed(parts) if token is not None))

    def rate_expense(self, fact: ast.FactRef) -> "_Part":
        return _Part({"expense": fact}, fact.span)

    def rate_locality(self, fact: ast.FactRef) -> "_Part":
        return _Part({"locality": fact}, fact.span)

    def rate_setting(self, name: Token) -> "_Part":
        return _Part({"setting": _word(name)}, span_of(name))

    def price_row(self, codes: ast.CodeList, price: Token, expense: Token | None) -> Clause:
        whole, part = _money(price), _money(expense) if expense is not None else None
        return lambda span: ast.PriceRow(codes, Type.MONEY, whole, part, None, span)

    def rvu_row(self, codes: ast.CodeList, price: Token, _kw: Any, expense: Token | None, _: Any) -> Clause:
        whole, part = _rvus(price), _rvus(expense) if expense is not None else None
        return lambda span: ast.PriceRow(codes, Type.RVUS, whole, part, None, span)

    def parts_row(self, codes: ast.CodeList, work: Token, expense: Token, malpractice: Token) -> Clause:
        parts = _rvus(work), _rvus(expense), _rvus(malpractice)
        return lambda span: ast.PriceRow(codes, Type.RVUS, sum(parts, Decimal(0)), parts[1], parts, span)

    def conversion_factor(self, amount: Any) -> Clause:
        return lambda span: ast.ConversionFactor(amount, span)

    def reduce_expense(self, percent: Token) -> Clause:
        share = self.percent(percent)
        return lambda span: ast.ReduceBy("practice expense", share, span)

    def reduce_rate(self, percent: Token) -> Clause:
        share = self.percent(percent)
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
        share = self.percent(percent)
        return lambda span: ast.PayShare(share, span)

    def to_the_cent(self, rounding: str) -> Clause:
        return lambda span: ast.ToTheCent(rounding, span)

    def after(self, *steps: Token) -> Clause:
        names = _words(steps)
        return lambda span: ast.After(names, span)

    # --------------------------------------------------------------------------------------- requirements
    def exactly_one_modifier(self, modifiers: Any) -> Clause:
        return lambda span: ast.NeedsModifier("exactly one", modifiers, span)

    def some_modifier(self, modifiers: Any) -> Clause:
        return lambda span: ast.NeedsModifier("some", modifiers, span)

    def every_modifier(self, modifiers: Any) -> Clause:
        return lambda span: ast.NeedsModifier("every", modifiers, span)

    def no_modifier(self, modifiers: Any) -> Clause:
        return lambda span: ast.NeedsModifier("none", modifiers, span)

    def documented(self, *names: Token) -> Clause:
        elements = _references(names)
        return lambda span: ast.NeedsDocumented(elements, span)

    def that(self, condition: Any) -> Clause:
        return lambda span: ast.NeedsThat(condition, span)

    # ---------------------------------------------------------------------------------------- expressions
    def or_(self, *items: Any) -> ast.Or:
        return ast.Or(items, _over(*items))

    def and_(self, *items: Any) -> ast.And:
        return ast.And(items, _over(*items))

    def not_(self, item: Any) -> ast.Not:
        return ast.Not(item, span_of(item))

    def is_given(self, fact: Any) -> ast.Given:
        return ast.Given(fact, True, span_of(fact))

    def is_missing(self, fact: Any) -> ast.Given:
        return ast.Given(fact, False, span_of(fact))

    def is_(self, left: Any, right: Any) -> ast.Compare:
        return ast.Compare("is", left, right, _over(left, right))

    def is_not(self, left: Any, right: Any) -> ast.Compare:
        opposite = {"given": "missing", "missing": "given"}
        if isinstance(right, ast.NameRef) and right.name in opposite:
            help_ = f"write `is {opposite[right.name]}`"
            raise Mistake("syntax", f"`is not {right.name}` is said another way", right.span, help_)
        return ast.Compare("is not", left, right, _over(left, right))

    def is_one_of(self, item: Any, *options: Any) -> ast.OneOf:
        return ast.OneOf(item, options, _over(item, *options))

    def compare(self, left: Any, op: Token, right: Any) -> ast.Compare:
        return ast.Compare(str(op), left, right, _over(left, right))

    def in_codes(self, item: Any, codes: ast.CodeList) -> ast.InCodes:
        return ast.InCodes(item, codes, True, _over(item, codes))

    def not_in_codes(self, item: Any, codes: ast.CodeList) -> ast.InCodes:
        return ast.InCodes(item, codes, False, _over(item, codes))

    def has_modifier(self, fact: ast.FactRef, modifiers: Any) -> ast.HasModifier:
        return ast.HasModifier(fact, modifiers, _over(fact, *modifiers))

    def documented_all(self, *names: Token) -> ast.Documented:
        return ast.Documented(_references(names), _over(*names))

    def visit_has(self, codes: ast.CodeList, modifiers: Any) -> ast.VisitHas:
        return ast.VisitHas(codes, modifiers or (), codes.span)

    def documentation_given(self, word: Token) -> ast.DocumentationGiven:
        return ast.DocumentationGiven(span_of(word))

    def plus(self, left: Any, right: Any) -> ast.Arithmetic:
        return ast.Arithmetic("+", left, right, _over(left, right))

    def minus(self, left: Any, right: Any) -> ast.Arithmetic:
        return ast.Arithmetic("-", left, right, _over(left, right))

    def name(self, token: Token) -> ast.NameRef:
        # a fact's choices may be words of the language, except those that hold an expression together
        return ast.NameRef(_reference(token).text if token in CONNECTIVES else str(token), span_of(token))

    def units_of(self, word: Any, codes: ast.CodeList) -> ast.SumOf:
        return ast.SumOf("billed units", codes, _over(word, codes))

    def minutes_of(self, word: Any, codes: ast.CodeList) -> ast.SumOf:
        return ast.SumOf("minutes", codes, _over(word, codes))

    def charges_of(self, codes: ast.CodeList) -> ast.SumOf:
        return ast.SumOf("charges", codes, span_of(codes))

    def days_between(self, word: Any, start: ast.FactRef, end: ast.FactRef) -> ast.DaysBetween:
        return ast.DaysBetween(start, end, _over(word, end))

    def fact(self, path: Token) -> ast.FactRef:
        return ast.FactRef(str(path), span_of(path))

    def whole(self, token: Token) -> ast.Literal:
        return ast.Literal(Type.NUMBER, _int(token), span_of(token))

    def decimal(self, token: Token) -> ast.Literal:
        return ast.Literal(Type.NUMBER, _number(token), span_of(token))

    def quantity(self, token: Token, measure: Type) -> ast.Literal:
        return ast.Literal(measure, _number(token), span_of(token))

    def money(self, token: Token) -> ast.Literal:
        return ast.Literal(Type.MONEY, _money(token), span_of(token))

    def percent(self, token: Token) -> ast.Literal:
        if len(token) > 18:
            raise _too_many_digits(token)
        return ast.Literal(Type.PERCENT, Decimal(token[:-1]), span_of(token))

    def date(self, token: Token) -> ast.Literal:
        return ast.Literal(Type.DATE, _date(token), span_of(token))

    def time(self, token: Token) -> ast.Literal:
        return ast.Literal(Type.TIME, _time(token), span_of(token))

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

    # ------------------------------------------------------------------------------------------- examples
    def visit(self, date: Token, *rest: Any) -> Clause:
        day = _date(date)
        rest = tuple(one for item in rest for one in (item.items if isinstance(item, _Past) else (item,)))
        facts = tuple(item for item in rest if not isinstance(item, ast.ExampleLine))
        lines = tuple(item for item in rest if isinstance(item, ast.ExampleLine))
        return lambda span: ast.ExampleVisit(day, facts, lines, span)

    def fact_is(self, path: Token, value: Any) -> ast.FactIs:
        return ast.FactIs(str(path), value, _over(path, value))

    def documented_is(self, *names: Token) -> ast.DocumentedIs:
        return ast.DocumentedIs(_references(names), _over(*names))

    def documented_nothing(self, word: Token) -> ast.DocumentedIs:
        return ast.DocumentedIs((), span_of(word))

    def history_none(self, word: Token) -> ast.HistoryNone:
        return ast.HistoryNone(span_of(word))

    def note_is(self, text: Token) -> ast.NoteIs:
        return ast.NoteIs(_text(text) or "", span_of(text))

    def earlier_note(self, date: Token, text: Token) -> ast.EarlierNote:
        return ast.EarlierNote(_date(date), _text(text) or "", _over(date, text))

    def history_line(self, word: Token, date: Token, code: Token, *items: Any) -> "_Past":
        """The line, and the facts of the visit that follow it: those that stand on a line of their own, no deeper than it."""
        foreign = (isinstance(item, _PastFact) and not item.beside(word) for item in items)
        cut = next((i for i, other in enumerate(foreign) if other), len(items))
        own, after = items[:cut], items[cut:]
        if any(not isinstance(item, _PastFact) or item.beside(word) for item in after):
            help_ = "write what is known of the earlier line behind it, on the same line"
            raise Mistake("syntax", "a fact of the visit parts a line of history", span_of(after[0]), help_)
        facts = tuple(item.fact for item in own if isinstance(item, _PastFact))
        stated = _fields(code, [item for item in own if isinstance(item, _Part)])
        line = ast.HistoryLine(_date(date), _word(code), **stated, facts=facts, span=_over(date, code, *own))
        return _Past((line, *(item.fact for item in after)))

    def past_fact(self, path: Token, value: Any) -> "_PastFact":
        return _PastFact(self.fact_is(path, value), path.line or 0, path.column or 0)

    def past_text(self, word: ast.Word, text: Token) -> "_Part":
        return _Part({word.text: _text(text)}, _over(word, text))

    def past_units(self, number: Token, word: ast.Word) -> "_Part":
        return _Part({"units": _number(number)}, _over(number, word))

    def past_minutes(self, number: Token, word: ast.Word) -> "_Part":
        return _Part({"minutes": _int(number)}, _over(number, word))

    def past_amount(self, money: Token) -> "_Part":
        return _Part({"amount": _money(money)}, span_of(money))

    def past_rvus(self, number: Token, word: ast.Word) -> "_Part":
        return _Part({"rvus": _rvus(number)}, _over(number, word))

    def past_discipline(self, word: Token) -> "_Part":
        return _Part({"discipline": str(word)}, span_of(word))

    def example_line(self, code: Token, *items: Any) -> ast.ExampleLine:
        facts = tuple(item for item in items if isinstance(item, ast.FactIs))
        parts = [item for item in items if isinstance(item, _Part)]
        return ast.ExampleLine(_word(code), **_fields(code, parts), facts=facts, span=_over(code, *items))

    def line_minutes(self, number: Token, word: ast.Word) -> "_Part":
        return _Part({"minutes": _int(number)}, _over(number, word))

    def line_billed(self, number: Token) -> "_Part":
        return _Part({"billed": _number(number)}, span_of(number))

    def line_modifiers(self, modifiers: Any) -> "_Part":
        return _Part({"modifiers": modifiers}, _over(*modifiers))

    def line_no_modifier(self, word: Token) -> "_Part":
        return _Part({"modifiers": ()}, span_of(word))

    def line_times(self, start: Token, end: Token) -> "_Part":
        return _Part({"start": _time(start), "end": _time(end)}, _over(start, end))

    def line_charge(self, money: Token) -> "_Part":
        return _Part({"charge": _money(money)}, span_of(money))

    def line_discipline(self, word: Token) -> "_Part":
        return _Part({"discipline": str(word)}, span_of(word))

    def expect(self, *items: Any) -> Clause:
        return lambda span: ast.Expect(items, span)

    def expect_no_findings(self, word: Token) -> ast.NoFindings:
        return ast.NoFindings(span_of(word))

    def expect_no_evidence(self, name: Token) -> ast.NoEvidence:
        return ast.NoEvidence(_reference(name), span_of(name))

    def expect_status(self, word: Any) -> ast.ExpectStatus:
        return ast.ExpectStatus(str(word), span_of(word))

    def expect_total(self, number: Token, word: ast.Word) -> ast.ExpectTotal:
        return ast.ExpectTotal(_number(number), _over(number, word))

    def expect_missing(self, fact: Token) -> ast.ExpectMissing:
        return ast.ExpectMissing(str(fact), span_of(fact))

    def expect_pays(self, code: Token, money: Token) -> ast.ExpectPays:
        return ast.ExpectPays(_word(code), _money(money), _over(code, money))

    def expect_total_pays(self, money: Token) -> ast.ExpectPays:
        return ast.ExpectPays(None, _money(money), span_of(money))

    def expect_units(self, code: Token, units: Token, word: Any, supported: Token | None) -> ast.ExpectUnits:
        value = _number(supported) if supported else None
        return ast.ExpectUnits(_word(code), _number(units), value, _over(code, supported or word))

    def expect_outcome(self, code: Token, status: Any, kind: Any, name: Token | None) -> ast.ExpectOutcome:
        return ast.ExpectOutcome(
            _word(code),
            str(status),
            kind.text if kind else None,
            _word(name) if name else None,
            _over(code, name or status),
        )

    def expect_spoke(self, kind: ast.Word, name: Token) -> ast.ExpectSpoke:
        return ast.ExpectSpoke(kind.text, _word(name), _over(kind, name))


def _keyword(self: Build, word: Token) -> ast.Word:
    return ast.Word(str(word), span_of(word))


for _name in (
    "replace", "or_word", "basis", "evidence_word", "grain", "side", "side_or_last", "same_word", "counted", "outcome_word", "outcome",
    "more_or_fewer", "parts", "few_or_most", "low_or_high", "pool_key", "past_key", "per_word", "month", "minutes", "units",
    "codes", "lines", "visits", "days", "type_name", "status_word", "effect_word", "rvus", "rate_grain", "first_grain",
):  # fmt: skip
    setattr(Build, _name, v_args(inline=True)(_keyword))
