"""Facts of the visit, which stand on each of its lines: one value for the visit, or lines that disagree.

Owns: that lines which do not state a fact agree with those that do.
Never: chooses between values.
"""

from typing import Final

import numpy as np

from policy.columns.column import Bools, Column, Ints
from policy.columns.grouping import Grouping

_NONE: Final = np.iinfo(np.int64)


def agreed(column: Column, grouping: Grouping) -> tuple[Column, Bools]:
    """A value for each visit, and the visits whose lines disagree. The column has a value a row."""
    starts = grouping.offsets[:-1]
    values = column.values[grouping.rows]
    if not starts.size:
        return column.take(slice(0, 0)), np.zeros(0, np.bool_)
    if column.known is None:
        differs = values[1:] != values[:-1]
        differs[starts[1:] - 1] = False
        wrong = np.zeros(len(starts), np.bool_)
        wrong[grouping.of(np.flatnonzero(differs) + 1)] = True
        return Column(values[starts], None, column.words, column.scale), wrong
    known = column.known[grouping.rows]
    wide = values.astype(np.int64)
    least = np.minimum.reduceat(np.where(known, wide, _NONE.max), starts)
    most = np.maximum.reduceat(np.where(known, wide, _NONE.min), starts)
    some = least <= most
    one: Ints = np.where(some, least, 0).astype(values.dtype)
    return Column(one, None if some.all() else some, column.words, column.scale), least < most
