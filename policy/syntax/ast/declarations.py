"""Declarations, which hold clauses, and the file that holds declarations.

Owns: `Clause`, the union of all clauses. A declaration keeps its clauses in the order written; `syntax/shape.py` says which kinds
may hold which.
Never: says what a clause is made of.
"""

from collections.abc import Iterator
from typing import TypeVar

import attrs

from policy.record import Record, record
from policy.source import Span
from policy.syntax.ast.codes import Word, unplaced
from policy.syntax.ast.counting import CountedClause
from policy.syntax.ast.examples import ShownClause
from policy.syntax.ast.judging import JudgedClause
from policy.syntax.ast.payment import PaidClause
from policy.syntax.ast.stated import StatedClause
from policy.values import Type

C = TypeVar("C")

Clause = StatedClause | CountedClause | JudgedClause | PaidClause | ShownClause


@record
class FactType(Record):
    type: Type
    choices: tuple[str, ...] = ()
    span: Span = unplaced()


@record
class Declaration(Record):
    """One statement. `kind` is as written (`limit`, `not modelled`, …); a removal has kind `remove` and `target`."""

    kind: str
    name: Word
    title: str | None = None
    replace: bool = False
    clauses: tuple[Clause, ...] = ()
    fact_type: FactType | None = None
    target: str | None = None
    complete: bool = attrs.field(default=True, eq=False)
    """False when a clause was left out because it did not parse: nothing that may have stood there is asked for."""
    span: Span = unplaced()
    head: Span = unplaced()
    """The header line, for messages about the whole statement."""

    @property
    def label(self) -> str:
        """What messages call it: `limit four_units`."""
        return f"{self.target or self.kind} {self.name}"

    def all(self, of: type[C]) -> Iterator[C]:
        """The clauses of one class, in order."""
        return (clause for clause in self.clauses if isinstance(clause, of))

    def first(self, of: type[C]) -> C | None:
        """The first clause of a class."""
        return next(self.all(of), None)


@record
class Comment(Record):
    """`# …` with its text; `own_line` when nothing else stands on its line."""

    text: str
    own_line: bool
    span: Span = unplaced()


@record
class Module(Record):
    """One parsed file."""

    declarations: tuple[Declaration, ...]
    comments: tuple[Comment, ...] = attrs.field(default=(), eq=False)
