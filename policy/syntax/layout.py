"""The lines of a policy file: where declarations and their clauses begin, and where the comments are.

Owns: cutting a file into declarations and clauses by their indentation, mistakes of indentation, comments.
Never: parses a clause. Everything here works line by line, in time linear in the text.
"""

import re
from typing import Final

import attrs

from policy.diagnostics import Diagnostic, Label
from policy.source import SourceFile, Span
from policy.syntax.ast import Comment
from policy.syntax.typography import plain, typography

MAX_LINE: Final = 2_000
MAX_WORD: Final = 1_000
"""The longest text in quotes, and the longest word: with them, what the formatter writes is never above `MAX_LINE`."""
TAB: Final = 4
"""Columns up to the next of which a tab in the indentation reaches."""

_CLAUSE_IN_COLUMN_1 = re.compile(
    r"""(?: applies\ to | at\ most | a\ unit\ at | units\ at | in\ force | on\ excess | only\ when | one\ unit\ each
      | exactly\ one | from\ table | one\ of\ modifier | no\ modifier | before\ counting | decimal\ units | leftover\ to | ties\ are
      | in\ field | (?: or\ )? note\ says | but\ not | evidence\ (?: published | reported | derived | recalled ) \b
      | (?: cite | assume | reason | pool | per | counting | when | unless | except | among | otherwise | extends | link | seen
          | documented | rate | conversion\ factor | ranked | across | deny | review | authorize | reduce | visit | expect ) \b
      | (?: [0-9]{5} | [0-9]{4}[A-Z] | [A-Z][0-9]{4} ) \b )""",
    re.VERBOSE,
)
_LONG_WORD = re.compile(r'"[^"]{1001,}"|[^\s"]{1001,}')


@attrs.frozen
class Statement:
    """One declaration's lines: its header and its clauses, without the comments at their ends."""

    header: Span
    clauses: tuple[Span, ...]
    complete: bool
    """False when a line was set aside because it is too long."""

    @property
    def span(self) -> Span:
        """From the header to the end of the last clause."""
        return Span(self.header.start, self.clauses[-1].end if self.clauses else self.header.end)


@attrs.define
class _Open:
    """The statement that is being read; `column` is how far its first clause is indented."""

    header: Span
    clauses: list[Span] = attrs.field(factory=list)
    column: int | None = None
    complete: bool = True
    reported: bool = False


@attrs.frozen
class Layout:
    """The plain text (typography replaced, same length) with its statements and comments."""

    text: str
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]


def lay_out(file: SourceFile) -> Layout:
    """Cuts a file into declarations. A line in column 1 begins one; the lines indented below it are its clauses.

    The first indented line sets the column of the clauses. A deeper line, or one after a comma, goes on from above.
    """
    found: list[Diagnostic] = []
    comments: list[Comment] = []
    statements: list[_Open] = []
    lines: list[str] = []
    tabs: list[Span] = []
    offset, after_comma, warned, orphaned = 0, False, False, False
    for raw in file.text.split("\n"):
        line, comment = plain(raw)
        if line != raw and not warned:
            warned = True
            found.append(typography(file, offset, raw, line))
        body = (line if comment is None else line[:comment]).rstrip(" \t\r")
        if comment is not None:
            end = len(line.rstrip(" \t\r"))
            comments.append(Comment(line[comment:end], not body, Span(offset + comment, offset + end)))
        if body:
            start = len(body) - len(body.lstrip(" \t\r"))
            span = Span(offset + start, offset + len(body))
            indent = start
            if "\t" in body[:start]:
                tabs.append(Span(offset + body.index("\t"), span.start))
                indent = len(body[:start].expandtabs(TAB))
            if len(body) > MAX_WORD and (long := _too_long(file, span, body)):
                found.append(long)
                line = " " * len(line)
                if statements:
                    statements[-1].complete = False
            elif start == 0 and not (statements and _CLAUSE_IN_COLUMN_1.match(body)):
                statements.append(_Open(span))
            elif not statements:
                found += [] if orphaned else [_orphan(file, span)]
                line, orphaned = " " * len(line), True
            else:
                found += _add(file, statements[-1], span, indent, after_comma)
            after_comma = body.endswith(",")
        lines.append(line)
        offset += len(raw) + 1
    if tabs:
        found.append(_tab(file, tabs))
    closed = tuple(Statement(one.header, tuple(one.clauses), one.complete) for one in statements)
    return Layout("\n".join(lines), closed, tuple(comments), tuple(found))


def _add(file: SourceFile, statement: _Open, span: Span, indent: int, after_comma: bool) -> list[Diagnostic]:
    """Adds one line to a statement: as a clause, or to the clause above it."""
    if statement.column is None and indent:
        statement.column = indent
    column = statement.column or 0
    if (indent > column or after_comma) and statement.clauses:
        statement.clauses[-1] = statement.clauses[-1].to(span)
        well = indent > 0
    else:
        statement.clauses.append(span)
        well = indent >= max(column, 1)
    if well or statement.reported:
        return []
    statement.reported = True
    message = "this clause begins in column 1, where only declarations begin"
    help_ = f"indent it by {column or TAB} spaces"
    if indent:
        message = f"this line is indented by {indent}, the first clause by {column}"
        help_ = f"indent it by {column} to make it a clause, or begin it in column 1 to make it a declaration"
    return [Diagnostic("indentation", message, Label(file, span), help=help_)]


def _tab(file: SourceFile, tabs: list[Span]) -> Diagnostic:
    more = f", here and on {len(tabs) - 1} more line{'s' if len(tabs) > 2 else ''}" if len(tabs) > 1 else ""
    return Diagnostic(
        "tab",
        f"a tab in the indentation{more}",
        Label(file, tabs[0], "indent with spaces"),
        help="write four spaces before a clause; `policy fmt` does it for the whole file",
    )


def _orphan(file: SourceFile, span: Span) -> Diagnostic:
    return Diagnostic(
        "indented-first",
        "an indented line with no declaration above it",
        Label(file, span),
        help="begin the declaration in column 1, such as `limit daily_units`",
    )


def _too_long(file: SourceFile, span: Span, body: str) -> Diagnostic | None:
    if len(body) > MAX_LINE:
        message = f"this line is {len(body):,} characters long; at most {MAX_LINE:,} are read"
        return Diagnostic("too-large", message, Label(file, span), help="break a long list after a comma")
    word = _LONG_WORD.search(body)
    if word is None:
        return None
    what = "text" if word[0].startswith('"') else "word"
    message = f"this {what} is {len(word[0]):,} characters long; at most {MAX_WORD:,} are read"
    start = span.end - len(body)
    at = Label(file, Span(start + word.start(), start + word.end()))
    return Diagnostic("too-large", message, at, help=f"write a shorter {what}")
