"""What a line is paid: rates, prices, reductions and shares.

Owns: the clauses of a step of payment; amounts are dollars or RVUs, exact as written.
Never: computes, or knows in which order the steps go beyond what `after` says.
"""

from decimal import Decimal

from policy.record import Record, record
from policy.source import Span
from policy.syntax.ast.codes import CodeList, Word, unplaced
from policy.syntax.ast.expressions import FactRef, Literal, NameRef
from policy.values import Type


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
    span: Span = unplaced()


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
    span: Span = unplaced()


@record
class ConversionFactor(Record):
    amount: Literal | NameRef
    span: Span = unplaced()


@record
class ReduceBy(Record):
    """`what`: `practice expense` or `rate`."""

    what: str
    percent: Literal
    span: Span = unplaced()


@record
class ExceptFirst(Record):
    """`grain`: `unit` or `code`."""

    grain: str
    span: Span = unplaced()


@record
class RankedBy(Record):
    """`key`: `practice expense`, `rate` or `allowance`."""

    key: str
    span: Span = unplaced()


@record
class Across(Record):
    keys: tuple[str, ...]
    span: Span = unplaced()


@record
class PayShare(Record):
    percent: Literal
    span: Span = unplaced()


@record
class AtCharge(Record):
    span: Span = unplaced()


@record
class ToTheCent(Record):
    """`rounding`: `up`, `down`, `half up` or `half down`."""

    rounding: str
    span: Span = unplaced()


@record
class After(Record):
    """The steps of payment that come before this one."""

    steps: tuple[Word, ...]
    span: Span = unplaced()


PaidClause = (
    Rate | PriceRow | ConversionFactor | ReduceBy | ExceptFirst | RankedBy | Across | PayShare | AtCharge
    | ToTheCent | After
)  # fmt: skip
