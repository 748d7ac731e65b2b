"""What statements of many kinds say of themselves: when they hold, of which codes, under which conditions, and on whose word.

Owns: parents and dates, sources, assumptions and reasons, codes and conditions, the rows of a value, the phrases of an evidence.
Never: says what follows; that is in `judging.py`, `counting.py` and `payment.py`.
"""

import datetime as dt

import attrs

from policy.record import Record, record
from policy.source import Span
from policy.syntax.ast.codes import CodeList, Word, unplaced
from policy.syntax.ast.expressions import Expr, FactRef, Literal


@record
class Extends(Record):
    parent: Word
    span: Span = unplaced()


@record
class InForce(Record):
    """`basis` is `service`, `receipt`, `processing` or `injury`: the date by which the range is judged."""

    start: dt.date | None
    end: dt.date | None
    basis: str = "service"
    span: Span = unplaced()
    stated: bool = attrs.field(default=False, eq=False)
    """Whether the author wrote the basis out, though it is the default one."""


@record
class Status(Record):
    word: str
    span: Span = unplaced()


@record
class Link(Record):
    url: str
    span: Span = unplaced()


@record
class Seen(Record):
    date: dt.date
    span: Span = unplaced()


@record
class Dated(Record):
    date: dt.date
    span: Span = unplaced()


@record
class Evidence(Record):
    word: str
    span: Span = unplaced()


@record
class InField(Record):
    """The element of the record that documents an evidence."""

    field: Word
    span: Span = unplaced()


@record
class NoteSays(Record):
    """Phrases of which one in the note is enough."""

    phrases: tuple[Word, ...]
    span: Span = unplaced()
    joined: bool = attrs.field(default=False, eq=False)
    """Whether the author wrote `or` before it."""


@record
class ButNot(Record):
    """Phrases that rule out what they cover."""

    phrases: tuple[Word, ...]
    span: Span = unplaced()


@record
class Cite(Record):
    """`where` narrows the citation inside the sources, such as "section 20.3"."""

    sources: tuple[Word, ...]
    where: str | None = None
    span: Span = unplaced()


@record
class Assume(Record):
    text: str
    span: Span = unplaced()


@record
class Fix(Record):
    text: str
    span: Span = unplaced()


@record
class Reason(Record):
    codes: tuple[Word, ...]
    span: Span = unplaced()


@record
class Mapped(Record):
    """`limit mue CO-151`: the reason codes that a statement's findings carry, whatever the statement itself says."""

    kind: str
    name: Word
    codes: tuple[Word, ...]
    span: Span = unplaced()


@record
class AppliesTo(Record):
    codes: CodeList
    except_: CodeList | None = None
    span: Span = unplaced()


@record
class Members(Record):
    codes: CodeList
    span: Span = unplaced()


@record
class ExceptCodes(Record):
    codes: CodeList
    when: Expr | None = None
    span: Span = unplaced()


@record
class When(Record):
    condition: Expr
    span: Span = unplaced()


@record
class Unless(Record):
    condition: Expr
    span: Span = unplaced()


@record
class OnlyGiven(Record):
    """The statement is not judged when one of the facts is missing, and the decision says so."""

    facts: tuple[FactRef, ...]
    span: Span = unplaced()


@record
class ValueRow(Record):
    """One dated row of a value; `start` is `None` in `is …`, which holds always."""

    start: dt.date | None
    end: dt.date | None
    literal: Literal
    span: Span = unplaced()


@record
class Touches(Record):
    kind: str
    name: Word
    span: Span = unplaced()


StatedClause = (
    Extends | InForce | Status | Link | Seen | Dated | Evidence | InField | NoteSays | ButNot | Cite | Assume | Fix
    | Reason | Mapped | AppliesTo | Members | ExceptCodes | When | Unless | OnlyGiven | ValueRow | Touches
)  # fmt: skip
