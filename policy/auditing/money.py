"""Money of a share of a line, exactly, in whole cents.

Owns: the one rounding of an audit: each line's amount to the cent, half up, so that sums of lines are sums of what is shown of them.
Never: a float. Where a product would not fit into 64 bits, Python's integers take over.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

SCALE: Final = 10_000
"""Units and dollars come in so many parts of one."""
PER_CENT: Final = 100
"""Ten-thousandths of a dollar in a cent."""
_FITS: Final = 2**61


def share(charge: Ints, units: Ints, billed: Ints) -> Ints:
    """Cents of `units` out of the `billed` units of a line: `charge` in ten-thousandths of a dollar, units on any common scale.

    0 where nothing is billed. The arguments are not negative.
    """
    cents = np.zeros(len(charge), np.int64)
    at = np.flatnonzero((charge > 0) & (units > 0) & (billed > 0))
    amount, top, bottom = charge[at], units[at], billed[at]
    step = np.gcd(top, bottom)
    top, bottom = top // step, bottom // step * PER_CENT
    wide = amount > _FITS // top
    fits = np.flatnonzero(~wide)
    cents[at[fits]] = (2 * amount[fits] * top[fits] + bottom[fits]) // (2 * bottom[fits])
    for i in np.flatnonzero(wide):
        over, under = 2 * int(amount[i]) * int(top[i]) + int(bottom[i]), 2 * int(bottom[i])
        cents[at[i]] = over // under
    return cents


def to_cents(charge: Ints) -> Ints:
    """Whole cents of an amount in ten-thousandths of a dollar, half up."""
    return (charge + PER_CENT // 2) // PER_CENT
