"""What tells visits apart: the policy and the patient, with a visit id, or with date and billing provider.

Owns: the keys of a row, and the rows that are of no visit because a key of theirs is missing or cannot be read.
Never: groups (`grouping`).
"""

from collections.abc import Sequence

import attrs
import numpy as np

from policy.columns.asked import Asked
from policy.columns.column import Bools, Cells, Column, Ints
from policy.columns.grouping import Key, from_zero
from policy.columns.ids import Ids
from policy.columns.lines import Lines


@attrs.frozen(eq=False)
class Keys:
    """The keys of every row, the most significant first, and the rows that have all of them."""

    fields: tuple[str, ...]
    keys: tuple[Key, ...]
    rows: Ints
    policies: Column | None
    refused: tuple[Ints, Ints, tuple[str, ...]]
    """Rows without a key, why, and the words of the reasons."""


class ColumnKey:
    """A decoded column as a key. Values that are not known are alike and like no other."""

    def __init__(self, column: Column) -> None:
        self._column = column
        self._values = (
            column.values if column.known is None else np.where(column.known, from_zero(column.values) + 1, 0)
        )

    @property
    def changes(self) -> Bools:
        """Rows, from the second, that differ from the one before."""
        return np.asarray(self._values[1:] != self._values[:-1])

    def changed(self, rows: Ints) -> Bools:
        """The same for some rows."""
        own = self._values[rows]
        return np.asarray(own[1:] != own[:-1])

    def rises(self, rows: Ints) -> bool:
        """Whether these rows are greater than the rows before them."""
        return bool((self._values[rows] > self._values[rows - 1]).all())

    def told(self, rows: Ints) -> Ints:
        """Some rows, from 0."""
        return from_zero(self._values[rows])

    def ranks(self, rows: Ints) -> Ints:
        """Some rows in the order of their texts, those that are not given first."""
        own, words = self._values[rows], self._column.words
        if words is None:
            return own
        less = 0 if self._column.known is None else 1
        table = np.zeros(len(words) + 1, np.int64)
        used = [k for k in np.unique(own).tolist() if k >= less]
        for rank, k in enumerate(sorted(used, key=lambda k: words[k - less]), 1):
            table[k] = rank
        return table[own]


def key_of(cells: Cells | Ids) -> Key:
    """A column of the table as a key."""
    return cells if isinstance(cells, Ids) else ColumnKey(cells.column)


def keys_of(lines: Lines, asked: Asked) -> Keys:
    """The keys of the rows of a table."""
    names = ("patient", "visit") if "visit" in lines.visit else ("patient", "date", "provider")
    fields = [name for name in names if name in lines.visit]
    columns = [lines.visit[name] for name in fields]
    why = np.zeros(0, np.int32)
    words: dict[str, int] = {}
    policies = None
    if "policy" in lines.visit:
        policy, unknown = _policies(lines.visit["policy"], asked)
        if unknown.any():
            words[f"`{policy.name}` names a policy that was not given"] = 0
            why = unknown.astype(np.int32)
        policies = policy.column
        columns.insert(0, policy)
        fields.insert(0, "policy")
    if why.size or any(cells.bad is not None or _known(cells) is not None for cells in columns):
        why = why if why.size else np.zeros(lines.count, np.int32)
        _without(columns, why, words)
    without = np.flatnonzero(why)
    rows = np.flatnonzero(why == 0) if without.size else np.arange(lines.count)
    reasons = why[without].astype(np.int64) - 1
    return Keys(tuple(fields), tuple(map(key_of, columns)), rows, policies, (without, reasons, tuple(words)))


def _known(cells: Cells | Ids) -> Bools | None:
    return cells.known if isinstance(cells, Ids) else cells.column.known


def _without(columns: Sequence[Cells | Ids], why: Ints, words: dict[str, int]) -> None:
    """Notes in `why` the first reason for which a row has not all keys, as a place in `words` from 1."""
    for cells in columns:
        for k, message in enumerate(cells.bad.messages if cells.bad is not None else ()):
            assert cells.bad is not None
            rows = cells.bad.rows[cells.bad.why == k]
            why[rows[why[rows] == 0]] = 1 + words.setdefault(message, len(words))
        known = _known(cells)
        if known is not None:
            empty = ~known & (why == 0)
            if empty.any():
                why[empty] = 1 + words.setdefault(f"`{cells.name}` is missing", len(words))


def _policies(cells: Cells | Ids, asked: Asked) -> tuple[Cells, Bools]:
    """The policies of the rows, the default where none is named; and the rows that name one that was not given."""
    column = cells.column
    words = list(column.words or ())
    values, known = column.values, column.known
    if known is not None and asked.default is not None:
        if asked.default not in words:
            words.append(asked.default)
        empty = ~known
        if cells.bad is not None:
            empty[cells.bad.rows] = False
        values = np.where(empty, words.index(asked.default), values)
        known = known | empty
        known = None if known.all() else known
    given = np.array([asked.policies is None or word in asked.policies for word in words] or [True])
    unknown = np.zeros(0, np.bool_) if given.all() else ~given[values]
    if known is not None and unknown.size:
        unknown &= known
    return Cells(cells.name, Column(values, known, tuple(words)), cells.type, cells.bad), unknown
