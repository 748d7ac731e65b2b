"""Are reason codes that stand beside their statements given once?

Owns: two `reasons` declarations in force at once for one statement.
Never: looks whether the statement is there (`names` does).
"""

from collections.abc import Iterator

from policy.diagnostics import Diagnostic, Label
from policy.resolve.model import Statement
from policy.resolve.scope import Scope
from policy.resolve.words import when
from policy.syntax import ast


def check_mapped(scope: Scope) -> list[Diagnostic]:
    """Every statement that has two mappings on one date. Versions of one declaration that overlap are told by `dates`."""
    held: dict[tuple[str, str], list[tuple[Statement, ast.Mapped]]] = {}
    found: list[Diagnostic] = []
    for statement in scope.statements:
        if statement.kind != "reasons" or statement.inert:
            continue
        for clause in statement.declaration.all(ast.Mapped):
            others = held.setdefault((clause.kind, clause.name.text), [])
            found += _twice(statement, clause, others)
            others.append((statement, clause))
    return found


def _twice(
    statement: Statement, clause: ast.Mapped, others: list[tuple[Statement, ast.Mapped]]
) -> Iterator[Diagnostic]:
    for other, first in others:
        both = statement.dates.overlap(other.dates)
        if both is None or (other.name == statement.name and other is not statement):
            continue
        span = "on every date" if both.start is both.end is None else when(both)
        message = f"`{clause.kind} {clause.name}` has two sets of reason codes in force {span}"
        help_ = "put all codes into one clause, such as `limit mue CO-151, N362`"
        if other is not statement:
            help_ = "give each `reasons` declaration its own dates with `in force from … until …`"
        also = (Label(other.file, first.span, "the other one"),)
        yield Diagnostic("mapped-twice", message, Label(statement.file, clause.span), help=help_, also=also)
        return
