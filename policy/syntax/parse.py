"""From a file's text to its syntax tree.

Owns: parsing header by header and clause by clause, so that one mistake costs one clause; the bounds on what is read.
Never: raises for bad text. Whatever the text, the answer is a module and its diagnostics.
"""

from typing import Final

from lark.exceptions import UnexpectedInput

from policy.diagnostics import Diagnostic, Label
from policy.source import SourceFile, Span
from policy.syntax import ast
from policy.syntax.build import Mistake, NotAName
from policy.syntax.grammar import read, reserved
from policy.syntax.layout import Layout, Statement, lay_out

MAX_TEXT: Final = 8_000_000
MAX_NAME: Final = 80
STAND_ALONE: Final = frozenset({"codes", "value", "evidence"})
"""Kinds whose names stand in sentences without the word of their kind: `applies to timed`, `at most kx_threshold`."""
MAX_DEPTH: Final = 40
MAX_MISTAKES: Final = 200
"""Mistakes that are explained in one file; of the others it is told that there are more."""


def parse(file: SourceFile) -> tuple[ast.Module, list[Diagnostic]]:
    """The module of one file, with every mistake in it. Time is linear in the text."""
    if len(file.text) > MAX_TEXT:
        message = f"the file is {len(file.text):,} characters long; at most {MAX_TEXT:,} are read"
        at = Label(file, Span(0, 1))
        return ast.Module(()), [Diagnostic("too-large", message, at, help="split the policy into several files")]
    layout = lay_out(file)
    found = list(layout.diagnostics)
    reader = _Reader(file, layout)
    declarations = tuple(d for d in map(reader.declaration, layout.statements) if d is not None)
    return ast.Module(declarations, layout.comments), found + reader.found


class _Reader:
    """Reads the statements of one file and gathers what is wrong with them."""

    def __init__(self, file: SourceFile, layout: Layout) -> None:
        self.file, self.text, self.found = file, layout.text, list[Diagnostic]()

    def declaration(self, statement: Statement) -> ast.Declaration | None:
        """The declaration of one statement; `None` when not even its kind and name can be guessed."""
        at, complete = statement.header, statement.complete
        try:
            header = read(self.text, at, "header")
        except (UnexpectedInput, Mistake) as error:
            from policy.syntax.mistakes.header import guess  # what only a broken file needs is loaded for one

            self.report(None, error, at)
            guessed = guess(self.text, at)
            if guessed is None:
                return None
            header, complete = guessed, False
        kind = header().kind
        clauses = [self.clause(kind, span) for span in statement.clauses]
        whole = tuple(clause for clause in clauses if clause is not None)
        complete = complete and len(whole) == len(clauses)
        declaration: ast.Declaration = header(clauses=whole, complete=complete, span=statement.span, head=at)
        if not declaration.name.text:
            return None
        self.name(declaration)
        return declaration

    def clause(self, kind: str, at: Span) -> ast.Clause | None:
        """One clause of a declaration of a kind; `None` when it cannot be read."""
        try:
            clause: ast.Clause = read(self.text, at, "clause")(at)
            if _depth(self.text, clause) > MAX_DEPTH:
                raise Mistake("too-deep", "this condition is nested too deeply", at, "split it into several rules")
            if isinstance(clause, ast.Members) and kind != "codes":
                from policy.syntax.mistakes.clause import suspect

                suspect(clause)
        except (UnexpectedInput, Mistake) as error:
            self.report(kind, error, at)
            return None
        return clause

    def name(self, declaration: ast.Declaration) -> None:
        """Reports a name that is too long, or one that would stand alone in sentences and is a word of the language."""
        name = declaration.name
        slug = message = None
        if len(name.text) > MAX_NAME:
            slug, help_ = "too-large", "choose a shorter name"
            message = f"this name is {len(name.text)} characters long; at most {MAX_NAME} are allowed"
        elif declaration.kind in STAND_ALONE and name.text in reserved():
            slug, help_ = "keyword-name", f"choose another name, such as `the_{name}`"
            message = f"`{name}` is a word of the language and cannot be a name"
        if slug and message and self.room(name.span):
            self.found.append(Diagnostic(slug, message, Label(self.file, name.span), help=help_))

    def report(self, kind: str | None, error: UnexpectedInput | Mistake, at: Span) -> None:
        """Explains what stopped the parser in a header (no `kind`) or in a clause of a `kind`, unless enough was explained."""
        if not self.room(at):
            return
        if isinstance(error, Mistake) and not isinstance(error, NotAName):
            diagnostic = Diagnostic(error.slug, error.message, Label(self.file, error.span), help=error.help)
        elif kind is None:
            from policy.syntax.mistakes.header import explain_header

            diagnostic = explain_header(error, self.file, self.text, at)
        else:
            from policy.syntax.mistakes.clause import explain_clause

            diagnostic = explain_clause(kind, error, self.file, self.text, at)
        self.found.append(diagnostic)

    def room(self, at: Span) -> bool:
        """Whether one more mistake is explained; the first one too many is told as such."""
        if len(self.found) == MAX_MISTAKES:
            message = f"there are more than {MAX_MISTAKES} mistakes; from here on they are not explained"
            self.found.append(Diagnostic("too-large", message, Label(self.file, at), help="mend the first ones first"))
        return len(self.found) < MAX_MISTAKES


def _depth(text: str, clause: ast.Clause) -> int:
    """How deeply expressions nest inside a clause, counted without recursion; 0 where the text shows it is little."""
    written = text[clause.span.start : clause.span.end]
    if sum(map(written.count, ("(", "+", "-", "not"))) < MAX_DEPTH // 2:
        return 0
    deepest = 0
    stack: list[tuple[object, int]] = [(clause, 0)]
    while stack:
        item, depth = stack.pop()
        deepest = max(deepest, depth)
        for field in getattr(item, "__attrs_attrs__", ()):
            value = getattr(item, field.name)
            for part in value if isinstance(value, tuple) else (value,):
                if hasattr(part, "__attrs_attrs__") and not isinstance(part, (ast.Word, Span)):
                    stack.append((part, depth + 1))
    return deepest
