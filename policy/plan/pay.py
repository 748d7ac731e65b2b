"""The payment stage of a plan: base prices, and the steps that follow in their stated order.

Owns: the records of rates, reductions, shares, the charge and limits by value.
Never: prices a line (`engine/reference/pricing.py` does).
"""

from decimal import Decimal

from policy.codes import CodeSet
from policy.facts import Fact
from policy.plan.model import Limit, Op
from policy.record import Record, record
from policy.values import Type


@record
class Price(Record):
    """The listed price of one unit of some codes, in dollars or RVUs, and its practice-expense part."""

    codes: CodeSet
    amount: Decimal
    expense: Decimal | None


@record
class Rate(Record):
    """A base price. One of `amount`, `fact`, `listed` and `table` says what it is; all else is asked of that."""

    at: int
    codes: CodeSet | None
    condition: Op | None
    each: str
    """`unit` or `visit`."""
    measure: Type = Type.MONEY
    """MONEY, or RVUS that `factor` turns into dollars."""
    amount: Decimal | None = None
    fact: Fact | None = None
    listed: tuple[Price, ...] = ()
    table: str | None = None
    value: str | None = None
    """The named value that `amount` was read from; `amount` is `None` when it has no row on the date."""
    expense: Fact | None = None
    locality: Fact | None = None
    setting: str = "non-qpp"
    factor: Decimal | None = None
    factor_value: str | None = None
    has_factor: bool = False
    share: Decimal = Decimal(1)
    """The part of the price that is paid, 1 being all of it."""
    rounding: str | None = None
    given: tuple[Fact, ...] = ()
    """Facts without which nothing is priced, and nothing said of it."""


@record
class Reduction(Record):
    """`what` (`practice expense` or `rate`) loses `part` of itself, but for the first `grain` of a group, ranked by `key`."""

    at: int
    codes: CodeSet | None
    condition: Op | None
    what: str
    part: Decimal
    grain: str
    key: str
    across: tuple[str, ...]
    last: bool
    """Whether the last of equal services is the first in rank, not the first."""
    rounding: str


@record
class Share(Record):
    """A line's amount is multiplied by `part`."""

    at: int
    codes: CodeSet | None
    condition: Op | None
    part: Decimal
    rounding: str


@record
class Charge(Record):
    """A line's amount is at most its charge."""

    at: int
    codes: CodeSet | None
    condition: Op | None


Step = Reduction | Share | Charge | Limit
"""A limit among the steps is one by money or RVUs."""


@record
class Payment(Record):
    """Base prices, and the steps in the order in which they are taken."""

    rates: tuple[Rate, ...]
    steps: tuple[Step, ...]

    @property
    def in_money(self) -> bool:
        """Whether it says anything of money: a stage that only limits RVUs does not."""
        return bool(self.rates) or any(not isinstance(one, Limit) or one.measure is Type.MONEY for one in self.steps)
