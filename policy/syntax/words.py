"""From expressions, codes and constants back to the words of the language.

Owns: how each is spelt, on one line, and where an expression needs parentheses. Clauses are in `clause_words.py`.
Never: breaks lines, indents or knows comments.
"""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final

from policy.syntax import ast
from policy.values import Type, format_time

_MODIFIER_NEXT = re.compile(r"[A-Z0-9]{1,4}(?![A-Za-z0-9_.:%-])")


def quoted(text: str | ast.Word) -> str:
    """A text as it stands in a policy."""
    return f'"{text}"'


def number(value: int | Decimal) -> str:
    """A number without an exponent."""
    return str(value) if isinstance(value, int) else f"{value:f}"


def quantity(value: int | Decimal, measure: Type) -> str:
    """`1 unit`, `4 units`."""
    text = number(value)
    return f"{text} {measure.value.removesuffix('s') if text == '1' else measure.value}"


def joined(words: Iterable[object], last: str = "") -> str:
    """`a, b, c`, or `a, b or c` when `last` is `or`."""
    items = list(map(str, words))
    if not last or len(items) < 2:
        return ", ".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def code_list(codes: ast.CodeList) -> str:
    """`97110, 97161-97168, timed`."""
    return joined(map(_code_item, codes.items))


def _code_item(item: ast.CodeRange | ast.CodeSet) -> str:
    if isinstance(item, ast.CodeSet):
        return item.name.text
    return item.first.text if item.first == item.last else f"{item.first}-{item.last}"


def literal(node: ast.Literal | ast.NameRef | ast.FactRef) -> str:
    """A constant, the name of a value, or a fact's path."""
    if isinstance(node, ast.NameRef):
        return node.name
    if isinstance(node, ast.FactRef):
        return node.path
    value: Any = node.value
    match node.type:
        case Type.TEXT:
            return quoted(value)
        case Type.MONEY:
            return f"${value:,f}"
        case Type.PERCENT:
            return f"{value:f}%"
        case Type.TIME:
            return format_time(value)
        case Type.YES_NO:
            return "yes" if value else "no"
        case Type.NUMBER:
            return number(value)
        case Type.DATE | Type.CODE | Type.CHOICE:
            return str(value)
        case measure:
            return quantity(value, measure)


def _level(expr: ast.Expr) -> int:
    match expr:
        case ast.Or():
            return 1
        case ast.And():
            return 2
        case ast.Not():
            return 3
        case _:
            return 4


def expression(expr: ast.Expr, above: int = 1) -> str:
    """An expression; in parentheses when it binds less tightly than `above`."""
    text = _EXPRESSIONS[type(expr)](expr)
    return f"({text})" if _level(expr) < above else text


def _chain(items: tuple[ast.Expr, ...], word: str, above: int) -> str:
    texts = [expression(item, above) for item in items]
    for i in range(len(items) - 1):
        # `… modifier 59 or 12 < visit.number`: without parentheses, 12 would be read as one more modifier
        if _ends_in_modifiers(items[i]) and _MODIFIER_NEXT.match(texts[i + 1]) and not texts[i].startswith("("):
            texts[i] = f"({texts[i]})"
    return f" {word} ".join(texts)


def _ends_in_modifiers(expr: ast.Expr) -> bool:
    match expr:
        case ast.HasModifier():
            return True
        case ast.VisitHas(modifiers=modifiers):
            return bool(modifiers)
        case ast.Not(item=item):
            return _ends_in_modifiers(item)
        case ast.And(items=items) | ast.Or(items=items):
            return _ends_in_modifiers(items[-1])
        case _:
            return False


def _visit_has(e: ast.VisitHas) -> str:
    modifiers = f" with modifier {joined(e.modifiers, 'or')}" if e.modifiers else ""
    return f"visit has {code_list(e.codes)}{modifiers}"


def _sum_of(e: ast.SumOf) -> str:
    return f"{e.measure.removeprefix('billed ')} of {code_list(e.codes)}"


_EXPRESSIONS: Final[dict[type, Callable[[Any], str]]] = {
    ast.Literal: literal,
    ast.NameRef: literal,
    ast.FactRef: lambda e: e.path,
    ast.Or: lambda e: _chain(e.items, "or", 2),
    ast.And: lambda e: _chain(e.items, "and", 3),
    ast.Not: lambda e: f"not {expression(e.item, 3)}",
    ast.Compare: lambda e: f"{expression(e.left)} {e.op} {expression(e.right)}",
    ast.OneOf: lambda e: f"{expression(e.item)} is one of {joined(map(expression, e.options))}",
    ast.Given: lambda e: f"{expression(e.fact)} is {'given' if e.given else 'missing'}",
    ast.DocumentationGiven: lambda e: "documentation is given",
    ast.InCodes: lambda e: f"{expression(e.item)} {'in' if e.inside else 'not in'} {code_list(e.codes)}",
    ast.HasModifier: lambda e: f"{e.fact.path} has modifier {joined(e.modifiers, 'or')}",
    ast.Documented: lambda e: f"documented {joined(e.elements)}",
    ast.VisitHas: _visit_has,
    ast.Arithmetic: lambda e: f"{expression(e.left)} {e.op} {expression(e.right)}",
    ast.SumOf: _sum_of,
    ast.DaysBetween: lambda e: f"days from {e.start.path} to {e.end.path}",
}
