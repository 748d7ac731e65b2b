"""Small things that the written code calls.

Owns: what an expression of NumPy has no word for, and the classes of codes.
Never: judges.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from policy.engine.columnar.billing import billed_against, stated_total
from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.limits import Conditions
from policy.engine.columnar.masks import EPOCH
from policy.engine.columnar.pairs import Condition, pairs
from policy.engine.columnar.repeats import by_day, count
from policy.engine.columnar.spaces import Sorted
from policy.engine.columnar.verdicts import limit
from policy.engine.columnar.view import Array

_FIRST: Final = 1 - EPOCH
_LAST: Final = 3_652_059 - EPOCH
"""The calendar's first and last day, counted from 1970-01-01."""


def one_bit(bits: Array) -> Array:
    """Which of some masks have exactly one bit."""
    return (bits != 0) & ((bits & (bits - bits.dtype.type(1))) == 0)


def in_calendar(days: Array) -> Array:
    """Dates held to the calendar (`ops.add`)."""
    return np.clip(days, _FIRST, _LAST)


def full(mask: Any, like: Array) -> Array:
    """A mask of one entry a line, also from a literal."""
    return mask if isinstance(mask, np.ndarray) else np.full(len(like), bool(mask))


def gathered(chunk: Chunk, asking: Callable[[str], int]) -> Sorted:
    """The lines of a chunk by class of code; `asking` gives what the statements of a stage ask of a code, as bits."""
    classes, kinds = chunk.view.classes(asking)
    return Sorted(chunk, classes, kinds)


NAMES: Final[dict[str, Any]] = {
    "np": np,
    "ALL": slice(None),
    "one_bit": one_bit,
    "in_calendar": in_calendar,
    "full": full,
    "gathered": gathered,
    "by_day": by_day,
    "count": count,
    "stated_total": stated_total,
    "billed_against": billed_against,
    "pairs": pairs,
    "Condition": Condition,
    "limit": limit,
    "Conditions": Conditions,
}
