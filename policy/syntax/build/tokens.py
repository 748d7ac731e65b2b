"""What a token says: words, texts, numbers, dates and amounts, each with its place.

Owns: how each is read, and refusing what cannot be meant: a date that does not exist, a modifier of three characters.
Never: knows the clause that a token stands in.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import attrs
from lark import Token

from policy.source import NOWHERE, Span
from policy.syntax import ast
from policy.syntax.keywords import reserved
from policy.values import Type, parse_date, parse_money, parse_rvus, parse_time

Clause = Callable[[Span], ast.Clause]
Header = Callable[..., ast.Declaration]


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


def over(*items: Any) -> Span:
    """From the first to the last of the items that are there."""
    spans = [span_of(item) for item in items if item is not None]
    return spans[0].to(spans[-1]) if spans else NOWHERE


def word_of(token: Token) -> ast.Word:
    """A word as written."""
    return ast.Word(str(token), span_of(token))


def words_of(tokens: tuple[Token, ...]) -> tuple[ast.Word, ...]:
    """Words as written."""
    return tuple(map(word_of, tokens))


def quotes_of(tokens: tuple[Token, ...]) -> tuple[ast.Word, ...]:
    """Texts with their places, the quotes included."""
    return tuple(ast.Word(str(token)[1:-1], span_of(token)) for token in tokens)


def text_of(token: Token | None) -> str | None:
    """A text without its quotes; `None` where none is written."""
    return None if token is None else str(token)[1:-1]


def reference_of(token: Token) -> ast.Word:
    """A name that stands alone in a sentence, of a code set or a value: it is no word of the language."""
    if token in reserved():
        raise NotAName(
            "keyword-name", f"`{token}` is a word of the language, not a name", span_of(token), "write a name"
        )
    return word_of(token)


def references_of(tokens: Iterable[Token]) -> tuple[ast.Word, ...]:
    """Names that stand alone."""
    return tuple(map(reference_of, tokens))


def int_of(token: Token) -> int:
    """A whole number."""
    if len(token) > 9:
        raise Mistake(
            "number-size", f"`{token[:12]}…` is too large a number", span_of(token), "numbers have at most nine digits"
        )
    return int(token)


def number_of(token: Token) -> int | Decimal:
    """A number, exact as written."""
    if "." not in token:
        return int_of(token)
    if len(token) > 18:
        raise too_many_digits(token)
    return Decimal(str(token))


def too_many_digits(token: Token) -> Mistake:
    """The mistake of a number that is written too long."""
    return Mistake(
        "number-size", f"`{token[:12]}…` has too many digits", span_of(token), "numbers have at most nine digits"
    )


def date_of(token: Token) -> dt.date:
    """A date of the calendar."""
    try:
        return parse_date(str(token))
    except ValueError:
        help_ = "dates are written year-month-day, such as 2026-03-02"
        raise Mistake("date", f"`{token}` is not a date of the calendar", span_of(token), help_) from None


def time_of(token: Token) -> int:
    """A time of day, in minutes."""
    try:
        return parse_time(str(token))
    except ValueError:
        raise Mistake("date", f"`{token}` is not a time of day", span_of(token), "write a time such as 09:24") from None


def money_of(token: Token) -> Decimal:
    """An amount in dollars."""
    try:
        return parse_money(str(token))
    except ValueError:
        raise Mistake(
            "money", f"`{token}` is not an amount of money", span_of(token), "write an amount such as $2,480.00"
        ) from None


def rvus_of(token: Token) -> Decimal:
    """A number of relative value units."""
    try:
        return parse_rvus(str(token))
    except ValueError:
        help_ = "write RVUs such as 1.05, with at most four decimal places"
        raise Mistake("number-size", f"`{token[:12]}` is not a number of RVUs", span_of(token), help_) from None


def percent_of(token: Token) -> ast.Literal:
    """A share such as `85%`."""
    if len(token) > 18:
        raise too_many_digits(token)
    return ast.Literal(Type.PERCENT, Decimal(token[:-1]), span_of(token))


def modifiers_of(tokens: Iterable[Token]) -> tuple[ast.Word, ...]:
    """Modifiers, each of two characters."""
    tokens = tuple(tokens)
    for token in tokens:
        if len(token) != 2:
            help_ = "a modifier is two characters, such as 59, XE or GP"
            raise Mistake("modifier", f"`{token}` is not a modifier", span_of(token), help_)
    return words_of(tokens)


@attrs.frozen
class Part:
    """Something stated on a line beside others, such as the minutes of a line of an example."""

    fields: dict[str, Any]
    span: Span


def fields_of(code: Token, parts: Iterable[Part]) -> dict[str, Any]:
    """What the parts of a line state by name; each thing is stated once."""
    fields: dict[str, Any] = {}
    for part in parts:
        for key, value in part.fields.items():
            if key in fields:
                message = f"the {key} of `{code}` {'are' if key.endswith('s') else 'is'} stated twice"
                raise Mistake("repeated", message, part.span, "state each thing once on a line")
            fields[key] = value
    return fields
