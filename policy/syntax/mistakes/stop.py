"""The place where the parser stopped.

Owns: finding the word that could not be read, the words around it, and what could have stood in its place.
Never: guesses what was meant (`syntax/lookalikes.py` and `syntax/mistakes.py` do).
"""

import re
from typing import Any

import attrs
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from policy.diagnostics import Diagnostic, Label
from policy.source import SourceFile, Span
from policy.syntax.grammar import keywords

_WORD = re.compile(r"[^\s,\"()]+|[^\s]")
_AROUND = 60
"""How far from the place a mistake is looked for, in characters."""


@attrs.frozen
class Stop:
    """`word` at `start` could not be read inside the header or clause `at`; at its end, `word` is the last one."""

    file: SourceFile
    text: str
    at: Span
    start: int
    word: str
    at_end: bool
    expected: frozenset[str]
    """The names of the terminals that could have stood here."""

    @property
    def end(self) -> int:
        return self.start + len(self.word)

    @property
    def shown(self) -> str:
        """The word, cut to a length fit for a message."""
        return self.word if len(self.word) <= 40 else f"{self.word[:40]}…"

    @property
    def keywords(self) -> frozenset[str]:
        """The words of the language that could have stood here."""
        return frozenset(word for name in self.expected if (word := keywords().get(name)))

    @property
    def words(self) -> list[str]:
        """The words of the whole header or clause, without its comments."""
        lines = self.text[self.at.start : self.at.end].split("\n")
        return _WORD.findall(" ".join(line if '"' in line else line.split("#")[0] for line in lines)) or [""]

    @property
    def before(self) -> list[str]:
        """The words in front of the place."""
        return _WORD.findall(self.text[self.at.start : self.start])

    @property
    def after(self) -> list[str]:
        """The words behind it."""
        return _WORD.findall(self.text[self.end : self.at.end])

    @property
    def line(self) -> Span:
        """The line of the place."""
        end = self.text.find("\n", self.start)
        return Span(self.text.rfind("\n", 0, self.start) + 1, len(self.text) if end < 0 else end)

    @property
    def begins(self) -> bool:
        """Whether the first word of all could not be read."""
        return self.start == self.at.start

    @property
    def begins_line(self) -> bool:
        """Whether the word is the first one of its line."""
        return not self.at_end and not self.text[self.line.start : self.start].strip()

    def around(self, pattern: str) -> re.Match[str] | None:
        """The match of a pattern that holds the place."""
        low, high = max(self.at.start, self.start - _AROUND), min(self.at.end, self.end + _AROUND)
        for match in re.compile(pattern, re.ASCII).finditer(self.text, low, high):
            if match.start() <= self.start < match.end():
                return match
        return None

    def found(self, message: str, help_: str | None, slug: str = "syntax", at: Span | None = None) -> Diagnostic:
        """A diagnostic about the word, or about `at`."""
        span = at or Span(self.start, max(self.end, self.start + 1))
        return Diagnostic(slug, message, Label(self.file, span), help=help_)


def stop_of(error: UnexpectedInput, file: SourceFile, text: str, at: Span) -> Stop:
    """Where the parser stopped inside the header or clause at `at`."""
    start, at_end = at.end, True
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        start, at_end = error.token.start_pos or 0, False
    elif isinstance(error, UnexpectedCharacters):
        start, at_end = error.pos_in_stream or at.start, False
    if at_end:
        words = list(_WORD.finditer(text, at.start, at.end))
        start = words[-1].start() if words else at.start
    match = _WORD.match(text, start, at.end)
    stepping: Any = error.interactive_parser
    expected = frozenset(stepping.accepts()) - {"$END"}
    return Stop(file, text, at, start, match[0] if match else "", at_end, expected)
