"""The built parser: the grammar file, the builder and Lark's cache.

Owns: where the grammar lies (in a source tree or in the wheel) and the words that names may not be.
Never: reads policy text.
"""

import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lark import Lark, TextSlice, Token
from lark.exceptions import LarkError
from lark.lexer import Lexer, LexerState, LexerThread, LineCounter

from policy.resources import cache_folder, grammar_folder
from policy.source import Span
from policy.syntax.build import Build
from policy.syntax.keywords import reserved

__all__ = ["grammar_file", "keywords", "parser", "read", "reserved"]


class _WholeWords:
    """Lets the lexer see a whole word where only a keyword may stand: `therapist` never reads as `the` and more."""

    always_accept = ("NAME", "DOTTED")

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        return stream


class _Slice(LexerThread):
    """Starts in the middle of a text without counting the lines above, which would take quadratic time."""

    @classmethod
    def from_text(cls, lexer: Lexer, text_or_slice: Any) -> "_Slice":
        text = TextSlice.cast_from(text_or_slice)
        counter = LineCounter("\n")  # type: ignore[no-untyped-call]
        counter.char_pos = text.start
        return cls(lexer, LexerState(text, counter))


@functools.cache
def parser() -> Lark:
    """The LALR(1) parser with its contextual lexer, built once per process; its tables come from a cache on disk."""
    text = (grammar_folder() / "policy.lark").read_text(encoding="utf-8")
    options: dict[str, Any] = {
        "parser": "lalr",
        "start": ["header", "clause"],
        "transformer": Build(),
        "postlex": _WholeWords(),
        "maybe_placeholders": True,
        "_plugins": {"LexerThread": _Slice},
    }
    folder = cache_folder()
    if folder is None:
        return Lark(text, **options)
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    try:
        return Lark(text, cache=str(folder / f"grammar-{name}.lark"), **options)
    except (OSError, LarkError, EOFError):
        return Lark(text, **options)


def read(text: str, at: Span, start: str) -> Any:
    """What `Build` makes of a `header` or `clause` at a place. Raises `UnexpectedInput` or `Mistake`."""
    return parser().parse(TextSlice(text, at.start, at.end), start=start)


@functools.cache
def keywords() -> dict[str, str]:
    """The words of the language by the names of their terminals."""
    plain = (t for t in parser().terminals if t.pattern.type == "str")
    return {terminal.name: terminal.pattern.value for terminal in plain if terminal.pattern.value[0].isalpha()}


def grammar_file() -> Path:
    """The grammar that is in use."""
    return grammar_folder() / "policy.lark"
