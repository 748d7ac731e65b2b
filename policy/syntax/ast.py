"""The syntax tree: declarations with their clauses, exactly as written.

Owns: one frozen class per clause and per expression form. Equality ignores spans, so a tree that was formatted and
parsed again is equal to itself. A declaration keeps its clauses in the order written; `syntax/shape.py` says which
kinds may hold which.
Never: resolves a name, fills a default or judges meaning.
"""

# `_span()` is attrs' own way of declaring a field

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, TypeVar

import attrs

from policy.record import Record, record
from policy.source import NOWHERE, Span
from policy.values import Type

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
PARTS: Final = {"halves": 2, "quarters": 4, "tenths": 10, "hundredths": 100}

C = TypeVar("C")


def _span() -> Span:
    return attrs.field(default=NOWHERE, eq=False, repr=False)


@record
class Word(Record):
    """A name, code, modifier or keyword as written."""

    text: str
    span: Span = _span()

    def __str__(self) -> str:
        return self.text


# ---------------------------------------------------------------------------------------------------- codes


@record
class CodeRange(Record):
    """`97530`, or `97161-97168`: every code from `first` to `last` by number, letters in the same place."""

    first: Word
    last: Word
    span: Span = _span()


@record
class CodeSet(Record):
    """A reference to a `codes` declaration."""

    name: Word
    span: Span = _span()


@record
class CodeList(Record):
    items: tuple[CodeRange | CodeSet, ...]
    span: Span = _span()


# ---------------------------------------------------------------------------------------------- expressions


@record
class Literal(Record):
    """A constant. `type` is NUMBER for a bare number, CHOICE for a bare capital word such as `PT`; times are minutes."""

    type: Type
    value: bool | int | Decimal | str | dt.date
    span: Span = _span()


@record
class FactRef(Record):
    path: str
    span: Span = _span()


@record
class NameRef(Record):
    """A bare name: a `value`, or one of a fact's choices, by what it stands beside."""

    name: str
    span: Span = _span()


@record
class And(Record):
    items: tuple["Expr", ...]
    span: Span = _span()


@record
class Or(Record):
    items: tuple["Expr", ...]
    span: Span = _span()


@record
class Not(Record):
    item: "Expr"
    span: Span = _span()


@record
class Compare(Record):
    """`op` is one of `is`, `is not`, `<`, `<=`, `>`, `>=`."""

    op: str
    left: "Expr"
    right: "Expr"
    span: Span = _span()


@record
class OneOf(Record):
    item: "Expr"
    options: tuple["Expr", ...]
    span: Span = _span()


@record
class Given(Record):
    """`F is given` (or, with `given` false, `F is missing`). Never undetermined."""

    fact: "Expr"
    given: bool
    span: Span = _span()


@record
class DocumentationGiven(Record):
    """`documentation is given`: a record came with the visit, whatever it holds."""

    span: Span = _span()


@record
class InCodes(Record):
    item: "Expr"
    codes: CodeList
    inside: bool = True
    span: Span = _span()


@record
class HasModifier(Record):
    """True when the line carries at least one of the modifiers."""

    fact: FactRef
    modifiers: tuple[Word, ...]
    span: Span = _span()


@record
class Documented(Record):
    """True when every named element of the note is there."""

    elements: tuple[Word, ...]
    span: Span = _span()


@record
class VisitHas(Record):
    """True when some line of the visit has a code of the list (and, if given, one of the modifiers)."""

    codes: CodeList
    modifiers: tuple[Word, ...] = ()
    span: Span = _span()


@record
class Arithmetic(Record):
    op: str
    left: "Expr"
    right: "Expr"
    span: Span = _span()


@record
class SumOf(Record):
    """`billed units of timed`, `minutes of timed`, `charges of timed`: over the visit's lines."""

    measure: str
    codes: CodeList
    span: Span = _span()


@record
class DaysBetween(Record):
    start: FactRef
    end: FactRef
    span: Span = _span()


Expr = (
    Literal | FactRef | NameRef | And | Or | Not | Compare | OneOf | Given | DocumentationGiven | InCodes | HasModifier
    | Documented | VisitHas | Arithmetic | SumOf | DaysBetween
)  # fmt: skip


# -------------------------------------------------------------------------------------------------- clauses


@record
class Extends(Record):
    parent: Word
    span: Span = _span()


@record
class InForce(Record):
    """`basis` is `service`, `receipt`, `processing` or `injury`: the date by which the range is judged."""

    start: dt.date | None
    end: dt.date | None
    basis: str = "service"
    span: Span = _span()
    stated: bool = attrs.field(default=False, eq=False)
    """Whether the author wrote the basis out, though it is the default one."""


@record
class Status(Record):
    word: str
    span: Span = _span()


@record
class Link(Record):
    url: str
    span: Span = _span()


@record
class Seen(Record):
    date: dt.date
    span: Span = _span()


@record
class Dated(Record):
    date: dt.date
    span: Span = _span()


@record
class Evidence(Record):
    word: str
    span: Span = _span()


@record
class InField(Record):
    """The element of the record that documents an evidence."""

    field: Word
    span: Span = _span()


@record
class NoteSays(Record):
    """Phrases of which one in the note is enough."""

    phrases: tuple[Word, ...]
    span: Span = _span()
    joined: bool = attrs.field(default=False, eq=False)
    """Whether the author wrote `or` before it."""


@record
class ButNot(Record):
    """Phrases that rule out what they cover."""

    phrases: tuple[Word, ...]
    span: Span = _span()


@record
class Cite(Record):
    """`where` narrows the citation inside the sources, such as "section 20.3"."""

    sources: tuple[Word, ...]
    where: str | None = None
    span: Span = _span()


@record
class Assume(Record):
    text: str
    span: Span = _span()


@record
class Fix(Record):
    text: str
    span: Span = _span()


@record
class AppliesTo(Record):
    codes: CodeList
    except_: CodeList | None = None
    span: Span = _span()


@record
class Members(Record):
    codes: CodeList
    span: Span = _span()


@record
class Columns(Record):
    """`FIRST over SECOND`: the pair's column one and column two."""

    first: CodeList
    second: CodeList
    span: Span = _span()


@record
class ExceptCodes(Record):
    codes: CodeList
    when: Expr | None = None
    span: Span = _span()


@record
class ExceptPair(Record):
    """`except FIRST over SECOND`: pairs that a table holds and the payer does not apply."""

    first: CodeList
    second: CodeList
    span: Span = _span()


@record
class FromTable(Record):
    """`from table NAME, setting WORD, quarter 2024Q3`: a reference table; without `setting` the visit's own decides."""

    table: Word
    setting: Word | None = None
    quarter: Word | None = None
    span: Span = _span()


@record
class Among(Record):
    """Both codes of a pair are in this list."""

    codes: CodeList
    span: Span = _span()


@record
class Mapped(Record):
    """`limit mue CO-151`: the reason codes that a statement's findings carry, whatever the statement itself says."""

    kind: str
    name: Word
    codes: tuple[Word, ...]
    span: Span = _span()


@record
class UnitBasis(Record):
    """How long one unit is, in minutes; `None` for one unit a day whatever the minutes."""

    minutes: int | None
    span: Span = _span()


@record
class ValueRow(Record):
    """One dated row of a value; `start` is `None` in `is …`, which holds always."""

    start: dt.date | None
    end: dt.date | None
    literal: Literal
    span: Span = _span()


@record
class By(Record):
    """`method`: `total time`, `each code`, `flat`, `more` or `fewer`; `units` goes with flat, `counts` with the others."""

    method: str
    units: int | None = None
    counts: tuple[Word, ...] = ()
    span: Span = _span()


@record
class Pool(Record):
    keys: tuple[str, ...]
    span: Span = _span()


@record
class UnitAt(Record):
    """Units are reached at these minutes, then every `every` minutes; a unit is `of` minutes long."""

    thresholds: tuple[int, ...]
    of: int
    every: int | None
    span: Span = _span()


@record
class DecimalUnits(Record):
    """Parts of a unit: `parts` per unit (10 for tenths), `rounding` one of `up`, `down`, `half up`, `half down`."""

    of: int
    parts: int
    rounding: str
    span: Span = _span()


@record
class Leftover(Record):
    """`to`: `largest remainder`, `most minutes`, `first line` or `no code`."""

    to: str
    span: Span = _span()


@record
class Ties(Record):
    """`to`: `provider`, `most minutes`, `first line` or `last line`."""

    to: str
    span: Span = _span()


@record
class DenySide(Record):
    side: str
    span: Span = _span()


@record
class UnlessModifier(Record):
    """`on`: `either`, `first`, `second` or `both`."""

    modifiers: tuple[Word, ...]
    on: str
    span: Span = _span()


@record
class Unless(Record):
    condition: Expr
    span: Span = _span()


@record
class TimesOverlap(Record):
    span: Span = _span()


@record
class OnlyGiven(Record):
    """The statement is not judged when one of the facts is missing, and the decision says so."""

    facts: tuple[FactRef, ...]
    span: Span = _span()


@record
class Same(Record):
    key: str
    span: Span = _span()


@record
class Reason(Record):
    codes: tuple[Word, ...]
    span: Span = _span()


@record
class AtMost(Record):
    """`amount` is a literal, a named value or a fact; `days` after `since` is the other of two windows; the first counts."""

    amount: Literal | NameRef | FactRef
    days: int | None = None
    since: FactRef | None = None
    when: Expr | None = None
    span: Span = _span()


@record
class PerKey(Record):
    """A key of a limit: a scope (`patient`; `fact` with the fact that keeps lines apart) or a window (`rolling` with `days`,
    `fiscal year` with `month`, `since` with `fact`)."""

    word: str
    days: int | None = None
    month: int | None = None
    fact: FactRef | None = None
    span: Span = _span()


@record
class Per(Record):
    keys: tuple[PerKey, ...]
    span: Span = _span()


@record
class Counting(Record):
    """`which`: `billed`, `supported` or `allowed`; `measure` a unit of measure."""

    which: str
    measure: Type
    span: Span = _span()


@record
class Order(Record):
    """Which line gives way first: `by` is `line`, `minutes`, `charge` or `codes`; `word` the end or the set's name."""

    by: str
    word: str
    span: Span = _span()


@record
class OnExcess(Record):
    """`do`: `deny the excess`, `deny every unit`, `authorize`, `modifier`, `review`, `warn` or `note`."""

    do: str
    orders: tuple[Order, ...] = ()
    modifiers: tuple[Word, ...] = ()
    span: Span = _span()


@record
class When(Record):
    condition: Expr
    span: Span = _span()


@record
class NeedsModifier(Record):
    """`how`: `exactly one`, `some`, `every` or `none` of the modifiers."""

    how: str
    modifiers: tuple[Word, ...]
    span: Span = _span()


@record
class NeedsDocumented(Record):
    elements: tuple[Word, ...]
    span: Span = _span()


@record
class NeedsThat(Record):
    condition: Expr
    span: Span = _span()


@record
class Otherwise(Record):
    effect: str
    message: str | None = None
    span: Span = _span()


@record
class Effect(Record):
    """`effect`: `deny`, `reduce`, `review`, `authorize`, `warn` or `note`; `units` belongs to `reduce`."""

    effect: str
    message: str | None = None
    units: int | None = None
    span: Span = _span()


@record
class BeforeCounting(Record):
    span: Span = _span()


# ---------------------------------------------------------------------------------------------------- payment


@record
class Rate(Record):
    """The base price of one `each` (`unit` or `visit`), or a `share` of it.

    `basis` is an amount, a named value, a fact, a table (`Word`), or `None` for the rows that are listed.
    """

    basis: Literal | NameRef | FactRef | Word | None
    each: str
    share: Literal | None = None
    expense: FactRef | None = None
    locality: FactRef | None = None
    setting: Word | None = None
    span: Span = _span()


@record
class PriceRow(Record):
    """The price of one unit of some codes, in dollars (`type` MONEY) or RVUs, with its practice-expense part.

    With `parts` (work, practice expense, malpractice) these add up to `price`.
    """

    codes: CodeList
    type: Type
    price: Decimal
    expense: Decimal | None = None
    parts: tuple[Decimal, Decimal, Decimal] | None = None
    span: Span = _span()


@record
class ConversionFactor(Record):
    amount: Literal | NameRef
    span: Span = _span()


@record
class ReduceBy(Record):
    """`what`: `practice expense` or `rate`."""

    what: str
    percent: Literal
    span: Span = _span()


@record
class ExceptFirst(Record):
    """`grain`: `unit` or `code`."""

    grain: str
    span: Span = _span()


@record
class RankedBy(Record):
    """`key`: `practice expense`, `rate` or `allowance`."""

    key: str
    span: Span = _span()


@record
class Across(Record):
    keys: tuple[str, ...]
    span: Span = _span()


@record
class PayShare(Record):
    percent: Literal
    span: Span = _span()


@record
class AtCharge(Record):
    span: Span = _span()


@record
class ToTheCent(Record):
    """`rounding`: `up`, `down`, `half up` or `half down`."""

    rounding: str
    span: Span = _span()


@record
class After(Record):
    """The steps of payment that come before this one."""

    steps: tuple[Word, ...]
    span: Span = _span()


@record
class Mark(Record):
    """`CQ with GP`: the assistant's modifier of the lines that carry `beside`."""

    modifier: Word
    beside: Word
    span: Span = _span()


@record
class Marks(Record):
    marks: tuple[Mark, ...]
    span: Span = _span()


@record
class Above(Record):
    """The share of an assistant's minutes above which the modifier is needed; `grain` is `unit`, `code` or `day`."""

    percent: Decimal
    grain: str
    span: Span = _span()


@record
class LastUnit(Record):
    """The one unit that is left goes without the modifier when the therapist alone gives so many minutes."""

    minutes: int
    span: Span = _span()


@record
class LastTwo(Record):
    """Of two units that are left one goes without, when each of the two people gives `least` to `most` minutes."""

    least: int
    most: int
    together_least: int
    together_most: int
    span: Span = _span()


@record
class Touches(Record):
    kind: str
    name: Word
    span: Span = _span()


# ------------------------------------------------------------------------------------------------- examples


@record
class FactIs(Record):
    path: str
    value: Literal | NameRef
    span: Span = _span()


@record
class DocumentedIs(Record):
    """The record holds these elements and no others; empty for `documented nothing`."""

    elements: tuple[Word, ...]
    span: Span = _span()


@record
class HistoryNone(Record):
    span: Span = _span()


@record
class HistoryLine(Record):
    date: dt.date
    code: Word
    units: int | Decimal | None = None
    minutes: int | None = None
    discipline: str | None = None
    amount: Decimal | None = None
    rvus: Decimal | None = None
    provider: str | None = None
    region: str | None = None
    group: str | None = None
    facility: str | None = None
    facts: tuple[FactIs, ...] = ()
    span: Span = _span()


@record
class NoteIs(Record):
    text: str
    span: Span = _span()


@record
class EarlierNote(Record):
    date: dt.date
    text: str
    span: Span = _span()


@record
class ExampleLine(Record):
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


@record
class ExampleVisit(Record):
    date: dt.date
    facts: tuple[FactIs | DocumentedIs | HistoryNone | HistoryLine | NoteIs | EarlierNote, ...] = ()
    lines: tuple[ExampleLine, ...] = ()
    span: Span = _span()


@record
class NoFindings(Record):
    span: Span = _span()


@record
class NoEvidence(Record):
    name: Word
    span: Span = _span()


@record
class ExpectStatus(Record):
    status: str
    span: Span = _span()


@record
class ExpectTotal(Record):
    units: int | Decimal
    span: Span = _span()


@record
class ExpectMissing(Record):
    fact: str
    span: Span = _span()


@record
class ExpectUnits(Record):
    """Allowed units of a code over its lines, and, if stated, the supported ones."""

    code: Word
    units: int | Decimal
    supported: int | Decimal | None = None
    span: Span = _span()


@record
class ExpectPays(Record):
    """Money allowed for a code over its lines; for the visit when `code` is `None`."""

    code: Word | None
    amount: Decimal
    span: Span = _span()


@record
class ExpectOutcome(Record):
    code: Word
    status: str
    kind: str | None = None
    name: Word | None = None
    span: Span = _span()


@record
class ExpectSpoke(Record):
    kind: str
    name: Word
    span: Span = _span()


Expectation = (
    NoFindings | NoEvidence | ExpectStatus | ExpectTotal | ExpectMissing | ExpectUnits | ExpectPays | ExpectOutcome
    | ExpectSpoke
)  # fmt: skip


@record
class Expect(Record):
    items: tuple[Expectation, ...]
    span: Span = _span()


Clause = (
    Extends | InForce | Status | Link | Seen | Dated | Evidence | InField | NoteSays | ButNot | Cite | Assume | Fix
    | AppliesTo | Members | Columns | ExceptCodes | ExceptPair | FromTable | Among | Mapped
    | UnitBasis | ValueRow | By | Pool | UnitAt | DecimalUnits | Leftover | Ties | DenySide
    | UnlessModifier | Unless | TimesOverlap | OnlyGiven | Same | Reason | AtMost | Per | Counting | OnExcess | When | NeedsModifier
    | NeedsDocumented | NeedsThat | Otherwise | Effect | BeforeCounting | Marks | Above | LastUnit | LastTwo
    | Touches | ExampleVisit | Expect
    | Rate | PriceRow | ConversionFactor | ReduceBy | ExceptFirst | RankedBy | Across | PayShare | AtCharge | ToTheCent | After
)  # fmt: skip


# --------------------------------------------------------------------------------------------- declarations


@record
class FactType(Record):
    type: Type
    choices: tuple[str, ...] = ()
    span: Span = _span()


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


@record
class Comment(Record):
    """`# …` with its text; `own_line` when nothing else stands on its line."""

    text: str
    own_line: bool
    span: Span = _span()


@record
class Module(Record):
    """One parsed file."""

    declarations: tuple[Declaration, ...]
    comments: tuple[Comment, ...] = attrs.field(default=(), eq=False)
