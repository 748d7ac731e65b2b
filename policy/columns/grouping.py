"""Rows to visits: which rows of a table are of one visit, and in which order.

Owns: noticing a table that already stands visit by visit, and sorting one that does not by packed integer keys.
Never: knows what a key means.
"""

from collections.abc import Sequence

import attrs
import numpy as np

from policy.columns.column import Bools, Ints


@attrs.frozen(eq=False)
class Grouping:
    """Rows in the order of visits: visit `v` has `rows[offsets[v]:offsets[v + 1]]`."""

    rows: Ints
    offsets: Ints

    @property
    def visits(self) -> int:
        """How many there are."""
        return len(self.offsets) - 1

    def of(self, positions: Ints) -> Ints:
        """The visits of some positions in `rows`."""
        return np.searchsorted(self.offsets, positions, side="right") - 1

    def kept(self, keep: Bools) -> "Grouping":
        """Only some of the visits."""
        lengths = np.diff(self.offsets)
        return Grouping(self.rows[np.repeat(keep, lengths)], _offsets(lengths[keep]))


def grouped(keys: Sequence[Ints], rows: Ints) -> Grouping:
    """Groups of rows (ascending) that agree in every key; keys are ids from 0 of every row of the table.

    Rows that already stand group by group keep their places.
    """
    if not rows.size:
        return Grouping(rows, np.zeros(1, np.int64))
    change = np.zeros(len(rows) - 1, np.bool_)
    own = [key if len(rows) == len(key) else key[rows] for key in keys]
    for key in own:
        change |= key[1:] != key[:-1]
    heads = np.concatenate([np.zeros(1, np.int64), np.flatnonzero(change) + 1])
    lengths = np.diff(heads, append=len(rows))
    packed = pack([key[heads] for key in own])
    if (packed[1:] > packed[:-1]).all():
        return Grouping(rows, _offsets(lengths))
    order = np.argsort(packed, kind="stable")
    packed = packed[order]
    new = np.concatenate([np.ones(1, np.bool_), packed[1:] != packed[:-1]])
    if new.all():  # the groups are in no order, but none comes back
        return Grouping(rows, _offsets(lengths))
    lengths = lengths[order]
    positions = expanded(heads[order], lengths)
    return Grouping(rows[positions], np.append((np.cumsum(lengths) - lengths)[new], len(rows)))


def pack(keys: Sequence[Ints]) -> Ints:
    """One int64 for each row that orders and tells apart as the keys together do, the first the most significant."""
    packed = keys[0].astype(np.int64)
    size = int(packed.max()) + 1 if packed.size else 1
    for key in keys[1:]:
        more = int(key.max()) + 1 if key.size else 1
        if size > (2**62) // more:
            distinct, packed = np.unique(packed, return_inverse=True)
            size = len(distinct)
        if size > (2**62) // more:
            distinct, key = np.unique(key, return_inverse=True)
            more = len(distinct)
        packed = packed * more + key
        size *= more
    return packed


def expanded(starts: Ints, lengths: Ints) -> Ints:
    """`start, start + 1, …` of each run, one run after the other."""
    ends = np.cumsum(lengths)
    places: Ints = np.arange(int(ends[-1]) if ends.size else 0) + np.repeat(starts - (ends - lengths), lengths)
    return places


def ordered(grouping: Grouping, keys: Sequence[Ints]) -> Grouping:
    """The same visits, with the rows of each in the order of the keys (of every row of the table), then of the table."""
    rows, offsets = grouping.rows, grouping.offsets
    visit = np.repeat(np.arange(grouping.visits), np.diff(offsets))
    own = [key[rows] for key in keys]
    same = visit[1:] == visit[:-1]
    falls = np.zeros(max(len(rows) - 1, 0), np.bool_)
    equal = same
    for key in [*own, rows]:
        falls |= equal & (key[1:] < key[:-1])
        equal = equal & (key[1:] == key[:-1])
    if not falls.any():
        return grouping
    return Grouping(rows[np.lexsort((rows, *reversed(own), visit))], offsets)


def _offsets(lengths: Ints) -> Ints:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
