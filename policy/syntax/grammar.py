"""The built parser: the grammar file, the builder and Lark's cache.

Owns: where the grammar lies (in a source tree or in the wheel) and the words that names may not be.
Never: reads policy text.
"""

import functools
import hashlib
import re
from pathlib import Path
from typing import Any

from lark import Lark
from lark.exceptions import LarkError

from policy.resources import cache_folder, grammar_folder
from policy.syntax.build import Build
from policy.syntax.layout import Clauses


@functools.cache
def parser() -> Lark:
    """The LALR(1) parser with its contextual lexer, built once per process; its tables come from a cache on disk when there is one."""
    text = (grammar_folder() / "policy.lark").read_text(encoding="utf-8")
    options: dict[str, Any] = {
        "parser": "lalr", "start": "declaration", "transformer": Build(), "postlex": Clauses(), "maybe_placeholders": True,
    }  # fmt: skip
    folder = cache_folder()
    if folder is None:
        return Lark(text, **options)
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    try:
        return Lark(text, cache=str(folder / f"grammar-{name}.lark"), **options)
    except (OSError, LarkError, EOFError):
        return Lark(text, **options)


@functools.cache
def reserved() -> frozenset[str]:
    """The words of the language: no declaration may be named so."""
    text = (grammar_folder() / "policy.lark").read_text(encoding="utf-8")
    rules = re.sub(r"//[^\n]*|/(?:\\.|[^/\n])+/", "", text)
    return frozenset(word for word in re.findall(r'"([^"\n]+)"', rules) if re.fullmatch(r"[a-z][a-z0-9_]*", word))


def grammar_file() -> Path:
    """The grammar that is in use."""
    return grammar_folder() / "policy.lark"
