"""What is kept of payment while a chunk is paid: the written stage, and what its lines come to so far.

Owns: the shapes of written rates and steps, the ledger, and which lines a statement is about, for certain or perhaps.
Never: prices a line (`pricing.py`) or takes anything off (`paying.py`, `reducing.py`). Amounts are whole numbers, exact at the ledger's
scale; -1 where one is not known.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs
import numpy as np

from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.limits import Lacks, Member
from policy.engine.columnar.money.cents import CENT, MONEY
from policy.engine.columnar.view import Array, only
from policy.plan.pay import Charge, Rate, Reduction, Share

if TYPE_CHECKING:
    from policy.engine.columnar.money.worth import WrittenCap


@attrs.frozen
class Asked:
    """What was written of a statement for tables of one shape; `None`: nothing hangs on it."""

    holds: Member | None = None
    lacks: Lacks | None = None
    ungiven: Lacks | None = None
    """Of a rate: the missing ones of the facts without which nothing is priced."""


@attrs.frozen
class Source:
    """Where the price of one unit comes from: the cells of a fact times a number, or a price for each code."""

    path: str | None = None
    times: int = 1
    by_code: Callable[[str], int] | None = None
    """-1: none."""


@attrs.frozen
class WrittenRate:
    """A rate with what was worked out of it."""

    rate: Rate
    unknown: int
    """The event of a line whose amount is not known."""
    price: Source | None
    """`None`: it is not stated in the policy on this date, or nothing states it in the table."""
    expense: Source | None
    lacks_fact: int | None
    """The missing fact that the price is, where it is one."""
    lacks_expense: int | None
    lacks_value: int | None
    """The named value that has no row on this date."""
    handed: str


@attrs.frozen
class WrittenStep:
    """A step with what was worked out of it. `part` is how much of an amount it leaves or takes, `of` being all of it."""

    rule: Share | Charge | Reduction
    unknown: int
    lacks_charge: int
    part: int
    of: int
    handed: str


@attrs.frozen(eq=False)
class WrittenPayment:
    """A payment stage for tables of one shape. Prices are multiplied by `scale`, a power of ten."""

    rates: tuple[WrittenRate, ...]
    steps: "tuple[WrittenStep | WrittenCap, ...]"
    scale: int
    unpriced: int
    """The event of a line that no rate is stated for."""
    lack: Callable[[str], int]
    """The number of a missing fact."""
    of_codes: set[str] = attrs.field(factory=set)
    """The missing prices, amounts and practice expenses of codes that were told so far."""


@attrs.define(eq=False)
class Ledger:
    """What the lines of a chunk come to so far."""

    units: Array
    """int64, at the view's scale; of lines whose units are not settled, 0."""
    price: Array
    """Of one unit, at the payment's scale; -1: not known."""
    expense: Array
    amount: Array
    """At `scale`; -1: not known."""
    scale: int
    price_scale: int
    unit: int
    """One unit, at the view's scale."""
    lacking: list[tuple[int, Array]] = attrs.field(factory=list)
    """Missing facts that prices hang on, each with its lines."""
    no_expense: list[tuple[int, Array]] = attrs.field(factory=list)
    """Those that practice expenses hang on."""

    @staticmethod
    def of(chunk: Chunk, payment: WrittenPayment) -> "Ledger":
        """Nothing is known yet, but that lines without units come to nothing."""
        unit = chunk.view.scale
        units = chunk.allowed.astype(np.int64)
        if chunk.least is not None:
            units[chunk.least != chunk.allowed] = 0
        amount = np.where(chunk.allowed == 0, 0, -1)
        none = np.full(chunk.lines, -1, np.int64)
        return Ledger(units, none, none.copy(), amount, max(MONEY, payment.scale * unit), payment.scale, unit)

    def cents(self, cents: Array) -> Array:
        """Whole cents at the ledger's scale."""
        return cents * (self.scale // CENT)


def truth(chunk: Chunk, asked: Asked, lines: Array) -> tuple[Array, Array]:
    """Those of some lines of which a condition is true, and those of which it is not known."""
    if asked.holds is None or not len(lines):
        return lines, lines[:0]
    true, false = asked.holds(chunk, lines)
    return only(lines, true), only(lines, ~(true | false))


def lacks(chunk: Chunk, asked: Asked, lines: Array) -> list[tuple[int, Array]]:
    """The missing facts on which a condition hangs, each with those of some lines on which it does."""
    if asked.lacks is None or not len(lines):
        return []
    return [(event, only(lines, mask)) for event, mask in asked.lacks(chunk, lines)]
