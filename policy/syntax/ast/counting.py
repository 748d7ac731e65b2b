"""How minutes become units, and whose units they are.

Owns: the clauses of `count` and of the length of a unit, and those that divide units between a therapist and an assistant.
Never: counts.
"""

from decimal import Decimal
from typing import Final

from policy.record import Record, record
from policy.source import Span
from policy.syntax.ast.codes import Word, unplaced

PARTS: Final = {"halves": 2, "quarters": 4, "tenths": 10, "hundredths": 100}


@record
class UnitBasis(Record):
    """How long one unit is, in minutes; `None` for one unit a day whatever the minutes."""

    minutes: int | None
    span: Span = unplaced()


@record
class By(Record):
    """`method`: `total time`, `each code`, `flat`, `more` or `fewer`; `units` goes with flat, `counts` with the others."""

    method: str
    units: int | None = None
    counts: tuple[Word, ...] = ()
    span: Span = unplaced()


@record
class Pool(Record):
    keys: tuple[str, ...]
    span: Span = unplaced()


@record
class UnitAt(Record):
    """Units are reached at these minutes, then every `every` minutes; a unit is `of` minutes long."""

    thresholds: tuple[int, ...]
    of: int
    every: int | None
    span: Span = unplaced()


@record
class DecimalUnits(Record):
    """Parts of a unit: `parts` per unit (10 for tenths), `rounding` one of `up`, `down`, `half up`, `half down`."""

    of: int
    parts: int
    rounding: str
    span: Span = unplaced()


@record
class Leftover(Record):
    """`to`: `largest remainder`, `most minutes`, `first line` or `no code`."""

    to: str
    span: Span = unplaced()


@record
class Ties(Record):
    """`to`: `provider`, `most minutes`, `first line` or `last line`."""

    to: str
    span: Span = unplaced()


@record
class Mark(Record):
    """`CQ with GP`: the assistant's modifier of the lines that carry `beside`."""

    modifier: Word
    beside: Word
    span: Span = unplaced()


@record
class Marks(Record):
    marks: tuple[Mark, ...]
    span: Span = unplaced()


@record
class Above(Record):
    """The share of an assistant's minutes above which the modifier is needed; `grain` is `unit`, `code` or `day`."""

    percent: Decimal
    grain: str
    span: Span = unplaced()


@record
class LastUnit(Record):
    """The one unit that is left goes without the modifier when the therapist alone gives so many minutes."""

    minutes: int
    span: Span = unplaced()


@record
class LastTwo(Record):
    """Of two units that are left one goes without, when each of the two people gives `least` to `most` minutes."""

    least: int
    most: int
    together_least: int
    together_most: int
    span: Span = unplaced()


CountedClause = (
    UnitBasis | By | Pool | UnitAt | DecimalUnits | Leftover | Ties | Marks | Above | LastUnit | LastTwo
)  # fmt: skip
