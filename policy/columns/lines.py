"""Every column that is asked of a table, decoded: a value a row, in the order of the table.

Owns: which columns are decoded, and how a date is taken from two columns.
Never: knows which rows are of one visit.
"""

import functools
from collections.abc import Mapping
from typing import Final

import attrs
import numpy as np
import pyarrow as pa

from policy.claims.fields import Reader
from policy.columns import reading
from policy.columns.asked import Asked
from policy.columns.column import Bad, Bools, Cells, Column
from policy.columns.decode import decoded, joined, usual
from policy.columns.ids import Ids, ids
from policy.columns.layout import LISTS, OF_LINE, OF_VISIT, Layout
from policy.facts import Fact

_IDS: Final = frozenset({"visit", "patient", "provider", "claim"})
"""Fields that seldom need to be looked at one by one."""


@attrs.frozen(eq=False)
class Lines:
    """The decoded columns of a table. What a table has no column for is not there."""

    count: int
    visit: Mapping[str, Cells | Ids]
    """Fields of the visit, by name."""
    line: Mapping[str, Cells | Ids]
    """Fields of the line, by name."""
    facts: Mapping[str, tuple[Fact, Cells]]
    """Facts without a field, by path."""
    elements: Mapping[str, Cells]
    """Elements of the record. An empty word is "not documented"."""
    modifiers: tuple[Cells, ...] | None
    diagnoses: tuple[Cells, ...]


def read_lines(table: pa.Table, layout: Layout, asked: Asked) -> Lines:
    """Decodes what is asked. Raises `Unreadable` for a column of a type that no field has."""
    visit: dict[str, Cells | Ids] = {}
    line: dict[str, Cells | Ids] = {}
    for field in (field for field in (*OF_VISIT, *OF_LINE) if field in layout.columns and asked.reads(field)):
        columns = [(name, table.column(name)) for name in layout.columns[field]]
        how = reading.of_visit(field) if field in OF_VISIT else reading.of_line(field)
        if field == "policy" and layout.policies:
            how = attrs.evolve(how, read=functools.partial(_renamed, how.read, layout.policies))
        into = visit if field in OF_VISIT else line
        found = _ids(*columns[0]) if field in _IDS else None
        into[field] = found if found is not None else _first([decoded(name, column, how) for name, column in columns])
    facts = {}
    for fact in asked.facts:
        name_ = layout.fact(fact.path)
        if name_ is not None:
            facts[fact.path] = fact, decoded(name_, table.column(name_), reading.of_fact(fact))
    elements = {}
    for element, name in layout.elements.items() if asked.elements else ():
        elements[element] = decoded(name, table.column(name), reading.ELEMENT)
    lists = {
        field: tuple(decoded(name, table.column(name), how) for name in layout.columns[field])
        for field, how in zip(LISTS, (reading.MODIFIER, reading.DIAGNOSIS), strict=True)
        if field in layout.columns and asked.reads(field)
    }
    return Lines(table.num_rows, visit, line, facts, elements, lists.get("modifiers"), lists.get("diagnoses", ()))


def _renamed(read: Reader, policies: Mapping[str, str], given: object) -> object:
    word = read(given)
    return policies.get(str(word), word)


def _ids(name: str, column: pa.ChunkedArray) -> Ids | None:
    return ids(name, joined(usual(column)))


def _first(columns: list[Cells]) -> Cells:
    """Cell by cell the first column that is filled."""
    first, *rest = columns
    for other in rest:
        first = _then(first, other)
    return first


def _then(first: Cells, other: Cells) -> Cells:
    known = first.column.known
    if known is None:
        return first
    taken = known.copy()
    if first.bad is not None:
        taken[first.bad.rows] = True
    values = np.where(taken, first.column.values, other.column.values)
    both = taken & known
    also = np.ones(len(known), np.bool_) if other.column.known is None else other.column.known
    known = both | (~taken & also)
    values = np.where(known, values, 0)
    bad = _bad(first, other, taken)
    return Cells(first.name, Column(values, None if known.all() else known), first.type, bad)


def _bad(first: Cells, other: Cells, taken: Bools) -> Bad | None:
    if other.bad is None:
        return first.bad
    open_ = ~taken[other.bad.rows]
    rows, why = other.bad.rows[open_], other.bad.why[open_]
    if first.bad is None:
        return Bad(rows, why, other.bad.messages) if rows.size else None
    messages = (*first.bad.messages, *other.bad.messages)
    return Bad(
        np.concatenate([first.bad.rows, rows]), np.concatenate([first.bad.why, why + len(first.bad.messages)]), messages
    )
