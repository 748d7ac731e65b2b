"""Codes and modifiers as they stand in every clause.

Owns: when a range runs forwards, and how a code and a modifier are written.
Never: knows which codes exist.
"""

import re
from typing import Any

from lark import Token, Transformer, v_args

from policy.source import Span
from policy.syntax import ast
from policy.syntax.build.tokens import Mistake, modifiers_of, over, reference_of, span_of, word_of


def _code_number(code: str) -> tuple[str, int, str]:
    match = re.fullmatch(r"([A-Z]?)(\d+)([A-Z]?)", code)
    assert match is not None
    return match[1], int(match[2]), match[3]


def in_range(first: str, last: str) -> bool:
    """Whether `first-last` is a range that runs forwards: letters in the same place, numbers not falling."""
    a, b = _code_number(first), _code_number(last)
    return a[0] == b[0] and a[2] == b[2] and a[1] <= b[1]


@v_args(inline=True)
class Codes(Transformer[Token, Any]):
    """Codes, ranges, lists of codes and modifiers."""

    def code_list(self, *items: Any) -> ast.CodeList:
        return ast.CodeList(items, over(*items))

    def one_code(self, code: Token) -> ast.CodeRange:
        word = word_of(code)
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
        return ast.CodeSet(reference_of(name), span_of(name))

    def modifiers(self, *tokens: Token) -> tuple[ast.Word, ...]:
        return modifiers_of(tokens)
