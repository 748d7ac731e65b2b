"""What may not stand on a visit, and what follows: pairs, limits, requirements.

Owns: the two columns of a pair and what releases it, the table that rows come from, a maximum with its keys and its excess, what a line
needs, and the effect of not having it.
Never: says of which codes a statement speaks, or when (`stated.py`).
"""

from typing import Final

from policy.record import Record, record
from policy.source import Span
from policy.syntax.ast.codes import CodeList, Word, unplaced
from policy.syntax.ast.expressions import Expr, FactRef, Literal, NameRef
from policy.values import Type

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


@record
class Columns(Record):
    """`FIRST over SECOND`: the pair's column one and column two."""

    first: CodeList
    second: CodeList
    span: Span = unplaced()


@record
class ExceptPair(Record):
    """`except FIRST over SECOND`: pairs that a table holds and the payer does not apply."""

    first: CodeList
    second: CodeList
    span: Span = unplaced()


@record
class FromTable(Record):
    """`from table NAME, setting WORD, quarter 2024Q3`: a reference table; without `setting` the visit's own decides."""

    table: Word
    setting: Word | None = None
    quarter: Word | None = None
    span: Span = unplaced()


@record
class Among(Record):
    """Both codes of a pair are in this list."""

    codes: CodeList
    span: Span = unplaced()


@record
class DenySide(Record):
    side: str
    span: Span = unplaced()


@record
class UnlessModifier(Record):
    """`on`: `either`, `first`, `second` or `both`."""

    modifiers: tuple[Word, ...]
    on: str
    span: Span = unplaced()


@record
class TimesOverlap(Record):
    span: Span = unplaced()


@record
class Same(Record):
    key: str
    span: Span = unplaced()


@record
class AtMost(Record):
    """`amount` is a literal, a named value or a fact; `days` after `since` is the other of two windows; the first counts."""

    amount: Literal | NameRef | FactRef
    days: int | None = None
    since: FactRef | None = None
    when: Expr | None = None
    span: Span = unplaced()


@record
class PerKey(Record):
    """A key of a limit: a scope (`patient`; `fact` with the fact that keeps lines apart) or a window (`rolling` with `days`,
    `fiscal year` with `month`, `since` with `fact`)."""

    word: str
    days: int | None = None
    month: int | None = None
    fact: FactRef | None = None
    span: Span = unplaced()


@record
class Per(Record):
    keys: tuple[PerKey, ...]
    span: Span = unplaced()


@record
class Counting(Record):
    """`which`: `billed`, `supported` or `allowed`; `measure` a unit of measure."""

    which: str
    measure: Type
    span: Span = unplaced()


@record
class Order(Record):
    """Which line gives way first: `by` is `line`, `minutes`, `charge` or `codes`; `word` the end or the set's name."""

    by: str
    word: str
    span: Span = unplaced()


@record
class OnExcess(Record):
    """`do`: `deny the excess`, `deny every unit`, `authorize`, `modifier`, `review`, `warn` or `note`."""

    do: str
    orders: tuple[Order, ...] = ()
    modifiers: tuple[Word, ...] = ()
    span: Span = unplaced()


@record
class NeedsModifier(Record):
    """`how`: `exactly one`, `some`, `every` or `none` of the modifiers."""

    how: str
    modifiers: tuple[Word, ...]
    span: Span = unplaced()


@record
class NeedsDocumented(Record):
    elements: tuple[Word, ...]
    span: Span = unplaced()


@record
class NeedsThat(Record):
    condition: Expr
    span: Span = unplaced()


@record
class Otherwise(Record):
    effect: str
    message: str | None = None
    span: Span = unplaced()


@record
class Effect(Record):
    """`effect`: `deny`, `reduce`, `review`, `authorize`, `warn` or `note`; `units` belongs to `reduce`."""

    effect: str
    message: str | None = None
    units: int | None = None
    span: Span = unplaced()


@record
class BeforeCounting(Record):
    span: Span = unplaced()


JudgedClause = (
    Columns | ExceptPair | FromTable | Among | DenySide | UnlessModifier | TimesOverlap | Same | AtMost | Per
    | Counting | OnExcess | NeedsModifier | NeedsDocumented | NeedsThat | Otherwise | Effect | BeforeCounting
)  # fmt: skip
