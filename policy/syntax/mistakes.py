"""Says what is wrong where the parser stopped, in the author's words.

Owns: turning the parser's expectations into a message and a remedy: the nearest word of the language, a text that is not closed,
a code that is not a code.
Never: changes how text is read.
"""

from typing import Final

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from policy.diagnostics import Diagnostic, Label, nearest
from policy.source import SourceFile, Span
from policy.syntax.grammar import parser
from policy.syntax.layout import Chunk, Layout

PHRASES: Final = {
    "NAME": "a name", "DOTTED": "a fact such as line.minutes", "CODE": "a code such as 97530", "CODE_RANGE": "a range such as 97161-97168",
    "STRING": "a text in quotes", "DATE": "a date such as 2026-03-02", "TIME": "a time such as 09:24", "INT": "a whole number",
    "DECIMAL": "a number", "MONEY": "an amount such as $2,480.00", "PERCENT": "a percentage", "MODIFIER": "a modifier such as 59",
    "REASON": "a reason code such as CO-236", "UPPER": "a word such as PT", "NL": "the next clause", "$END": "the end",
    "COMPARE": "`<`, `<=`, `>` or `>=`", "YES_NO": "`yes/no`", "PROVIDERS": "`provider's`", "COMMA": "a comma",
}  # fmt: skip


def explain(error: UnexpectedInput, file: SourceFile, layout: Layout, chunk: Chunk) -> Diagnostic:
    """One diagnostic for the place where parsing stopped."""
    text = layout.text
    if isinstance(error, UnexpectedToken):
        expected = set(error.accepts or error.expected)
        at_end = error.token.type == "$END"
        start = chunk.end if at_end else (error.token.start_pos or chunk.start)
        end = start if at_end else (error.token.end_pos or start)
        if error.token.type == "NL" or at_end:
            start = end = len(text[: start].rstrip())
            return _stopped(file, text, start, expected)
    elif isinstance(error, UnexpectedCharacters):
        expected = set(error.allowed or ())
        start = error.pos_in_stream or chunk.start
        end = start
        while end < chunk.end and not text[end].isspace():
            end += 1
    else:
        return Diagnostic("syntax", "this cannot be read", Label(file, Span(chunk.start, chunk.end)))
    word = text[start:end]
    at = Label(file, Span(start, max(end, start + 1)))
    if word.startswith('"'):
        line_end = text.find("\n", start)
        whole = Span(start, chunk.end if line_end < 0 else min(line_end, chunk.end))
        return Diagnostic("unclosed-text", "this text is not closed", Label(file, whole), help='end it with `"` on the same line')
    words = _words(expected)
    if word in words:
        words.discard(word)
    close = nearest(word, words)
    if close is not None:
        return Diagnostic("syntax", f"`{word}` is not understood here", at, help=f"did you mean `{close}`?")
    return Diagnostic("syntax", f"`{word[:40]}` is not understood here", at, help=_expected(expected))


def _stopped(file: SourceFile, text: str, end: int, expected: set[str]) -> Diagnostic:
    start = end
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    message = f"the line stops after `{text[start:end][:40]}`"
    return Diagnostic("syntax", message, Label(file, Span(start, end)), help=_expected(expected - {"NL", "$END"}))


def _words(expected: set[str]) -> set[str]:
    return {word for name in expected if (word := _keyword(name))}


def _keyword(name: str) -> str | None:
    if name in PHRASES:
        return None
    pattern = _patterns().get(name)
    return pattern if pattern and pattern[0].isalpha() else None


def _patterns() -> dict[str, str]:
    return {terminal.name: terminal.pattern.value for terminal in parser().terminals if terminal.pattern.type == "str"}


def _expected(expected: set[str]) -> str | None:
    phrases = sorted(PHRASES[name] for name in expected & PHRASES.keys() if name not in {"NL", "$END"})
    words = sorted(f"`{word}`" for word in _words(expected))
    options = phrases + words
    if not options:
        return "end the line here"
    if len(options) > 8:
        return "begin the line with a clause word such as " + ", ".join(words[:6]) if len(words) > 8 else "expected " + ", ".join(options[:8])
    return "expected " + (" or ".join([", ".join(options[:-1]), options[-1]]) if len(options) > 1 else options[0])
