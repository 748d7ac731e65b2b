"""The place where the parser stopped.

Owns: finding the word that could not be read, the words around it, and what could have stood in its place.
Never: guesses what was meant (`syntax/lookalikes.py` and `syntax/mistakes.py` do).
"""

import copy
import functools
import re
from typing import Any

import attrs
from lark import TextSlice, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from policy.diagnostics import Diagnostic, Label
from policy.source import SourceFile, Span
from policy.syntax.build import NotAName
from policy.syntax.grammar import keywords, parser
from policy.syntax.keywords import reserved

_WORD = re.compile(r'"[^"\n]*"|[^\s,"()]+|[^\s]')
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
    whole: bool
    """Whether the header or clause could have ended here."""
    parser: Any = attrs.field(eq=False, repr=False)
    """The parser as it stood before the word."""

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

    def then(self, terminal: str) -> frozenset[str]:
        """What could stand behind the place if `terminal` stood there."""
        if terminal not in self.expected:
            return frozenset()
        after = self.parser.copy(deepcopy_values=False)
        after.parser_state.parse_conf = copy.copy(after.parser_state.parse_conf)
        after.parser_state.parse_conf.callbacks = {}
        after.feed_token(Token(terminal, ""))
        return frozenset(after.accepts())

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


def stop_of(rule: str, error: UnexpectedInput | NotAName, file: SourceFile, text: str, at: Span) -> Stop:
    """Where the parser stopped inside the `header` or `clause` at `at`."""
    start, at_end = at.end, True
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        start, at_end = error.token.start_pos or 0, False
    elif isinstance(error, NotAName):
        start, at_end = error.span.start, False
    elif isinstance(error, UnexpectedCharacters):
        start, at_end = error.pos_in_stream or at.start, False
    before, start, at_end = _step(rule, text, at, at.end if at_end else start, at_end)
    if at_end:
        words = list(_WORD.finditer(text, at.start, at.end))
        start = words[-1].start() if words else at.start
    match = _WORD.match(text, start, at.end)
    word = match[0] if match else text[start : min(start + 1, at.end)]
    accepts = frozenset(before.accepts())
    return Stop(file, text, at, start, word, at_end, accepts - {"$END"}, "$END" in accepts, before)


def _step(rule: str, text: str, at: Span, until: int, at_end: bool) -> tuple[Any, int, bool]:
    """The parser before the place. It reduces before it finds that a word does not fit, and then no longer knows what could
    have stood there; so it is stepped up to the place once more. A word of the language that was read as a name is the place.
    """
    before: Any = parser().parse_interactive(TextSlice(text, at.start, until), start=rule)
    tokens = before.exhaust_lexer()
    if not tokens or tokens[-1].type != "NAME" or tokens[-1] not in reserved():
        return before, until, at_end
    start = tokens[-1].start_pos
    before = parser().parse_interactive(TextSlice(text, at.start, start), start=rule)
    before.exhaust_lexer()
    return before, start, False


def terminals(word: str) -> frozenset[str]:
    """The names of the terminals that a word could be."""
    return frozenset(name for name, pattern in _patterns() if pattern.fullmatch(word))


@functools.cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((terminal.name, re.compile(terminal.pattern.to_regexp())) for terminal in parser().terminals)
