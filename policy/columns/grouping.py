"""Rows to visits: which rows of a table are of one visit, and in which order.

Owns: noticing a table that already stands visit by visit, and sorting one that does not by packed integer keys.
Never: knows what a key means.
"""

from collections.abc import Sequence
from typing import Protocol

import attrs
import numpy as np

from policy.columns.column import Bools, Ints


class Key(Protocol):
    """Something that a table has a value of in each row."""

    @property
    def changes(self) -> Bools:
        """For each row but the first, whether it differs from the one before."""

    def changed(self, rows: Ints) -> Bools:
        """The same for some rows, of each with the one before it among them."""

    def rises(self, rows: Ints) -> bool:
        """Whether each of these rows is greater than the row before it in the table, in an order of the key's own."""

    def told(self, rows: Ints) -> Ints:
        """Some rows as integers from 0 that tell values apart."""

    def ranks(self, rows: Ints) -> Ints:
        """Some rows as integers from 0 in the order of the values themselves."""


@attrs.frozen(eq=False)
class Grouping:
    """Rows in the order of visits: visit `v` has `rows[offsets[v]:offsets[v + 1]]`."""

    rows: Ints
    offsets: Ints
    plain: bool
    """Whether `rows` are all rows of the table, in its order."""

    @property
    def visits(self) -> int:
        """How many there are."""
        return len(self.offsets) - 1

    @property
    def heads(self) -> Ints:
        """The row of each visit's first line."""
        heads: Ints = self.rows[self.offsets[:-1]]
        return heads

    def of(self, positions: Ints) -> Ints:
        """The visits of some positions in `rows`."""
        return np.searchsorted(self.offsets, positions, side="right") - 1

    def take(self, values: Ints) -> Ints:
        """Values of the table's rows in the order of `rows`."""
        return values if self.plain else values[self.rows]

    def each(self, values: Ints) -> Ints:
        """Values of the visits, repeated for their lines."""
        return np.repeat(values, np.diff(self.offsets))

    def inside(self) -> Bools:
        """For each position but the first, whether it is of the same visit as the one before."""
        same = np.ones(max(len(self.rows) - 1, 0), np.bool_)
        same[self.offsets[1:-1] - 1] = False
        return same

    def kept(self, keep: Bools) -> "Grouping":
        """Only some of the visits."""
        lengths = np.diff(self.offsets)
        return Grouping(self.rows[np.repeat(keep, lengths)], _offsets(lengths[keep]), False)


def grouped(keys: Sequence[Key], rows: Ints, plain: bool, number: Ints | None = None) -> Grouping:
    """Groups of rows (ascending) that agree in every key. `plain`: these are all rows of the table.

    Rows that already stand group by group keep their places. Of rows that are scattered, those of a group are put in the order of
    `number` (of every row of the table, at least -1), which then needs no sort of its own.
    """
    if not rows.size:
        return Grouping(rows, np.zeros(1, np.int64), plain)
    changes = [key.changes if plain else key.changed(rows) for key in keys]
    change = changes[0] if len(changes) == 1 else np.logical_or.reduce(changes)
    heads = np.concatenate([np.zeros(1, np.int64), np.flatnonzero(change) + 1])
    if plain and _ascends(keys, changes, heads):
        return Grouping(rows, np.append(heads, len(rows)), plain)
    together, inner = heads, list[Ints]()
    if number is not None and 2 * len(heads) > len(rows):
        together, heads, inner = heads, np.arange(len(rows)), [number[rows] + 1]
    packed = pack([key.told(rows[heads]) for key in keys])
    size = _size(inner[0]) if inner else 1
    if inner and _size(packed) > 2**62 // size:
        packed, _ = _dense(packed)
    order, packed = in_order(pack([packed, *inner]))
    packed = packed // size if inner else packed
    starts = np.flatnonzero(np.concatenate([np.ones(1, np.bool_), packed[1:] != packed[:-1]]))
    if inner and _in_runs(order, starts):
        return Grouping(rows, np.append(together, len(rows)), plain)
    if len(starts) == len(heads):  # the groups are in no order, but none comes back
        return Grouping(rows, np.append(heads, len(rows)), plain)
    lengths = np.diff(heads, append=len(rows))[order]
    positions = order if inner else expanded(heads[order], lengths)
    return Grouping(rows[positions], np.append((np.cumsum(lengths) - lengths)[starts], len(rows)), False)


def _in_runs(order: Ints, starts: Ints) -> bool:
    """Whether each group of sorted places is a run of places that stand together."""
    first, last = np.minimum.reduceat(order, starts), np.maximum.reduceat(order, starts)
    return bool((last - first + 1 == np.diff(starts, append=len(order))).all())


def _ascends(keys: Sequence[Key], changes: Sequence[Bools], heads: Ints) -> bool:
    """Whether each group's keys are greater than those of the group before, so that no group comes back.

    Within groups that differ in the last key only, it is enough that none comes back.
    """
    left = heads[1:]
    for key, change in zip(keys[:-1], changes, strict=False):
        differs = change[left - 1]
        if not key.rises(left[differs]):
            return False
        left = left[~differs]
    if keys[-1].rises(left):
        return True
    alike = np.zeros(len(heads), np.bool_)
    alike[np.searchsorted(heads, left)] = True
    block = np.cumsum(~alike)
    alike[:-1] |= alike[1:]
    if np.count_nonzero(alike) * 8 > len(heads):
        return False
    packed = np.sort(pack([block[alike], keys[-1].told(heads[alike])]))
    return bool((packed[1:] > packed[:-1]).all())


def ordered(grouping: Grouping, claim: Key | None, number: Ints | None) -> Grouping:
    """The same visits, the rows of each by claim, then by number (of every row of the table, at least -1), then as in the table."""
    inside = grouping.inside()
    falls = np.zeros(len(inside), np.bool_)
    several = False
    if claim is not None:
        falls = (claim.changes if grouping.plain else claim.changed(grouping.rows)) & inside
        several = bool(falls.any())
    if number is not None:
        own = grouping.take(number)
        falls = falls | ((own[1:] < own[:-1]) & inside)
    if not falls.any():
        return grouping
    visits = grouping.of(np.flatnonzero(falls) + 1)
    visits = visits[np.append(True, visits[1:] != visits[:-1])]
    starts, lengths = grouping.offsets[visits], np.diff(grouping.offsets)[visits]
    at = expanded(starts, lengths)
    rows = grouping.rows[at]
    keys = [np.repeat(np.arange(len(visits)), lengths)]
    if claim is not None and several:
        keys.append(claim.ranks(rows))
    if number is not None:
        keys.append(number[rows] + 1)
    order, _ = in_order(pack(keys))
    if (order[1:] > order[:-1]).all():
        return grouping
    every = grouping.rows.copy()
    every[at] = rows[order]
    return Grouping(every, grouping.offsets, False)


def pack(keys: Sequence[Ints]) -> Ints:
    """One int64 for each row that orders and tells apart as the keys (from 0) together do, the first the most significant."""
    packed, size = keys[0].astype(np.int64, copy=False), _size(keys[0])
    for key in keys[1:]:
        more = _size(key)
        if size > 2**62 // more:
            packed, size = _dense(packed)
        if size > 2**62 // more:
            key, more = _dense(key)
        packed, size = packed * more + key, size * more
    return packed


def _size(key: Ints) -> int:
    return int(key.max()) + 1 if key.size else 1


def dense(key: Ints) -> Ints:
    """Integers that tell apart and order as `key` does, from 0, as small as can be."""
    return _dense(key)[0]


def _dense(key: Ints) -> tuple[Ints, int]:
    distinct, places = np.unique(key, return_inverse=True)
    return places, len(distinct)


def from_zero(values: Ints) -> Ints:
    """Integers that tell apart and order as `values` do, from 0."""
    if not values.size:
        return values.astype(np.int64)
    least, most = int(values.min()), int(values.max())
    if most - least < 2**62 and least > -(2**62) and most < 2**62:
        wide: Ints = values.astype(np.int64, copy=False)
        return wide if least == 0 else wide - least
    return _dense(values)[0]


def in_order(packed: Ints) -> tuple[Ints, Ints]:
    """The order that sorts packed keys and keeps the places of equal ones, and the sorted keys."""
    bits = max(len(packed) - 1, 1).bit_length()
    if packed.size and int(packed.max()) < 2 ** (
        63 - bits
    ):  # with the place inside, keys sort as plain integers: faster
        both = np.sort((packed << bits) | np.arange(len(packed)))
        return both & ((1 << bits) - 1), both >> bits
    order = np.argsort(packed, kind="stable")
    return order, packed[order]


def expanded(starts: Ints, lengths: Ints) -> Ints:
    """`start, start + 1, …` of each run, one run after the other."""
    ends = np.cumsum(lengths)
    places: Ints = np.arange(int(ends[-1]) if ends.size else 0) + np.repeat(starts - (ends - lengths), lengths)
    return places


def _offsets(lengths: Ints) -> Ints:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
