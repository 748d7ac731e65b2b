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
    if not starts.size or not column.filled:
        return column.take(grouping.heads), np.zeros(len(starts), np.bool_)
    values = grouping.take(column.values)
    if column.known is None:
        return Column(values[starts], None, column.words, column.scale), unlike(values[1:] != values[:-1], grouping)
    known = grouping.take(column.known)
    wide = values.astype(np.int64)
    least = np.minimum.reduceat(np.where(known, wide, _NONE.max), starts)
    most = np.maximum.reduceat(np.where(known, wide, _NONE.min), starts)
    some = least <= most
    one: Ints = np.where(some, least, 0).astype(values.dtype)
    return Column(one, None if some.all() else some, column.words, column.scale), least < most


def unlike(changes: Bools, grouping: Grouping) -> Bools:
    """The visits inside which something changes from one line to the next."""
    wrong = np.zeros(grouping.visits, np.bool_)
    wrong[grouping.of(np.flatnonzero(changes & grouping.inside()) + 1)] = True
    return wrong
