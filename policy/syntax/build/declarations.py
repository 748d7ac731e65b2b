"""Headers: the kind, name and title of a declaration, and the type of a fact.

Owns: a header as a function of the clauses that follow it.
Never: knows which clauses may follow.
"""

import functools
from typing import Any

from lark import Token, Transformer, v_args

from policy.syntax import ast
from policy.syntax.build.tokens import Header, over, span_of, text_of, word_of
from policy.values import Type


def _header(kind: str, name: Token, title: Token | None, **fields: Any) -> Header:
    return functools.partial(ast.Declaration, kind, word_of(name), text_of(title), **fields)


@v_args(inline=True)
class Headers(Transformer[Token, Any]):
    """The first line of a declaration."""

    def policy_header(self, name: Token, title: Token | None) -> Header:
        return _header("policy", name, title)

    def kind_header(self, replace: Any, kind: ast.Word, name: Token, title: Token | None) -> Header:
        return _header(kind.text, name, title, replace=replace is not None)

    def fact_header(self, replace: Any, path: Token, type_: ast.FactType, title: Token | None) -> Header:
        return _header("fact", path, title, replace=replace is not None, fact_type=type_)

    def remove_header(self, kind: ast.Word, name: Token) -> Header:
        return _header("remove", name, None, target=kind.text)

    def kind(self, *words: Token) -> ast.Word:
        return ast.Word(" ".join(words), over(*words))

    def plain_type(self, word: Token) -> ast.FactType:
        return ast.FactType(Type(str(word)), (), span_of(word))

    def choice_type(self, *words: Token) -> ast.FactType:
        return ast.FactType(Type.CHOICE, tuple(map(str, words)), over(*words))
