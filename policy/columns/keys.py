"""What tells visits apart: the policy with a visit id, or with patient, date and billing provider.

Owns: the keys of a row, and the rows that are of no visit because a key of theirs is missing or cannot be read.
Never: groups (`grouping`).
"""

import attrs
import numpy as np

from policy.columns.asked import Asked
from policy.columns.column import Bools, Cells, Column, Ints
from policy.columns.lines import Lines


@attrs.frozen(eq=False)
class Keys:
    """The keys of every row, the most significant first, and the rows that have all of them."""

    ids: tuple[Ints, ...]
    rows: Ints
    policies: Column | None
    refused: tuple[Ints, Ints, tuple[str, ...]]
    """Rows without a key, why, and the words of the reasons."""


def keys_of(lines: Lines, asked: Asked) -> Keys:
    """The keys of the rows of a table."""
    names = ("visit",) if "visit" in lines.visit else ("patient", "date", "provider")
    columns = [lines.visit[name] for name in names if name in lines.visit]
    why = np.zeros(lines.count, np.int32)
    words: dict[str, int] = {}
    policies = None
    if "policy" in lines.visit:
        policy, unknown = _policies(lines.visit["policy"], asked)
        why[unknown & (why == 0)] = 1 + words.setdefault(f"`{policy.name}` names a policy that was not given", 0)
        policies = policy.column
        columns.insert(0, policy)
    for cells in columns:
        if cells.bad is not None:
            for k, message in enumerate(cells.bad.messages):
                rows = cells.bad.rows[cells.bad.why == k]
                said = words.setdefault(f"`{cells.name}` {message}", len(words))
                why[rows[why[rows] == 0]] = 1 + said
        if cells.column.known is not None:
            said = words.setdefault(f"`{cells.name}` is missing", len(words))
            why[~cells.column.known & (why == 0)] = 1 + said
    without = np.flatnonzero(why)
    ids = tuple(_from_zero(cells.column.values) for cells in columns)
    return Keys(ids, np.flatnonzero(why == 0), policies, (without, why[without].astype(np.int64) - 1, tuple(words)))


def _from_zero(values: Ints) -> Ints:
    least = int(values.min()) if values.size else 0
    return values if least >= 0 else values.astype(np.int64) - least


def _policies(cells: Cells, asked: Asked) -> tuple[Cells, Bools]:
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
    unknown = ~given[values]
    if known is not None:
        unknown &= known
    return Cells(cells.name, Column(values, known, tuple(words)), cells.type, cells.bad), unknown


def ranks(cells: Cells) -> Ints:
    """The places of claim ids in the order of their texts, those that are not given first."""
    words = cells.column.words or ()
    table = np.zeros(len(words) + 1, np.int64)
    for rank, word in enumerate(sorted(range(len(words)), key=words.__getitem__), 1):
        table[word] = rank
    values = table[cells.column.values]
    return values if cells.column.known is None else np.where(cells.column.known, values, 0)
