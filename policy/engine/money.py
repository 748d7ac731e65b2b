"""Dollars: rounding to the cent as stated, and how an amount is written.

Owns: the four roundings, `Money` (what the payment stage hands over), and the text of an amount.
Never: a float, and never a rounding that nobody stated.
"""

from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from typing import Final, NamedTuple

CENT: Final = Decimal("0.01")
EXACT: Final = Context(prec=200)
"""Sums and products of prices, RVUs, indices and shares are exact in it: each has at most eighteen digits."""
_ROUNDINGS: Final = {
    "up": ROUND_UP,
    "down": ROUND_DOWN,
    "half up": ROUND_HALF_UP,
    "half down": ROUND_HALF_DOWN,
}


class Money(NamedTuple):
    """Per line, in dollars: what is allowed (`None`: not known), and the base price of one unit, before any reduction.

    A line under a rate of the visit has no price of its own.
    """

    amounts: tuple[Decimal | None, ...]
    prices: tuple[Decimal | None, ...]

    @property
    def total(self) -> Decimal | None:
        """What is allowed for the visit; `None` when some line's amount is not known."""
        known = [amount for amount in self.amounts if amount is not None]
        return sum(known, Decimal(0)) if len(known) == len(self.amounts) else None


def to_cents(amount: Decimal, rounding: str | None) -> Decimal:
    """The amount in whole cents, rounded as stated; as it is when nothing is stated."""
    return amount if rounding is None else amount.quantize(CENT, _ROUNDINGS[rounding], context=EXACT)


def plain(amount: Decimal) -> str:
    """`34.00`; an amount finer than a cent with all its digits."""
    cents = amount.quantize(CENT, context=EXACT)
    return f"{cents:f}" if cents == amount else f"{amount.normalize(EXACT):f}"


def dollars(amount: Decimal) -> str:
    """`$2,480.00`."""
    whole, _, part = plain(amount).partition(".")
    return f"${int(whole):,}.{part}"
