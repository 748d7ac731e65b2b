"""Facts that a policy declares: what came, read as of the declared type.

Owns: which cells are not of that type (they are spoilt, not refused: only the policy knows the type).
Never: drops what came; `Cells.raw` keeps it.
"""

import numpy as np

from policy.columns.column import WORDS, Cells, Column, kept, scale_of
from policy.facts import Fact
from policy.values import parse_value


def typed(cells: Cells, fact: Fact) -> Column:
    """The column of a fact. Catalogue facts have their type already."""
    if cells.raw is None:
        return cells.column
    texts = fact.type in WORDS
    integers = all(type(item) is int for item in cells.raw)
    scale = 1 if texts else scale_of(fact.type, False, integers)
    table = np.zeros(len(cells.raw) + 1, np.int32 if texts else np.int64)
    good = np.zeros(len(cells.raw) + 1, np.bool_)
    words: dict[object, int] = {}
    for k, item in enumerate(cells.raw):
        try:
            value = parse_value(fact.type, item, fact.choices)
        except ValueError:
            continue
        good[k] = True
        table[k] = words.setdefault(value, len(words)) if texts else kept(fact.type, value, scale)
    values, given = cells.column.values, cells.column.known
    known = good[values] if given is None else good[values] & given
    spoilt = ~known if given is None else given & ~known
    return Column(
        np.where(known, table[values], 0),
        None if known.all() else known,
        tuple(str(word) for word in words) if texts else None,
        scale,
        spoilt if spoilt.any() else None,
    )
