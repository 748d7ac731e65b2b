"""Examples: a visit as a biller would tell it, and what the policy should say of it.

Owns: the visit with its facts, history, notes and lines, and `Expectation`, the union of what can be expected.
Never: builds a visit or runs one (`testing/`).
"""

import datetime as dt
from decimal import Decimal

from policy.record import Record, record
from policy.source import Span
from policy.syntax.ast.codes import Word, unplaced
from policy.syntax.ast.expressions import Literal, NameRef


@record
class FactIs(Record):
    path: str
    value: Literal | NameRef
    span: Span = unplaced()


@record
class DocumentedIs(Record):
    """The record holds these elements and no others; empty for `documented nothing`."""

    elements: tuple[Word, ...]
    span: Span = unplaced()


@record
class HistoryNone(Record):
    span: Span = unplaced()


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
    span: Span = unplaced()


@record
class NoteIs(Record):
    text: str
    span: Span = unplaced()


@record
class EarlierNote(Record):
    date: dt.date
    text: str
    span: Span = unplaced()


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
    span: Span = unplaced()


@record
class ExampleVisit(Record):
    date: dt.date
    facts: tuple[FactIs | DocumentedIs | HistoryNone | HistoryLine | NoteIs | EarlierNote, ...] = ()
    lines: tuple[ExampleLine, ...] = ()
    span: Span = unplaced()


@record
class NoFindings(Record):
    span: Span = unplaced()


@record
class NoEvidence(Record):
    name: Word
    span: Span = unplaced()


@record
class ExpectStatus(Record):
    status: str
    span: Span = unplaced()


@record
class ExpectTotal(Record):
    units: int | Decimal
    span: Span = unplaced()


@record
class ExpectMissing(Record):
    fact: str
    span: Span = unplaced()


@record
class ExpectUnits(Record):
    """Allowed units of a code over its lines, and, if stated, the supported ones."""

    code: Word
    units: int | Decimal
    supported: int | Decimal | None = None
    span: Span = unplaced()


@record
class ExpectPays(Record):
    """Money allowed for a code over its lines; for the visit when `code` is `None`."""

    code: Word | None
    amount: Decimal
    span: Span = unplaced()


@record
class ExpectOutcome(Record):
    code: Word
    status: str
    kind: str | None = None
    name: Word | None = None
    span: Span = unplaced()


@record
class ExpectSpoke(Record):
    kind: str
    name: Word
    span: Span = unplaced()


Expectation = (
    NoFindings | NoEvidence | ExpectStatus | ExpectTotal | ExpectMissing | ExpectUnits | ExpectPays | ExpectOutcome
    | ExpectSpoke
)  # fmt: skip


@record
class Expect(Record):
    items: tuple[Expectation, ...]
    span: Span = unplaced()


ShownClause = ExampleVisit | Expect
