"""The lines of a policy file: where declarations begin, which lines continue a clause, and where the comments are.

Owns: cutting a file into declarations, typographic characters that Word and PDF leave behind, indentation mistakes, comments.
Never: parses a clause. Everything here works line by line, in time linear in the text.
"""

import re
from collections.abc import Iterator
from typing import Final

import attrs
from lark import Token

from policy.diagnostics import Diagnostic, Edit, Label
from policy.source import SourceFile, Span
from policy.syntax.ast import Comment

MAX_LINE: Final = 2_000
MAX_NAME: Final = 80
MAX_DEPTH: Final = 40

TYPOGRAPHY: Final = {
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2018": "'", "\u2019": "'",
    "\u2013": "-", "\u2014": "-", "\u2011": "-", "\u00a0": " ", "\u2007": " ", "\u202f": " ",
}  # fmt: skip
"""Characters that are read as the plain one. One for one, so that offsets stay true."""

_TYPOGRAPHIC = re.compile("[" + "".join(TYPOGRAPHY) + "]")
_TOKENS = re.compile(r'"[^"\n]*"|#[^\n]*|\u201c[^"\u201c\u201d\n]*["\u201d]')


@attrs.frozen
class Chunk:
    """One declaration's text: `text[start:end]` of the plain text."""

    start: int
    end: int


@attrs.frozen
class Layout:
    """The plain text (typography replaced, same length) with its chunks and comments."""

    text: str
    chunks: tuple[Chunk, ...]
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]


def lay_out(file: SourceFile) -> Layout:
    """Cuts a file into declarations. A line that starts in column 1 begins one; the lines indented below it belong to it."""
    found: list[Diagnostic] = []
    comments: list[Comment] = []
    starts: list[int] = []
    ends: list[int] = []
    plain: list[str] = []
    offset = 0
    warned = False
    for raw in file.text.split("\n"):
        line, comment = _plain(raw)
        if line != raw and not warned:
            warned = True
            found.append(_typography(file, raw, line, offset))
        body = line if comment is None else line[:comment]
        indent = len(body) - len(body.lstrip(" \t\r"))
        if body.strip(" \t\r") == "":
            pass
        elif len(line) > MAX_LINE:
            found.append(_too_long(file, offset, len(line)))
            line = " " * len(line)
            body = ""
            comment = None
        elif indent == 0:
            starts.append(offset)
            ends.append(offset + len(body.rstrip(" \t\r")))
        elif not starts:
            found.append(_orphan(file, offset + indent, len(body.rstrip(" \t\r")) - indent))
            line = " " * len(line)
        else:
            ends[-1] = offset + len(body.rstrip(" \t\r"))
            if "\t" in body[:indent]:
                found.append(_tab(file, offset, indent, body))
                line = line[:indent].replace("\t", " ") + line[indent:]
        if comment is not None:
            comments.append(Comment(line[comment:].rstrip(" \t\r"), not body.strip(), Span(offset + comment, offset + len(line.rstrip(" \t\r")))))
        plain.append(line)
        offset += len(raw) + 1
    chunks = tuple(Chunk(start, end) for start, end in zip(starts, ends, strict=True))
    return Layout("\n".join(plain), chunks, tuple(comments), tuple(found))


def _plain(raw: str) -> tuple[str, int | None]:
    """The line with typography replaced outside its texts, and where its comment begins."""
    if _TYPOGRAPHIC.search(raw) is None:
        if "#" not in raw:
            return raw, None
        if '"' not in raw:
            return raw, raw.index("#")
    parts: list[str] = []
    at = 0
    comment: int | None = None
    for match in _TOKENS.finditer(raw):
        parts.append(_replace(raw[at : match.start()]))
        token = match[0]
        if token[0] == "#":
            comment = match.start()
            parts.append(token)
        else:
            parts.append('"' + token[1:-1] + '"')
        at = match.end()
        if comment is not None:
            break
    parts.append(raw[at:] if comment is not None else _replace(raw[at:]))
    return "".join(parts), comment


def _replace(text: str) -> str:
    return _TYPOGRAPHIC.sub(lambda match: TYPOGRAPHY[match[0]], text)


class Clauses:
    """Keeps the line breaks that begin a clause and drops those inside one.

    The first indented line sets the column of the clauses. A deeper line, or one after a comma, continues what stands above it.
    A new one is made for each declaration's token stream, so nothing is shared between parses.
    """

    always_accept = ("NL", "NAME", "DOTTED")

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        column: int | None = None
        after_comma = False
        for token in stream:
            if token.type == "NL":
                indent = len(token) - token.rfind("\n") - 1
                if column is None:
                    column = indent
                if indent > column or after_comma:
                    continue
            after_comma = token.type == "COMMA"
            yield token


def _typography(file: SourceFile, raw: str, line: str, offset: int) -> Diagnostic:
    at = next(i for i, (a, b) in enumerate(zip(raw, line, strict=True)) if a != b)
    name = {'"': "curly quotes", "'": "a curly apostrophe", "-": "a long dash", " ": "a non-breaking space"}[line[at]]
    return Diagnostic(
        "typography",
        f"{name} from a word processor, read as the plain character",
        Label(file, Span(offset + at, offset + at + 1)),
        help="`policy fmt` writes the plain characters throughout the file",
        fix=Edit(Span(offset + at, offset + at + 1), line[at]),
    )


def _tab(file: SourceFile, offset: int, indent: int, body: str) -> Diagnostic:
    at = offset + body.index("\t")
    return Diagnostic(
        "tab",
        "a tab in the indentation",
        Label(file, Span(at, offset + indent), "indent with spaces"),
        help="write four spaces before a clause; `policy fmt` does it for the whole file",
    )


def _orphan(file: SourceFile, at: int, length: int) -> Diagnostic:
    return Diagnostic(
        "indented-first",
        "an indented line with no declaration above it",
        Label(file, Span(at, at + length)),
        help="begin the declaration in column 1, such as `limit daily_units`",
    )


def _too_long(file: SourceFile, offset: int, length: int) -> Diagnostic:
    return Diagnostic(
        "too-large",
        f"this line is {length:,} characters long; at most {MAX_LINE:,} are read",
        Label(file, Span(offset, offset + 40)),
        help="break a long list after a comma",
    )
