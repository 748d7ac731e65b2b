"""Characters that a word processor or a PDF puts into pasted text, and where a line's comment begins.

Owns: the table of characters that are read as the plain one, and the two messages about characters that are not
plain.
Never: changes a text in quotes or a comment, and never changes an offset: every replacement is one character for
one.
"""

import re
from typing import Final

from policy.diagnostics import Diagnostic, Edit, Label
from policy.source import SourceFile, Span

_QUOTES, _APOSTROPHES = "\u201c\u201d\u201e\u2033", "\u2018\u2019\u2032"
_DASHES, _SPACES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000"

TYPOGRAPHY: Final = {
    char: plain
    for plain, chars in (('"', _QUOTES), ("'", _APOSTROPHES), ("-", _DASHES), (" ", _SPACES))
    for char in chars
}
"""Characters that are read as the plain one."""

INVISIBLE: Final = {
    "\u00ad": "a soft hyphen", "\u200b": "a zero-width space", "\u200c": "a zero-width character",
    "\u200d": "a zero-width character", "\u200e": "a direction mark", "\u200f": "a direction mark",
    "\u2060": "a zero-width character", "\ufeff": "a byte-order mark",
}  # fmt: skip
"""Characters that nobody can see and that would split a word."""

_TYPOGRAPHIC = re.compile("[" + "".join(TYPOGRAPHY) + "]")
_TOKENS = re.compile(r'"[^"\n]*"|#[^\n]*|\u201c[^"\u201c\u201d\n]*["\u201d]')
_NAMES: Final = {'"': "curly quotes", "'": "a curly apostrophe", "-": "a long dash", " ": "a non-breaking space"}


def plain(raw: str) -> tuple[str, int | None]:
    """The line with typography replaced outside its texts, and where its comment begins (`None` without one)."""
    if raw.isascii() or _TYPOGRAPHIC.search(raw) is None:
        if "#" not in raw:
            return raw, None
        if '"' not in raw:
            return raw, raw.index("#")
    parts: list[str] = []
    at = 0
    for match in _TOKENS.finditer(raw):
        parts.append(_replace(raw[at : match.start()]))
        token = match[0]
        if token[0] == "#":
            return "".join(parts) + token, match.start()
        parts.append('"' + token[1:-1] + '"')
        at = match.end()
    return "".join(parts) + _replace(raw[at:]), None


def _replace(text: str) -> str:
    return _TYPOGRAPHIC.sub(lambda match: TYPOGRAPHY[match[0]], text)


def typography(file: SourceFile, offset: int, raw: str, line: str) -> Diagnostic:
    """The advice about the first typographic character of a file; `line` is `raw` with plain characters."""
    at = next(i for i, (a, b) in enumerate(zip(raw, line, strict=True)) if a != b)
    span = Span(offset + at, offset + at + 1)
    return Diagnostic(
        "typography",
        f"{_NAMES[line[at]]} from a word processor, read as the plain character",
        Label(file, span),
        help="`policy fmt` writes the plain characters throughout the file",
        fix=Edit(span, line[at]),
    )
