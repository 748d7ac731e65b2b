"""Money as whole numbers: rounded to the cent as stated, and how many decimal places a number has.

Owns: the roundings of `engine/money.py` for arrays of amounts that are not below zero, multiplied by a power of ten.
Never: a float, and never a rounding that nobody stated; only the answer's last place is rounded half to even (`to_answer`).
"""

from decimal import Decimal
from typing import Final

import numpy as np

from policy.engine.columnar.view import Array

MONEY: Final = 10_000
"""By what amounts of money are multiplied in the answer."""
CENT: Final = 100
MOST: Final = 1 << 62
"""What no product comes to; visits with more are set aside."""


def places(value: Decimal) -> int:
    """Decimal places of a number, zeros at its end left out."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def to_cents(amounts: Array, scale: int, rounding: str) -> Array:
    """Amounts times `scale`, a power of ten of at least a hundred, as whole cents."""
    by = scale // CENT
    if by == 1:
        return amounts
    whole, rest = np.divmod(amounts, by)
    match rounding:
        case "up":
            return whole + (rest > 0)
        case "half up":
            return whole + (2 * rest >= by)
        case "half down":
            return whole + (2 * rest > by)
        case _:
            return whole


def to_answer(amounts: Array, scale: int) -> Array:
    """Amounts times `scale` as they stand in the answer; -1 stays."""
    by = scale // MONEY
    if by == 1:
        return amounts
    whole, rest = np.divmod(amounts, by)
    even = whole + ((2 * rest > by) | ((2 * rest == by) & (whole % 2 == 1)))
    return np.where(amounts < 0, -1, even)
