"""Expressions: conditions, and what they compare.

Owns: one class per form, and `Expr`, the union of them.
Never: knows the type of a fact or what a name stands for.
"""

import datetime as dt
from decimal import Decimal

from policy.record import Record, record
from policy.source import Span
from policy.syntax.ast.codes import CodeList, Word, unplaced
from policy.values import Type


@record
class Literal(Record):
    """A constant. `type` is NUMBER for a bare number, CHOICE for a bare capital word such as `PT`; times are minutes."""

    type: Type
    value: bool | int | Decimal | str | dt.date
    span: Span = unplaced()


@record
class FactRef(Record):
    path: str
    span: Span = unplaced()


@record
class NameRef(Record):
    """A bare name: a `value`, or one of a fact's choices, by what it stands beside."""

    name: str
    span: Span = unplaced()


@record
class And(Record):
    items: tuple["Expr", ...]
    span: Span = unplaced()


@record
class Or(Record):
    items: tuple["Expr", ...]
    span: Span = unplaced()


@record
class Not(Record):
    item: "Expr"
    span: Span = unplaced()


@record
class Compare(Record):
    """`op` is one of `is`, `is not`, `<`, `<=`, `>`, `>=`."""

    op: str
    left: "Expr"
    right: "Expr"
    span: Span = unplaced()


@record
class OneOf(Record):
    item: "Expr"
    options: tuple["Expr", ...]
    span: Span = unplaced()


@record
class Given(Record):
    """`F is given` (or, with `given` false, `F is missing`). Never undetermined."""

    fact: "Expr"
    given: bool
    span: Span = unplaced()


@record
class DocumentationGiven(Record):
    """`documentation is given`: a record came with the visit, whatever it holds."""

    span: Span = unplaced()


@record
class InCodes(Record):
    item: "Expr"
    codes: CodeList
    inside: bool = True
    span: Span = unplaced()


@record
class HasModifier(Record):
    """True when the line carries at least one of the modifiers."""

    fact: FactRef
    modifiers: tuple[Word, ...]
    span: Span = unplaced()


@record
class Documented(Record):
    """True when every named element of the note is there."""

    elements: tuple[Word, ...]
    span: Span = unplaced()


@record
class VisitHas(Record):
    """True when some line of the visit has a code of the list (and, if given, one of the modifiers)."""

    codes: CodeList
    modifiers: tuple[Word, ...] = ()
    span: Span = unplaced()


@record
class Arithmetic(Record):
    op: str
    left: "Expr"
    right: "Expr"
    span: Span = unplaced()


@record
class SumOf(Record):
    """`billed units of timed`, `minutes of timed`, `charges of timed`: over the visit's lines."""

    measure: str
    codes: CodeList
    span: Span = unplaced()


@record
class DaysBetween(Record):
    start: FactRef
    end: FactRef
    span: Span = unplaced()


Expr = (
    Literal | FactRef | NameRef | And | Or | Not | Compare | OneOf | Given | DocumentationGiven | InCodes | HasModifier
    | Documented | VisitHas | Arithmetic | SumOf | DaysBetween
)  # fmt: skip
