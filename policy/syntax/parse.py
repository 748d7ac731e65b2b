"""From a file's text to its syntax tree.

Owns: parsing declaration by declaration, and going on after a mistake: the clause that holds it is set aside and the rest of the
declaration is parsed again, so that one mistake costs one clause.
Never: raises for bad text. Whatever the text, the answer is a module and its diagnostics.
"""

import re
from typing import Final

import attrs
from lark.exceptions import UnexpectedInput
from lark.lexer import TextSlice

from policy.diagnostics import Diagnostic, Label
from policy.source import SourceFile, Span
from policy.syntax import ast
from policy.syntax.build import Mistake
from policy.syntax.grammar import parser, reserved
from policy.syntax.layout import MAX_DEPTH, MAX_NAME, Chunk, Layout, lay_out
from policy.syntax.mistakes import explain

MAX_TEXT: Final = 8_000_000
MAX_MISTAKES: Final = 20
"""Mistakes reported for one declaration; the rest of it is set aside."""

_HEADER = re.compile(
    r"(?:replace\s+)?(?:(?P<remove>remove)\s+)?(?P<kind>not\s+modelled|[a-z]+)\s+(?P<name>[A-Za-z_][\w.-]*)"
)


def parse(file: SourceFile) -> tuple[ast.Module, list[Diagnostic]]:
    """The module of one file, with every mistake in it. Time is linear in the text."""
    if len(file.text) > MAX_TEXT:
        message = f"the file is {len(file.text):,} characters long; at most {MAX_TEXT:,} are read"
        return ast.Module(()), [Diagnostic("too-large", message, Label(file, Span(0, 1)), help="split the policy into several files")]
    layout = lay_out(file)
    found = list(layout.diagnostics)
    declarations = []
    for chunk in layout.chunks:
        declaration, mistakes = _declaration(file, layout, chunk)
        found += mistakes
        if declaration is not None:
            declarations.append(declaration)
    return ast.Module(tuple(declarations), layout.comments), found


def _declaration(file: SourceFile, layout: Layout, chunk: Chunk) -> tuple[ast.Declaration | None, list[Diagnostic]]:
    text, complete = layout.text, True
    found: list[Diagnostic] = []
    while True:
        at: Span
        try:
            declaration: ast.Declaration = parser().parse(TextSlice(text, chunk.start, chunk.end))  # type: ignore[arg-type]
            declaration = _closed(declaration, chunk, layout.text)
            deep = next((c for c in declaration.clauses if _depth(c) > MAX_DEPTH), None)
            if deep is None:
                found += _names(file, declaration)
                return attrs.evolve(declaration, complete=complete), found
            raise Mistake("too-deep", "this condition is nested too deeply", deep.span, "split it into several rules")
        except UnexpectedInput as error:
            diagnostic = explain(error, file, layout, chunk)
            at = diagnostic.at.span
        except Mistake as mistake:
            at = mistake.span
            diagnostic = Diagnostic(mistake.slug, mistake.message, Label(file, at), help=mistake.help)
        found.append(diagnostic)
        complete = False
        clause = _clause_around(text, chunk, at.start)
        if clause is None or len(found) >= MAX_MISTAKES:
            return _stub(layout.text, chunk), found
        text = text[: clause.start] + re.sub(r"[^\n]", " ", text[clause.start : clause.end]) + text[clause.end :]


def _closed(declaration: ast.Declaration, chunk: Chunk, text: str) -> ast.Declaration:
    """Gives the last clause its end and trims white space and comments from the others' ends."""
    clauses = []
    for clause in declaration.clauses:
        end = clause.span.end if clause.span.end >= 0 else chunk.end
        clauses.append(attrs.evolve(clause, span=Span(clause.span.start, end)))
    return attrs.evolve(declaration, clauses=tuple(clauses), span=Span(chunk.start, chunk.end))


def _clause_around(text: str, chunk: Chunk, offset: int) -> Span | None:
    """The lines of the clause that holds `offset`; `None` when it is the header."""
    lines: list[tuple[int, int, int]] = []
    at = chunk.start
    for line in text[chunk.start : chunk.end].split("\n"):
        body = line.strip(" \t\r")
        if body and not body.startswith("#"):
            lines.append((at, at + len(line), len(line) - len(line.lstrip(" \t"))))
        at += len(line) + 1
    if len(lines) < 2 or offset < lines[1][0]:
        return None
    column = lines[1][2]
    start, end = lines[1][0], lines[1][1]
    previous = ""
    for first, last, indent in lines[1:]:
        if indent <= column and not previous.endswith(","):
            if first > offset:
                break
            start = first
        end = last
        previous = text[first:last].split("#")[0].rstrip()
    return Span(start, end)


def _stub(text: str, chunk: Chunk) -> ast.Declaration | None:
    """What a broken declaration was about to declare, so that its uses are not reported as well."""
    match = _HEADER.match(text, chunk.start, chunk.end)
    if match is None:
        return None
    kind, name = " ".join(match["kind"].split()), ast.Word(match["name"], Span(*match.span("name")))
    at = Span(*match.span())
    if match["remove"]:
        return None
    return ast.Declaration(kind, name, complete=False, span=Span(chunk.start, chunk.end), head=at)


def _names(file: SourceFile, declaration: ast.Declaration) -> list[Diagnostic]:
    name = declaration.name
    if len(name.text) > MAX_NAME:
        message = f"this name is {len(name.text)} characters long; at most {MAX_NAME} are allowed"
        return [Diagnostic("too-large", message, Label(file, name.span), help="choose a shorter name")]
    if declaration.kind not in {"policy", "fact", "remove"} and name.text in reserved():
        message = f"`{name}` is a word of the language and cannot be a name"
        return [Diagnostic("keyword-name", message, Label(file, name.span), help=f"choose another name, such as `{name}_rule`")]
    return []


def _depth(node: object) -> int:
    """How deeply expressions nest inside a node, counted without recursion."""
    deepest = 0
    stack: list[tuple[object, int]] = [(node, 0)]
    while stack:
        item, depth = stack.pop()
        deepest = max(deepest, depth)
        for field in getattr(item, "__attrs_attrs__", ()):
            value = getattr(item, field.name)
            for part in value if isinstance(value, tuple) else (value,):
                if hasattr(part, "__attrs_attrs__") and not isinstance(part, (ast.Word, Span)):
                    stack.append((part, depth + 1))
    return deepest
