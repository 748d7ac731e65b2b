"""The syntax tree: declarations with their clauses, exactly as written.

Owns: one frozen class per clause and per expression form. Equality ignores spans, so a tree that was formatted and
parsed again is equal to itself. A declaration keeps its clauses in the order written; `syntax/shape.py` says which
kinds may hold which.
Never: resolves a name, fills a default or judges meaning.
"""

# ruff: noqa: RUF009  # `_span()` is attrs' own way of declaring a field

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, TypeVar

import attrs

from policy.source import NOWHERE, Span
from policy.values import Type

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
PARTS: Final = {"halves": 2, "quarters": 4, "tenths": 10, "hundredths": 100}

C = TypeVar("C")


class Node:
    """What all nodes share. Written once here, and without slots, because generating either for each class would cost the start of
    every command, and reading a cached tree, tens of milliseconds."""

    def _compared(self) -> tuple[object, ...]:
        return tuple(getattr(self, field.name) for field in _fields(self) if field.eq)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and type(self) is type(other) and self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._compared()))

    def __repr__(self) -> str:
        shown = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in _fields(self) if field.repr)
        return f"{type(self).__name__}({shown})"


def _fields(node: Node) -> "tuple[attrs.Attribute[object], ...]":
    fields: tuple[attrs.Attribute[object], ...] = getattr(node, "__attrs_attrs__", ())
    return fields


def _span() -> Span:
    return attrs.field(default=NOWHERE, eq=False, repr=False)


@attrs.frozen(repr=False, eq=False, slots=False)
class Word(Node):
    """A name, code, modifier or keyword as written."""

    text: str
    span: Span = _span()

    def __str__(self) -> str:
        return self.text


# ---------------------------------------------------------------------------------------------------- codes


@attrs.frozen(repr=False, eq=False, slots=False)
class CodeRange(Node):
    """`97530`, or `97161-97168`: every code from `first` to `last` by number, letters in the same place."""

    first: Word
    last: Word
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class CodeSet(Node):
    """A reference to a `codes` declaration."""

    name: Word
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class CodeList(Node):
    items: tuple[CodeRange | CodeSet, ...]
    span: Span = _span()


# ---------------------------------------------------------------------------------------------- expressions


@attrs.frozen(repr=False, eq=False, slots=False)
class Literal(Node):
    """A constant. `type` is NUMBER for a bare number, CHOICE for a bare capital word such as `PT`; times are minutes."""

    type: Type
    value: bool | int | Decimal | str | dt.date
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class FactRef(Node):
    path: str
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class NameRef(Node):
    """A bare name: a `value`, or one of a fact's choices, by what it stands beside."""

    name: str
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class And(Node):
    items: tuple["Expr", ...]
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Or(Node):
    items: tuple["Expr", ...]
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Not(Node):
    item: "Expr"
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Compare(Node):
    """`op` is one of `is`, `is not`, `<`, `<=`, `>`, `>=`."""

    op: str
    left: "Expr"
    right: "Expr"
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class OneOf(Node):
    item: "Expr"
    options: tuple["Expr", ...]
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Given(Node):
    """`F is given` (or, with `given` false, `F is missing`). Never undetermined."""

    fact: "Expr"
    given: bool
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class DocumentationGiven(Node):
    """`documentation is given`: a record came with the visit, whatever it holds."""

    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class InCodes(Node):
    item: "Expr"
    codes: CodeList
    inside: bool = True
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class HasModifier(Node):
    """True when the line carries at least one of the modifiers."""

    fact: FactRef
    modifiers: tuple[Word, ...]
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Documented(Node):
    """True when every named element of the note is there."""

    elements: tuple[Word, ...]
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class VisitHas(Node):
    """True when some line of the visit has a code of the list (and, if given, one of the modifiers)."""

    codes: CodeList
    modifiers: tuple[Word, ...] = ()
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Arithmetic(Node):
    op: str
    left: "Expr"
    right: "Expr"
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class SumOf(Node):
    """`billed units of timed`, `minutes of timed`: over the visit's lines."""

    measure: str
    codes: CodeList
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class DaysBetween(Node):
    start: FactRef
    end: FactRef
    span: Span = _span()


Expr = (
    Literal | FactRef | NameRef | And | Or | Not | Compare | OneOf | Given | DocumentationGiven | InCodes | HasModifier
    | Documented | VisitHas | Arithmetic | SumOf | DaysBetween
)  # fmt: skip


# -------------------------------------------------------------------------------------------------- clauses


@attrs.frozen(repr=False, eq=False, slots=False)
class Extends(Node):
    parent: Word
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class InForce(Node):
    """`basis` is `service`, `receipt`, `processing` or `injury`: the date by which the range is judged."""

    start: dt.date | None
    end: dt.date | None
    basis: str = "service"
    span: Span = _span()
    stated: bool = attrs.field(default=False, eq=False)
    """Whether the author wrote the basis out, though it is the default one."""


@attrs.frozen(repr=False, eq=False, slots=False)
class Status(Node):
    word: str
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Link(Node):
    url: str
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Seen(Node):
    date: dt.date
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Dated(Node):
    date: dt.date
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Evidence(Node):
    word: str
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Cite(Node):
    """`where` narrows the citation inside the sources, such as "section 20.3"."""

    sources: tuple[Word, ...]
    where: str | None = None
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Assume(Node):
    text: str
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Fix(Node):
    text: str
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class AppliesTo(Node):
    codes: CodeList
    except_: CodeList | None = None
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Members(Node):
    codes: CodeList
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Columns(Node):
    """`FIRST over SECOND`: the pair's column one and column two."""

    first: CodeList
    second: CodeList
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class ExceptCodes(Node):
    codes: CodeList
    when: Expr | None = None
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class UnitBasis(Node):
    """How long one unit is, in minutes; `None` for one unit a day whatever the minutes."""

    minutes: int | None
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class ValueRow(Node):
    """One dated row of a value; `start` is `None` in `is …`, which holds always."""

    start: dt.date | None
    end: dt.date | None
    literal: Literal
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class By(Node):
    """`method`: `total time`, `each code`, `flat`, `more` or `fewer`; `units` goes with flat, `counts` with the others."""

    method: str
    units: int | None = None
    counts: tuple[Word, ...] = ()
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Pool(Node):
    keys: tuple[str, ...]
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class UnitAt(Node):
    """Units are reached at these minutes, then every `every` minutes; a unit is `of` minutes long."""

    thresholds: tuple[int, ...]
    of: int
    every: int | None
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class DecimalUnits(Node):
    """Parts of a unit: `parts` per unit (10 for tenths), `rounding` one of `up`, `down`, `half up`, `half down`."""

    of: int
    parts: int
    rounding: str
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Leftover(Node):
    """`to`: `largest remainder`, `most minutes`, `first line` or `no code`."""

    to: str
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Ties(Node):
    """`to`: `provider`, `most minutes`, `first line` or `last line`."""

    to: str
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class DenySide(Node):
    side: str
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class UnlessModifier(Node):
    """`on`: `either`, `first`, `second` or `both`."""

    modifiers: tuple[Word, ...]
    on: str
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Unless(Node):
    condition: Expr
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class TimesOverlap(Node):
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class OnlyGiven(Node):
    """The statement is not judged when one of the facts is missing, and the decision says so."""

    facts: tuple[FactRef, ...]
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Same(Node):
    key: str
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Reason(Node):
    codes: tuple[Word, ...]
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class AtMost(Node):
    """`amount` is a literal or a named value; `days` after `since` is the other of two windows; the first counts."""

    amount: Literal | NameRef
    days: int | None = None
    since: FactRef | None = None
    when: Expr | None = None
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class PerKey(Node):
    """A key of a limit: a scope (`patient`) or a window (`rolling` with `days`, `fiscal year` with `month`)."""

    word: str
    days: int | None = None
    month: int | None = None
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Per(Node):
    keys: tuple[PerKey, ...]
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Counting(Node):
    """`which`: `billed`, `supported` or `allowed`; `measure` a unit of measure."""

    which: str
    measure: Type
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Order(Node):
    """Which line gives way first: `by` is `line`, `minutes`, `charge` or `codes`; `word` the end or the set's name."""

    by: str
    word: str
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class OnExcess(Node):
    """`do`: `deny the excess`, `deny every unit`, `authorize`, `modifier`, `review`, `warn` or `note`."""

    do: str
    orders: tuple[Order, ...] = ()
    modifiers: tuple[Word, ...] = ()
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class When(Node):
    condition: Expr
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class NeedsModifier(Node):
    """`how`: `exactly one`, `some`, `every` or `none` of the modifiers."""

    how: str
    modifiers: tuple[Word, ...]
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class NeedsDocumented(Node):
    elements: tuple[Word, ...]
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class NeedsThat(Node):
    condition: Expr
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Otherwise(Node):
    effect: str
    message: str | None = None
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Effect(Node):
    """`effect`: `deny`, `reduce`, `review`, `authorize`, `warn` or `note`; `units` belongs to `reduce`."""

    effect: str
    message: str | None = None
    units: int | None = None
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class BeforeCounting(Node):
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Touches(Node):
    kind: str
    name: Word
    span: Span = _span()


# ------------------------------------------------------------------------------------------------- examples


@attrs.frozen(repr=False, eq=False, slots=False)
class FactIs(Node):
    path: str
    value: Literal | NameRef
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class DocumentedIs(Node):
    """The record holds these elements and no others; empty for `documented nothing`."""

    elements: tuple[Word, ...]
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class HistoryNone(Node):
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class HistoryLine(Node):
    date: dt.date
    code: Word
    units: int | Decimal | None = None
    minutes: int | None = None
    discipline: str | None = None
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class ExampleLine(Node):
    code: Word
    minutes: int | None = None
    billed: int | Decimal | None = None
    modifiers: tuple[Word, ...] | None = None
    start: int | None = None
    end: int | None = None
    charge: Decimal | None = None
    discipline: str | None = None
    facts: tuple[FactIs, ...] = ()
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class ExampleVisit(Node):
    date: dt.date
    facts: tuple[FactIs | DocumentedIs | HistoryNone | HistoryLine, ...] = ()
    lines: tuple[ExampleLine, ...] = ()
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class NoFindings(Node):
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class ExpectStatus(Node):
    status: str
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class ExpectTotal(Node):
    units: int | Decimal
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class ExpectMissing(Node):
    fact: str
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class ExpectUnits(Node):
    """Allowed units of a code over its lines, and, if stated, the supported ones."""

    code: Word
    units: int | Decimal
    supported: int | Decimal | None = None
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class ExpectOutcome(Node):
    code: Word
    status: str
    kind: str | None = None
    name: Word | None = None
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class ExpectSpoke(Node):
    kind: str
    name: Word
    span: Span = _span()


Expectation = NoFindings | ExpectStatus | ExpectTotal | ExpectMissing | ExpectUnits | ExpectOutcome | ExpectSpoke


@attrs.frozen(repr=False, eq=False, slots=False)
class Expect(Node):
    items: tuple[Expectation, ...]
    span: Span = _span()


Clause = (
    Extends | InForce | Status | Link | Seen | Dated | Evidence | Cite | Assume | Fix | AppliesTo | Members | Columns
    | ExceptCodes | UnitBasis | ValueRow | By | Pool | UnitAt | DecimalUnits | Leftover | Ties | DenySide
    | UnlessModifier | Unless | TimesOverlap | OnlyGiven | Same | Reason | AtMost | Per | Counting | OnExcess | When | NeedsModifier
    | NeedsDocumented | NeedsThat | Otherwise | Effect | BeforeCounting | Touches | ExampleVisit | Expect
)  # fmt: skip


# --------------------------------------------------------------------------------------------- declarations


@attrs.frozen(repr=False, eq=False, slots=False)
class FactType(Node):
    type: Type
    choices: tuple[str, ...] = ()
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Declaration(Node):
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
    span: Span = _span()
    head: Span = _span()
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


@attrs.frozen(repr=False, eq=False, slots=False)
class Comment(Node):
    """`# …` with its text; `own_line` when nothing else stands on its line."""

    text: str
    own_line: bool
    span: Span = _span()


@attrs.frozen(repr=False, eq=False, slots=False)
class Module(Node):
    """One parsed file."""

    declarations: tuple[Declaration, ...]
    comments: tuple[Comment, ...] = attrs.field(default=(), eq=False)
